#!/usr/bin/env python3
"""The sluice command as its users rely on it: exit codes, streams, messages, bad input of every kind.

usage: cli_test.py SLUICE SOURCE_ROOT [unittest arguments]
"""
import collections
import csv
import json
import os
import pty
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unicodedata
import unittest

SLUICE = ""
ROOT = ""
SEED = 20260311

BOOK = """book: t
schema: s.fbs
root: P
fields: { id: id, received: at }
lanes:
  - { name: pass, severity: 0, releases: true }
  - { name: document, severity: 10, releases: false }
  - { name: hold, severity: 30, releases: false }
default_lane: pass
outcomes: { unreadable: hold, incomplete: hold, conflict: hold, rule_error: hold, parked: hold, overflow: hold,
            internal: hold }
"""
SCHEMA = """attribute "timestamp";
attribute "label";
table P { id: string; at: long = null (timestamp: "ms"); value: long = null; name: string; fake: bool = null (label); }
root_type P;
"""
RULE = """rules:
  - id: A-1
    title: Dear
    when: parcel.value > 5
    then: { lane: hold }
"""


def sluice(*arguments, stdin=b""):
    done = subprocess.run([SLUICE, *arguments], input=stdin, capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def cells(character):
    """Columns of a terminal that it takes."""
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pack(name):
    return os.path.join(ROOT, "rules", "packs", name)


class Case(unittest.TestCase):
    """A folder per test, and one generated day and its bundle for all."""

    @classmethod
    def setUpClass(cls):
        cls.shared = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.shared)
        cls.day = os.path.join(cls.shared, "day.parcels")
        cls.bundle = os.path.join(cls.shared, "cbec.bundle")
        for arguments in (("generate", "--parcels", "3000", "--seed", "7", "-o", cls.day),
                          ("rules", "compile", pack("cbec_import"), "-o", cls.bundle)):
            code, _, err = sluice(*arguments)
            assert code == 0, err

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        return path

    def book(self, **files):
        """A small correct book, with files of it replaced: rules="…" is rules/r.yaml."""
        names = {"config": "book.yaml", "schema": "s.fbs", "rules": "rules/r.yaml", "cases": "tests/t.yaml",
                 "list": "lists/l.csv", "table": "tables/t.csv"}
        shutil.rmtree(self.path("book"), ignore_errors=True)
        for name, content in {"config": BOOK, "schema": SCHEMA, "rules": RULE, **files}.items():
            self.write("book/" + names[name], content)
        return self.path("book")

    def expect(self, code, arguments, *words, stdin=b""):
        """Runs; checks the exit code, and that each of `words` is said. Words for people are on stderr alone."""
        got, out, err = sluice(*arguments, stdin=stdin)
        self.assertEqual(got, code, f"{arguments}\n{out[-2000:]}\n{err[-2000:]}")
        for word in words:
            self.assertIn(word, err, arguments)
        self.assertNotIn("\r", out + err, "progress belongs on a terminal")
        self.assertNotIn("terminate called", err)
        return out, err

    def refused(self, arguments, *words, stdin=b""):
        out, err = self.expect(3, arguments, "sluice: ", *words, stdin=stdin)
        self.assertEqual(out, "", arguments)
        return err

    def summary(self, *arguments, words=()):
        out, _ = self.expect(0, ["screen", *arguments, "--summary", "json"], *words)
        summary = json.loads(out)
        self.assertEqual(summary["decided"], summary["parcels"])
        self.assertEqual(sum(summary["lanes"].values()), summary["decided"])
        return summary


class CommandLine(Case):
    VERBS = ("rules check", "rules compile", "rules test", "eval", "generate", "screen", "explain")

    def test_help_of_every_verb_goes_to_stdout_and_shows_an_example(self):
        for verb in ("", "rules", *self.VERBS):
            out, err = self.expect(0, [*verb.split(), "--help"])
            self.assertRegex(out, r"Examples?:\n  .*sluice " + verb, verb)
            self.assertEqual(err, "")
        self.assertRegex(self.expect(0, ["--version"])[0], r"^sluice \d+\.\d+\.\d+\n$")

    def test_what_is_mistyped_exits_with_3_and_says_where_help_is(self):
        self.refused([], "a command is needed", "screen", "Try 'sluice --help'")
        self.refused(["scren"], "has no command 'scren'", "screen")
        self.refused(["rules"], "a command is needed", "check, compile, test")
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
            print("cli_test: file permissions do not bind root; that check is left out", file=sys.stderr)
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
                done = subprocess.run([SLUICE, *arguments], stdout=full, stderr=subprocess.PIPE, timeout=60)
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


