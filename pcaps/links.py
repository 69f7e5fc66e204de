# SPDX-License-Identifier: ISC
"""The same small segment behind every link layer and tag, and in tunnels, where it is no membership on this wire."""
from capture import GROUP, HOST, QUERIER, START, capture, framed, speech, wire
from files import COOKED, COOKED2, NULL, RADIOTAP, RAW
from frames import QINQ, VLAN, cooked, cooked2, erspan, gre, loopback, mpls, pppoe, radiotap, vxlan
from messages import TO_EX, query_v3, record, report_v3

TUNNEL_A, TUNNEL_B = "192.0.2.101", "192.0.2.102"


def control():
    return [(0, query_v3(QUERIER)), (1, report_v3(HOST, record(TO_EX, GROUP))), (1.5, report_v3(HOST, record(TO_EX, GROUP)))]


def segment():
    return control() + speech(START, 2)


def tag(identifier, kind=VLAN, priority=0):
    return (kind, priority, identifier)


@capture("vlan-two.pcap")
def vlan_two():
    """The group on VLAN 10 and on VLAN 20, each with its querier and member: two wires."""
    later = [(at + 0.3, packet) for at, packet in segment()]
    return wire(segment(), tags=[tag(10)]) + wire(later, tags=[tag(20)])


@capture("qinq.pcap")
def qinq():
    return wire(segment(), tags=[tag(100, QINQ), tag(10)])


@capture("vlan-mismatch.pcap")
def vlan_mismatch():
    """Query and report on VLAN 10, the stream on VLAN 20."""
    return wire(control(), tags=[tag(10)]) + wire(speech(START, 2), tags=[tag(20)])


@capture("priority-tag.pcap")
def priority_tag():
    """VLAN identifier 0 is the untagged network (IEEE 802.1Q, 6.9.1)."""
    return wire(control()) + wire(speech(START, 2), tags=[tag(0, priority=5)])


@capture("cooked.pcap", link_type=COOKED)
def cooked_v1():
    return framed(segment(), cooked)


@capture("cooked2.pcap", link_type=COOKED2)
def cooked_v2():
    """Captured on all interfaces of the member: its reports go out."""
    packets = control()
    return framed(packets[:1] + speech(START, 2), cooked2) + framed(packets[1:], cooked2, outgoing=True)


@capture("raw.pcap", link_type=RAW)
def raw():
    return segment()


@capture("loopback.pcap", link_type=NULL)
def bsd_loopback():
    """Written by a host of the other byte order than that of the file."""
    return framed(segment(), loopback, ">")


@capture("pppoe.pcap")
def pppoe_session():
    return framed(segment(), pppoe)


@capture("mpls.pcap")
def mpls_two_labels():
    return framed(segment(), mpls, 16001, 24)


@capture("radiotap.pcap", link_type=RADIOTAP)
def wireless():
    return framed(segment(), radiotap)


@capture("gre.pcap")
def gre_tunnel():
    return wire([(at, gre(TUNNEL_A, TUNNEL_B, packet)) for at, packet in segment()])


@capture("vxlan.pcap")
def vxlan_tunnel():
    """The outer header is unicast: nothing of it is on this wire's account."""
    return wire([(at, vxlan(TUNNEL_A, TUNNEL_B, frame)) for at, frame in wire(segment())])


@capture("vxlan-multicast.pcap")
def vxlan_multicast():
    """The outer header is multicast: one stream to port 4789, and the IGMP in it stays behind it."""
    return wire([(at, vxlan(TUNNEL_A, "239.192.1.1", frame)) for at, frame in wire(segment())])


@capture("erspan.pcap")
def erspan_session():
    """A mirror port far away: the frames are of another wire."""
    return wire([(at, erspan(TUNNEL_A, TUNNEL_B, frame)) for at, frame in wire(segment())])
