# SPDX-License-Identifier: ISC
"""The same facts out of a truth file (what tshark counted) and out of a report of mcdiag, so that two dictionaries are to be equal.

Every number of a truth file that a report has too is here; what only one of them tells is in neither."""
import ipaddress

QUERY, V1_REPORT, V2_REPORT, LEAVE, V3_REPORT = 0x11, 0x12, 0x16, 0x17, 0x22
MLD_QUERY, MLD_V1_REPORT, MLD_DONE, MLD_V2_REPORT = 130, 131, 132, 143
RECORDS = {1: "is_in", 2: "is_ex", 3: "to_in", 4: "to_ex", 5: "allow", 6: "block"}
KINDS = {V1_REPORT: "reports_v1", V2_REPORT: "reports_v2", LEAVE: "leaves", V3_REPORT: "reports_v3",
         MLD_V1_REPORT: "reports_v1", MLD_DONE: "dones", MLD_V2_REPORT: "reports_v2"}
IGMP_COUNTS = ("queries_v1", "queries_v2", "queries_v3", "reports_v1", "reports_v2", "reports_v3", "leaves", "other", "bad_checksum", "tunnelled")
MLD_COUNTS = ("queries_v1", "queries_v2", "reports_v1", "reports_v2", "dones", "bad_checksum", "tunnelled")
ALL_HOSTS = {4: "224.0.0.1", 6: "ff02::1"}
LEAST_RTP = 4                       # the truth looks for RTP from so many packets on
V1_RESPONSE_MS = 10000              # RFC 2236, 4


def address(text):
    return str(ipaddress.ip_address(text))


def tags(vlans):
    """(vlan, inner_vlan) of a stack of tags, VID 0 being none."""
    real = [v for v in vlans if v] + [None, None]
    return real[0], real[1]


# Truth

def outer(events):
    """What is behind the first IP header of its frame: the only traffic of this wire."""
    return [e for e in events if e["scope"] == "outer"]


def kind_of(event):
    if event["type"] in (QUERY, MLD_QUERY):
        return f"queries_v{event['version']}"
    return KINDS.get(event["type"], "other")


def count(events, names):
    counts = dict.fromkeys(names, 0)
    for event in outer(events):
        counts[kind_of(event)] += 1
        counts["bad_checksum"] += event.get("cksum") == "bad"
    counts["tunnelled"] = sum(e["scope"] == "tunnel" and e["type"] is not None for e in events)
    return counts


def row_of(event):
    vlan, inner = tags(event.get("vlans", []))
    ip = event["ip"]
    return {"packet": event["frame"], "family": ip["v"], "version": event["version"], "source": address(ip["src"]),
            "type": {LEAVE: "leave", MLD_DONE: "done"}.get(event["type"], "report"), "destination": address(ip["dst"]), "vlan": vlan,
            "inner_vlan": inner, "ttl": ip["ttl"], "router_alert": ip.get("router_alert", False), "checksum_ok": event.get("cksum") != "bad"}


def is_whole(record):
    return record["group"] is not None and record["num_src"] == len(record["sources"])


def rows_of(event):
    """A row for each whole record of a report, or for the message."""
    if event["type"] in (V3_REPORT, MLD_V2_REPORT):
        return [row_of(event) | {"group": address(r["group"]), "record": RECORDS.get(r["type"], "unknown"),
                                 "sources": [address(s) for s in r["sources"]]} for r in event.get("records", []) if is_whole(r)]
    if event["type"] in KINDS and event.get("group"):
        return [row_of(event) | {"group": address(event["group"]), "record": None, "sources": []}]
    return []


def is_valid_query(event):
    """RFC 9776, 4.1.12 and 9.1: to all hosts, or to the group that it asks for; in IPv6 from a link-local address (RFC 9777, 5.1.14)."""
    group, ip = ipaddress.ip_address(event.get("group") or "0.0.0.0"), event["ip"]
    general = group.is_unspecified
    if event["type"] not in (QUERY, MLD_QUERY) or event.get("cksum") == "bad" or event.get("flags") == ["_ws.short"]:
        return False
    if ip["v"] == 6 and not ipaddress.ip_address(ip["src"]).is_link_local:
        return False
    return (general or group.is_multicast) and (ip["dst"] == ALL_HOSTS[ip["v"]] or (not general and address(ip["dst"]) == str(group)))


