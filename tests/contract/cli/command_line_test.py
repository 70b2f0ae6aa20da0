#!/usr/bin/env python3
"""What holds of every verb: help, mistakes of typing, files that are not there, disks that are full."""
import json
import os
import shutil
import subprocess
import sys

import support
from support import Case, command, pack


class CommandLine(Case):
    VERBS = ("rules check", "rules compile", "rules diff", "rules fmt", "rules inspect", "rules schema", "rules test",
             "eval", "generate", "screen", "backtest", "explain")

    def test_help_of_every_verb_goes_to_stdout_and_shows_an_example(self):
        for verb in ("", "rules", *self.VERBS):
            out, err = self.expect(0, [*verb.split(), "--help"])
            self.assertRegex(out, r"Examples?:\n  .*sluice " + verb, verb)
            self.assertEqual(err, "")
        self.assertRegex(self.expect(0, ["--version"])[0], r"^sluice \d+\.\d+\.\d+\n$")

    def test_what_is_mistyped_exits_with_3_and_says_where_help_is(self):
        self.refused([], "a command is needed", "screen", "Try 'sluice --help'")
        self.refused(["scren"], "has no command 'scren'", "screen")
        self.refused(["rules"], "a command is needed", "check, compile")
        self.refused(["rules", "chek"], "has no command 'chek'", "check")
        for verb in self.VERBS:
            self.refused([*verb.split(), "--no-such-option"], f"Try 'sluice {verb} --help'")
        screen = ["screen", self.day, "--rules", self.bundle]
        self.refused(["screen"], "FILE is required")
        self.refused(["screen", self.day], "--rules is required")
        self.refused([*screen, "--threads", "many"], "--threads")
        self.refused([*screen, "--threads", "-1"], "--threads")
        self.refused([*screen, "--threads", "257"], "--threads", "0 to 256")
        self.refused([*screen, "--batch", "0"], "--batch", "1 to 512")
        self.refused([*screen, "--format", "xml"], "--format", "ndjson")
        self.refused([*screen, "--summary", "xml"], "--summary", "json")
        self.refused([*screen, "--label", "no_such"], '"no_such"')
        self.refused([*screen, "--label", "items"], '"items"')
        self.refused(["explain", self.day, "--rules", self.bundle], "either --id or --sequence")
        self.refused(["explain", self.day, "--rules", self.bundle, "--id", "A", "--sequence", "1"], "either")
        self.refused(["explain", self.day, "--rules", self.bundle, "--sequence", "-3"], "--sequence")
        for number in ("0", "-1", "1.5", "many", "9223372036854775808", "99999999999999999999"):
            self.refused(["explain", self.day, "--rules", self.bundle, f"--sequence={number}"], "--sequence",
                         f"'{number}' is no whole number from 1 to 9223372036854775807")
        for percentage in ("nan", "inf", "-1", "100.1", "half"):
            self.refused(["rules", "test", pack("kcs"), f"--threshold={percentage}"], "--threshold",
                         f"'{percentage}' is no percentage from 0 to 100")
        self.refused(["rules", "check", pack("kcs"), "--mapping", self.path("none.yaml")], "--sample")

    def test_files_that_are_not_there_are_named(self):
        none = self.path("none.parcels")
        for arguments in (["screen", none, "--rules", self.bundle], ["screen", self.day, "--rules", none],
                          ["explain", none, "--rules", self.bundle, "--sequence", "1"],
                          ["rules", "check", none], ["rules", "compile", none, "-o", self.path("x")],
                          ["rules", "test", none], ["eval", none],
                          ["screen", self.day, "--rules", self.bundle, "--mapping", none],
                          ["screen", self.day, "--rules", self.bundle, "--epoch-key", none]):
            self.refused(arguments, none)
        self.refused(["rules", "check", self.folder], "book.yaml")
        self.refused(["screen", self.write("day.txt", "x"), "--rules", self.bundle], "day.txt", ".parcels, .csv")

    def test_folders_in_the_place_of_files_are_named_once(self):
        os.mkdir(self.path("folder.parcels"))
        err = self.refused(["screen", self.path("folder.parcels"), "--rules", self.bundle], "directory")
        self.assertEqual(err.count("folder.parcels"), 1)
        for name in ("folder.csv", "folder.ndjson"):
            os.mkdir(self.path(name))
            self.refused(["screen", self.path(name), "--rules", pack("kcs")], name, "directory")
        self.refused(["eval", self.folder], self.folder)
        self.refused(["screen", self.day, "--rules", self.bundle, "--out", self.folder], self.folder, "directory")
        self.refused(["rules", "compile", pack("kcs"), "-o", self.folder], self.folder, "directory")

    def test_what_may_not_be_read_is_named(self):
        if os.geteuid() == 0:
            print("cli: file permissions do not bind root; that check is left out", file=sys.stderr)
            return
        closed = self.write("closed.parcels", "x")
        os.chmod(closed, 0)
        self.refused(["screen", closed, "--rules", self.bundle], closed, "ermission")

    def test_an_epoch_key_that_cannot_be_meant_is_refused_without_showing_it(self):
        screen = ["screen", self.day, "--rules", self.bundle, "--epoch-key"]
        self.refused([*screen, self.write("k.json", "{}")], "k.json", '"party1" is missing')
        self.refused([*screen, self.write("k.json", "not json")], "k.json")
        self.refused([*screen, self.write("k.json", "")], "k.json")
        self.refused([*screen, self.day], "at most 65536 bytes")
        err = self.refused([*screen, self.write("k.json", json.dumps(
            {"party1": "5ec4e7", "party2": "00" * 32, "public": "p", "epoch": "e", "site": "s"}))], '"party1"')
        self.assertNotIn("5ec4e7", err)


