// A small schema, a rule set over it, and sources and sinks in memory.
//
// Rules: HEAVY (weight_g > 1000: inspect, score 30, control desk), RND (half of all: document), ERR
// (100 / pieces > 50: errs where pieces is 0), SHADOW (weight_g > 500, shadow: hold), WAIVER (gift:
// waives HEAVY).   Thread-safety: as engine/pipeline/stream.h says.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/pipeline/screening.h"
#include "engine/ruleset/verify.h"
#include "engine/wire/record_builder.h"
#include "engine/wire/schema_loader.h"

namespace sluice::pipeline {

inline constexpr const char* kSmallSchema = R"(
attribute "timestamp";
attribute "required_at";
attribute "label";
attribute "max_items";
enum Phase : ubyte { declared = 0, scanned = 1, lost = 7 }
table Item { code: string; }
table Parcel {
  id: string;
  received: long = null (timestamp: "s");
  phase: Phase;
  weight_g: int = null (required_at: "declared");
  pieces: int = 1;
  gift: bool;
  items: [Item] (max_items: 1024);
  family: string (label);
  fraud: bool (label);
}
root_type Parcel;
)";

class SmallRules {
 public:
  enum Lane : ruleset::LaneIndex { kPass, kDocument, kInspect, kHold };
  enum Rule : ruleset::RuleIndex { kHeavy, kRandom, kErring, kShadow, kWaiver };

  SmallRules() {
    rules.catalog = *wire::LoadSchema(kSmallSchema, "small.fbs", {}, "");
    rules.name = "small";
    rules.lanes = {{"pass", 0, true}, {"document", 10}, {"inspect", 20}, {"hold", 30}};
    rules.outcome_lanes.fill(kHold);
    rules.outcome_lanes[static_cast<int>(ruleset::Outcome::kIncomplete)] = kDocument;
    rules.controls = {"desk"};
    rules.tags = {"weight"};
    rules.system.id = Column("id");
    rules.system.received = Column("received");
    rules.system.phase = Column("phase");
    rules.system.draw_id = rules.system.id;
    weight_ = Column("weight_g");
    rules.required.push_back({weight_, parcel::kAllPhases, rules.texts.Add("weight_g")});
    for (int type = 0; type < parcel::kScalarTypeCount; ++type) {
      rules.program.types.push_back({static_cast<parcel::ValueType>(type), 0, 0, 0});
    }
    AddRules();
  }

  ruleset::RuleSetPtr Finished() {
    const Status status = ruleset::Verify(rules);
    EXPECT_TRUE(status.ok()) << status.message();
    auto finished = std::make_shared<ruleset::RuleSet>(rules);
    finished->Finish();
    return finished;
  }

  /// A column of a vector, so that decoding makes rows for its elements.
  void ReadItems() {
    const auto path = *parcel::FindPath(rules.catalog, "items");
    const auto domain = rules.columns.AddDomain(rules.catalog, parcel::kParcelDomain, path);
    rules.columns.AddColumn(rules.catalog, domain, {0});
  }

  ruleset::RuleSet rules;

 private:
  parcel::ColumnIndex Column(const char* field) {
    return rules.columns.AddColumn(rules.catalog, parcel::kParcelDomain,
                                   *parcel::FindPath(rules.catalog, field));
  }

  ruleset::NodeIndex Node(ruleset::Op op, parcel::ValueType type, std::uint32_t a,
                          std::uint32_t b = 0) {
    rules.program.nodes.push_back({op, ruleset::ScalarTypeId(type), a, b, 0});
    return static_cast<ruleset::NodeIndex>(rules.program.nodes.size() - 1);
  }
  ruleset::NodeIndex Constant(parcel::ValueType type, std::int64_t value) {
    rules.program.ints.push_back(value);
    return Node(ruleset::Op::kConst, type,
                static_cast<std::uint32_t>(rules.program.ints.size() - 1));
  }
  ruleset::NodeIndex Above(ruleset::NodeIndex number, std::int64_t bound) {
    const auto constant = Constant(parcel::ValueType::kInt, bound);
    return Node(ruleset::Op::kGt, parcel::ValueType::kBool, number, constant);
  }

  void AddRules() {
    using parcel::ValueType;
    const auto weight = Node(ruleset::Op::kColumn, ValueType::kInt, weight_);
    const auto pieces = Node(ruleset::Op::kColumn, ValueType::kInt, Column("pieces"));
    const auto gift = Node(ruleset::Op::kColumn, ValueType::kBool, Column("gift"));
    const auto hundred = Constant(ValueType::kInt, 100);
    const auto per_piece = Node(ruleset::Op::kDiv, ValueType::kInt, hundred, pieces);
    ruleset::Rule& heavy = Add("HEAVY", Above(weight, 1000), kInspect);
    heavy.score = 30;
    heavy.controls = 1;
    heavy.tags = 1;
    Add("RND", Constant(ValueType::kBool, 1), kDocument).probability = 500'000;
    Add("ERR", Above(per_piece, 50), ruleset::kNoLane);
    Add("SHADOW", Above(weight, 500), kHold).mode = ruleset::RuleMode::kShadow;
    Add("WAIVER", gift, ruleset::kNoLane).waives = 1;
  }

