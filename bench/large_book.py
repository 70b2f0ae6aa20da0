#!/usr/bin/env python3
"""Writes a rule book of any size, half of its rules from the rows of a profile's table: to measure the compiler.

usage: large_book.py FOLDER [--rules N] [--seed S]     FOLDER must not exist yet

The same N and S give the same bytes. Rules differ in their constants, and in form as officers' rules do: amounts,
weights, countries, codes, words, lists, tables, dates; some are limited to offices and days, some are shadows.
"""
import argparse
import os
import random

BOOK = """book: large
fields: { id: parcel_id, received: received_at, office: office, phase: phase, direction: direction }
zone: Asia/Shanghai
lanes:
  - { name: pass, severity: 0, releases: true }
  - { name: document, severity: 10, releases: false }
  - { name: inspect, severity: 20, releases: false }
  - { name: hold, severity: 30, releases: false }
default_lane: pass
outcomes: { unreadable: hold, incomplete: document, conflict: hold, rule_error: document, parked: hold,
            overflow: hold, internal: hold }
score_lanes: [ { from: 60, lane: document }, { from: 120, lane: inspect } ]
rates: { base: CNY, table: rates }
"""
RULES_PER_FILE = 1000
COUNTRIES = ["CN", "FR", "IT", "US", "KR", "JP", "DE", "GB", "VN", "TH", "MX", "BR", "IN", "NL", "ES", "PL"]
WORDS = ["toy", "serum", "battery", "watch", "lamp", "phone", "cable", "shoe", "cream", "vitamin", "knife", "seed"]
LANES = ["document", "inspect", "hold"]


def code(chance):
    return f"{chance.randrange(1, 98):02d}{chance.randrange(100):02d}{chance.randrange(100):02d}"


def condition(chance):
    country, other = chance.choice(COUNTRIES), chance.choice(COUNTRIES)
    amount, grams = chance.randrange(100, 900000) / 100, chance.randrange(100, 30000)
    return chance.choice([
        f'parcel.total_value.to("CNY") > money("{amount:.2f} CNY") && parcel.gross_weight_g < weight("{grams} g")',
        f'parcel.items.exists(i, i.hs_code.startsWith("{code(chance)}") && i.origin_country == "{country}")',
        f'parcel.departure_country == "{country}" && parcel.last_country != "{other}" && parcel.pieces > {grams % 90}',
        f'parcel.merchant_id == "M{chance.randrange(200000):06d}" && parcel.total_value.minor() > {int(amount * 100)}',
        f'parcel.items.exists(i, i.description.lowerAscii().contains("{chance.choice(WORDS)} {grams}"))',
        f'parcel.consignee.name == "{chance.choice(WORDS)} {chance.randrange(10**6)}" || '
        f'parcel.consignee.phone == "+86{chance.randrange(10**9):09d}"',
        f'parcel.items.exists(i, lists.codes.hasPrefixOf(i.hs_code) && i.quantity > {grams}u)',
        f'parcel.items.exists(i, i.unit_price.to("CNY") * {1 + grams % 9} < tables.bands.row(i.hs_code).low)',
        f'parcel.procedure in ["{grams % 9000:04d}", "{(grams * 7) % 9000:04d}", "9610"] && office == "46{grams % 99:02d}"',
        f'now - parcel.declared_at > duration("{grams % 200}h") && has(parcel.consignor.name)',
    ])


def rule(number, chance):
    lines = [f"  - id: R-{number:06d}", f"    title: Rule {number}, of {chance.choice(WORDS)}s"]
    text = condition(chance)
    if " && " in text and chance.random() < 0.3:
        left, right = text.split(" && ", 1)
        lines += ["    when: >-", f"      {left} &&", f"      {right}"]
    else:
        lines += ["    when: >-", f"      {text}"]
    lines.append(f"    then: {{ lane: {chance.choice(LANES)}, score: {chance.randrange(1, 100)}, reason: R{number % 500} }}")
    if chance.random() < 0.2:
        lines.append(f'    offices: ["46{chance.randrange(100):02d}", "53{chance.randrange(100):02d}"]')
    if chance.random() < 0.2:
        lines.append(f"    valid: {{ from: 2026-{chance.randrange(1, 13):02d}-01, until: 2027-06-30 }}")
    if chance.random() < 0.1:
        lines.append("    mode: shadow")
    if chance.random() < 0.3:
        lines.append(f"    note: Look at the {chance.choice(WORDS)} and its papers.")
    return "\n".join(lines) + "\n"


def profile_row(number, chance):
    blank = chance.random()
    merchant = f"M{chance.randrange(200000):06d}" if blank < 0.9 else ""
    hs = code(chance) if blank > 0.2 else ""
    return f"P{number:06d},{merchant},{hs},{chance.choice(COUNTRIES)},{chance.choice(LANES)},{chance.randrange(1, 100)}\n"


def write(folder, rules, seed):
    chance = random.Random(seed)
    files = {
        "book.yaml": BOOK,
        "lists/codes.csv": "key\n" + "".join(sorted({code(chance) + "\n" for _ in range(500)})),
        "tables/bands.csv": "hs:prefix,low:value:money(CNY)\n"
                            + "".join(sorted({f"{code(chance)},{chance.randrange(1, 900)}.50\n" for _ in range(500)})),
        "tables/rates.csv": "currency:key,rate:value\nEUR,7.8\nUSD,7.1\nKRW,0.0052\n",
        "tables/profiles.csv": "profile:key,merchant:value,hs:value,origin:value,lane:value,points:value:int\n"
                               + "".join(profile_row(i, chance) for i in range(rules - rules // 2)),
        "rules/profiles.yaml": "rules:\n  - id: PRF\n    title: Officers' profiles\n    each: tables.profiles\n    when: >-\n"
                               "      parcel.merchant_id == row.merchant &&\n"
                               "      parcel.items.exists(i, i.hs_code.startsWith(row.hs) && "
                               "i.origin_country == row.origin)\n"
                               "    then: { lane: row.lane, score: row.points, reason: PROFILE }\n",
    }
    for first in range(0, rules // 2, RULES_PER_FILE):
        numbers = range(first, min(first + RULES_PER_FILE, rules // 2))
        files[f"rules/part_{first // RULES_PER_FILE:03d}.yaml"] = "rules:\n" + "".join(rule(n, chance) for n in numbers)
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder")
    parser.add_argument("--rules", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    os.makedirs(arguments.folder)
    write(arguments.folder, arguments.rules, arguments.seed)


if __name__ == "__main__":
    main()
