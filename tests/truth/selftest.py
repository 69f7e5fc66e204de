#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The comparison itself, without mcdiag: a report that is made of the truth has no difference, and one with any number changed has.

usage: selftest.py [FOLDER]     FOLDER, as for compare.py, is gone through too when it is there
"""
import copy
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import exceptions  # noqa: E402
import facts  # noqa: E402
import holds  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
FOLDERS = (("captures", "truth"), ("derived", "truth-derived"))


def ip(source, destination, version=4, alert=True):
    return {"v": version, "src": source, "dst": destination, "ttl": 1, "router_alert": alert}


def igmp(frame, kind, version, source, destination, **more):
    return {"frame": frame, "type": kind, "version": version, "size": 8, "scope": "outer", "cksum": "good",
            "ip": ip(source, destination)} | more


def record(kind, group, *sources):
    return {"type": kind, "group": group, "num_src": len(sources), "sources": list(sources)}


def mld(frame, kind, version, destination, **more):
    return {"frame": frame, "type": kind, "version": version, "scope": "outer", "cksum": "good", "ip": ip("fe80::1", destination, 6)} | more


RTP = [{"ssrc": "0x5e0053ab", "packets": 6, "lost": 2, "reordered": 1, "duplicates": 0, "payload_types": [33]},
       {"ssrc": "0x00000001", "packets": 2, "lost": 0, "reordered": 0, "duplicates": 1, "payload_types": [18]}]
TS = {"ts_packets": 14, "cc_errors": 1,
      "pids": {"0x0000": {"packets": 2, "cc_errors": 0, "pcr": 0}, "0x0101": {"packets": 12, "cc_errors": 1, "pcr": 3}}}


def flow(packets, group, vlans=(), **more):
    return {"scope": "outer", "vlans": list(vlans), "src": "198.51.100.7", "sport": 5004, "dst": group, "dport": 5004, "packets": packets,
            "udp_bytes": packets * 100, "ttl": {"62": packets - 1, "9": 1}, "bad_udp_checksum": 1} | more


TRUTH = {
    "packets": 40, "container_packets": 41, "truncated_frames": 3, "mcast_fragments": {"count": 2},
    "igmp_events": [
        igmp(1, 0x11, 2, "192.0.2.2", "224.0.0.1", group="0.0.0.0", max_resp_time_tenths=100),
        igmp(2, 0x11, 3, "192.0.2.1", "224.0.0.1", group="0.0.0.0", max_resp_time_tenths=100, qqic_code=0x8F, qrv=2, vlans=[0, 10, 20]),
        igmp(3, 0x11, 1, "192.0.2.1", "224.0.0.1", group="0.0.0.0", max_resp_time_tenths=0, vlans=[10]),
        igmp(4, 0x11, 2, "192.0.2.9", "224.0.0.1", group="0.0.0.0", max_resp_time_tenths=100, cksum="bad"),
        igmp(5, 0x22, 3, "192.0.2.10", "224.0.0.22", records=[record(4, "233.252.0.1"), record(5, "232.1.2.3", "198.51.100.7", "198.51.100.8")]),
        igmp(6, 0x16, 2, "192.0.2.10", "233.252.0.1", group="233.252.0.1", vlans=[10, 20]),
        igmp(7, 0x12, 1, "192.0.2.10", "233.252.0.1", group="233.252.0.1"),
        igmp(8, 0x17, 2, "192.0.2.10", "224.0.0.2", group="233.252.0.1"),
        igmp(9, 0x13, None, "192.0.2.1", "224.0.0.4"),
        igmp(10, 0x22, 3, "192.0.2.10", "224.0.0.22", scope="tunnel", records=[record(4, "233.252.0.9")]),
    ],
    "mld_events": [
        mld(11, 130, 1, "ff02::1", group="::", max_resp_time_ms=10000),
        mld(12, 130, 2, "ff02::1", group="::", max_resp_time_ms=10000, qqic_code=125, qrv=2),
        mld(12, 130, 2, "ff02::1", group="::", max_resp_time_ms=10000, qqic_code=125, qrv=2, ip=ip("2001:db8::1", "ff02::1", 6)),
        mld(13, 143, 2, "ff02::16", records=[record(6, "ff3e::8000:1", "2001:db8:7::7")]),
        mld(13, 143, 2, "ff02::16", records=[record(1, "ff3e::8000:1", "2001:db8:7::7")]),
        mld(14, 131, 1, "ff1e::db8:1", group="ff1e::db8:1"),
        mld(15, 132, 1, "ff02::2", group="ff1e::db8:1"),
    ],
    "udp_flows": [flow(8, "233.252.0.1", rtp=RTP, ts=TS), flow(3, "233.252.0.2", [10, 20]), flow(5, "233.252.0.3"),
                  flow(2, "233.252.0.4") | {"scope": "tunnel"}],
}


def shown_stream(name, stream):
    group, _, source, _, tags = name.split()
    vlan, inner = (None if v == "None" else int(v) for v in tags.split("."))
    rtp, ts = stream.get("rtp"), stream.get("mpeg_ts")
    return stream | {
        "group": group.rpartition(":")[0], "port": int(group.rpartition(":")[2]), "source": source.rpartition(":")[0],
        "source_port": int(source.rpartition(":")[2]), "vlan": vlan, "inner_vlan": inner, "fragments": 0, "first_ms": 0, "last_ms": 0,
        "rtp": rtp and rtp | {"ssrcs": list(rtp["ssrcs"])},
        "mpeg_ts": ts and ts | {"pids": [{"pid": pid, **p} for pid, p in ts["pids"].items()]},
    }


def shown_querier(name, querier):
    vlan = name.split(" vlan ")[1]
    return querier | {"address": name.split()[0], "vlan": None if vlan == "None" else int(vlan)}


def report_of(known):
    """The facts in the form of a report of one interface."""
    streams = [shown_stream(name, stream) for name, stream in known["streams"].items()]
    if known["fragments"]:          # whose first never came
        orphan = shown_stream("192.0.2.250:0 from 192.0.2.251:0 vlan None.None", {"packets": 0, "bytes": 0, "ttl": [], "bad_checksum": 0})
        streams.append(orphan | {"fragments": known["fragments"]})
    return copy.deepcopy({"elapsed_ms": 0, "findings": [], "interfaces": [{
        "capture": {"packets": known["packets"], "truncated": known["truncated"], "malformed": 0, "undecoded": 0, "ended": "complete"},
        "igmp": known["igmp"] | {"malformed": 0}, "mld": known["mld"] | {"malformed": 0}, "reports": known["reports"], "members": [],
        "queriers": [shown_querier(name, q) for name, q in known["queriers"].items()], "streams": streams}]})


UNREAD = ("elapsed_ms", "malformed", "undecoded", "ended", "first_ms", "last_ms")


UNTOLD = (("streams", 1, "rtp"), ("streams", 1, "mpeg_ts"))   # of three packets; and nothing but fragments is told of the last row


def leaves(value, path=()):
    """Path to each value that the comparison reads."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        if key in UNREAD:
            continue
        if isinstance(item, (dict, list)) and item:
            yield from leaves(item, (*path, key))
        elif not isinstance(item, (dict, list)):
            yield (*path, key)


