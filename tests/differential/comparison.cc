#include "tests/differential/comparison.h"

#include <algorithm>
#include <mutex>
#include <set>

#include "engine/pipeline/screening.h"
#include "engine/ruleset/bundle.h"
#include "rules/emit/compiler.h"

namespace sluice::differential {

using oracle::BookModel;
using oracle::Expected;
using oracle::Submission;

namespace {

class StreamSource : public pipeline::RecordSource {
 public:
  explicit StreamSource(const std::vector<Submission>& stream) : stream_(stream) {}

  Status Read(std::size_t records_max, pipeline::RecordBlock* block) override {
    for (; at_ < stream_.size() && block->records.size() < records_max; ++at_) {
      pipeline::RawRecord raw;
      raw.bytes = stream_[at_].bytes;
      if (stream_[at_].read_error == "bad_cell") raw.error = parcel::ReadError::kBadCell;
      block->records.push_back(raw);
    }
    return Status::Ok();
  }
  std::string PlaceText(std::uint64_t) const override { return "generated"; }

 private:
  const std::vector<Submission>& stream_;
  std::size_t at_ = 0;
};

/// What the engine decided, by name.
Expected ByName(const ruleset::RuleSet& set, const decide::Decision& d) {
  Expected named;
  named.parcel_id = d.parcel_id;
  named.sequence = d.sequence;
  named.revision = d.revision;
  named.scanned = d.phase == parcel::Phase::kScanned;
  named.now = d.now;
  named.lane = set.lanes[d.lane].name;
  named.read_error = parcel::ReadErrorName(d.read_error);
  named.duplicate_of = d.duplicate_of;
  named.score = d.score;
  named.must_inspect = d.must_inspect;
  const auto id = [&set](ruleset::RuleIndex rule) {
    return std::string(set.Text(set.rules[rule].id));
  };
  for (int i = 0; i < ruleset::kOutcomeCount; ++i) {
    const auto outcome = static_cast<ruleset::Outcome>(i);
    if (d.Has(outcome)) named.outcomes.insert(ruleset::OutcomeName(outcome));
  }
  for (std::size_t i = 0; i < set.controls.size(); ++i) {
    if ((d.controls >> i & 1) != 0) named.controls.insert(set.controls[i]);
  }
  for (const ruleset::Hit& hit : d.matched) named.matched.push_back({id(hit.rule), hit.score});
  for (const ruleset::Hit& hit : d.shadow) named.shadow.push_back({id(hit.rule), hit.score});
  for (const auto rule : d.suppressed) named.suppressed.push_back(id(rule));
  for (const auto rule : d.absent) named.absent.push_back(id(rule));
  for (const auto rule : d.errors) named.errors.push_back(id(rule));
  for (const auto field : d.missing)
    named.missing.insert(std::string(set.Text(set.required[field].name)));
  for (const decide::Draw& draw : d.draws) {
    named.draws.push_back({id(draw.rule), draw.ticket, draw.threshold, draw.selected});
  }
  return named;
}

class Collector : public pipeline::DecisionSink {
 public:
  explicit Collector(const ruleset::RuleSet& set) : set_(set) {}

  std::unique_ptr<pipeline::DecisionFormatter> MakeFormatter() const override {
    return std::make_unique<Formatter>(*this);
  }
  Status Write(std::string_view) override { return Status::Ok(); }
  const std::map<std::uint64_t, Expected>& decisions() const { return decisions_; }

 private:
  struct Formatter : pipeline::DecisionFormatter {
    explicit Formatter(const Collector& to) : collector(to) {}
    void Append(const decide::Decision& decision, std::string*) override {
      const std::lock_guard lock(collector.mutex_);
      collector.decisions_[decision.sequence] = ByName(collector.set_, decision);
    }
    const Collector& collector;
  };

