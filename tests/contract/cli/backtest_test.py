#!/usr/bin/env python3
"""sluice backtest: recorded days decided by a book, or by two side by side."""
import json
import os
import shutil

import support
from support import BOOK, RULE, SCHEMA, Case, pack

OFFICES = {"schema": SCHEMA.replace("name: string;", "name: string; office: string;"),
           "config": BOOK.replace("received: at", "received: at, office: office")}
SHADOW = RULE + """  - id: A-2
    title: Named
    when: parcel.name == "b"
    then: { lane: document }
    mode: shadow
"""
ROWS = "id,at,value,name,office,fake\n" + "".join(
    f"p{i},2026-01-01T00:00:{i:02}Z,{i},{'ab'[i % 2]},{['', '01', '02'][i % 3]},{'true' if i > 7 else 'false'}\n"
    for i in range(10))


class Backtest(Case):
    def books(self, after, **more):
        """Two books over one schema that differ in their rules."""
        paths = []
        for name, rules in (("a", SHADOW), ("b", after)):
            shutil.rmtree(self.path(name), ignore_errors=True)
            os.rename(self.book(**{**OFFICES, **more, "rules": rules}), self.path(name))
            paths.append(self.path(name))
        return paths

    def draft(self):
        """The shipped book with another limit, and a rule more."""
        draft = self.path("draft")
        shutil.copytree(pack("cbec_import"), draft)
        path = os.path.join(draft, "rules", "limits.yaml")
        with open(path, encoding="utf-8") as file:
            rules = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(rules.replace('money("5000 CNY")', 'money("500 CNY")'))
        self.write("draft/rules/new.yaml", "rules:\n  - id: NEW-1\n    title: Heavy\n    when: parcel.gross_weight_g > 1000\n"
                                           "    then: { lane: document, probability: 500000 }\n")
        return draft

    def report(self, code, *arguments):
        out, _ = self.expect(code, ["backtest", *arguments, "--format", "json"])
        return json.loads(out)

    def assert_says_what_screen_says(self, side, summary):
        for key in ("rule_set", "decided", "duplicates", "lanes", "outcomes", "matches", "decision_digest"):
            self.assertEqual(side[key], summary[key], key)
        self.assertEqual(side.get("labelled"), summary.get("labelled"))

    def test_a_alone_is_what_screen_says(self):
        report = self.report(0, self.bundle, "--on", self.day, "--label", "planted")
        summary = self.summary(self.day, "--rules", self.bundle, "--label", "planted")
        self.assert_says_what_screen_says(report["a"], summary)
        self.assertEqual((report["parcels"], report["refused"]), (summary["parcels"], summary["refused"]))
        self.assertEqual({r["rule"]: r["a"]["hits"] for r in report["rules"][:len(summary["rules"])]}, summary["rules"])
        self.assertNotIn("b", report)
        self.assertNotIn("changes", report)

    def test_each_side_is_what_screen_says_of_it_alone_whatever_the_threads(self):
        draft = self.draft()
        alone = [self.summary(self.day, "--rules", rules, "--label", "planted") for rules in (self.bundle, draft)]
        reports = []
        for threads, batch in (("1", "512"), ("2", "512"), ("2", "7")):
            report = self.report(1, self.bundle, draft, "--on", self.day, "--label", "planted", "--threads", threads,
                                 "--batch", batch)
            for side, summary in zip("ab", alone):
                self.assert_says_what_screen_says(report[side], summary)
            reports.append({k: report[k] for k in ("a", "b", "rules", "changes")})
        self.assertEqual(reports[0], reports[1])
        self.assertEqual(reports[0], reports[2])
        found = reports[0]
        self.assertGreater(found["changes"]["moved"], 0)
        for lane in found["a"]["lanes"]:
            moved = sum(m["parcels"] * ((m["to"] == lane) - (m["from"] == lane)) for m in found["changes"]["lanes"])
            self.assertEqual(found["a"]["lanes"][lane] + moved, found["b"]["lanes"][lane], lane)
            for side in "ab":
                self.assertEqual(sum(office[lane] for office in found[side]["offices"].values()),
                                 found[side]["lanes"][lane])
        self.assertEqual({r["rule"] for r in found["changes"]["rules"]}, {"LIM-010", "NEW-1"})
        out, _ = self.expect(1, ["rules", "diff", self.bundle, draft, "--on", self.day, "--json"])
        self.assertEqual(json.loads(out)["on"], found["changes"])

    def test_hits_offices_moves_and_precision_by_hand(self):
        file = self.write("in.csv", ROWS)
        a, b = self.books(SHADOW.replace("value > 5", "value > 7").replace("mode: shadow", "mode: live"))
        report = self.report(1, a, b, "--on", file, "--label", "fake")
        self.assertEqual(report["a"]["lanes"], {"pass": 6, "document": 0, "hold": 4})
        self.assertEqual(report["b"]["lanes"], {"pass": 4, "document": 4, "hold": 2})
        self.assertEqual(report["rules"], [
            {"rule": "A-1", "title": "Dear", "a": {"hits": 4, "shadow": False, "positive": 2},
             "b": {"hits": 2, "shadow": False, "positive": 2}},
            {"rule": "A-2", "title": "Named", "a": {"hits": 5, "shadow": True, "positive": 1},
             "b": {"hits": 5, "shadow": False, "positive": 1}}])
        self.assertEqual(report["a"]["offices"], {"": {"pass": 2, "document": 0, "hold": 2},
                                                  "01": {"pass": 2, "document": 0, "hold": 1},
                                                  "02": {"pass": 2, "document": 0, "hold": 1}})
        self.assertEqual(report["b"]["offices"], {"": {"pass": 2, "document": 1, "hold": 1},
                                                  "01": {"pass": 1, "document": 2, "hold": 0},
                                                  "02": {"pass": 1, "document": 1, "hold": 1}})
        self.assertEqual(report["b"]["labelled"], {"pass": {"count": 4, "positive": 0},
                                                   "document": {"count": 4, "positive": 0},
                                                   "hold": {"count": 2, "positive": 2}})
        self.assertEqual(report["changes"]["moved"], 5)
        self.assertEqual(report["changes"]["lanes"], [
            {"from": "pass", "to": "document", "parcels": 3, "sample": ["p1", "p3", "p5"]},
            {"from": "hold", "to": "document", "parcels": 1, "sample": ["p7"]},
            {"from": "hold", "to": "pass", "parcels": 1, "sample": ["p6"]}])
        self.assertEqual([(r["rule"], r["what"], r["parcels"], r["sample"]) for r in report["changes"]["rules"]], [
            ("A-2", "matches now", 3, ["p1", "p3", "p5"]), ("A-1", "matches no more", 1, ["p7"]),
            ("A-1", "matches no more", 1, ["p6"]), ("A-2", "matches now", 1, ["p7"])])
        text, _ = self.expect(1, ["backtest", a, b, "--on", file, "--label", "fake"])
        self.assertRegex(text, r"\nA-1 +4 +2 +-2 +50\.00 +100\.00  Dear\n")
        self.assertRegex(text, r"\nA-2 +5 shadow +5 +20\.00 +20\.00  Named\n")
        self.assertRegex(text, r"\n\(none\) +2 +0 → 1 +2 → 1\n")
        self.assertRegex(text, r"\nB all not released +6 +2 +33\.33 +100\.00\n")
        markdown, _ = self.expect(1, ["backtest", a, b, "--on", file, "--format", "markdown"])
        self.assertIn("\n| hold → pass | 1 | p6 |\n", markdown)
        self.assertIn("\n| A-1 | 4 | 2 | -2 | Dear |\n", markdown)

    def test_draws_are_common_and_what_is_the_same_exits_with_0(self):
        half = SHADOW.replace("lane: hold", "lane: hold, probability: 500000").replace("value > 5", "value >= 0")
        more = half.replace("500000", "600000")
        file = self.write("in.csv", ROWS)
        a, b = self.books(half)
        self.assertEqual(self.report(0, b, b, "--on", file)["changes"]["moved"], 0)
        self.write("b/rules/r.yaml", more)
        shutil.copy(self.write("half.yaml", half), self.path("a/rules/r.yaml"))
        moves = json.loads(sluice_out(self, a, b, file))["changes"]["lanes"]
        self.assertTrue(all((m["from"], m["to"]) == ("pass", "hold") for m in moves), "a larger share keeps the smaller")

    def test_hits_that_differ_without_a_lane_are_a_difference(self):
        file = self.write("in.csv", ROWS)
        a, b = self.books(SHADOW.replace('name == "b"', 'name == "a" && parcel.value > 3'))
        self.assertEqual(self.report(1, a, b, "--on", file)["changes"]["moved"], 0)

    def test_a_draft_may_bring_its_own_schema_and_mapping(self):
        file = self.write("in.csv", ROWS)
        a, _ = self.books(SHADOW)
        b = self.book(**{**OFFICES, "schema": OFFICES["schema"].replace("name: string;", "title: string;"),
                         "config": OFFICES["config"] + "mapping: mapping.yaml\n",
                         "rules": SHADOW.replace('parcel.name == "b"', 'parcel.title == "b"'),
                         "mapping": "columns:\n  name: title\n"
                                    + "".join(f"  {n}: {n}\n" for n in ("id", "at", "value", "office", "fake"))})
        report = self.report(0, a, b, "--on", file)
        self.assertEqual([r["a"]["hits"] for r in report["rules"]], [r["b"]["hits"] for r in report["rules"]])
        self.assert_says_what_screen_says(report["b"], self.summary(file, "--rules", b))

    def test_unreadable_records_duplicates_and_several_files(self):
        first = self.write("one.csv", ROWS + "x,yesterday,1,a,01,false\n")
        second = self.write("two.csv", ROWS)
        a, b = self.books(SHADOW.replace("value > 5", "value > 7"))
        out, _ = self.expect(1, ["backtest", a, b, "--on", first, second, "--format", "json"], "one.csv:12: unreadable")
        report = json.loads(out)
        self.assertEqual((report["parcels"], report["a"]["duplicates"], report["b"]["duplicates"]), (21, 10, 10))
        self.assertEqual((report["changes"]["parcels"], report["changes"]["moved"]), (11, 2))
        self.assertEqual(report["a"]["offices"][""], {"pass": 2, "document": 0, "hold": 3})
        for side, rules in (("a", a), ("b", b)):
            out, _ = self.expect(0, ["screen", first, second, "--rules", rules, "--summary", "json"])
            self.assert_says_what_screen_says(report[side], json.loads(out))

    def test_a_file_that_is_cut_off_is_told_as_screen_tells_it(self):
        with open(self.day, "rb") as file:
            cut = self.write("cut.parcels", file.read()[:-5000])
        _, screened = self.expect(0, ["screen", cut, "--rules", self.bundle], "the file is cut off")
        told = [line for line in screened.splitlines() if "cut off" in line]
        for arguments in (["backtest", self.bundle], ["backtest", self.bundle, self.bundle],
                          ["rules", "diff", self.bundle, self.bundle]):
            _, err = self.expect(0, [*arguments, "--on", cut])
            self.assertEqual([line for line in err.splitlines() if "cut off" in line], told, arguments)

    def test_moves_beyond_the_limit_of_groups_are_counted_together(self):
        groups, more = 65536, 10
        table = "k:key\n" + "".join(f"{i:05}\n" for i in range(groups + more))
        a, b = self.books(RULE.replace("value > 5", "value > 50"), table=table)
        self.write("a/rules/r.yaml", "rules:\n  - id: M\n    title: Many\n    each: tables.t\n"
                                     "    when: parcel.value > 5 && parcel.name != row.k\n    then: { lane: hold }\n")
        file = self.write("in.csv", "id,at,value,name,office,fake\np,2026-01-01T00:00:00Z,9,n,,\n")
        changes = self.report(1, a, b, "--on", file)["changes"]
        self.assertEqual((changes["moved"], len(changes["rules"]), changes["not_told"]), (1, groups, more))
        self.assertIn(f"; {more} more in groups beyond the first {groups}\n",
                      self.expect(1, ["backtest", a, b, "--on", file])[0])

    def test_progress_is_shown_on_a_terminal_alone(self):
        day = support.shared("long.parcels", "generate", "--parcels", "41000", "--seed", "7")
        shown = self.on_a_terminal("backtest", self.bundle, "--on", day)
        self.assertRegex(shown, rb"\r\d+ parcels, \d+ % ")
        self.expect(0, ["backtest", self.bundle, "--on", day])

    def test_bad_arguments_inputs_and_rules(self):
        file = self.write("in.csv", ROWS)
        a, b = self.books(SHADOW.replace("value", "valeu"))
        self.refused(["backtest", a], "--on is required")
        self.refused(["backtest", "--on", file], "A is required")
        self.refused(["backtest", a, "--on", self.path("none.csv")], "none.csv")
        self.refused(["backtest", a, self.path("none"), "--on", file], "none")
        self.refused(["backtest", a, "--on", file, "--label", "nobody"], "nobody")
        self.refused(["backtest", a, "--on", file, "--format", "xml"], "xml")
        self.refused(["backtest", a, "--on", self.day], "another schema")
        self.refused(["backtest", self.bundle, a, "--on", self.day], "another schema")
        self.expect(2, ["backtest", a, b, "--on", file], "valeu")


def sluice_out(case, a, b, file):
    code, out, err = support.sluice("backtest", a, b, "--on", file, "--format", "json")
    case.assertIn(code, (0, 1), err)
    return out


if __name__ == "__main__":
    support.main()
