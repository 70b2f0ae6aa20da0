#include "engine/text/text_version.h"

#include <unicode/uchar.h>
#include <unicode/uversion.h>

namespace sluice::text {
namespace {

std::string VersionText(const UVersionInfo& version) {
  char text[U_MAX_VERSION_STRING_LENGTH];
  u_versionToString(version, text);
  return text;
}

}  // namespace

std::string TextVersion() {
  UVersionInfo icu, unicode;
  u_getVersion(icu);
  u_getUnicodeVersion(unicode);
  return "ICU " + VersionText(icu) + ", Unicode " + VersionText(unicode);
}

}  // namespace sluice::text
