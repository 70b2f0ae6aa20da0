#!/usr/bin/env bash
# Builds two revisions and measures them in turn: perf/compare.sh A B [OPTION...]; "." is the tree as it stands.
#
#   perf/compare.sh origin/main .                       does what I have here cost time?
#   perf/compare.sh HEAD~1 HEAD --filter 'Match/flat-40/.*/fill:512$' --rounds 9
#   perf/compare.sh HEAD HEAD --threshold 3             how much does this machine lie?
#
# Options are those of perf/compare.py (--help). Exits with 0 where B is not slower, 1 where it is beyond the threshold,
# 3 where there is no answer.
set -euo pipefail
cd "$(dirname "$0")/.."
case ${1:-} in
  -h|--help) sed -n '2,9s/^# \{0,1\}//p' "$0"; python3 perf/compare.py --help; exit 0 ;;
esac
[ $# -ge 2 ] || { echo "compare: give two revisions (try --help)" >&2; exit 3; }

# Prints the tree of a revision, built.
tree_of() {
  local tree=.
  if [ "$1" != . ]; then
    local commit
    commit=$(git rev-parse --verify --quiet "$1^{commit}") || { echo "compare: no revision $1" >&2; return 3; }
    tree=build/compare/${commit:0:12}
    [ -e "$tree/CMakeLists.txt" ] || { git worktree prune && git worktree add --quiet --detach "$tree" "$commit"; } >&2
  fi
  "$tree/tools/build.sh" release sluice_bench sluice >&2
  echo "$tree"
}
a=$(tree_of "$1") || exit 3
b=$(tree_of "$2") || exit 3
exec python3 perf/compare.py "$a" "$b" "${@:3}"