class Screening(Case):
    def test_the_summary_has_its_keys_and_adds_up(self):
        summary = self.summary(self.day, "--rules", self.bundle, "--label", "planted")
        for key in ("parcels", "decided", "refused", "matches", "generation", "threads", "duplicates"):
            self.assertIs(type(summary[key]), int, key)
        for key in ("rule_set", "decision_digest"):
            self.assertRegex(summary[key], "^[0-9a-f]{64}$")
        for key in ("seconds", "parcels_per_second"):
            self.assertIsInstance(summary[key], (int, float))
            self.assertGreater(summary[key], 0)
        self.assertEqual((summary["parcels"], summary["refused"]), (3000, 0))
        self.assertEqual(list(summary["lanes"]), ["pass", "document", "xray", "inspect", "hold"])
        self.assertEqual(set(summary["outcomes"]), {"unreadable", "incomplete", "conflict", "rule_error", "parked",
                                                    "overflow", "internal"})
        self.assertEqual(sum(summary["outcomes"].values()), 0)
        self.assertEqual({lane: group["count"] for lane, group in summary["labelled"].items()}, summary["lanes"])
        for group in summary["labelled"].values():
            self.assertLessEqual(group["positive"], group["count"])
        self.assertGreater(sum(group["positive"] for group in summary["labelled"].values()), 0)

    def test_decisions_depend_on_the_input_and_rules_alone(self):
        first = self.summary(self.day, "--rules", self.bundle)
        one_sided = ("seconds", "parcels_per_second", "threads")
        for arguments in (["--rules", self.bundle, "--threads", "1"], ["--rules", self.bundle, "--threads", "2"],
                          ["--rules", self.bundle, "--batch", "1"], ["--rules", self.bundle, "--batch", "256"],
                          ["--rules", pack("cbec_import")]):
            other = self.summary(self.day, *arguments)
            self.assertEqual({k: v for k, v in other.items() if k not in one_sided},
                             {k: v for k, v in first.items() if k not in one_sided}, arguments)

    def test_one_seed_gives_one_day_and_another_seed_another(self):
        def day(seed):
            path = self.path(f"{seed}.parcels")
            self.expect(0, ["generate", "--parcels", "3000", "--seed", seed, "-o", path])
            with open(path, "rb") as file:
                return file.read()
        with open(self.day, "rb") as file:
            self.assertEqual(day("7"), file.read())
        self.assertNotEqual(day("7"), day("8"))

    def test_all_formats_of_decisions_say_the_same(self):
        lanes = self.summary(self.day, "--rules", self.bundle)["lanes"]
        out = self.path("decisions")
        screen = [self.day, "--rules", self.bundle, "--out", out]
        self.summary(*screen, "--format", "ndjson")
        with open(out, encoding="utf-8") as file:
            decisions = [json.loads(line) for line in file]
        counted = collections.Counter(decision["lane"] for decision in decisions)
        self.assertEqual({lane: counted[lane] for lane in lanes}, lanes)
        self.assertEqual([decision["sequence"] for decision in decisions], list(range(1, 3001)))
        self.summary(*screen, "--format", "csv")
        with open(out, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([(row["parcel_id"], row["lane"]) for row in rows],
                         [(decision["parcel_id"], decision["lane"]) for decision in decisions])
        self.summary(*screen, "--format", "flatbuffers")
        with open(out, "rb") as file:
            content = file.read()
        self.assertTrue(all(row["parcel_id"].encode() in content for row in rows))

    def test_decisions_on_standard_output_stand_alone_there(self):
        out, _ = self.expect(0, ["screen", self.day, "--rules", self.bundle, "--out", "-"], "decision digest")
        self.assertEqual(len([json.loads(line) for line in out.splitlines()]), 3000)

    def test_explain_says_which_rule_matched_with_its_values(self):
        out = self.path("d.ndjson")
        self.summary(self.day, "--rules", self.bundle, "--out", out)
        with open(out, encoding="utf-8") as file:
            decision = next(d for d in map(json.loads, file) if d["matched"] and d["lane"] != "pass")
        for which in (["--id", decision["parcel_id"]], ["--sequence", str(decision["sequence"])]):
            text, err = self.expect(0, ["explain", self.day, "--rules", self.bundle, *which])
            self.assertEqual(err, "")
            for word in (decision["parcel_id"], "lane " + decision["lane"], decision["matched"][0]["rule"], "true "):
                self.assertIn(word, text)
        self.refused(["explain", self.day, "--rules", self.bundle, "--id", "nobody"], "'nobody'")
        self.refused(["explain", self.day, "--rules", self.bundle, "--sequence", "3001"], "3001")
        self.refused(["explain", self.day, "--rules", self.bundle, "--sequence", "1", "--rule", "NO-1"], "'NO-1'")

    def test_progress_is_shown_on_a_terminal(self):
        terminal, end = pty.openpty()
        done = subprocess.Popen([SLUICE, "generate", "--parcels", "40000", "--seed", "1", "-o", self.path("d.parcels")],
                                stdout=end, stderr=end)
        os.close(end)
        shown = b""
        try:
            while chunk := os.read(terminal, 4096):
                shown += chunk
        except OSError:  # how Linux says that the other end is closed
            pass
        os.close(terminal)
        self.assertEqual(done.wait(timeout=60), 0)
        self.assertIn(b"\r20000 of 40000 parcels", shown)

    def test_no_records_are_no_error(self):
        self.assertEqual(self.summary(self.write("none.ndjson", ""), "--rules", pack("kcs"))["parcels"], 0)


class BadRecords(Case):
    """What cannot be read gets outcome unreadable, is named, and the rest is screened."""

    COLUMNS = ("id", "at", "value", "name", "fake")
    ROWS = ("1,2026-01-01T00:00:00Z,3,a,false", "2,2026-01-01T00:00:01Z,9,b,true")

    def csv(self, *rows, header=",".join(COLUMNS)):
        lines = (row if isinstance(row, bytes) else row.encode() for row in (header, *rows))
        return self.write("in.csv", b"\n".join(lines) + b"\n")

    def test_bad_rows_of_a_csv_file(self):
        book = self.book()
        file = self.csv(self.ROWS[0], "3,2026-01-01T00:00:02Z", b"4,2026-01-01T00:00:02Z,1,\xff\xfe,false",
                        "5,yesterday,1,a,false", "6,2026-01-01T00:00:02Z,many,a,false", "7,8,9,10,11,12,13",
                        self.ROWS[1], '8,2026-01-01T00:00:02Z,1,"open,false')
        summary = self.summary(file, "--rules", book, "--label", "fake", words=(
            f"{file}:3: unreadable", "2 cells where the header has 5", f"{file}:4: unreadable", "not valid UTF-8",
            f"{file}:5: unreadable", '"yesterday"', f"{file}:6: unreadable", '"many"', f"{file}:7: unreadable",
            "7 cells", f"{file}:9: unreadable", "not closed"))
        self.assertEqual(summary["outcomes"]["unreadable"], 6)
        self.assertEqual(summary["lanes"], {"pass": 1, "document": 0, "hold": 7})
        self.assertEqual(summary["labelled"]["hold"]["positive"], 1)
        out, _ = self.expect(0, ["explain", file, "--rules", book, "--sequence", "3"])
        self.assertIn("not valid UTF-8", out)
        self.assertIn("outcome unreadable → lane hold", out)

    def test_a_csv_file_with_a_bom_crlf_and_quotes_is_read(self):
        book = self.book()
        file = self.write("in.csv", b"\xef\xbb\xbfid,at,value,name,fake\r\n\"1\",2026-01-01T00:00:00Z,9,"
                                    b"\"a, \"\"b\"\"\r\nc\",false\r\n")
        self.assertEqual(self.summary(file, "--rules", book)["lanes"], {"pass": 0, "document": 0, "hold": 1})

    def test_headers_that_do_not_fit_are_refused(self):
        book = self.book()
        self.refused(["screen", self.csv(header="id,valeu"), "--rules", book], "in.csv", "'valeu'")
        self.refused(["screen", self.csv(header="id,id"), "--rules", book], "in.csv", "'id'")
        self.refused(["screen", self.write("in.csv", ""), "--rules", book], "in.csv", "empty")
        self.refused(["screen", self.write("in.csv", b"\xff\xfe\n"), "--rules", book], "in.csv:1", "UTF-8")
        self.refused(["screen", self.write("in.csv", "Declaration ID\n1\n"), "--rules", pack("kcs")], "Date")

    def test_bad_mappings_are_refused_with_their_place(self):
        book, file = self.book(), self.csv(*self.ROWS)
        for content in ("", "columns: 3\n", "columns: { id: { feild: id } }\n", "a: [", "- 1\n",
                        b"\xff", "a: &a [*a]\n", "columns: " + "[" * 5000):
            self.refused(["screen", file, "--rules", book, "--mapping", self.write("m.yaml", content)], "m.yaml:1:", ": error: ")
        columns = "columns:\n" + "".join(f"  {name}: {{ field: {name} }}\n" for name in self.COLUMNS[1:])
        for column in ("{ field: nobody }", "{ field: id, format: '%Y' }", "{ field: id, unit: kg }"):
            mapping = self.write("m.yaml", columns + f"  id: {column}\n")
            self.refused(["screen", file, "--rules", book, "--mapping", mapping], "column 'id'")

    def test_bad_lines_of_ndjson(self):
        good = '{"id":"1","at":"2026-01-01T00:00:00Z","value":9}'
        file = self.write("in.ndjson", b"\n".join([
            good.encode(), b"garbage", b"[]", b"null", b"{", b"\xff\xfe", b'{"nope":1}', b'{"id":{"a":1}}', b"",
            b'{"id":' + b"[" * 50000 + b"]" * 50000 + b"}", good.replace('"1"', '"2"').encode()]))
        summary = self.summary(file, "--rules", self.book(), words=(f"{file}:2: unreadable", f"{file}:6: unreadable"))
        self.assertEqual((summary["parcels"], summary["outcomes"]["unreadable"]), (10, 8))
        self.assertEqual(summary["lanes"]["hold"], 10)

    def test_a_repeated_id_is_a_duplicate_or_a_conflict(self):
        summary = self.summary(self.csv(self.ROWS[0], self.ROWS[0], self.ROWS[0].replace(",3,", ",4,")),
                               "--rules", self.book())
        self.assertEqual((summary["duplicates"], summary["outcomes"]["conflict"], summary["lanes"]["hold"]), (1, 1, 1))

    def frames(self):
        with open(self.day, "rb") as file:
            day = file.read()
        offsets, at = [], 128
        while struct.unpack_from("<I", day, at)[0] != 0:
            offsets.append(at)
            at += 16 + (struct.unpack_from("<I", day, at)[0] + 7) // 8 * 8
        return day, offsets, at

    def test_flipped_bits_of_a_parcels_file_cost_one_record_each(self):
        day, offsets, end = self.frames()
        chance = random.Random(SEED)
        for _ in range(25):
            damaged = bytearray(day)
            damaged[chance.randrange(128, end)] ^= 1 << chance.randrange(8)
            summary = self.summary(self.write("x.parcels", damaged), "--rules", self.bundle)
            self.assertEqual(summary["parcels"], len(offsets))
            self.assertLessEqual(summary["outcomes"]["unreadable"], 1)  # none: a bit of padding

    def test_heavy_damage_of_a_parcels_file_is_survived_and_counted(self):
        day, offsets, end = self.frames()
        chance = random.Random(SEED)
        for _ in range(5):
            damaged = bytearray(day)
            for _ in range(200):
                damaged[chance.randrange(128, end)] = chance.randrange(256)
            begin = chance.randrange(128, end - 5000)
            del damaged[begin:begin + 5000]
            summary = self.summary(self.write("x.parcels", damaged), "--rules", self.bundle, words=("x.parcels, byte",))
            self.assertEqual(summary["parcels"], len(offsets))

    def test_a_parcels_file_that_is_cut_off_says_so_wherever_it_ends(self):
        day, offsets, end = self.frames()
        for length, whole in ((offsets[5], 5), (offsets[5] + 3, 5), (offsets[5] + 99, 5), (128, 0), (end, 3000),
                              (end + 15, 3000)):
            summary = self.summary(self.write("x.parcels", day[:length]), "--rules", self.bundle,
                                   words=("x.parcels, byte", "cut off", "promises 3000 records"))
            self.assertEqual((summary["parcels"], summary["outcomes"]["unreadable"]), (whole + 1, 1), length)

    def test_what_is_no_parcels_file_of_these_rules_is_refused(self):
        day, _, _ = self.frames()
        chance = random.Random(SEED)
        for content in (b"", day[:127], b"garbage" * 100, chance.randbytes(5000)):
            self.refused(["screen", self.write("x.parcels", content), "--rules", self.bundle], "x.parcels")
        for offset in range(0, 128, 7):
            damaged = bytearray(day[:4000])
            damaged[offset] ^= 4
            self.refused(["screen", self.write("x.parcels", damaged), "--rules", self.bundle], "x.parcels")
        self.refused(["screen", self.day, "--rules", pack("kcs")], "another schema", "Parcel", "Declaration")


class Bundles(Case):
    def test_any_flipped_bit_or_cut_of_a_bundle_is_refused(self):
        bundle = self.path("t.bundle")
        book = self.book(table="k:key,v:value:int\nA,1\n", list="key\na\n",
                         rules=RULE.replace("parcel.value > 5", "parcel.value > tables.t.row(parcel.name).v"))
        self.expect(0, ["rules", "compile", book, "-o", bundle])
        with open(bundle, "rb") as file:
            content = file.read()
        day = self.write("in.csv", "id,at,value,name,fake\n")
        self.expect(0, ["screen", day, "--rules", bundle])
        chance = random.Random(SEED)
        offsets = sorted({*range(0, 128, 8), *(chance.randrange(len(content)) for _ in range(100)), len(content) - 1})
        for offset in offsets:
            flipped = bytearray(content)
            flipped[offset] ^= 1 << chance.randrange(8)
            for damaged in (flipped, content[:offset]):
                self.refused(["screen", day, "--rules", self.write("x.bundle", damaged)], "x.bundle: ")
        self.refused(["screen", day, "--rules", self.write("x.bundle", content + b"more")], "x.bundle: ")

    def test_screening_a_bundle_of_a_book_that_does_not_compile_is_impossible(self):
        book = self.book(rules=RULE.replace("value", "valeu"))
        bundle = self.path("x.bundle")
        self.expect(2, ["rules", "compile", book, "-o", bundle], "r.yaml:4:18: error", "did you mean 'value'?")
        self.assertFalse(os.path.exists(bundle))
        for arguments in (["screen", self.day, "--rules", book], ["rules", "test", book],
                          ["explain", self.day, "--rules", book, "--sequence", "1"]):
            out, _ = self.expect(2, arguments, "r.yaml:4:18: error", "the rules do not compile")
            self.assertEqual(out, "")


class Check(Case):
    def broken(self, code, line, column, *words, file="rules/r.yaml", **files):
        """The book has this error, at this place, with the caret below its first character."""
        book = self.book(**files)
        out, _ = self.expect(2, ["rules", "check", book], "error")
        head = f"{book}/{file}:{line}:{column}: error: "
        self.assertIn(head, out)
        lines = out.splitlines()
        at = next(i for i, text in enumerate(lines) if text.startswith(head) and f"[{code}]" in text)
        caret = lines[at + 2]
        self.assertTrue(set(caret.strip()) <= {"^", "~"} and caret.strip().startswith("^"), out)
        if not lines[at + 1].startswith("  ..."):
            before = lines[at + 1][2:][:column - 1]  # source lines are indented by two
            self.assertEqual(caret.index("^") - 2, sum(map(cells, before)), out)
        for word in words:
            self.assertIn(word, out)
        return out

    def test_a_correct_book_says_so_on_stderr_alone(self):
        out, _ = self.expect(0, ["rules", "check", self.book()], "1 rule, no error, 0 warnings")
        self.assertEqual(out.strip(), "")
        out, _ = self.expect(0, ["rules", "check", self.book(), "--format", "json"])
        self.assertEqual(json.loads(out), [])
        for name in ("cbec_import", "kcs"):
            self.expect(0, ["rules", "check", pack(name), "--fail-level", "warning"], "0 warnings")

    def test_conditions(self):
        def when(text):
            return RULE.replace("parcel.value > 5", text)
        self.broken("unknown-field", 4, 18, "did you mean 'value'?", rules=when("parcel.valeu > 5"))
        self.broken("type-mismatch", 4, 24, "int and string", rules=when('parcel.value > "x"'))
        self.broken("unknown-field", 4, 42, "'valeu'", rules=when("parcel.name == 'é中😀' && parcel.valeu > 5"))
        self.broken("label-field", 4, 18, "truth label", rules=when("parcel.fake"))
        self.broken("unknown-function", 4, 23, "startsWith", rules=when("parcel.name.startWith('x')"))
        self.broken("syntax", 4, 25, rules=when("parcel.value >"))
        self.broken("syntax", 4, 211, "200 levels", rules=when("(" * 5000 + "true" + ")" * 5000))

    def test_ten_mistakes_are_ten_diagnostics_each_with_its_place(self):
        conditions = ["parcel.valeu > 5", 'parcel.value > "5"', "parcel.value >", "parcel.value", "parcel.fake",
                      "parcel.name.startWith('x')", "parcel.name in lists.nope", "parcel.value == null",
                      "parcel.name.matches('(')", "nobody == 1"]
        rules = "rules:\n" + "".join(f"  - id: A-{i}\n    title: T\n    when: {when}\n    then: {{ lane: hold }}\n"
                                      for i, when in enumerate(conditions))
        book = self.book(rules=rules)
        out, _ = self.expect(2, ["rules", "check", book], "10 errors")
        places = re.findall(r"^.*/rules/r\.yaml:(\d+):(\d+): error: .+ \[[a-z0-9-]+\]\n  (.*)\n  ( *)\^", out, re.M)
        self.assertEqual([int(line) for line, _, _, _ in places], [4 + 4 * i for i in range(10)])
        for _, column, _, indent in places:
            self.assertEqual(len(indent), int(column) - 1)
        self.assertGreaterEqual(out.count("hint: "), 5)
        out, _ = self.expect(2, ["rules", "check", book, "--format", "json"])
        self.assertEqual([d["line"] for d in json.loads(out)], [4 + 4 * i for i in range(10)])

    def test_yaml_that_cannot_be_meant(self):
        self.broken("yaml-anchor", 1, 4, rules="a: &a [*a]\nrules: *a\n")
        bomb = "a0: &a0 [x,x]\n" + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30))
        self.broken("yaml-alias", 2, 10, rules=bomb)
        self.broken("yaml-too-deep", 1, 260, "64 levels", rules="rules: " + "{a: " * 3000 + "1" + "}" * 3000)
        self.broken("duplicate-key", 6, 5, "'title'", "first here", rules=RULE + "    title: Again\n")
        self.broken("invalid-utf8", 3, 12, rules=RULE.encode().replace(b"Dear", b"\xff\xfe"))
        self.broken("yaml-control", 3, 16, rules=RULE.replace("Dear", "Dear\0"))
        self.broken("yaml-documents", 6, 1, rules=RULE + "---\n" + RULE)
        noise = random.Random(SEED).randbytes(4000)
        for rules in ("rules: " + "[" * 100_000, "rules:\n\t- id: A\n", "rules: 3\n", "- 1\n", noise, "? - a\n"):
            self.expect(2, ["rules", "check", self.book(rules=rules)])

    def test_a_huge_file_is_refused_by_its_name(self):
        self.refused(["rules", "check", self.book(rules=b"# " + b"x" * (70 << 20))], "r.yaml", "larger than 67108864")

    def test_rules_and_lanes(self):
        self.broken("duplicate-rule", 6, 9, "'A-1'", "first defined here", rules=RULE + RULE[len("rules:\n"):])
        self.broken("unknown-lane", 5, 19, "did you mean 'hold'?", rules=RULE.replace("hold", "hodl"))
        self.broken("unknown-key", 5, 25, "did you mean 'score'?", rules=RULE.replace("hold }", "hold, scoer: 3 }"))
        self.broken("score-range", 5, 32, rules=RULE.replace("hold }", "hold, score: 30000 }"))
        self.broken("reaches-release", 10, 25, "releases", file="book.yaml",
                    config=BOOK.replace("unreadable: hold", "unreadable: pass"))
        self.broken("missing-key", 10, 11, "'unreadable'", file="book.yaml",
                    config=BOOK.replace("unreadable: hold, ", ""))
        self.broken("unknown-key", 12, 1, "did you mean 'lanes'?", file="book.yaml", config=BOOK + "lnaes: 3\n")
        self.broken("unknown-field", 4, 15, "'idd'", file="book.yaml", config=BOOK.replace("id: id", "id: idd"))
        self.broken("unknown-zone", 12, 7, "IANA", file="book.yaml", config=BOOK + "zone: Asia/Shangai\n")
        self.broken("schema", 2, 9, file="book.yaml", schema="table P { id string }")
        self.broken("no-mapping", 12, 10, "none.yaml", file="book.yaml", config=BOOK + "mapping: none.yaml\n")

    def test_lists_and_tables_name_row_and_column(self):
        self.broken("csv-columns", 3, 3, "2 cells", "must be quoted", file="lists/l.csv", list="key\na\nb,c\n")
        self.broken("csv-quote", 3, 1, file="lists/l.csv", list='key\na\n"b\n')
        self.broken("csv-utf8", 3, 1, file="lists/l.csv", list=b"key\na\n\xff\n")
        self.broken("csv-header", 1, 1, "empty", file="lists/l.csv", list="")
        table = "k:key,v:value:int\nA,1\n"
        self.broken("bad-cell", 3, 3, "'x' is no int", file="tables/t.csv", table=table + "B,x\n")
        self.broken("csv-columns", 3, 2, "1 cell,", "blank cell", file="tables/t.csv", table=table + "B\n")
        self.broken("table-header", 1, 1, "'kei'", file="tables/t.csv", table=table.replace("k:key", "k:kei"))
        self.broken("unknown-table", 4, 11, "tables/nope.csv",
                    rules=RULE.replace("    when", "    each: tables.nope\n    when"))

    def test_a_rule_file_never_drops_out_without_a_word(self):
        book = self.book()
        os.symlink("nowhere.yaml", os.path.join(book, "rules", "other.yaml"))
        self.refused(["rules", "check", book], "other.yaml")
        out, _ = self.expect(1, ["rules", "check", self.book(rules="rules:\n"), "--fail-level", "warning"], "1 warning")
        self.assertIn("the book has no rules", out)
        self.expect(0, ["rules", "check", self.book(rules="rules:\n")])


