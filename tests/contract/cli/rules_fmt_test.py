#!/usr/bin/env python3
"""sluice rules fmt: one layout, whatever it was before, and never another meaning."""
import glob
import json
import os
import random
import re
import shutil

import support
from support import RULE, SEED, Case, pack

LONG = 'parcel.name == "one that is long, and has && within it" && parcel.value > 5 && parcel.value < 500 && ' \
       'parcel.name != "another" && parcel.value != 77'


def patched(before, diff):
    """The lines `before` with a unified diff of one file applied."""
    after, at = [], 0
    for line in diff.split("\n")[2:]:
        if hunk := re.match(r"@@ -(\d+),\d+ \+(\d+),\d+ @@$", line):
            after += before[at:int(hunk[1]) - 1]
            at = int(hunk[1]) - 1
            assert len(after) == int(hunk[2]) - 1, line
        elif line:
            if line[0] != "+":
                assert before[at] == line[1:], (line, before[at])
                at += 1
            if line[0] != "-":
                after.append(line[1:])
    return after + before[at:]


class Fmt(Case):
    def formatted(self, text, name="rules/r.yaml"):
        self.book()
        path = self.write("book/" + name, text)
        self.expect(0, ["rules", "fmt", path])
        with open(path, "rb") as file:
            return file.read().decode()

    def test_the_shipped_books_are_laid_out_already(self):
        for name in ("cbec_import", "kcs"):
            out, err = self.expect(0, ["rules", "fmt", "--check", pack(name)], "0 would change")
            self.assertEqual(out, "")

    def test_blanks_indentation_and_line_ends(self):
        messy = ("\ufeff\n\nrules:\r\n- id:   A-1   # keep   this\r\n  title: Dear   \r\n\r\n\r\n\r\n"
                 "  when: >-\r\n     parcel.value > 5 &&\r\n       parcel.value < 9\r\n"
                 "  then: {lane: hold,score: 3 , reason: 'R'}\r\n  # about tags\r\n  tags: [ a,b ]\r\n\r\n\r\n")
        self.assertEqual(self.formatted(messy), (
            "rules:\n  - id: A-1   # keep   this\n    title: Dear\n\n"
            "    when: >-\n      parcel.value > 5 &&\n        parcel.value < 9\n"
            "    then: { lane: hold, score: 3, reason: \"R\" }\n    # about tags\n    tags: [ a, b ]\n"))

    def test_what_a_person_arranged_stays(self):
        arranged = ("# First.\n#   Indented words.\n\nbook: t\nlanes:\n"
                    "  - { name: pass,     severity: 0,  releases: true }   # goes\n"
                    "  - { name: document, severity: 10, releases: false }\n"
                    "outcomes: { unreadable: hold, incomplete: hold,\n            conflict: hold }\n"
                    "a:    1\nlong: 2\nnote: >-\n  Two  blanks,\n    and an indented line.\n\n  And a gap.\n"
                    "text: |\n  keeps   \n   its own\n")
        self.assertEqual(self.formatted(arranged), arranged)

    def test_long_conditions_are_folded_after_operators(self):
        out = self.formatted(RULE.replace("parcel.value > 5", LONG))
        self.assertEqual(out, RULE.replace("parcel.value > 5", (
            '>-\n      parcel.name == "one that is long, and has && within it" && parcel.value > 5 && '
            'parcel.value < 500 &&\n      parcel.name != "another" && parcel.value != 77')))
        self.assertEqual(self.formatted(out), out)
        note = RULE + "    note: " + "word " * 60 + "\n"
        self.assertEqual(self.formatted(note), note.rstrip() + "\n", "texts for people are theirs to break")

    def meaning(self, book):
        """All of the compiled book but the lines of its rules, and mapping.yaml, which a bundle holds as it stands."""
        found = json.loads(self.expect(0, ["rules", "inspect", book, "--json"])[0])
        return {s["name"]: s["hash"] for s in found["sections"] if s["name"] not in ("sources", "mapping")}

    def disturb(self, text, chance):
        """Other layout, same values, by edits that YAML allows."""
        lines = text.split("\n")
        out = []
        block = None  # indentation of the block scalar that the line may belong to
        for line in lines:
            indent = len(line) - len(line.lstrip())
            if block is not None and (not line.strip() or indent > block):
                out.append(line)
                continue
            block = indent + (2 if line.lstrip().startswith("- ") else 0) if re.search(r": [>|]-?$", line) else None
            while chance.random() < 0.1:
                out.append(" " * chance.randrange(5))
            if chance.random() < 0.1:
                out.append(" " * indent + "# note " + str(chance.randrange(100)))
            line = re.sub(r"^(\s*(?:- )?[a-z_]+:) (?=\S)", lambda m: m[1] + " " * chance.randrange(1, 4), line)
            out.append(line + " " * chance.choice((0, 0, 3)))
        text = "\n".join(out)
        if chance.random() < 0.5:
            # Twice as deep, also within blocks.
            text = re.sub(r"(?m)^((?:  )*)(- )?", lambda m: m[1] * 2 + (m[2] + "  " if m[2] else ""), text)
        if chance.random() < 0.3:
            text = text.replace("\n", "\r\n")
        return text

    def test_other_layouts_of_the_shipped_books_keep_meaning_and_comments(self):
        chance = random.Random(SEED)
        for name in ("cbec_import", "kcs"):
            for _ in range(4):
                book = self.path(name)
                shutil.rmtree(book, ignore_errors=True)
                shutil.copytree(pack(name), book)
                files = glob.glob(book + "/**/*.yaml", recursive=True)
                comments = {}
                for path in files:
                    with open(path, encoding="utf-8") as file:
                        text = self.disturb(file.read(), chance)
                    comments[path] = re.findall(r"(?m)(?:^|\s)#.*?(?=\s*$)", text)
                    with open(path, "w", encoding="utf-8", newline="") as file:
                        file.write(text)
                self.expect(0, ["rules", "check", book])
                disturbed = self.meaning(book)
                self.expect(0, ["rules", "fmt", book])
                self.assertEqual(self.meaning(book), disturbed, "formatting changed a value")
                for path in files:
                    with open(path, encoding="utf-8", newline="") as file:
                        text = file.read()
                    self.assertEqual([c.strip() for c in re.findall(r"(?m)(?:^|\s)#.*?(?=\s*$)", text)],
                                     [c.strip() for c in comments[path]], path)
                    self.assertNotIn("\r", text)
                    self.assertNotIn("\n\n\n", text)
                    self.assertTrue(text.endswith("\n") and not text.endswith("\n\n"))
                self.expect(0, ["rules", "fmt", "--check", book], "0 would change")

    def test_check_and_diff_change_nothing(self):
        book = self.book(rules=RULE.replace("  - id", "- id").replace("    ", "  "))
        path = os.path.join(book, "rules", "r.yaml")
        with open(path, encoding="utf-8") as file:
            before = file.read()
        out, _ = self.expect(1, ["rules", "fmt", "--check", book], "2 files, 1 would change")
        self.assertEqual(out, path + "\n")
        out, _ = self.expect(1, ["rules", "fmt", "--diff", book])
        self.assertTrue(out.startswith(f"--- {path}\n+++ {path}\n@@ -1,5 +1,5 @@\n rules:\n-- id: A-1\n"), out)
        self.assertIn("\n+  - id: A-1\n", out)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), before)

    def test_a_diff_applied_is_the_formatted_file(self):
        chance = random.Random(SEED)
        for path in glob.glob(pack("cbec_import") + "/rules/*.yaml"):
            with open(path, encoding="utf-8") as file:
                copy = self.write("x.yaml", self.disturb(file.read(), chance).replace("\r", ""))
            with open(copy, encoding="utf-8") as file:
                before = file.read().split("\n")
            diff, _ = self.expect(1, ["rules", "fmt", "--diff", copy])
            self.expect(0, ["rules", "fmt", copy])
            with open(copy, encoding="utf-8") as file:
                self.assertEqual("\n".join(patched(before, diff)).rstrip("\n") + "\n", file.read())

    def test_what_is_no_yaml_of_a_book_is_told_and_left_alone(self):
        for rules, code in (("rules: [", "yaml-syntax"), ("a: &a 1\n", "yaml-anchor"), ("a: 1\na: 2\n", "duplicate-key")):
            book = self.book(rules=rules)
            self.expect(2, ["rules", "fmt", book], "r.yaml:", f"[{code}]")
            with open(os.path.join(book, "rules", "r.yaml"), encoding="utf-8") as file:
                self.assertEqual(file.read(), rules)
        self.refused(["rules", "fmt", self.path("none")], "none")
        self.refused(["rules", "fmt", self.folder], "no .yaml file")
        self.refused(["rules", "fmt"], "BOOK is required")


if __name__ == "__main__":
    support.main()
