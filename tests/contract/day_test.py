#!/usr/bin/env python3
"""The synthetic day, small: what the demo promises, and one answer whatever the threads and batches.

usage: day_test.py SLUICE SOURCE_ROOT [PARCELS]
"""
import json
import os
import subprocess
import sys
import tempfile


def run(*arguments):
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def main():
    sluice, root = sys.argv[1], sys.argv[2]
    parcels = sys.argv[3] if len(sys.argv) > 3 else "150000"
    book = os.path.join(root, "rules", "packs", "cbec_import")
    with tempfile.TemporaryDirectory() as folder:
        day, bundle = os.path.join(folder, "day.parcels"), os.path.join(folder, "cbec.bundle")
        run(sluice, "generate", "--parcels", parcels, "--seed", "3", "-o", day)
        run(sluice, "rules", "compile", book, "-o", bundle)
        summaries = []
        for rules, threads, batch in ((book, 2, 256), (bundle, 1, 256), (bundle, 2, 1), (bundle, 2, 512)):
            text = run(sluice, "screen", day, "--rules", rules, "--threads", str(threads), "--batch", str(batch),
                       "--label", "planted", "--label", "near_miss", "--summary", "json")
            summaries.append(json.loads(text))
        digests = {summary["decision_digest"] for summary in summaries}
        if len(digests) != 1:
            sys.exit(f"the digest depends on threads, batches or the bundle: {digests}")
        report = os.path.join(folder, "summary.json")
        with open(report, "w", encoding="utf-8") as file:
            json.dump(summaries[0], file)
        print(run(sys.executable, os.path.join(root, "tools", "demo_report.py"), report, "--check"))
    print("1 passed, 0 failed")


if __name__ == "__main__":
    main()
