#!/usr/bin/env python3
"""sluice eval: single expressions."""
import json

import support
from support import Case, sluice


class Eval(Case):
    def lines(self, *lines):
        out, _ = self.expect(0, ["eval"], stdin="\n".join(lines).encode())
        return [json.loads(line) for line in out.splitlines()]

    def test_values_errors_and_refusals(self):
        answers = self.lines('{"id":1,"expr":"x + 1","vars":{"x":{"int":"41"}}}',
                             '{"id":"b","expr":"1 / x","types":{"x":"int"},"vars":{"x":{"int":"0"}}}', "",
                             '{"id":3,"expr":"1 +"}',
                             '{"id":4,"expr":"x.size()","types":{"x":{"list":"int"}},"vars":{"x":{"list":[]}}}')
        self.assertEqual(answers[0], {"id": 1, "value": {"int": "42"}})
        self.assertEqual(answers[1]["id"], "b")
        self.assertTrue({"error", "refused"} & answers[1].keys(), "a constant that always fails may be refused")
        self.assertIn("message", answers[2]["refused"][0])
        self.assertEqual(answers[3], {"id": 4, "value": {"int": "0"}})
        self.assertEqual(self.expect(0, ["eval", "-e", "1 + 1"])[0], '{"value":{"int":"2"}}\n')
        out, _ = self.expect(2, ["eval", "-e", '1 + "a"'], "expression:1:3: error", "\n    ^")
        self.assertEqual(out, "")
        self.expect(2, ["eval", "-e", ""], "expression:1:1: error")

    def test_bad_lines_are_refused_with_their_number(self):
        deep = '{"expr":"x","vars":{"x":' + '{"list":[' * 100_000 + "]}" * 100_000 + "}}"
        for line in ("garbage", "[1]", '{"id":1}', '{"expr":5}', '{"expr":"x","vars":[]}', '{"expr":"x","vars":{"x":3}}',
                     '{"expr":"x","types":5,"vars":{"x":{"int":"3"}}}', '{"expr":"x","vars":{"x":{"int":3}}}',
                     '{"expr":"x","types":{"x":"nope"},"vars":{"x":{"int":"3"}}}', '{"expr":"\udcff"}', deep):
            text = '{"expr":"1"}\n' + line + "\n"
            got, out, err = sluice("eval", stdin=text.encode("utf-8", "surrogateescape"))
            self.assertEqual((got, out), (3, '{"value":{"int":"1"}}\n'), line[:80])
            self.assertIn("line 2: ", err)


if __name__ == "__main__":
    support.main()
