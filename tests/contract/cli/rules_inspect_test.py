#!/usr/bin/env python3
"""sluice rules inspect: what a bundle, or a book once compiled, holds."""
import json
import os

import support
from support import RULE, Case, pack


class Inspect(Case):
    def inspect(self, path):
        return json.loads(self.expect(0, ["rules", "inspect", path, "--json"])[0])

    def test_a_bundle_and_its_book_show_the_same(self):
        self.assertEqual(self.inspect(self.bundle), self.inspect(pack("cbec_import")))
        found = self.inspect(self.bundle)
        self.assertEqual(found["bytes"], os.path.getsize(self.bundle))
        _, err = self.expect(0, ["rules", "compile", pack("cbec_import"), "-o", self.path("x.bundle")])
        self.assertIn(found["rule_set"], err)
        self.assertLess(sum(section["bytes"] for section in found["sections"]), found["bytes"])
        self.assertEqual({name for name in (section["name"] for section in found["sections"]) if name[:5] == "list/"},
                         {"list/" + entry["name"] for entry in found["lists"]})

    def test_rules_say_what_they_reach(self):
        book = self.book(table="k:key,v:value:int\nA,1\nB,2\n", list="key\na\n", rules="""rules:
  - id: A-1
    when: parcel.value > tables.t.row(parcel.name).v && parcel.name in lists.l
    then: { lane: hold, score: 7 }
    tags: [ x, y ]
  - id: A-2
    when: parcel.name in lists.l
    then: { score: int(parcel.value) + 1 }
    mode: shadow
""")
        found = self.inspect(book)
        one, two = found["rules"]
        self.assertEqual((one["id"], one["mode"], one["lane"], one["score"], one["tags"]),
                         ("A-1", "live", "hold", 7, ["x", "y"]))
        self.assertEqual((one["columns"], one["lists"], one["tables"]), (["value", "name"], ["l"], ["t"]))
        self.assertEqual((two["mode"], two["lane"], two["columns"], two["tables"]),
                         ("shadow", None, ["value", "name"], []))
        self.assertEqual(one["nodes"] - one["own_nodes"], 3, "value, name, and name in the list are both rules'")
        self.assertEqual((one["file"], one["line"], two["line"]), ("rules/r.yaml", 2, 6))
        self.assertEqual(found["predicates"][0], {"text": "parcel.name in lists.l", "rules": 2})
        self.assertEqual({c["path"]: (c["rules"], c["engine"]) for c in found["columns"]},
                         {"id": (0, ["id"]), "at": (0, ["received"]), "value": (2, []), "name": (2, [])})
        self.assertEqual(found["tables"][0]["keys"], [{"name": "k", "kind": "key", "type": "string"}])
        used = {entry["what"]: entry["used"] for entry in found["limits"]}
        self.assertEqual((used["rules"], used["lists"], used["rows of the longest table"]), (2, 1, 2))
        self.assertTrue(all(entry["used"] <= entry["limit"] for entry in found["limits"]))

    def test_authors_are_told_which_rules_every_batch_visits(self):
        book = self.book(rules="""rules:
  - { id: A-1, when: has(parcel.name) && parcel.name == "x" && parcel.value > 5, then: { lane: hold } }
  - { id: A-2, when: parcel.value > 5, then: { lane: hold } }
  - { id: A-3, when: parcel.name == "x" || parcel.value > 7, then: { lane: hold } }
""")
        self.assertEqual(self.inspect(book)["always_visited"], ["A-2", "A-3"])
        self.assertIn("\nevery batch visits 2 of 3 rules\n  A-2\n  A-3\n",
                      self.expect(0, ["rules", "inspect", book])[0])
        _, err = self.expect(0, ["rules", "compile", book, "-o", self.path("x.bundle")])
        self.assertIn("every batch visits 2 of them, no term of theirs being rare enough: A-2, A-3\n", err)
        narrow = self.book(rules=RULE.replace("parcel.value > 5", 'has(parcel.name) && parcel.name == "x"'))
        _, err = self.expect(0, ["rules", "compile", narrow, "-o", self.path("x.bundle")])
        self.assertNotIn("every batch", err)

    def test_people_see_a_profile_as_one_line(self):
        out, err = self.expect(0, ["rules", "inspect", self.bundle])
        self.assertEqual(err, "")
        self.assertRegex(out, r"\nPRF-010/… \(170\) +live +inspect ")
        self.assertRegex(out, r"\nlist/positive_list +\d+  [0-9a-f]{64}\n")
        self.assertRegex(out, r"\nitems\.unit_price +money +\d+")

    def test_what_is_no_sound_bundle_is_refused(self):
        self.refused(["rules", "inspect", self.path("none.bundle")], "none.bundle")
        self.refused(["rules", "inspect", self.write("x.bundle", b"garbage" * 100)], "x.bundle", "not a bundle")
        with open(self.bundle, "rb") as file:
            content = bytearray(file.read())
        content[-1] ^= 1
        self.refused(["rules", "inspect", self.write("x.bundle", content)], "x.bundle: section", "damaged")
        self.expect(2, ["rules", "inspect", self.book(rules=RULE.replace("value", "valeu"))], "did you mean 'value'?")


if __name__ == "__main__":
    support.main()
