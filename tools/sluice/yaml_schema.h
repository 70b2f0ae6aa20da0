// JSON Schemas (draft 2020-12) of a book's YAML files, for editors: made of the tables of keys that the readers go by.
//
// Every key of those tables is described, and nothing else is: a key without a description, or the reverse, is a
// broken promise of this file and stops the program. What a schema cannot say (a lane that is there, a condition that
// is CEL) `sluice rules check` says.
// Thread-safety: pure functions.   Errors: none.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/ruleset/rule_set.h"

namespace sluice::tools {

/// What the schemas know of one book; without it, names are any text.
using BookFacts = const ruleset::RuleSet*;

nlohmann::ordered_json BookYamlSchema();
nlohmann::ordered_json RulesYamlSchema(BookFacts book);
nlohmann::ordered_json TestsYamlSchema(BookFacts book);
nlohmann::ordered_json MappingYamlSchema(BookFacts book);

}  // namespace sluice::tools
