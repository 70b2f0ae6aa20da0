#!/usr/bin/env python3
"""sluice explain: why a parcel got its lane."""
import json

import support
from support import Case


class Explain(Case):
    def test_explain_says_which_rule_matched_with_its_values(self):
        out = self.path("d.ndjson")
        self.summary(self.day, "--rules", self.bundle, "--out", out)
        with open(out, encoding="utf-8") as file:
            decision = next(d for d in map(json.loads, file) if d["matched"] and d["lane"] != "pass")
        for which in (["--id", decision["parcel_id"]], ["--sequence", str(decision["sequence"])]):
            text, err = self.expect(0, ["explain", self.day, "--rules", self.bundle, *which])
            self.assertEqual(err, "")
            for word in (decision["parcel_id"], "lane " + decision["lane"], decision["matched"][0]["rule"], "true "):
                self.assertIn(word, text)
        self.refused(["explain", self.day, "--rules", self.bundle, "--id", "nobody"], "'nobody'")
        self.refused(["explain", self.day, "--rules", self.bundle, "--sequence", "3001"], "3001")
        self.refused(["explain", self.day, "--rules", self.bundle, "--sequence", "1", "--rule", "NO-1"], "'NO-1'")


if __name__ == "__main__":
    support.main()