class BookTests(Case):
    CASES = """tests:
  - name: cheap
    parcel: { id: a, at: 2026-01-01T00:00:00Z, value: 3 }
    expect: { lane: pass }
  - name: dear
    parcel: { id: a, at: 2026-01-01T00:00:00Z, value: 9 }
    expect: { lane: hold }
"""

    def test_cases_pass_fail_or_cannot_be_read(self):
        self.assertEqual(self.expect(0, ["rules", "test", self.book(cases=self.CASES)])[0], "2 passed, 0 failed\n")
        out, _ = self.expect(1, ["rules", "test", self.book(cases=self.CASES.replace("lane: pass", "lane: hold"))])
        self.assertIn("t.yaml:2:11: cheap", out)
        self.assertIn("lane: expected hold, got pass", out)
        self.assertIn("1 passed, 1 failed", out)
        self.expect(2, ["rules", "test", self.book(cases=self.CASES.replace("value", "valeu"))],
                    "t.yaml:3:", "did you mean 'value'?")
        self.expect(2, ["rules", "test", self.book(cases=self.CASES.replace("lane: pass", "lane: no"))], "t.yaml:4:21")
        self.refused(["rules", "test", self.book()], "no cases")
        self.refused(["rules", "test", self.book(cases=self.CASES), "--run", "nobody"], "'nobody'")
        out, _ = self.expect(0, ["rules", "test", self.book(cases=self.CASES), "--run", "dear", "-v"])
        self.assertEqual(out, "ok    dear\n1 passed, 0 failed\n")

    def test_the_cases_of_the_shipped_books_pass(self):
        for name in ("cbec_import", "kcs"):
            self.assertRegex(self.expect(0, ["rules", "test", pack(name)])[0], r"^[1-9]\d* passed, 0 failed\n$")


