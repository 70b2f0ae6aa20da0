// Blocks of parcels in columns: a rule's rarest test over the whole block, which the compiler makes vector code of; the
// other tests for the parcels that are left.
#include <algorithm>
#include <array>
#include <cstring>

#include "perf/peers/cpp/peer.h"

namespace sluice::peers {
namespace {

constexpr std::uint32_t kBlock = 2'048;

/// Mask of 0 and 1 over `count` values. T: 16 bits where the field's values fit.
template <typename T>
void Ask(const Test& test, const T* values, std::uint32_t count, std::uint8_t* mask) {
  const auto negated = static_cast<std::uint8_t>(test.negated);
  if (test.is_range) {
    const T low = static_cast<T>(test.low), width = static_cast<T>(test.width);
    for (std::uint32_t i = 0; i < count; ++i) {
      mask[i] = static_cast<std::uint8_t>(static_cast<T>(values[i] - low) <= width) ^ negated;
    }
  } else {
    const T a = static_cast<T>(test.values[0]), b = static_cast<T>(test.values[1]), c = static_cast<T>(test.values[2]);
    for (std::uint32_t i = 0; i < count; ++i) {
      mask[i] = static_cast<std::uint8_t>((values[i] == a) | (values[i] == b) | (values[i] == c)) ^ negated;
    }
  }
}

class Columnar : public Peer {
 public:
  explicit Columnar(const FlatModel& model) : rules_(TestedRules(model, true)) {
    count_ = static_cast<std::uint32_t>(model.parcels.size());
    for (std::uint32_t field = 0; field < bench::kFlatFields; ++field) {
      for (const bench::FlatParcel& parcel : model.parcels) {
        if (IsWide(field)) {
          wide_[field].push_back(parcel[field]);
        } else {
          narrow_[field].push_back(static_cast<std::uint16_t>(parcel[field]));
        }
      }
    }
  }

  const char* name() const override { return "columnar blocks"; }
  std::vector<Found> Matches() const override { return found_; }

  double Run() override {
    const double start = ThreadNanoseconds();
    found_.clear();
    for (std::uint32_t first = 0; first < count_; first += kBlock) {
      const std::uint32_t count = std::min(kBlock, count_ - first);
      mask_.fill(0);
      for (const TestedRule& rule : rules_) AskRule(rule, first, count);
    }
    return ThreadNanoseconds() - start;
  }

 private:
  static bool IsWide(std::uint32_t field) { return bench::KindOf(field) == bench::FieldKind::kId; }

  std::uint32_t Value(std::uint32_t field, std::uint32_t parcel) const {
    return IsWide(field) ? wide_[field][parcel] : narrow_[field][parcel];
  }

  void AskRule(const TestedRule& rule, std::uint32_t first, std::uint32_t count) {
    const Test& rarest = rule.tests[0];
    if (IsWide(rarest.field)) {
      Ask(rarest, wide_[rarest.field].data() + first, count, mask_.data());
    } else {
      Ask(rarest, narrow_[rarest.field].data() + first, count, mask_.data());
    }
    for (std::uint32_t eight = 0; eight < count; eight += 8) {
      std::uint64_t word;
      std::memcpy(&word, mask_.data() + eight, sizeof word);
      for (; word != 0; word &= word - 1) {
        const std::uint32_t parcel = first + eight + static_cast<std::uint32_t>(__builtin_ctzll(word)) / 8;
        if (Rest(rule, parcel)) found_.push_back({parcel, rule.rule});
      }
    }
  }

  bool Rest(const TestedRule& rule, std::uint32_t parcel) const {
    for (std::size_t i = 1; i < rule.tests.size(); ++i) {
      if (!rule.tests[i].Holds(Value(rule.tests[i].field, parcel))) return false;
    }
    return true;
  }

  std::vector<TestedRule> rules_;
  std::uint32_t count_;
  std::array<std::vector<std::uint32_t>, bench::kFlatFields> wide_;
  std::array<std::vector<std::uint16_t>, bench::kFlatFields> narrow_;
  std::array<std::uint8_t, kBlock> mask_;
  std::vector<Found> found_;
};

}  // namespace

std::unique_ptr<Peer> ColumnarBlocks(const FlatModel& model) { return std::make_unique<Columnar>(model); }

}  // namespace sluice::peers
