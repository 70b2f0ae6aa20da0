// A host that has Sluice in its build, and a record of its own: it makes one from its arguments and asks for the lane.
//
//   subproject BUNDLE ID VALUE_CNY WEIGHT_G
#include <declaration_generated.h>
#include <sluice/screener.h>

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

int Fail(const std::string& message) {
  std::fprintf(stderr, "subproject: %s\n", message.c_str());
  return 1;
}

flatbuffers::DetachedBuffer RecordOf(char** arguments) {
  flatbuffers::FlatBufferBuilder builder;
  const auto id = builder.CreateString(arguments[0]);
  shop::DeclarationBuilder declaration(builder);
  declaration.add_id(id);
  declaration.add_value_cny(static_cast<std::uint32_t>(std::atoi(arguments[1])));
  declaration.add_weight_g(static_cast<std::uint32_t>(std::atoi(arguments[2])));
  builder.Finish(declaration.Finish());
  return builder.Release();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return Fail("usage: subproject BUNDLE ID VALUE_CNY WEIGHT_G");
  const auto rules = sluice::RuleSet::Load(argv[1]);
  if (!rules.ok()) return Fail(rules.status().message());
  auto screener = sluice::Screener::Make(*rules);
  if (!screener.ok()) return Fail(screener.status().message());
  const flatbuffers::DetachedBuffer record = RecordOf(argv + 2);
  const sluice::Decision& decision = screener->Screen({record.data(), record.size()});
  std::printf("%.*s: %.*s, score %" PRIu32 "\n", static_cast<int>(decision.parcel_id.size()), decision.parcel_id.data(),
              static_cast<int>(decision.lane.size()), decision.lane.data(), decision.score);
  sluice::ScoredRules matched = decision.matched;
  std::string_view rule;
  std::uint32_t score = 0;
  while (matched.Next(&rule, &score)) {
    std::printf("  %.*s %" PRIu32 "\n", static_cast<int>(rule.size()), rule.data(), score);
  }
  return 0;
}
