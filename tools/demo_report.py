#!/usr/bin/env python3
"""Turns the summary of a screened synthetic day into the demo's report: lanes, speed, rules, recall of what was planted.

usage: demo_report.py SUMMARY.json [--check]

The summary is that of `sluice screen … --label planted --label near_miss --summary json`.
--check exits 1 unless the day's promises hold: recall of every family and in all >= 0.95, at most 6 % of clean parcels
in a lane that does not release, at most 2 % of near-misses hit, decided = parcels.
"""
import argparse
import json
import sys

RELEASING = {"pass"}
BY_MATCH = {"dishonest_party", "new_shipper"}  # their rules draw lots: a match counts, whatever the draw said
RECALL_MIN, CLEAN_MAX, NEAR_MISS_MAX = 0.95, 0.06, 0.02


def stopped(group):
    return sum(count for lane, count in group["lanes"].items() if lane not in RELEASING)


def size(group):
    return sum(group["lanes"].values())


def families(groups):
    """family -> (planted, found, near-misses, near-misses hit); and (clean, clean stopped)."""
    table, clean = {}, [0, 0]
    for group in groups:
        family, near = group["labels"]["planted"], group["labels"]["near_miss"] in ("true", "1")
        if not family:
            clean = [clean[0] + size(group), clean[1] + stopped(group)]
            continue
        row = table.setdefault(family, [0, 0, 0, 0])
        if near:
            row[2] += size(group)
            row[3] += stopped(group)
        else:
            row[0] += size(group)
            row[1] += group["matched"] if family in BY_MATCH else stopped(group)
    return table, clean


def share(part, whole):
    return part / whole if whole else 0.0


def show(summary, table, clean):
    print(f"\n{'lane':<12}{'parcels':>12}{'%':>8}")
    for lane, count in summary["lanes"].items():
        print(f"{lane:<12}{count:>12}{100 * share(count, summary['decided']):>8.2f}")
    print(f"\n{summary['parcels']} parcels, {summary['decided']} decided in {summary['seconds']:.2f} s: "
          f"{summary['parcels_per_second']:,.0f} parcels a second on {summary['threads']} threads")
    print(f"\n{'rules that hit most':<28}{'parcels':>10}")
    for rule, count in summary["rules"].items():
        print(f"{rule:<28}{count:>10}")
    print(f"\n{'planted pattern':<22}{'planted':>9}{'found %':>9}{'near-misses':>13}{'hit %':>8}")
    for family, (planted, found, near, hit) in sorted(table.items()):
        shown = f"{100 * share(found, planted):.1f}" if planted else "-"
        print(f"{family:<22}{planted:>9}{shown:>9}{near:>13}{100 * share(hit, near):>8.1f}")
    planted, found, near, hit = totals(table)
    print(f"{'all':<22}{planted:>9}{100 * share(found, planted):>9.1f}{near:>13}{100 * share(hit, near):>8.1f}")
    print(f"clean parcels in a lane that does not release: {100 * share(clean[1], clean[0]):.2f} %")
    print(f"decision digest {summary['decision_digest']}")


def totals(table):
    return [sum(row[i] for row in table.values()) for i in range(4)]


def breaches(summary, table, clean):
    planted, found, near, hit = totals(table)
    if summary["decided"] != summary["parcels"] or sum(summary["lanes"].values()) != summary["decided"]:
        yield "parcels, decided and the lanes do not add up"
    for family, row in table.items():
        if row[0] and share(row[1], row[0]) < RECALL_MIN:
            yield f"recall of {family} is {share(row[1], row[0]):.3f}, under {RECALL_MIN}"
    if share(found, planted) < RECALL_MIN:
        yield f"recall is {share(found, planted):.3f}, under {RECALL_MIN}"
    if share(clean[1], clean[0]) > CLEAN_MAX:
        yield f"{share(clean[1], clean[0]):.3f} of clean parcels are not released, over {CLEAN_MAX}"
    if share(hit, near) > NEAR_MISS_MAX:
        yield f"{share(hit, near):.3f} of near-misses are hit, over {NEAR_MISS_MAX}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("summary")
    parser.add_argument("--check", action="store_true", help="exit 1 unless the day's promises hold")
    arguments = parser.parse_args()
    with open(arguments.summary, encoding="utf-8") as file:
        summary = json.load(file)
    table, clean = families(summary["label_groups"])
    show(summary, table, clean)
    if arguments.check:
        found = list(breaches(summary, table, clean))
        for line in found:
            print(f"demo: {line}", file=sys.stderr)
        sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
