#!/usr/bin/env python3
"""DuckDB over a workload in neutral form: peer.py FOLDER ROUNDS FORM; prints a line of JSON (see ../run.py).

joins       rules are rows of tables, one a set of key columns: hash joins on one or two equalities (lists of values as
            a row for each), ranges and what else remains as conditions of the join. The sets of columns are chosen
            greedily by a model of cost. A rule of ranges alone is keyed by a bucket of its narrowest one.
predicates  one SELECT ... WHERE a rule, by UNION ALL, 100 rules a query.

One thread, in memory, ten copies of the parcels (one query plans for all), values as small numbers, buckets of numbers
made beforehand. Matches are written to a table. Time is the processor's, planning included.
"""
import itertools
import json
import os
import sys
import time

import duckdb
import numpy

import neutral

COPIES = 10
PROBE_NS, CANDIDATE_NS = 30.0, 100.0  # of a parcel in one more hash join; of a pair that a join finds
BUCKETS = 64
CHUNK = 100


def bucket(value):
    return value * BUCKETS // (neutral.RANGE_END + 1)


def open_with_parcels(names, columns):
    settings = {"threads": 1, "preserve_insertion_order": False, "max_expression_depth": 100000}
    connection = duckdb.connect(config=settings)
    arrays = {name: numpy.tile(numpy.array(columns[name], dtype=numpy.int32), COPIES) for name in names}
    for name in names:
        if name.startswith("number"):
            arrays["bucket_" + name] = bucket(arrays[name]).astype(numpy.int32)
    count = len(columns[names[0]]) * COPIES
    read = {"id": numpy.arange(count, dtype=numpy.int32), **arrays}  # found by its name in the query
    connection.execute("CREATE TABLE p AS SELECT * FROM read")
    return connection, count


def shares_of(columns):
    """By field, the share of parcels that each code has."""
    shares = {}
    for name, values in columns.items():
        if not name.startswith("number"):
            counts = numpy.bincount(numpy.array(values))
            shares[name] = counts / counts.sum()
    return shares


def choose_keys(rules, columns):
    """For each rule, the tuple of its key columns; rules without an equality are left out."""
    shares = shares_of(columns)
    keyed = [rule for rule in rules if rule.values]
    names = sorted({name for rule in keyed for name in rule.values})
    candidates = [(name,) for name in names] + list(itertools.combinations(names, 2))
    place = {key: i for i, key in enumerate(candidates)}
    costs = numpy.full((len(keyed), len(candidates)), numpy.inf, dtype=numpy.float32)
    for row, rule in enumerate(keyed):
        share = {name: sum(shares[name][code] for code in codes if code < len(shares[name]))
                 for name, codes in rule.values.items()}
        fields = sorted(share)
        for key in [(name,) for name in fields] + list(itertools.combinations(fields, 2)):
            costs[row, place[key]] = CANDIDATE_NS * numpy.prod([share[name] for name in key])
    best = numpy.full(len(keyed), 1e6, dtype=numpy.float32)
    chosen = []
    while True:
        gains = numpy.maximum(best[:, None] - costs, 0).sum(axis=0) - PROBE_NS
        one = int(gains.argmax())
        if gains[one] <= 0:
            break
        chosen.append(one)
        best = numpy.minimum(best, costs[:, one])
    places = numpy.array(chosen)[costs[:, chosen].argmin(axis=1)]
    return {rule.number: candidates[at] for rule, at in zip(keyed, places)}


def residual(rule, key):
    """Columns of the rule's row beyond its key: name to number."""
    cells = {}
    for name, (low, high) in rule.ranges.items():
        cells["low_" + name], cells["high_" + name] = low, high
    for name, codes in rule.values.items():
        if name not in key:
            cells.update({f"in{i}_{name}": codes[min(i, len(codes) - 1)] for i in range(3)})
    for name, codes in rule.nots.items():
        cells.update({f"not{i}_{name}": codes[min(i, len(codes) - 1)] for i in range(3)})
    return cells


