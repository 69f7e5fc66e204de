# SPDX-License-Identifier: ISC
"""What must hold of each derived capture, whatever tshark says of it: the texts of derived.tsv as predicates.

A predicate gets a Case and says what is wrong, line by line."""
import facts

OWN_COUNTS = ("queries_v1", "queries_v2", "queries_v3", "reports_v1", "reports_v2", "reports_v3", "leaves", "other")


class Case:
    """One derived capture: the report of it, or none, and what is known of the capture that it was made of."""

    def __init__(self, report, refusal, base):
        self.report, self.refusal, self.base = report, refusal, base
        self.facts = facts.of_report(report) if report else None

    def total(self, part, name):
        return sum(i[part][name] for i in self.report["interfaces"])

    def codes(self):
        return {f["code"] for f in self.report["findings"]}

    def members(self):
        return [m for i in self.report["interfaces"] for m in i.get("members", [])]

    def igmp(self):
        return {name: self.facts["igmp"][name] for name in OWN_COUNTS}

    def base_igmp(self):
        return {name: self.base["igmp"][name] for name in OWN_COUNTS}


def unless(condition, what):
    if not condition:
        yield what


def content(known):
    """Messages, queriers and streams without the place where they were seen."""
    place = ("packet", "vlan", "inner_vlan")
    return {
        "igmp": known["igmp"], "mld": known["mld"],
        "reports": [{k: v for k, v in row.items() if k not in place} for row in known["reports"]],
        "queriers": {name.split(" vlan ")[0]: q for name, q in known["queriers"].items()},
        "streams": {name.split(" vlan ")[0]: s for name, s in known["streams"].items()},
    }


def same_as_base(case):
    base, ours = content(case.base), content(case.facts)
    yield from (f"not as in its base: {text}" for text in facts.differences(base, ours))


def same_or_undecoded(case):
    if case.total("capture", "undecoded") != case.facts["packets"] or any(case.igmp().values()) or case.facts["streams"]:
        yield from same_as_base(case)


def same_igmp(case, *ignored):
    keys = [k for k in facts.ROW if k not in ignored]
    yield from unless(case.igmp() == case.base_igmp(), f"IGMP {case.igmp()}, base {case.base_igmp()}")
    ours, base = ([[row[k] for k in keys] for row in known["reports"]] for known in (case.facts, case.base))
    yield from unless(ours == base, "reports not as in its base")


def same_with_alert(present):
    def check(case):
        yield from same_igmp(case, "router_alert")
        yield from unless(all(row["router_alert"] is present for row in case.facts["reports"]), "router alert")
    return check


def has_packets(number):
    def check(case):
        yield from unless(case.facts["packets"] == number, f"{case.facts['packets']} packets")
    return check


def broken_after(number):
    def check(case):
        yield from has_packets(number)(case)
        yield from unless({i["capture"]["ended"] for i in case.report["interfaces"]} == {"corrupt"}, "not said to be corrupt")
    return check


def half_or_corrupt(case):
    ended = {i["capture"]["ended"] for i in case.report["interfaces"]}
    yield from unless(ended == {"corrupt"} or case.facts["packets"] in (73, 74), f"{case.facts['packets']} packets, ended {ended}")


def is_refused(case):
    yield from unless(case.refusal, "not refused")


def no_more_than_base(case):
    for part in ("igmp", "mld"):
        for name, number in case.facts[part].items():
            if name != "other":     # what the cut leaves of a query may be of no version
                yield from unless(number <= case.base[part][name], f"{part} {name}: {number}, base {case.base[part][name]}")
    yield from no_invented_row(case)
    yield from unless(case.facts["truncated"] > 0, "no truncated frame counted")


def no_invented_row(case):
    def seen(row):
        return row["source"], row["group"], row["record"], tuple(row["sources"])
    true = {seen(row) for row in case.base["reports"]}
    yield from (f"a row that is not in its base: {seen(row)}" for row in case.facts["reports"] if seen(row) not in true)


def nothing_local(case):
    yield from unless(not any(case.igmp().values()), f"IGMP {case.igmp()}")
    yield from unless(not case.facts["reports"] and not case.facts["queriers"] and not case.members(), "reports, queriers or members")


