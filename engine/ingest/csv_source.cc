#include "engine/ingest/csv_source.h"

#include <algorithm>
#include <set>

#include "engine/base/csv.h"
#include "engine/ingest/cell.h"
#include "engine/ingest/input_file.h"

namespace sluice::ingest {

using pipeline::RecordBlock;
using pipeline::RecordSource;
using wire::RecordBuilder;

namespace {

// One column of the file that has a field.
struct BoundColumn {
  std::size_t index = 0;  // of the cell in its row
  std::string name;
  std::string field;
  CellFormat format;
  std::vector<std::string> null;
};

bool IsNull(const BoundColumn& column, const base::CsvCell& cell) {
  if (cell.text.empty()) return true;
  return std::find(column.null.begin(), column.null.end(), cell.text) != column.null.end();
}

parcel::ReadError ErrorOf(base::CsvError error) {
  if (error == base::CsvError::kInvalidUtf8) return parcel::ReadError::kBadUtf8;
  return error == base::CsvError::kTooLong ? parcel::ReadError::kTooLong : parcel::ReadError::kBadCell;
}

class CsvConverter : public pipeline::RecordConverter {
 public:
  CsvConverter(ruleset::RuleSetPtr rule_set, const std::vector<BoundColumn>& columns, std::size_t column_count)
      : rule_set_(std::move(rule_set)), columns_(columns), column_count_(column_count), builder_(rule_set_->catalog) {
    for (const BoundColumn& column : columns_) handles_.push_back(builder_.Find(column.field));
  }

  void Convert(RecordBlock* block) override {
    filler_.Start(&block->converted);
    for (std::uint32_t i = 0; i < block->records.size(); ++i) {
      std::string flaw;
      std::span<const std::uint8_t> record;
      if (block->records[i].error == parcel::ReadError::kNone) {
        if (ConvertRow(block->records[i].bytes, &flaw)) {
          record = builder_.Finish();
        } else {
          SetFlaw(i, parcel::ReadError::kBadCell, std::move(flaw), block);
        }
      }
      filler_.Append(record);
    }
    filler_.Seal(&block->records);
  }

 private:
  bool ConvertRow(std::span<const std::uint8_t> bytes, std::string* flaw) {
    base::CsvReader reader({.delimiter = ',', .columns = column_count_});
    base::CsvRow row;
    reader.Feed({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, true);
    if (!reader.Next(&row) || row.error != base::CsvError::kNone) {
      *flaw = base::CsvErrorText(row.error);
      return false;
    }
    builder_.Start();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const BoundColumn& column = columns_[i];
      const base::CsvCell& cell = row.cells[column.index];
      if (IsNull(column, cell)) continue;
      if (!column.format.Set(cell.text, handles_[i], RecordBuilder::kRoot, &builder_, flaw)) {
        *flaw = "column " + column.name + ": " + *flaw;
        return false;
      }
    }
    return true;
  }

  ruleset::RuleSetPtr rule_set_;
  const std::vector<BoundColumn>& columns_;  // of the source, which outlives its converters
  std::size_t column_count_;
  RecordBuilder builder_;
  std::vector<RecordBuilder::Handle> handles_;
  BlockFiller filler_;
};

class CsvSource : public RecordSource {
 public:
  CsvSource(std::string path, ruleset::RuleSetPtr rule_set) : path_(std::move(path)), rule_set_(std::move(rule_set)) {}

  Status Open(const Mapping* mapping) {
    if (Status status = file_.Open(path_); !status.ok()) return status;
    base::CsvRow header;
    Result<bool> there = NextRow(&header);
    if (!there.ok()) return there.status();
    if (!*there) return {StatusCode::kInvalidArgument, path_ + ": is empty; a header line with column names is needed"};
    if (header.error != base::CsvError::kNone) {
      return {StatusCode::kInvalidArgument, path_ + ":1: the header: " + std::string(base::CsvErrorText(header.error))};
    }
    return Bind(header, mapping);
  }

  Status Read(std::size_t records_max, RecordBlock* block) override {
    filler_.Start(&block->storage);
    base::CsvRow row;
    while (block->records.size() < records_max) {
      const Result<bool> there = NextRow(&row);
      if (!there.ok()) return there.status();
      if (!*there) break;
      block->records.push_back(RecordAt(row.line));
      filler_.Append(AsBytes(row.raw));
      if (row.error != base::CsvError::kNone) Refuse(row, block);
    }
    filler_.Seal(&block->records);
    return Status::Ok();
  }

