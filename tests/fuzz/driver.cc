// Runs a fuzz target without libFuzzer, for ctest: each seed as it is, then mutations of seeds from a fixed seed.
//
//   fuzz_X [--mutations N] [--seed S] [--dictionary FILE] [--seconds-each S] PATH...     a PATH is an input or a folder
//
// What breaks a target is left in fuzz_X.broken, and the command that shows it again is told.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/target.h"

namespace {

namespace fs = std::filesystem;
using Input = std::vector<std::uint8_t>;

constexpr std::size_t kInputBytesMax = 64 * 1024;  // mutations grow no further

struct Options {
  std::size_t mutations = 0;
  std::uint64_t seed = 1;
  unsigned seconds_each = 20;  // for one input, in any build; a longer one counts as endless
  std::string dictionary;
  std::vector<fs::path> paths;
};

// For the signal handler. It is no place for stdio in a program that goes on; this one is about to end.
const Input* running = nullptr;
std::string broken_path;

void LeaveBroken(int signal_number) {
  std::FILE* file = std::fopen(broken_path.c_str(), "wb");
  if (file != nullptr && running != nullptr) {
    std::fwrite(running->data(), 1, running->size(), file);
    std::fclose(file);
  }
  std::fprintf(stderr, "fuzz: signal %d; again: %s %s\n", signal_number,
               fs::path(broken_path).replace_extension().c_str(), broken_path.c_str());
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void Run(const Input& input, const Options& options) {
  running = &input;
  alarm(options.seconds_each);
  // A copy of just the size, so that the address sanitizer sees a read past its end.
  const std::vector<std::uint8_t> copy(input.begin(), input.end());
  LLVMFuzzerTestOneInput(copy.data(), copy.size());
  alarm(0);
}

Input ReadInput(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "fuzz: cannot read %s\n", path.c_str());
    std::exit(3);
  }
  return Input(std::istreambuf_iterator<char>(file), {});
}

std::vector<Input> ReadInputs(const std::vector<fs::path>& paths) {
  std::vector<fs::path> files;
  for (const fs::path& path : paths) {
    if (!fs::is_directory(path)) {
      files.push_back(path);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(path)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<Input> inputs;
  for (const fs::path& file : files) inputs.push_back(ReadInput(file));
  return inputs;
}

// The tokens of a libFuzzer dictionary: what stands between the quotes of each line, \xHH, \\ and \" unescaped.
std::vector<Input> ReadDictionary(const std::string& path) {
  std::vector<Input> tokens;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t begin = line.find('"');
    const std::size_t end = line.rfind('"');
    if (line.starts_with('#') || begin == line.npos || begin == end) continue;
    Input token;
    for (std::size_t i = begin + 1; i < end; ++i) {
      if (line[i] != '\\') {
        token.push_back(static_cast<std::uint8_t>(line[i]));
      } else if (line[i + 1] == 'x') {
        token.push_back(static_cast<std::uint8_t>(std::strtoul(line.substr(i + 2, 2).c_str(), nullptr, 16)));
        i += 3;
      } else {
        token.push_back(static_cast<std::uint8_t>(line[++i]));
      }
    }
    tokens.push_back(std::move(token));
  }
  return tokens;
}

class Mutator {
 public:
  Mutator(std::vector<Input> seeds, std::vector<Input> tokens, std::uint64_t seed)
      : seeds_(std::move(seeds)), tokens_(std::move(tokens)), random_(seed) {}

  Input Next() {
    Input input = Pick(seeds_);
    for (std::size_t changes = 1 + Below(4); changes > 0; --changes) Change(&input);
    if (input.size() > kInputBytesMax) input.resize(kInputBytesMax);
    return input;
  }

 private:
  std::size_t Below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }
  const Input& Pick(const std::vector<Input>& all) { return all[Below(all.size())]; }

  void Change(Input* input) {
    if (input->empty()) input->push_back(static_cast<std::uint8_t>(random_()));
    const std::size_t at = Below(input->size());
    std::uint8_t& byte = (*input)[at];
    switch (Below(8)) {
      case 0: byte = static_cast<std::uint8_t>(byte ^ (1u << Below(8))); break;
      case 1: byte = static_cast<std::uint8_t>(random_()); break;
      case 2: byte = kEdges[Below(kEdges.size())]; break;
      case 3: Erase(input, at); break;
      case 4: Repeat(input, at); break;
      case 5: Splice(Pick(seeds_), input, at); break;
      default:
        if (tokens_.empty()) return Splice(*input, input, at);
        Insert(Pick(tokens_), input, at, Below(2) == 0);
    }
  }
  std::size_t Stretch(std::size_t left) { return 1 + Below(std::min<std::size_t>(left, std::size_t{1} << Below(9))); }
  void Erase(Input* input, std::size_t at) {
    const auto first = input->begin() + static_cast<std::ptrdiff_t>(at);
    input->erase(first, first + static_cast<std::ptrdiff_t>(Stretch(input->size() - at)));
  }
  void Repeat(Input* input, std::size_t at) {
    const auto first = input->begin() + static_cast<std::ptrdiff_t>(at);
    const Input part(first, first + static_cast<std::ptrdiff_t>(Stretch(input->size() - at)));
    for (std::size_t times = Below(64); times > 0 && input->size() < kInputBytesMax; --times) {
      Insert(part, input, at, false);
    }
  }
  void Splice(const Input& other, Input* input, std::size_t at) {
    if (other.empty()) return;
    const std::size_t from = Below(other.size());
    const auto first = other.begin() + static_cast<std::ptrdiff_t>(from);
    const Input part(first, first + static_cast<std::ptrdiff_t>(Stretch(other.size() - from)));
    Insert(part, input, at, Below(2) == 0);
  }
  static void Insert(const Input& part, Input* input, std::size_t at, bool over) {
    const auto first = input->begin() + static_cast<std::ptrdiff_t>(at);
    if (over) {
      std::copy_n(part.begin(), std::min(part.size(), input->size() - at), first);
    } else {
      input->insert(first, part.begin(), part.end());
    }
  }

  static constexpr std::array<std::uint8_t, 9> kEdges{0x00, 0xFF, 0x7F, 0x80, 0x01, '\n', '"', ' ', '9'};
  std::vector<Input> seeds_, tokens_;
  std::mt19937_64 random_;
};

Options Parse(int count, char** arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    const auto value = [&] { return i + 1 < count ? std::string(arguments[++i]) : std::string(); };
    if (argument == "--mutations") {
      options.mutations = std::stoull(value());
    } else if (argument == "--seed") {
      options.seed = std::stoull(value());
    } else if (argument == "--seconds-each") {
      options.seconds_each = static_cast<unsigned>(std::stoul(value()));
    } else if (argument == "--dictionary") {
      options.dictionary = value();
    } else {
      options.paths.emplace_back(argument);
    }
  }
  return options;
}

}  // namespace

int main(int count, char** arguments) {
  const Options options = Parse(count, arguments);
  broken_path = std::string(arguments[0]) + ".broken";
  for (const int fatal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM}) signal(fatal, LeaveBroken);
  const std::vector<Input> seeds = ReadInputs(options.paths);
  if (seeds.empty()) {
    std::fprintf(stderr, "fuzz: there are no seeds\n");
    return 3;
  }
  for (const Input& seed : seeds) Run(seed, options);
  Mutator mutator(seeds, ReadDictionary(options.dictionary), options.seed);
  for (std::size_t i = 0; i < options.mutations; ++i) Run(mutator.Next(), options);
  std::printf("fuzz: %zu seeds and %zu mutations of them\n", seeds.size(), options.mutations);
  return 0;
}
