#!/usr/bin/env python3
"""sluice eval: single expressions."""
import json
import time

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
        self.assertEqual(answers[1], {"id": "b", "error": "divide"})
        self.assertIn("message", answers[2]["refused"][0])
        self.assertEqual(answers[3], {"id": 4, "value": {"int": "0"}})
        self.assertEqual(self.expect(0, ["eval", "-e", "1 + 1"])[0], '{"value":{"int":"2"}}\n')
        out, _ = self.expect(2, ["eval", "-e", '1 + "a"'], "expression:1:3: error", "\n    ^")
        self.assertEqual(out, "")
        self.expect(2, ["eval", "-e", ""], "expression:1:1: error")

    def test_variables_are_inputs_so_that_what_fails_is_an_error(self):
        answers = self.lines('{"expr":"1 / x","vars":{"x":{"int":"0"}}}', '{"expr":"1 / 0"}',
                             '{"expr":"[1][1]"}', '{"expr":"1 / x == 1 || true","vars":{"x":{"int":"0"}}}',
                             '{"expr":"9223372036854775807 + x > 0","vars":{"x":{"int":"1"}}}',
                             '{"expr":"m[k]","vars":{"m":{"map":[[{"uint":"1"},{"string":"a"}]]},"k":{"int":"1"}}}')
        self.assertEqual(answers, [{"error": "divide"}, {"error": "divide"}, {"error": "index"},
                                   {"value": {"bool": True}}, {"error": "overflow"}, {"value": {"string": "a"}}])

    def test_variables_outside_the_language_are_refused(self):
        for value in ('{"bytes":"AA=="}', '{"null":null}', '{"list":[{"int":"1"},{"string":"a"}]}',
                      '{"map":[[{"double":1},{"int":"1"}]]}', '{"string":"%s"}' % ("a" * 70000)):
            answer = self.lines('{"id":7,"expr":"true","vars":{"x":%s}}' % value)[0]
            self.assertEqual((answer["id"], answer["refused"][0]["code"]), (7, "variable"), value[:60])

    def test_a_long_list_takes_no_longer_than_its_length(self):
        numbers = ",".join('{"int":"%d"}' % i for i in range(200_000))
        start = time.monotonic()
        answer = self.lines('{"expr":"size(l)","vars":{"l":{"list":[%s]}}}' % numbers)[0]
        self.assertEqual(answer, {"value": {"int": "200000"}})
        self.assertLess(time.monotonic() - start, 4)  # s; some 8 where each element goes over those before it

    def test_only_brackets_outside_of_texts_nest(self):
        answer = self.lines(json.dumps({"expr": "size(s)", "vars": {"s": {"string": '\\"[' * 300}}}))[0]
        self.assertEqual(answer, {"value": {"int": "900"}})

    def test_bad_lines_are_told_with_their_number_and_the_rest_goes_on(self):
        deep = '{"expr":"x","vars":{"x":' + '{"list":[' * 100_000 + "]}" * 100_000 + "}}"
        for line in ("garbage", "[1]", '{"id":1}', '{"expr":5}', '{"expr":"x","vars":[]}', '{"expr":"x","vars":{"x":3}}',
                     '{"expr":"x","types":5,"vars":{"x":{"int":"3"}}}', '{"expr":"x","vars":{"x":{"int":3}}}',
                     '{"expr":"x","types":{"x":"nope"},"vars":{"x":{"int":"3"}}}',
                     '{"expr":"x","types":{"x":"uint"},"vars":{"x":{"int":"3"}}}', '{"expr":"\udcff"}', deep):
            text = '{"expr":"1"}\n' + line + '\n{"expr":"2"}\n'
            got, out, err = sluice("eval", stdin=text.encode("utf-8", "surrogateescape"))
            self.assertEqual((got, out), (3, '{"value":{"int":"1"}}\n{"value":{"int":"2"}}\n'), line[:80])
            self.assertIn("standard input:2: ", err)

    def test_types_and_values_that_do_not_fit_are_told_with_what_would(self):
        for types, value, message in (
                ('{"x":"integer"}', '{"int":"1"}', 'type of x: "integer" is no type: there are "bool", "double", "dura'),
                ('{"x":"unit"}', '{"uint":"1"}', "type of x: \"unit\" is no type; did you mean 'uint'?"),
                ('{"x":{"lst":"int"}}', '{"list":[]}', "is no type; did you mean 'list'?"),
                ('{"x":{"map":["int"]}}', '{"map":[]}', 'is no type: write {"map":[key type, value type]}'),
                ('{"x":null}', '{"int":"1"}', "type of x: null is no type: there are"),
                ('{"x":"uint"}', '{"int":"1"}', 'variable x is of type int, and "types" says "uint"'),
                ('{"x":{"list":"int"}}', '{"list":[{"uint":"1"}]}', 'of type list(uint), and "types" says {"list":"int"}'),
                ('{"x":"int","y":"int"}', '{"int":"1"}', 'variable y has a type and no value in "vars"'),
                ("{}", '{"int":1}', 'variable x: 1 is no int: write {"int":"-1"}'),
                ("{}", '{"bool":"true"}', 'variable x: "true" is no bool: write {"bool":true}'),
                ("{}", '{"list":{}}', 'variable x: {} is no list: write {"list":[value, …]}'),
                ("{}", '{"timestamp":"%s"}' % ("é" * 5000), "…"),
                ("{}", "1", 'variable x: 1 is no typed value, such as {"int":"-1"}')):
            text = '{"expr":"x","types":%s,"vars":{"x":%s}}' % (types, value)
            got, _, err = sluice("eval", stdin=text.encode())
            self.assertEqual(got, 3, text)
            self.assertIn(message, err)
            self.assertLess(len(err), 300, text)
        answer = self.lines('{"expr":"x","vars":{"x":{"in":"1"}}}')[0]
        self.assertEqual(answer["refused"][0]["message"], "variable x: the language has no type in; did you mean 'int'?")

    def test_an_expression_by_itself_has_no_parcel_and_none_is_proposed(self):
        for name, hint in (("parcel", "an expression by itself has variables, and no parcel"), ("parcels", ""),
                           ("nwo", "did you mean 'now'?")):
            self.assertEqual(self.lines('{"expr":"%s.x"}' % name)[0]["refused"][0]["hint"], hint)


if __name__ == "__main__":
    support.main()
