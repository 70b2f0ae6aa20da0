#!/usr/bin/env python3
"""sluice audit verify and cat, on logs that this file writes by itself, from engine/log/FORMAT.md."""
import hashlib
import json
import os
import struct

import support
from support import Case

LOG_ID = bytes(range(16))
RULE_SET = bytes([7]) * 32
BLOCK, PAYLOAD = 512, 500
CRC_TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    CRC_TABLE.append(byte)


def crc32c(data, before=0):
    crc = ~before & 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return ~crc & 0xFFFFFFFF


def blake2b(*parts):
    return hashlib.blake2b(b"".join(parts), digest_size=32).digest()


def text(value):
    raw = value.encode()
    return struct.pack("<I", len(raw)) + raw


def time(seconds, nanos=0):
    return struct.pack("<qi", seconds, nanos)


def frame(kind, payload):
    return struct.pack("<IBxxx", len(payload), kind) + payload


def block(payload, before, durable=0):
    rest = struct.pack("<IHxx", durable, len(payload)) + payload.ljust(PAYLOAD, b"\0")
    return struct.pack("<I", crc32c(rest, before)) + rest


def configuration():
    return frame(1, time(1) + text("0.1.0") + text("2024a") + text('{"threads":2}'))


def generation(number):
    return frame(2, struct.pack("<I", number) + RULE_SET + time(2) + text("start") + text("uid 1000")
                 + text("a day's work"))


def decision(sequence, lane):
    head = struct.pack("<BBBBIIIQQ", 1, 0, 0, 0, 1, 3, 40, sequence, 0)
    return head + text("") + text(lane) + struct.pack("<I", 0) * 7


def batch(first, count, number=3):
    entries = b"".join(struct.pack("<BBHiq", 0, 0, 0, 5, 1773446400 + i) + bytes([i]) * 16 + bytes([i]) * 32
                       for i in range(count))
    decisions = [decision(first + i, "hold" if i else "pass") for i in range(count)]
    return (frame(3, struct.pack("<QII", first, number, count) + entries)
            + frame(4, struct.pack("<QI", first, count)
                    + b"".join(struct.pack("<BI", 0, len(d)) + d for d in decisions)))


class Segment:
    """One segment: header, then units."""

    def __init__(self, number, before=None, cause=0, end=None):
        self.number, self.durable = number, 0
        self.sequence = before.sequence if before else 0
        chain = before.link if before else bytes(32)
        self.generation = before.generation if before else 0
        position = len(before.payload) if before and end is None else end or 0
        self.header = (b"SLUICEAL" + struct.pack("<I", 1) + LOG_ID + struct.pack("<II", number, cause) + time(9)
                       + struct.pack("<QI", self.sequence + 1, self.generation)
                       + (RULE_SET if self.generation else bytes(32)) + chain
                       + struct.pack("<II", position, position) + text("4600"))
        self.link = chain
        self.running = blake2b(chain, self.header)
        self.payload = b""

    def unit(self, *frames):
        raw = b"".join(frames)
        self.link = self.running = blake2b(self.running, raw)
        self.payload += raw + frame(11, self.link)

    def bytes(self):
        seed = crc32c(LOG_ID + struct.pack("<I", self.number))
        blocks = [block(self.header, 0)]
        for begin in range(0, len(self.payload), PAYLOAD):
            blocks.append(block(self.payload[begin:begin + PAYLOAD], seed ^ len(blocks), self.durable))
        return b"".join(blocks)


