# SPDX-License-Identifier: ISC
"""Streams in health and in every kind of trouble. A query and a join stand before each, so that nothing else is wrong;
each stream begins at START."""
import struct

from capture import (ADMIN_GROUP, GROUP, GROUP_6, HOST, NEAR_SENDER, NEAR_SENDER_6, OTHER_SENDER, PORT, QUERIER, SENDER, START, beacon, capture,
                     speech, stream, wire)
from files import EPOCH
from frames import DESTINATION_OPTIONS, HOP_BY_HOP, UDP, datagram, fragments, mac, pseudo_header, put
from media import MP2T, VIDEO_PID, Program, probe, rtp, voice
from messages import TO_EX, query_v3, record, report_v3

HEADER = 20                         # octets of IPv4 without options
VOICES = 40


def joined(group=GROUP):
    return [(0, query_v3(QUERIER)), (1, report_v3(HOST, record(TO_EX, group))), (1.5, report_v3(HOST, record(TO_EX, group)))]


def numbered(numbers, **how):
    """An RTP stream of these packets in this order, each at its place in time."""
    return stream([voice(n, **how) for n in numbers])


def with_udp(packet, change):
    """An IPv4 packet whose UDP segment was changed."""
    return packet[:HEADER] + change(packet[HEADER:])


@capture("rtp-loss.pcap")
def rtp_loss():
    """Three lost in a row, two apart."""
    return wire(joined() + [p for i, p in enumerate(numbered(range(VOICES))) if i not in (10, 11, 12, 20, 30)])


@capture("rtp-reorder.pcap")
def rtp_reorder():
    order = list(range(VOICES))
    for at in (10, 20):
        order[at], order[at + 1] = order[at + 1], order[at]
    return wire(joined() + numbered(order))


@capture("rtp-duplicate.pcap")
def rtp_duplicate():
    """Two packets come twice, 1 ms apart."""
    packets = numbered(range(VOICES))
    return wire(joined() + packets + [(at + 0.001, packet) for at, packet in (packets[10], packets[25])])


@capture("rtp-wrap.pcap")
def rtp_wrap():
    """From 65525 over 65535 to 28: no loss."""
    return wire(joined() + numbered(range(VOICES), base=65525))


@capture("rtp-ssrc.pcap")
def rtp_ssrc():
    """The sender starts anew: another SSRC, another first number. No loss."""
    half = VOICES // 2
    return wire(joined() + stream([voice(i) for i in range(half)] + [voice(i, base=40000, ssrc=0x5E0053CD) for i in range(half)]))


@capture("ts-healthy.pcap")
def ts_healthy():
    program = Program()
    return wire(joined() + stream([program.datagram(2) for _ in range(16)], step=0.02))


@capture("ts-continuity.pcap")
def ts_continuity():
    """One packet of the video PID is lost once; the tables are whole."""
    program, payloads = Program(), []
    for number in range(16):
        if number == 8:
            program.lose(VIDEO_PID)
        payloads.append(program.datagram(2))
    return wire(joined() + stream(payloads, step=0.02))


@capture("ts-no-pcr.pcap")
def ts_no_pcr():
    program = Program(with_pcr=False)
    return wire(joined() + stream([program.datagram(2) for _ in range(16)], step=0.02))


@capture("ts-in-rtp.pcap")
def ts_in_rtp():
    """RFC 2250: payload type 33, a clock of 90 kHz."""
    program = Program()
    payloads = [rtp(i, program.datagram(2), payload_type=MP2T, timestamp=1800 * i) for i in range(16)]
    return wire(joined() + stream(payloads, step=0.02))


@capture("ip-id-gaps.pcap")
def ip_id_gaps():
    """A stream without numbers of its own; those of IP go up by one, but for 4 that are missing."""
    numbers = [n for n in range(100, 150) if n not in (110, 111, 130, 140)]
    packets = [(START + i * 0.1, datagram(SENDER, GROUP, PORT, PORT, b"telemetry", ttl=62, ident=n)) for i, n in enumerate(numbers)]
    return wire(joined() + packets)


