#!/usr/bin/env python3
"""Counts instructions a parcel under callgrind and compares them with the budgets in perf/budget.md.

usage: perf/budget.py [--program build/release/perf/sluice_fixed_run] [--renew]

Exits with 1 where a count is beyond its budget, or a stage has no line. --renew writes what was counted, and budgets
3 % above, into perf/budget.md instead. Counts are those of a Release build by g++ 12; valgrind shows the program a
processor without AVX-512, so the kernels are those for AVX2.
"""
import argparse
import glob
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BUDGET = os.path.join(HERE, "budget.md")
HEADROOM = 1.03
LINE = re.compile(r"^\| `([^`]+)` \| *([\d,]+) \| *([\d,]+) \|$")


def count(program):
    """Instructions a parcel by name."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--collect-atstart=no",
                   f"--callgrind-out-file={out}", program]
        run = subprocess.run(command, check=False, text=True, capture_output=True)
        if run.returncode != 0:
            sys.exit(f"budget: {program} under valgrind exited with {run.returncode}\n{run.stderr}")
        parcels = dict(line.split() for line in run.stdout.splitlines())
        counts = {}
        for path in glob.glob(out + ".*"):
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read()
            name = re.search(r"^desc: Trigger: Client Request: (.*)$", text, re.M)
            total = re.search(r"^(?:summary|totals): (\d+)", text, re.M)
            if name and total and name.group(1) in parcels:
                counts[name.group(1)] = int(total.group(1)) / int(parcels[name.group(1)])
        missing = [name for name in parcels if name not in counts]
        if missing or not parcels:
            sys.exit(f"budget: no count of {', '.join(missing) or 'anything'}\n{run.stderr}")
        return {name: counts[name] for name in parcels}


def read_budgets():
    budgets = {}
    with open(BUDGET, encoding="utf-8") as file:
        for line in file:
            match = LINE.match(line)
            if match:
                budgets[match.group(1)] = int(match.group(3).replace(",", ""))
    return budgets


def renew(counts):
    with open(BUDGET, encoding="utf-8") as file:
        lines = file.read().split("\n")
    first = next(i for i, line in enumerate(lines) if line.startswith("|---")) + 1
    last = first
    while last < len(lines) and lines[last].startswith("|"):
        last += 1
    lines[first:last] = [f"| `{name}` | {value:,.0f} | {value * HEADROOM:,.0f} |" for name, value in counts.items()]
    with open(BUDGET, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(HERE, "..", "build", "release", "perf", "sluice_fixed_run"))
    parser.add_argument("--renew", action="store_true")
    args = parser.parse_args()
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        if not re.search(r"\bavx2\b", file.read()):
            print("budget: this processor has no AVX2, for whose kernels the budgets are: nothing is compared")
            return
    counts = count(args.program)
    budgets = read_budgets()
    if args.renew:
        renew(counts)
    failed = False
    for name, value in counts.items():
        budget = budgets.get(name)
        beyond = budget is None or value > budget
        note = "no budget" if budget is None else f"budget {budget:,}, {100 * (value / budget - 1):+.1f} %"
        print(f"{name:32} {value:10,.0f} instructions a parcel; {note}{'  BEYOND' if beyond else ''}")
        failed |= beyond
    for name in budgets.keys() - counts.keys():
        print(f"{name}: a budget, and no stage of that name")
        failed = True
    if failed and not args.renew:
        sys.exit("budget: find out why, or renew on purpose with perf/budget.py --renew")


if __name__ == "__main__":
    main()