class Eval(Case):
    def lines(self, *lines):
        out, _ = self.expect(0, ["eval"], stdin="\n".join(lines).encode())
        return [json.loads(line) for line in out.splitlines()]

    def test_values_errors_and_refusals(self):
        answers = self.lines('{"id":1,"expr":"x + 1","vars":{"x":{"int":"41"}}}',
                             '{"id":"b","expr":"1 / x","types":{"x":"int"},"vars":{"x":{"int":"0"}}}', "",
                             '{"id":3,"expr":"1 +"}',
                             '{"id":4,"expr":"x.size()","types":{"x":{"list":"int"}},"vars":{"x":{"list":[]}}}')
        self.assertEqual(answers[0], {"id": 1, "value": {"int": "42"}})
        self.assertEqual(answers[1]["id"], "b")
        self.assertTrue({"error", "refused"} & answers[1].keys(), "a constant that always fails may be refused")
        self.assertIn("message", answers[2]["refused"][0])
        self.assertEqual(answers[3], {"id": 4, "value": {"int": "0"}})
        self.assertEqual(self.expect(0, ["eval", "-e", "1 + 1"])[0], '{"value":{"int":"2"}}\n')
        out, _ = self.expect(2, ["eval", "-e", '1 + "a"'], "expression:1:3: error", "\n    ^")
        self.assertEqual(out, "")
        self.expect(2, ["eval", "-e", ""], "expression:1:1: error")

    def test_bad_lines_are_refused_with_their_number(self):
        deep = '{"expr":"x","vars":{"x":' + '{"list":[' * 100_000 + "]}" * 100_000 + "}}"
        for line in ("garbage", "[1]", '{"id":1}', '{"expr":5}', '{"expr":"x","vars":[]}', '{"expr":"x","vars":{"x":3}}',
                     '{"expr":"x","types":5,"vars":{"x":{"int":"3"}}}', '{"expr":"x","vars":{"x":{"int":3}}}',
                     '{"expr":"x","types":{"x":"nope"},"vars":{"x":{"int":"3"}}}', '{"expr":"\udcff"}', deep):
            text = '{"expr":"1"}\n' + line + "\n"
            got, out, err = sluice("eval", stdin=text.encode("utf-8", "surrogateescape"))
            self.assertEqual((got, out), (3, '{"value":{"int":"1"}}\n'), line[:80])
            self.assertIn("line 2: ", err)


class Korea(Case):
    DATA = ("..", "shared", "data", "kcs", "valid.csv")

    def test_the_risk_table_selects_what_its_page_says(self):
        data = os.path.join(ROOT, *self.DATA)
        if not os.path.exists(data):
            print(f"cli_test: no {data}; the figures of that quarter are left out", file=sys.stderr)
            return
        summary = self.summary(data, "--rules", pack("kcs"), "--label", "fraud")
        self.assertEqual(summary["lanes"], {"pass": 7151, "document": 234, "inspect": 749, "hold": 0})
        labelled = summary["labelled"]
        found = labelled["inspect"]["positive"]
        self.assertAlmostEqual(found / labelled["inspect"]["count"], 0.955, places=3)
        self.assertAlmostEqual(found / sum(group["positive"] for group in labelled.values()), 0.420, places=3)


if __name__ == "__main__":
    SLUICE, ROOT = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
    unittest.main()
