#!/usr/bin/env python3
"""Learns tables/risk.csv from a labelled export of import declarations, and measures it.

One row is one key: HS6, origin, departure, tax rate, tax type and a band of the price per kg.
Its risk is the share of fraud among the past declarations of the key, smoothed level by level:

    p(whole export)  = frauds / declarations
    p(key, level i)  = (frauds + SMOOTHING * p(key, level i-1)) / (declarations + SMOOTHING)

over the levels HS6; + origin; + departure; + tax rate and tax type; + band of the price per kg.
A key that was never seen has no row, and so no match. Rows below FLOOR are left out.

Only the Python standard library; the same input gives the same bytes.
"""

import argparse
import bisect
import collections
import csv
import math
import pathlib
import sys

PACK = pathlib.Path(__file__).resolve().parent
TABLE = PACK / "tables" / "risk.csv"

SMOOTHING = 1.0  # declarations' worth of trust in the level above
FLOOR = 700  # per mille; a row below it is not written
THRESHOLD = 900  # per mille; rules/risk.yaml selects from here on

# Bounds of the price per kg in won: the preferred numbers R5 of ISO 3, five a decade, 0.001 to 63 million.
# Kept as text so that the table and this script mean the same binary number.
MANTISSAS = ("10", "16", "25", "40", "63")


def _decimal(mantissa, exponent):
    """The mantissa (tenths) times ten to the exponent, without an exponent sign: ("16", -2) is 0.016."""
    if exponent >= 1:
        return mantissa + "0" * (exponent - 1)
    digits = mantissa.rjust(2 - exponent, "0")
    point = len(digits) - 1 + exponent
    return (digits[:point] + "." + digits[point:]).rstrip("0").rstrip(".")


BOUND_TEXT = [_decimal(m, e) for e in range(-3, 8) for m in MANTISSAS]
BOUNDS = [float(text) for text in BOUND_TEXT]

COLUMNS = ("HS6 Code", "Country of Origin", "Country of Departure", "Tax Rate", "Tax Type",
           "Net Mass", "Item Price", "Date")
LABEL = "Fraud"
HEADER = ("hs6:key", "origin:key", "departure:key", "tax_permille:key:int", "tax_type:key",
          "unit_price:from:double", "unit_price:to:double", "risk:value:int",
          "seen:value:int", "fraud:value:int")

Declaration = collections.namedtuple("Declaration", "month key unit_price fraud")


class InputError(Exception):
    """A file that cannot be used; the text names file, line and column."""


def _number(path, line, row, column):
    try:
        value = float(row[column])
    except ValueError:
        raise InputError(f"{path}:{line}: column '{column}' is not a number: {row[column]!r}") from None
    if not math.isfinite(value):
        raise InputError(f"{path}:{line}: column '{column}' is not a finite number: {row[column]!r}")
    return value


def _declaration(path, line, row):
    if any(row[column] is None for column in (*COLUMNS, LABEL)):
        raise InputError(f"{path}:{line}: too few columns")
    rate = _number(path, line, row, "Tax Rate")
    mass = _number(path, line, row, "Net Mass")
    price = _number(path, line, row, "Item Price")
    if row[LABEL] not in ("0", "1"):
        raise InputError(f"{path}:{line}: column '{LABEL}' is neither 0 nor 1: {row[LABEL]!r}")
    key = (row["HS6 Code"], row["Country of Origin"], row["Country of Departure"],
           int(rate * 10.0 + 0.5), row["Tax Type"])
    unit_price = price / mass if price > 0.0 and mass > 0.0 else None
    return Declaration(row["Date"][:7], key, unit_price, row[LABEL] == "1")


def read_declarations(path):
    """All declarations of a labelled export, in file order; price 0.0 means not declared."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [c for c in (*COLUMNS, LABEL) if c not in (reader.fieldnames or ())]
            if missing:
                raise InputError(f"{path}:1: missing column(s): {', '.join(missing)}")
            declarations = [_declaration(path, reader.line_num, row) for row in reader]
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}") from None
    if not declarations:
        raise InputError(f"{path}: no declarations below the header")
    return declarations


def band_of(unit_price):
    """Index of the half-open band [BOUNDS[i-1], BOUNDS[i]) that holds the price per kg."""
    return bisect.bisect_right(BOUNDS, unit_price)


def levels_of(declaration):
    """The keys of a declaration from the widest to the narrowest; the last one only with a unit price."""
    key = declaration.key
    levels = [key[:1], key[:2], key[:3], key]
    if declaration.unit_price is not None:
        levels.append(key + (band_of(declaration.unit_price),))
    return levels


class Model:
    """Counts per key and level."""

    def __init__(self, declarations):
        self.counts = collections.defaultdict(lambda: [0, 0])
        for declaration in declarations:
            for key in levels_of(declaration):
                count = self.counts[key]
                count[0] += 1
                count[1] += declaration.fraud
        self.base = sum(d.fraud for d in declarations) / len(declarations)

    def permille(self, levels, left_out=None):
        """Smoothed risk of a narrowest key; `left_out`: a declaration counted as if it were not there."""
        seen_less = 0 if left_out is None else 1
        fraud_less = 0 if left_out is None else int(left_out.fraud)
        p = self.base
        for key in levels:
            seen, fraud = self.counts[key]
            p = (fraud - fraud_less + SMOOTHING * p) / (seen - seen_less + SMOOTHING)
        return int(p * 1000.0)

    def score(self, declaration, leave_out=False):
        """Risk that the table would give a declaration; 0 where it has no row."""
        levels = levels_of(declaration)
        if declaration.unit_price is None or levels[-1] not in self.counts:
            return 0
        if leave_out and self.counts[levels[-1]][0] == 1:
            return 0
        return self.permille(levels, declaration if leave_out else None)

    def rows(self):
        """Rows of the table, sorted by key: HEADER's columns."""
        for full in sorted(key for key in self.counts if len(key) == 6):
            risk = self.permille([full[:1], full[:2], full[:3], full[:5], full])
            if risk >= FLOOR:
                band = full[5]
                low = BOUND_TEXT[band - 1] if band > 0 else ""
                high = BOUND_TEXT[band] if band < len(BOUND_TEXT) else ""
                yield (*full[:5], low, high, risk, *self.counts[full])


