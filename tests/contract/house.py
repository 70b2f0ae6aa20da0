#!/usr/bin/env python3
"""Holds the law of the house: which room may include which, where each third-party library lives, file sizes.

usage: house.py [ROOT]      checks the tree at ROOT (default: two folders above this file); exit 1 on any breach
       house.py --self-test shows that each kind of breach is found
"""
import os
import re
import sys
import tempfile

# Room -> rooms it names. It may include those, and all that those may.
ROOMS = {
    "engine/include/sluice": [],
    "engine/base": ["engine/include/sluice"],
    "engine/text": ["engine/base"],
    "engine/parcel": ["engine/base"],
    "engine/ruleset": ["engine/parcel", "engine/text"],
    "engine/wire": ["engine/ruleset"],
    "engine/match": ["engine/ruleset"],
    "engine/draw": ["engine/base"],
    "engine/decide": ["engine/ruleset", "engine/draw"],
    "engine/state": ["engine/ruleset", "engine/draw"],
    "engine/log": ["engine/base"],
    "engine/observe": ["engine/base"],
    "engine/pipeline": ["engine/wire", "engine/match", "engine/decide", "engine/state"],
    "engine/live": ["engine/pipeline", "engine/log", "engine/observe"],
    "engine/abi": ["engine/live"],
    "engine/ingest": ["engine/pipeline"],
    "engine/control": ["engine/live"],
    "rules/diag": ["engine/base"],
    "rules/syntax": ["rules/diag", "engine/ruleset", "engine/wire"],
    "rules/book": ["rules/syntax"],
    "rules/check": ["rules/book"],
    "rules/lower": ["rules/check"],
    "rules/emit": ["rules/lower"],
    "rules/lint": ["rules/emit"],
    "tools": ["rules/lint", "engine/ingest", "engine/log", "engine/draw", "engine/control"],
    "tools/examples": ["engine/include/sluice"],  # what a host may see
    "bench": ["tools"],
    "perf": ["bench"],
    "tests": ["tools", "bench"],
}

# Third-party headers (by prefix) -> the rooms that are their home.
HOMES = {
    "flatbuffers/": ["engine/wire"],
    "sodium.h": ["engine/base"],
    "xxhash.h": ["engine/base"],
    "isa-l": ["engine/base"],
    "tbb/": ["engine/pipeline"],
    "oneapi/": ["engine/pipeline"],
    "boost/lockfree/": ["engine/live"],
    "hwy/": ["engine/match"],
    "re2/": ["engine/base"],
    "yaml-cpp/": ["rules/syntax", "engine/ingest"],
    "simdjson.h": ["engine/ingest"],
    "nlohmann/": ["engine/draw", "engine/control", "tools", "tests"],
    "date/": ["rules/book"],
    "unicode/": ["engine/text"],
    "CLI/": ["tools"],
    "fmt/": ["tools"],
    "spdlog/": ["tools"],
    "benchmark/": ["bench"],
    "valgrind/": ["perf"],
    "gtest/": ["tests"],
    "gmock/": ["tests"],
}

LINES_MAX = {".h": 300, ".cc": 700}  # aim: 200 and 400
COLUMNS_MAX = 120
TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "README.md", "CONTRIBUTING.md", "LICENSE", "engine", "rules", "bench",
             "perf", "tools", "tests"}
NOT_OURS = {"build", "demo"}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^">]+)[">]')


def closure(room):
    seen, queue = set(), [room]
    while queue:
        here = queue.pop()
        if here not in seen:
            seen.add(here)
            queue.extend(ROOMS[here])
    return seen


def room_of(path):
    parts = path.split("/")
    for length in (3, 2, 1):
        name = "/".join(parts[:length])
        if name in ROOMS and len(parts) > length:
            return name
    return None


def source_files(root):
    for top in ("engine", "rules", "bench", "perf", "tools", "tests"):
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if name.endswith((".h", ".cc", ".def")):
                    yield os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")


def check_include(path, room, style, target):
    if target.startswith("sluice/"):
        return None
    for prefix, homes in HOMES.items():
        if target.startswith(prefix):
            # Tests may drive a library's other side (an oracle on reflection, a JSON reader); products may not.
            at_home = room in homes or room in ("tests", "bench")
            return None if at_home else f"{target} has its home in {', '.join(homes)}"
    if style != '"':
        return None
    if target.endswith("_generated.h"):
        return None if room in ("engine/wire", "tests") else "generated FlatBuffers code belongs to engine/wire"
    other = room_of(target)
    if other is None:
        return f'"{target}" does not name a room; write includes from the root'
    if other not in closure(room):
        return f"{room} may not include {other} ({target})"
    return None


def breaches(root):
    for name in sorted(os.listdir(root)):
        if not name.startswith(".") and name not in TOP_LEVEL and name not in NOT_OURS:
            yield f"{name}: not part of the top level of the house"
    for path in source_files(root):
        room = room_of(path)
        if room is None:
            yield f"{path}: in no room"
            continue
        with open(os.path.join(root, path), encoding="utf-8") as file:
            lines = file.read().split("\n")
        limit = LINES_MAX.get(os.path.splitext(path)[1])
        if limit and len(lines) > limit:
            yield f"{path}: {len(lines)} lines, at most {limit}"
        for number, line in enumerate(lines, 1):
            if len(line) > COLUMNS_MAX:
                yield f"{path}:{number}: {len(line)} columns, at most {COLUMNS_MAX}"
            match = INCLUDE.match(line)
            complaint = match and check_include(path, room, match.group(1), match.group(2))
            if complaint:
                yield f"{path}:{number}: {complaint}"


def self_test():
    cases = [
        ("engine/match/a.cc", '#include "engine/wire/decoder.h"\n', "may not include engine/wire"),
        ("engine/base/a.cc", '#include "rules/diag/diagnostic.h"\n', "may not include rules/diag"),
        ("engine/decide/a.cc", "#include <sodium.h>\n", "has its home"),
        ("rules/check/a.cc", '#include "status.h"\n', "does not name a room"),
        ("engine/base/a.h", "\n" * 301, "lines, at most"),
        ("surprise/a.cc", "", "top level"),
    ]
    failed = 0
    for path, text, expected in cases:
        with tempfile.TemporaryDirectory() as root:
            os.makedirs(os.path.join(root, os.path.dirname(path)))
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
            found = list(breaches(root))
            if not any(expected in line for line in found):
                print(f"not found: {expected} in {path}; found {found}")
                failed += 1
    return failed


def main():
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(1 if self_test() else 0)
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    found = list(breaches(root))
    for line in found:
        print(line)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
