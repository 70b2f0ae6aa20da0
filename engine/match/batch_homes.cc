#include "engine/match/batch_homes.h"

namespace sluice::match {

BatchHomes::BatchHomes(const ruleset::RuleSet& rule_set, const std::vector<Home>& homes)
    : rule_set_(rule_set), homes_(homes), all_(rule_set.columns.domains.size()),
      parcels_(rule_set.columns.domains.size()), parcels_known_(rule_set.columns.domains.size()) {
  for (parcel::DomainIndex d = 0; d < all_.size(); ++d) {
    all_[d].resize(parcel::WordsFor(RowsMax(d)));
    if (rule_set.columns.domains[d].parent != parcel::kParcelDomain) parcels_[d].resize(RowsMax(d));
  }
}

void BatchHomes::Begin(const parcel::Batch& batch) {
  batch_ = &batch;
  for (parcel::DomainIndex d = 0; d < all_.size(); ++d) {
    FillWords(all_[d].data(), all_[d].size(), 0);
    PutRange(all_[d].data(), 0, batch.domains[d].count);
    parcels_known_[d] = false;
  }
}

const std::uint32_t* BatchHomes::parcels(HomeIndex home) {
  const parcel::DomainIndex own = homes_[home].domain;
  const auto& domains = rule_set_.columns.domains;
  if (domains[own].parent == parcel::kParcelDomain) return batch_->domains[own].parent.data();
  if (parcels_known_[own]) return parcels_[own].data();
  for (std::uint32_t row = 0; row < batch_->domains[own].count; ++row) {
    std::uint32_t above = row;
    for (parcel::DomainIndex d = own; d != parcel::kParcelDomain; d = domains[d].parent) {
      above = batch_->domains[d].parent[above];
    }
    parcels_[own][row] = above;
  }
  parcels_known_[own] = true;
  return parcels_[own].data();
}

void BatchHomes::Stand(HomeIndex home, std::size_t row, RowInterpreter* interpreter) {
  if (home == kParcelHome) {
    interpreter->SetParcel(static_cast<std::uint32_t>(row));
    return;
  }
  interpreter->SetParcel(parcels(home)[row]);
  Value element;
  const Home& own = homes_[home];
  // Elements of a vector of scalars are always present.
  const bool read = own.scalar && interpreter->ReadElement(own.domain, row, &element) == ErrorKind::kNone;
  interpreter->BindLocal(own.slot, read ? element : RowValue(static_cast<std::uint32_t>(row)));
}

}  // namespace sluice::match
