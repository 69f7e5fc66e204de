# SPDX-License-Identifier: ISC
"""Bytes of link layers, IP, UDP and tunnels, with the right lengths and checksums unless a caller says otherwise. Addresses are text."""
import ipaddress
import struct

IPV4, IPV6, VLAN, QINQ, MPLS, PPPOE = 0x0800, 0x86DD, 0x8100, 0x88A8, 0x8847, 0x8864
IGMP, UDP, GRE, ICMPV6 = 2, 17, 47, 58
HOP_BY_HOP, FRAGMENT, DESTINATION_OPTIONS = 0, 44, 60
ROUTER_ALERT_4 = bytes.fromhex("94040000")      # RFC 2113
ROUTER_ALERT_6 = bytes.fromhex("050200000100")  # RFC 2711, MLD, and PadN of 0 octets


def packed(address):
    return ipaddress.ip_address(address).packed


def checksum(data):
    """RFC 1071, as it goes into a header."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def put(data, offset, number):
    """DATA with the 16 bits at OFFSET replaced."""
    return data[:offset] + struct.pack(">H", number & 0xFFFF) + data[offset + 2:]


# Network layer

def ip4(source, destination, protocol, payload, *, ttl=64, dscp=0, ident=0, options=b"", fragment=0, more=False, bad_checksum=False):
    """FRAGMENT: offset in bytes. Without a part of a datagram the Don't Fragment bit is set."""
    words = (20 + len(options)) // 4
    bits = fragment // 8 | (0x2000 if more else 0)
    header = struct.pack(">BBHHHBBH", 0x40 | words, dscp << 2, words * 4 + len(payload), ident, bits or 0x4000, ttl, protocol, 0)
    header += packed(source) + packed(destination) + options
    return put(header, 10, checksum(header) ^ (0x0101 if bad_checksum else 0)) + payload


