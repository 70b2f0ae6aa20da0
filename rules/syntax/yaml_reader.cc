#include "rules/syntax/yaml_reader.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <deque>
#include <istream>
#include <mutex>
#include <streambuf>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "engine/base/limits.h"
#include "engine/base/utf8.h"
#include "rules/syntax/yaml_align.h"

namespace sluice::rules {

// Nodes that never move, and texts that are not a stretch of the file.
struct YamlDocument::Storage {
  std::deque<YamlNode> nodes;
  std::deque<std::string> texts;
  std::mutex mutex;  // of what follows
  std::unordered_map<const YamlNode*, ScalarAlignment> alignments;  // of long scalars that were asked for
};

YamlDocument::YamlDocument(const SourceFile& file)
    : file_(&file), storage_(std::make_unique<Storage>()) {}
YamlDocument::~YamlDocument() = default;
std::size_t YamlDocument::node_count() const { return storage_->nodes.size(); }

std::size_t YamlDocument::RawOffset(const YamlNode& scalar, std::size_t value_offset) const {
  ScalarAlignment alignment(scalar.style(), file_->text().substr(scalar.offset()), scalar.text());
  if (scalar.text().size() <= ScalarAlignment::kKnownBytes) return alignment.RawOffset(value_offset);
  const std::scoped_lock lock(storage_->mutex);
  return storage_->alignments.try_emplace(&scalar, std::move(alignment)).first->second.RawOffset(value_offset);
}

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kFewKeys = 12;  // up to here comparing all pairs beats hashing

// Thrown from a handler to leave the third-party parser early, and caught in this file.
struct StopReading {};

// A stream over memory that yaml-cpp can read without a copy.
class MemoryBuffer : public std::streambuf {
 public:
  explicit MemoryBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // the get area is never written to
    setg(begin, begin, begin + text.size());
  }
};

bool IsYamlControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

}  // namespace

// Receives yaml-cpp's events and links nodes.
class YamlBuilder : public YAML::EventHandler {
 public:
  YamlBuilder(const SourceFile& file, DiagnosticList* diagnostics)
      : diagnostics_(diagnostics), document_(new YamlDocument(file)) {
    text_ = file.text();
    if (text_.starts_with(kByteOrderMark)) shift_ = kByteOrderMark.size();
  }

