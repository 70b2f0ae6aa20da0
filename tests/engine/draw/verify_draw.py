#!/usr/bin/env python3
"""Re-derives draws from engine/draw/FORMAT.md with nothing but the standard library.

Input, JSON lines: {"party1", "party2", "public", "epoch", "site", "draw_id", "rule", "ppm"}.
Output, JSON lines: {"key", "seed", "minimum", "ticket", "threshold", "selected"} in hexadecimal.
"""
import hashlib
import json
import sys


def parts(*values):
    return b"".join(len(value).to_bytes(4, "little") + value for value in values)


for line in sys.stdin:
    draw = json.loads(line)
    secrets = bytes.fromhex(draw["party1"]), bytes.fromhex(draw["party2"])
    names = [draw[name].encode() for name in ("public", "epoch", "site")]
    key = hashlib.blake2b(parts(b"sluice.draw.key.v1", *secrets, *names), digest_size=32).digest()
    seed = hashlib.blake2b(draw["draw_id"].encode(), key=key).digest()
    rule = hashlib.blake2b(parts(b"sluice.draw.rule.v1", draw["rule"].encode(), seed), key=key).digest()
    ticket, threshold = int.from_bytes(rule[:8], "big"), draw["ppm"] * 2**64 // 10**6
    print(json.dumps({"key": key.hex(), "seed": seed.hex(), "minimum": seed[:8].hex(), "ticket": f"{ticket:016x}",
                      "threshold": f"{threshold:016x}", "selected": ticket < threshold}))
