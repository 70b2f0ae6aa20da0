#!/usr/bin/env python3
"""sluice rules compile: bundles, whole and damaged."""
import os
import random
import subprocess

import support
from support import RULE, SEED, Case


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

    def test_a_rule_set_does_not_depend_on_how_its_folder_was_named(self):
        book = self.book()
        relative = os.path.relpath(book)
        contents = set()
        for name in (book, book + "/", book + "//", self.path("./book/../book"), relative, "./" + relative + "/"):
            bundle = self.path("t.bundle")
            self.expect(0, ["rules", "compile", name, "-o", bundle])
            with open(bundle, "rb") as file:
                contents.add(file.read())
        self.assertEqual(len(contents), 1)
        done = subprocess.run(support.command("rules", "compile", ".", "-o", self.path("here.bundle")), cwd=book, check=True,
                              capture_output=True)
        self.assertIn(b"rule set", done.stderr)
        with open(self.path("here.bundle"), "rb") as file:
            self.assertIn(file.read(), contents)

    def test_screening_a_bundle_of_a_book_that_does_not_compile_is_impossible(self):
        book = self.book(rules=RULE.replace("value", "valeu"))
        bundle = self.path("x.bundle")
        self.expect(2, ["rules", "compile", book, "-o", bundle], "r.yaml:4:18: error", "did you mean 'value'?")
        self.assertFalse(os.path.exists(bundle))
        for arguments in (["screen", self.day, "--rules", book], ["rules", "test", book],
                          ["explain", self.day, "--rules", book, "--sequence", "1"]):
            out, _ = self.expect(2, arguments, "r.yaml:4:18: error", "the rules do not compile")
            self.assertEqual(out, "")

    def test_what_the_book_silences_is_told_by_no_verb(self):
        counts = RULE.replace("{ lane: hold }", "{ reason: X }")
        for rules, expected in ((counts, True), (counts + "    lint: { allow: no-effect, why: we count }\n", False)):
            book = self.book(rules=rules)
            _, compiled = self.expect(0, ["rules", "compile", book, "-o", self.path("t.bundle")])
            self.assertEqual("[no-effect]" in compiled, expected, compiled)
            day = self.write("in.csv", "id,at,value,name,fake\n")
            _, screened = self.expect(0, ["screen", day, "--rules", book])
            self.assertEqual("1 warning" in screened, expected, screened)


if __name__ == "__main__":
    support.main()
