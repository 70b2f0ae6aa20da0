#!/usr/bin/env python3
"""sluice rules test: the cases of a book."""

import support
from support import Case, pack


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


if __name__ == "__main__":
    support.main()
