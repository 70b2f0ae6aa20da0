#include <charconv>

#include "engine/base/money.h"
#include "engine/base/time_text.h"
#include "engine/ruleset/program.h"

namespace sluice::ruleset {
namespace {

constexpr std::size_t kDumpBytesMax = 64 * 1024;  // shared nodes are written out each time: cut there
constexpr std::size_t kSetValuesShown = 8;

constexpr const char* kTimeParts[] = {"getFullYear", "getMonth",     "getDayOfMonth", "getDate",
                                      "getDayOfWeek", "getDayOfYear", "getHours",      "getMinutes",
                                      "getSeconds",   "getMilliseconds"};

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '\n') {
      quoted += "\\n";
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string DoubleText(double number) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof(digits), number);
  std::string text(digits, end.ptr);
  const bool looks_like_int = text.find_first_not_of("-0123456789") == std::string::npos;
  return looks_like_int ? text + ".0" : text;
}

class Dumper {
 public:
  explicit Dumper(const Program& program) : program_(program) {}

  void Write(NodeIndex index) {
    if (text_.size() > kDumpBytesMax) {
      text_ += "...";
      return;
    }
    if (index == kNoNode) {
      text_ += '-';
      return;
    }
    const Node& node = program_.nodes[index];
    text_ += '(';
    text_ += OpText(node.op);
    if (node.op == Op::kConvert) text_ += std::string(" ") + TypeText(node.type);
    WriteOperands(node);
    text_ += ')';
  }

  std::string Take() { return std::move(text_); }

 private:
  void WriteOperands(const Node& node) {
    const std::uint32_t operands[] = {node.a, node.b, node.c};
    std::size_t at = 0;
    for (const char letter : OpOperands(node.op)) {
      if (letter == 'P') {
        WriteList(node.b, node.c);
        return;
      }
      text_ += ' ';
      WriteOperand(node, letter, at, operands[at]);
      ++at;
    }
  }

  void WriteList(std::uint32_t first, std::uint32_t count) {
    for (std::uint32_t i = first; i < first + count; ++i) {
      text_ += ' ';
      Write(program_.operands[i]);
    }
  }

  void WriteOperand(const Node& node, char letter, std::size_t at, std::uint32_t operand) {
    if (letter == 'N') {
      Write(operand);
    } else if (letter == 'U') {
      text_ += base::CurrencyText(operand);
    } else if (letter == 'F') {
      text_ += FunctionText(static_cast<Function>(operand));
    } else if (letter == 'R') {
      text_ += Quoted(program_.patterns[operand]);
    } else if (letter != 'K') {
      text_ += std::to_string(operand);
    } else if (node.op == Op::kConst) {
      text_ += ConstText(program_.types[node.type].kind, operand);
    } else if (node.op == Op::kContainsAny || node.op == Op::kSimilarTo) {
      text_ += std::to_string(operand);
    } else if (node.op == Op::kInSet) {
      text_ += SetText(program_.sets[operand]);
    } else if (at == 1) {  // of TimePart
      text_ += operand == kNoNode ? "UTC" : program_.zones[operand].name;
    } else {
      text_ += kTimeParts[operand];
    }
  }

  const char* TypeText(TypeId type) const {
    return parcel::ValueTypeName(program_.types[type].kind);
  }

  std::string ConstText(ValueType type, std::uint32_t index) const {
    switch (type) {
      case ValueType::kBool: return program_.ints[index] != 0 ? "true" : "false";
      case ValueType::kUint: return std::to_string(program_.uints[index]) + "u";
      case ValueType::kDouble: return DoubleText(program_.doubles[index]);
      case ValueType::kString: return Quoted(program_.texts[index]);
      case ValueType::kTimestamp: return base::TimestampText(program_.times[index]);
      case ValueType::kDuration: return std::to_string(program_.ints[index]) + "ns";
      case ValueType::kMoney: return base::MoneyText(program_.moneys[index]);
      default: return std::to_string(program_.ints[index]);
    }
  }

  std::string SetText(const ConstantSet& set) const {
    const std::size_t size = set.ints.size() + set.uints.size() + set.texts.size();
    std::string text = "{";
    for (std::size_t i = 0; i < std::min(size, kSetValuesShown); ++i) {
      if (i > 0) text += ' ';
      if (set.type == ValueType::kString) {
        text += Quoted(program_.texts[set.texts[i]]);
      } else if (set.type == ValueType::kUint) {
        text += std::to_string(set.uints[i]) + "u";
      } else {
        text += std::to_string(set.ints[i]);
      }
    }
    if (size > kSetValuesShown) text += " ... " + std::to_string(size) + " values";
    return text + "}";
  }

  const Program& program_;
  std::string text_;
};

}  // namespace

std::string DumpNode(const Program& program, NodeIndex root) {
  Dumper dumper(program);
  dumper.Write(root);
  return dumper.Take();
}

}  // namespace sluice::ruleset
