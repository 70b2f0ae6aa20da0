#!/usr/bin/env python3
"""One report of what was measured: OUT/report.md and its plots. perf/run.sh builds and calls it.

Runs `sluice_bench` over the fixed workloads (or reads --json of an earlier run) and `sluice screen` over a generated
day by number of threads. A benchmark whose digest is wrong ends it with 1; so does a digest that depends on the
threads.
"""
import argparse
import json
import os
import re
import subprocess
import sys
from datetime import datetime, timezone

from plot import plot

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
RELEASE = os.path.join(ROOT, "build", "release")
SLUICE = os.path.join(RELEASE, "tools", "sluice", "sluice")
# Curves over rules and fill, every workload at 10,000 rules in full batches, decoding.
FILTER = (r"(Match|Lane)/(flat-40|parcel-2-items)/.*/fill:512$|(Match|Lane)/(flat-40|parcel-2-items)/rules:10000/|"
          r"(Match|Lane)/.*/rules:10000/fill:512$|Decode")
NAME = re.compile(r"^(\w+)/([\w-]+)/rules:(\d+)/fill:(\d+)$")


def run_benchmarks(args):
    path = args.json or os.path.join(args.out, "bench.json")
    if not args.json:
        command = [os.path.join(RELEASE, "bench", "sluice_bench"), f"--benchmark_filter={args.filter}",
                   f"--benchmark_out={path}", "--benchmark_out_format=json", f"--benchmark_min_time={args.min_time}"]
        subprocess.run(command, check=True)
    with open(path, encoding="utf-8") as file:
        read = json.load(file)
    wrong = [f"{line['name']}: {line['error_message']}" for line in read["benchmarks"] if line.get("error_occurred")]
    if wrong:
        sys.exit("report: " + "\nreport: ".join(wrong))
    return read


def run_threads(args):
    """Summaries of `sluice screen` by number of threads, the best of three rounds in turn."""
    day, bundle = os.path.join(args.out, "day.parcels"), os.path.join(args.out, "book.bundle")
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([SLUICE, "generate", "--parcels", str(args.parcels), "--seed", "1", "-o", day], **quiet)
    book = os.path.join(ROOT, "rules", "packs", "cbec_import")
    subprocess.run([SLUICE, "rules", "compile", book, "-o", bundle], **quiet)
    best = {}
    for _ in range(3):
        for threads in range(1, os.cpu_count() + 1):
            command = [SLUICE, "screen", day, "--rules", bundle, "--summary", "json", "--threads", str(threads)]
            summary = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
            if threads not in best or summary["parcels_per_second"] > best[threads]["parcels_per_second"]:
                best[threads] = summary
    if len({summary["decision_digest"] for summary in best.values()}) != 1:
        sys.exit("report: the decisions depend on the number of threads")
    return best


def cases(read):
    """(stage, workload, rules, fill, line) of each benchmark over a workload."""
    for line in read["benchmarks"]:
        match = NAME.match(line["name"])
        if match and "ns_per_parcel" in line:
            yield match.group(1), match.group(2), int(match.group(3)), int(match.group(4)), line


def curves(read, x_of, wanted):
    series = {}
    for stage, workload, rules, fill, line in cases(read):
        if wanted(stage, workload, rules, fill):
            series.setdefault(f"{stage} {workload}", []).append((x_of(rules, fill, line), line["ns_per_parcel"]))
    return series


def over_matches(read):
    """A series a stage and family of workloads, a point a workload."""
    series = {}
    for stage, workload, rules, fill, line in cases(read):
        if rules == 10_000 and fill == 512 and line.get("matches_per_parcel", 0) > 0:
            family = "parcel" if workload.startswith("parcel") else "flat"
            series.setdefault(f"{stage} {family}", []).append((line["matches_per_parcel"], line["ns_per_parcel"]))
    return series


def is_curve(workload):
    return workload in ("flat-40", "parcel-2-items")