  const ruleset::RuleSet& set_;
  mutable std::mutex mutex_;
  mutable std::map<std::uint64_t, Expected> decisions_;
};

struct Way {
  std::size_t batch_rows;
  int threads;
};

void CountBook(const BookModel& book, const ruleset::RuleSet& set, Coverage* coverage) {
  ++coverage->books;
  coverage->rules += set.rules.size();
  CountClauses(set, coverage);
  for (const ruleset::Node& node : set.program.nodes)
    ++coverage->operations[ruleset::OpText(node.op)];
  const auto count = [coverage](const char* key, bool used) {
    if (used) ++coverage->keys[key];
  };
  for (const oracle::RuleModel& rule : book.rules) {
    count("lane", !rule.lane.empty() && !rule.lane.starts_with("row."));
    count("lane: row", rule.lane.starts_with("row."));
    count("split", !rule.split.empty());
    count("score", !rule.score.empty());
    count("probability", !rule.probability.empty() && rule.probability != "row.share");
    count("probability: row", rule.probability == "row.share");
    count("control", !rule.controls.empty() && rule.controls[0] != "row.desk");
    count("control: row", !rule.controls.empty() && rule.controls[0] == "row.desk");
    count("waive", !rule.waives.empty());
    count("tags", !rule.tags.empty());
    count("direction", !rule.directions.empty());
    count("offices", !rule.offices.empty());
    count("phase", !rule.phases.empty());
    count("valid", !rule.valid_from.empty() || !rule.valid_until.empty());
    count("mode: shadow", rule.shadow);
    count("must_inspect", rule.must_inspect);
    count("mandatory", rule.mandatory);
    count("absent: error", rule.absent_is_error);
    count("each", !rule.each.empty());
  }
}

void CountDecision(const Expected& decision, Coverage* coverage) {
  ++coverage->decisions;
  for (const std::string& outcome : decision.outcomes) ++coverage->outcomes[outcome];
  const auto count = [coverage](const char* name, bool used) {
    if (used) ++coverage->outcomes[name];
  };
  count("matched", !decision.matched.empty());
  count("suppressed", !decision.suppressed.empty());
  count("shadow", !decision.shadow.empty());
  count("absent", !decision.absent.empty());
  count("draws", !decision.draws.empty());
  count("duplicate", decision.duplicate_of != 0);
  count("controls", !decision.controls.empty());
}

void CountErrors(const oracle::Oracle& oracle, Coverage* coverage) {
  for (int i = 0; i < oracle::kErrorKindCount; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const char* name = oracle::ErrorName(static_cast<oracle::ErrorKind>(i));
    coverage->errors[name] += oracle.error_counts()[at];
    coverage->final_errors[name] += oracle.final_errors()[at];
  }
}

/// The lines that differ.
std::string LinesApart(const std::string& expected, const std::string& actual) {
  std::string text;
  std::size_t a = 0, b = 0;
  while (a < expected.size() && b < actual.size()) {
    const std::size_t end_a = expected.find('\n', a);
    const std::size_t end_b = actual.find('\n', b);
    const std::string line_a = expected.substr(a, end_a - a);
    const std::string line_b = actual.substr(b, end_b - b);
    if (line_a != line_b) text += "  oracle: " + line_a + "\n  engine: " + line_b + "\n";
    a = end_a + 1;
    b = end_b + 1;
  }
  return text;
}

base::Key256 TestKey() {
  const std::string secret(32, '\0');
  return oracle::EpochKeyOf(secret, secret, "test", "test", "test");
}

}  // namespace

std::optional<std::map<std::uint64_t, Expected>> EngineDecisions(const ruleset::RuleSetPtr& rule_set,
                                                                 const std::vector<Submission>& stream,
                                                                 std::string* failure) {
  StreamSource source(stream);
  Collector collector(*rule_set);
  pipeline::ScreenOptions options;
  options.threads = 1;
  const auto summary = pipeline::Screen(rule_set, draw::TestEpochKey(), options, &source, &collector);
  if (summary.ok()) return collector.decisions();
  *failure = "screening failed: " + summary.status().message();
  return std::nullopt;
}

std::optional<std::string> FindDifference(const BookModel& book, const Schema& schema,
                                          const ruleset::RuleSetPtr& rule_set,
                                          const std::vector<Submission>& stream, bool all_ways,
                                          Coverage* coverage) {
  const auto bundled = ruleset::DecodeBundle(ruleset::EncodeBundle(*rule_set));
  if (!bundled.ok()) return "the bundle cannot be read: " + bundled.status().message();
  oracle::Oracle oracle(book, schema.catalog, TestKey());
  std::vector<std::string> expected;
  for (const Submission& submission : stream) {
    const Expected decision = oracle.Decide(submission);
    expected.push_back(oracle::ToText(decision));
    if (coverage != nullptr) CountDecision(decision, coverage);
  }
  if (coverage != nullptr) {
    CountBook(book, *rule_set, coverage);
    CountErrors(oracle, coverage);
    coverage->pairs += stream.size() * rule_set->rules.size();
  }
  std::optional<base::Hash256> digest;
  std::vector<Way> ways = {{64, 1}};
  if (all_ways) ways = {{64, 1}, {1, 1}, {3, 2}, {256, 1}, {256, 2}, {512, 2}};
  for (const Way& way : ways) {
    StreamSource source(stream);
    Collector collector(**bundled);
    pipeline::ScreenOptions options;
    options.threads = way.threads;
    options.batch_rows = way.batch_rows;
    const auto summary =
        pipeline::Screen(*bundled, draw::TestEpochKey(), options, &source, &collector);
    const std::string name = "batches of " + std::to_string(way.batch_rows) + ", " +
                             std::to_string(way.threads) + " threads";
    if (!summary.ok()) return "screening failed: " + summary.status().message();
    for (const auto& [sequence, decision] : collector.decisions()) {
      const std::string actual = oracle::ToText(decision);
      const std::string& wanted = expected[sequence - 1];
      if (actual == wanted) continue;
      return "record " + std::to_string(sequence) + ", " + name + "\n" +
             LinesApart(wanted, actual) + "  record: " + oracle::ToText(stream[sequence - 1].tree) +
             "\n";
    }
    if (collector.decisions().size() != stream.size()) return "decisions are missing: " + name;
    if (digest && *digest != summary->decision_digest) return "another digest: " + name;
    digest = summary->decision_digest;
  }
  return std::nullopt;
}

ruleset::RuleSetPtr CompileWhatCompiles(BookModel* book, const std::string& folder,
                                        Coverage* coverage, std::string* failure) {
  // What a condition of the right types may still be refused for.
  static const std::set<std::string> kAllowed = {
      "constant-error", "unit-mismatch",        "enum-mismatch", "score-range",
      "duplicate-key",  "expression-too-large", "too-deep",
      "too-costly",      "no-rates",
      "weight-literal", "too-many-variables"};
  for (int tries = 0; tries < 10; ++tries) {
    oracle::WriteBook(*book, folder);
    auto compiled = rules::CompileBook(folder);
    if (!compiled.ok()) {
      *failure = compiled.status().message();
      return nullptr;
    }
    if (compiled->rule_set != nullptr) return compiled->rule_set;
    std::set<std::size_t> refused;
    for (const rules::Diagnostic& one : compiled->diagnostics.items()) {
      if (one.severity != rules::Severity::kError) continue;
      std::vector<std::string> files{one.place.file};
      for (const auto& note : one.notes) files.push_back(note.place.file);
      const std::size_t before = refused.size();
      for (std::size_t i = 0; i < book->rules.size(); ++i) {
        for (const std::string& file : files) {
          const oracle::RuleModel& rule = book->rules[i];
          const bool in_profile = !rule.each.empty() && !rule.score.empty() &&
                                  one.code == "score-range" &&
                                  file.ends_with("tables/" + rule.each + ".csv");
          if (in_profile || file.ends_with(oracle::RuleFileName(i))) refused.insert(i);
        }
      }
      if (coverage != nullptr) ++coverage->refusals[one.code];
      if (kAllowed.contains(one.code) && (refused.size() > before || !refused.empty())) continue;
      *failure = one.code + " at " + one.place.file + ":" + std::to_string(one.place.line) + ": " +
                 one.message + " (" + one.hint + ")";
      for (const std::size_t i : refused) *failure += "\n" + oracle::RuleText(book->rules[i]);
      return nullptr;
    }
    for (auto at = refused.rbegin(); at != refused.rend(); ++at) {
      book->rules.erase(book->rules.begin() + static_cast<std::ptrdiff_t>(*at));
    }
    if (coverage != nullptr) coverage->refused_rules += refused.size();
  }
  *failure = "rules are refused without end";
  return nullptr;
}

std::string ShrinkFailure(BookModel book, const std::string& folder, const std::string& failure) {
  std::string told = failure;
  for (std::size_t at = 0; at < book.rules.size();) {
    BookModel less = book;
    less.rules.erase(less.rules.begin() + static_cast<std::ptrdiff_t>(at));
    std::string why;
    const auto rule_set = CompileWhatCompiles(&less, folder, nullptr, &why);
    if (rule_set != nullptr) {
      ++at;
    } else {
      book = less;
      told = why;
    }
  }
  for (const oracle::RuleModel& rule : book.rules) told += "\n" + oracle::RuleText(rule);
  return told;
}

std::string Shrink(BookModel book, const Schema& schema, const std::string& folder,
                   std::vector<Submission> stream, const std::string& difference) {
  std::string told = difference;
  const auto still_differs = [&](BookModel* less, const std::vector<Submission>& fewer) {
    std::string failure;
    const auto rule_set = CompileWhatCompiles(less, folder, nullptr, &failure);
    if (rule_set == nullptr) return false;
    const auto found = FindDifference(*less, schema, rule_set, fewer, true, nullptr);
    if (found) told = *found;
    return found.has_value();
  };
  for (std::size_t part = std::max<std::size_t>(book.rules.size() / 2, 1); part > 0; part /= 2) {
    for (std::size_t at = 0; at < book.rules.size();) {
      BookModel less = book;
      const auto first = less.rules.begin() + static_cast<std::ptrdiff_t>(at);
      const auto count = std::min(part, less.rules.size() - at);
      less.rules.erase(first, first + static_cast<std::ptrdiff_t>(count));
      if (!less.rules.empty() && still_differs(&less, stream)) {
        book = less;
      } else {
        at += part;
      }
    }
  }
  for (std::size_t part = std::max<std::size_t>(stream.size() / 2, 1); part > 0; part /= 2) {
    for (std::size_t at = 0; at < stream.size();) {
      std::vector<Submission> fewer = stream;
      const auto first = fewer.begin() + static_cast<std::ptrdiff_t>(at);
      const auto count = std::min(part, fewer.size() - at);
      fewer.erase(first, first + static_cast<std::ptrdiff_t>(count));
      if (!fewer.empty() && still_differs(&book, fewer)) {
        stream = fewer;
      } else {
        at += part;
      }
    }
  }
  std::string rules;
  for (const oracle::RuleModel& rule : book.rules) rules += oracle::RuleText(rule);
  oracle::WriteBook(book, folder);
  return told + rules + "book: " + folder + "\n";
}

std::string Coverage::Table() const {
  std::string text = "books " + std::to_string(books) + ", rules " + std::to_string(rules) +
                     ", refused " + std::to_string(refused_rules) + ", decisions " +
                     std::to_string(decisions) + ", pairs " + std::to_string(pairs) + "\n";
  const auto add = [&text](const char* title, const std::map<std::string, std::uint64_t>& counts) {
    text += std::string(title) + ":";
    for (const auto& [name, count] : counts) text += "  " + name + " " + std::to_string(count);
    text += "\n";
  };
  add("operations", operations);
  add("errors raised", errors);
  add("errors at the end", final_errors);
  add("keys", keys);
  add("decisions with", outcomes);
  add("refusals", refusals);
  add("clauses on elements", clauses);
  return text;
}

}  // namespace sluice::differential