def ip6(source, destination, protocol, payload, *, hop_limit=64, dscp=0, extensions=()):
    """EXTENSIONS: (number of the header, its options) from the outermost on, each padded by the caller to 8n - 2 octets."""
    for number, options in reversed(extensions):
        payload = bytes([protocol, (len(options) + 2) // 8 - 1]) + options + payload
        protocol = number
    return struct.pack(">IHBB", 6 << 28 | dscp << 22, len(payload), protocol, hop_limit) + packed(source) + packed(destination) + payload


def pseudo_header(source, destination, protocol, length):
    a, b = packed(source), packed(destination)
    return a + b + (struct.pack(">HH", protocol, length) if len(a) == 4 else struct.pack(">II", length, protocol))


def udp(source, destination, source_port, port, payload):
    length = 8 + len(payload)
    segment = struct.pack(">HHHH", source_port, port, length, 0) + payload
    return put(segment, 6, checksum(pseudo_header(source, destination, UDP, length) + segment) or 0xFFFF)


def datagram(source, destination, source_port, port, payload, **header):
    """UDP in IPv4 or IPv6."""
    return (ip6 if ":" in source else ip4)(source, destination, UDP, udp(source, destination, source_port, port, payload), **header)


def fragments(packet, size):
    """An IPv4 packet without options in pieces of SIZE payload bytes, a multiple of 8."""
    header, payload = packet[:20], packet[20:]
    for at in range(0, len(payload), size):
        piece = payload[at:at + size]
        head = put(put(put(header, 2, 20 + len(piece)), 6, at // 8 | (0x2000 if at + size < len(payload) else 0)), 10, 0)
        yield put(head, 10, checksum(head)) + piece


# Link layer

def mac(address):
    """Of a host: in the documentation range (RFC 9542, 2.1.2), by the last octet of its address."""
    return bytes.fromhex("00005e0053") + packed(address)[-1:]


def group_mac(group):
    """RFC 1112, 6.4; RFC 2464, 7."""
    low = packed(group)
    return b"\x33\x33" + low[-4:] if len(low) == 16 else bytes.fromhex("01005e") + bytes([low[1] & 0x7F]) + low[2:]


def addresses(packet):
    """(source, destination, Ethernet type) of an IP packet."""
    v6 = packet[0] >> 4 == 6
    at, size = (8, 16) if v6 else (12, 4)
    return tuple(str(ipaddress.ip_address(packet[at + i * size:at + (i + 1) * size])) for i in (0, 1)) + (IPV6 if v6 else IPV4,)


def macs(packet):
    """(source, destination) MAC for an IP packet that its source itself puts on the wire."""
    source, destination, _ = addresses(packet)
    multicast = ipaddress.ip_address(destination).is_multicast
    return mac(source), group_mac(destination) if multicast else mac(destination)


def ethernet(packet, *, tags=(), via=None, destination=None, padding=b"\0"):
    """TAGS: (Ethernet type, priority, VLAN identifier) from the outermost on. VIA: the router that sends it on. Padded to 60 octets."""
    source, natural = macs(packet)
    head = (destination or natural) + (mac(via) if via else source)
    for kind, priority, identifier in tags:
        head += struct.pack(">HH", kind, priority << 13 | identifier)
    frame = head + struct.pack(">H", addresses(packet)[2]) + packet
    return frame + (padding * 60)[:max(0, 60 - len(frame))]


def cooked(packet, *, outgoing=False):
    """Linux cooked v1 (LINKTYPE_LINUX_SLL): 2 = multicast, 4 = sent by this host."""
    return struct.pack(">HHH6s2xH", 4 if outgoing else 2, 1, 6, macs(packet)[0], addresses(packet)[2]) + packet


def cooked2(packet, *, outgoing=False, interface=2):
    """Linux cooked v2 (LINKTYPE_LINUX_SLL2)."""
    return struct.pack(">HxxIHBB6s2x", addresses(packet)[2], interface, 1, 4 if outgoing else 2, 6, macs(packet)[0]) + packet


def loopback(packet, order="<"):
    """BSD loopback (LINKTYPE_NULL): the address family in the byte order of the capturing host; AF_INET, or AF_INET6 of FreeBSD."""
    return struct.pack(order + "I", 28 if packet[0] >> 4 == 6 else 2) + packet


def behind_ethernet(packet, kind, payload):
    """PAYLOAD with the Ethernet addresses of PACKET and Ethernet type KIND."""
    source, destination = macs(packet)
    return destination + source + struct.pack(">H", kind) + payload


def pppoe(packet, session=0x0123):
    """Session stage (RFC 2516, 6), with PPP's protocol number of IPv4 or IPv6."""
    ppp = struct.pack(">H", 0x0057 if packet[0] >> 4 == 6 else 0x0021) + packet
    return behind_ethernet(packet, PPPOE, struct.pack(">BBHH", 0x11, 0, session, len(ppp)) + ppp)


def mpls(packet, *labels):
    """RFC 3032; the last label has the bottom-of-stack bit."""
    bottom = len(labels) - 1
    stack = [struct.pack(">I", label << 12 | (i == bottom) << 8 | 64) for i, label in enumerate(labels)]
    return behind_ethernet(packet, MPLS, b"".join(stack) + packet)


def radiotap(packet):
    """A data frame of 802.11 from an access point, with LLC/SNAP, behind an empty radiotap header."""
    source, destination = macs(packet)
    wireless = struct.pack("<HH", 0x0208, 0) + destination + mac("192.0.2.1") + source + struct.pack("<H", 0)
    snap = bytes.fromhex("aaaa03000000") + struct.pack(">H", addresses(packet)[2])
    return struct.pack("<BBHI", 0, 0, 8, 0) + wireless + snap + packet


# Tunnels

def gre(source, destination, packet):
    return ip4(source, destination, GRE, struct.pack(">HH", 0, addresses(packet)[2]) + packet)


def erspan(source, destination, frame, session=10):
    """ERSPAN type II: GRE with a sequence number, then version, VLAN, session and index."""
    return ip4(source, destination, GRE, struct.pack(">HHI", 0x1000, 0x88BE, 1) + struct.pack(">HHI", 0x1000, session, 0) + frame)


def vxlan(source, destination, frame, network=100):
    """RFC 7348, 5."""
    return datagram(source, destination, 49152, 4789, struct.pack(">II", 0x08000000, network << 8) + frame)
