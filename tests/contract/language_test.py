#!/usr/bin/env python3
"""Runs the examples of rules/LANGUAGE.md: `expression  // => answer`, each by `sluice eval`.

usage: language_test.py SLUICE LANGUAGE.md
"""
import json
import re
import subprocess
import sys

EXAMPLE = re.compile(r"(\S.*?)\s+// => (.+)")
EXAMPLES_MIN = 40  # fewer: the page or this expression has changed its form


def answer(line):
    """What the page writes for one line of answers."""
    result = json.loads(line)
    if "value" in result:
        return json.dumps(result["value"], separators=(",", ":"))
    if "error" in result:
        return "error " + result["error"]
    return "refused " + ", ".join(sorted({found["code"] for found in result["refused"]}))


def main():
    sluice, page = sys.argv[1:]
    with open(page, encoding="utf-8") as file:
        examples = [match.groups() for match in map(EXAMPLE.fullmatch, file.read().split("\n")) if match]
    lines = "".join(json.dumps({"expr": text}) + "\n" for text, _ in examples)
    run = subprocess.run([sluice, "eval"], input=lines, capture_output=True, text=True, check=True)
    answers = [answer(line) for line in run.stdout.splitlines()]
    failed = len(answers) != len(examples) or len(examples) < EXAMPLES_MIN
    for (text, expected), found in zip(examples, answers):
        if found != expected:
            failed = True
            print(f"{text}: the page says {expected}, sluice says {found}")
    print(f"{len(examples)} examples")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
