# SPDX-License-Identifier: ISC
"""Where the truth is not what mcdiag has to say: one row a file, with the reason, and exactly what is to be there instead.

A row's function changes the truth before it is compared, and fails when it finds it otherwise than described: then the row is out of date."""
import facts


class Stale(Exception):
    """The truth is not what a row was written for."""


def expect(condition, what):
    if not condition:
        raise Stale(what)


def offloaded(total):
    """All TOTAL UDP checksums that tshark calls bad are sums over the pseudo-header alone."""
    def change(truth):
        expect(sum(f["bad_udp_checksum"] for f in facts.outer(truth["udp_flows"])) == total, f"{total} bad UDP checksums")
        for flow in truth["udp_flows"]:
            flow["bad_udp_checksum"] = 0
    return change


def offloaded_from(port, number):
    """The same of one flow."""
    def change(truth):
        flow, = (f for f in truth["udp_flows"] if f["sport"] == port)
        expect(flow["bad_udp_checksum"] == number, f"{number} bad UDP checksums from port {port}")
        flow["bad_udp_checksum"] = 0
    return change


def container(truth):
    """The file's own headers, not tshark, tell the packets and how many of them are cut."""
    truth["container_packets"] = truth["container"]["records"]
    truth["truncated_frames"] = truth["container"]["records_caplen_lt_len"]


def packets(number):
    def change(truth):
        expect(truth["container_packets"] != number, f"not {number} packets")
        truth["container_packets"] = number
    return change


def refused(truth):
    truth["refused"] = True


def only_holds(truth):
    """The truth says nothing; the row of derived.tsv does."""
    truth["only_holds"] = True


def not_tunnelled(igmp, mld):
    """These messages in tunnels are not looked for."""
    def change(truth):
        for name, number in (("igmp", igmp), ("mld", mld)):
            kept = facts.outer(truth[name + "_events"])
            expect(len(truth[name + "_events"]) - len(kept) == number, f"{number} {name} messages in tunnels")
            truth[name + "_events"] = kept
    return change


def no_fragments(number):
    """All NUMBER fragments are of IGMP: no stream has them."""
    def change(truth):
        expect(truth["mcast_fragments"]["count"] == number, f"{number} fragments")
        truth["mcast_fragments"]["count"] = 0
    return change


def no_message(name, number, chosen):
    """NUMBER messages, those that CHOSEN takes, are malformed: counted as that, and of no type."""
    def change(truth):
        kept = [e for e in truth[name + "_events"] if not chosen(e)]
        expect(len(truth[name + "_events"]) - len(kept) == number, f"{number} malformed {name} messages")
        truth[name + "_events"] = kept
    return change


def no_version(number):
    """NUMBER queries are cut before the end of the group: of no version."""
    def change(truth):
        cut = [e for e in truth["igmp_events"] if e["type"] == facts.QUERY and e["size"] < 8]
        expect(len(cut) == number, f"{number} queries cut in the group")
        for event in cut:
            event["type"] = 0
    return change


def bad_too(kind, number):
    """The checksums of NUMBER messages of type KIND, which tshark does not look at."""
    def change(truth):
        chosen = [e for e in truth["igmp_events"] if e["type"] == kind]
        expect(len(chosen) == number and not any("cksum" in e for e in chosen), f"{number} unchecked messages of type {kind}")
        for event in chosen:
            event["cksum"] = "bad"
    return change


def renumbered(truth):
    """Frames are numbered as if nothing but packets were in the file; here each packet is an event."""
    expect(len(truth["igmp_events"]) == truth["container_packets"], "an event in each packet")
    for number, event in enumerate(truth["igmp_events"], 1):
        event["frame"] = number


def no_alert(frame):
    def change(truth):
        event, = (e for e in truth["mld_events"] if e["frame"] == frame)
        expect(event["ip"]["router_alert"], f"Router Alert in frame {frame}")
        event["ip"]["router_alert"] = False
    return change


def stream_bytes(port, theirs, ours):
    def change(truth):
        flow, = (f for f in truth["udp_flows"] if f["sport"] == port)
        expect(flow["udp_bytes"] == theirs, f"{theirs} bytes from port {port}")
        flow["udp_bytes"] = ours
    return change


def by_hand(truth):
    """What tcpdump shows of the two packets: an MLDv2 report, and an IGMP packet of which one octet, 0x11, was captured."""
    expect(not truth["igmp_events"] and not truth["mld_events"], "no message")
    ip = {"v": 6, "src": "fe80::9c09:b416:768:ff42", "dst": "ff02::16", "ttl": 1, "router_alert": True}
    record = {"type": 3, "group": "ff02::1:3", "num_src": 0, "sources": []}
    truth["mld_events"] = [{"scope": "outer", "type": 143, "version": 2, "frame": 1, "cksum": "good", "ip": ip, "records": [record]}]
    truth["igmp_events"] = [{"scope": "outer", "type": 0, "frame": 2, "ip": {"v": 4}}]


def too_few_octets(event):
    return 8 < event["size"] < 12 and event["type"] == facts.QUERY


def is_report(event):
    return event["type"] in (facts.V3_REPORT, facts.MLD_V2_REPORT)


OFFLOAD = "captured before a NIC finished the checksum: the field holds the pseudo-header's sum, which is not bad"
BROKEN = "a broken file, which tshark gives up or reads shifted: its own headers tell"
COUNT = "a record count that lies is malformed (RFC 9776, 4.2.10; RFC 9777, 5.2.9); tshark does not say so"
TRUTH = "derived.tsv says what holds, tshark does not"

