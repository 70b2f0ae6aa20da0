"""What the tests of the command line share: running it, small books, and how its refusals look.

A test file ends in support.main(); usage: FILE SLUICE SOURCE_ROOT [unittest arguments]
"""
import functools
import json
import os
import pty
import resource
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import unittest

SLUICE = ""
ROOT = ""
SEED = 20260311

BOOK = """book: t
schema: s.fbs
root: P
fields: { id: id, received: at }
lanes:
  - { name: pass, severity: 0, releases: true }
  - { name: document, severity: 10, releases: false }
  - { name: hold, severity: 30, releases: false }
default_lane: pass
outcomes: { unreadable: hold, incomplete: hold, conflict: hold, rule_error: hold, parked: hold, overflow: hold,
            internal: hold }
"""
SCHEMA = """attribute "timestamp";
attribute "label";
table P { id: string; at: long = null (timestamp: "ms"); value: long = null; name: string; fake: bool = null (label); }
root_type P;
"""
RULE = """rules:
  - id: A-1
    title: Dear
    when: parcel.value > 5
    then: { lane: hold }
"""


def limit_memory(count):
    """Of each sluice from now on, in bytes of address space, or None; not under sanitizers, which reserve all of it."""
    memory[:] = [] if count is None else [count]
    if memory and subprocess.run([SLUICE, "--help"], capture_output=True, preexec_fn=limited()).returncode != 0:
        memory.clear()


def limited():
    if not memory:
        return None
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (memory[0], memory[0]))


def sluice(*arguments, stdin=b"", timeout=60):
    done = subprocess.run([SLUICE, *arguments], input=stdin, capture_output=True, timeout=timeout, preexec_fn=limited())
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def cells(character):
    """Columns of a terminal that it takes."""
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def command(*arguments):
    """For subprocess, where sluice() is not enough."""
    return [SLUICE, *arguments]


def root(*parts):
    """A path in the source tree."""
    return os.path.join(ROOT, *parts)


def pack(name):
    return os.path.join(ROOT, "rules", "packs", name)


@functools.cache
def shared(name, *arguments):
    """A file that several tests read and none writes: what `sluice arguments… -o FILE` makes, once a run."""
    if not folders:
        folders.append(tempfile.TemporaryDirectory())
    path = os.path.join(folders[0].name, name)
    code, _, err = sluice(*arguments, "-o", path)
    assert code == 0, err
    return path


folders = []
memory = []


class Case(unittest.TestCase):
    """A folder per test, and one generated day and its bundle for all."""

    @property
    def day(self):
        return shared("day.parcels", "generate", "--parcels", "3000", "--seed", "7")

    @property
    def bundle(self):
        return shared("cbec.bundle", "rules", "compile", pack("cbec_import"))

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        return path

    def book(self, **files):
        """A small correct book, with files of it replaced: rules="…" is rules/r.yaml."""
        names = {"config": "book.yaml", "schema": "s.fbs", "rules": "rules/r.yaml", "cases": "tests/t.yaml",
                 "list": "lists/l.csv", "table": "tables/t.csv", "mapping": "mapping.yaml"}
        shutil.rmtree(self.path("book"), ignore_errors=True)
        for name, content in {"config": BOOK, "schema": SCHEMA, "rules": RULE, **files}.items():
            self.write("book/" + names[name], content)
        return self.path("book")

    def expect(self, code, arguments, *words, stdin=b""):
        """Runs; checks the exit code, and that each of `words` is said. Words for people are on stderr alone."""
        got, out, err = sluice(*arguments, stdin=stdin)
        self.assertEqual(got, code, f"{arguments}\n{out[-2000:]}\n{err[-2000:]}")
        for word in words:
            self.assertIn(word, err, arguments)
        self.assertNotIn("\r", out + err, "progress belongs on a terminal")
        self.assertNotIn("terminate called", err)
        return out, err

    def refused(self, arguments, *words, stdin=b""):
        out, err = self.expect(3, arguments, "sluice: ", *words, stdin=stdin)
        self.assertEqual(out, "", arguments)
        return err

    def on_a_terminal(self, *arguments):
        """Runs with both outputs on a terminal; what it shows there."""
        terminal, end = pty.openpty()
        done = subprocess.Popen(command(*arguments), stdout=end, stderr=end)
        os.close(end)
        shown = b""
        try:
            while chunk := os.read(terminal, 4096):
                shown += chunk
        except OSError:  # how Linux says that the other end is closed
            pass
        os.close(terminal)
        self.assertEqual(done.wait(timeout=60), 0)
        return shown

    def summary(self, *arguments, words=()):
        out, _ = self.expect(0, ["screen", *arguments, "--summary", "json"], *words)
        summary = json.loads(out)
        self.assertEqual(summary["decided"], summary["parcels"])
        self.assertEqual(sum(summary["lanes"].values()), summary["decided"])
        return summary


def main():
    global SLUICE, ROOT
    SLUICE, ROOT = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))
    unittest.main()
