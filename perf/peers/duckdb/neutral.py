"""A workload in neutral form (bench/workloads/export.h) as small numbers: texts become codes a field."""
import csv
import json
import os
from dataclasses import dataclass, field

RANGE_END = 65535  # of the numbers of the flat workloads


@dataclass
class Rule:
    number: int
    values: dict = field(default_factory=dict)   # field: codes of which one must be there
    nots: dict = field(default_factory=dict)     # field: codes of which none may
    ranges: dict = field(default_factory=dict)   # field: (low, high), both inside


def load(folder):
    """Names of fields, columns of whole numbers by field, rules."""
    with open(os.path.join(folder, "parcels.csv"), encoding="ascii", newline="") as file:
        rows = list(csv.reader(file))
    names, columns, codes = rows[0], {}, {}
    for place, name in enumerate(names):
        texts = [row[place] for row in rows[1:]]
        if name.startswith("number"):
            columns[name] = [int(text) for text in texts]
        else:
            code = codes.setdefault(name, {})
            columns[name] = [code.setdefault(text, len(code)) for text in texts]
    with open(os.path.join(folder, "rules.json"), encoding="ascii") as file:
        written = json.load(file)["rules"]
    rules = []
    for number, one in enumerate(written):
        rule = Rule(number)
        for test in one["all"]:
            name = test["field"]
            if "in" in test or "not_in" in test:
                code = codes[name]
                found = [code.setdefault(text, len(code)) for text in test.get("in", test.get("not_in"))]
                (rule.values if "in" in test else rule.nots)[name] = found
            else:
                rule.ranges[name] = (test.get("from", 0), test.get("to", RANGE_END))
        rules.append(rule)
    return names, columns, rules
