# SPDX-License-Identifier: ISC
"""What the numbers, times and addresses of a stream say of its way here, each beside the healthy stream that it nearly is."""
import struct

from capture import (GROUP, GROUP_6, HOST, HOST_6, NEAR_SENDER, NEAR_SENDER_6, QUERIER, QUERIER_6, SENDER, START, capture, speech, stream, wire)
from frames import datagram, ethernet, put, vxlan
from media import rtp, voice
from messages import TO_EX, mld_query_v2, mld_report_v2, query_v3, record, report_v3

IPV6_HEADER = 40                    # octets
OVERLAPPING = "239.124.0.1"         # the low 23 bits are those of GROUP
PTP_GROUP, PTP_GENERAL, SSDP_GROUP, SSDP = "224.0.1.129", 320, "239.255.255.250", 1900
PACE = 0.04                         # of short speech, s


def joined(*groups):
    return [(0, query_v3(QUERIER))] + [(at, report_v3(HOST, record(TO_EX, group))) for group in groups or (GROUP,) for at in (1, 1.5)]


def joined_6():
    return [(0, mld_query_v2(QUERIER_6)), (1, mld_report_v2(HOST_6, record(TO_EX, GROUP_6)))]


def numbered(count, missing):
    return [packet for i, packet in enumerate(stream([voice(n) for n in range(count)])) if i not in missing]


@capture("rtp-burst-loss.pcap")
def rtp_burst_loss():
    """18 of 100 lost, in three runs: a queue overflowed."""
    return wire(joined() + numbered(100, {*range(20, 25), *range(45, 51), *range(70, 77)}))


@capture("rtp-scattered-loss.pcap")
def rtp_scattered_loss():
    """As many, one by one or in pairs."""
    return wire(joined() + numbered(100, {3, 9, 14, 15, 23, 31, 36, 42, 50, 51, 57, 64, 68, 75, 81, 82, 90, 96}))


@capture("rtp-mirror.pcap")
def rtp_mirror():
    """Every frame and 20 us later the same again."""
    return wire([(at + again, packet) for at, packet in joined() + speech(START, 3) for again in (0, 0.00002)])


def short(number):
    """40 ms of G.729 in 40 octets."""
    return rtp(1000 + number, bytes([number & 0xFF]) * 40, timestamp=320 * number)


def arriving(times):
    return [(at, datagram(SENDER, GROUP, 5004, 5004, short(i), ttl=62)) for i, at in enumerate(times)]


def delayed(count, most):
    """In order, each held up by anything to MOST s (a linear congruential generator, so that it is the same anywhere)."""
    last, state = 0.0, 1
    for number in range(count):
        state = (state * 1103515245 + 12345) % 2**31
        last = max(last + 0.002, START + number * PACE + state / 2**31 * most)
        yield last


@capture("rtp-jitter.pcap")
def rtp_jitter():
    """One packet each 40 ms, held up by anything to 120 ms."""
    return wire(joined() + arriving(delayed(140, 0.12)))


@capture("rtp-uneven.pcap")
def rtp_uneven():
    """The same, held up by anything to 20 ms: any receiver makes up for that."""
    return wire(joined() + arriving(delayed(140, 0.02)))


@capture("rtp-clumped.pcap")
def rtp_clumped():
    """The same, taken in five at a time, as a busy host captures it: that tells nothing of the network."""
    return wire(joined() + arriving(START + i // 5 * 5 * PACE + i % 5 * 0.00002 for i in range(140)))


@capture("mac-overlap.pcap")
def mac_overlap():
    """Two groups, one MAC address."""
    return wire(joined() + speech(START, 2) + speech(START, 2, group=OVERLAPPING))


@capture("mac-neighbours.pcap")
def mac_neighbours():
    """Two groups that differ in the 23rd bit: two MAC addresses."""
    return wire(joined() + speech(START, 2) + speech(START, 2, group="239.60.0.1"))


@capture("ptp.pcap")
def ptp():
    """PTP and SSDP, which stay on their link."""
    sync = [(at, datagram(NEAR_SENDER, PTP_GROUP, PTP_GENERAL, PTP_GENERAL, bytes.fromhex("0b020040") + bytes(60), ttl=1)) for at in range(2, 8)]
    notify = [(at + 0.5, datagram(NEAR_SENDER, SSDP_GROUP, SSDP, SSDP, b"NOTIFY * HTTP/1.1\r\n\r\n", ttl=1)) for at in range(2, 8)]
    return wire(joined(PTP_GROUP, SSDP_GROUP) + sync + notify)


def without_checksum(packet):
    return put(packet, IPV6_HEADER + 6, 0)


@capture("udp-checksum-none-6.pcap")
def udp_checksum_none_6():
    """0, which IPv6 forbids (RFC 8200, 8.1)."""
    return wire(joined_6() + [(at, without_checksum(packet)) for at, packet in speech(START, 2, source=NEAR_SENDER_6, group=GROUP_6, hop_limit=16)])


@capture("vxlan-6.pcap")
def vxlan_6():
    """0 in a tunnel, which RFC 6935 allows and RFC 7348 asks for."""
    inner = ethernet(datagram(NEAR_SENDER, HOST, 40000, 40000, b"ping"))
    return wire(joined_6() + [(START + i, without_checksum(vxlan(NEAR_SENDER_6, GROUP_6, inner))) for i in range(8)])


@capture("one-datagram.pcap")
def one_datagram():
    """One of each: a query, a report, a datagram whose UDP checksum is wrong."""
    (at, packet), = stream([b"alone"])
    segment = put(packet[20:], 6, struct.unpack(">H", packet[26:28])[0] ^ 0x0101)
    return wire(joined()[:2] + [(at, packet[:20] + segment)])
