#!/usr/bin/env python3
"""sluice screen: decisions and their summary; records that cannot be read."""
import collections
import csv
import json
import os
import random
import struct
import sys

import support
from support import SEED, Case, pack, root


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

    def test_progress_is_shown_on_a_terminal(self):
        shown = self.on_a_terminal("generate", "--parcels", "40000", "--seed", "1", "-o", self.path("d.parcels"))
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

    def test_a_bundle_brings_the_mapping_of_its_book(self):
        exported = self.csv(*self.ROWS, header="Number,at,value,name,fake")
        self.refused(["screen", exported, "--rules", self.book()], "Number")
        book = self.book(config=support.BOOK + "mapping: mapping.yaml\n")
        columns = "".join(f"  {name}: {{ field: {name} }}\n" for name in self.COLUMNS[1:])
        self.write("book/mapping.yaml", "columns:\n  Number: { field: id }\n" + columns)
        bundle = self.path("mapped.bundle")
        self.expect(0, ["rules", "compile", book, "-o", bundle])
        digests = {self.summary(exported, "--rules", rules)["decision_digest"] for rules in (book, bundle)}
        self.assertEqual(len(digests), 1)

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


class Korea(Case):
    DATA = ("..", "shared", "data", "kcs", "valid.csv")

    def test_the_risk_table_selects_what_its_page_says(self):
        data = root(*self.DATA)
        if not os.path.exists(data):
            print(f"cli: no {data}; the figures of that quarter are left out", file=sys.stderr)
            return
        summary = self.summary(data, "--rules", pack("kcs"), "--label", "fraud")
        self.assertEqual(summary["lanes"], {"pass": 7151, "document": 234, "inspect": 749, "hold": 0})
        labelled = summary["labelled"]
        found = labelled["inspect"]["positive"]
        self.assertAlmostEqual(found / labelled["inspect"]["count"], 0.955, places=3)
        self.assertAlmostEqual(found / sum(group["positive"] for group in labelled.values()), 0.420, places=3)


if __name__ == "__main__":
    support.main()