def read_table(path):
    """The committed table: key to a list of (from, to, risk)."""
    table = collections.defaultdict(list)
    try:
        with open(path, encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            if tuple(next(reader, ())) != HEADER:
                raise InputError(f"{path}:1: not the header that this script writes: {','.join(HEADER)}")
            for row in reader:
                low = float(row[5]) if row[5] else -math.inf
                high = float(row[6]) if row[6] else math.inf
                table[row[0], row[1], row[2], int(row[3]), row[4]].append((low, high, int(row[7])))
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    except (IndexError, ValueError):
        raise InputError(f"{path}: a row is not what this script writes; learn it again") from None
    return table


def look_up(table, declaration):
    """Risk of the one row that holds the declaration, as the rule reads it; 0 where there is none."""
    if declaration.unit_price is None:
        return 0
    for low, high, risk in table.get(declaration.key, ()):
        if low <= declaration.unit_price < high:
            return risk
    return 0


def figures(scored, threshold):
    """(declarations, selected, share, precision, recall) of (score, fraud) pairs."""
    selected = [fraud for score, fraud in scored if score >= threshold]
    frauds = sum(fraud for _, fraud in scored)
    hits = sum(selected)
    return (len(scored), len(selected), len(selected) / len(scored),
            hits / len(selected) if selected else 0.0, hits / frauds if frauds else 0.0)


def _print_figures(name, scored, threshold):
    count, selected, share, precision, recall = figures(scored, threshold)
    print(f"{name:<34} {count:>7} {selected:>8} {share:>7.2%} {precision:>9.4f} {recall:>7.4f}")


def _print_head():
    print(f"{'':<34} {'rows':>7} {'selected':>8} {'share':>7} {'precision':>9} {'recall':>7}")


def learn(train, out):
    rows = list(Model(read_declarations(train)).rows())
    try:
        with open(out, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(HEADER)
            writer.writerows(rows)
    except OSError as error:
        raise InputError(f"cannot write {out}: {error.strerror}") from None
    above = sum(row[7] >= THRESHOLD for row in rows)
    print(f"{out}: {len(rows)} rows, {above} of them at or above {THRESHOLD}")


def evaluate(path, table_path, threshold):
    table = read_table(table_path)
    _print_head()
    scored = [(look_up(table, d), d.fraud) for d in read_declarations(path)]
    _print_figures(pathlib.Path(path).name, scored, threshold)


def rolling(train, threshold):
    """Learns from the first months and selects in the next three; then leaves each declaration out once."""
    declarations = read_declarations(train)
    months = sorted({d.month for d in declarations})
    _print_head()
    for end in range(3, len(months) - 2):
        past = set(months[:end])
        future = set(months[end:end + 3])
        model = Model([d for d in declarations if d.month in past])
        scored = [(model.score(d), d.fraud) for d in declarations if d.month in future]
        _print_figures(f"{end:>2} months, then {months[end]} to {months[end + 2]}", scored, threshold)
    model = Model(declarations)
    left_out = [(d.month, model.score(d, leave_out=True), d.fraud) for d in declarations]
    for start in range(0, len(months) - 2, 3):
        quarter = set(months[start:start + 3])
        scored = [(score, fraud) for month, score, fraud in left_out if month in quarter]
        _print_figures(f"each left out, {months[start]} to {months[start + 2]}", scored, threshold)
    _print_figures("each left out, whole file", [(s, f) for _, s, f in left_out], threshold)


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Learn the risk table of this rule book from a labelled export, or measure it.",
        epilog="examples:\n"
               "  learn.py train.csv                  writes tables/risk.csv\n"
               "  learn.py --rolling train.csv        how steady a threshold is from quarter to quarter\n"
               "  learn.py --evaluate valid.csv       share, precision and recall of the committed table\n")
    parser.add_argument("train", metavar="TRAIN.csv", nargs="?", help="labelled export to learn from")
    parser.add_argument("--out", metavar="FILE", default=TABLE,
                        help="table to write (default: tables/risk.csv)")
    parser.add_argument("--rolling", action="store_true",
                        help="write nothing; measure on later months of TRAIN.csv")
    parser.add_argument("--evaluate", metavar="FILE",
                        help="write nothing; measure the table on a labelled export")
    parser.add_argument("--table", metavar="FILE", default=TABLE, help="table that --evaluate reads")
    parser.add_argument("--threshold", metavar="PERMILLE", type=int, default=THRESHOLD,
                        help="risk from which a declaration is selected (default: %(default)s)")
    options = parser.parse_args(arguments)
    if (options.train is None) == (options.evaluate is None):
        parser.error("give either TRAIN.csv or --evaluate FILE")
    if options.rolling and options.evaluate is not None:
        parser.error("--rolling needs TRAIN.csv, not --evaluate")
    return options


def main(arguments=None):
    options = parse_arguments(arguments)
    try:
        if options.evaluate is not None:
            evaluate(options.evaluate, options.table, options.threshold)
        elif options.rolling:
            rolling(options.train, options.threshold)
        else:
            learn(options.train, options.out)
    except InputError as error:
        print(f"learn.py: error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
