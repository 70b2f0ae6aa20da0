#!/usr/bin/env python3
"""Sluice and its peers over flat-40, the same rules and parcels, in one run on one core; a table of ratios.

usage: perf/peers/run.py [--rules 100,1000,10000] [--peers cpp,duckdb] [--rounds 3] [--core 1] [--out build/peers]

Each round runs each peer in turn, so that slow states of the machine meet all of them. Every peer's matches are
compared with those of the workload's neutral form, one by one; a difference ends the run with 1. Peers other than C++
come from their own registries into build/peers, at the versions that stand in their folders. Writes OUT/peers.md and
OUT/peers.json.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
RELEASE = os.path.join(ROOT, "build", "release")
PARCELS = 20_480  # sluice_peers makes so many
ENGINE, ENGINE_FROM_TEXTS = "Sluice, match", "Sluice, from texts"


def run(*command, **options):
    return subprocess.run(command, check=True, text=True, **options)


def build_cpp(_out):
    run("cmake", "--preset", "release", cwd=ROOT, stdout=subprocess.DEVNULL)
    run("cmake", "--build", RELEASE, "--target", "sluice_peers", "sluice_workload", stdout=subprocess.DEVNULL)


def cpp(_out, _folder, rules):
    return [[os.path.join(RELEASE, "perf", "peers", "cpp", "sluice_peers"), str(rules), "3"]]


def get_duckdb(out):
    python = os.path.join(out, "duckdb", "bin", "python")
    if not os.path.exists(python):
        run(sys.executable, "-m", "venv", os.path.join(out, "duckdb"))
    run(python, "-m", "pip", "install", "--quiet", "-r", os.path.join(HERE, "duckdb", "requirements.txt"))


def duckdb(out, folder, _rules):
    command = [os.path.join(out, "duckdb", "bin", "python"), os.path.join(HERE, "duckdb", "peer.py"), folder]
    return [[*command, "2", "joins"], [*command, "1", "predicates"]]


def get_cel_go(out):
    run("go", "build", "-o", os.path.join(out, "cel_go"), ".", cwd=os.path.join(HERE, "cel_go"))


def cel_go(out, folder, rules):
    return [[os.path.join(out, "cel_go"), folder, str(min(PARCELS, 2_000_000 // rules))]]


def get_rust(name):
    def get(out):
        run("cargo", "build", "--quiet", "--release", "--locked", "--features", name, "--bin", name, "--target-dir",
            os.path.join(out, "rust"), cwd=os.path.join(HERE, "rust"))
    return get


def rust(name, pairs):
    """`pairs` of rule and parcel are what a run has time for."""
    def commands(out, folder, rules):
        return [[os.path.join(out, "rust", "release", name), folder, str(min(PARCELS, pairs // rules))]]
    return commands


# Name -> how to get it, and its command lines. A command prints a line of JSON for each form: "peer", "parcels",
# "build_s", "ns" (by round) and, if it is not compared in itself, "matches_file" of lines "parcel,rule".
PEERS = {"cpp": (build_cpp, cpp), "duckdb": (get_duckdb, duckdb), "cel_go": (get_cel_go, cel_go),
         "a_tree": (get_rust("a_tree"), rust("a_tree", 5_000_000)), "zen": (get_rust("zen"), rust("zen", 1_000_000))}


def expected_matches(path, parcels, cache={}):
    if path not in cache:
        with open(path, encoding="ascii") as file:
            cache[path] = sorted(tuple(map(int, line.split(","))) for line in file)
    return [match for match in cache[path] if match[0] < parcels]


def check(line, expected_file):
    """Ends the program if a peer's matches are not the right ones."""
    found_file = line.pop("matches_file", None)
    if found_file is None:
        return
    with open(found_file, encoding="ascii") as file:
        found = sorted(tuple(map(int, row.split(","))) for row in file)
    right = expected_matches(expected_file, line["parcels"])
    if found != right:
        sys.exit(f"{line['peer']}: {len(found)} matches, others than the {len(right)} that are right")


