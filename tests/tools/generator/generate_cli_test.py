#!/usr/bin/env python3
"""sluice generate as an operator meets it: exit codes, messages, standard output, the truth file.

usage: generate_cli_test.py SLUICE
"""
import os
import subprocess
import sys
import tempfile
import unittest

SLUICE = ""


def generate(*arguments):
    return subprocess.run([SLUICE, "generate", *arguments], capture_output=True)


class GenerateTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = lambda name: os.path.join(folder.name, name)

    def refused(self, words, *arguments):
        done = generate(*arguments)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn(words, done.stderr.decode())
        self.assertEqual(done.stdout, b"")

    def test_bad_arguments_exit_with_3_and_say_why(self):
        out = ["-o", self.path("day.parcels")]
        self.refused("a day has 1 to", "--parcels", "0", "--seed", "1", *out)
        self.refused("0 to 0.2", "--parcels", "9", "--seed", "1", "--violations", "0.9", *out)
        self.refused("no date like", "--parcels", "9", "--seed", "1", "--date", "2026-02-30", *out)
        self.refused("must end in .parcels", "--parcels", "9", "--seed", "1", "-o", self.path("day.txt"))
        self.refused("--seed", "--parcels", "9", *out)
        self.refused("--parcels", "--parcels", "many", "--seed", "1", *out)
        self.refused("no_such_folder", "--parcels", "9", "--seed", "1", "-o", self.path("no_such_folder/day.parcels"))

    def test_file_and_standard_output_have_the_same_bytes(self):
        self.assertEqual(generate("--parcels", "500", "--seed", "7", "-o", self.path("day.parcels")).returncode, 0)
        with open(self.path("day.parcels"), "rb") as file:
            self.assertEqual(generate("--parcels", "500", "--seed", "7", "-o", "-").stdout, file.read())

    def test_truth_file_agrees_with_the_summary(self):
        done = generate("--parcels", "3000", "--seed", "7", "-o", self.path("day.parcels"), "--truth",
                        self.path("truth.csv"))
        with open(self.path("truth.csv"), encoding="utf-8") as file:
            header, *rows = file.read().split()
        self.assertEqual(header, "parcel_id,planted,near_miss")
        self.assertEqual(len(rows), 3000)
        cells = [row.split(",") for row in rows]
        violations = sum(1 for row in cells if row[1] and row[2] == "0")
        near_misses = sum(1 for row in cells if row[2] == "1")
        totals = next(line.split() for line in done.stderr.decode().splitlines() if line.startswith("all "))
        self.assertEqual(totals, ["all", str(violations), str(near_misses)])
        self.assertNotIn("\r", done.stderr.decode(), "progress belongs on a terminal")


if __name__ == "__main__":
    SLUICE = sys.argv.pop(1)
    unittest.main()
