#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Check reports against schema/mcdiag.report.v1.schema.json and against what a schema cannot say.

usage: schema-check.py [--schema FILE] REPORT...    ("-" is standard input)

Exit status: 0 all good, 1 a report or the schema is wrong, 77 the check cannot be made here.
"""
import argparse
import ipaddress
import json
import pathlib
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("SKIP: python3-jsonschema (4.0 or later) is not installed")
    sys.exit(77)

EXPECTED = pathlib.Path(__file__).resolve().parent.parent / "schema" / "mcdiag.report.v1.schema.json"
RANK = {"skipped": 0, "pass": 1, "inconclusive": 2, "warn": 3, "fail": 4}


def described(node, path="schema"):
    """Every property has a description."""
    if isinstance(node, dict):
        for name, sub in node.get("properties", {}).items():
            if "description" not in sub:
                yield f"{path}.{name}: no description"
        for key, sub in node.items():
            yield from described(sub, f"{path}.{key}")
    elif isinstance(node, list):
        for sub in node:
            yield from described(sub, path)


def address(text):
    value = ipaddress.ip_address(text)
    return value.version, int(value)


def vlan(row):
    return tuple(-1 if row[key] is None else row[key] for key in ("vlan", "inner_vlan"))


ORDERS = {
    "reports": lambda r: r["packet"],
    "queriers": lambda r: (vlan(r), address(r["address"])),
    "members": lambda r: (vlan(r), address(r["group"]), address(r["host"])),
    "streams": lambda r: (vlan(r), address(r["group"]), r["port"], address(r["source"]), r["source_port"]),
}


def check_counts(row):
    """What is said in two places is the same."""
    capture = row["capture"]
    if capture["packets"] is not None and sum(capture["contents"].values()) != capture["packets"]:
        yield f"{row['name']}: contents are not all frames"
    for stream in row["streams"]:
        where = f"{row['name']}: stream of {stream['source']} port {stream['source_port']} to {stream['group']}:{stream['port']}"
        rtp, ts = stream["rtp"], stream["mpeg_ts"]
        if rtp and any(rtp[key] != stream[key] for key in ("lost", "reordered", "duplicated")):
            yield f"{where}: rtp and the stream disagree"
        if ts and sum(pid["packets"] for pid in ts["pids"]) > ts["packets"]:
            yield f"{where}: more packets in its PIDs than in all"
        if stream["packets"] is not None and sum(stream["checksums"].values()) > stream["packets"]:
            yield f"{where}: more checksums than datagrams"
        if stream["payload"] in ("rtp", "mpeg-ts") and not (rtp or ts):
            yield f"{where}: payload and its keys disagree"


def check_interface(report, row, count):
    yield from check_counts(row)
    bound = report["request"]["max_rows"]
    for key, order in ORDERS.items():
        keys = [order(item) for item in row[key]]
        if keys != sorted(keys):
            yield f"{row['name']}: {key} are not sorted"
    for key in ("reports", "streams"):
        if len(row[key]) > bound or (row[key + "_omitted"] and len(row[key]) != bound):
            yield f"{row['name']}: {key} are not bounded by {bound}"
    if row["usable"] != (row["unusable_reason"] is None):
        yield f"{row['name']}: usable and unusable_reason disagree"
    for checks in [row["checks"]] + [group["checks"] for group in row["groups"]]:
        for name, check in checks.items():
            if any(index >= count for index in check["findings"]):
                yield f"{row['name']}: {name} names a finding that is not there"
    for name, check in row["checks"].items():
        worst = max((RANK[group["checks"][name]["status"]] for group in row["groups"]), default=0)
        if row["groups"] and RANK[check["status"]] != worst:
            yield f"{row['name']}: {name} is not the worst over groups"


def check_verdict(report):
    """fail > warn > inconclusive > pass, as far as the report itself tells (a live run)."""
    severities = {finding["severity"] for finding in report["findings"]}
    verdict = report["verdict"]
    chosen = [row for row in report["interfaces"] if row["role"] == "chosen" and row["usable"]]
    # A listener that received nothing does not pass, and fails where it expected something, whatever is known of why.
    silent = report["mode"] == "listen" and not any(stream["delivered"] for row in chosen for stream in row["streams"])
    if silent and verdict == "fail" and report["request"]["expect_stream"]:
        return
    if ("fault" in severities) != (verdict == "fail"):
        yield f"verdict {verdict} does not fit the faults"
    elif "fault" not in severities and ("warning" in severities) != (verdict == "warn"):
        yield f"verdict {verdict} does not fit the warnings"
    statuses = {check["status"] for row in chosen for check in row["checks"].values()}
    if verdict == "pass" and ("pass" not in statuses or statuses & {"fail", "warn"}):
        yield "verdict pass, but no check passed or one did not"
    if verdict == "inconclusive" and not silent and chosen and "pass" in statuses and "inconclusive" not in statuses:
        yield "verdict inconclusive, and nothing is"


def check(report):
    findings = report["findings"]
    for index, finding in enumerate(findings):
        if finding["because_of"] is not None and finding["because_of"] >= index:
            yield f"findings[{index}] stands before its cause"
    names = {row["name"] for row in report["interfaces"]}
    for finding in findings:
        if finding["interface"] is not None and finding["interface"] not in names:
            yield f"finding {finding['code']} on an interface that has no row: {finding['interface']}"
    indexes = [row["index"] for row in report["interfaces"] if row["index"] is not None]
    if report["mode"] != "replay" and indexes != sorted(indexes):
        yield "interfaces are not sorted by index"
    for row in report["interfaces"]:
        yield from check_interface(report, row, len(findings))
    if report["mode"] in ("diagnose", "listen", "send"):
        yield from check_verdict(report)


def load(name):
    if name == "-":
        return json.load(sys.stdin)
    with open(name, encoding="utf-8") as file:
        return json.load(file)


def main():
    parser = argparse.ArgumentParser(description="Check reports against the schema and its invariants.")
    parser.add_argument("--schema", default=EXPECTED)
    parser.add_argument("reports", nargs="+", metavar="REPORT")
    args = parser.parse_args()
    schema = load(args.schema)
    Draft202012Validator.check_schema(schema)
    problems = list(described(schema))
    for name in args.reports:
        report = load(name)
        found = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in Draft202012Validator(schema).iter_errors(report)]
        found = found or list(check(report))
        problems += [f"{name}: {text}" for text in found]
    for text in problems:
        print(text)
    print(f"{len(args.reports)} reports, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
