#!/usr/bin/env bash
# Sets up, builds Release, generates one synthetic day, screens it with the shipped book and shows the result.
#
#   tools/demo.sh                    1,000,000 parcels (a file of 1.4 GB in demo/)
#   tools/demo.sh --parcels 200000   fewer
#   tools/demo.sh --seed 7           another day
set -euo pipefail
cd "$(dirname "$0")/.."
parcels=1000000
seed=1
while [ $# -gt 0 ]; do
  case $1 in
    --parcels|--seed)
      [ $# -ge 2 ] || { echo "demo: $1 needs a number" >&2; exit 3; }
      [[ $2 =~ ^[1-9][0-9]*$ ]] || { echo "demo: $1 $2: not a whole number above zero" >&2; exit 3; }
      printf -v "${1#--}" '%s' "$2"
      shift 2 ;;
    -h|--help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "demo: unknown argument $1 (try --help)" >&2; exit 3 ;;
  esac
done

tools/setup.sh
tools/build.sh release sluice
sluice=build/release/tools/sluice/sluice
book=rules/packs/cbec_import
mkdir -p demo

echo "demo: compiling $book"
"$sluice" rules compile "$book" -o demo/cbec.bundle
echo "demo: generating a day of $parcels parcels (seed $seed)"
"$sluice" generate --parcels "$parcels" --seed "$seed" -o demo/day.parcels 2>demo/planted.txt
echo "demo: screening it"
"$sluice" screen demo/day.parcels --rules demo/cbec.bundle --label planted --label near_miss \
  --summary json >demo/summary.json
python3 tools/demo_report.py demo/summary.json
cat <<TEXT

What to try next
  $sluice explain demo/day.parcels --rules $book --sequence 42
  $sluice screen demo/day.parcels --rules demo/cbec.bundle --out demo/decisions.ndjson
  $sluice rules test $book
  $sluice rules check rules/packs/kcs
  (edit a rule in $book/rules and run this again)
TEXT
