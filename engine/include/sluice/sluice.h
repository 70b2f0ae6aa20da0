// The C interface of Sluice, for hosts in C and in whatever calls C.
//
// Append-only: functions, codes and members are added at ends, never changed or taken away; SLUICE_ABI_VERSION counts.
// Structs begin with `size`, the caller's sizeof. A library that is older than its host refuses what it does not know
// unless that is zero (SLUICE_UNSUPPORTED); one that is newer leaves alone what its host does not know. Set to zero
// what you do not use: zero means the default, in all options.
// Errors: a code, and where there is a `sluice_error`, which may be NULL, a message for people. NULL, or a handle of
// another kind, where one is needed is SLUICE_INVALID_ARGUMENT. What an out-parameter holds after an error is zero.
// No exception crosses, nothing prints, nothing blocks longer than it was told.
// Ownership: handles belong to the caller, who frees each once (NULL is fine) and uses none while or after it is freed;
// what one was made from may be freed before it. Buffers and structs are the caller's; texts within structs point into
// what is named with the struct. Texts given are UTF-8 and end with NUL, texts got have a size and no NUL.
// Thread-safety: rule sets and engines, any thread. A screener, producer or consumer, one thread at a time.
#ifndef SLUICE_SLUICE_H_
#define SLUICE_SLUICE_H_

#include <sluice/export.h>
#include <sluice/version.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SLUICE_ABI_VERSION 1

typedef int32_t sluice_code;
enum {
  SLUICE_OK = 0,
  SLUICE_INVALID_ARGUMENT = 1,    /* an option or a call that cannot be meant */
  SLUICE_NOT_FOUND = 2,           /* a file or name that is not there */
  SLUICE_IO = 3,                  /* the operating system refused to read or write */
  SLUICE_CORRUPT = 4,             /* bytes that are not what they claim to be */
  SLUICE_LIMIT_EXCEEDED = 5,      /* of memory, threads, or one that the message names */
  SLUICE_UNSUPPORTED = 6,         /* a format or member that this library does not know */
  SLUICE_RULES_DO_NOT_COMPILE = 7,
  SLUICE_UNAVAILABLE = 8,         /* not now: stopped, or still busy with what was asked before */
  SLUICE_TIMED_OUT = 9,           /* the time that was given has passed */
  SLUICE_PERMISSION_DENIED = 10,
  SLUICE_FULL = 11,               /* not submitted: no room in the ring; try again */
  SLUICE_STOPPED = 12,            /* not submitted: the engine takes no more */
  SLUICE_DETACHED = 13,           /* a consumer that did not take its decisions gets no more */
  SLUICE_BUFFER_TOO_SMALL = 14,   /* how much is needed is told */
  SLUICE_INTERNAL = 15            /* a defect of the library */
};

typedef struct sluice_error {
  size_t size;
  sluice_code code;
  char message[1012]; /* ends with NUL, cut where it is longer */
} sluice_error;

/* Not NUL-terminated. */
typedef struct sluice_text {
  const char* data;
  size_t size;
} sluice_text;

/* "0.1.0", of the library that runs; SLUICE_VERSION is that of the header. */
SLUICE_EXPORT const char* sluice_version(void);
/* SLUICE_ABI_VERSION of the library that runs. */
SLUICE_EXPORT uint32_t sluice_abi_version(void);
/* "INVALID_ARGUMENT"; "UNKNOWN" for numbers that are no code. Static. */
SLUICE_EXPORT const char* sluice_code_name(sluice_code code);
/* The steady clock of deadlines, nanoseconds. */
SLUICE_EXPORT int64_t sluice_steady_now_ns(void);

/* --- Rule sets: compiled, immutable --------------------------------------------------------------- */

typedef struct sluice_rule_set sluice_rule_set;

typedef struct sluice_rule_set_info {
  size_t size;
  sluice_text name;  /* this and the hash: as long as the rule set */
  sluice_text hash;  /* BLAKE2b-256, 64 hexadecimal digits */
  uint64_t rule_count;
  uint64_t lane_count;
} sluice_rule_set_info;

typedef struct sluice_lane_info {
  size_t size;
  sluice_text name;  /* as long as the rule set */
  int32_t severity;
  int32_t releases;  /* 1: the parcel goes on without a look at it */
} sluice_lane_info;

