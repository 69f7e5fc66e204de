# SPDX-License-Identifier: ISC
"""IGMP (RFC 1112, 2236, 9776) and MLD (RFC 2710, 9777) messages, and the IP packets that carry them."""
import struct

from frames import (HOP_BY_HOP, ICMPV6, IGMP, ROUTER_ALERT_4, ROUTER_ALERT_6, checksum, ip4, ip6, packed, pseudo_header, put)

ALL_HOSTS, ALL_ROUTERS, V3_ROUTERS = "224.0.0.1", "224.0.0.2", "224.0.0.22"
ALL_NODES_6, ALL_ROUTERS_6, V2_ROUTERS_6 = "ff02::1", "ff02::2", "ff02::16"
IS_IN, IS_EX, TO_IN, TO_EX, ALLOW, BLOCK = range(1, 7)
QUERY, V1_REPORT, DVMRP, PIMV1, V2_REPORT, LEAVE, MTRACE, V3_REPORT = 0x11, 0x12, 0x13, 0x14, 0x16, 0x17, 0x1F, 0x22
RGMP_HELLO = 0xFF                   # RFC 3488
MLD_QUERY, MLD_V1_REPORT, MLD_DONE, MLD_V2_REPORT = 130, 131, 132, 143


def igmp(source, destination, kind, code, body, *, ttl=1, alert=True, bad_checksum=False):
    """One message in its packet; BODY is what follows the checksum."""
    message = struct.pack(">BBH", kind, code, 0) + body
    message = put(message, 2, checksum(message) ^ (0x0101 if bad_checksum else 0))
    return ip4(source, destination, IGMP, message, ttl=ttl, options=ROUTER_ALERT_4 if alert else b"")


def sources_of(sources):
    return b"".join(packed(s) for s in sources)


def query_v1(source):
    return igmp(source, ALL_HOSTS, QUERY, 0, packed("0.0.0.0"), alert=False)


def query_v2(source, group=None, response=None):
    """RESPONSE in tenths of a second: 100, or 10 for a group (RFC 2236, 8.3 and 8.8)."""
    return igmp(source, group or ALL_HOSTS, QUERY, response or (10 if group else 100), packed(group or "0.0.0.0"))


def query_v3(source, group=None, sources=(), *, response=None, interval=125):
    body = packed(group or "0.0.0.0") + struct.pack(">BBH", 2, interval, len(sources)) + sources_of(sources)
    return igmp(source, group or ALL_HOSTS, QUERY, response or (10 if group else 100), body)


def report_v1(host, group):
    return igmp(host, group, V1_REPORT, 0, packed(group), alert=False)


def report_v2(host, group):
    return igmp(host, group, V2_REPORT, 0, packed(group))


def leave_v2(host, group):
    return igmp(host, ALL_ROUTERS, LEAVE, 0, packed(group))


def record(kind, group, sources=(), auxiliary=b"", claims=None):
    """A group record, of either family. CLAIMS: a number of sources that is not the true one."""
    count = len(sources) if claims is None else claims
    return struct.pack(">BBH", kind, len(auxiliary) // 4, count) + packed(group) + sources_of(sources) + auxiliary


def report_v3(host, *records, claims=None, **header):
    """CLAIMS: a number of records that is not the true one."""
    count = len(records) if claims is None else claims
    return igmp(host, V3_ROUTERS, V3_REPORT, 0, struct.pack(">HH", 0, count) + b"".join(records), **header)


def mld(source, destination, kind, body, code=0):
    message = struct.pack(">BBH", kind, code, 0) + body
    message = put(message, 2, checksum(pseudo_header(source, destination, ICMPV6, len(message)) + message))
    return ip6(source, destination, ICMPV6, message, hop_limit=1, extensions=[(HOP_BY_HOP, ROUTER_ALERT_6)])


def mld_query_v1(source, group=None, response=10000):
    """RESPONSE in ms."""
    return mld(source, group or ALL_NODES_6, MLD_QUERY, struct.pack(">HH", response, 0) + packed(group or "::"))


def mld_query_v2(source, group=None, sources=(), response=10000, interval=125):
    body = struct.pack(">HH", response, 0) + packed(group or "::") + struct.pack(">BBH", 2, interval, len(sources)) + sources_of(sources)
    return mld(source, group or ALL_NODES_6, MLD_QUERY, body)


def mld_report_v1(host, group):
    return mld(host, group, MLD_V1_REPORT, struct.pack(">HH", 0, 0) + packed(group))


def mld_done(host, group):
    return mld(host, ALL_ROUTERS_6, MLD_DONE, struct.pack(">HH", 0, 0) + packed(group))


def mld_report_v2(host, *records):
    return mld(host, V2_ROUTERS_6, MLD_V2_REPORT, struct.pack(">HH", 0, len(records)) + b"".join(records))
