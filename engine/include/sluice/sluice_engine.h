// The live engine in C: parcels in from producers, decisions out to consumers, rules exchanged meanwhile.
// What it promises is said in <sluice/engine.h>; ownership, errors, threads and growth in <sluice/sluice.h>.
#ifndef SLUICE_SLUICE_ENGINE_H_
#define SLUICE_SLUICE_ENGINE_H_

#include <sluice/sluice.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- Engine --------------------------------------------------------------------------------------- */

typedef struct sluice_engine sluice_engine;

enum { SLUICE_IDLE_DEFAULT = 0, SLUICE_IDLE_SPIN = 1, SLUICE_IDLE_YIELD = 2, SLUICE_IDLE_PARK = 3 };
enum { SLUICE_DURABILITY_DEFAULT = 0, SLUICE_DURABILITY_ASYNC = 1, SLUICE_DURABILITY_GROUP = 2 };

/* Zero and NULL: the default of sluice::EngineOptions, where units and ranges are. */
typedef struct sluice_engine_options {
  size_t size;
  int32_t agents;
  int32_t idle;                /* SLUICE_IDLE_ */
  const int32_t* cpus;         /* agent i is pinned to cpus[i % cpu_count]; NULL: to none */
  uint64_t cpu_count;
  uint64_t batch_rows_max;
  uint64_t producers_max;
  uint64_t producer_ring_bytes;
  uint64_t producer_ring_records;
  const char* epoch_key_file;
  const char* log_directory;   /* NULL: no log */
  int32_t log_durability;      /* SLUICE_DURABILITY_ */
  int32_t log_journal;         /* 1: the records, too */
  const char* log_journal_key_file;
  uint64_t log_segment_bytes;
  uint64_t log_keep_bytes;
  const char* log_site;
} sluice_engine_options;

typedef struct sluice_publish_options {
  size_t size;
  const char* cause; /* goes into the log */
  const char* who;   /* likewise */
  int64_t wait_ms;   /* for all parcels under the generation before to be through; below 0: not waited for */
} sluice_publish_options;

typedef struct sluice_generation {
  size_t size;
  uint32_t number;
  uint32_t passed;       /* 1: all parcels under the generation before are through */
  char rule_set_hash[72]; /* 64 hexadecimal digits, then NUL */
} sluice_generation;

typedef struct sluice_engine_status {
  size_t size;
  uint64_t accepted;  /* submissions taken; all are decided when the engine has drained */
  uint64_t refused;   /* submissions that were refused, and their callers told */
  uint64_t decided;
  uint64_t delivered; /* through the last stage */
  uint64_t duplicates;
  uint64_t late;
  uint64_t batches;
  uint64_t detached_consumers;
  uint64_t waiting;   /* accepted, not yet delivered */
  uint32_t generation;
  uint32_t accepting; /* 1: submissions are taken */
} sluice_engine_status;

typedef struct sluice_delivery {
  size_t size;
  uint64_t sequence;   /* 0 where it is not decided */
  uint32_t decided;    /* 0: the deadline passed first, the lane is the safe lane */
  uint32_t revision;
  uint32_t generation;
  uint32_t score;
  char lane[264];      /* ends with NUL */
} sluice_delivery;

/* Starts agents under `rules`. `options` may be NULL. Errors: as sluice::Engine::Start. */
SLUICE_EXPORT sluice_code sluice_engine_start(const sluice_rule_set* rules, const sluice_engine_options* options,
                                              sluice_engine** engine, sluice_error* error);
/* Puts `rules` in force at the next batch boundary. `options` and `generation` may be NULL: a wait of 2 s. Errors
   change nothing: SLUICE_INVALID_ARGUMENT, SLUICE_UNAVAILABLE. */
SLUICE_EXPORT sluice_code sluice_engine_publish(sluice_engine* engine, const sluice_rule_set* rules,
                                                const sluice_publish_options* options, sluice_generation* generation,
                                                sluice_error* error);
/* The rule set in force, to be freed by the caller. */
SLUICE_EXPORT sluice_code sluice_engine_get_rules(const sluice_engine* engine, sluice_rule_set** rules);
SLUICE_EXPORT sluice_code sluice_engine_get_status(const sluice_engine* engine, sluice_engine_status* status);
/* The newest decision on a parcel, waited for until `deadline_ns` (steady clock). */
SLUICE_EXPORT sluice_code sluice_engine_lookup(sluice_engine* engine, const char* parcel_id, size_t parcel_id_bytes,
                                               int64_t deadline_ns, sluice_delivery* delivery);
