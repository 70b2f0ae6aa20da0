#!/usr/bin/env bash
# Sets up, builds Release and runs every quick test. --long adds the long ones, --sanitize the sanitizer builds.
#
#   tools/test.sh              quick tests, about ten minutes on two cores from nothing
#   tools/test.sh --long       and the long ones
#   tools/test.sh --sanitize   and the quick tests again under address, undefined and thread sanitizers
set -euo pipefail
cd "$(dirname "$0")/.."
exclude=(-LE long)
sanitize=no
for argument in "$@"; do
  case $argument in
    --long) exclude=() ;;
    --sanitize) sanitize=yes ;;
    -h|--help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "test: unknown argument $argument (try --help)" >&2; exit 3 ;;
  esac
done

tools/setup.sh
tools/build.sh release
echo "test: running the tests of preset release"
ctest --preset release "${exclude[@]}" -j "$(nproc)"
if [ "$sanitize" = yes ]; then
  for preset in asan tsan; do
    tools/build.sh "$preset"
    echo "test: running the tests of preset $preset"
    ctest --preset "$preset" "${exclude[@]}" -j "$(nproc)"
  done
fi
