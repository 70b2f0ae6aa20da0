#!/usr/bin/env python3
"""The compiler takes time and memory in proportion to the book (bench/large_book.py).

usage: large_book_test.py SLUICE SOURCE_ROOT RULES
Compiles and lints a book of RULES rules and one of a quarter. Processor time of the large one may be at most RATIO_MAX times that
of the small one's four times over, whatever the machine; and it must stay below what only a mistake could take.
"""
import os
import subprocess
import sys
import tempfile

RATIO_MAX = 1.6
SECONDS_MAX = 20 / 100_000  # of processor time for one rule; goal: 2 s for 10,000
BYTES_MAX = 1 << 30  # in all; goal for 100,000 rules
SLACK_SECONDS = 0.3  # starting the process, reading the time zones; timers are coarse


def work(sluice, root, rules, folder, *command):
    """Processor seconds and bytes of memory at most."""
    book = os.path.join(folder, f"book{rules}")
    generator = os.path.join(root, "bench", "large_book.py")
    if not os.path.exists(book):
        subprocess.run([sys.executable, generator, book, "--rules", str(rules)], check=True)
    child = subprocess.Popen([sluice, "rules", command[0], book, *command[1:]], stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True)
    err = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0 and f"{rules} rules" in err, err
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def main():
    sluice, root, rules = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with tempfile.TemporaryDirectory() as folder:
        for command in (("compile", "-o", os.path.join(folder, "b.bundle")), ("check", "--now", "2026-03-11T08:00:00Z")):
            small, _ = work(sluice, root, rules // 4, folder, *command)
            large, memory = work(sluice, root, rules, folder, *command)
            print(f"{command[0]}: {rules} rules: {large:.2f} s, {memory >> 20} MiB; {rules // 4} rules: {small:.2f} s")
            assert large <= 4 * RATIO_MAX * small + SLACK_SECONDS, "time grows faster than the book"
            assert large <= rules * SECONDS_MAX + SLACK_SECONDS, "too slow"
            assert memory <= BYTES_MAX, "too much memory"


if __name__ == "__main__":
    main()
