// sluice::ParseDecision: canonical bytes (engine/decide/FORMAT.md) as a Decision.
#include <sluice/decision.h>

namespace sluice {

namespace {

constexpr std::uint8_t kFormatVersion = 1;
enum Flag : std::uint8_t { kTestKey = 1, kMustInspect = 2, kScannedCause = 4, kScannedPhase = 8 };
constexpr std::size_t kScoreBytes = 4;
constexpr std::size_t kDrawBytes = 8 + 8 + 1;

std::uint32_t ReadCount(const std::uint8_t* bytes) {
  return static_cast<std::uint32_t>(bytes[0]) | static_cast<std::uint32_t>(bytes[1]) << 8 |
         static_cast<std::uint32_t>(bytes[2]) << 16 | static_cast<std::uint32_t>(bytes[3]) << 24;
}

/// Reads from the front; once something is not there, nothing more is, and ok() says so.
class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  std::span<const std::uint8_t> rest() const { return bytes_; }

  std::span<const std::uint8_t> Take(std::size_t count) {
    if (count > bytes_.size()) {
      ok_ = false;
      bytes_ = {};
      return {};
    }
    const auto taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }

  template <typename T>
  T Number() {
    T value = 0;
    const auto bytes = Take(sizeof(T));
    for (std::size_t i = 0; i < bytes.size(); ++i) value |= static_cast<T>(static_cast<T>(bytes[i]) << (8 * i));
    return value;
  }

  std::string_view Text() {
    const auto bytes = Take(Number<std::uint32_t>());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  /// A list of texts, each with `extra_bytes` behind it.
  template <typename List>
  List Entries(std::size_t extra_bytes) {
    const auto count = Number<std::uint32_t>();
    const auto all = bytes_;
    for (std::uint32_t i = 0; i < count && ok_; ++i) {
      Text();
      Take(extra_bytes);
    }
    return List(all.first(all.size() - bytes_.size()), count);
  }

 private:
  std::span<const std::uint8_t> bytes_;
  bool ok_ = true;
};

/// Takes a text off the front of checked entries.
std::string_view TakeText(std::span<const std::uint8_t>* entries) {
  const std::size_t size = ReadCount(entries->data());
  const std::string_view text(reinterpret_cast<const char*>(entries->data()) + sizeof(std::uint32_t), size);
  *entries = entries->subspan(sizeof(std::uint32_t) + size);
  return text;
}

}  // namespace

bool ScoredRules::Next(std::string_view* rule, std::uint32_t* score) {
  if (count_ == 0) return false;
  --count_;
  *rule = TakeText(&entries_);
  *score = ReadCount(entries_.data());
  entries_ = entries_.subspan(kScoreBytes);
  return true;
}

bool TextList::Next(std::string_view* text) {
  if (count_ == 0) return false;
  --count_;
  *text = TakeText(&entries_);
  return true;
}

Status ParseDecision(std::span<const std::uint8_t> canonical, Decision* decision) {
  Reader reader(canonical);
  const auto version = reader.Number<std::uint8_t>();
  const auto flags = reader.Number<std::uint8_t>();
  decision->outcomes = reader.Number<std::uint8_t>();
  reader.Number<std::uint8_t>();  // read error: the outcome says that there is one
  decision->revision = reader.Number<std::uint32_t>();
  decision->generation = reader.Number<std::uint32_t>();
  decision->score = reader.Number<std::uint32_t>();
  decision->sequence = reader.Number<std::uint64_t>();
  decision->duplicate_of = reader.Number<std::uint64_t>();
  decision->parcel_id = reader.Text();
  decision->lane = reader.Text();
  decision->controls = reader.Entries<TextList>(0);
  decision->matched = reader.Entries<ScoredRules>(kScoreBytes);
  decision->suppressed = reader.Entries<TextList>(0);
  decision->errors = reader.Entries<TextList>(0);
  decision->shadow = reader.Entries<ScoredRules>(kScoreBytes);
  reader.Entries<TextList>(kDrawBytes);
  decision->missing = reader.Entries<TextList>(0);
  decision->test_key = (flags & kTestKey) != 0;
  decision->must_inspect = (flags & kMustInspect) != 0;
  decision->scanned = (flags & kScannedPhase) != 0;
  decision->canonical = canonical;
  decision->delivered_lane = decision->lane;
  if (reader.ok() && version != kFormatVersion) {
    return {StatusCode::kUnsupported, "a decision of format version " + std::to_string(version)};
  }
  if (reader.ok() && reader.rest().empty()) return Status::Ok();
  return {StatusCode::kCorrupt, reader.ok() ? "a decision with more bytes than it says" : "a decision that is cut"};
}

}  // namespace sluice
