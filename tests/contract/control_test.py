#!/usr/bin/env python3
"""The verbs that talk to a running process: reload, rollback, rules disable, list add, approve, status, top.

usage: control_test.py SLUICE SOURCE_ROOT
"""
import json
import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "cli"))
import support  # noqa: E402
from support import RULE, Case  # noqa: E402

LIST_RULE = RULE + """  - id: A-2
    title: Watched
    when: parcel.name in lists.l
    then: { lane: document }
"""


class Control(Case):
    def setUp(self):
        super().setUp()
        self.hosts = []
        self.addCleanup(self.end_all)

    def end_all(self):
        for process in reversed(self.hosts):
            process.terminate()
            process.communicate(timeout=30)
        self.hosts.clear()

    def host(self, bundle, *options):
        """A running process; `sluice` finds its control socket by the environment."""
        os.environ["SLUICE_SOCKET"] = self.path("socket")
        host = subprocess.Popen(support.command("serve", "--rules", bundle, "--listen", "unix:" + self.path("parcels"),
                                                "--control", self.path("socket"), "--store", self.path("store"),
                                                *options), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.hosts.append(host)
        self.assertIn(b"generation", host.stdout.readline())
        return host

    def feed(self, records):
        """Parcels for the running process, all of them."""
        self.expect(0, ["submit", records, "--to", "unix:" + self.path("parcels")])

    def compiled(self, name, **files):
        path = self.path(name)
        self.expect(0, ["rules", "compile", self.book(**files), "-o", path])
        return path

    def status(self):
        out, _ = self.expect(0, ["status", "--json"])
        return json.loads(out)

    def test_a_bundle_comes_into_force_and_goes_back(self):
        self.host(self.compiled("a.bundle"))
        second = self.compiled("b.bundle", rules=RULE.replace("> 5", "> 6"))
        out, _ = self.expect(0, ["reload", second])
        self.assertRegex(out, r"^generation 2 is in force after [0-9.]+ ms: t, rule set [0-9a-f]{16}\n$")
        out, _ = self.expect(0, ["rollback", "--json"])
        self.assertEqual(json.loads(out)["generation"], 3)
        out, _ = self.expect(0, ["rollback", "2"])
        self.assertIn("generation 4 is in force", out)
        causes = [g["cause"] for g in self.status()["generations"]]
        self.assertEqual(causes, ["start", "reload " + second, "rollback to generation 1", "rollback to generation 2"])

    def test_what_is_refused_changes_nothing(self):
        self.host(self.compiled("a.bundle"))
        self.refused(["reload", self.path("none")], "there is no such file")
        self.refused(["reload", self.write("text", "rules")], "shorter than the header of a bundle")
        self.refused(["rollback"], "no other generation is kept")
        self.refused(["rollback", "0"], "0")
        self.refused(["rules", "disable", "NONE", "--until", "1h", "--reason", "r"], "no rule 'NONE'")
        self.refused(["rules", "disable", "A-1", "--until", "soon", "--reason", "r"], "'soon' is neither a time")
        self.refused(["rules", "disable", "A-1", "--until", "1h"], "--reason is required")
        self.refused(["list", "add", "none", "k", "--until", "1h"], "no list 'none'; they have none")
        self.refused(["approve", "0123456789abcdef"], "no bundle waits for approval")
        self.assertEqual(self.status()["engine"]["generation"], 1)

    def test_without_a_process_it_is_said(self):
        self.refused(["status", "--socket", self.path("none")], "there is no such socket")
        self.refused(["status", "--socket", "/" + "x" * 200], "1 to 107 bytes")
        environment = {k: v for k, v in os.environ.items() if k != "SLUICE_SOCKET"}
        done = subprocess.run(support.command("status"), capture_output=True, env=environment)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"--socket", done.stderr)

    def test_changes_are_in_force_until_their_time_and_over_a_restart(self):
        bundle = self.compiled("a.bundle", rules=LIST_RULE, list="key\na\n")
        self.host(bundle)
        self.expect(0, ["rules", "disable", "A-1", "--until", "1h", "--reason", "hits every parcel"])
        out, _ = self.expect(0, ["list", "add", "l", "k1", "k2", "--until", "48h"])
        self.assertIn("generation 3 is in force", out)
        self.end_all()
        self.host(bundle)
        status = self.status()
        self.assertEqual(status["engine"]["generation"], 4)
        self.assertEqual([c.get("rule", c.get("key")) for c in status["control"]["changes"]], ["A-1", "k1", "k2"])
        out, _ = self.expect(0, ["status"])
        self.assertIn("rule A-1 disabled until", out)
        self.assertIn("hits every parcel", out)
        self.expect(0, ["rules", "disable", "A-1", "--until", "2s", "--reason", "enough"])
        for _ in range(100):
            if len(self.status()["control"]["changes"]) == 2:
                break
            time.sleep(0.1)
        self.assertEqual(len(self.status()["control"]["changes"]), 2)

    def test_who_does_not_wait_finds_the_answer_in_the_status(self):
        self.host(self.compiled("a.bundle"))
        out, _ = self.expect(0, ["reload", self.path("none"), "--no-wait"])
        self.assertIn("taken", out)
        for _ in range(100):
            last = self.status()["control"]["last"]
            if last:
                break
            time.sleep(0.05)
        self.assertIn("there is no such file", last[0]["error"])
        self.refused(["reload", "x", "--wait", "--no-wait"], "--no-wait")

    def test_top_shows_rates_in_a_pipe_and_on_a_terminal(self):
        self.host(self.bundle)
        self.feed(self.day)
        out, _ = self.expect(0, ["top", "--once", "--interval", "0.5"])
        self.assertNotIn("\033", out)
        self.assertRegex(out, r"accepted +\d+ +\d+/s\n")
        for word in ("generation 1", "lanes", "latency p50", "waiting", "start (sluice)"):
            self.assertIn(word, out)
        self.assertGreater(int(re.search(r"delivered +(\d+)", out).group(1)), 0)
        shown = self.on_a_terminal("top", "--once", "--interval", "0.2")
        self.assertIn(b"accepted", shown)

    def test_a_status_of_a_running_process_adds_up(self):
        self.host(self.bundle)
        self.feed(self.day)
        engine = self.status()["engine"]
        self.assertEqual(engine["accepted"], 3000)
        self.assertEqual(engine["accepted"], engine["delivered"] + engine["waiting"])
        self.assertEqual(sum(engine["lanes"].values()), engine["decided"])

    def test_a_signal_reloads_the_rules_and_changes_stay(self):
        bundle = self.compiled("a.bundle")
        host = self.host(bundle)
        self.expect(0, ["rules", "disable", "A-1", "--until", "1h", "--reason", "r"])
        os.replace(self.compiled("b.bundle", rules=RULE.replace("> 5", "> 6")), bundle)
        host.send_signal(signal.SIGHUP)
        for _ in range(100):
            status = self.status()
            if status["engine"]["generation"] == 3:
                break
            time.sleep(0.1)
        self.assertEqual(status["generations"][-1]["cause"], "SIGHUP")
        self.assertEqual(len(status["control"]["changes"]), 1)

    def test_options_of_the_control_socket_are_checked(self):
        bundle = self.compiled("a.bundle")
        serve = ["serve", "--rules", bundle, "--listen", "unix:" + self.path("parcels")]
        self.refused([*serve, "--store", self.path("store")], "--control PATH names it")
        for wrong in ("operate", "operate:7", "run:uid=7", "read:uid=", "read:gid=x"):
            self.refused([*serve, "--control", self.path("socket"), "--allow", wrong], f"'{wrong}'")

    def test_who_is_not_allowed_is_refused(self):
        self.host(self.compiled("a.bundle"), "--allow", f"read:uid={os.geteuid()}")
        self.assertEqual(self.status()["engine"]["generation"], 1)
        self.refused(["rollback"], "rollback needs the role operate")


if __name__ == "__main__":
    support.main()
