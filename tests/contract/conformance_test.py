#!/usr/bin/env python3
"""Runs the public CEL conformance vectors beside the checkout through `sluice eval`, the evaluator that decides.

usage: conformance_test.py SLUICE VECTORS

Prints how many lines passed, were refused and failed; none may fail. An expected error may come as an error or a
refusal. A line whose value is expected may be refused only for what the language leaves out on purpose: a list or map
of several types. Without the file the test says so and exits with 77, which CTest counts as skipped.
"""
import collections
import json
import os
import subprocess
import sys

SKIPPED = 77
LEFT_OUT = {"mixed-list", "mixed-map"}
LINES_MIN = 400  # fewer: the file is not what it was


def plain(typed):
    """A typed value in a form that compares as values do: NaN equals itself, maps have no order."""
    (kind, content), = typed.items()
    if kind == "list":
        return kind, [plain(item) for item in content]
    if kind == "map":
        return kind, sorted(((plain(key), plain(value)) for key, value in content), key=repr)
    return kind, repr(float(content)) if kind == "double" else content


def verdict(expected, answer):
    if "refused" in answer:
        codes = {found["code"] for found in answer["refused"]}
        if "error" in expected:
            return "passed"
        return "refused" if codes & LEFT_OUT else "failed"
    if "error" in expected or "error" in answer:
        return "passed" if "error" in expected and "error" in answer else "failed"
    return "passed" if plain(answer["value"]) == plain(expected["value"]) else "failed"


def main():
    sluice, path = sys.argv[1:]
    if not os.path.exists(path):
        print(f"conformance: no {path}; nothing was tested")
        sys.exit(SKIPPED)
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    run = subprocess.run([sluice, "eval", path], capture_output=True, text=True)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    counts = collections.Counter(passed=0, refused=0, failed=0)
    for line, answer in zip(lines, answers):
        found = verdict(line["expect"], answer) if line["id"] == answer["id"] else "failed"
        counts[found] += 1
        if found == "failed":
            print(f"{line['id']}: {line['expr']}: expected {line['expect']}, got {answer}")
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    complete = len(answers) == len(lines) >= LINES_MIN and run.returncode == 0
    if not complete:
        print(f"{len(lines)} lines, {len(answers)} answers, exit code {run.returncode}\n{run.stderr}")
    sys.exit(1 if counts["failed"] or not complete else 0)


if __name__ == "__main__":
    main()
