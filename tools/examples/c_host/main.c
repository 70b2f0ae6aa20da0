/* A C host: parcels of a file go through the live engine, submitted and taken by one thread, as an event loop would.
 *
 *   c_host BUNDLE DAY.parcels
 */
#include <parcels.h>
#include <sluice/sluice.h>

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LANES_MAX 64
#define WAIT_MS 10000
#define WAIT_NS (INT64_C(1000000) * WAIT_MS)

typedef struct {
  char names[LANES_MAX][256];
  uint64_t counts[LANES_MAX];
  size_t lane_count;
  uint64_t late;
} lanes;

static int is_named(const char* name, sluice_text text) {
  return strlen(name) == text.size && memcmp(name, text.data, text.size) == 0;
}

/* What a sorting line would do with each decision: here they are counted, by the lane to act on. */
static void take(void* context, const sluice_decision* decision) {
  lanes* const all = context;
  const sluice_text lane = decision->delivered_lane;
  size_t i = 0;
  while (i < all->lane_count && !is_named(all->names[i], lane)) ++i;
  if (i == all->lane_count && i < LANES_MAX && lane.size < sizeof all->names[i]) {
    memcpy(all->names[i], lane.data, lane.size); /* the rest is zero */
    ++all->lane_count;
  }
  if (i < all->lane_count) ++all->counts[i];
  if (decision->flags & SLUICE_LATE) ++all->late;
}

static int fail(sluice_code code, const sluice_error* error) {
  fprintf(stderr, "c_host: %s: %s\n", sluice_code_name(code), error->message);
  return 1;
}

/* Submits every record; where there is no room, takes decisions and tries again. */
static sluice_code submit_all(parcels* day, sluice_producer* producer, sluice_consumer* consumer, lanes* all) {
  sluice_submission submission = {0};
  const unsigned char* record = NULL;
  size_t record_bytes = 0;
  sluice_code code = SLUICE_OK;
  submission.size = sizeof submission;
  while (code == SLUICE_OK && parcels_next(day, &record, &record_bytes)) {
    submission.record = record;
    submission.record_bytes = record_bytes;
    ++submission.tag;
    submission.deadline_ns = sluice_steady_now_ns() + WAIT_NS;
    while ((code = sluice_producer_submit(producer, &submission)) == SLUICE_FULL) {
      sluice_consumer_wait(consumer, 1000000);
      sluice_consumer_poll(consumer, 1000, take, all, NULL);
    }
  }
  return code;
}

/* Takes decisions until all that was accepted is delivered. */
static sluice_code take_rest(sluice_engine* engine, sluice_consumer* consumer, lanes* all, sluice_error* error) {
  sluice_code code;
  do {
    sluice_consumer_poll(consumer, SIZE_MAX, take, all, NULL);
    code = sluice_engine_drain(engine, 1, error);
  } while (code == SLUICE_TIMED_OUT);
  sluice_consumer_poll(consumer, SIZE_MAX, take, all, NULL);
  return code;
}

static void print(const lanes* all, const sluice_engine* engine) {
  sluice_engine_status status = {0};
  size_t i;
  status.size = sizeof status;
  for (i = 0; i < all->lane_count; ++i) printf("%-10s %8" PRIu64 "\n", all->names[i], all->counts[i]);
  if (sluice_engine_get_status(engine, &status) != SLUICE_OK) return;
  printf("accepted %" PRIu64 ", decided %" PRIu64 ", late %" PRIu64 "\n", status.accepted, status.decided, all->late);
}

static int run(parcels* day, const sluice_rule_set* rules) {
  static lanes all;
  sluice_error error = {0};
  sluice_engine* engine = NULL;
  sluice_producer* producer = NULL;
  sluice_consumer* consumer = NULL;
  sluice_code code;
  int result = 0;
  error.size = sizeof error;
  code = sluice_engine_start(rules, NULL, &engine, &error);
  if (code == SLUICE_OK) code = sluice_producer_open(engine, &producer, &error);
  if (code == SLUICE_OK) code = sluice_consumer_open(engine, NULL, &consumer, &error);
  if (code == SLUICE_OK) code = submit_all(day, producer, consumer, &all);
  if (code == SLUICE_OK) code = take_rest(engine, consumer, &all, &error);
  if (code == SLUICE_OK) code = sluice_engine_stop(engine, WAIT_MS, &error);
  if (code == SLUICE_OK) print(&all, engine);
  if (code != SLUICE_OK) result = fail(code, &error);
  sluice_consumer_free(consumer);
  sluice_producer_free(producer);
  sluice_engine_free(engine);
  return result;
}

int main(int argc, char** argv) {
  sluice_error error = {0};
  sluice_rule_set* rules = NULL;
  parcels day;
  sluice_code code;
  int result;
  error.size = sizeof error;
  if (argc != 3) {
    fprintf(stderr, "usage: c_host BUNDLE DAY.parcels\n");
    return 1;
  }
  printf("libsluice %s, C interface %" PRIu32 "\n", sluice_version(), sluice_abi_version());
  code = sluice_rule_set_load(argv[1], &rules, &error);
  if (code != SLUICE_OK) return fail(code, &error);
  if (parcels_open(&day, argv[2])) {
    result = run(&day, rules);
  } else {
    fprintf(stderr, "c_host: %s has no records\n", argv[2]);
    result = 1;
  }
  parcels_close(&day);
  sluice_rule_set_free(rules);
  return result;
}
