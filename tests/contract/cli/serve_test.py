#!/usr/bin/env python3
"""sluice serve and submit: many clients, wrong ones, slow ones; reloads by SIGHUP, the end by SIGTERM; monitoring."""
import json
import os
import random
import re
import signal
import socket
import struct
import subprocess
import time

import support
from support import RULE, SEED, Case

HELLO, PARCEL, END, DECISION, REFUSED, BYE = range(1, 7)
WAIT_SECONDS = 60


def frame(kind, tag=0, payload=b""):
    return struct.pack("<IIQ", 16 + len(payload), kind, tag) + payload


def hello(version=1):
    return frame(HELLO, 0, b"SLUICE\r\n" + struct.pack("<IIII", version, 0, 0, 0))


def parcel(tag, record=b"no record", kind=0, deadline_us=0):
    return frame(PARCEL, tag, struct.pack("<II", deadline_us, kind) + record)


class Client:
    """A connection, spoken by hand."""

    def __init__(self, address, greet=True):
        how, where = address.split(":", 1)
        self.socket = socket.socket(socket.AF_UNIX if how == "unix" else socket.AF_INET, socket.SOCK_STREAM)
        self.socket.settimeout(WAIT_SECONDS)
        self.socket.connect(where if how == "unix" else ("127.0.0.1", int(where.rsplit(":", 1)[1])))
        self.received = b""
        if greet:
            self.send(hello())
            assert self.next()[0] == HELLO

    def send(self, data):
        self.socket.sendall(data)

    def next(self):
        """The next frame as (kind, tag, payload); None at the end of the stream."""
        while len(self.received) < 4 or len(self.received) < struct.unpack_from("<I", self.received)[0]:
            data = self.socket.recv(1 << 16)
            if not data:
                assert not self.received, "the stream ends within a frame"
                return None
            self.received += data
        size, kind, tag = struct.unpack_from("<IIQ", self.received)
        payload, self.received = self.received[16:size], self.received[size:]
        return kind, tag, payload

    def rest(self):
        """All frames until the end; and bye, taken apart."""
        frames = []
        while (one := self.next()) is not None:
            frames.append(one)
        self.socket.close()
        why, _, accepted, decided, refused = struct.unpack_from("<IIQQQ", frames[-1][2])
        assert frames.pop()[0] == BYE
        return frames, (why, accepted, decided, refused)


