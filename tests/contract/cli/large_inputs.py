#!/usr/bin/env python3
"""Inputs at the edge of what is possible: handled, or refused by the limit's name, in bounded time and memory."""
import os

import support
from support import BOOK, RULE, Case

MIB = 1 << 20
SECONDS = 300  # for one command on a slow machine


class LargeInputs(Case):
    def setUp(self):
        super().setUp()
        support.limit_memory(4 << 30)
        self.addCleanup(support.limit_memory, None)

    def check(self, code, word, book):
        done, out, err = support.sluice("rules", "check", book, timeout=SECONDS)
        self.assertEqual(done, code, out[-1000:] + err[-1000:])
        self.assertIn(word, out + err)

    def fill(self, name, head, lines):
        path = self.path("book/" + name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(head)
            file.writelines(lines)

    def test_lists_of_millions_of_keys(self):
        rules = RULE.replace("parcel.value > 5", "parcel.name in lists.l")
        book = self.book(rules=rules)
        self.fill("lists/l.csv", "key\n", (f"{i * 7919 % 10_000_019:08d}\n" for i in range(10_000_000)))
        support.limit_memory(2 << 30)
        self.check(0, "1 rule, no error", book)
        out = self.path("l.bundle")
        done, _, err = support.sluice("rules", "compile", book, "-o", out, timeout=SECONDS)
        self.assertEqual(done, 0, err)
        day = self.write("d.ndjson", '{"id":"a","name":"07919000"}\n{"id":"b","name":"nobody"}\n')
        self.assertEqual(self.summary(day, "--rules", out)["lanes"], {"pass": 1, "document": 0, "hold": 1})
        self.fill("lists/l.csv", "key\n", (f"{i}\n" for i in range(20_000_001)))
        self.check(2, "more than 20000000 keys", book)

    def test_tables_of_millions_of_rows(self):
        book = self.book(rules=RULE.replace("parcel.value > 5", 'tables.t.has(parcel.name)'))
        self.fill("tables/t.csv", "k:key\n", (f"{i}\n" for i in range(10_000_001)))
        self.check(2, "more than 10000000 rows", book)

    def test_rates(self):
        book = self.book(config=BOOK + "rates: { base: CNY, table: r }\n")
        days = (f"EUR,1,{1970 + i // 336}-{1 + i // 28 % 12:02d}-{1 + i % 28:02d}\n" for i in range(1_000_001))
        self.fill("tables/r.csv", "currency:key,rate:value,valid:from:date\n", days)
        self.check(2, "more than 1000000 rates", book)

    def test_a_million_rules(self):
        book = self.book(rules=RULE.replace("parcel.value > 5", "parcel.value == row.n").replace("    when", "    each: tables.t\n    when"))
        self.fill("tables/t.csv", "k:key,n:value:int\n", (f"{i},{i}\n" for i in range(1_000_001)))
        self.check(2, "more than 1000000 rules", book)

    def test_files(self):
        book = self.book()
        with open(self.write("book/rules/r.yaml", "rules:\n"), "r+b") as file:
            file.truncate(64 * MIB + 1)
        self.check(3, "larger than 67108864 bytes", book)
        self.write("book/rules/r.yaml", RULE)
        with open(self.write("book/lists/l.csv", "key\n"), "r+b") as file:
            file.truncate(1024 * MIB + 1)
        self.check(3, "larger than 1073741824 bytes", book)
        with open(self.write("large.bundle", "SLUICERS"), "r+b") as file:
            file.truncate((8 << 30) + 1)
        day = self.write("d.ndjson", '{"id":"a"}\n')
        self.refused(["screen", day, "--rules", self.path("large.bundle")], "8589934592 bytes")

    def test_values_of_a_yaml_file(self):
        self.check(2, "8000000 values", self.book(rules="rules:\n" + "- a\n" * 8_000_001))


if __name__ == "__main__":
    support.main()
