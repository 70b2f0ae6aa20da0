// What targets evaluate and evaluate with: the rule set of tests/fuzz/world, records of the shipped schema, and whole
// files of records through engine/ingest.
//
// Thread-safety: one thread.   Errors: a world that does not compile ends the process.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/ingest/mapping.h"
#include "engine/ruleset/rule_set.h"

namespace sluice::fuzz {

using Bytes = std::vector<std::uint8_t>;

/// Compiled once a process: rules that read fields of every type, lists, tables, rates and a profile.
const ruleset::RuleSetPtr& World();

/// Records of the schema, from empty to full, with a fixed seed.
std::vector<Bytes> SampleRecords(const parcel::Catalog& catalog, std::size_t count);

/// Decides each record by itself, as explain does.
void ScreenAll(const ruleset::RuleSetPtr& rule_set, const std::vector<Bytes>& records);

/// Reads the file whatever it holds, once record by record and once in blocks, which must agree, and decides what can
/// be read.
void ScreenFile(const std::string& path, const std::optional<ingest::Mapping>& mapping,
                const ruleset::RuleSetPtr& rule_set);

}  // namespace sluice::fuzz
