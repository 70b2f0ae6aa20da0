#!/usr/bin/env python3
"""sluice rules schema: the shipped books are valid by it, and it knows the keys that the readers know."""
import glob
import json
import os

import jsonschema
import yaml

import support
from support import BOOK, RULE, Case, pack

KINDS = {"book": "book.yaml", "rules": "rules/**/*.yaml", "tests": "tests/*.yaml", "mapping": "mapping.yaml"}
EVERY_KEY = """rules:
  - id: A-1
    title: T
    when: parcel.value > 5
    then: { lane: hold, score: 3, reason: R, probability: 25 %, control: desk, waive: [ x ] }
    tags: [ x ]
    direction: [ import, export ]
    phase: declared
    valid: { from: 2026-01-01, until: 2026-12-31 }
    mode: shadow
    must_inspect: true
    mandatory: false
    absent: error
    owner: me
    note: N
    lint: { allow: [ never-true ], why: N }
  - id: A-2
    when: parcel.value > 5
    then: { split: { hold: 10, document: "5 %" } }
"""


class Loader(yaml.SafeLoader):
    """YAML 1.2 as editors read it: dates are texts, yes and no are texts."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items() if first not in "yYnNoO"}


class Schema(Case):
    def validator(self, kind, *more):
        schema = json.loads(self.expect(0, ["rules", "schema", kind, *more])[0])
        jsonschema.Draft202012Validator.check_schema(schema)
        return jsonschema.Draft202012Validator(schema)

    def errors(self, validator, text):
        return [e.message for e in validator.iter_errors(yaml.load(text, Loader))]

    def test_the_shipped_books_are_valid(self):
        files = 0
        for name in ("cbec_import", "kcs"):
            for kind, pattern in KINDS.items():
                for more in ((), ("--for", pack(name))) if kind != "book" else ((),):
                    validator = self.validator(kind, *more)
                    for path in glob.glob(os.path.join(pack(name), pattern), recursive=True):
                        with open(path, encoding="utf-8") as file:
                            self.assertEqual(self.errors(validator, file.read()), [], path)
                        files += 1
        self.assertGreater(files, 40)

    def test_keys_of_the_schema_are_those_of_the_readers(self):
        """Each key is accepted by both, and what is no key by neither."""
        rules = self.validator("rules")
        self.assertEqual(self.errors(rules, EVERY_KEY), [])
        book = self.book(config=BOOK.replace("default_lane", "controls: [ desk ]\ndefault_lane")
                         .replace("received: at", "received: at, direction: way"), rules=EVERY_KEY,
                         schema=support.SCHEMA.replace("name: string", "way: Way; name: string")
                         .replace("table P", "enum Way : byte { import, export }\ntable P"))
        self.expect(0, ["rules", "check", book])
        rule = rules.schema["properties"]["rules"]["anyOf"][0]["items"]["properties"]
        written = yaml.load(EVERY_KEY, Loader)["rules"]
        self.assertEqual(set(rule) - set(written[0]) - {"offices", "each"}, set())
        self.assertEqual(set(rule["then"]["properties"]), set(written[0]["then"]) | {"split"})
        for wrong in ("titel: T", "Title: T"):
            text = RULE.replace("title: Dear", wrong)
            self.assertEqual(len(self.errors(rules, text)), 1)
            self.expect(2, ["rules", "check", self.book(rules=text)], "1 error")

    def test_wrong_values_are_seen_before_the_compiler_sees_them(self):
        rules = self.validator("rules")
        for old, new in (("then: { lane: hold }", "mode: shady"), ("Dear", "Dear\n    offices: [ 4600 ]"),
                         ("Dear", "Dear\n    mandatory: 'yes'"), ("lane: hold", "score: 20000"),
                         ("lane: hold", "lane: [ hold ]"), ("Dear", "Dear\n    valid: { from: 1.1.2026 }"),
                         ("    when: parcel.value > 5\n", ""), ("A-1", "a rule")):
            text = RULE.replace(old, new)
            self.assertNotEqual(self.errors(rules, text), [], new)
            self.expect(2, ["rules", "check", self.book(rules=text)], "error")
        book = self.validator("book")
        for old, new in (("releases: true", "releases: maybe"), ("overflow: hold,", ""), ("book: t", "boook: t"),
                         ("book: t", "book: t\nminimum_rate: 5")):
            text = BOOK.replace(old, new, 1)
            self.assertNotEqual(self.errors(book, text), [], new)
            self.expect(2, ["rules", "check", self.book(config=text)], "error")

    def test_with_a_book_its_names_are_known(self):
        rules = self.validator("rules", "--for", self.book())
        self.assertEqual(self.errors(rules, RULE), [])
        self.assertNotEqual(self.errors(rules, RULE.replace("hold", "hodl")), [])
        tests = self.validator("tests", "--for", self.book())
        case = "tests:\n  - name: n\n    parcel: { id: a, value: 3 }\n    expect: { lane: pass, rules: [ A-1 ] }\n"
        self.assertEqual(self.errors(tests, case), [])
        for old, new in (("value", "valeu"), ("pass", "psas"), ("A-1", "A-2"), ("expect", "expects")):
            self.assertNotEqual(self.errors(tests, case.replace(old, new)), [], new)

    def test_unknown_kinds_and_books_are_refused(self):
        self.refused(["rules", "schema"], "KIND is required")
        self.refused(["rules", "schema", "lists"], "lists", "tests")
        self.refused(["rules", "schema", "rules", "--for", self.path("none")], "none")


if __name__ == "__main__":
    support.main()