class Audit(Case):
    def log(self, closed=True, zeros=4096):
        """Two segments, seven parcels."""
        self.one = Segment(1)
        self.one.unit(configuration(), generation(3))
        self.one.generation = 3
        self.one.unit(batch(1, 5))
        self.one.sequence = 5
        self.two = Segment(2, self.one, cause=1)
        self.two.unit(configuration(), generation(3))
        self.two.unit(batch(6, 2))
        self.two.unit(frame(5, struct.pack("<QII", 6, 1, 2500) + time(3) + text("hold") + bytes(range(16))))
        if closed:
            self.two.unit(frame(10, time(4)))
        self.write("log/audit-0000000001.log", self.one.bytes() + bytes(zeros))
        self.write("log/audit-0000000002.log", self.two.bytes() + bytes(zeros))
        return self.path("log")

    def verify(self, code, *arguments):
        out, err = self.expect(code, ["audit", "verify", self.path("log"), "--json", *arguments])
        return json.loads(out), err

    def test_a_log_written_from_the_format_page_is_clean(self):
        log = self.log()
        found, err = self.verify(0)
        self.assertEqual(err, "")
        self.assertEqual(found["verdict"], "clean")
        self.assertEqual((found["log_id"], found["site"]), (LOG_ID.hex(), "4600"))
        self.assertEqual((found["parcels"], found["first_sequence"], found["last_sequence"]), (7, 1, 7))
        self.assertEqual((found["first_segment"], found["last_segment"], found["closed"]), (1, 2, True))
        self.assertEqual((found["generation"], found["rule_set"]), (3, RULE_SET.hex()))
        self.assertEqual(found["link"], self.two.link.hex())
        self.assertEqual(found["frames"], {"configuration": 2, "generation": 2, "ingest": 2, "decision": 2,
                                           "delivery": 1, "close": 1, "seal": 6})
        out, err = self.expect(0, ["audit", "verify", log])
        self.assertEqual(err, "")
        self.assertIn("parcels     7, sequences 1 to 7, in 6 units", out)
        self.assertTrue(out.endswith("verdict     clean\n"), out)

    def test_a_link_noted_before_must_be_there(self):
        log = self.log()
        found, _ = self.verify(0, "--link", self.one.link.hex())
        self.assertTrue(found["link_found"])
        found, _ = self.verify(1, "--link", "0" * 64)
        self.assertFalse(found["link_found"])
        out, _ = self.expect(1, ["audit", "verify", log, "--link", "0" * 64])
        self.assertIn("given link  NOT FOUND", out)
        self.refused(["audit", "verify", log, "--link", "12"], "--link")
        # All of the last segment cut off: only who knows a link can tell.
        os.remove(os.path.join(log, "audit-0000000002.log"))
        self.assertEqual(self.verify(0)[0]["verdict"], "clean")
        self.verify(1, "--link", self.two.link.hex())

    def test_a_torn_tail_is_said_with_its_place_and_is_no_finding(self):
        log = self.log(closed=False)
        whole = self.two.bytes()
        self.write("log/audit-0000000002.log", whole[:-BLOCK] + bytes(BLOCK))
        found, err = self.verify(0)
        self.assertEqual((found["verdict"], found["closed"], err), ("torn", False, ""))
        (tear,) = found["tears"]
        self.assertEqual((os.path.basename(tear["file"]), tear["recorded"]), ("audit-0000000002.log", False))
        out, _ = self.expect(0, ["audit", "verify", log])
        self.assertIn(f"audit-0000000002.log, byte {tear['byte']}", out)

    def test_a_flipped_bit_is_corruption_with_file_and_byte(self):
        log = self.log()
        raw = bytearray(self.two.bytes() + bytes(BLOCK))
        for at in (3, 300, 600, 1500, len(raw) - BLOCK - 1, len(raw) - 1):
            raw[at] ^= 4
            self.write("log/audit-0000000002.log", bytes(raw))
            found, err = self.verify(1)
            self.assertEqual(found["verdict"], "corrupt")
            self.assertRegex(err, r"sluice: .*audit-0000000002\.log: byte \d+: ")
            self.expect(1, ["audit", "cat", log], "audit-0000000002.log: byte")
            raw[at] ^= 4

    def test_what_was_on_the_medium_and_is_missing_is_corruption(self):
        self.log(closed=False)
        self.two.durable = len(self.two.payload)
        self.write("log/audit-0000000002.log", self.two.bytes()[:-BLOCK])
        found, err = self.verify(1)
        self.assertEqual(found["verdict"], "corrupt")
        self.assertIn("it was on the medium", err)

    def test_a_chain_that_was_made_anew_does_not_fit_what_follows(self):
        self.log()
        forged = Segment(1)
        forged.unit(configuration(), generation(3))
        forged.unit(batch(1, 5).replace(b"hold", b"pass"))
        self.assertEqual(len(forged.payload), len(self.one.payload))
        self.write("log/audit-0000000001.log", forged.bytes())
        self.assertIn("the chain breaks", self.verify(1)[1])

    def test_segments_and_sequences_have_no_gaps(self):
        log = self.log()
        os.remove(os.path.join(log, "audit-0000000001.log"))
        self.assertIn("segments 1 to 1 are missing", self.verify(1)[1])
        self.one.unit(batch(7, 1))
        self.write("log/audit-0000000001.log", self.one.bytes())
        os.remove(os.path.join(log, "audit-0000000002.log"))
        self.assertIn("sequence 7 stands where 6 should", self.verify(1)[1])

    def test_cat_shows_each_frame(self):
        out, err = self.expect(0, ["audit", "cat", self.log()])
        self.assertEqual(err, "")
        frames = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([f["kind"] for f in frames[:6]],
                         ["configuration", "generation", "seal", "ingest", "decision", "seal"])
        self.assertEqual((frames[0]["segment"], frames[0]["byte"]), (1, BLOCK + 12))
        self.assertEqual((frames[1]["who"], frames[1]["reason"]), ("uid 1000", "a day's work"))
        parcel = frames[3]["parcels"][1]
        self.assertEqual((parcel["sequence"], parcel["now"], parcel["id_hash"]),
                         (2, "2026-03-14T00:00:01.000000005Z", "01" * 16))
        decided = frames[4]["decisions"][1]
        self.assertEqual((decided["sequence"], decided["lane"], decided["score"], decided["generation"]),
                         (2, "hold", 40, 3))
        self.assertEqual(bytes.fromhex(decided["canonical"]), decision(2, "hold"))
        self.assertEqual(frames[5]["link"], self.one.link.hex())
        delivery = next(f for f in frames if f["kind"] == "delivery")
        self.assertEqual((delivery["sequence"], delivery["lane"], delivery["waited_us"]), (6, "hold", 2500))
        self.assertEqual(delivery["id_hash"], bytes(range(16)).hex())

    def test_what_cannot_be_opened_is_said(self):
        for verb in ("verify", "cat"):
            self.refused(["audit", verb, self.path("none")], "none: cannot open")
            self.write("empty/x", "")
            self.refused(["audit", verb, self.path("empty")], "no segment of such a log is there")
            self.refused(["audit", verb, self.log(), "--journal"], "no segment of such a log is there")
        header = struct.pack("<I", 0) + struct.pack("<IHxx", 0, 12) + b"SLUICEAL" + struct.pack("<I", 2)
        self.write("later/audit-0000000001.log", header.ljust(BLOCK, b"\0"))
        self.expect(1, ["audit", "verify", self.path("later")], "damaged")


if __name__ == "__main__":
    support.main()