  std::unique_ptr<YamlDocument> Run();

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ < 2) return;
    Stop(OffsetOf(mark), "yaml-documents", "the file holds more than one YAML document",
         "put each document into a file of its own");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    CheckProperties(mark, "", anchor);
    Attach(NewNode(YamlKind::kNull, OffsetOf(mark)));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Report(OffsetOf(mark), "yaml-alias", "aliases ('*name') are not supported",
           "write the value out");
    Attach(NewNode(YamlKind::kNull, OffsetOf(mark)));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    CheckProperties(mark, tag, anchor);
    YamlNode* node = NewNode(YamlKind::kScalar, OffsetOf(mark));
    node->style_ = StyleAt(node->offset_);
    SetText(node, value);
    Attach(node);
    last_scalar_ = node;
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(YamlKind::kSequence, mark, tag, anchor);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    Open(YamlKind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override {
    CheckDuplicates(*open_.back().node);
    open_.pop_back();
  }

 private:
  // A map or sequence whose end has not come yet.
  struct Level {
    YamlNode* node;
    YamlNode* last = nullptr;  // last item, or last key
    bool key_waits = false;    // the last key has no value yet
  };

  std::size_t OffsetOf(const YAML::Mark& mark) const {
    if (mark.is_null()) return text_.size();
    return std::min(shift_ + static_cast<std::size_t>(std::max(mark.pos, 0)), text_.size());
  }

  YamlStyle StyleAt(std::size_t offset) const {
    switch (offset < text_.size() ? text_[offset] : '\0') {
      case '\'': return YamlStyle::kSingleQuoted;
      case '"': return YamlStyle::kDoubleQuoted;
      case '|': return YamlStyle::kLiteral;
      case '>': return YamlStyle::kFolded;
      default: return YamlStyle::kPlain;
    }
  }

  void Report(std::size_t offset, std::string code, std::string message, std::string hint) {
    const Place place = document_->file().At(offset, std::min(offset + 1, text_.size()));
    diagnostics_->Error(place, std::move(code), std::move(message), std::move(hint));
  }
  [[noreturn]] void Stop(std::size_t offset, std::string code, std::string message,
                         std::string hint) {
    Report(offset, std::move(code), std::move(message), std::move(hint));
    throw StopReading();
  }

  YamlNode* NewNode(YamlKind kind, std::size_t offset);
  void SetText(YamlNode* node, const std::string& value);
  void Open(YamlKind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void Attach(YamlNode* node);
  void CheckProperties(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  void CheckDuplicates(const YamlNode& map);
  bool CheckText();
  bool CheckLastQuote();
  void Parse();

  DiagnosticList* diagnostics_;
  std::unique_ptr<YamlDocument> document_;
  std::string_view text_;
  std::size_t shift_ = 0;  // bytes before the text that yaml-cpp counts from
  std::size_t documents_ = 0;
  const YamlNode* last_scalar_ = nullptr;
  std::vector<Level> open_;
};

YamlNode* YamlBuilder::NewNode(YamlKind kind, std::size_t offset) {
  if (document_->storage_->nodes.size() >= limits::kYamlNodesMax) {
    Stop(offset, "yaml-too-large",
         "the file has more than " + std::to_string(limits::kYamlNodesMax) + " values",
         "split it into several files");
  }
  YamlNode* node = &document_->storage_->nodes.emplace_back();
  node->document_ = document_.get();
  node->kind_ = kind;
  node->offset_ = static_cast<std::uint32_t>(offset);
  return node;
}

void YamlBuilder::SetText(YamlNode* node, const std::string& value) {
  const bool quoted =
      node->style_ == YamlStyle::kSingleQuoted || node->style_ == YamlStyle::kDoubleQuoted;
  std::string_view text = text_.substr(node->offset_ + (quoted ? 1 : 0), value.size());
  if (text != value) text = document_->storage_->texts.emplace_back(value);
  node->text_ = text.data();
  node->text_size_ = static_cast<std::uint32_t>(text.size());
}

void YamlBuilder::Open(YamlKind kind, const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor) {
  CheckProperties(mark, tag, anchor);
  const std::size_t offset = OffsetOf(mark);
  if (open_.size() >= limits::kYamlDepthMax) {
    Stop(offset, "yaml-too-deep",
         "the file is nested deeper than " + std::to_string(limits::kYamlDepthMax) + " levels", "");
  }
  YamlNode* node = NewNode(kind, offset);
  Attach(node);
  open_.push_back({node});
}

void YamlBuilder::Attach(YamlNode* node) {
  if (open_.empty()) {
    document_->root_ = node;
    return;
  }
  Level& level = open_.back();
  if (level.key_waits) {
    level.last->first_child_ = node;
    level.key_waits = false;
    return;
  }
  if (level.node->is_map()) {
    if (node->is_sequence() || node->is_map()) {
      Stop(node->offset_, "yaml-key", "a key must be a plain text",
           "write \"key: value\"; text that begins with '[' or '{' must be quoted");
    }
    if (node->is_null()) Report(node->offset_, "yaml-key", "a key is missing before ':'", "");
    if (node->text() == "<<" && node->style_ == YamlStyle::kPlain) {
      Report(node->offset_, "yaml-merge", "merge keys ('<<') are not supported",
             "write the entries out");
    }
    node->is_key_ = true;
    level.key_waits = true;
  }
  (level.last == nullptr ? level.node->first_child_ : level.last->next_) = node;
  level.last = node;
  ++level.node->size_;
}

void YamlBuilder::CheckProperties(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor) {
  const std::size_t offset = OffsetOf(mark);
  if (anchor != 0) {
    Report(offset, "yaml-anchor", "anchors ('&name') are not supported", "write the value out");
  }
  const bool implied = tag.empty() || tag == "?";
  const bool of_quotes = tag == "!" && offset < text_.size() && text_[offset] != '!';
  if (implied || of_quotes) return;
  Report(offset, "yaml-tag", "tags ('!name') are not supported",
         "text that begins with '!' must be quoted or stand on its own line after '>-'");
}

void YamlBuilder::CheckDuplicates(const YamlNode& map) {
  std::unordered_set<std::string_view> seen;
  for (const YamlNode& key : map.children()) {
    bool is_new = true;
    if (map.size() > kFewKeys) {
      is_new = seen.insert(key.text()).second;
    } else {
      is_new = map.FindKey(key.text()) == &key;
    }
    if (is_new) continue;
    diagnostics_
        ->Error(key.place(), "duplicate-key",
                "the key '" + std::string(key.text()) + "' stands here twice",
                "remove or rename one of them")
        .AddNote(map.FindKey(key.text())->place(), "first here");
  }
}

// What yaml-cpp would misread: bytes that are no text, and the character that it takes for the end.
bool YamlBuilder::CheckText() {
  if (text_.size() > limits::kYamlFileBytesMax) {
    Report(0, "yaml-too-large",
           "the file has " + std::to_string(text_.size()) + " bytes; at most " +
               std::to_string(limits::kYamlFileBytesMax) + " are possible",
           "split it into several files");
    return false;
  }
  const std::size_t invalid = base::FindInvalidUtf8(text_);
  if (invalid != text_.npos) {
    Report(invalid, "invalid-utf8", "the file is not valid UTF-8 here", "save it as UTF-8");
    return false;
  }
  const auto control = std::find_if(text_.begin(), text_.end(), IsYamlControl);
  if (control != text_.end()) {
    Report(static_cast<std::size_t>(control - text_.begin()), "yaml-control",
           "the file holds a control character here",
           "remove it, or write it as an escape such as \"\\x07\"");
    return false;
  }
  return true;
}

// yaml-cpp takes the end of the file for a closing quote; only the last scalar can lack one.
bool YamlBuilder::CheckLastQuote() {
  if (last_scalar_ == nullptr) return true;
  const bool escapes = last_scalar_->style_ == YamlStyle::kDoubleQuoted;
  if (!escapes && last_scalar_->style_ != YamlStyle::kSingleQuoted) return true;
  const std::size_t open = last_scalar_->offset_;
  for (std::size_t at = open + 1; at < text_.size(); ++at) {
    if (text_[at] == '\\' && escapes) {
      ++at;
    } else if (text_[at] == text_[open]) {
      const bool doubled = !escapes && text_.substr(at + 1, 1) == "'";
      if (!doubled) return true;
      ++at;
    }
  }
  Report(open, "yaml-syntax", "not valid YAML: the quote is not closed", "");
  return false;
}

void YamlBuilder::Parse() {
  MemoryBuffer buffer(text_.substr(shift_));
  std::istream stream(&buffer);
  YAML::Parser parser(stream);
  while (parser.HandleNextDocument(*this)) {
  }
}

std::unique_ptr<YamlDocument> YamlBuilder::Run() {
  if (!CheckText()) return nullptr;
  try {
    Parse();
  } catch (const StopReading&) {
    return nullptr;
  } catch (const YAML::Exception& error) {
    Report(OffsetOf(error.mark), "yaml-syntax", "not valid YAML: " + error.msg,
           "check the indentation (spaces, never tabs); text that contains ': ' or ' #', or "
           "begins with a quote or one of !&*@`%{[|>, must be quoted or stand on its own line "
           "after '>-'");
    return nullptr;
  }
  if (!CheckLastQuote()) return nullptr;
  return std::move(document_);
}

std::unique_ptr<YamlDocument> ReadYaml(const SourceFile& file, DiagnosticList* diagnostics) {
  return YamlBuilder(file, diagnostics).Run();
}

}  // namespace sluice::rules