  std::unique_ptr<pipeline::RecordConverter> MakeConverter() const override {
    return std::make_unique<CsvConverter>(rule_set_, columns_, reader_.columns());
  }
  std::string PlaceText(std::uint64_t place) const override { return path_ + ":" + std::to_string(place); }
  std::uint64_t bytes_read() const override { return file_.bytes_read(); }
  std::uint64_t bytes_total() const override { return file_.bytes_total(); }

 private:
  void Refuse(const base::CsvRow& row, RecordBlock* block) const {
    std::string flaw(base::CsvErrorText(row.error));
    if (row.error == base::CsvError::kColumnCount) {
      flaw = std::to_string(row.cells.size()) + " cells where the header has " + std::to_string(reader_.columns());
    }
    SetFlaw(static_cast<std::uint32_t>(block->records.size() - 1), ErrorOf(row.error), std::move(flaw), block);
  }

  // False at the end of the file. The row is good until the next call.
  Result<bool> NextRow(base::CsvRow* row) {
    while (!reader_.Next(row)) {
      if (at_end_) return false;
      const Result<bool> more = file_.Refill(reader_.consumed(), &buffer_);
      if (!more.ok()) return more.status();
      at_end_ = !*more;
      reader_.Feed(buffer_, at_end_);
    }
    return true;
  }

  Status Bind(const base::CsvRow& header, const Mapping* mapping) {
    RecordBuilder fields(rule_set_->catalog);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < header.cells.size(); ++i) {
      const std::string name(header.cells[i].text);
      if (!seen.insert(name).second) return Bad("column '" + name + "' stands twice in the header");
      const ColumnMapping* known = mapping != nullptr ? mapping->Find(name) : nullptr;
      if (known == nullptr && mapping != nullptr) {
        if (mapping->unmapped_is_error) return Bad("column '" + name + "' is not in the mapping");
        continue;
      }
      if (Status status = BindColumn(i, name, known, mapping, fields); !status.ok()) return status;
    }
    if (mapping != nullptr) {
      for (const ColumnMapping& column : mapping->columns) {
        if (!seen.contains(column.column)) return Bad("has no column '" + column.column + "', which the mapping names");
      }
    }
    return columns_.empty() ? Bad("no column has a field of the record") : Status::Ok();
  }

  Status BindColumn(std::size_t index, const std::string& name, const ColumnMapping* known, const Mapping* mapping,
                    RecordBuilder& fields) {
    const std::string& path = known != nullptr ? known->field : name;
    const RecordBuilder::Handle handle = fields.Find(path);
    if (handle == RecordBuilder::kNoHandle) {
      return Bad("column '" + name + "': the record has no field '" + path + "'" +
                 (mapping == nullptr ? " (a mapping, --mapping FILE, tells which column is which field)" : ""));
    }
    const ruleset::Zone* zone =
        rule_set_->zone == ruleset::kNone ? nullptr : &rule_set_->program.zones[rule_set_->zone];
    Result<CellFormat> format = CellFormat::Make(rule_set_->catalog, fields.field(handle), known, zone);
    if (!format.ok()) return Bad("column '" + name + "': " + format.status().message());
    BoundColumn column{index, name, path, *std::move(format), {}};
    if (mapping != nullptr) column.null = mapping->null;
    if (known != nullptr) column.null.insert(column.null.end(), known->null.begin(), known->null.end());
    columns_.push_back(std::move(column));
    return Status::Ok();
  }

  Status Bad(const std::string& what) const { return {StatusCode::kInvalidArgument, path_ + ": " + what}; }

  std::string path_;
  ruleset::RuleSetPtr rule_set_;
  InputFile file_;
  base::CsvReader reader_;
  std::string buffer_;  // what the reader reads from
  std::vector<BoundColumn> columns_;
  BlockFiller filler_;
  bool at_end_ = false;
};

}  // namespace

Result<std::unique_ptr<RecordSource>> OpenCsv(const std::string& path, const Mapping* mapping,
                                              ruleset::RuleSetPtr rule_set) {
  auto source = std::make_unique<CsvSource>(path, std::move(rule_set));
  if (Status status = source->Open(mapping); !status.ok()) return status;
  return std::unique_ptr<RecordSource>(std::move(source));
}

}  // namespace sluice::ingest
