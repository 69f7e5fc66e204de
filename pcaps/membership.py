# SPDX-License-Identifier: ISC
"""Healthy segments of each version, and reports in every form, right and wrong."""
import struct

from capture import (ADMIN_GROUP, GROUP, GROUP_6, HOST, HOST_6, OTHER_GROUP, OTHER_HOST, OTHER_SENDER, QUERIER, QUERIER_6, SENDER, SENDER_6,
                     SSM_GROUP, SSM_GROUP_6, beacon, capture, speech, wire)
from frames import packed
from messages import (ALL_ROUTERS, ALLOW, BLOCK, DVMRP, IS_EX, IS_IN, MTRACE, PIMV1, RGMP_HELLO, TO_EX, TO_IN, igmp, leave_v2, mld_done,
                      mld_query_v1, mld_query_v2, mld_report_v1, mld_report_v2, query_v1, query_v2, query_v3, record, report_v1, report_v2,
                      report_v3)

RGMP_GROUP, DVMRP_ROUTERS = "224.0.0.25", "224.0.0.4"


def v3_joined(group=GROUP, sources=()):
    """A query, a join with its repetition, the stream until the leave takes effect."""
    join = record(ALLOW, group, sources) if sources else record(TO_EX, group)
    return [(0, query_v3(QUERIER)), (1, report_v3(HOST, join)), (1.4, report_v3(HOST, join))] + speech(1.1, 4.9, group=group)


def v3_left(group=GROUP, sources=()):
    leave = record(BLOCK, group, sources) if sources else record(TO_IN, group)
    ask = query_v3(QUERIER, group, sources)
    return [(4, report_v3(HOST, leave)), (4.01, ask), (4.3, report_v3(HOST, leave)), (5.01, ask)]


def v3_segment(group=GROUP, sources=()):
    return v3_joined(group, sources) + v3_left(group, sources)


@capture("v3-asm.pcap")
def v3_asm():
    return wire(v3_segment())


@capture("v3-ssm.pcap")
def v3_ssm():
    return wire(v3_segment(SSM_GROUP, [SENDER]))


def v2_segment(group):
    return [(0, query_v2(QUERIER)), (1, report_v2(HOST, group)), (1.6, report_v2(HOST, group)), (4, leave_v2(HOST, group)),
            (4.01, query_v2(QUERIER, group)), (5.01, query_v2(QUERIER, group))] + speech(1.1, 4.9, group=group)


@capture("v2.pcap")
def v2():
    return wire(v2_segment(GROUP))


@capture("v2-ssm.pcap")
def v2_ssm():
    """A group of the SSM range in v2: no report can carry the source, and routers ignore it (RFC 4604, 2.2.2)."""
    return wire(v2_segment(SSM_GROUP))


@capture("v1.pcap")
def v1():
    return wire([(0, query_v1(QUERIER)), (1, report_v1(HOST, GROUP)), (6, report_v1(HOST, GROUP)), (60, query_v1(QUERIER)),
                 (64, report_v1(HOST, GROUP))] + beacon(1.1, 64, 2))


@capture("v2-padded.pcap")
def v2_padded():
    """The padding continues the query as S, QRV and QQIC of a v3 query would: only the IP length tells."""
    return wire([(0, query_v2(QUERIER)), (1, report_v2(HOST, GROUP)), (10, query_v2(QUERIER)), (11, report_v2(HOST, GROUP))],
                padding=bytes.fromhex("027d0000"))


@capture("records.pcap")
def records():
    """Each record type, two of them in one report with auxiliary data."""
    return wire([(0, query_v3(QUERIER)),
                 (1, report_v3(HOST, record(IS_IN, SSM_GROUP, [SENDER]), record(IS_EX, GROUP), record(IS_EX, ADMIN_GROUP, [SENDER]))),
                 (2, report_v3(HOST, record(TO_EX, OTHER_GROUP, auxiliary=b"auxdata."), record(ALLOW, SSM_GROUP, [OTHER_SENDER]))),
                 (3, report_v3(HOST, record(BLOCK, SSM_GROUP, [SENDER]), record(TO_IN, GROUP))),
                 (4, report_v3(OTHER_HOST, record(TO_IN, SSM_GROUP, [SENDER, OTHER_SENDER], b"aux!"), record(7, GROUP)))])


@capture("exclude.pcap")
def exclude():
    join = report_v3(HOST, record(TO_EX, GROUP, [SENDER, OTHER_SENDER]))
    return wire([(0, query_v3(QUERIER)), (1, join), (1.5, join), (3, report_v3(HOST, record(IS_EX, GROUP, [SENDER, OTHER_SENDER])))])


@capture("report-zero-address.pcap")
def report_zero_address():
    join = report_v3("0.0.0.0", record(TO_EX, GROUP))
    return wire([(0, query_v3(QUERIER)), (1, join), (1.5, join)])


@capture("report-checksum.pcap")
def report_checksum():
    join = report_v3(HOST, record(TO_EX, GROUP), bad_checksum=True)
    return wire([(0, query_v3(QUERIER)), (1, join), (1.5, join)])