def interval(code):
    """QQIC (RFC 9776, 4.1.7; RFC 9777, 5.1.9)."""
    seconds = code if code < 128 else (code & 0x0F | 0x10) << ((code >> 4 & 7) + 3)
    return seconds or None


def response_ms(event):
    if event["ip"]["v"] == 6:
        return event["max_resp_time_ms"]
    return V1_RESPONSE_MS if event["version"] == 1 else event["max_resp_time_tenths"] * 100


def querier_of(event):
    return {"family": event["ip"]["v"], "version": event["version"], "max_response_ms": response_ms(event),
            "interval_s": interval(event.get("qqic_code", 0)), "robustness": event.get("qrv") or None}


def queriers_of(events):
    """By VLAN and address, as its last query has it."""
    found = {}
    for event in filter(is_valid_query, outer(events)):
        key = tags(event.get("vlans", []))[0], event["ip"]["v"], ipaddress.ip_address(event["ip"]["src"])
        found[key] = querier_of(event) | {"queries": found.get(key, {"queries": 0})["queries"] + 1}
    for key, querier in found.items():
        rivals = [k[2] for k in found if k[:2] == key[:2] and not k[2].is_unspecified]
        querier["elected"] = bool(rivals) and key[2] == min(rivals)
    return {f"{key[2]} vlan {key[0]}": querier for key, querier in found.items()}


def rtp_of(flow):
    rtp = flow["rtp"]
    total = {theirs: sum(s[ours] for s in rtp) for ours, theirs in
             (("packets", "packets"), ("lost", "lost"), ("reordered", "reordered"), ("duplicates", "duplicated"))}
    return total | {"ssrcs": sorted(int(s["ssrc"], 16) for s in rtp), "payload_types": sorted({p for s in rtp for p in s["payload_types"]})}


def ts_of(flow):
    ts = flow["ts"]
    pids = {int(pid, 16): {"packets": p["packets"], "continuity_errors": p["cc_errors"], "pcr": bool(p["pcr"])} for pid, p in ts["pids"].items()}
    return {"packets": ts["ts_packets"], "continuity_errors": ts["cc_errors"], "pids": pids}


def stream_name(vlan, inner, source, source_port, group, port):
    return f"{address(group)}:{port} from {address(source)}:{source_port} vlan {vlan}.{inner}"


def stream_of(flow):
    """`rtp` and `mpeg_ts` are there when the truth looked for them."""
    stream = {"packets": flow["packets"], "bytes": flow["udp_bytes"], "ttl": sorted(int(t) for t in flow["ttl"]),
              "bad_checksum": flow["bad_udp_checksum"]}
    if flow["packets"] >= LEAST_RTP:
        stream |= {"rtp": None, "mpeg_ts": None}
    if "rtp" in flow:
        stream["rtp"] = rtp_of(flow)
    if "ts" in flow:
        stream["mpeg_ts"] = ts_of(flow)
    return stream


def of_truth(truth):
    events = sorted(truth["igmp_events"] + truth["mld_events"], key=lambda e: e["frame"])
    held = truth["container_packets"]
    return {
        "packets": truth["packets"] if held is None else held,
        "truncated": truth["truncated_frames"],
        "fragments": truth["mcast_fragments"]["count"],
        "igmp": count(truth["igmp_events"], IGMP_COUNTS),
        "mld": count(truth["mld_events"], MLD_COUNTS),
        "reports": [row for event in outer(events) for row in rows_of(event)],
        "queriers": queriers_of(events),
        "streams": {stream_name(*tags(f["vlans"]), f["src"], f["sport"], f["dst"], f["dport"]): stream_of(f)
                    for f in truth["udp_flows"] if f["scope"] == "outer"},
    }