TABLE = [
    ("ICS-Security-Tools-Profinet_Failed.pcap", offloaded(2), OFFLOAD),
    ("ICS-Security-Tools-beckoffiplink.pcapng", offloaded(9), OFFLOAD),
    ("PcapPlusPlus-IgmpPackets.pcap", offloaded(14), OFFLOAD),
    ("mercury-bittorrent.pcap", offloaded(8), OFFLOAD),
    ("mercury-emix.pcap", offloaded(18), OFFLOAD),
    ("mercury-openvpn_tcp_single.pcap", offloaded(10), OFFLOAD),
    ("nDPI-collectd.pcap", offloaded(7), OFFLOAD),
    ("nDPI-knxip.pcapng", offloaded(2), OFFLOAD),
    ("nDPI-syncthing.pcap", offloaded(17), OFFLOAD),
    ("network-captures-DHCP-Stateless.pcapng", offloaded(2), OFFLOAD),
    ("network-captures-LLMNR.pcapng", offloaded(122), OFFLOAD),
    ("network-captures-dldp.pcapng", offloaded(49), OFFLOAD),
    ("nfstream-mdns.pcap", offloaded(17), OFFLOAD),
    ("suricata-verify-bug-5162-input.pcap", offloaded(6), OFFLOAD),
    ("suricata-verify-smb-length-5770-input.pcap", offloaded(8), OFFLOAD),
    ("m-mld-hoplimit-64.pcap", offloaded(14), OFFLOAD),
    ("m-mld-no-hopopts.pcap", offloaded(14), OFFLOAD),
    ("PcapPlusPlus-clusterfuzz-testcase-minimized-FuzzTarget-5631583764873216.pcap", container, BROKEN),
    ("PcapPlusPlus-clusterfuzz-testcase-minimized-FuzzTarget-5685520970809344.pcap", container, BROKEN),
    ("PcapPlusPlus-clusterfuzz-testcase-minimized-FuzzTarget-6604968558198784.pcap", container, BROKEN),
    ("PcapPlusPlus-crash-pcapng-epb-unbounded-length.pcapng", packets(0), "its only packet claims more octets than its block has"),
    ("c-epb-caplen-lies.pcapng", packets(20), TRUTH),
    ("c-epb-unknown-if.pcapng", only_holds, TRUTH),
    ("m-ip-totlen-0.pcap", only_holds, TRUTH),
    ("PcapPlusPlus-solaris.snoop", refused, "snoop is neither pcap nor pcapng"),
    ("libpcap-pcap-invalid-version-1.pcap", refused, "pcap of major version 1, which nobody has described"),
    ("libpcap-pcapng-invalid-vers-1.pcapng", refused, "pcapng of major version 0, which nobody has described"),
    ("libpcap-pcapng-invalid-vers-2.pcapng", refused, "pcapng of version 1.1, which nobody has described; tshark and libpcap refuse it too"),
    ("c-zero-bytes.pcap", refused, TRUTH),
    ("c-header-cut.pcap", refused, TRUTH),
    ("PcapPlusPlus-crash-81dba690a3f67ee41a41390a625db732fa1413a1.pcap", offloaded_from(61575, 2), OFFLOAD),
    ("PcapPlusPlus-crash-81dba690a3f67ee41a41390a625db732fa1413a1.pcap", stream_bytes(57487, 64373, 33),
     "one UDP length is far beyond its IP packet: the latter bounds the payload"),
    ("PcapPlusPlus-igmplayer.pcap", by_hand, "catalog.tsv: tshark takes it for another variant of pcap; libpcap reads two packets"),
    ("PcapPlusPlus-radiuslayer.pcap", no_alert(3), "an option of type 5 and length 0 is no Router Alert (RFC 2711, 2.1: length 2)"),
    ("network-captures-sflows.pcapng", not_tunnelled(10, 22), "samples of sFlow are reports on another wire, not a tunnel"),
    ("c-wikigmp-pcapng-noise.pcapng", renumbered, "tshark numbers custom blocks as if they were packets"),
    ("c-snaplen-40.pcap", no_version(24), "2 octets of the query are there: the version is not told"),
    ("c-snaplen-44.pcap", no_version(24), "6 octets of the query are there: the version is not told"),
    ("m-frag-igmp.pcap", no_fragments(186), "fragments of IGMP, which make no stream"),
    ("m-frag-offset-only.pcap", no_fragments(70), "fragments of IGMP, which make no stream"),
    ("m-igmp-badsum.pcap", bad_too(0xFF, 19), "RGMP has the checksum of IGMP (RFC 3488, 3), which tshark does not verify"),
    ("m-query-len9-11.pcap", no_message("igmp", 72, too_few_octets), "a query of 9 to 11 octets is of no version (RFC 9776, 7.1)"),
    ("m-numrec-plus1.pcap", no_message("igmp", 46, is_report), COUNT),
    ("m-mldr-numrec-65535.pcap", no_message("mld", 1, is_report), COUNT),
    ("m-mldr-numsrc-65535.pcap", no_message("mld", 1, is_report), COUNT),
]


def apply(name, truth):
    """Change TRUTH of the capture NAME as the table says; the reasons of the rows that did. Stale when one does not fit any more."""
    reasons = []
    for file, change, reason in TABLE:
        if file == name:
            change(truth)
            reasons.append(reason)
    return reasons
