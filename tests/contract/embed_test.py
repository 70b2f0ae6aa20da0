#!/usr/bin/env python3
"""Installs Sluice to a fresh prefix, and builds and runs the hosts of tools/examples against what is there.

usage: embed_test.py BUILD_FOLDER SOURCE_ROOT CMAKE [unittest arguments]
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

BUILD = ROOT = CMAKE = ""
PARCELS = "20000"


def run(*arguments, **options):
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=300, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Embedded(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="sluice-embed-")
        cls.prefix = os.path.join(cls.folder, "prefix")
        run(CMAKE, "--install", BUILD, "--prefix", cls.prefix)
        cls.day, cls.bundle = os.path.join(cls.folder, "day.parcels"), os.path.join(cls.folder, "cbec.bundle")
        sluice, book = os.path.join(cls.prefix, "bin", "sluice"), cls.installed("packs/cbec_import")
        run(sluice, "generate", "--parcels", PARCELS, "--seed", "1", "-o", cls.day)
        run(sluice, "rules", "compile", book, "-o", cls.bundle)
        cls.summary = json.loads(run(sluice, "screen", cls.day, "--rules", cls.bundle, "--summary", "json"))

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @classmethod
    def installed(cls, path):
        return os.path.join(cls.prefix, "share", "sluice", path)

    def built(self, host):
        """The host's program, built by its own CMakeLists.txt, which finds Sluice in the prefix."""
        build = os.path.join(self.folder, host)
        run(CMAKE, "-S", os.path.join(ROOT, "tools", "examples", host), "-B", build, "-G", "Ninja",
            "-DCMAKE_PREFIX_PATH=" + self.prefix, "-DCMAKE_BUILD_TYPE=Release")
        run(CMAKE, "--build", build)
        return os.path.join(build, host)

    def check_lanes(self, output):
        """What the host counted is what `sluice screen` says of the same day."""
        for lane, count in self.summary["lanes"].items():
            if count > 0:
                self.assertRegex(output, rf"(?m)^{lane} +{count}$")
        self.assertIn(f"accepted {PARCELS}, decided {PARCELS}", output)

    def test_a_host_in_cpp_screens_a_day_and_exchanges_rules(self):
        output = run(self.built("cpp_host"), self.bundle, self.bundle, self.day)
        self.check_lanes(output)
        decided = [int(count) for count in re.findall(r"generation [12] decided (\d+)", output)]
        self.assertEqual(len(decided), 2, output)
        self.assertEqual(sum(decided), int(PARCELS))


if __name__ == "__main__":
    BUILD, ROOT, CMAKE = sys.argv[1:4]
    unittest.main(argv=sys.argv[:1] + sys.argv[4:])
