#!/usr/bin/env python3
"""sluice rules diff: what changed between two books, and which parcels go elsewhere."""
import json
import os
import shutil

import support
from support import RULE, Case, pack

TWO = RULE + """  - id: A-2
    title: Named
    when: parcel.name in lists.l || parcel.value == 1
    then: { score: 5 }
    tags: [ x ]
"""
LIST = "key\na\nb\n"


class Diff(Case):
    def books(self, before, after):
        """Two books that differ in the files given."""
        paths = []
        for name, files in (("a", before), ("b", after)):
            book = self.book(**{"rules": TWO, "list": LIST, **files})
            shutil.rmtree(self.path(name), ignore_errors=True)
            os.rename(book, self.path(name))
            paths.append(self.path(name))
        return paths

    def changes(self, before, after, *more):
        a, b = self.books(before, after)
        out, _ = self.expect(1, ["rules", "diff", a, b, "--json", *more])
        found = json.loads(out)
        return [(c["change"], c["subject"], c["name"], [p["part"] for p in c["parts"]]) for c in found["changes"]], found

    def test_layout_comments_and_order_are_no_difference(self):
        first, second = TWO.split("  - id: A-2")
        second = "  - id: A-2" + second
        other = "# new\nrules:\n" + second.replace(" || ", "   ||  ") + first[len("rules:\n"):]
        a, b = self.books({}, {"rules": other, "list": "key\nb\na\n"})
        self.assertEqual(self.expect(0, ["rules", "diff", a, b])[0], "no difference\n")
        self.assertEqual(json.loads(self.expect(0, ["rules", "diff", a, b, "--json"])[0]), {"changes": []})
        self.assertEqual(self.expect(0, ["rules", "diff", self.bundle, pack("cbec_import")])[0], "no difference\n")

    def test_each_part_of_a_rule_is_named(self):
        for old, new, part in (("value > 5", "value > 6", "condition"), ("lane: hold", "lane: document", "lane"),
                               ("title: Dear", "title: Cheap", "title"), ("score: 5", "score: 6", "score"),
                               ("score: 5", "score: int(parcel.value)", "score"), ("tags: [ x ]", "tags: [ y ]", "tags"),
                               ("tags: [ x ]", "mode: shadow\n    tags: [ x ]", "mode"),
                               ("tags: [ x ]", "absent: error\n    tags: [ x ]", "absent"),
                               ("tags: [ x ]", "valid: { from: 2026-01-01 }\n    tags: [ x ]", "valid from"),
                               ("lane: hold", "lane: hold, probability: 5", "probability")):
            found, _ = self.changes({}, {"rules": TWO.replace(old, new)})
            name = "A-1" if old in RULE else "A-2"
            self.assertEqual(found, [("changed", "rule", name, [part])], new)

    def test_what_comes_and_what_goes_reads_alike(self):
        untitled = TWO.replace("    title: Dear\n", "")
        for before, after, line in (({"rules": untitled}, {}, "title: nothing → Dear"),
                                    ({}, {"rules": untitled}, "title: Dear → nothing"),
                                    ({}, {"list": "key\na\n"}, "keys removed: 1: b"),
                                    ({"list": "key\na\n"}, {}, "keys added: 1: b")):
            a, b = self.books(before, after)
            self.assertIn(f"\n      {line}\n", self.expect(1, ["rules", "diff", a, b])[0])

    def test_long_sets_of_constants_are_compared_to_the_end(self):
        def rules(last):
            values = ", ".join(f'"v{i}"' for i in range(30))
            return RULE.replace("parcel.value > 5", f"parcel.name in [{values}, \"{last}\"]")
        found, _ = self.changes({"rules": rules("x")}, {"rules": rules("y")})
        self.assertEqual(found, [("changed", "rule", "A-1", ["condition"])])

    def test_rules_lists_tables_lanes_policy_and_schema(self):
        table = "k:key,v:value:int\nA,1\n"
        self.assertEqual(self.changes({"rules": RULE}, {})[0], [("added", "rule", "A-2", [])])
        self.assertEqual(self.changes({}, {"rules": RULE})[0], [("removed", "rule", "A-2", [])])
        self.assertEqual(self.changes({}, {"list": "key\na\nc\nd\n"})[0],
                         [("changed", "list", "l", ["keys removed", "keys added"])])
        self.assertEqual(self.changes({}, {"table": table})[0], [("added", "table", "t", [])])
        self.assertEqual(self.changes({"table": table}, {"table": table + "B,2\n"})[0],
                         [("changed", "table", "t", ["rows added"])])
        self.assertEqual(self.changes({"table": table}, {"table": table.replace("v:value:int", "w:value:int")})[0],
                         [("changed", "table", "t", ["columns"])])
        lanes = support.BOOK.replace("severity: 10", "severity: 11")
        self.assertEqual(self.changes({}, {"config": lanes})[0], [("changed", "lane", "document", ["severity"])])
        policy = support.BOOK.replace("incomplete: hold", "incomplete: document") + "zone: Asia/Shanghai\n"
        self.assertEqual(self.changes({}, {"config": policy})[0], [("changed", "policy", "policy", ["incomplete", "zone"])])
        config = support.BOOK + "mapping: mapping.yaml\n"
        one, other = ({"config": config, "mapping": f"columns:\n  {name}: id\n"} for name in ("A", "B"))
        self.assertEqual(self.changes(one, other)[0], [("changed", "policy", "policy", ["mapping"])])
        schema = support.SCHEMA.replace("name: string;", "name: string; more: string;")
        self.assertEqual(self.changes({}, {"schema": schema})[0][0][:3], ("added", "schema", "P.more"))

    def test_parcels_that_change_lane_are_counted_by_rule(self):
        rows = "id,at,value,name,fake\n" + "".join(
            f"p{i},2026-01-01T00:00:{i:02}Z,{i},n,false\n" for i in range(20))
        file = self.write("in.csv", rows)
        a, b = self.books({}, {"rules": TWO.replace("value > 5", "value > 9").replace("score: 5", "lane: document")})
        out, _ = self.expect(1, ["rules", "diff", a, b, "--on", file, "--json"])
        on = json.loads(out)["on"]
        self.assertEqual((on["parcels"], on["moved"]), (20, 5))
        self.assertEqual(on["lanes"], [
            {"from": "hold", "to": "pass", "parcels": 4, "sample": ["p6", "p7", "p8", "p9"]},
            {"from": "pass", "to": "document", "parcels": 1, "sample": ["p1"]}])
        self.assertEqual([(r["rule"], r["what"], r["parcels"]) for r in on["rules"]],
                         [("A-1", "matches no more", 4), ("A-2", "changed", 1)])
        text, _ = self.expect(1, ["rules", "diff", a, b, "--on", file])
        self.assertIn("5 of 20 parcels go to another lane", text)
        self.assertRegex(text, r"\n +4  hold → pass  A-1 matches no more\n")
        out, _ = self.expect(0, ["rules", "diff", a, a, "--on", file, "--json"])
        self.assertEqual(json.loads(out)["on"]["moved"], 0)

    def test_lanes_of_the_day_agree_with_what_screen_says(self):
        draft = self.path("draft")
        shutil.copytree(pack("cbec_import"), draft)
        path = os.path.join(draft, "rules", "limits.yaml")
        with open(path, encoding="utf-8") as file:
            rules = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(rules.replace('money("5000 CNY")', 'money("500 CNY")'))
        out, _ = self.expect(1, ["rules", "diff", self.bundle, draft, "--on", self.day, "--json"])
        found = json.loads(out)
        self.assertEqual([c["name"] for c in found["changes"]], ["LIM-010"])
        before = self.summary(self.day, "--rules", self.bundle)["lanes"]
        after = self.summary(self.day, "--rules", draft)["lanes"]
        for lane in before:
            moved = sum(m["parcels"] * ((m["to"] == lane) - (m["from"] == lane)) for m in found["on"]["lanes"])
            self.assertEqual(before[lane] + moved, after[lane], lane)
        self.assertGreater(found["on"]["moved"], 0)
        self.assertEqual({r["rule"] for r in found["on"]["rules"]}, {"LIM-010"})
        self.assertTrue(all(len(m["sample"]) <= 5 for m in found["on"]["lanes"]))

    def test_what_cannot_be_compared_is_refused(self):
        book = self.book()
        self.refused(["rules", "diff", book], "B is required")
        self.refused(["rules", "diff", book, self.path("none")], "none")
        self.refused(["rules", "diff", book, book, "--on", self.path("none.csv")], "none.csv")
        self.refused(["rules", "diff", book, book, "--on", self.day], "another schema")
        a, b = self.books({}, {"rules": RULE.replace("value", "valeu")})
        self.expect(2, ["rules", "diff", a, b], "valeu")


if __name__ == "__main__":
    support.main()
