#!/usr/bin/env python3
"""Measures two built trees in turn, and says whether B is slower than A. perf/compare.sh builds them.

A ratio is B's time over A's in one round; each round measures both, every second one B first, so that a slow state of
the machine meets both. Times are those of the processor in one thread: of a parcel or iteration in sluice_bench, of a
whole `sluice screen` over a generated day with A's shipped book. Shown are the ratio in the middle, the least and the
greatest.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys

FILTER = "(Match|Lane)/(flat-40|parcel-2-items)/rules:(1000|10000)/fill:512$"


def program(tree, *path):
    return os.path.join(tree, "build", "release", *path)


def bench_times(tree, options):
    """Nanoseconds by benchmark."""
    command = [program(tree, "bench", "sluice_bench"), f"--benchmark_filter={options.filter}",
               "--benchmark_format=json", f"--benchmark_min_time={options.min_time}"]
    run = subprocess.run(command, check=False, text=True, capture_output=True)
    if run.returncode != 0 or not run.stdout.strip():  # a filter that names nothing prints nothing
        return {}
    times = {}
    for line in json.loads(run.stdout)["benchmarks"]:
        if line.get("error_occurred"):
            sys.exit(f"compare: {tree}: {line['name']}: {line['error_message']}")
        times[line["name"]] = line.get("ns_per_parcel", line["cpu_time"])
    return times


def screen_time(tree, day, bundle):
    """Processor nanoseconds of the whole run, and the digest of its decisions."""
    command = [program(tree, "tools", "sluice", "sluice"), "screen", day, "--rules", bundle, "--threads", "1"]
    before = os.times()
    run = subprocess.run(command, check=False, text=True, capture_output=True)
    after = os.times()
    if run.returncode != 0:
        sys.exit(f"compare: {' '.join(command)}\n{run.stderr}")
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    digest = re.search(r"^decision digest (\w+)", run.stdout, re.M)
    return spent * 1e9, digest and digest.group(1)


def make_day(trees, options):
    """The day, by A's generator, and A's book as each tree compiles it."""
    folder = os.path.join("build", "compare")
    os.makedirs(folder, exist_ok=True)
    day = os.path.join(folder, "day.parcels")
    sluice = [program(tree, "tools", "sluice", "sluice") for tree in trees]
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([sluice[0], "generate", "--parcels", str(options.parcels), "--seed", "1", "-o", day], **quiet)
    bundles = [os.path.join(folder, f"{name}.bundle") for name in "ab"]
    for one, bundle in zip(sluice, bundles):
        book = os.path.join(trees[0], "rules", "packs", "cbec_import")
        subprocess.run([one, "rules", "compile", book, "-o", bundle], **quiet)
    return day, bundles


def measure(trees, options):
    """Ratios by name."""
    ratios, digests = {}, [None, None]
    day, bundles = make_day(trees, options) if options.parcels else (None, None)
    for number in range(options.rounds):
        times = [{}, {}]
        for side in ((0, 1), (1, 0))[number % 2]:
            times[side] = bench_times(trees[side], options)
            if day:
                times[side]["sluice screen"], digests[side] = screen_time(trees[side], day, bundles[side])
        for name, time in times[1].items():
            if name in times[0]:
                ratios.setdefault(name, []).append((time / times[0][name], times[0][name], time))
    if digests[0] != digests[1]:
        print("compare: the decisions of the day differ")
    return ratios


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", nargs=2, metavar="TREE")
    parser.add_argument("--filter", default=FILTER, help="benchmarks, as a regular expression (default: %(default)s)")
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--threshold", default=5.0, type=float, help="percent that B may be slower (default: 5)")
    parser.add_argument("--min-time", default="0.2", help="seconds a benchmark and round (default: 0.2)")
    parser.add_argument("--parcels", default=200000, type=int, help="of the day for `sluice screen`; 0: leave it out")
    options = parser.parse_args()
    ratios = measure(options.trees, options)
    if not ratios:
        sys.stderr.write("compare: nothing was measured by both\n")
        sys.exit(3)
    slower = []
    width = max(map(len, ratios))
    print(f"{'B / A':{width}}  middle   least  greatest     A (ns)     B (ns)   load {os.getloadavg()[0]:.1f}")
    for name, rounds in ratios.items():
        middle = statistics.median(ratio for ratio, _, _ in rounds)
        a, b = (statistics.median(one[side] for one in rounds) for side in (1, 2))
        is_slower = middle > 1 + options.threshold / 100
        slower += [name] if is_slower else []
        print(f"{name:{width}}  {middle:6.3f}  {min(rounds)[0]:6.3f}  {max(rounds)[0]:8.3f}  {a:9,.0f}  {b:9,.0f}"
              f"{'   SLOWER' if is_slower else ''}")
    sys.exit(1 if slower else 0)


if __name__ == "__main__":
    main()