/* Errors: SLUICE_NOT_FOUND, SLUICE_IO, SLUICE_CORRUPT, SLUICE_UNSUPPORTED, SLUICE_LIMIT_EXCEEDED. */
SLUICE_EXPORT sluice_code sluice_rule_set_load(const char* path, sluice_rule_set** rules, sluice_error* error);
SLUICE_EXPORT sluice_code sluice_rule_set_from_bytes(const void* bundle, size_t bundle_bytes, sluice_rule_set** rules,
                                                     sluice_error* error);
SLUICE_EXPORT sluice_code sluice_rule_set_get_info(const sluice_rule_set* rules, sluice_rule_set_info* info);
/* `index` from 0 to lane_count - 1; SLUICE_NOT_FOUND beyond. */
SLUICE_EXPORT sluice_code sluice_rule_set_get_lane(const sluice_rule_set* rules, uint64_t index,
                                                   sluice_lane_info* lane);
SLUICE_EXPORT void sluice_rule_set_free(sluice_rule_set* rules);

/* --- Decisions ------------------------------------------------------------------------------------ */

/* Bits of sluice_decision.outcomes: what the system itself says of a parcel (<sluice/decision.h>). */
enum {
  SLUICE_UNREADABLE = 1, SLUICE_INCOMPLETE = 2, SLUICE_CONFLICT = 4, SLUICE_RULE_ERROR = 8, SLUICE_PARKED = 16,
  SLUICE_OVERFLOW = 32, SLUICE_INTERNAL_FAILURE = 64
};
/* Bits of sluice_decision.flags. LATE: the deadline had passed, act on delivered_lane. */
enum { SLUICE_TEST_KEY = 1, SLUICE_MUST_INSPECT = 2, SLUICE_SCANNED = 4, SLUICE_LATE = 8 };

/* Names, each with a score where they are rules that matched. Read it by sluice_list_next. */
typedef struct sluice_list {
  const uint8_t* entries;
  uint64_t bytes;
  uint32_t count;
  uint32_t has_scores;
} sluice_list;

/* Whose memory it points into is said where it is got. */
typedef struct sluice_decision {
  size_t size;
  uint64_t sequence;      /* place in the input stream, from 1 */
  uint64_t duplicate_of;  /* sequence of the decision that this one repeats; 0: none */
  uint64_t tag;           /* the producer's */
  int64_t now_ns;         /* received time, nanoseconds since 1970 */
  uint32_t producer;      /* which one it was */
  uint32_t revision;      /* of the parcel, from 1 */
  uint32_t generation;    /* number of the rule set that decided */
  uint32_t score;         /* 0 to 1,000,000 */
  uint32_t outcomes;      /* bits */
  uint32_t flags;         /* bits */
  sluice_text parcel_id;
  sluice_text lane;
  sluice_text delivered_lane; /* lane, or where late the safe lane */
  sluice_list controls;
  sluice_list matched;        /* with scores */
  sluice_list suppressed;
  sluice_list errors;
  sluice_list shadow;         /* with scores */
  sluice_list missing;
  const uint8_t* canonical;   /* all of it, as logged */
  uint64_t canonical_bytes;
} sluice_decision;

/* Takes the first entry off the list: 1; 0 when there is none. `score`, 0 in lists without, and `name` may be NULL. */
SLUICE_EXPORT int32_t sluice_list_next(sluice_list* list, sluice_text* name, uint32_t* score);
/* Reads canonical bytes that were kept; the decision points into them. SLUICE_CORRUPT: they are no decision. */
SLUICE_EXPORT sluice_code sluice_decision_parse(const void* canonical, size_t canonical_bytes,
                                                sluice_decision* decision, sluice_error* error);

/* --- Screener: one record at a time, in the caller's thread --------------------------------------- */

typedef struct sluice_screener sluice_screener;

typedef struct sluice_screener_options {
  size_t size;
  const char* epoch_key_file; /* of the draws; NULL: the built-in test key */
} sluice_screener_options;

/* `options` may be NULL. Errors: those of the key file. */
SLUICE_EXPORT sluice_code sluice_screener_open(const sluice_rule_set* rules, const sluice_screener_options* options,
                                               sluice_screener** screener, sluice_error* error);
/* `now_ns`: received time, NULL: the record's own. The decision is valid until the next call. */
SLUICE_EXPORT sluice_code sluice_screener_screen(sluice_screener* screener, const void* record, size_t record_bytes,
                                                 const int64_t* now_ns, sluice_decision* decision);
SLUICE_EXPORT void sluice_screener_free(sluice_screener* screener);

#ifdef __cplusplus
}
#endif

#include <sluice/sluice_engine.h> /* the live engine */

#endif  /* SLUICE_SLUICE_H_ */
