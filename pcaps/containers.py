# SPDX-License-Identifier: ISC
"""Files that are more, or less, than one whole pcap."""
from capture import HOST, capture, framed, makers, wire
from files import COOKED, ETHERNET, INBOUND, OUTBOUND, Pcapng, gzip
from frames import cooked, mac, packed
from links import control, segment


@capture("two-interfaces.pcapng")
def two_interfaces():
    """eth0 is Ethernet and drops frames, any is cooked; the report of this host leaves by eth0, and the stream comes in by the other."""
    file = Pcapng()
    eth0 = file.interface("eth0", ETHERNET, mac(HOST), packed(HOST) + packed("255.255.255.0"))
    any_ = file.interface("any", COOKED)
    frames = [(at, eth0, frame, INBOUND if number == 0 else OUTBOUND) for number, (at, frame) in enumerate(wire(control()))]
    frames += [(at, any_, frame, INBOUND) for at, frame in framed(segment()[3:], cooked)]
    for at, interface, frame, direction in sorted(frames, key=lambda f: f[0]):
        file.packet(interface, at, frame, direction)
    file.statistics(eth0, 5, 10, 7)
    file.statistics(any_, 5, 33, 0)
    return file.out


@capture("big-endian.pcapng")
def big_endian():
    """Times in nanoseconds, in the byte order of the other kind of machine."""
    file = Pcapng(">")
    port = file.interface("mirror", ETHERNET)
    for at, frame in wire(segment()):
        file.packet(port, at, frame)
    return file.out


@capture("v3-asm.pcap.gz")
def compressed():
    return gzip(makers["v3-asm.pcap"]())


@capture("cut.pcap")
def cut():
    """v3-asm.pcap, the copy of which ended in the middle of a packet."""
    return makers["v3-asm.pcap"]()[:5000]


@capture("empty.pcap")
def empty():
    return []