def other(key, value):
    if key == "rtp":
        return {"packets": 0, "lost": 0, "reordered": 0, "duplicated": 0, "ssrcs": [], "payload_types": []}
    if key == "mpeg_ts":
        return {"packets": 0, "continuity_errors": 0, "pids": []}
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value is None:
        return 1
    return "2001:db8::ffff" if ":" in value else "192.0.2.250" if value.count(".") == 3 else value + "x"


def changed(report, path):
    report = copy.deepcopy(report)
    at = report
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = other(path[-1], at[path[-1]])
    return report


def differences(truth, report):
    return list(facts.differences(facts.of_truth(truth), facts.of_report(report)))


class OfTruth(unittest.TestCase):
    known = facts.of_truth(TRUTH)

    def test_counts(self):
        self.assertEqual(self.known["packets"], 41)
        self.assertEqual(self.known["igmp"], {"queries_v1": 1, "queries_v2": 2, "queries_v3": 1, "reports_v1": 1, "reports_v2": 1, "reports_v3": 1,
                                              "leaves": 1, "other": 1, "bad_checksum": 1, "tunnelled": 1})
        self.assertEqual(self.known["mld"], {"queries_v1": 1, "queries_v2": 2, "reports_v1": 1, "reports_v2": 2, "dones": 1, "bad_checksum": 0,
                                             "tunnelled": 0})

    def test_queriers(self):
        self.assertEqual(self.known["queriers"], {
            "192.0.2.2 vlan None": {"family": 4, "version": 2, "max_response_ms": 10000, "interval_s": None, "robustness": None, "queries": 1,
                                    "elected": True},
            "192.0.2.1 vlan 10": {"family": 4, "version": 1, "max_response_ms": 10000, "interval_s": None, "robustness": None, "queries": 2,
                                  "elected": True},
            "fe80::1 vlan None": {"family": 6, "version": 2, "max_response_ms": 10000, "interval_s": 125, "robustness": 2, "queries": 2,
                                  "elected": True}})

    def test_interval(self):
        self.assertEqual([facts.interval(code) for code in (0, 125, 0x8F, 0xFF)], [None, 125, 248, 31744])

    def test_rows(self):
        self.assertEqual([(r["packet"], r["type"], r["record"], r["group"], r["sources"]) for r in self.known["reports"]], [
            (5, "report", "to_ex", "233.252.0.1", []), (5, "report", "allow", "232.1.2.3", ["198.51.100.7", "198.51.100.8"]),
            (6, "report", None, "233.252.0.1", []), (7, "report", None, "233.252.0.1", []), (8, "leave", None, "233.252.0.1", []),
            (13, "report", "block", "ff3e::8000:1", ["2001:db8:7::7"]),
            (13, "report", "is_in", "ff3e::8000:1", ["2001:db8:7::7"]),
            (14, "report", None, "ff1e::db8:1", []), (15, "done", None, "ff1e::db8:1", [])])
        self.assertEqual([(r["vlan"], r["inner_vlan"]) for r in self.known["reports"][1:3]], [(None, None), (10, 20)])

    def test_streams(self):
        self.assertEqual(sorted(self.known["streams"]), [f"233.252.0.{n}:5004 from 198.51.100.7:5004 vlan {v}"
                                                         for n, v in ((1, "None.None"), (2, "10.20"), (3, "None.None"))])
        found = self.known["streams"]["233.252.0.1:5004 from 198.51.100.7:5004 vlan None.None"]
        self.assertEqual(found["rtp"], {"packets": 8, "lost": 2, "reordered": 1, "duplicated": 1, "ssrcs": [1, 0x5E0053AB],
                                        "payload_types": [18, 33]})
        self.assertEqual(found["mpeg_ts"]["pids"][0x101], {"packets": 12, "continuity_errors": 1, "pcr": True})
        self.assertEqual((found["bytes"], found["ttl"]), (800, [9, 62]))


