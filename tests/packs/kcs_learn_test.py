"""Tests of rules/packs/kcs/learn.py: run it with `python3 -m unittest` or as a script."""

import contextlib
import csv
import io
import pathlib
import re
import sys
import tempfile
import unittest

PACK = pathlib.Path(__file__).resolve().parents[2] / "rules" / "packs" / "kcs"
sys.dont_write_bytecode = True
sys.path.insert(0, str(PACK))
import learn  # noqa: E402

COLUMNS = ("Date", "HS6 Code", "Country of Departure", "Country of Origin", "Tax Rate", "Tax Type",
           "Net Mass", "Item Price", "Fraud")


def declaration(hs6="010121", price="500.0", mass="10.0", fraud="1", date="2020-01-01", rate="6.5"):
    return dict(zip(COLUMNS, (date, hs6, "KR", "VN", rate, "C", mass, price, fraud)))


class LearnTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)

    def write(self, rows, columns=COLUMNS, name="train.csv"):
        file = self.path / name
        with open(file, "w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return str(file)

    def call(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = learn.main(list(arguments))
        return status, out.getvalue(), err.getvalue()

    def learn_rows(self, rows):
        table = self.path / "risk.csv"
        status, _, err = self.call(self.write(rows), "--out", str(table))
        self.assertEqual((status, err), (0, ""))
        return table

    def test_a_key_that_was_always_fraud_gets_a_row_with_its_price_band(self):
        table = self.learn_rows([declaration()] * 9 + [declaration(hs6="999999", fraud="0")])
        with open(table, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        # 0.9 overall; each of five levels leaves a tenth of the doubt: 1 - 0.1 * 0.1**5, cut to per mille.
        self.assertEqual(rows[1:], [["010121", "VN", "KR", "65", "C", "40", "63", "999", "9", "9"]])

    def test_the_same_input_gives_the_same_bytes_in_any_order(self):
        rows = [declaration(hs6=f"{i:06}", fraud="1" if i % 7 else "0") for i in range(40)] * 3
        first = self.learn_rows(rows).read_bytes()
        self.assertEqual(self.learn_rows(rows).read_bytes(), first)
        self.assertEqual(self.learn_rows(rows[::-1]).read_bytes(), first)

    def test_the_table_gives_each_declaration_the_score_of_the_model(self):
        rows = [declaration(price=str(10.0 * i), fraud="1" if i % 5 else "0") for i in range(1, 80)]
        declarations = learn.read_declarations(self.write(rows))
        model = learn.Model(declarations)
        table = learn.read_table(self.learn_rows(rows))
        for one in declarations:
            score = model.score(one)
            self.assertEqual(learn.look_up(table, one), score if score >= learn.FLOOR else 0)

    def test_an_absent_price_and_a_zero_mass_have_no_risk(self):
        rows = [declaration()] * 9 + [declaration(price="0.0"), declaration(mass="0.0")]
        table = learn.read_table(self.learn_rows(rows))
        scores = [learn.look_up(table, d) for d in learn.read_declarations(self.write(rows))]
        self.assertEqual(scores[9:], [0, 0])
        self.assertGreater(scores[0], 0)

    def test_evaluate_prints_share_precision_and_recall(self):
        table = self.learn_rows([declaration()] * 9)
        later = [declaration()] * 3 + [declaration(fraud="0")] + [declaration(hs6="999999")] * 4
        _, out, _ = self.call("--evaluate", self.write(later, name="later.csv"), "--table", str(table))
        self.assertEqual(out.splitlines()[1].split(), ["later.csv", "8", "4", "50.00%", "0.7500", "0.4286"])

    def test_a_declaration_left_out_does_not_vouch_for_itself(self):
        declarations = learn.read_declarations(self.write([declaration()] + [declaration(hs6="999999")]))
        model = learn.Model(declarations)
        self.assertGreater(model.score(declarations[0]), 0)
        self.assertEqual(model.score(declarations[0], leave_out=True), 0)

    def test_a_missing_column_is_named(self):
        file = self.write([declaration()], columns=[c for c in COLUMNS if c != "Tax Type"])
        status, _, err = self.call(file)
        self.assertEqual(status, 1)
        self.assertIn(f"{file}:1: missing column(s): Tax Type", err)

    def test_a_cell_that_is_no_number_is_named_with_its_line(self):
        file = self.write([declaration(), declaration(mass="ten")])
        status, _, err = self.call(file)
        self.assertEqual(status, 1)
        self.assertIn(f"{file}:3: column 'Net Mass' is not a number: 'ten'", err)

    def test_a_row_with_too_few_columns_is_named_with_its_line(self):
        file = self.write([declaration()])
        with open(file, "a", encoding="utf-8") as out:
            out.write("2020-01-02,010121\n")
        status, _, err = self.call(file)
        self.assertEqual(status, 1)
        self.assertIn(f"{file}:3: too few columns", err)

    def test_a_file_that_is_not_there_is_named(self):
        status, _, err = self.call(str(self.path / "none.csv"))
        self.assertEqual(status, 1)
        self.assertIn("none.csv: No such file or directory", err)

    def test_rule_and_script_share_one_threshold_and_no_row_lies_below_the_floor(self):
        rule = (PACK / "rules" / "risk.yaml").read_text(encoding="utf-8")
        self.assertEqual(re.findall(r"\.risk (?:>=|<) (\d+)", rule), [str(learn.THRESHOLD)] * 2)
        risks = [row[2] for rows in learn.read_table(learn.TABLE).values() for row in rows]
        self.assertGreaterEqual(min(risks), learn.FLOOR)

    def test_bands_of_one_key_in_the_shipped_table_do_not_overlap(self):
        for key, rows in learn.read_table(learn.TABLE).items():
            rows = sorted(rows)
            for (_, high, _), (low, _, _) in zip(rows, rows[1:]):
                self.assertLessEqual(high, low, key)


if __name__ == "__main__":
    unittest.main()
