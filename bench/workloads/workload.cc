#include "bench/workloads/workload.h"

#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "engine/match/evaluator.h"
#include "engine/pipeline/system_fields.h"
#include "rules/diag/render.h"
#include "rules/emit/compiler.h"

namespace sluice::bench {
namespace {

template <typename T>
std::uint64_t HashRow(const ruleset::RowLists<T>& lists, std::size_t row, std::uint64_t seed) {
  const std::span<const T> values = lists.Row(row);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
  return base::Hash64(std::span<const std::uint8_t>(bytes, values.size_bytes()), seed + values.size());
}

void DecodeInto(const Workload& workload, std::size_t first, std::uint32_t fill, wire::Decoder* decoder,
                parcel::Batch* batch) {
  for (std::uint32_t row = 0; row < fill; ++row) {
    const wire::DecodeResult result = decoder->Append(workload.records[first + row], *batch);
    SLUICE_CHECK(result == wire::DecodeResult::kAppended);
    const pipeline::SystemFields fields = pipeline::ReadSystemFields(*workload.rule_set, *batch, row);
    SLUICE_CHECK(fields.received);
    batch->facts[row] = {first + row + 1, *fields.received, 1, fields.phase, fields.error};
  }
}

}  // namespace

void Records::Add(std::span<const std::uint8_t> record) {
  bytes_.insert(bytes_.end(), record.begin(), record.end());
  ends_.push_back(bytes_.size());
}

std::span<const std::uint8_t> Records::operator[](std::size_t index) const {
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::span<const std::uint8_t>(bytes_).subspan(begin, ends_[index] - begin);
}

Status WriteBook(const BookFiles& files, const std::string& folder) {
  for (const auto& [path, text] : files) {
    const std::filesystem::path whole = std::filesystem::path(folder) / path;
    std::error_code error;
    std::filesystem::create_directories(whole.parent_path(), error);
    std::ofstream file(whole, std::ios::binary);
    file << text;
    file.close();
    if (!file.good()) return {StatusCode::kIo, whole.string() + ": cannot be written"};
  }
  return Status::Ok();
}

ruleset::RuleSetPtr CompileBookFiles(const BookFiles& files) {
  std::string folder = (std::filesystem::temp_directory_path() / "sluice_workload_XXXXXX").string();
  SLUICE_CHECK(mkdtemp(folder.data()) != nullptr);
  SLUICE_CHECK(WriteBook(files, folder).ok());
  Result<rules::CompiledBook> book = rules::CompileBook(folder);
  std::filesystem::remove_all(folder);
  SLUICE_CHECK(book.ok());
  if (book->rule_set == nullptr) std::fputs(rules::RenderPretty(book->diagnostics, *book->sources).c_str(), stderr);
  SLUICE_CHECK(book->rule_set != nullptr);
  return book->rule_set;
}

Batches DecodeBatches(const Workload& workload, std::uint32_t fill, std::size_t batches_max) {
  const parcel::ColumnPlan& columns = workload.rule_set->columns;
  const wire::DecodePlan plan(workload.rule_set->catalog, columns);
  wire::Decoder decoder(plan);
  Batches batches;
  for (std::size_t first = 0; first + fill <= workload.records.size() && batches.size() < batches_max; first += fill) {
    parcel::Batch& batch = *batches.emplace_back(std::make_unique<parcel::Batch>(columns));
    DecodeInto(workload, first, fill, &decoder, &batch);
  }
  return batches;
}

BatchFeeder::BatchFeeder(const Workload& workload, std::uint32_t fill)
    : workload_(workload),
      fill_(fill),
      plan_(workload.rule_set->catalog, workload.rule_set->columns),
      decoder_(plan_),
      batch_(workload.rule_set->columns) {
  SLUICE_CHECK(fill <= workload.records.size());
}

const parcel::Batch& BatchFeeder::Next() {
  if (next_ + fill_ > workload_.records.size()) next_ = 0;
  batch_.Clear();
  DecodeInto(workload_, next_, fill_, &decoder_, &batch_);
  next_ += fill_;
  return batch_;
}

std::uint64_t DigestMatches(const Workload& workload, std::uint32_t parcels, std::uint32_t fill) {
  const wire::DecodePlan plan(workload.rule_set->catalog, workload.rule_set->columns);
  wire::Decoder decoder(plan);
  parcel::Batch batch(workload.rule_set->columns);
  match::Evaluator evaluator(match::MakeMatcher(workload.rule_set));
  ruleset::BatchMatches matches;
  std::uint64_t digest = 0;
  for (std::uint32_t first = 0; first < parcels; first += fill) {
    batch.Clear();
    DecodeInto(workload, first, std::min(fill, parcels - first), &decoder, &batch);
    evaluator.Evaluate(batch, &matches);
    for (std::size_t row = 0; row < batch.row_count(); ++row) {
      digest = HashRow(matches.hits, row, digest);
      digest = HashRow(matches.errors, row, HashRow(matches.absent, row, digest));
    }
  }
  return digest;
}

}  // namespace sluice::bench