class Comparison(unittest.TestCase):
    report = report_of(facts.of_truth(TRUTH))

    def test_identity(self):
        self.assertEqual(differences(TRUTH, self.report), [])

    def test_every_value(self):
        paths = list(leaves(self.report))
        self.assertGreater(len(paths), 150)
        for path in paths:
            if path[2:] in UNTOLD or path[2:4] == ("streams", 3) and path[-1] not in ("packets", "fragments"):
                continue
            with self.subTest(path=path):
                self.assertTrue(differences(TRUTH, changed(self.report, path)))

    def test_every_row(self):
        for part in ("reports", "queriers", "streams"):
            for index in range(len(self.report["interfaces"][0][part])):
                for act in ("drop", "double"):
                    with self.subTest(part=part, index=index, act=act):
                        report = copy.deepcopy(self.report)
                        rows = report["interfaces"][0][part]
                        rows.insert(index, copy.deepcopy(rows[index])) if act == "double" else rows.pop(index)
                        self.assertTrue(differences(TRUTH, report))

    def test_two_interfaces(self):
        """What one interface lacks another has."""
        report = copy.deepcopy(self.report)
        second = copy.deepcopy(report["interfaces"][0])
        for part in ("capture", "igmp", "mld"):
            second[part] = {name: 0 if isinstance(value, int) else value for name, value in second[part].items()}
        report["interfaces"][0]["reports"], second["reports"] = second["reports"][::2], second["reports"][1::2]
        second["queriers"], second["streams"] = [], []
        report["interfaces"].append(second)
        self.assertEqual([d for d in differences(TRUTH, report) if not d.startswith("reports [")], [])


