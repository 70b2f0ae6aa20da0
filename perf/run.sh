#!/usr/bin/env bash
# Builds, measures and writes one report with plots: build/report/report.md. Minutes; nothing else should run beside it.
#
#   perf/run.sh                     every figure
#   perf/run.sh --parcels 200000    a smaller day by threads; options are those of perf/report.py (--help)
set -euo pipefail
cd "$(dirname "$0")/.."
case ${1:-} in
  -h|--help) sed -n '2,5s/^# \{0,1\}//p' "$0"; python3 perf/report.py --help; exit 0 ;;
esac
tools/build.sh release sluice_bench sluice
exec python3 perf/report.py "$@"
