#!/usr/bin/env python3
"""containsAny and similarTo as a rule's author meets them: cases, a screened file, an explanation."""
import csv

import support
from support import Case

RULES = """rules:
  - id: WORD
    when: parcel.name.containsAny(lists.l)
    then: { lane: document }
  - id: PART
    when: parcel.name.containsAny(lists.l, "substring")
    then: { score: 1 }
  - id: NAME
    when: parcel.name.similarTo(lists.l, 920)
    then: { lane: hold }
"""
ENTRIES = "key\ntoy gun\n手枪\n王小明\n"
CASES = {
    "Cheap ＴＯＹ GUN!": ("document", "[WORD, PART]"),
    "toy guns": ("hold", "[PART, NAME]"),
    "仿真手枪玩具": ("document", "[WORD, PART]"),
    "Xiaoming, Wang": ("hold", "[NAME]"),
    "WANG XIAO MIGN": ("hold", "[NAME]"),
    "王晓明": ("pass", "[]"),
    "toy": ("pass", "[]"),
}


class TextSearch(Case):
    def test_cases_of_a_book(self):
        cases = "tests:\n"
        for text, (lane, rules) in CASES.items():
            cases += f"""  - name: "{text}"
    parcel: {{ id: a, at: 2026-01-01T00:00:00Z, name: "{text}" }}
    expect: {{ lane: {lane}, rules: {rules}, absent: [] }}
"""
        cases += """  - name: no name
    parcel: { id: a, at: 2026-01-01T00:00:00Z }
    expect: { lane: pass, rules: [], absent: [WORD, PART, NAME] }
"""
        book = self.book(rules=RULES, list=ENTRIES, cases=cases)
        out, _ = self.expect(0, ["rules", "test", book])
        self.assertEqual(out, f"{len(CASES) + 1} passed, 0 failed\n")

    def test_a_file_screened_and_explained(self):
        bundle = self.path("t.bundle")
        self.expect(0, ["rules", "compile", self.book(rules=RULES, list=ENTRIES), "-o", bundle])
        day = self.path("d.csv")
        with open(day, "w", encoding="utf-8", newline="") as file:
            rows = [(number, "2026-01-01T00:00:00Z", text) for number, text in enumerate(CASES)]
            csv.writer(file).writerows([("id", "at", "name"), *rows])
        summary = self.summary(day, "--rules", bundle)
        self.assertEqual(summary["lanes"], {"pass": 2, "document": 2, "hold": 3})
        out, _ = self.expect(0, ["explain", day, "--rules", bundle, "--sequence", "4"])
        self.assertIn("parcel.name.similarTo(lists.l, 920)", out)
        self.assertIn('"Xiaoming, Wang"', out)


if __name__ == "__main__":
    support.main()
