#!/usr/bin/env bash
# Fuzzes one target without end (libFuzzer, clang++-14, address and undefined-behaviour sanitizers).
#
#   tools/fuzz.sh TARGET [libFuzzer options]   e.g. tools/fuzz.sh bundle -max_total_time=600
#
# The corpus grows in build/fuzz/corpus/TARGET; what breaks the target is left in build/fuzz/found/TARGET.
# Targets: those of tests/fuzz/*_target.cc.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:?usage: tools/fuzz.sh TARGET [libFuzzer options]}
shift
if [ ! -f "tests/fuzz/${target}_target.cc" ]; then
  echo "fuzz: no target $target; there are: $(cd tests/fuzz && ls ./*_target.cc | sed 's|./||; s|_target.cc||' | xargs)" >&2
  exit 3
fi
tools/build.sh fuzz "fuzz_$target"
corpus=build/fuzz/corpus/$target
found=build/fuzz/found/$target
mkdir -p "$corpus" "$found"
options=(-artifact_prefix="$found/" -max_len=16384 -timeout=30 -rss_limit_mb=4096)
if [ -f "tests/fuzz/dictionaries/$target.dict" ]; then
  options+=(-dict="tests/fuzz/dictionaries/$target.dict")
fi
# Targets that read files write them first: in memory where there is such a folder.
if [ -d /dev/shm ]; then export TMPDIR=/dev/shm; fi
exec "build/fuzz/tests/fuzz/fuzz_$target" "${options[@]}" "$@" "$corpus" "tests/fuzz/seeds/$target"
