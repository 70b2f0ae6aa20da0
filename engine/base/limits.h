// Every limit of Sluice, with its unit and its reason. Reaching one is an error with a message, never silence.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice::limits {

// --- Records and batches ---------------------------------------------------------------------------
inline constexpr std::size_t kRecordBytesMax = 1u << 20;  // bytes of one record
inline constexpr std::size_t kBatchRowsMax = 512;         // parcels in a batch: one cache-resident bit row each
inline constexpr std::size_t kVectorItemsMax = 1024;      // elements of one vector of a record (goods items, documents)
inline constexpr std::size_t kDomainRowsMax = 4096;       // elements of one vector field over a whole batch
static_assert(kVectorItemsMax <= kDomainRowsMax, "one parcel must always fit into a batch");
inline constexpr std::size_t kTextBytesMax = 64 * 1024;   // bytes of one text field
inline constexpr std::size_t kSchemaFieldsMax = 4096;     // fields of all record types of one schema
inline constexpr std::size_t kSchemaDepthMax = 8;         // records within records

// --- Rule sets -------------------------------------------------------------------------------------
inline constexpr std::size_t kRulesMax = 1'000'000;       // rules of a rule set, profiles' rows included
inline constexpr std::size_t kNodesMax = 50'000'000;      // expression nodes of a rule set
inline constexpr std::size_t kNodeDepthMax = 256;         // nesting of one compiled expression: the evaluator recurses
inline constexpr std::size_t kExpressionStepsMax = 1'000'000;  // operations of one expression, shared ones each time
// Operations that one expression may take for one parcel, lists as long as they can be (ruleset/node_cost.h): some
// seconds. Between a rule that looks at pairs of items and one that could hold up the stream.
inline constexpr std::uint64_t kExpressionWorkMax = 200'000'000;
inline constexpr std::size_t kLocalsMax = 16;             // comprehension variables alive at once
inline constexpr std::size_t kLanesMax = 64;              // lanes of a book
inline constexpr std::size_t kTagsMax = 64;               // tags of a book: one bit each
inline constexpr std::size_t kControlsMax = 64;           // control desks of a book: one bit each
inline constexpr std::size_t kScoreMax = 10'000;          // score of one rule; the sum saturates at kScoreSumMax
inline constexpr std::uint32_t kScoreSumMax = 1'000'000;  // sum of scores of one parcel
inline constexpr std::uint32_t kProbabilityMax = 1'000'000;  // parts per million

// --- Reference data and bundles ---------------------------------------------------------------------
inline constexpr std::size_t kListsMax = 4096;            // lists of a rule set
inline constexpr std::size_t kListKeysMax = 20'000'000;   // keys of one list
inline constexpr std::size_t kTablesMax = 4096;           // tables of a rule set
inline constexpr std::size_t kTableRowsMax = 10'000'000;  // rows of one table
inline constexpr std::size_t kTableKeysMax = 8;           // key columns of one table
inline constexpr std::size_t kTableValuesMax = 256;       // value columns of one table
inline constexpr std::size_t kPrefixShapesMax = 256;      // combinations of prefix lengths of one table: a probe each
inline constexpr std::size_t kRatesMax = 1'000'000;       // dated currency rates of a rule set
inline constexpr std::size_t kZonesMax = 64;              // time zones of a rule set
inline constexpr std::size_t kZoneChangesMax = 4096;      // changes of one zone's offset
inline constexpr std::size_t kPatternsMax = 1024;           // patterns of `matches` of a rule set: 1 GiB at most
inline constexpr std::size_t kPatternBytesMax = 4096;       // bytes of one pattern
inline constexpr std::size_t kPatternInstructionsMax = 5000;  // of a compiled pattern: what one byte of text can cost
inline constexpr std::size_t kPatternMemoryBytesMax = 1u << 20;  // of a compiled pattern and its cache of states
inline constexpr std::size_t kTypesMax = 4096;            // types of a program: scalars, lists, maps, records
inline constexpr std::size_t kColumnsMax = 4096;         // columns of a column plan
inline constexpr std::size_t kDomainsMax = 64;  // vectors that one rule set reads, the parcels themselves counted
inline constexpr std::size_t kNameBytesMax = 256;         // bytes of the name of a list, table, lane, tag, desk or zone
inline constexpr std::size_t kMappingBytesMax = 1u << 20;  // bytes of mapping.yaml
inline constexpr std::uint64_t kBundleBytesMax = std::uint64_t{8} << 30;  // bytes of one bundle

// --- Text search -----------------------------------------------------------------------------------
inline constexpr std::size_t kListLiteralsMax = 50'000;     // entries of one list that containsAny searches for
inline constexpr std::size_t kListLiteralBytesMax = 256;    // bytes of one of them: so many can end at one place
inline constexpr std::size_t kAllLiteralBytesMax = 16u << 20;  // bytes of all such entries: states in memory
inline constexpr std::size_t kListNamesMax = 100'000;       // names of one list that similarTo compares with
inline constexpr std::size_t kPartyNameBytesMax = 1024;     // bytes of a folded name that similarTo reads
inline constexpr std::size_t kPartyNameTokensMax = 16;      // tokens of a name that count: the first
inline constexpr std::size_t kPartyTokenLettersMax = 32;    // letters of a token that count: the first; one bit each

