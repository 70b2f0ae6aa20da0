#!/usr/bin/env python3
"""Latencies of the live engine under open loop: one Markdown report on standard output. Nothing else should run beside it.

usage: perf/live.py --bundle BUNDLE --parcels FILE.parcels [--large BUNDLE] [--seconds N] [--build build/release]

--large: a bundle of many rules (10,000) for the run that exchanges rules all the time; without it, the first one.
"""
import argparse
import json
import os
import subprocess
import tempfile


def run(arguments, bundle, *options):
    command = [os.path.join(arguments.build, "perf/sluice_open_loop"), bundle, arguments.parcels,
               "--seconds", str(arguments.seconds), *options]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def row(name, load, times):
    cells = [f"{times[key]:,.1f}" for key in ("p50_us", "p99_us", "p999_us", "p9999_us", "max_us")]
    return f"| {name} | {load} | " + " | ".join(cells) + " |"


def report(name, result):
    lines = [row(f"{name}: the machine alone", "", result["machine"])]
    for load in result["loads"]:
        at = load["run"]
        label = f"{load['share']:.0%}, {at['parcels_per_second']:,}/s"
        label += f", {at['refused']:,} refused" if at["refused"] else ""
        lines.append(row(name, label, at["latency"]))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", required=True)
    parser.add_argument("--parcels", required=True)
    parser.add_argument("--large")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--build", default="build/release")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        runs = [("no log", arguments.bundle, []), ("async log", arguments.bundle, ["--log", log, "async"]),
                ("group log", arguments.bundle, ["--log", log, "group"]),
                ("rules exchanged", arguments.large or arguments.bundle, ["--reload-ms", "100"])]
        print("| run | load | p50 us | p99 us | p99.9 us | p99.99 us | most us |\n|---|---|--:|--:|--:|--:|--:|")
        notes = []
        for name, bundle, options in runs:
            result = run(arguments, bundle, *options)
            print("\n".join(report(name, result)))
            notes.append(f"{name}: saturation {result['saturation_per_second']:,.0f} parcels a second, "
                         f"{result['reloads']} reloads")
        print("\n" + "; ".join(notes) + ".")


if __name__ == "__main__":
    main()