# Report

ROW = ("packet", "family", "version", "type", "source", "destination", "vlan", "inner_vlan", "group", "record", "sources", "ttl", "router_alert",
       "checksum_ok")
QUERIER = ("family", "version", "max_response_ms", "interval_s", "robustness", "queries", "elected")
RTP = ("packets", "lost", "reordered", "duplicated")


def added(interfaces, part, names):
    return {name: sum(i[part][name] for i in interfaces) for name in names}


def number(ssrc):
    return int(ssrc, 16) if isinstance(ssrc, str) else ssrc


def shown_rtp(rtp):
    return rtp and {name: rtp[name] for name in RTP} | {"ssrcs": sorted(map(number, rtp["ssrcs"])), "payload_types": sorted(rtp["payload_types"])}


def shown_ts(ts):
    return ts and {"packets": ts["packets"], "continuity_errors": ts["continuity_errors"],
                   "pids": {p["pid"]: {"packets": p["packets"], "continuity_errors": p["continuity_errors"], "pcr": bool(p["pcr"])}
                            for p in ts["pids"]}}


def shown_stream(stream):
    return {name: stream[name] for name in ("packets", "bytes", "ttl", "bad_checksum")} \
        | {"rtp": shown_rtp(stream["rtp"]), "mpeg_ts": shown_ts(stream["mpeg_ts"])}


def shown_queriers(interfaces):
    """One that asks on several interfaces of a file is one to the truth, which knows no interfaces."""
    found = {}
    for querier in (q for i in interfaces for q in i["queriers"]):
        name = f"{address(querier['address'])} vlan {querier['vlan']}"
        earlier = found.get(name, {"queries": 0})["queries"]
        found[name] = {key: querier[key] for key in QUERIER} | {"queries": earlier + querier["queries"]}
    return found


def shown_streams(interfaces):
    """A row without packets stands for fragments whose first never came."""
    found = {}
    for stream in (s for i in interfaces for s in i["streams"] if s["packets"]):
        name = stream_name(stream["vlan"], stream["inner_vlan"], stream["source"], stream["source_port"], stream["group"], stream["port"])
        found[name + " again" if name in found else name] = shown_stream(stream)
    return found


def of_report(report):
    interfaces = report["interfaces"]
    rows = sorted((row for i in interfaces for row in i["reports"]), key=lambda r: r["packet"])
    return {
        "packets": sum(i["capture"]["packets"] for i in interfaces),
        "truncated": sum(i["capture"]["truncated"] for i in interfaces),
        "fragments": sum(s["fragments"] for i in interfaces for s in i["streams"]),
        "igmp": added(interfaces, "igmp", IGMP_COUNTS),
        "mld": added(interfaces, "mld", MLD_COUNTS),
        "reports": [{name: row[name] for name in ROW} for row in rows],
        "queriers": shown_queriers(interfaces),
        "streams": shown_streams(interfaces),
    }


# Both

def flat(value, path=""):
    """(path, leaf) of nested dictionaries and lists; what is empty is a leaf."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from flat(item, f"{path} {key}")
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from flat(item, f"{path} [{index}]")
    else:
        yield path.strip(), value


def without_untold(truth, report):
    """REPORT less the `rtp` and `mpeg_ts` of streams of which the truth says nothing."""
    streams = {name: {k: v for k, v in stream.items() if k in truth["streams"].get(name, stream)} for name, stream in report["streams"].items()}
    return report | {"streams": streams}


def differences(truth, report):
    """One line for each number that is not the same. With rows missing all that follow differ: the first tells."""
    theirs, ours = dict(flat(truth)), dict(flat(without_untold(truth, report)))
    for path in dict.fromkeys([*theirs, *ours]):
        a, b = theirs.get(path, "nothing"), ours.get(path, "nothing")
        if a != b:
            yield f"{path}: truth {a}, mcdiag {b}"