/* Waits until all that was accepted is delivered. SLUICE_TIMED_OUT: the message says what waits for whom. */
SLUICE_EXPORT sluice_code sluice_engine_drain(sluice_engine* engine, int64_t wait_ms, sluice_error* error);
/* Takes no more, drains, ends all threads. SLUICE_TIMED_OUT: some accepted parcels were not delivered. */
SLUICE_EXPORT sluice_code sluice_engine_stop(sluice_engine* engine, int64_t wait_ms, sluice_error* error);
/* Stops it, waiting at most ten seconds. Memory that its producers and consumers use goes with the last of them. */
SLUICE_EXPORT void sluice_engine_free(sluice_engine* engine);

/* --- Producer: a way in --------------------------------------------------------------------------- */

typedef struct sluice_producer sluice_producer;

typedef struct sluice_submission {
  size_t size;
  const uint8_t* record; /* copied before the call returns; NULL only with record_bytes 0 */
  uint64_t record_bytes;
  uint64_t tag;          /* comes back with the decision */
  int64_t deadline_ns;   /* steady clock, for the decision to be delivered; 0: none */
  int64_t intended_ns;   /* steady clock, from when latency counts; 0: now */
} sluice_submission;

typedef struct sluice_producer_info {
  size_t size;
  uint64_t accepted;
  uint64_t refused;
  uint64_t number;       /* sluice_decision.producer */
} sluice_producer_info;

/* Errors: SLUICE_LIMIT_EXCEEDED (producers_max are open), SLUICE_UNAVAILABLE. */
SLUICE_EXPORT sluice_code sluice_producer_open(sluice_engine* engine, sluice_producer** producer, sluice_error* error);
/* Never blocks or allocates. SLUICE_OK: will be decided. SLUICE_FULL, SLUICE_STOPPED: refused, and counted as such. */
SLUICE_EXPORT sluice_code sluice_producer_submit(sluice_producer* producer, const sluice_submission* submission);
/* The same, tried for up to `wait_ns`. */
SLUICE_EXPORT sluice_code sluice_producer_submit_within(sluice_producer* producer, const sluice_submission* submission,
                                                        int64_t wait_ns);
SLUICE_EXPORT sluice_code sluice_producer_get_info(const sluice_producer* producer, sluice_producer_info* info);
SLUICE_EXPORT void sluice_producer_free(sluice_producer* producer);

/* --- Consumer: a way out -------------------------------------------------------------------------- */

typedef struct sluice_consumer sluice_consumer;

enum { SLUICE_WHEN_FULL_BLOCK = 0, SLUICE_WHEN_FULL_DETACH = 1 };

typedef struct sluice_consumer_options {
  size_t size;
  const char* const* lanes; /* NULL: all */
  uint64_t lane_count;
  uint64_t ring_bytes;
  uint64_t ring_decisions;
  uint64_t when_full;       /* SLUICE_WHEN_FULL_ */
} sluice_consumer_options;

/* Must not throw, or call back with this consumer. The decision and what it points to are valid during the visit. */
typedef void (*sluice_visit)(void* context, const sluice_decision* decision);

/* `options` may be NULL. Errors: SLUICE_INVALID_ARGUMENT (no such lane, or ring too small), SLUICE_LIMIT_EXCEEDED,
   SLUICE_UNAVAILABLE. */
SLUICE_EXPORT sluice_code sluice_consumer_open(sluice_engine* engine, const sluice_consumer_options* options,
                                               sluice_consumer** consumer, sluice_error* error);
/* Hands over up to `decisions_max` decisions that are ready, in sequence order. Does not wait. */
SLUICE_EXPORT sluice_code sluice_consumer_poll(sluice_consumer* consumer, size_t decisions_max, sluice_visit visit,
                                               void* context, size_t* visited);
/* SLUICE_OK: a decision is ready. SLUICE_TIMED_OUT: there is none. SLUICE_DETACHED: there is none, and none comes. */
SLUICE_EXPORT sluice_code sluice_consumer_wait(sluice_consumer* consumer, int64_t wait_ns);
/* Of a detached consumer: it got every decision of its lanes below this sequence. Else SLUICE_NOT_FOUND. */
SLUICE_EXPORT sluice_code sluice_consumer_get_detached_at(const sluice_consumer* consumer, uint64_t* sequence);
SLUICE_EXPORT void sluice_consumer_free(sluice_consumer* consumer);

#ifdef __cplusplus
}
#endif

#endif /* SLUICE_SLUICE_ENGINE_H_ */