@capture("report-ttl.pcap")
def report_ttl():
    join = report_v3(HOST, record(TO_EX, GROUP), ttl=2)
    return wire([(0, query_v3(QUERIER)), (1, join), (1.5, join)])


@capture("report-no-alert.pcap")
def report_no_alert():
    join = report_v3(HOST, record(TO_EX, GROUP), alert=False)
    return wire([(0, query_v3(QUERIER)), (1, join), (1.5, join)])


@capture("report-record-count.pcap")
def report_record_count():
    """Two records claimed, one held: the padding must not become the other."""
    join = report_v3(HOST, record(TO_EX, GROUP), claims=2)
    return wire([(0, query_v3(QUERIER)), (1, join), (1.5, join)], padding=packed(OTHER_GROUP))


@capture("report-source-count.pcap")
def report_source_count():
    join = report_v3(HOST, record(ALLOW, SSM_GROUP, [SENDER], claims=65535))
    return wire([(0, query_v3(QUERIER)), (1, join), (1.5, join)])


@capture("report-unicast-group.pcap")
def report_unicast_group():
    join = report_v3(HOST, record(TO_EX, "192.0.2.99"), record(TO_EX, GROUP))
    return wire([(0, query_v3(QUERIER)), (1, join), (1.5, join)])


@capture("report-cut.pcap", snap_length=64)
def report_cut():
    """Cut behind the second of four records: the capture's doing, not the sender's."""
    groups = [GROUP, OTHER_GROUP, ADMIN_GROUP, "239.192.0.6"]
    join = report_v3(HOST, *(record(TO_EX, group) for group in groups))
    return wire([(0, query_v3(QUERIER)), (1, join), (1.5, join)])


@capture("other-types.pcap")
def other_types():
    """Protocol 2 that is no membership; PIMv1 and RGMP would be a leave or a report by their destination."""
    nothing = packed("0.0.0.0")
    return wire([(0, igmp(QUERIER, DVMRP_ROUTERS, DVMRP, 1, struct.pack(">BBBBI", 0, 0x0E, 0xFF, 3, 1), alert=False)),
                 (1, igmp(QUERIER, ALL_ROUTERS, PIMV1, 0, struct.pack(">IHH", 0x10000000, 0, 105), alert=False)),
                 (2, igmp(QUERIER, ALL_ROUTERS, MTRACE, 8, packed(GROUP) + packed(SENDER) + packed(HOST) * 2 + b"\x3f\0\0\x01")),
                 (3, igmp(QUERIER, RGMP_GROUP, RGMP_HELLO, 0, nothing, alert=False)),
                 (4, igmp(QUERIER, "224.0.0.106", 0x30, 20, struct.pack(">HH", 125, 2)))])


@capture("mld-v1.pcap")
def mld_v1():
    return wire([(0, mld_query_v1(QUERIER_6)), (1, mld_report_v1(HOST_6, GROUP_6)), (1.6, mld_report_v1(HOST_6, GROUP_6)),
                 (4, mld_done(HOST_6, GROUP_6)), (4.01, mld_query_v1(QUERIER_6, GROUP_6, 1000)),
                 (5.01, mld_query_v1(QUERIER_6, GROUP_6, 1000))] + speech(1.1, 4.9, source=SENDER_6, group=GROUP_6))


@capture("mld-v2.pcap")
def mld_v2():
    join, leave = (mld_report_v2(HOST_6, record(kind, SSM_GROUP_6, [SENDER_6])) for kind in (ALLOW, BLOCK))
    ask = mld_query_v2(QUERIER_6, SSM_GROUP_6, [SENDER_6], 1000)
    return wire([(0, mld_query_v2(QUERIER_6)), (0.5, mld_report_v2(HOST_6, record(IS_EX, "ff02::fb"))), (1, join), (1.4, join), (4, leave),
                 (4.01, ask), (4.3, leave), (5.01, ask)] + speech(1.1, 4.9, source=SENDER_6, group=SSM_GROUP_6))


@capture("stream-stopped.pcap")
def stream_stopped():
    """The stream ends; the member answers queries until the end of the capture, and nobody leaves."""
    answer = report_v3(HOST, record(IS_EX, GROUP))
    return wire(v3_joined() + [(t, query_v3(QUERIER)) for t in (125, 250)] + [(t, answer) for t in (128, 252, 259)])


@capture("absent.pcap")
def absent():
    """A member that answers, a querier that asks, and no stream but another group's."""
    return wire([(0, query_v3(QUERIER)), (0.5, report_v3(HOST, record(TO_EX, GROUP))), (1, report_v3(HOST, record(TO_EX, GROUP))),
                 (125, query_v3(QUERIER)), (127, report_v3(HOST, record(IS_EX, GROUP)))] + beacon(1, 128, 4, group=OTHER_GROUP))


@capture("ssm-any-source.pcap")
def ssm_any_source():
    """A group of the SSM range joined without a source: routers ignore that (RFC 4604, 2.2.4)."""
    join = report_v3(HOST, record(TO_EX, SSM_GROUP))
    return wire([(0, query_v3(QUERIER)), (1, join), (1.4, join)] + beacon(2, 10, 1))