// --- Evaluation ------------------------------------------------------------------------------------
inline constexpr std::size_t kEvalArenaBytesMax = 64u << 20;  // bytes of text and lists made for one value of a parcel
inline constexpr std::size_t kKeptTextBytesMax = 64u << 20;   // bytes of texts kept while one batch is evaluated
inline constexpr std::size_t kKeptTextEachBytesMax = 8u << 20;  // bytes of one of them
static_assert(kTableKeysMax * kKeptTextEachBytesMax <= kEvalArenaBytesMax, "no look-up by kept texts finds no memory");
inline constexpr std::size_t kSplitPartsMax = kVectorItemsMax;  // parts of one split: as many as a vector may have

// --- Screening -------------------------------------------------------------------------------------
inline constexpr std::size_t kThreadsMax = 256;                 // threads of one run
inline constexpr std::size_t kBatchesInFlightPerThread = 3;     // batches that are read but not yet allotted
inline constexpr std::size_t kIdentitiesMax = 1u << 22;         // parcel ids remembered, each in at most 176 bytes
inline constexpr std::size_t kLabelGroupsMax = 4096;            // combinations of truth labels counted apart
inline constexpr std::size_t kReadFailuresKept = 20;            // unreadable records listed in a summary
inline constexpr std::size_t kEpochKeyFileBytesMax = 64 * 1024; // bytes of an epoch key file

// --- Log --------------------------------------------------------------------------------------------
inline constexpr std::size_t kLogSiteBytesMax = 64;             // bytes of a site's name in a segment's header
inline constexpr std::uint64_t kLogSegmentBytesMin = 64 * 1024; // bytes of a segment, about
inline constexpr std::uint64_t kLogSegmentBytesMax = std::uint64_t{1} << 30;  // its positions fit in 32 bits
inline constexpr std::size_t kLogUnitBytesMax = 4u << 20;       // bytes of one unit: what a reader holds in memory
inline constexpr std::size_t kLogUnitBytesAim = 1u << 20;       // a batch of more is written as several units
inline constexpr std::size_t kLoggedDecisionBytesMax = 1u << 20;  // bytes of a decision; of a longer one, its hash
inline constexpr std::size_t kLogTextBytesMax = 64 * 1024;      // bytes of a configuration, generation or incident
inline constexpr std::size_t kJournalKeysMax = 16 * 1024;       // days of a journal's key file: 44 years
inline constexpr std::size_t kJournalKeyFileBytesMax = 2u << 20;  // bytes of it
inline constexpr std::size_t kLogBufferBytesMin = 2 * kLogUnitBytesMax;  // bytes of a writer, not yet durable

// --- The live engine -------------------------------------------------------------------------------
inline constexpr std::size_t kAgentsMax = 64;                   // threads that decide
inline constexpr std::size_t kProducersMax = 1024;              // open at once
inline constexpr std::size_t kConsumersMax = 256;               // open at once
inline constexpr std::size_t kRingBytesMin = 4u << 10;          // bytes of one ring: half of it is the longest record
inline constexpr std::size_t kRingBytesMax = std::size_t{1} << 32;  // bytes of one ring
inline constexpr std::size_t kRingMessagesMax = 1u << 24;       // records or decisions in one ring
inline constexpr std::size_t kReplayDifferencesKept = 20;       // differing decisions listed by a replay
inline constexpr std::size_t kDeliveryNotesMax = 4096;          // late deliveries on their way into the log
inline constexpr std::size_t kLookupParcelsMax = 1u << 20;      // parcels whose newest decision can be asked for

// --- Rule sources ----------------------------------------------------------------------------------
inline constexpr std::size_t kDiagnosticsMax = 1000;           // errors kept of one run, and as many others
inline constexpr std::size_t kExpressionBytesMax = 256 * 1024; // bytes of one CEL expression
inline constexpr std::size_t kExpressionNodesMax = 50'000;     // nodes of one expression's syntax tree
inline constexpr std::size_t kExpressionDepthMax = 200;        // nesting of one expression, below kNodeDepthMax
inline constexpr std::size_t kYamlFileBytesMax = 64u << 20;    // bytes of one YAML file: 100,000 rules with ease
inline constexpr std::size_t kYamlNodesMax = 8'000'000;        // nodes of one YAML file, keys included
inline constexpr std::size_t kYamlDepthMax = 64;               // nesting of one YAML file
inline constexpr std::size_t kListFileBytesMax = 1u << 30;     // bytes of one list or table: 10 million rows
inline constexpr std::size_t kLintCasesMax = 64;          // alternatives of one condition that the linter tells apart
inline constexpr std::size_t kLintCandidatesMax = 1024;   // rules that the linter compares one rule with
inline constexpr std::size_t kLintSampleParcelsMax = 8192;  // parcels of a sample that it measures with
inline constexpr std::size_t kLintSampleRulesMax = 200;   // rules that it measures: each costs a run over them
inline constexpr std::size_t kCsvRowBytesMax = 1u << 20;       // bytes of one CSV row, line breaks in quotes included
inline constexpr std::size_t kCsvColumnsMax = 1024;            // cells of one CSV row

}  // namespace sluice::limits