def one_outer_stream(case):
    yield from nothing_local(case)
    found = {name: s["packets"] for name, s in case.facts["streams"].items()}
    yield from unless(len(found) == 1 and all(name.startswith("239.1.1.1:4789 ") and n == 70 for name, n in found.items()), f"streams {found}")


def fragments_are_no_messages(case):
    yield from no_invented_row(case)
    yield from unless(case.facts["igmp"]["reports_v3"] <= case.base["igmp"]["reports_v3"], "more reports than datagrams")


def malformed_count(part, number):
    def check(case):
        yield from no_invented_row(case)
        yield from unless(case.total(part, "malformed") == number, f"{case.total(part, 'malformed')} malformed, not {number}")
    return check


def no_record(case):
    yield from unless(not [row for row in case.facts["reports"] if row["record"]], "records")


def unicast_group_flagged(case):
    yield from unless("report-malformed" in case.codes() or case.total("igmp", "malformed"), "not flagged")
    yield from unless("10.1.2.3" not in {m["group"] for m in case.members()}, "10.1.2.3 is listed as a group")


def by_length(case):
    queries = case.base["igmp"]["queries_v3"]
    ours = [case.facts["igmp"][f"queries_v{v}"] for v in (1, 2, 3)]
    yield from unless(ours[0] + ours[1] == queries and ours[2] == queries, f"queries {ours}, not {queries} of 8 octets and as many of 12")


def queries_become(kind, of):
    """All queries of the base's kind OF are of KIND, and no others are there."""
    def check(case):
        ours = {name: n for name, n in case.facts["igmp"].items() if name.startswith("queries") and n}
        yield from unless(ours == {kind: case.base["igmp"][of]}, f"queries {ours}")
    return check


def float_codes(case):
    asked = {(q["max_response_ms"], q["interval_s"]) for q in case.facts["queriers"].values()}
    yield from unless(asked == {(179200, 31744)}, f"response and interval {asked}")


def zero_not_elected(case):
    found = {name: q["elected"] for name, q in case.facts["queriers"].items()}
    yield from unless(found == {"0.0.0.0 vlan None": False}, f"queriers {found}")


def lower_is_elected(case):
    found = {facts.ipaddress.ip_address(name.split()[0]): q["elected"] for name, q in case.facts["queriers"].items()}
    yield from unless(len(found) == 2 and found[min(found)] and not found[max(found)], f"queriers {found}")


def all_bad(case):
    yield from unless(case.facts["igmp"]["bad_checksum"] == case.facts["packets"], f"{case.facts['igmp']['bad_checksum']} bad checksums")


def stream_or_flagged(case):
    seen = sum(s["packets"] for s in case.facts["streams"].values())
    yield from unless(200 in (seen, case.total("capture", "malformed")), f"{seen} packets, {case.total('capture', 'malformed')} malformed")


def wrong_mac_flagged(case):
    yield from unless(case.codes() & {"wrong-destination-mac", "report-malformed"}, f"not flagged: {sorted(case.codes())}")


def times_hold(case):
    yield from unless(case.igmp() == case.base_igmp(), "counts")
    yield from unless(case.report["elapsed_ms"] >= 0, "negative duration")
    spans = [s["last_ms"] - s["first_ms"] for i in case.report["interfaces"] for s in i["streams"]]
    yield from unless(all(span >= 0 for span in spans), "negative duration of a stream")


def hop_limit_flagged(case):
    v6 = [m for m in case.members() if m["family"] == 6]
    flagged = "report-malformed" in case.codes() or case.total("mld", "malformed")
    yield from unless(flagged or not v6, f"{len(v6)} members out of MLD with hop limit 64")


def no_alert_in_mld(case):
    rows = [row for row in case.facts["reports"] if row["family"] == 6]
    yield from unless(rows and not any(row["router_alert"] for row in rows), "router alert")


def mld_version_1(case):
    found = [case.facts["mld"][f"queries_v{v}"] for v in (1, 2)]
    yield from unless(found[0] >= 1 and found[1] == 0, f"MLD queries {found}")