class FullDisk(Case):
    """/dev/full stands for a disk without room. A link to it keeps the device safe from whoever renames over it."""

    def setUp(self):
        super().setUp()
        os.symlink("/dev/full", self.path("full.parcels"))

    def test_decisions_bundles_and_days_that_cannot_be_written_exit_with_3(self):
        full = self.path("full.parcels")
        for form in ("ndjson", "csv", "flatbuffers"):
            self.refused(["screen", self.day, "--rules", self.bundle, "--out", full, "--format", form], full, "write")
        self.refused(["generate", "--parcels", "10", "--seed", "1", "-o", full], full, "write")
        day = self.path("a.parcels")
        self.refused(["generate", "--parcels", "10", "--seed", "1", "-o", day, "--truth", full], full)
        self.refused(["rules", "compile", pack("kcs"), "-o", full], full, "write")
        self.assertTrue(os.path.islink(full), "a device is written to, never replaced")
        nowhere = self.path("no_such_folder/x")
        err = self.refused(["rules", "compile", pack("kcs"), "-o", nowhere], nowhere + ":")
        self.assertNotIn(".tmp", err)
        self.refused(["screen", self.day, "--rules", self.bundle, "--out", nowhere], nowhere)

    def test_standard_output_that_cannot_be_written_exits_with_3(self):
        screen = ["screen", self.day, "--rules", self.bundle]
        lines = self.write("many.jsonl", '{"id":1,"expr":"1+1"}\n' * 3000)
        for arguments in ([*screen, "--summary", "json"], screen, [*screen, "--out", "-"], ["eval", "-e", "1+1"],
                          ["eval", lines], ["rules", "test", pack("cbec_import"), "-v"], ["--help"],
                          ["rules", "check", pack("kcs"), "--format", "json"],
                          ["explain", self.day, "--rules", self.bundle, "--sequence", "1"],
                          ["generate", "--parcels", "10", "--seed", "1", "-o", "-"]):
            with open("/dev/full", "wb") as full:
                done = subprocess.run(command(*arguments), stdout=full, stderr=subprocess.PIPE, timeout=60)
            self.assertEqual(done.returncode, 3, arguments)
            self.assertIn(b"sluice: ", done.stderr, arguments)

    def test_one_file_never_takes_parcels_and_truth(self):
        day = self.path("day.parcels")
        self.refused(["generate", "--parcels", "10", "--seed", "1", "-o", day, "--truth", day], "a file each")

    def test_an_input_is_never_overwritten_by_its_decisions(self):
        day = self.path("day.parcels")
        shutil.copy(self.day, day)
        self.refused(["screen", day, "--rules", self.bundle, "--out", day], "is an input")
        self.assertEqual(os.path.getsize(day), os.path.getsize(self.day))


if __name__ == "__main__":
    support.main()
