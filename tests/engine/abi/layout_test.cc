// The C interface only grows: every number, offset and size that a host was built with, as version 1 had it. What is
// added goes to the end of a list here; a line that has to be changed is a host that breaks.
#include <sluice/sluice.h>

#include <gtest/gtest.h>

#include <cstddef>
#include <type_traits>

namespace {

#define AT(type, member, offset) static_assert(offsetof(type, member) == (offset))
// Without padding, in which an older host would have left anything, where a later member might come to stand.
#define SIZE(type, bytes)               \
  static_assert(sizeof(type) == (bytes)); \
  static_assert(std::has_unique_object_representations_v<type> && std::is_standard_layout_v<type>)

SIZE(sluice_text, 16);
AT(sluice_text, data, 0);
AT(sluice_text, size, 8);

SIZE(sluice_list, 24);
AT(sluice_list, entries, 0);
AT(sluice_list, bytes, 8);
AT(sluice_list, count, 16);
AT(sluice_list, has_scores, 20);

SIZE(sluice_error, 1024);
AT(sluice_error, size, 0);
AT(sluice_error, code, 8);
AT(sluice_error, message, 12);

SIZE(sluice_rule_set_info, 56);
AT(sluice_rule_set_info, name, 8);
AT(sluice_rule_set_info, hash, 24);
AT(sluice_rule_set_info, rule_count, 40);
AT(sluice_rule_set_info, lane_count, 48);

SIZE(sluice_lane_info, 32);
AT(sluice_lane_info, name, 8);
AT(sluice_lane_info, severity, 24);
AT(sluice_lane_info, releases, 28);

SIZE(sluice_decision, 272);
AT(sluice_decision, sequence, 8);
AT(sluice_decision, duplicate_of, 16);
AT(sluice_decision, tag, 24);
AT(sluice_decision, now_ns, 32);
AT(sluice_decision, producer, 40);
AT(sluice_decision, revision, 44);
AT(sluice_decision, generation, 48);
AT(sluice_decision, score, 52);
AT(sluice_decision, outcomes, 56);
AT(sluice_decision, flags, 60);
AT(sluice_decision, parcel_id, 64);
AT(sluice_decision, lane, 80);
AT(sluice_decision, delivered_lane, 96);
AT(sluice_decision, controls, 112);
AT(sluice_decision, matched, 136);
AT(sluice_decision, suppressed, 160);
AT(sluice_decision, errors, 184);
AT(sluice_decision, shadow, 208);
AT(sluice_decision, missing, 232);
AT(sluice_decision, canonical, 256);
AT(sluice_decision, canonical_bytes, 264);

SIZE(sluice_screener_options, 16);
AT(sluice_screener_options, epoch_key_file, 8);

SIZE(sluice_engine_options, 120);
AT(sluice_engine_options, agents, 8);
AT(sluice_engine_options, idle, 12);
AT(sluice_engine_options, cpus, 16);
AT(sluice_engine_options, cpu_count, 24);
AT(sluice_engine_options, batch_rows_max, 32);
AT(sluice_engine_options, producers_max, 40);
AT(sluice_engine_options, producer_ring_bytes, 48);
AT(sluice_engine_options, producer_ring_records, 56);
AT(sluice_engine_options, epoch_key_file, 64);
AT(sluice_engine_options, log_directory, 72);
AT(sluice_engine_options, log_durability, 80);
AT(sluice_engine_options, log_journal, 84);
AT(sluice_engine_options, log_journal_key_file, 88);
AT(sluice_engine_options, log_segment_bytes, 96);
AT(sluice_engine_options, log_keep_bytes, 104);
AT(sluice_engine_options, log_site, 112);

SIZE(sluice_publish_options, 32);
AT(sluice_publish_options, cause, 8);
AT(sluice_publish_options, who, 16);
AT(sluice_publish_options, wait_ms, 24);

SIZE(sluice_generation, 88);
AT(sluice_generation, number, 8);
AT(sluice_generation, passed, 12);
AT(sluice_generation, rule_set_hash, 16);

SIZE(sluice_engine_status, 88);
AT(sluice_engine_status, accepted, 8);
AT(sluice_engine_status, refused, 16);
AT(sluice_engine_status, decided, 24);
AT(sluice_engine_status, delivered, 32);
AT(sluice_engine_status, duplicates, 40);
AT(sluice_engine_status, late, 48);
AT(sluice_engine_status, batches, 56);
AT(sluice_engine_status, detached_consumers, 64);
AT(sluice_engine_status, waiting, 72);
AT(sluice_engine_status, generation, 80);
AT(sluice_engine_status, accepting, 84);

SIZE(sluice_delivery, 296);
AT(sluice_delivery, sequence, 8);
AT(sluice_delivery, decided, 16);
AT(sluice_delivery, revision, 20);
AT(sluice_delivery, generation, 24);
AT(sluice_delivery, score, 28);
AT(sluice_delivery, lane, 32);

SIZE(sluice_submission, 48);
AT(sluice_submission, record, 8);
AT(sluice_submission, record_bytes, 16);
AT(sluice_submission, tag, 24);
AT(sluice_submission, deadline_ns, 32);
AT(sluice_submission, intended_ns, 40);

SIZE(sluice_producer_info, 32);
AT(sluice_producer_info, accepted, 8);
AT(sluice_producer_info, refused, 16);
AT(sluice_producer_info, number, 24);

SIZE(sluice_consumer_options, 48);
AT(sluice_consumer_options, lanes, 8);
AT(sluice_consumer_options, lane_count, 16);
AT(sluice_consumer_options, ring_bytes, 24);
AT(sluice_consumer_options, ring_decisions, 32);
AT(sluice_consumer_options, when_full, 40);

#define IS(name, number) static_assert((name) == (number))
IS(SLUICE_OK, 0);
IS(SLUICE_INVALID_ARGUMENT, 1);
IS(SLUICE_NOT_FOUND, 2);
IS(SLUICE_IO, 3);
IS(SLUICE_CORRUPT, 4);
IS(SLUICE_LIMIT_EXCEEDED, 5);
IS(SLUICE_UNSUPPORTED, 6);
IS(SLUICE_RULES_DO_NOT_COMPILE, 7);
IS(SLUICE_UNAVAILABLE, 8);
IS(SLUICE_TIMED_OUT, 9);
IS(SLUICE_PERMISSION_DENIED, 10);
IS(SLUICE_FULL, 11);
IS(SLUICE_STOPPED, 12);
IS(SLUICE_DETACHED, 13);
IS(SLUICE_BUFFER_TOO_SMALL, 14);
IS(SLUICE_INTERNAL, 15);
IS(SLUICE_UNREADABLE, 1);
IS(SLUICE_INCOMPLETE, 2);
IS(SLUICE_CONFLICT, 4);
IS(SLUICE_RULE_ERROR, 8);
IS(SLUICE_PARKED, 16);
IS(SLUICE_OVERFLOW, 32);
IS(SLUICE_INTERNAL_FAILURE, 64);
IS(SLUICE_TEST_KEY, 1);
IS(SLUICE_MUST_INSPECT, 2);
IS(SLUICE_SCANNED, 4);
IS(SLUICE_LATE, 8);
IS(SLUICE_IDLE_DEFAULT, 0);
IS(SLUICE_IDLE_SPIN, 1);
IS(SLUICE_IDLE_YIELD, 2);
IS(SLUICE_IDLE_PARK, 3);
IS(SLUICE_DURABILITY_DEFAULT, 0);
IS(SLUICE_DURABILITY_ASYNC, 1);
IS(SLUICE_DURABILITY_GROUP, 2);
IS(SLUICE_WHEN_FULL_BLOCK, 0);
IS(SLUICE_WHEN_FULL_DETACH, 1);

TEST(LayoutTest, TheLibraryIsOfTheVersionOfItsHeader) {
  EXPECT_EQ(sluice_abi_version(), static_cast<std::uint32_t>(SLUICE_ABI_VERSION));
  EXPECT_STREQ(sluice_version(), SLUICE_VERSION);
}

}  // namespace