def measure(args):
    """Lines by (peer, rules), with the times of all rounds."""
    results = {}
    for rules in args.rules:
        folder = os.path.join(args.out, f"flat-40-{rules}")
        expected = os.path.join(folder, "expected.csv")
        run(os.path.join(RELEASE, "bench", "workloads", "sluice_workload"), "flat-40", folder, "--rules", str(rules),
            "--parcels", str(PARCELS), "--matches", "0", stderr=subprocess.DEVNULL)
        run(*cpp(args.out, folder, rules)[0], expected, stdout=subprocess.DEVNULL)
        for number in range(args.rounds):
            for name in args.peers:
                print(f"peers: {rules} rules, round {number + 1} of {args.rounds}, {name}", file=sys.stderr)
                for command in PEERS[name][1](args.out, folder, rules):
                    run_one(["taskset", "-c", str(args.core), *command], rules, expected, results)
    return results


def run_one(command, rules, expected, results):
    for text in run(*command, stdout=subprocess.PIPE).stdout.splitlines():
        line = json.loads(text)
        check(line, expected)
        entry = results.setdefault((line["peer"], rules), {**line, "ns": []})
        entry["ns"] += line["ns"]


def cell(results, peer, rules):
    entry = results.get((peer, rules))
    if entry is None:
        return "", "", ""
    middle = statistics.median(entry["ns"])
    ratios = [f"{middle / statistics.median(results[engine, rules]['ns']):,.1f}"
              for engine in (ENGINE, ENGINE_FROM_TEXTS)]
    return f"{middle:,.0f} ({min(entry['ns']):,.0f} to {max(entry['ns']):,.0f})", *ratios


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return f"{len(names)} × {names[0]}" if names else platform.processor()


def report(args, results, load):
    peers = list(dict.fromkeys(peer for peer, _ in results))
    lines = ["# flat-40: Sluice and its peers", "",
             f"{processor()}, one core; load of the machine {load[0]:.1f} before and {os.getloadavg()[0]:.1f} after.",
             "Nanoseconds of processor time a parcel: median (least to most). All matches were equal.", ""]
    for rules in args.rules:
        matches = results[ENGINE, rules]["matches"] / results[ENGINE, rules]["parcels"]
        lines += [f"## {rules:,} rules, {matches:.2f} matches a parcel", "",
                  "| | ns a parcel | times Sluice's matching | times Sluice from texts | made ready in s | parcels |",
                  "|---|--:|--:|--:|--:|--:|"]
        for peer in peers:
            time, over_match, over_texts = cell(results, peer, rules)
            if time:
                entry = results[peer, rules]
                lines.append(f"| {peer} | {time} | {over_match} | {over_texts} | {entry['build_s']:.2f} "
                             f"| {entry['parcels']:,} |")
        lines.append("")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", default="100,1000,10000", type=lambda text: [int(part) for part in text.split(",")])
    parser.add_argument("--peers", default=",".join(PEERS), type=str)
    parser.add_argument("--rounds", default=3, type=int)
    parser.add_argument("--core", default=os.cpu_count() - 1, type=int)
    parser.add_argument("--out", default=os.path.join(ROOT, "build", "peers"))
    args = parser.parse_args()
    args.peers = ["cpp"] + [name for name in args.peers.split(",") if name != "cpp"]
    unknown = [name for name in args.peers if name not in PEERS]
    if unknown:
        parser.error(f"no peer is named {', '.join(unknown)}")
    os.makedirs(args.out, exist_ok=True)
    for name in args.peers:
        PEERS[name][0](args.out)
    load = os.getloadavg()
    results = measure(args)
    text = report(args, results, load)
    with open(os.path.join(args.out, "peers.md"), "w", encoding="utf-8") as file:
        file.write(text)
    with open(os.path.join(args.out, "peers.json"), "w", encoding="utf-8") as file:
        json.dump([{**entry, "rules": rules} for (_, rules), entry in results.items()], file, indent=1)
    print(text)


if __name__ == "__main__":
    main()