class Program(unittest.TestCase):
    """compare.py from end to end, with a program that prints what it is given."""

    def outcome(self, report, script="cat report.json"):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for part in ("captures", "derived", "truth", "truth-derived"):
                (folder / part).mkdir()
            (folder / "captures" / "one.pcap").touch()
            (folder / "truth" / "one.pcap.json").write_text(json.dumps(TRUTH))
            (folder / "derived.tsv").write_text("name\tbase\tchange\tmust_hold\n")
            (folder / "report.json").write_text(json.dumps(report))
            program = folder / "mcdiag"
            program.write_text(f"#!/bin/sh\ncd {folder} || exit\n{script}\n")
            program.chmod(0o755)
            done = subprocess.run([sys.executable, "-B", HERE / "compare.py", "--mcdiag", program, folder], capture_output=True, text=True,
                                  check=False)
            return [line for line in done.stdout.splitlines() if "no capture" not in line], done.returncode

    def test_equal(self):
        lines, _ = self.outcome(Comparison.report)
        self.assertEqual(lines, [f"1 captures compared, 0 differ, in 0 places; {len(exceptions.TABLE)} exceptions"])

    def test_wrong(self):
        whole = Comparison.report
        for script, report, text in (
                ("cat report.json", changed(whole, ("interfaces", 0, "igmp", "leaves")), "igmp leaves: truth 1, mcdiag 2"),
                ("cat report.json", {"interfaces": [{}]}, "lacks what the contract promises"), ("kill -SEGV $$", whole, "exit status -11"),
                ("exit 0", whole, "no report, exit status 0"), ("echo no >&2; exit 3", whole, "refused: no"), ("echo {", whole, "no JSON")):
            with self.subTest(script=script, text=text):
                lines, status = self.outcome(report, script)
                self.assertEqual(status, 1)
                self.assertIn(text, lines[0])
                self.assertTrue(lines[-1].startswith("1 captures compared, 1 differ"), lines)


class Holds(unittest.TestCase):
    def test_each_can_fail(self):
        """A report that is wrong in everything satisfies no row of the table."""
        known = copy.deepcopy(facts.of_truth(TRUTH)) | {"packets": 999, "truncated": 0, "fragments": 0}
        for part in ("igmp", "mld"):
            known[part] = {name: 900 + i for i, name in enumerate(known[part])}
        report = report_of(known) | {"elapsed_ms": -1}
        report["interfaces"][0]["members"] = [{"group": "10.1.2.3", "family": 6}]
        for text in holds.TABLE:
            with self.subTest(text=text):
                self.assertTrue(list(holds.check(text, holds.Case(report, None, facts.of_truth(TRUTH)))))

    def test_unknown_text(self):
        case = holds.Case(Comparison.report, None, facts.of_truth(TRUTH))
        self.assertEqual(list(holds.check("something new", case)), ["no predicate for: something new"])

    def test_refusal(self):
        case = holds.Case(None, "no capture", facts.of_truth(TRUTH))
        self.assertEqual(list(holds.check("an error, not a crash", case)), [])
        self.assertTrue(list(holds.check("zero packets, no error", case)))


class Exceptions(unittest.TestCase):
    def test_stale(self):
        """A row that expects something of its truth does not pass over another one."""
        bare = (exceptions.refused, exceptions.only_holds, exceptions.container, exceptions.renumbered)
        for name, change, _ in exceptions.TABLE:
            if change not in bare and "packets" not in change.__qualname__:
                with self.subTest(name=name), self.assertRaises((exceptions.Stale, ValueError)):
                    change(copy.deepcopy(TRUTH))


class Shared(unittest.TestCase):
    """Every truth there is, as it is and with the first, the middle and the last value changed."""
    folder = None

    def test_all(self):
        if not self.folder or not self.folder.is_dir():
            self.skipTest("no folder of captures")
        for files, truths in FOLDERS:
            for path in sorted((self.folder / files).iterdir()):
                truth = json.loads((self.folder / truths / f"{path.name}.json").read_text(encoding="utf-8"))
                exceptions.apply(path.name, truth)
                with self.subTest(capture=path.name):
                    self.check(truth)

    def check(self, truth):
        report = report_of(facts.of_truth(truth))
        self.assertEqual(differences(truth, report), [])
        paths = [p for p in leaves(report) if p[-1] not in ("rtp", "mpeg_ts")]
        for path in (paths[0], paths[len(paths) // 2], paths[-1]):
            self.assertTrue(differences(truth, changed(report, path)), path)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Shared.folder = pathlib.Path(sys.argv.pop(1))
    unittest.main()