def condition(column):
    """Of a residual column, or of its field's first: SQL, and the value that lets all pass."""
    kind, name = column.split("_", 1)
    if kind == "low":
        return f"p.{name} BETWEEN r.low_{name} AND r.high_{name}", 0
    if kind == "high":
        return None, neutral.RANGE_END
    if kind == "in0":
        return f"(r.in0_{name} < 0 OR p.{name} IN (r.in0_{name}, r.in1_{name}, r.in2_{name}))", -1
    if kind == "not0":
        return f"p.{name} NOT IN (r.not0_{name}, r.not1_{name}, r.not2_{name})", -1
    return None, -1


def join_query(connection, rules, columns):
    keys = choose_keys(rules, columns)
    groups = {}
    for rule in rules:
        key = keys.get(rule.number)
        if key is None:
            narrowest = min(rule.ranges, key=lambda name: rule.ranges[name][1] - rule.ranges[name][0])
            key = ("bucket_" + narrowest,)
        groups.setdefault(key, []).append(rule)
    selects = []
    for number, (key, members) in enumerate(groups.items()):
        extra = sorted({column for rule in members for column in residual(rule, key)})
        rows = []
        for rule in members:
            cells = residual(rule, key)
            rest = [cells.get(column, condition(column)[1]) for column in extra]
            for values in itertools.product(*(key_values(rule, name) for name in key)):
                rows.append([rule.number, *values, *rest])
        fields = ["rule", *("key_" + name for name in key), *extra]
        table = numpy.array(rows, dtype=numpy.int32)
        read = {field: table[:, i].copy() for i, field in enumerate(fields)}
        connection.execute(f"CREATE TABLE r{number} AS SELECT * FROM read")
        conditions = [f"p.{name} = r.key_{name}" for name in key]
        conditions += [sql for sql in (condition(column)[0] for column in extra) if sql]
        selects.append(f"SELECT p.id, r.rule FROM p JOIN r{number} r ON {' AND '.join(conditions)}")
    return [" UNION ALL ".join(selects)]


def key_values(rule, name):
    if name.startswith("bucket_"):
        low, high = rule.ranges[name[len("bucket_"):]]
        return range(bucket(low), bucket(high) + 1)
    return rule.values[name]


def predicate_queries(rules):
    def where(rule):
        parts = [f"{name} BETWEEN {low} AND {high}" for name, (low, high) in rule.ranges.items()]
        for fields, word in ((rule.values, "IN"), (rule.nots, "NOT IN")):
            parts += [f"{name} {word} ({', '.join(map(str, codes))})" for name, codes in fields.items()]
        return " AND ".join(parts)

    selects = [f"SELECT id, {rule.number} AS rule FROM p WHERE {where(rule)}" for rule in rules]
    return [" UNION ALL ".join(selects[i:i + CHUNK]) for i in range(0, len(selects), CHUNK)]


def main():
    folder, rounds, form = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    names, columns, rules = neutral.load(folder)
    connection, count = open_with_parcels(names, columns)
    start = time.process_time()
    queries = join_query(connection, rules, columns) if form == "joins" else predicate_queries(rules)
    build = time.process_time() - start
    times = []
    for _ in range(rounds):
        connection.execute("CREATE OR REPLACE TABLE m (id INTEGER, rule INTEGER)")
        start = time.process_time()
        for query in queries:
            connection.execute("INSERT INTO m " + query)
        times.append((time.process_time() - start) * 1e9 / count)
    parcels = count // COPIES
    if connection.execute(f"SELECT count(DISTINCT c) FROM (SELECT count(*) c FROM m GROUP BY id // {parcels})"
                          ).fetchone()[0] > 1:
        sys.exit("duckdb: copies of the parcels have different matches")
    found = os.path.join(folder, f"duckdb-{form}.csv")
    rows = connection.execute(f"SELECT id, rule FROM m WHERE id < {parcels} ORDER BY ALL").fetchall()
    with open(found, "w", encoding="ascii") as file:
        file.writelines(f"{parcel},{rule}\n" for parcel, rule in rows)
    name = f"DuckDB {duckdb.__version__}, {'joins' if form == 'joins' else 'a predicate a rule'}"
    print(json.dumps({"peer": name, "parcels": parcels, "build_s": build, "ns": times, "matches_file": found}))


if __name__ == "__main__":
    main()
