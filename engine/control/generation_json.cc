#include "engine/control/generation_json.h"

#include "engine/control/limits.h"
#include "engine/base/time_text.h"

namespace sluice::control {
namespace {

constexpr int kStoreFormat = 1;
constexpr std::size_t kHashDigits = 64;

// Members of a file that ought to be there; the first that is not is remembered.
class Reader {
 public:
  explicit Reader(const Json& json) : json_(json) {}

  std::string Text(const char* name) {
    const auto found = json_.find(name);
    if (found == json_.end() || !found->is_string()) return Miss(name), std::string();
    return found->get<std::string>();
  }
  std::string Hash(const char* name) {
    std::string text = Text(name);
    if (text.size() != kHashDigits || text.find_first_not_of("0123456789abcdef") != text.npos) Miss(name);
    return text;
  }
  base::Timestamp Time(const char* name) {
    const auto time = base::ParseTimestamp(Text(name));
    if (!time) Miss(name);
    return time.value_or(base::Timestamp());
  }
  std::uint32_t Number(const char* name) {
    const auto found = json_.find(name);
    if (found == json_.end() || !found->is_number_unsigned()) return Miss(name), 0u;
    return found->get<std::uint32_t>();
  }
  void Miss(const char* name) {
    if (missing_.empty()) missing_ = name;
  }
  const std::string& missing() const { return missing_; }

 private:
  const Json& json_;
  std::string missing_;
};

bool ReadChange(const Json& json, TimedChange* change) {
  if (!json.is_object()) return false;
  Reader reader(json);
  if (json.contains("rule")) {
    change->change = {ruleset::ChangeKind::kDisableRule, reader.Text("rule"), {}};
  } else {
    change->change = {ruleset::ChangeKind::kAddKey, reader.Text("list"), reader.Text("key")};
  }
  change->until = reader.Time("until");
  change->reason = reader.Text("reason");
  change->who = reader.Text("who");
  return reader.missing().empty();
}

}  // namespace

Json ChangeJson(const TimedChange& change) {
  Json json;
  if (change.change.kind == ruleset::ChangeKind::kDisableRule) {
    json["rule"] = change.change.name;
  } else {
    json["list"] = change.change.name;
    json["key"] = change.change.key;
  }
  json["until"] = base::TimestampText(change.until);
  json["reason"] = change.reason;
  json["who"] = change.who;
  return json;
}

Json GenerationJson(const StoredGeneration& generation) {
  Json json{{"format", kStoreFormat},
            {"generation", generation.number},
            {"rule_set", generation.rule_set},
            {"bundle", generation.bundle},
            {"name", generation.name},
            {"since", base::TimestampText(generation.since)},
            {"cause", generation.cause},
            {"who", generation.who},
            {"changes", Json::array()}};
  for (const TimedChange& change : generation.changes) json["changes"].push_back(ChangeJson(change));
  return json;
}

Result<StoredGeneration> ParseGeneration(std::string_view text) {
  const Json json = Json::parse(text.begin(), text.end(), nullptr, false);
  if (json.is_discarded() || !json.is_object()) return Status(StatusCode::kCorrupt, "no JSON object");
  Reader reader(json);
  if (reader.Number("format") != kStoreFormat) {
    return Status(StatusCode::kUnsupported, "not of format " + std::to_string(kStoreFormat));
  }
  StoredGeneration generation;
  generation.number = reader.Number("generation");
  generation.rule_set = reader.Hash("rule_set");
  generation.bundle = reader.Hash("bundle");
  generation.name = reader.Text("name");
  generation.since = reader.Time("since");
  generation.cause = reader.Text("cause");
  generation.who = reader.Text("who");
  const auto changes = json.find("changes");
  if (changes == json.end() || !changes->is_array() || changes->size() > limits::kChangesMax) reader.Miss("changes");
  if (reader.missing().empty()) {
    for (const Json& each : *changes) {
      if (!ReadChange(each, &generation.changes.emplace_back())) reader.Miss("changes");
    }
  }
  if (reader.missing().empty()) return generation;
  return Status(StatusCode::kCorrupt, "\"" + reader.missing() + "\" is missing, or not what it should be");
}

}  // namespace sluice::control