class Serving(Case):
    def setUp(self):
        super().setUp()
        self.hosts = []
        self.addCleanup(self.kill_all)

    def kill_all(self):
        for host in self.hosts:
            if host.poll() is None:
                host.kill()
            host.wait()
            host.stdout.close()

    def serve(self, bundle, *arguments, listen=None):
        errors = open(self.path("errors"), "ab")
        self.addCleanup(errors.close)
        listen = listen or "unix:" + self.path("socket")
        host = subprocess.Popen(support.command("serve", "--rules", bundle, "--listen", listen, *arguments),
                                stdout=subprocess.PIPE, stderr=errors)
        self.hosts.append(host)
        line = host.stdout.readline()
        self.assertTrue(line, self.said())
        host.ready = json.loads(line)
        return host

    def said(self):
        with open(self.path("errors"), encoding="utf-8") as file:
            return file.read()

    def wait_for(self, what, condition):
        until = time.monotonic() + WAIT_SECONDS
        while not condition():
            self.assertLess(time.monotonic(), until, what)
            time.sleep(0.02)

    def stop(self, host):
        """SIGTERM; the counts at the end."""
        host.send_signal(signal.SIGTERM)
        out, _ = host.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(host.returncode, 0, self.said())
        counts = json.loads(out)
        self.assertEqual(counts["accepted"], counts["decided"])
        return counts

    def small_bundle(self, name="t.bundle", **files):
        path = self.path(name)
        self.expect(0, ["rules", "compile", self.book(**files), "-o", path])
        return path

    def http(self, host, request):
        port = int(host.ready["metrics"].rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS) as connection:
            connection.sendall(request)
            answer = b""
            while data := connection.recv(1 << 16):
                answer += data
        return answer.decode()

    def metrics(self, host):
        answer = self.http(host, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        head, body = answer.split("\r\n\r\n", 1)
        self.assertIn("200 OK", head)
        self.assertIn("Content-Length: %d\r\n" % len(body.encode()), head)
        samples = {}
        for line in body.splitlines():
            if line.startswith("# "):
                self.assertRegex(line, r"^# (HELP [a-z_]+ .+|TYPE [a-z_]+ (counter|gauge))$")
                continue
            self.assertRegex(line, r'^[a-z_]+(\{[a-z_]+="[^"\n]*"\})? [0-9.e+-]+$')
            name, value = line.rsplit(" ", 1)
            self.assertNotIn(name, samples)
            samples[name] = float(value)
        return samples

    # --- Decisions ---

    def test_the_decisions_are_those_of_screening_the_same_file(self):
        host = self.serve(self.bundle)
        out, _ = self.expect(0, ["submit", self.day, "--to", host.ready["listen"], "--format", "ndjson"])
        screened = self.path("screened")
        self.summary(self.day, "--rules", self.bundle, "--out", screened)
        with open(screened, encoding="utf-8") as file:
            expected = [json.loads(line) for line in file]
        served = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(len(served), len(expected))
        for one, other in zip(served, expected):
            for member in ("sequence", "parcel_id", "revision", "lane", "score", "controls", "outcomes", "suppressed",
                           "errors"):
                self.assertEqual(one[member], other[member], member)
            self.assertEqual([r["rule"] for r in one["matched"]], [r["rule"] for r in other["matched"]])
        self.assertEqual(self.stop(host)["accepted"], len(expected))

    def test_many_clients_at_once_get_their_own_in_order(self):
        host = self.serve(self.bundle, "--metrics", "tcp:127.0.0.1:0", listen="tcp:127.0.0.1:0")
        submits = [subprocess.Popen(support.command("submit", self.day, "--to", host.ready["listen"]),
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(6)]
        mine = [Client(host.ready["listen"]) for _ in range(10)]
        for number, client in enumerate(mine):
            client.send(b"".join(parcel(1000 * number + i) for i in range(300)) + frame(END))
        for number, client in enumerate(mine):
            frames, bye = client.rest()
            self.assertEqual([tag for _, tag, _ in frames], [1000 * number + i for i in range(300)])
            self.assertEqual(bye, (0, 300, 300, 0))
        for submit in submits:
            out, err = submit.communicate(timeout=WAIT_SECONDS)
            self.assertEqual(submit.returncode, 0, err)
            lanes = [line.split() for line in out.decode().splitlines()[1:]]
            self.assertEqual(sum(int(count) for _, count in lanes), 3000)
            self.assertIn(b"3000 parcels sent: 3000 decided, 0 late, 0 refused, 0 not answered", err)
        samples = self.metrics(host)
        self.assertEqual(samples["sluice_serve_decided_total"], 6 * 3000 + 10 * 300)
        self.assertEqual(samples["sluice_serve_clients"], 0)
        self.stop(host)

    def test_other_inputs_are_refused_and_too_long_records_unreadable(self):
        host = self.serve(self.small_bundle())
        client = Client(host.ready["listen"])
        client.send(parcel(1) + parcel(2, kind=3) + parcel(3, record=bytes((1 << 20) + 1)) + frame(END))
        frames, bye = client.rest()
        self.assertEqual(sorted((tag, kind) for kind, tag, _ in frames), [(1, DECISION), (2, REFUSED), (3, DECISION)])
        self.assertEqual(bye, (0, 2, 2, 1))
        self.assertIn(b"inputs of kind 3 are not taken", [p for k, _, p in frames if k == REFUSED][0])
        for payload in (p for k, _, p in frames if k == DECISION):
            self.assertIn(b"hold", payload)
        self.stop(host)

    def test_a_deadline_that_has_passed_gives_the_safe_lane(self):
        host = self.serve(self.bundle)
        _, err = self.expect(0, ["submit", self.day, "--to", host.ready["listen"], "--deadline-us", "1"])
        late = int(re.search(r"(\d+) late", err).group(1))
        self.assertGreater(late, 0)
        self.stop(host)

    # --- Wrong and slow clients ---

    def test_every_prefix_of_a_stream_and_garbage_are_survived(self):
        host = self.serve(self.small_bundle(), "--clients", "256")
        whole = hello() + parcel(7) + frame(END)
        for size in range(len(whole)):
            client = Client(host.ready["listen"], greet=False)
            client.send(whole[:size])
            if size % 2:
                client.socket.close()
                continue
            client.socket.shutdown(socket.SHUT_WR)
            _, bye = client.rest()
            at_a_border = size in (0, len(hello()), len(whole) - 16)
            self.assertEqual(bye[0], 0 if at_a_border else 2, size)
        chance = random.Random(SEED)
        for _ in range(200):
            client = Client(host.ready["listen"], greet=False)
            stream = bytearray(whole)
            for _ in range(chance.randrange(1, 5)):
                stream[chance.randrange(len(stream))] = chance.randrange(256)
            garbage = chance.choice([bytes(stream), chance.randbytes(chance.randrange(1, 200))])
            client.send(garbage)
            client.socket.shutdown(socket.SHUT_WR)
            frames, bye = client.rest()
            answered = sum(kind == DECISION for kind, _, _ in frames)
            self.assertEqual(bye[1:3], (answered, answered))
        for stream in (hello(version=2), parcel(1), b"GET / HTTP/1.1\r\n\r\n", struct.pack("<I", 0xFFFFFFFF),
                       hello() + frame(DECISION), hello() + hello()):
            client = Client(host.ready["listen"], greet=False)
            client.send(stream)
            self.assertEqual(client.rest()[1][0], 2, stream)
        client = Client(host.ready["listen"])
        client.send(parcel(1) + frame(END))
        self.assertEqual(client.rest()[1], (0, 1, 1, 0))
        self.stop(host)

    def test_a_client_that_does_not_read_is_told_and_holds_up_nobody(self):
        host = self.serve(self.bundle, "--stall-seconds", "1", "--metrics", "tcp:127.0.0.1:0")
        slow = Client(host.ready["listen"])
        slow.socket.settimeout(0.5)
        sent = 0
        try:
            while sent < 200_000:
                slow.send(parcel(sent))
                sent += 1
        except TimeoutError:
            pass
        self.assertLess(sent, 200_000, "the host reads on though nothing is read of it")
        self.expect(0, ["submit", self.day, "--to", host.ready["listen"]], "3000 decided")
        self.wait_for("the slow client is cut off",
                      lambda: self.metrics(host)["sluice_serve_clients_cut_total"] == 1)
        slow.socket.settimeout(WAIT_SECONDS)
        frames, (why, accepted, decided, _) = slow.rest()
        self.assertEqual(why, 4)
        self.assertEqual([tag for _, tag, _ in frames], list(range(decided)))
        self.assertLess(decided, accepted)
        self.assertLessEqual(accepted, sent)
        counts = self.stop(host)
        self.assertEqual(counts["undelivered"], accepted - decided)

    def test_answers_that_are_not_read_have_a_bound(self):
        host = self.serve(self.small_bundle(), "--client-output-bytes", "65536", "--client-frames", "32768")
        client = Client(host.ready["listen"])
        client.socket.settimeout(0.5)
        sent = 0
        try:
            while sent < 100_000:
                client.send(b"".join(parcel(sent + i) for i in range(1000)))
                sent += 1000
        except (TimeoutError, BrokenPipeError, ConnectionResetError):
            pass
        client.socket.settimeout(WAIT_SECONDS)
        frames, (why, accepted, decided, _) = client.rest()
        self.assertEqual(why, 4)
        self.assertEqual([tag for _, tag, _ in frames], list(range(decided)))
        self.assertEqual(self.stop(host)["undelivered"], accepted - decided)

    def test_one_client_too_many_and_idle_ones_are_told(self):
        host = self.serve(self.small_bundle(), "--clients", "2", "--idle-seconds", "1")
        first, second = Client(host.ready["listen"]), Client(host.ready["listen"])
        third = Client(host.ready["listen"], greet=False)
        self.assertEqual(third.rest()[1][0], 5)
        self.assertEqual(first.rest()[1][0], 3)
        self.assertEqual(second.rest()[1][0], 3)
        self.stop(host)

    # --- Signals ---

    def test_sighup_exchanges_the_rules_and_a_bad_bundle_changes_nothing(self):
        bundle = self.small_bundle()
        host = self.serve(bundle, "--metrics", "tcp:127.0.0.1:0")
        client = Client(host.ready["listen"])

        def generation():
            client.send(parcel(1))
            _, _, payload = client.next()
            return struct.unpack_from("<I", payload, 12 + 8)[0]

        self.assertEqual(generation(), 1)
        self.small_bundle(rules=RULE.replace("> 5", "> 6"))
        host.send_signal(signal.SIGHUP)
        self.wait_for("reloaded", lambda: "generation 2 is in force" in self.said())
        self.assertEqual(generation(), 2)
        with open(bundle, "r+b") as file:
            file.seek(200)
            file.write(b"\xff" * 40)
        host.send_signal(signal.SIGHUP)
        self.wait_for("refused", lambda: "generation 2 stays in force" in self.said())
        self.assertEqual(generation(), 2)
        samples = self.metrics(host)
        self.assertEqual((samples["sluice_serve_reloads_total"], samples["sluice_serve_reloads_failed_total"]), (1, 1))
        client.socket.close()
        self.stop(host)

    def test_reloads_while_parcels_flow_lose_nothing(self):
        host = self.serve(self.bundle)
        submits = [subprocess.Popen(support.command("submit", *[self.day] * 4, "--to", host.ready["listen"]),
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
        while any(submit.poll() is None for submit in submits):
            host.send_signal(signal.SIGHUP)
            time.sleep(0.01)
        for submit in submits:
            _, err = submit.communicate()
            self.assertIn(b"12000 parcels sent: 12000 decided", err)
        self.wait_for("reloaded", lambda: "is in force" in self.said())
        self.assertEqual(self.stop(host)["decided"], 24000)

    def test_sigterm_decides_what_was_accepted_and_says_how_much_that_was(self):
        host = self.serve(self.bundle)
        clients = [Client(host.ready["listen"]) for _ in range(4)]
        submit = subprocess.Popen(support.command("submit", *[self.day] * 100, "--to", host.ready["listen"]),
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for client in clients:
            client.send(b"".join(parcel(i) for i in range(500)))
        time.sleep(0.3)
        counts = self.stop(host)
        accepted = 0
        for client in clients:
            frames, bye = client.rest()
            self.assertEqual(bye[0], 1)
            self.assertEqual([tag for _, tag, _ in frames], list(range(bye[1])))
            self.assertEqual(bye[1], bye[2])
            accepted += bye[1]
        _, err = submit.communicate(timeout=WAIT_SECONDS)
        self.assertEqual(submit.returncode, 1)
        self.assertIn(b"the host said: the host stops", err)
        sent, decided, unanswered = (int(n) for n in re.search(
            rb"(\d+) parcels sent: (\d+) decided, 0 late, 0 refused, (\d+) not answered", err).groups())
        self.assertEqual(sent, decided + unanswered)
        self.assertEqual(counts["decided"], accepted + decided)
        self.assertFalse(os.path.exists(self.path("socket")))

    def test_the_log_has_it_all_and_replays(self):
        options = ["--log", self.path("log"), "--durability", "group", "--journal"]
        for parcels in (3000, 6000):
            host = self.serve(self.bundle, *options)
            self.expect(0, ["submit", self.day, "--to", host.ready["listen"]], "3000 decided")
            self.stop(host)
            out, _ = self.expect(0, ["audit", "verify", self.path("log"), "--json"])
            self.assertEqual(json.loads(out)["parcels"], parcels)
            self.expect(0, ["audit", "replay", self.path("log"), "--bundles", self.bundle])

    # --- Monitoring ---

    def test_metrics_and_health(self):
        host = self.serve(self.bundle, "--metrics", "tcp:127.0.0.1:0")
        self.expect(0, ["submit", self.day, "--to", host.ready["listen"]])
        samples = self.metrics(host)
        for name in ("accepted", "decided", "delivered"):
            self.assertEqual(samples[f"sluice_{name}_total"], 3000)
        self.assertEqual(sum(v for k, v in samples.items() if k.startswith("sluice_lane_decisions_total{")), 3000)
        self.assertEqual(samples["sluice_generation"], 1)
        self.assertGreater(samples['sluice_latency_seconds{quantile="0.5"}'], 0)
        self.assertEqual(self.http(host, b"GET /healthz HTTP/1.0\r\n\r\n").split("\r\n\r\n")[1], "ok\n")
        for request, code in ((b"GET /none HTTP/1.1\r\n\r\n", 404), (b"POST /metrics HTTP/1.1\r\n\r\n", 405),
                              (b"nonsense\r\n\r\n", 400), (b"GET /" + b"x" * 9000, 431), (b"\0\r\n\r\n", 400)):
            self.assertIn(f"HTTP/1.1 {code} ", self.http(host, request))
        self.stop(host)

    # --- Arguments ---

    def test_what_cannot_be_is_said(self):
        bundle = self.small_bundle()
        unix = "unix:" + self.path("socket")
        self.refused(["serve", "--listen", unix], "--rules is required")
        self.refused(["serve", "--rules", self.path("none"), "--listen", unix], "none")
        for address, words in (("here", "write unix:PATH or tcp:127.0.0.1:PORT"), ("tcp:0.0.0.0:80", "own addresses"),
                               ("tcp:127.0.0.1:99999", "is no address"), ("unix:" + "x" * 200, "at most 107 bytes"),
                               ("unix:" + bundle, "there is a file, and no socket")):
            self.refused(["serve", "--rules", bundle, "--listen", address], words)
        self.refused(["serve", "--rules", bundle, "--listen", unix, "--journal"], "--log DIRECTORY names it")
        self.refused(["serve", "--rules", bundle, "--listen", unix, "--clients", "0"], "'0' is no whole number")
        self.refused(["submit", self.day, "--to", unix], "there is no such socket")
        self.serve(bundle)
        self.refused(["serve", "--rules", bundle, "--listen", unix], "another process listens there")
        self.refused(["submit", self.path("none"), "--to", unix], "none")
        self.refused(["submit", bundle, "--to", unix], "parcels")
        self.hosts[0].kill()
        self.hosts[0].wait()
        self.stop(self.serve(bundle))  # in place of the socket that was left behind


if __name__ == "__main__":
    support.main()
