#include "rules/diag/junit.h"

#include <algorithm>

#include "engine/base/utf8.h"

namespace sluice::rules {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// XML 1.0, production 2: of the characters below a blank it has three, and two code points are none.
bool IsXmlCharacter(char32_t value) {
  if (value < 0x20) return value == '\t' || value == '\n' || value == '\r';
  return value != 0xFFFE && value != 0xFFFF;
}

std::string Attribute(std::string_view name, std::string_view value) {
  return " " + std::string(name) + "=\"" + XmlText(value) + "\"";
}

std::string CaseXml(const JUnitCase& result) {
  std::string xml = "    <testcase" + Attribute("classname", result.class_name) + Attribute("name", result.name);
  if (!result.place.file.empty()) {
    xml += Attribute("file", result.place.file) + Attribute("line", std::to_string(result.place.line));
  }
  if (result.failure.empty()) return xml + "/>\n";
  xml += ">\n      <failure" + Attribute("message", result.failure) + ">" + XmlText(result.details);
  return xml + "</failure>\n    </testcase>\n";
}

}  // namespace

std::string XmlText(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const base::CodePoint point = base::DecodeUtf8(text, at);
    switch (point.value) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      // As they are, a reader of an attribute would take these for blanks.
      case '\t': out += "&#9;"; break;
      case '\n': out += "&#10;"; break;
      case '\r': out += "&#13;"; break;
      default: base::AppendUtf8(IsXmlCharacter(point.value) ? point.value : kReplacement, &out);
    }
    at += point.size;
  }
  return out;
}

std::string RenderJUnit(std::string_view suite, std::span<const JUnitCase> cases) {
  const auto failed = std::count_if(cases.begin(), cases.end(), [](const JUnitCase& c) { return !c.failure.empty(); });
  const std::string counts =
      Attribute("tests", std::to_string(cases.size())) + Attribute("failures", std::to_string(failed));
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + counts + ">\n  <testsuite" +
                    Attribute("name", suite) + counts + Attribute("errors", "0") + ">\n";
  for (const JUnitCase& result : cases) xml += CaseXml(result);
  return xml + "  </testsuite>\n</testsuites>\n";
}

}  // namespace sluice::rules