  ruleset::Rule& Add(const char* id, ruleset::NodeIndex condition, ruleset::LaneIndex lane) {
    ruleset::Rule rule;
    rule.id = rules.texts.Add(id);
    rule.condition = condition;
    rule.lane = lane;
    rules.rules.push_back(rule);
    return rules.rules.back();
  }

  parcel::ColumnIndex weight_ = 0;
};

/// What a test says of one record.
struct SmallParcel {
  std::string id;
  std::optional<std::int64_t> received = {};
  int phase = 0;
  std::optional<std::int64_t> weight_g = 100;
  std::int64_t pieces = 10;
  bool gift = false;
  int items = 0;
  std::string family = {};
  bool fraud = false;
};

/// Records in memory; some may be damaged or of another kind.
class MemorySource : public RecordSource {
 public:
  void Add(const SmallParcel& parcel) {
    static const parcel::Catalog catalog = *wire::LoadSchema(kSmallSchema, "small.fbs", {}, "");
    wire::RecordBuilder builder(catalog);
    builder.Start();
    if (!parcel.id.empty()) builder.SetString(builder.Find("id"), parcel.id);
    if (parcel.received) builder.SetTimestamp(builder.Find("received"), {*parcel.received, 0});
    builder.SetInt(builder.Find("phase"), parcel.phase);
    if (parcel.weight_g) builder.SetInt(builder.Find("weight_g"), *parcel.weight_g);
    builder.SetInt(builder.Find("pieces"), parcel.pieces);
    builder.SetBool(builder.Find("gift"), parcel.gift);
    for (int i = 0; i < parcel.items; ++i) builder.AddItem(builder.Find("items"));
    if (!parcel.family.empty()) builder.SetString(builder.Find("family"), parcel.family);
    builder.SetBool(builder.Find("fraud"), parcel.fraud);
    const auto bytes = builder.Finish();
    Add(std::vector<std::uint8_t>(bytes.begin(), bytes.end()));
  }
  void Add(std::vector<std::uint8_t> bytes, parcel::ReadError error = parcel::ReadError::kNone,
           parcel::InputKind kind = parcel::InputKind::kParcel) {
    records_.push_back({std::move(bytes), error, kind});
  }
  /// Fails when record `number` is asked for.
  void FailAt(std::size_t number) { fail_at_ = number; }
  void Rewind() { next_ = 0; }

  Status Read(std::size_t records_max, RecordBlock* block) override {
    for (std::size_t i = 0; i < records_max && next_ < records_.size(); ++i, ++next_) {
      if (next_ == fail_at_) return {StatusCode::kIo, "the disk is gone"};
      const Stored& stored = records_[next_];
      if (stored.error != parcel::ReadError::kNone) {
        block->flaws.push_back({static_cast<std::uint32_t>(i), "it is torn"});
      }
      block->records.push_back({stored.bytes, stored.error, stored.kind, next_});
    }
    return Status::Ok();
  }
  std::string PlaceText(std::uint64_t place) const override {
    return "memory:" + std::to_string(place);
  }

 private:
  struct Stored {
    std::vector<std::uint8_t> bytes;
    parcel::ReadError error;
    parcel::InputKind kind;
  };
  std::vector<Stored> records_;
  std::size_t next_ = 0;
  std::size_t fail_at_ = ~std::size_t{0};
};

/// Keeps decisions in the order in which they were written.
class MemorySink : public DecisionSink {
 public:
  std::unique_ptr<DecisionFormatter> MakeFormatter() const override {
    return std::make_unique<Formatter>(this);
  }
  Status Write(std::string_view bytes) override {
    if (++writes_ > writes_max_) return {StatusCode::kIo, "no space left"};
    for (std::size_t begin = 0; begin < bytes.size();) {
      const std::size_t end = bytes.find('\n', begin);
      written.push_back(Take(std::stoull(std::string(bytes.substr(begin, end - begin)))));
      begin = end + 1;
    }
    return Status::Ok();
  }
  Status Finish() override {
    finished = true;
    return Status::Ok();
  }
  void FailAfter(std::size_t writes) { writes_max_ = writes; }

  std::vector<decide::Decision> written;
  bool finished = false;

 private:
  /// The formatted text of a decision is its number among all that were made, in no certain order.
  class Formatter : public DecisionFormatter {
   public:
    explicit Formatter(const MemorySink* sink) : sink_(sink) {}
    void Append(const decide::Decision& decision, std::string* bytes) override {
      const std::lock_guard lock(sink_->mutex_);
      *bytes += std::to_string(sink_->made_.size()) + "\n";
      sink_->made_.push_back(decision);
    }

   private:
    const MemorySink* sink_;
  };
  decide::Decision Take(std::size_t number) const {
    const std::lock_guard lock(mutex_);
    return made_[number];
  }

  mutable std::mutex mutex_;
  mutable std::vector<decide::Decision> made_;
  std::size_t writes_ = 0;
  std::size_t writes_max_ = ~std::size_t{0};
};

}  // namespace sluice::pipeline