def write_plots(args, read, threads):
    """Names of the plots that there were figures for."""
    drawn = {
        "rules": ("Nanoseconds a parcel against rules, batches of 512", "rules", "ns a parcel",
                  curves(read, lambda rules, fill, line: rules,
                         lambda stage, workload, rules, fill: fill == 512 and is_curve(workload))),
        "matches": ("Nanoseconds a parcel against matches, every workload at 10,000 rules", "matches a parcel",
                    "ns a parcel", over_matches(read)),
        "fill": ("Nanoseconds a parcel against batch fill, 10,000 rules", "parcels in a batch", "ns a parcel",
                 curves(read, lambda rules, fill, line: fill,
                        lambda stage, workload, rules, fill: rules == 10_000 and is_curve(workload)
                        and stage != "Decode")),
        "threads": ("Parcels a second against threads, sluice screen", "threads", "parcels a second",
                    {"shipped book": [(n, summary["parcels_per_second"]) for n, summary in threads.items()]}),
    }
    names = []
    for name, (title, x_label, y_label, series) in drawn.items():
        series = {key: line for key, line in series.items() if line}
        if not series:
            continue
        is_log = name != "threads"
        with open(os.path.join(args.out, f"{name}.svg"), "w", encoding="utf-8") as file:
            file.write(plot(title, x_label, y_label, series, is_log, is_log, joined=name != "matches"))
        names.append((name, title))
    return names


def git(*command):
    return subprocess.run(["git", *command], cwd=ROOT, text=True, capture_output=True, check=False).stdout.strip()


def head(read, load):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"^model name\s*:\s*(.*)$", file.read(), re.M)
    context = read["context"]
    changed = ", with changes" if git("status", "--porcelain", "--untracked-files=no") else ""
    return [f"Revision {git('rev-parse', '--short=12', 'HEAD') or 'unknown'}{changed}; "
            f"{context['num_cpus']} cores, {model.group(1) if model else 'unknown processor'}; benchmarks "
            f"of {context['date']}, report of {datetime.now(timezone.utc):%FT%H:%MZ}.",
            f"Load of the machine {load:.1f} before, {os.getloadavg()[0]:.1f} after: above 1, other work ran beside "
            "it, and ratios count more than figures.", "Every benchmark's digest was right before it was timed."]


def tables(read, threads):
    lines = ["## Every figure", "", "| benchmark | ns a parcel | matches a parcel | visits | pairs |",
             "|---|--:|--:|--:|--:|"]
    for line in read["benchmarks"]:
        if "ns_per_parcel" in line:
            cells = [f"{line[key]:,.2f}" if key in line else "" for key in ("matches_per_parcel", "visits", "pairs")]
            lines.append(f"| {line['name']} | {line['ns_per_parcel']:,.0f} | {' | '.join(cells)} |")
    if threads:
        one = threads[1]["parcels_per_second"]
        lines += ["", "| `sluice screen`, threads | parcels a second | times one thread |", "|--:|--:|--:|"]
        lines += [f"| {n} | {summary['parcels_per_second']:,.0f} | {summary['parcels_per_second'] / one:.2f} |"
                  for n, summary in threads.items()]
        lines += ["", f"{threads[1]['parcels']:,} parcels, best of three; "
                      f"decision digest {threads[1]['decision_digest']}."]
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default=os.path.join(ROOT, "build", "report"))
    parser.add_argument("--json", help="of sluice_bench, instead of a run")
    parser.add_argument("--filter", default=FILTER)
    parser.add_argument("--min-time", default="0.3", help="seconds a benchmark (default: 0.3)")
    parser.add_argument("--parcels", default=1_000_000, type=int, help="of the day; 0: no runs by threads")
    args = parser.parse_args()
    os.makedirs(args.out, exist_ok=True)
    load = os.getloadavg()[0]
    read = run_benchmarks(args)
    threads = run_threads(args) if args.parcels else {}
    lines = ["# Performance", "", *head(read, load), ""]
    for name, title in write_plots(args, read, threads):
        lines += [f"![{title}]({name}.svg)", ""]
    lines += tables(read, threads)
    path = os.path.join(args.out, "report.md")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    print(f"report: {path}")


if __name__ == "__main__":
    main()
