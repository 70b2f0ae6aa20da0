#!/usr/bin/env python3
"""sluice rules check: diagnostics at their place."""
import json
import os
import random
import re
import time
import xml.etree.ElementTree

import support
from support import BOOK, RULE, SEED, Case, cells, pack


NOW = "2026-03-11T08:00:00Z"
NEVER = RULE.replace("parcel.value > 5", "parcel.value > 5 && parcel.value < 3")


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
            self.expect(0, ["rules", "check", pack(name), "--fail-level", "warning", "--now", NOW], "0 warnings")

    def test_the_fail_level_decides_what_fails(self):
        warning = ["rules", "check", self.book(rules=NEVER)]
        self.expect(0, warning, "1 rule, no error, 1 warning")
        self.expect(0, [*warning, "--fail-level", "error"])
        self.expect(1, [*warning, "--fail-level", "warning"])
        self.expect(1, [*warning, "--fail-level", "info"])
        listed = RULE.replace("parcel.value > 5", "parcel.name in lists.l")
        info = ["rules", "check", self.book(rules=listed, list="key\na\na\n")]
        self.expect(0, [*info, "--fail-level", "warning"], "0 warnings, 1 info")
        self.expect(1, [*info, "--fail-level", "info"])

    def test_a_rule_of_thousands_of_terms_is_checked_in_a_moment(self):
        terms = " && ".join(f"parcel.value != {i}" for i in range(8000))
        begin = time.monotonic()
        out, _ = self.expect(0, ["rules", "check", self.book(rules=RULE.replace("parcel.value > 5", terms))],
                             "1 rule, no error, 1 warning")
        self.assertIn("[absence-hides]", out)
        self.assertLess(time.monotonic() - begin, 5, "seconds")

    def test_a_finding_has_its_place_and_its_other_place(self):
        book = self.book(rules=NEVER)
        out, _ = self.expect(0, ["rules", "check", book])
        self.assertIn(f"{book}/rules/r.yaml:4:31: warning: this cannot be true together", out)
        self.assertIn("[contradiction]", out)
        self.assertIn(f"{book}/rules/r.yaml:4:11: note: the part that excludes it", out)

    def test_sarif_is_complete(self):
        book = self.book(rules=NEVER)
        out, _ = self.expect(0, ["rules", "check", book, "--format", "sarif"])
        log = json.loads(out)
        self.assertEqual(log["version"], "2.1.0")
        self.assertEqual(len(log["runs"]), 1)
        driver = log["runs"][0]["tool"]["driver"]
        self.assertEqual(driver["name"], "sluice")
        (result,) = [r for r in log["runs"][0]["results"] if r["level"] == "warning"]
        self.assertEqual(result["ruleId"], "contradiction")
        rule = driver["rules"][result["ruleIndex"]]
        self.assertEqual(rule["id"], "contradiction")
        self.assertTrue(os.path.exists(support.root(rule["helpUri"])))
        place = result["locations"][0]["physicalLocation"]
        self.assertEqual(place["artifactLocation"]["uri"], f"{book}/rules/r.yaml")
        self.assertEqual(place["region"], {"startLine": 4, "startColumn": 31, "endLine": 4, "endColumn": 47})
        self.assertTrue(result["message"]["text"])
        self.assertEqual(len(result["relatedLocations"]), 1)
        broken = self.book(rules=RULE.replace("value >", "valeu >"))
        out, _ = self.expect(2, ["rules", "check", broken, "--format", "sarif"])
        self.assertEqual(json.loads(out)["runs"][0]["results"][0]["level"], "error")

    def test_junit_fails_from_the_fail_level_on(self):
        book = self.book(rules=NEVER)
        def suite(level, code):
            out, _ = self.expect(code, ["rules", "check", book, "--format", "junit", "--fail-level", level])
            return xml.etree.ElementTree.fromstring(out).find("testsuite")
        self.assertEqual(suite("error", 0).get("failures"), "0")
        failed = suite("warning", 1)
        self.assertEqual(failed.get("failures"), "1")
        (case,) = [c for c in failed.iter("testcase") if c.find("failure") is not None]
        self.assertEqual(case.get("classname"), "contradiction")
        self.assertIn("r.yaml:4:31", case.find("failure").text)

    def test_a_sample_says_what_a_rule_costs(self):
        arguments = ["rules", "check", pack("cbec_import"), "--now", NOW, "--sample", self.day]
        out, _ = self.expect(0, arguments)
        self.assertRegex(out, r"no index can narrow this rule: .*; on 3000 of .*day.parcels it takes \d+ ns a parcel "
                              r"and matches \d+\.\d % \[no-index\]")
        self.assertRegex(out, r"note: \d+\.\d % of parcels: parcel\.")
        self.refused(["rules", "check", pack("cbec_import"), "--sample", self.path("none.parcels")], "none.parcels")

    def test_now_is_the_clock_or_said(self):
        over = RULE + "    valid: { until: 2026-03-10 }\n"
        book = self.book(rules=over)
        self.expect(1, ["rules", "check", book, "--fail-level", "warning"])
        self.expect(0, ["rules", "check", book, "--fail-level", "warning", "--now", "2026-03-10T12:00:00Z"])
        self.expect(1, ["rules", "check", book, "--fail-level", "warning", "--now", "2026-03-11T00:00:00Z"])
        self.refused(["rules", "check", book, "--now", "today"], "--now", "2026-03-11T08:00:00Z")

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


if __name__ == "__main__":
    support.main()
