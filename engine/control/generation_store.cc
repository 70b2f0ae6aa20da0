#include "engine/control/generation_store.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <span>
#include <string_view>
#include <system_error>

#include "engine/base/file.h"
#include "engine/control/limits.h"
#include "engine/control/generation_json.h"

namespace sluice::control {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kGenerationFileBytesMax = 64u << 20;  // kChangesMax changes with the longest keys and reasons
constexpr std::size_t kNumberDigits = 10;

std::string Padded(std::uint32_t number) {
  const std::string digits = std::to_string(number);
  return std::string(kNumberDigits - digits.size(), '0') + digits;
}

Status MakeFolder(const std::string& path) {
  std::error_code error;
  if (fs::create_directory(path, error)) fs::permissions(path, fs::perms::owner_all, error);
  if (!error && fs::is_directory(path, error)) return Status::Ok();
  return {StatusCode::kIo, path + ": cannot make the folder: " +
                               (error ? error.message() : std::string("there is a file of that name"))};
}

Result<StoredGeneration> ReadGeneration(const std::string& path) {
  const auto bytes = base::ReadWholeFile(path, kGenerationFileBytesMax);
  if (!bytes.ok()) return bytes.status();
  auto generation = ParseGeneration({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  if (generation.ok()) return generation;
  return Status(generation.status().code(), path + ": " + generation.status().message());
}

Status WriteGeneration(const std::string& path, const StoredGeneration& generation) {
  const std::string text = GenerationJson(generation).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  return base::ReplaceFile(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace

std::string GenerationStore::PathOf(std::uint32_t number) const {
  return folder_ + "/generations/" + Padded(number) + ".json";
}
std::string GenerationStore::BundlePath(const std::string& hash) const {
  return folder_ + "/bundles/" + hash + ".bundle";
}

Result<std::unique_ptr<GenerationStore>> GenerationStore::Open(const std::string& folder) {
  std::unique_ptr<GenerationStore> store(new GenerationStore(folder));
  if (folder.empty()) return store;
  for (const std::string& each : {folder, folder + "/bundles", folder + "/generations"}) {
    if (Status status = MakeFolder(each); !status.ok()) return status;
  }
  if (Status status = store->ReadAll(); !status.ok()) return status;
  if (Status status = store->ReadNext(); !status.ok()) return status;
  return store;
}

// Files that are being written have other names.
Status GenerationStore::ReadAll() {
  std::error_code error;
  for (fs::directory_iterator at(folder_ + "/generations", error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() != ".json") continue;
    auto generation = ReadGeneration(at->path());
    if (!generation.ok()) return generation.status();
    list_.push_back(*std::move(generation));
  }
  if (error) return {StatusCode::kIo, folder_ + "/generations: " + error.message()};
  std::ranges::sort(list_, {}, &StoredGeneration::number);
  return Status::Ok();
}

Status GenerationStore::ReadNext() {
  auto next = ReadGeneration(folder_ + "/next.json");
  if (next.status().code() == StatusCode::kNotFound) return Status::Ok();
  if (!next.ok()) return next.status();
  next_ = *std::move(next);
  return Status::Ok();
}

Status GenerationStore::Prepare(const StoredGeneration& next, const ruleset::RuleSet& bundle) {
  if (folder_.empty()) return Status::Ok();
  std::error_code error;
  if (!fs::exists(BundlePath(next.bundle), error)) {
    if (Status status = ruleset::WriteBundle(bundle, BundlePath(next.bundle)); !status.ok()) return status;
  }
  return WriteGeneration(folder_ + "/next.json", next);
}

Status GenerationStore::Commit(const StoredGeneration& next) {
  {
    const std::lock_guard lock(mutex_);
    list_.push_back(next);
  }
  Status status = folder_.empty() ? Status::Ok() : WriteGeneration(PathOf(next.number), next);
  if (status.ok()) Abandon();  // where it cannot be written as a generation it stays the next one
  Forget();
  return status;
}

void GenerationStore::Abandon() {
  next_.reset();
  std::error_code error;
  if (!folder_.empty()) fs::remove(folder_ + "/next.json", error);
}

void GenerationStore::Forget() {
  std::vector<std::uint32_t> forgotten;
  {
    const std::lock_guard lock(mutex_);
    const std::size_t count = list_.size() - std::min(list_.size(), limits::kGenerationsKept);
    for (std::size_t i = 0; i < count; ++i) forgotten.push_back(list_[i].number);
    list_.erase(list_.begin(), list_.begin() + static_cast<std::ptrdiff_t>(count));
  }
  if (folder_.empty() || forgotten.empty()) return;
  std::error_code error;
  for (const std::uint32_t number : forgotten) fs::remove(PathOf(number), error);
  RemoveUnusedBundles();
}

void GenerationStore::RemoveUnusedBundles() {
  std::set<fs::path> used;
  for (const StoredGeneration& generation : List()) used.insert(BundlePath(generation.bundle));
  if (next_) used.insert(BundlePath(next_->bundle));
  std::error_code error;
  std::vector<fs::path> unused;
  for (fs::directory_iterator at(folder_ + "/bundles", error), end; !error && at != end; at.increment(error)) {
    if (!used.contains(at->path())) unused.push_back(at->path());
  }
  for (const fs::path& path : unused) fs::remove(path, error);
}

std::vector<StoredGeneration> GenerationStore::List() const {
  const std::lock_guard lock(mutex_);
  return list_;
}

std::optional<StoredGeneration> GenerationStore::Find(std::uint32_t number) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(list_, number, &StoredGeneration::number);
  return found == list_.end() ? std::nullopt : std::optional(*found);
}

std::optional<StoredGeneration> GenerationStore::FindRuleSet(const std::string& rule_set) const {
  if (next_ && next_->rule_set == rule_set) return next_;
  const std::lock_guard lock(mutex_);
  for (auto at = list_.rbegin(); at != list_.rend(); ++at) {
    if (rule_set.empty() || at->rule_set == rule_set) return *at;
  }
  return std::nullopt;
}

Result<ruleset::RuleSetPtr> GenerationStore::ReadBundle(const std::string& hash) const {
  if (folder_.empty()) {
    return Status(StatusCode::kUnavailable, "generations are not kept: the process was started without a store");
  }
  auto rule_set = ruleset::ReadBundle(BundlePath(hash));
  if (!rule_set.ok() || base::Hex((*rule_set)->hash) == hash) return rule_set;
  return Status(StatusCode::kCorrupt, BundlePath(hash) + ": it holds another rule set than its name says");
}

}  // namespace sluice::control
