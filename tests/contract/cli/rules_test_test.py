#!/usr/bin/env python3
"""sluice rules test: the cases of a book, what they cover, and how results are told."""
import json
import xml.etree.ElementTree

import support
from support import RULE, Case, pack


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


class Coverage(Case):
    def branches(self, when, cases, **files):
        """What the cases, each a map of fields, take of a rule's condition: {text: taken true and false}."""
        tests = "tests:\n" + "".join(
            f"  - name: n\n    parcel: {{ id: a, at: 2026-01-01T00:00:00Z, {case} }}\n    expect: {{}}\n" for case in cases)
        book = self.book(rules=RULE.replace("parcel.value > 5", ">-\n      " + when), cases=tests, **files)
        out, _ = self.expect(0, ["rules", "test", book, "--coverage", "--format", "json"])
        coverage = json.loads(out)["coverage"]
        rule, = coverage["by_rule"]
        self.assertEqual(coverage["outcomes"], 2 * len(rule["branches"]))
        taken = sum(b["true"] + b["false"] for b in rule["branches"])
        self.assertEqual((coverage["outcomes_taken"], coverage["rules_matched"]), (taken, rule["matched"]))
        self.assertAlmostEqual(coverage["percent"], 100 * taken / coverage["outcomes"])
        return {b["text"]: (b["true"], b["false"]) for b in rule["branches"]}

    def test_operands_count_only_while_nothing_before_them_decided(self):
        both = "(parcel.value > 5)", "(parcel.name == \"x\")"
        for operator, first in (("&&", (False, True)), ("||", (True, False))):
            whole = f"{both[0]} {operator} {both[1]}"
            case = "value: 3, name: x" if operator == "&&" else "value: 9, name: y"
            found = self.branches("parcel.value > 5 " + operator + " parcel.name == 'x'", [case])
            self.assertEqual(found, {whole: first, "parcel.value > 5": first, 'parcel.name == "x"': (False, False)})
        found = self.branches("parcel.value > 5 && parcel.name == 'x'", ["value: 3", "value: 9, name: x", "value: 9, name: y"])
        self.assertEqual(set(found.values()), {(True, True)})

    def test_choices_negations_and_quantifier_bodies(self):
        found = self.branches("has(parcel.value) ? !(parcel.value > 5) : parcel.name == 'x'", ["value: 9", "value: 3"])
        self.assertEqual(found["has(parcel.value)"], (True, False))
        self.assertEqual(found["parcel.value > 5"], (True, True))
        self.assertEqual(found['parcel.name == "x"'], (False, False))
        schema = support.SCHEMA.replace("name: string;", "name: string; tags: [string];")
        found = self.branches("parcel.tags.exists(t, t == 'x')", ["tags: [ a, x, b ]"], schema=schema)
        body, = (text for text in found if text.endswith('== "x"'))
        self.assertEqual(found[body], (True, True), "up to the element that decides")

    def test_what_is_absent_takes_neither_way(self):
        self.assertEqual(self.branches("parcel.value > 5", ["name: x"]), {"parcel.value > 5": (False, False)})

    def test_rules_that_do_not_apply_are_not_asked(self):
        rules = "parcel.value > 5\n    valid: { until: 2025-12-31 }"
        self.assertEqual(self.branches(rules, ["value: 9"]), {"parcel.value > 5": (False, False)})

    def test_profiles_are_one_rule_whose_rows_count_together(self):
        table = "k:key,low:value:int,who:value\nA,1,x\nB,100,\n"
        rules = RULE.replace("    when: parcel.value > 5", "    each: tables.t\n    when: parcel.value > row.low && parcel.name == row.who")
        tests = BookTests.CASES.replace("expect: { lane: pass }", "expect: {}").replace("expect: { lane: hold }", "expect: {}")
        out, _ = self.expect(0, ["rules", "test", self.book(rules=rules, table=table, cases=tests.replace("value: 9", "value: 9, name: x")),
                                 "--coverage", "--format", "json"])
        rule, = json.loads(out)["coverage"]["by_rule"]
        self.assertEqual((rule["id"], rule["rules"], rule["matched"]), ("A-1", 2, 1))
        self.assertEqual([(b["true"], b["false"]) for b in rule["branches"]],
                         [(True, True), (True, False), (True, False)], "false: the row with a blank cell")

    def test_the_threshold_decides_the_exit_code(self):
        book = self.book(cases=BookTests.CASES)
        out, _ = self.expect(0, ["rules", "test", book, "--threshold", "100"])
        self.assertIn("1 of 1 rule matched, 2 of 2 branch outcomes taken (100.0 %)", out)
        out, _ = self.expect(1, ["rules", "test", book, "--threshold", "50.1", "--run", "cheap"])
        self.assertIn("A-1  " + book + "/rules/r.yaml:2\n      never matched\n      never true   parcel.value > 5\n", out)
        self.assertIn("coverage is 50.0 %, below 50.1 %", out)
        self.expect(0, ["rules", "test", book, "--threshold", "50", "--run", "cheap"])
        self.refused(["rules", "test", book, "--threshold", "101"], "--threshold")
        for name, least in (("cbec_import", "70"), ("kcs", "70")):
            self.expect(0, ["rules", "test", pack(name), "--threshold", least])

    def test_junit_and_json_tell_the_same_cases(self):
        book = self.book(cases=BookTests.CASES.replace("lane: pass", "lane: hold").replace("cheap", "cheap < & \"dear\""))
        out, _ = self.expect(1, ["rules", "test", book, "--format", "junit", "--threshold", "100"])
        suites = xml.etree.ElementTree.fromstring(out)
        self.assertEqual((suites.tag, suites.get("tests"), suites.get("failures")), ("testsuites", "3", "1"))
        cases = suites.findall("testsuite/testcase")
        self.assertEqual([case.get("name") for case in cases], ['cheap < & "dear"', "dear", "coverage"])
        self.assertEqual(cases[0].get("line"), "2")
        self.assertEqual(cases[0].find("failure").get("message"), "lane: expected hold, got pass")
        self.assertIsNone(cases[1].find("failure"))
        out, _ = self.expect(1, ["rules", "test", book, "--format", "json"])
        found = json.loads(out)
        self.assertEqual((found["passed"], found["failed"]), (1, 1))
        self.assertEqual([c["passed"] for c in found["cases"]], [False, True])
        self.assertEqual(found["cases"][0]["differences"], ["lane: expected hold, got pass"])
        self.assertNotIn("coverage", found)


if __name__ == "__main__":
    support.main()
