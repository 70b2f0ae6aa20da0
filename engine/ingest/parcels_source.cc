#include "engine/ingest/parcels_source.h"

#include "engine/ingest/input_file.h"
#include "engine/wire/parcels_file.h"
#include "engine/wire/schema_loader.h"

namespace sluice::ingest {

using pipeline::RecordBlock;
using pipeline::RecordSource;

namespace {

class ParcelsSource : public RecordSource {
 public:
  explicit ParcelsSource(std::string path) : path_(std::move(path)), reader_(file_) {}

  Status Open(const ruleset::RuleSet& rule_set) {
    if (Status status = file_.Open(path_); !status.ok()) return status;
    if (Status status = reader_.Open(); !status.ok()) return Named(status);
    if (!parcel::IsBuilt(reader_.header().kind)) {
      return {StatusCode::kUnsupported, path_ + ": holds inputs of kind '" +
                                            parcel::InputKindName(reader_.header().kind) +
                                            "'; this version screens 'parcel' alone"};
    }
    if (reader_.header().fingerprint != wire::CatalogFingerprint(rule_set.catalog)) {
      return {StatusCode::kInvalidArgument, path_ + ": its records (schema root '" + reader_.header().root_name +
                                                "') are of another schema than the rules' ('" +
                                                rule_set.catalog.root_record().name + "')"};
    }
    return Status::Ok();
  }

  Status Read(std::size_t records_max, RecordBlock* block) override {
    filler_.Start(&block->storage);
    while (block->records.size() < records_max) {
      if (next_frame_ == frames_.frames.size()) {
        const Result<bool> there = reader_.Next(frames_);
        if (!there.ok()) return Named(there.status());
        next_frame_ = 0;
        if (!*there) {
          frames_.frames.clear();
          break;
        }
      }
      const wire::ParcelsFrame& frame = frames_.frames[next_frame_++];
      block->records.push_back(RecordAt(frame.file_offset, frame.error));
      filler_.Append(frame.record);
      if (reader_.was_cut() && next_frame_ == frames_.frames.size()) {
        SetFlaw(static_cast<std::uint32_t>(block->records.size() - 1), frame.error, CutText(), block);
      }
    }
    filler_.Seal(&block->records);
    return Status::Ok();
  }

  std::string PlaceText(std::uint64_t place) const override { return path_ + ", byte " + std::to_string(place); }
  std::uint64_t bytes_read() const override { return file_.bytes_read(); }
  std::uint64_t bytes_total() const override { return file_.bytes_total(); }

 private:
  /// What the file system says names the file already.
  Status Named(const Status& status) const {
    return status.code() == StatusCode::kIo ? status : Status(status.code(), path_ + ": " + status.message());
  }

  std::string CutText() const {
    const std::uint64_t promised = reader_.header().record_count;
    return "the file is cut off: it has no end mark" +
           (promised == 0 ? "" : ", and its header promises " + std::to_string(promised) + " records");
  }

  std::string path_;
  InputFile file_;
  wire::ParcelsReader reader_;
  wire::ParcelsBlock frames_;
  std::size_t next_frame_ = 0;
  BlockFiller filler_;
};

}  // namespace

Result<std::unique_ptr<RecordSource>> OpenParcels(const std::string& path, const ruleset::RuleSet& rule_set) {
  auto source = std::make_unique<ParcelsSource>(path);
  if (Status status = source->Open(rule_set); !status.ok()) return status;
  return std::unique_ptr<RecordSource>(std::move(source));
}

}  // namespace sluice::ingest
