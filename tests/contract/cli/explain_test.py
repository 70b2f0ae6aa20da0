#!/usr/bin/env python3
"""sluice explain: why a parcel got its lane."""
import json

import support
from support import RULE, Case


class Explain(Case):
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

    ROWS = ("id,at,value,name,fake", "a,2026-01-01T00:00:00Z,9,x,false", "b,2026-01-01T00:00:01Z,3,y,false",
            "c,2026-01-01T00:00:02Z,,z,false", "a,2026-01-01T00:00:00Z,9,x,false", "a,2026-01-01T00:00:03Z,1,x,false")
    RULES = RULE + """  - id: A-2
    when: parcel.name == 'x' && parcel.value > 100
    then: { lane: document, score: 3 }
  - id: A-3
    when: parcel.value > 8
    then: { lane: document, score: 30 }
    tags: [ soft ]
  - id: A-4
    when: parcel.value / (parcel.value - 9) > 1 || parcel.name == 'q'
    then: { score: parcel.value * 2 }
    mode: shadow
  - id: A-5
    when: parcel.value == 9
    then: { waive: [ soft ] }
  - id: A-6
    when: parcel.value >= 0
    then: { lane: document, probability: 1 }
  - id: A-7
    when: parcel.value >= 0
    then: { lane: hold }
    valid: { until: 2025-12-31 }
"""

    def explain(self, *arguments):
        """The JSON of an explanation over ROWS, and its rules by id."""
        book = self.book(rules=self.RULES)
        file = self.write("in.csv", "\n".join(self.ROWS) + "\n")
        out, _ = self.expect(0, ["explain", file, "--rules", book, *arguments, "--format", "json"])
        found = json.loads(out)
        return found, {rule["rule"]: rule for rule in found["rules"]}

    def test_all_says_of_every_rule_what_became_of_it(self):
        found, rules = self.explain("--sequence", "1", "--all")
        self.assertEqual({i: r["verdict"] for i, r in rules.items()},
                         {"A-1": "matched", "A-2": "no_match", "A-3": "waived", "A-4": "error", "A-5": "matched",
                          "A-6": "matched", "A-7": "not_asked"})
        self.assertEqual(rules["A-2"]["decided_by"], [
            {"text": "parcel.value > 100", "value": "false", "where": "parcel.value = 9"}])
        self.assertEqual(rules["A-3"]["waived_by"], ["A-5"])
        self.assertEqual(rules["A-4"]["decided_by"][0]["value"], "error: divide")
        self.assertEqual(rules["A-7"]["because"], "it is no longer valid")
        self.assertEqual(sum(found["counts"].values()), 7)
        self.assertEqual([step["step"] for step in found["steps"]], list(range(1, 9)))
        says = [line for step in found["steps"] for line in step["says"]]
        for word in ("6 of 7 rules asked: 4 matched", "A-3 is waived by A-5 (tag soft)", "A-1 asks for hold",
                     "the most severe stands: hold"):
            self.assertTrue(any(word in line for line in says), (word, says))
        draw, = found["draws"]
        self.assertEqual((draw["rule"], draw["selected"]), ("A-6", int(draw["ticket"], 16) < int(draw["threshold"], 16)))

    def test_without_all_rules_without_a_part_are_only_counted(self):
        found, rules = self.explain("--sequence", "2")
        self.assertEqual(set(rules), {"A-6"})
        self.assertEqual((found["counts"]["no_match"], found["counts"]["not_asked"], found["lane"]), (5, 1, "pass"))
        self.assertTrue(found["by_default"])
        self.assertIn("so the default lane stands: pass", found["steps"][-1]["says"][0])

    def test_absent_rules_name_what_was_absent(self):
        _, rules = self.explain("--sequence", "3")
        self.assertEqual(rules["A-1"]["verdict"], "absent")
        self.assertEqual(rules["A-1"]["decided_by"], [
            {"text": "parcel.value > 5", "value": "absent", "where": "parcel.value = absent"}])

    def test_each_part_of_a_condition_has_its_value(self):
        _, rules = self.explain("--sequence", "1", "--rule", "A-2")
        condition = rules["A-2"]["condition"]
        self.assertEqual((condition["value"], [p["value"] for p in condition["parts"]]), ("false", ["true", "false"]))
        self.assertEqual(condition["parts"][1]["parts"], [{"text": "parcel.value", "value": "9"}])

    def test_what_was_seen_before_counts_as_in_screening(self):
        found, _ = self.explain("--sequence", "4")
        self.assertEqual((found["sequence"], found["repeats"], found["counts"]["matched"]), (4, 1, 3))
        found, _ = self.explain("--sequence", "5")
        self.assertEqual((found["repeats"], found["outcomes"], found["lane"]), (None, ["conflict"], "hold"))

    def test_a_split_names_the_lane_that_its_draw_chose(self):
        rules = RULE.replace("parcel.value > 5", "parcel.value >= 0").replace(
            "lane: hold", "split: { document: 40 %, hold: 30 % }")
        book = self.book(rules=rules)
        rows = "".join(f"{name},2026-01-01T00:00:00Z,1,x,false\n" for name in [*(f"r{i}" for i in range(40)), ""])
        file = self.write("in.csv", self.ROWS[0] + "\n" + rows)
        lanes = set()
        for sequence in range(1, 42):
            out, _ = self.expect(0, ["explain", file, "--rules", book, "--sequence", str(sequence), "--format", "json"])
            found = json.loads(out)
            asks = found["steps"][4]["says"]
            if found["by_default"]:
                self.assertEqual((asks, found["draws"][0]["selected"]), (["nothing asks for a lane"], False))
            else:
                self.assertEqual(asks, ["A-1 asks for " + found["lane"], "the most severe stands: " + found["lane"]])
            lanes.add(found["lane"])
        self.assertEqual(lanes, {"pass", "document", "hold"})
        self.assertEqual(found["lane"], "hold")  # without an id there is no draw: the most severe share

    def test_a_rule_is_found_in_its_book_as_the_folder_was_named(self):
        book = self.book(rules=self.RULES)
        self.expect(0, ["rules", "compile", book, "-o", self.path("t.bundle")])
        file = self.write("in.csv", "\n".join(self.ROWS) + "\n")
        for rules, name in ((book, book + "/rules/r.yaml"), (book + "/", book + "/rules/r.yaml"),
                            (self.path("t.bundle"), "rules/r.yaml")):
            arguments = ["explain", file, "--rules", rules, "--sequence", "1"]
            self.assertIn(f"    {name}:2\n", self.expect(0, arguments)[0])
            found = json.loads(self.expect(0, [*arguments, "--format", "json"])[0])
            self.assertEqual((found["rules"][0]["file"], found["rules"][0]["line"]), (name, 2))

    def test_explanations_agree_with_decisions(self):
        out = self.path("d.ndjson")
        self.summary(self.day, "--rules", self.bundle, "--out", out)
        with open(out, encoding="utf-8") as file:
            decisions = [d for d in map(json.loads, file) if d["matched"]]
        for decision in decisions[:200:40]:
            text, _ = self.expect(0, ["explain", self.day, "--rules", self.bundle, "--sequence",
                                      str(decision["sequence"]), "--all", "--format", "json"])
            found = json.loads(text)
            self.assertEqual((found["lane"], found["score"]), (decision["lane"], decision["score"]))
            verdicts = {r["rule"]: r["verdict"] for r in found["rules"]}
            self.assertEqual({r for r, v in verdicts.items() if v == "matched"}, {m["rule"] for m in decision["matched"]})
            for rule in found["rules"]:
                if rule["verdict"] in ("matched", "waived", "shadow"):
                    self.assertEqual(rule["condition"]["value"], "true", rule["rule"])
                if rule["verdict"] == "no_match":
                    self.assertEqual(rule["condition"]["value"], "false", rule["rule"])
                    self.assertTrue(rule["decided_by"], rule["rule"])

    def test_people_are_told_what_all_would_add(self):
        book = self.book(rules=self.RULES)
        file = self.write("in.csv", "\n".join(self.ROWS) + "\n")
        brief, _ = self.expect(0, ["explain", file, "--rules", book, "--id", "b"])
        self.assertIn("6 rules did not match or were not asked; --all says why of each", brief)
        full, _ = self.expect(0, ["explain", file, "--rules", book, "--id", "b", "--all"])
        self.assertIn("Asked, no match\n  A-1  Dear\n    false    parcel.value > 5   where parcel.value = 3\n", full)
        self.assertIn("Not asked\n  A-7  it is no longer valid\n", full)
        one, _ = self.expect(0, ["explain", file, "--rules", book, "--id", "b", "--rule", "A-2"])
        self.assertIn('No match\n', one)
        self.assertIn('because of  false    parcel.name == "x"   where parcel.name = "y"', one)
        self.refused(["explain", file, "--rules", book, "--id", "b", "--all", "--rule", "A-2"], "--rule")
        self.refused(["explain", self.day, "--rules", self.bundle, "--sequence", "1", "--rule", "PRF-010"],
                     "a profile of that name", "PRF-010/")


if __name__ == "__main__":
    support.main()
