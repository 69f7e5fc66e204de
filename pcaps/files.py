# SPDX-License-Identifier: ISC
"""Capture files: pcap (draft-ietf-opsawg-pcap), pcapng (draft-ietf-opsawg-pcapng), gzip (RFC 1952). Packets are (time in s, bytes)."""
import struct
import zlib

EPOCH = 1767225600                  # 2026-01-01T00:00:00Z
NULL, ETHERNET, RAW, COOKED, RADIOTAP, COOKED2 = 0, 1, 101, 113, 127, 276
INBOUND, OUTBOUND = 1, 2            # low bits of epb_flags


def nanoseconds(seconds):
    """Since the epoch; whole microseconds, so that no float shows."""
    return EPOCH * 10**9 + round(seconds * 10**6) * 1000


def pcap(packets, *, link_type=ETHERNET, snap_length=262144, order="<"):
    """Microseconds."""
    out = struct.pack(order + "IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, snap_length, link_type)
    for seconds, data in sorted(packets, key=lambda p: p[0]):
        when, held = nanoseconds(seconds) // 1000, data[:snap_length]
        out += struct.pack(order + "IIII", when // 10**6, when % 10**6, len(held), len(data)) + held
    return out


class Pcapng:
    """One section, times in nanoseconds, in byte order ORDER."""

    def __init__(self, order="<"):
        self.order, self.count = order, 0
        self.out = self.block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))

    def block(self, kind, body):
        length = struct.pack(self.order + "I", len(body) + 12)
        return struct.pack(self.order + "I", kind) + length + body + length

    @staticmethod
    def padded(data):
        return data + b"\0" * (-len(data) % 4)

    def options(self, *pairs):
        """PAIRS: (code, bytes)."""
        out = b"".join(struct.pack(self.order + "HH", code, len(value)) + self.padded(value) for code, value in pairs)
        return out + struct.pack(self.order + "HH", 0, 0)

    def interface(self, name, link_type, mac=None, address=None, snap_length=262144):
        """ADDRESS: 4 octets of address and 4 of mask. Returns its number."""
        pairs = [(2, name.encode()), (9, b"\x09")]
        pairs += [(6, mac)] if mac else []
        pairs += [(4, address)] if address else []
        self.out += self.block(1, struct.pack(self.order + "HHI", link_type, 0, snap_length) + self.options(*pairs))
        self.count += 1
        return self.count - 1

    def when(self, seconds):
        return struct.pack(self.order + "II", *divmod(nanoseconds(seconds), 1 << 32))

    def packet(self, interface, seconds, data, direction=None):
        """An Enhanced Packet Block."""
        flags = self.options((2, struct.pack(self.order + "I", direction))) if direction else b""
        head = struct.pack(self.order + "I", interface) + self.when(seconds) + struct.pack(self.order + "II", len(data), len(data))
        self.out += self.block(6, head + self.padded(data) + flags)

    def statistics(self, interface, seconds, received, dropped):
        """An Interface Statistics Block: isb_ifrecv, isb_ifdrop."""
        pairs = self.options((4, struct.pack(self.order + "Q", received)), (5, struct.pack(self.order + "Q", dropped)))
        self.out += self.block(5, struct.pack(self.order + "I", interface) + self.when(seconds) + pairs)


def gzip(data):
    """One stored block, so that every library of every version writes the same."""
    if len(data) > 0xFFFF:
        raise ValueError("too long for one stored block")
    stored = struct.pack("<BHH", 1, len(data), len(data) ^ 0xFFFF) + data
    return bytes.fromhex("1f8b08000000000000ff") + stored + struct.pack("<II", zlib.crc32(data), len(data))