@capture("dscp-change.pcap")
def dscp_change():
    """EF, then best effort: some router on the way changed."""
    packets = numbered(range(VOICES))
    marked = stream([voice(i) for i in range(VOICES)], dscp=46)
    return wire(joined() + marked[:VOICES // 2] + packets[VOICES // 2:])


@capture("burst.pcap")
def burst():
    """10 packets a second, but for 40 that come within 4 ms."""
    steady = beacon(START, 4, 0.1)
    return wire(joined() + steady + stream([f"burst {i}".encode() for i in range(40)], start=START + 2.05, step=0.0001))


@capture("probes.pcap")
def probes():
    """mcdiag's own, of one run; the third of five is lost, and one router took 1 from the TTL."""
    sent = [probe(n, EPOCH + START + n * 0.1, ttl=32) for n in (1, 2, 4, 5)]
    packets = [(START + n * 0.1, datagram(OTHER_SENDER, GROUP, 40000, 7777, payload, ttl=31)) for n, payload in zip((1, 2, 4, 5), sent)]
    return wire(joined() + packets)


@capture("ttl-1.pcap")
def ttl_1():
    return wire(joined() + speech(START, 2, ttl=1))


@capture("senders-two.pcap")
def senders_two():
    return wire(joined() + speech(START, 2) + speech(START + 0.03, 2, source=OTHER_SENDER))


def large(count=6):
    """(number of the datagram, of the piece, (time, piece)): 500 octets in three fragments of at most 176, as if over a very small MTU."""
    for number in range(count):
        packet = datagram(NEAR_SENDER, ADMIN_GROUP, PORT, PORT, bytes(range(250)) * 2, ttl=16, ident=0x1000 + number)
        for place, piece in enumerate(fragments(packet, 176)):
            yield number, place, (START + number * 0.1 + place * 0.001, piece)


@capture("fragments.pcap")
def fragments_whole():
    return wire(joined(ADMIN_GROUP) + [packet for _, _, packet in large()])


@capture("fragments-twice.pcap")
def fragments_twice():
    """Each frame and at once the same again."""
    return wire(joined(ADMIN_GROUP) + [(at + again, piece) for _, _, (at, piece) in large() for again in (0, 0.0001)])


@capture("fragments-middle-missing.pcap")
def fragments_middle_missing():
    """Of the third datagram and of the fifth."""
    return wire(joined(ADMIN_GROUP) + [packet for number, place, packet in large() if (number, place) not in ((2, 1), (4, 1))])


@capture("fragments-first-missing.pcap")
def fragments_first_missing():
    """Of every datagram: no port is seen at all."""
    return wire(joined(ADMIN_GROUP) + [packet for _, place, packet in large() if place > 0])


def changed(change, **header):
    return joined() + [(at, with_udp(packet, change)) for at, packet in speech(START, 2, **header)]


@capture("udp-checksum-bad.pcap")
def udp_checksum_bad():
    return wire(changed(lambda segment: put(segment, 6, struct.unpack(">H", segment[6:8])[0] ^ 0x0101)))


@capture("udp-checksum-none.pcap")
def udp_checksum_none():
    """0: the sender made none, which is legal (RFC 768)."""
    return wire(changed(lambda segment: put(segment, 6, 0)))


def unfinished(source):
    """The sum over the pseudo-header alone, as a NIC is to finish it."""
    def change(segment):
        sums = struct.unpack(">6H", pseudo_header(source, GROUP, UDP, len(segment)))
        return put(segment, 6, sum(sums) % 0xFFFF)
    return change


@capture("udp-checksum-offload.pcap")
def udp_checksum_offload():
    """Captured on the sender itself, before its NIC wrote the sum."""
    return wire(changed(unfinished(NEAR_SENDER), source=NEAR_SENDER, ttl=16))


@capture("ip-checksum-bad.pcap")
def ip_checksum_bad():
    return wire(joined() + speech(START, 2, bad_checksum=True))


@capture("ip-checksum-none.pcap")
def ip_checksum_none():
    """0: captured on the sender itself, before its NIC wrote the sum."""
    return wire(joined() + [(at, put(packet, 10, 0)) for at, packet in speech(START, 2, source=NEAR_SENDER, ttl=16)])


@capture("udp-length-bad.pcap")
def udp_length_bad():
    """The UDP length claims 40 octets more than the datagram holds."""
    return wire(changed(lambda segment: put(segment, 4, len(segment) + 40)))


@capture("mac-wrong.pcap")
def mac_wrong():
    """The frames go to the MAC of another group."""
    return wire(joined()) + wire(speech(START, 2), destination=bytes.fromhex("01005e010203"))


@capture("mac-unicast.pcap")
def mac_unicast():
    """A wireless access point that turned the group into frames for one station."""
    return wire(joined()) + wire(speech(START, 2), destination=mac(HOST))


@capture("ipv6-extensions.pcap")
def ipv6_extensions():
    """UDP behind Hop-by-Hop and Destination Options."""
    padding = bytes.fromhex("010400000000")
    return wire(speech(START, 2, source=NEAR_SENDER_6, group=GROUP_6, hop_limit=16, dscp=46,
                       extensions=[(HOP_BY_HOP, padding), (DESTINATION_OPTIONS, padding)]))
