// Decisions as JSON, written directly: no document is built.
#include <cstdint>

#include "engine/base/time_text.h"
#include "engine/ingest/decision_formatters.h"

namespace sluice::ingest {

namespace {

using decide::Decision;
using ruleset::RuleSet;

/// A JSON string. Texts are valid UTF-8, which stands for itself.
void AppendQuoted(std::string_view text, std::string* out) {
  out->push_back('"');
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out->append(text, plain, i - plain);
    plain = i + 1;
    if (c < 0x20) {
      static constexpr char kDigits[] = "0123456789abcdef";
      out->append("\\u00");
      out->push_back(kDigits[c >> 4]);
      out->push_back(kDigits[c & 15]);
    } else {
      out->push_back('\\');
      out->push_back(static_cast<char>(c));
    }
  }
  out->append(text, plain);
  out->push_back('"');
}

class NdjsonFormatter : public pipeline::DecisionFormatter {
 public:
  explicit NdjsonFormatter(const RuleSet& rule_set) : rule_set_(rule_set) {}

  void Append(const Decision& decision, std::string* bytes) override {
    out_ = bytes;
    AppendHead(decision);
    Array("controls", [&] { ForEachControl(rule_set_, decision, [&](auto name) { Item(name); }); });
    Array("outcomes", [&] { ForEachOutcome(decision, [&](auto name) { Item(name); }); });
    Hits("matched", decision.matched);
    Rules("suppressed", decision.suppressed);
    Rules("absent", decision.absent);
    Rules("errors", decision.errors);
    Hits("shadow", decision.shadow);
    AppendDraws(decision);
    AppendRare(decision);
    out_->append("}\n");
  }

 private:
  void AppendHead(const Decision& decision) {
    out_->append("{\"sequence\":");
    AppendNumber(decision.sequence, out_);
    Text("parcel_id", decision.parcel_id);
    Number("revision", decision.revision);
    Text("cause", CauseName(decision.cause));
    Text("phase", PhaseName(decision.phase));
    Text("now", base::TimestampText(decision.now));
    Number("generation", decision.generation);
    Text("lane", rule_set_.lanes[decision.lane].name);
    Number("score", decision.score);
  }

  void AppendDraws(const Decision& decision) {
    Array("draws", [&] {
      for (const decide::Draw& draw : decision.draws) {
        Separate();
        out_->append("{\"rule\":");
        AppendQuoted(RuleId(rule_set_, draw.rule), out_);
        out_->append(",\"ticket\":\"");
        AppendHex(draw.ticket, out_);
        out_->append("\",\"threshold\":\"");
        AppendHex(draw.threshold, out_);
        out_->append(draw.selected ? "\",\"selected\":true}" : "\",\"selected\":false}");
      }
    });
  }

  /// What most decisions do not have stands only where it is.
  void AppendRare(const Decision& decision) {
    if (decision.must_inspect) out_->append(",\"must_inspect\":true");
    if (decision.duplicate_of != 0) Number("duplicate_of", decision.duplicate_of);
    if (decision.read_error != parcel::ReadError::kNone) {
      Text("read_error", ReadErrorName(decision.read_error));
    }
    if (!decision.missing.empty()) {
      Array("missing", [&] {
        for (const std::uint32_t i : decision.missing) {
          Item(rule_set_.Text(rule_set_.required[i].name));
        }
      });
    }
    if (decision.test_key) out_->append(",\"test_key\":true");
  }

  void Key(std::string_view key) {
    out_->append(",\"");
    out_->append(key);
    out_->append("\":");
  }
  void Text(std::string_view key, std::string_view text) {
    Key(key);
    AppendQuoted(text, out_);
  }
  void Number(std::string_view key, std::unsigned_integral auto number) {
    Key(key);
    AppendNumber(number, out_);
  }

  template <typename AppendItems>
  void Array(std::string_view key, AppendItems append_items) {
    Key(key);
    out_->push_back('[');
    first_ = true;
    append_items();
    out_->push_back(']');
  }
  void Separate() {
    if (!first_) out_->push_back(',');
    first_ = false;
  }
  void Item(std::string_view text) {
    Separate();
    AppendQuoted(text, out_);
  }

  void Rules(std::string_view key, const std::vector<ruleset::RuleIndex>& rules) {
    Array(key, [&] {
      for (const ruleset::RuleIndex rule : rules) Item(RuleId(rule_set_, rule));
    });
  }
  void Hits(std::string_view key, const std::vector<ruleset::Hit>& hits) {
    Array(key, [&] {
      for (const ruleset::Hit& hit : hits) {
        Separate();
        out_->append("{\"rule\":");
        AppendQuoted(RuleId(rule_set_, hit.rule), out_);
        Text("reason", Reason(rule_set_, hit.rule));
        Number("score", hit.score);
        out_->push_back('}');
      }
    });
  }

  const RuleSet& rule_set_;
  std::string* out_ = nullptr;
  bool first_ = true;
};

}  // namespace

std::unique_ptr<pipeline::DecisionFormatter> MakeNdjsonFormatter(const RuleSet& rule_set) {
  return std::make_unique<NdjsonFormatter>(rule_set);
}

}  // namespace sluice::ingest
