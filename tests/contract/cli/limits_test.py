#!/usr/bin/env python3
"""What is too much is refused with a message that names the limit, soon, and in little memory.

Inputs are generated; those that take longer to make or refuse are in large_inputs.py.
"""
import support
from support import BOOK, RULE, SCHEMA, Case


def rules_of(*conditions):
    return "rules:\n" + "".join(f"  - id: A-{i}\n    when: '{when}'\n    then: {{ lane: hold }}\n"
                                for i, when in enumerate(conditions))


class Limits(Case):
    def setUp(self):
        super().setUp()
        support.limit_memory(2 << 30)
        self.addCleanup(support.limit_memory, None)

    def over(self, code, *words, extra=None, **files):
        """The book is refused for this one thing."""
        book = self.book(**files)
        for name, content in (extra or {}).items():
            self.write("book/" + name, content)
        out, _ = self.expect(2, ["rules", "check", book], "1 error")
        self.assertIn(f"[{code}]", out)
        for word in words:
            self.assertIn(word, out)
        self.assertNotIn("fault of the compiler", out)

    def within(self, extra=None, **files):
        book = self.book(**files)
        for name, content in (extra or {}).items():
            self.write("book/" + name, content)
        self.expect(0, ["rules", "check", book], "no error")

    # --- what stands in YAML

    def test_lanes_tags_controls(self):
        def lanes(count):
            more = "".join(f"  - {{ name: l{i}, severity: {100 + i}, releases: false }}\n" for i in range(count - 3))
            return BOOK.replace("default_lane", more + "default_lane")
        self.within(config=lanes(64))
        self.over("too-many-lanes", "at most 64 lanes", config=lanes(65))

        def tags(count):
            return RULE + f"    tags: [{', '.join(f't{i}' for i in range(count))}]\n"
        self.within(rules=tags(64))
        self.over("too-many-tags", "at most 64 tags", rules=tags(65))

        def controls(count):
            return RULE.replace("lane: hold", f"lane: hold, control: [{', '.join(f'c{i}' for i in range(count))}]")
        self.within(rules=controls(64))
        self.over("too-many-controls", "at most 64 controls", rules=controls(65))
        declared = f"controls: [{', '.join(f'c{i}' for i in range(65))}]\n"
        self.over("too-many-controls", "at most 64 controls", config=BOOK + declared)

    def test_names_have_a_length(self):
        for length, code in ((256, 0), (257, 2), (0, 2)):
            lane = BOOK.replace("name: document", f"name: '{'x' * length}'")
            control = RULE.replace("lane: hold", f"lane: hold, control: '{'x' * length}'")
            for files in ({"config": lane}, {"rules": control}):
                out, _ = self.expect(code, ["rules", "check", self.book(**files)])
                if code:
                    self.assertIn(f"must have 1 to 256 bytes, not {length} [bad-name]", out)
        self.over("table-header", "at most 256 bytes", table=f"{'x' * 257}:key\na\n")
        self.over("bad-rule-id", "1 to 64", rules=RULE.replace("A-1", "A" * 65))

    def test_scores_and_probabilities(self):
        self.within(rules=RULE.replace("hold }", "hold, score: 10000, probability: 1000000 }"))
        self.over("score-range", "0 to 10000", rules=RULE.replace("hold }", "hold, score: 10001 }"))
        self.over("bad-probability", "1 to 1000000", rules=RULE.replace("hold }", "hold, probability: 1000001 }"))
        self.over("score-range", "10001", rules=RULE.replace("hold }", "hold, score: 1 + 10000 }"))
        huge = "9" * 100_000
        self.over("yaml-range", "between 1 and 1000000", config=BOOK + f"score_lanes: [ {{ from: {huge}, lane: hold }} ]\n")

    def test_depth_of_yaml(self):
        self.within(rules=RULE, cases="tests:\n  - name: t\n    parcel: {}\n    expect: {}\n")
        for opening in ("a: " + "[" * 100_000 + "]" * 100_000, "{a: " * 100_000 + "1" + "}" * 100_000, "- " * 100_000):
            out, _ = self.expect(2, ["rules", "check", self.book(rules=opening)])
            self.assertIn("deeper than 64 levels [yaml-too-deep]", out)

    def test_yaml_that_would_grow(self):
        bomb = "a0: &a0 [x,x]\n" + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 30))
        self.expect(2, ["rules", "check", self.book(config=BOOK + bomb)])
        out, _ = self.expect(2, ["rules", "check", self.book(rules="rules: [" + "{}," * 1_000_000 + "]")])
        self.assertIn("and 2998000 more", out)

    # --- expressions

    def test_conditions_of_a_million_terms(self):
        self.over("expression-too-large", "at most 262144 are possible", rules=rules_of(" || ".join(["parcel.value == 1"] * 1_000_000)))
        self.over("expression-too-large", "at most 50000", rules=rules_of(f"size([{','.join(['1'] * 50_000)}]) > 0"))
        self.within(rules=rules_of(" || ".join(f"parcel.value == {i}" for i in range(5_000))))
        self.over("expression-too-large", "at most 200 operators", rules=rules_of("!" * 100_000 + "true"))
        self.over("syntax", "200 levels", rules=rules_of("[" * 100_000))
        self.within(rules=rules_of("(" * 150 + "true" + ")" * 150))

    def test_thousands_of_mistakes_in_one_condition(self):
        out, _ = self.expect(2, ["rules", "check", self.book(rules=rules_of(" || ".join(
            f"n{i} == 1" for i in range(15_000))))], "15000 errors")
        self.assertIn("and 14000 more", out)

    def test_long_literals(self):
        self.within(rules=rules_of(f'parcel.name == "{"x" * 200_000}"'))
        self.over("expression-too-large", "at most 262144 are possible", rules=rules_of(f'parcel.name == "{"x" * 300_000}"'))
        self.expect(2, ["rules", "check", self.book(rules=rules_of(f"parcel.value == {'9' * 200_000}"))])
        self.expect(2, ["rules", "check", self.book(rules=rules_of(f"parcel.value > 1e{'9' * 100_000}"))])

    def test_macros_within_macros(self):
        def nested(depth, size):
            numbers = "[" + ", ".join(map(str, range(size))) + "]"
            return "".join(f"{numbers}.exists(v{i}, " for i in range(depth)) + "v0 == 1" + ")" * depth
        self.within(rules=rules_of(nested(6, 10)))
        self.over("too-costly", "200000000 operations for one parcel", rules=rules_of(nested(9, 10)))
        self.over("too-many-variables", "16", rules=rules_of(nested(17, 1)))

    def test_macros_over_vectors_cost_what_the_schema_allows(self):
        schema = SCHEMA.replace("table P {", "table I { n: int; }\ntable P { items: [I] (max_items: 200);")
        schema = schema.replace('attribute "label";', 'attribute "label";\nattribute "max_items";')

        def nested(depth):
            return "".join(f"parcel.items.exists(v{i}, " for i in range(depth)) + "v0.n == v1.n" + ")" * depth
        self.within(schema=schema, rules=rules_of(nested(3)))
        self.over("too-costly", "max_items", schema=schema, rules=rules_of(nested(4)))

    def test_lists_within_lists_cost_their_length(self):
        def pairs(size):
            return f"[{list(range(size))}].exists(l, l.all(a, l.all(b, a - b < parcel.value + 1000000)))"
        self.within(rules=rules_of(pairs(1_000)))
        self.over("too-costly", "200000000 operations", rules=rules_of(pairs(1_000), pairs(20_000)))

    def test_what_goes_over_lists_and_texts_costs_more_than_a_number(self):
        numbers = str(list(range(1_000)))
        self.over("too-costly", rules=rules_of(
            f"{numbers}.exists(a, {numbers}.exists(b, {numbers}.map(c, c + b) == {numbers}.map(c, c + a)))"))
        pairs = f'{numbers}.exists(a, {numbers}.exists(b, parcel.name.%s && a + b == parcel.value))'
        self.within(rules=rules_of(pairs % 'contains("x")'))
        self.over("too-costly", rules=rules_of(pairs % 'matches("x") && parcel.name.matches("y")'))

    def test_bound_names_that_double(self):
        def doubled(times):
            return "".join(f"cel.bind(b{i}, {f'b{i - 1} + b{i - 1}' if i else 'parcel.value'}, " for i in range(times)) \
                + f"b{times - 1} > 0" + ")" * times
        self.within(rules=rules_of(doubled(15)))
        self.over("too-large", "1000000 operations", rules=rules_of(doubled(30)))

    def test_all_that_a_book_reads(self):
        many = "".join(f" f{i}: int;" for i in range(1000))
        tables = " ".join(f"a{i}: A;" for i in range(5))
        schema = SCHEMA.replace("table P {", f"table A {{{many} }}\ntable P {{ {tables}")
        reads = [" && ".join(f"has(parcel.a{a}.f{i})" for i in range(1000)) for a in range(5)]
        self.within(schema=schema, rules=rules_of(*reads[:4]))
        self.over("too-many-fields", "4096 fields", schema=schema, rules=rules_of(*reads))

        vectors = " ".join(f"v{i}: [int];" for i in range(70))
        schema = SCHEMA.replace("table P {", f"table P {{ {vectors}")
        self.within(schema=schema, rules=rules_of(*(f"has(parcel.v{i})" for i in range(63))))
        self.over("too-many-vectors", "64 vectors", schema=schema, rules=rules_of(*(f"has(parcel.v{i})" for i in range(64))))

        zones = [f"Etc/GMT{sign}{i}" for sign in "+-" for i in range(1, 13)] + [
            f"America/{city}" for city in "Adak Anchorage Araguaina Asuncion Bahia Belem Belize Bogota Boise Cancun Caracas "
            "Cayenne Chicago Cuiaba Denver Detroit Edmonton Guyana Halifax Havana Hermosillo Jamaica Juneau La_Paz Lima "
            "Managua Manaus Matamoros Mazatlan Menominee Monterrey Montevideo New_York Nome Noronha Nuuk Panama "
            "Phoenix Recife Regina".split()]
        hours = [f'timestamp(parcel.value).getHours("{zone}") == 1' for zone in zones]
        self.within(rules=rules_of(*hours[:63]))
        self.over("too-many-zones", "64 time zones", rules=rules_of(*hours[:64]))

    def test_types_of_maps(self):
        keys = ("1", "1u", "true", '"a"')

        def maps(count):
            for number in range(count):
                text = "1"
                for digit in range(7):
                    text = f"{{{keys[number >> 2 * digit & 3]}: {text}}}"
                yield f"size({text}) == parcel.value"
        self.within(rules=rules_of(*maps(1000)))
        out, _ = self.expect(2, ["rules", "check", self.book(rules=rules_of(*maps(3500)))])
        self.assertIn("more than 4096 types of lists and maps [too-many-types]", out)

    # --- schemas

    def test_schemas(self):
        def fields(count):
            return SCHEMA.replace("table P {", "table P {" + "".join(f" f{i}: int;" for i in range(count)))
        self.within(schema=fields(4091))
        self.over("schema", "4096", schema=fields(4092))

        def deep(levels):
            text = "".join(f"table T{i} {{ t: T{i + 1}; }}\n" for i in range(levels)) + f"table T{levels} {{ n: int; }}\n"
            return SCHEMA.replace("table P {", text + "table P { t: T0;")
        self.within(schema=deep(5))
        self.over("schema", "8", schema=deep(9))
        attributes = SCHEMA.replace('attribute "label";', 'attribute "label";\nattribute "max_items";\nattribute "max_bytes";')
        self.over("schema", "1024", schema=attributes.replace("name: string", "name: string; v: [int] (max_items: 1025)"))
        self.over("schema", "65536", schema=attributes.replace("name: string", "name: string (max_bytes: 65537)"))

    # --- lists and tables

    def test_files_of_lists_and_tables(self):
        many = {f"lists/l{i}.csv": "key\na\n" for i in range(4097)}
        self.over("too-many-lists", "at most 4096", extra=many)
        many = {f"tables/t{i}.csv": "k:key\na\n" for i in range(4097)}
        self.over("too-many-tables", "at most 4096", extra=many)

    def test_columns_of_a_table(self):
        def table(keys, values):
            names = [f"k{i}:key" for i in range(keys)] + [f"v{i}:value" for i in range(values)]
            return ",".join(names) + "\n" + ",".join("x" * len(names)) + "\n"
        self.within(table=table(8, 256))
        self.over("too-many-columns", "9 key columns", "at most 8", table=table(9, 1))
        self.over("too-many-columns", "257 value columns", "at most 256", table=table(1, 257))
        self.over("csv-too-long", "1024", table=table(1, 1024))

    def test_lengths_of_prefixes(self):
        def table(lengths):
            return "p:prefix,v:value\n" + "".join(f"{'1' * i},x\n" for i in range(lengths))
        self.within(table=table(256))
        self.over("too-many-prefix-lengths", "more than 256", table=table(257))

    def test_rows_and_cells_of_any_size(self):
        self.within(list="key\n" + "x" * 1_000_000 + "\n")
        self.over("csv-too-long", "1048576 bytes", list="key\n" + "x" * 3_000_000 + "\na\n")
        self.over("csv-quote", "not closed", list='key\n"' + "x" * 3_000_000)

    # --- records

    def screen(self, name, content):
        out = self.write(name, content)
        return self.summary(out, "--rules", self.book())

    def test_records_of_any_size_are_unreadable_alone(self):
        counted = self.screen("d.ndjson", '{"id":"a"}\n{"id":"' + "x" * 100_000_000 + '"}\n' + "[" * 1_000_000 + "\n"
                              + '{"a":' * 1_000_000 + '\n{"id":"b","value":' + "9" * 1_000_000 + '}\n{"id":"c"}\n')
        self.assertEqual((counted["parcels"], counted["outcomes"]["unreadable"]), (6, 4))
        counted = self.screen("d.csv", 'id,name\na,\n"' + "x" * 100_000_000 + '",\nb,' + "y" * 70_000 + "\nc,d\n")
        self.assertEqual((counted["parcels"], counted["outcomes"]["unreadable"]), (4, 2))

    def test_mappings(self):
        day = self.write("d.csv", "a\n1\n")
        for mapping, words in (("columns: " + "[" * 100_000, "nested too deeply"), ("x" * (2 << 20), "1 MiB"),
                               ("columns: &a { a: id }\nunmapped: *a\n", "expected a text")):
            self.refused(["screen", day, "--rules", self.book(), "--mapping", self.write("m.yaml", mapping)], words)

    # --- runs

    def test_unreadable_records_are_all_counted_and_twenty_named(self):
        day = self.write("d.ndjson", "[]\n" * 50)
        _, err = self.expect(0, ["screen", day, "--rules", self.book()])
        self.assertEqual(err.count("d.ndjson:"), 20, err)

    def test_options(self):
        day = self.write("d.ndjson", '{"id":"a"}\n')
        self.refused(["screen", day, "--rules", self.book(), "--threads", "257"], "256")
        self.refused(["screen", day, "--rules", self.book(), "--batch", "513"], "512")


if __name__ == "__main__":
    support.main()
