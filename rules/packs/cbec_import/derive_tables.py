#!/usr/bin/env python3
"""Derives this book's reference lists and tables from the synthetic world of tools/generator/world.

usage: derive_tables.py [WORLD] [--check]

Same world, same bytes. --check writes nothing and exits 1 if a committed file differs.
An authority replaces these files by its own; the rules stay as they are.
"""
import argparse
import csv
import io
import math
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
WORLD = os.path.join(HERE, "..", "..", "..", "tools", "generator", "world")
QUANTILE_99 = 2.326  # of the normal distribution
LUXURY_FLOOR = 0.10  # share of the reference price under which a luxury brand is doubtful


class World:
    def __init__(self, folder):
        self.folder = folder

    def rows(self, name):
        path = os.path.join(self.folder, name + ".csv")
        try:
            with open(path, encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file))
        except OSError as error:
            sys.exit(f"derive_tables: {path}: {error.strerror}")


def money(amount):
    return f"{amount:.2f}"


def text(header, rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def price_band(world):
    level = {row["country"]: float(row["price_level"]) for row in world.rows("countries")}
    for goods in world.rows("goods"):
        origins = [part.split(":")[0] for part in goods["origins"].split(";")]
        for origin in sorted(set(origins + ["CN"])):
            median = float(goods["price_cny"]) * level[origin]
            spread = math.exp(QUANTILE_99 * float(goods["log_sigma"]))
            yield goods["hs10"][:8], origin, money(median / spread), money(median * spread)


def files(world):
    """(path, text) of every derived file."""
    goods = world.rows("goods")
    brands = world.rows("brands")
    chapters = world.rows("hs2")
    words = world.rows("prohibited_words")

    def column(rows, name):
        return sorted({(row[name],) for row in rows})

    yield "tables/price_band.csv", text(
        ["hs:prefix", "origin:key", "p01:value:money(CNY)", "p99:value:money(CNY)"], sorted(set(price_band(world))))
    yield "tables/brand_reference.csv", text(
        ["brand:key", "floor:value:money(CNY)"],
        [(b["brand"], money(float(b["reference_price_cny"]) * LUXURY_FLOOR)) for b in brands if b["luxury"] == "1"])
    yield "tables/brand_origin.csv", text(
        ["brand:key", "origin:key"],
        [(b["brand"], o) for b in brands if b["ipr_recorded"] == "1" for o in b["origins"].split(";")])
    yield "tables/brand_authorised.csv", text(
        ["brand:key", "merchant:key"],
        [(m["brand"], m["merchant"]) for m in world.rows("merchants") if m["role"] == "authorised_brand"])
    yield "tables/density_band.csv", text(
        ["hs:prefix", "low:value:double", "high:value:double"],
        [(c["hs2"], c["density_low"], c["density_high"]) for c in chapters])
    yield "tables/xray_allowed.csv", text(
        ["hs:prefix", "class:key"],
        [(c["hs2"], image) for c in chapters for image in c["xray_classes"].split(";")])
    for name, guard in (("prohibited_words", "0"), ("prohibited_words_toys", "1")):
        yield f"tables/{name}.csv", text(
            ["word:key", "category:value"], [(w["word"], w["category"]) for w in words if w["toy_guard"] == guard])
    yield "tables/keyword_heading.csv", text(
        ["keyword:key", "chapter:value"], [(k["keyword"], k["hs2"]) for k in world.rows("keyword_heading")])
    yield "tables/quarantine.csv", text(
        ["hs:prefix", "origin:key", "disease:value", "valid:from:date", "valid:until:date"],
        [(q["hs_prefix"], q["origin"], q["disease"], q["from"], q["until"]) for q in world.rows("quarantine")])
    yield "tables/anti_dumping.csv", text(
        ["hs:prefix", "origin:key", "duty_percent:value:int"],
        [(a["hs_prefix"], a["origin"], a["duty_percent"]) for a in world.rows("anti_dumping")])
    yield "tables/alerts.csv", text(
        ["kind:key", "value:key", "valid:from:date", "valid:until:date"],
        [(a["kind"], a["value"], a["from"], a["until"]) for a in world.rows("alerts")])
    yield "tables/target_profiles.csv", text(
        ["profile:key", "merchant:value", "platform:value", "hs_prefix:value", "origin:value", "office:value"],
        [(t["profile"], t["merchant"], t["platform"], t["hs_prefix"], t["origin"], t["office"])
         for t in world.rows("target_profiles")])
    yield "tables/rates.csv", text(
        ["currency:key", "rate:value:double", "valid:from:date"],
        [(c["currency"], c["cny_rate"], "2026-01-01") for c in world.rows("currencies")])

    yield "lists/recorded_brands.csv", text(["key"], [(b["brand"],) for b in brands if b["ipr_recorded"] == "1"])
    yield "lists/vague_words.csv", text(["key"], [(v["word"],) for v in world.rows("vague_words")])
    yield "lists/licence_hs.csv", text(["key"], sorted({(g["hs10"][:8],) for g in goods if g["licence_needed"] == "1"}))
    yield "lists/positive_list.csv", text(["key"], sorted({(g["hs10"][:8],) for g in goods if g["positive_list"] == "1"}))
    yield "lists/high_duty_hs.csv", text(["key"], sorted({(g["hs10"][:8],) for g in goods if g["high_duty"] == "1"}))
    yield "lists/refund_hs.csv", text(["key"], sorted({(g["hs10"][:8],) for g in goods if g["refund_rated"] == "1"}))
    # Quick looks before a table with dates: most parcels are in none of these.
    yield "lists/alerted_values.csv", text(["key"], column(world.rows("alerts"), "value"))
    yield "lists/quarantine_hs.csv", text(["key"], column(world.rows("quarantine"), "hs_prefix"))
    yield "lists/anti_dumping_hs.csv", text(["key"], column(world.rows("anti_dumping"), "hs_prefix"))
    yield "lists/embargo_countries.csv", text(["key"], column(world.rows("embargo_countries"), "country"))
    yield "lists/embargo_hs.csv", text(["key"], column(world.rows("embargo_hs"), "hs_prefix"))
    yield "lists/free_zones.csv", text(["key"], column(world.rows("free_zones"), "country"))
    parties = world.rows("sanctioned_parties")
    for name in ("id", "name", "phone"):
        yield f"lists/sanctioned_{name}s.csv", text(["key"], column(parties, name))
    yield "lists/contraband_classes.csv", text(
        ["key"], column([x for x in world.rows("xray_classes") if x["contraband"] == "1"], "class"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0],
                                     epilog="example: derive_tables.py ../../../tools/generator/world --check")
    parser.add_argument("world", nargs="?", default=WORLD, help="folder of the synthetic world")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    arguments = parser.parse_args()
    differ = 0
    for path, content in files(World(arguments.world)):
        full = os.path.join(HERE, path)
        if arguments.check:
            with open(full, encoding="utf-8", newline="") as file:
                if file.read() != content:
                    print(f"derive_tables: {path} differs from the world", file=sys.stderr)
                    differ = 1
        else:
            with open(full, "w", encoding="utf-8", newline="") as file:
                file.write(content)
    sys.exit(differ)


if __name__ == "__main__":
    main()