def flagged_without_rows(case):
    yield from unless(case.total("mld", "malformed") >= 1, "not flagged malformed")
    yield from no_invented_row(case)


def rtp(lost, reordered=0, ssrcs=1, streams=1, ttls=1):
    def check(case):
        found = list(case.facts["streams"].values())
        yield from unless(len(found) == streams, f"{len(found)} streams")
        for s in found:
            seen = s["rtp"] and (s["rtp"]["lost"], s["rtp"]["reordered"], len(s["rtp"]["ssrcs"]), len(s["ttl"]))
            yield from unless(seen == (lost, reordered, ssrcs, ttls), f"lost, reordered, SSRCs, TTLs: {seen}")
    return check


SAME = "same messages, groups, queriers and flows as the base"
TABLE = {
    SAME: same_as_base,
    SAME + " (times to 1 us)": same_as_base,
    SAME + " (times equal the base when the offset is added)": same_as_base,
    SAME + "; no times": same_as_base,
    SAME + ', or a clear "compressed, not supported" error: never zero packets with exit 0': same_as_base,
    "same as the base, or the link type reported as unsupported: never a wrong answer": same_or_undecoded,
    "zero packets, no error": has_packets(0),
    "an error, not a crash": is_refused,
    "20 packets and an error: no huge allocation": broken_after(20),
    "half the base, or an error: no crash": half_or_corrupt,
    "20 packets, no over-read": has_packets(20),
    "same IGMP as the base": same_igmp,
    "never more than the base; nothing read past the captured bytes; truncated frames counted": no_more_than_base,
    "tunnel: not counted as local membership, or reported apart": nothing_local,
    "ONE outer stream 239.1.1.1:4789 with 70 packets; the inner IGMP is not local membership": one_outer_stream,
    "same IGMP as the base, router alert present in all": same_with_alert(True),
    "same IGMP as the base, router alert missing in all": same_with_alert(False),
    "no fragment taken for a message; at most one (truncated) report seen per datagram without reassembly": fragments_are_no_messages,
    "zero IGMP messages: these are not first fragments": nothing_local,
    "flagged malformed; no record invented from padding": malformed_count("igmp", 46),
    "no record read": no_record,
    "flagged; not listed as a group": unicast_group_flagged,
    "by RFC 3376 7.1: 8 bytes = v2 (or v1), 12 = v3, 9 to 11 ignored": by_length,
    "version 2 queries: padding is not IGMP": queries_become("queries_v2", "queries_v3"),
    "max resp = (0x1c << 6) / 10 = 179.2 s; QQI = 31744 s": float_codes,
    "version 1 queries": queries_become("queries_v1", "queries_v2"),
    "proxy queries: 0.0.0.0 must not win the election": zero_not_elected,
    "two queriers on the segment, the lower address is the elected one": lower_is_elected,
    "all flagged as bad checksum": all_bad,
    "200 packets of the RTP stream, or flagged": stream_or_flagged,
    "zero IGMP messages": nothing_local,
    "flagged MAC / group mismatch": wrong_mac_flagged,
    "same counts; durations never negative": times_hold,
    "no crash; times normalised or flagged": times_hold,
    "flagged; RFC 3810 6.2 says drop": hop_limit_flagged,
    "flagged no router alert": no_alert_in_mld,
    "a version 1 query": mld_version_1,
    "flagged malformed; no over-read": flagged_without_rows,
    "reference": rtp(0),
    "10 lost in one gap": rtp(10),
    "4 reordered, 0 lost": rtp(0, reordered=4),
    "0 lost, 2 SSRCs": rtp(0, ssrcs=2),
    "two flows, 0 lost in each": rtp(0, streams=2),
    "one flow with two TTLs": rtp(0, ttls=2),
}


def check(text, case):
    """What is wrong with CASE by the row TEXT of derived.tsv."""
    predicate = TABLE.get(text)
    if not predicate:
        yield f"no predicate for: {text}"
    elif case.report is None and predicate is not is_refused:
        yield f"refused, but: {text}"
    else:
        yield from predicate(case)
