// Epoch keys: the key file, and the key that is made of its parts. See FORMAT.md.
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "engine/base/limits.h"
#include "engine/draw/draw.h"

namespace sluice::draw {

namespace {

constexpr std::string_view kKeyTag = "sluice.draw.key.v1";
constexpr std::array<const char*, 5> kNames = {"party1", "party2", "public", "epoch", "site"};

struct KeyParts {
  base::Key256 party1{};
  base::Key256 party2{};
  std::string public_value;
  std::string epoch;
  std::string site;
};

std::string_view Text(const base::Key256& secret) {
  return {reinterpret_cast<const char*>(secret.data()), secret.size()};
}

base::Key256 Derive(const KeyParts& parts) {
  std::string message;
  for (const std::string_view part :
       {kKeyTag, Text(parts.party1), Text(parts.party2), std::string_view(parts.public_value),
        std::string_view(parts.epoch), std::string_view(parts.site)}) {
    for (int shift = 0; shift < 32; shift += 8)
      message.push_back(static_cast<char>(part.size() >> shift & 0xFF));
    message += part;
  }
  return base::Blake2b256(message);
}

Status Bad(const std::string& path, const std::string& what) {
  return {StatusCode::kInvalidArgument, path + ": " + what};
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Says what is wrong, never what stands there: it is a secret.
Status ReadSecret(const std::string& hex, const char* name, const std::string& path,
                  base::Key256* secret) {
  if (hex.size() != 2 * secret->size()) {
    return Bad(path, std::string("\"") + name +
                         "\" must be 64 hexadecimal digits (32 bytes), but has " +
                         std::to_string(hex.size()) + " characters");
  }
  for (std::size_t i = 0; i < secret->size(); ++i) {
    const int high = HexDigit(hex[2 * i]);
    const int low = HexDigit(hex[2 * i + 1]);
    if (high < 0 || low < 0) {
      return Bad(path, std::string("\"") + name +
                           "\" has a character that is not a hexadecimal digit, at place " +
                           std::to_string(2 * i + (high < 0 ? 1 : 2)));
    }
    (*secret)[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return Status::Ok();
}

/// The JSON object, or a discarded value with `flaw` set.
nlohmann::json ParseObject(std::string_view json, std::string* flaw) {
  std::set<std::string> seen;
  const auto callback = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& value) {
    if (event != nlohmann::json::parse_event_t::key || depth != 1) return true;
    const auto name = value.get<std::string>();
    if (!seen.insert(name).second) *flaw = "\"" + name + "\" stands there twice";
    return true;
  };
  nlohmann::json object = nlohmann::json::parse(json, callback, /*allow_exceptions=*/false);
  if (object.is_discarded())
    *flaw = "is not valid JSON";
  else if (!object.is_object())
    *flaw = "must be a JSON object with party1, party2, public, epoch and site";
  return object;
}

Status CheckNames(const nlohmann::json& object, const std::string& path) {
  for (const char* name : kNames) {
    if (!object.contains(name)) return Bad(path, std::string("\"") + name + "\" is missing");
    if (!object[name].is_string()) return Bad(path, std::string("\"") + name + "\" must be a text");
  }
  for (const auto& [name, value] : object.items()) {
    bool known = false;
    for (const char* expected : kNames) known = known || name == expected;
    if (!known) return Bad(path, "\"" + name + "\" is not a part of an epoch key");
  }
  return Status::Ok();
}

}  // namespace

EpochKey TestEpochKey() {
  const KeyParts parts{{}, {}, "test", "test", "test"};
  return {Derive(parts), parts.epoch, true};
}

Result<EpochKey> ParseEpochKey(std::string_view json, const std::string& path_for_messages) {
  std::string flaw;
  const nlohmann::json object = ParseObject(json, &flaw);
  if (!flaw.empty()) return Bad(path_for_messages, flaw);
  if (Status status = CheckNames(object, path_for_messages); !status.ok()) return status;
  KeyParts parts;
  for (auto [name, secret] :
       {std::pair{"party1", &parts.party1}, std::pair{"party2", &parts.party2}}) {
    Status status =
        ReadSecret(object[name].get_ref<const std::string&>(), name, path_for_messages, secret);
    if (!status.ok()) return status;
  }
  // This also keeps the built-in test key, whose secrets are equal, from being given as a real one.
  if (parts.party1 == parts.party2) {
    return Bad(path_for_messages,
               "party1 and party2 are equal: each party must bring a secret of its own");
  }
  parts.public_value = object["public"].get<std::string>();
  parts.epoch = object["epoch"].get<std::string>();
  parts.site = object["site"].get<std::string>();
  if (parts.epoch.empty()) return Bad(path_for_messages, "\"epoch\" must not be empty");
  return EpochKey{Derive(parts), parts.epoch, false};
}

Result<EpochKey> ReadEpochKey(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Status(StatusCode::kNotFound, path + ": the epoch key file cannot be opened");
  std::string text(limits::kEpochKeyFileBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return Status(StatusCode::kIo, path + ": the epoch key file cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > limits::kEpochKeyFileBytesMax) {
    return Status(StatusCode::kLimitExceeded, path + ": an epoch key file has at most " +
                                                  std::to_string(limits::kEpochKeyFileBytesMax) +
                                                  " bytes");
  }
  return ParseEpochKey(text, path);
}

}  // namespace sluice::draw
