# SPDX-License-Identifier: ISC
"""What streams carry: RTP (RFC 3550), MPEG-TS (ISO/IEC 13818-1), the probes of mcdiag (src/wire/probe.h)."""
import struct

G729, MP2T = 18, 33                 # payload types (RFC 3551, 6)
PERIOD = 0.06                       # of speech in one packet, s
SSRC = 0x5E0053AB
PAT_PID, PMT_PID, VIDEO_PID = 0, 0x100, 0x101


def rtp(sequence, payload, *, payload_type=G729, timestamp=0, ssrc=SSRC):
    return struct.pack(">BBHII", 0x80, payload_type, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc) + payload


def voice(number, *, base=1000, ssrc=SSRC):
    """The NUMBER-th 60 ms of speech in G.729: 480 ticks of 8 kHz, 60 octets."""
    return rtp(base + number, bytes([number & 0xFF]) * 60, timestamp=480 * number, ssrc=ssrc)


def ts_packet(pid, counter, pcr=None):
    """188 octets; PCR in ticks of 90 kHz goes into an adaptation field of 8 octets."""
    field = b"" if pcr is None else struct.pack(">BBIH", 7, 0x10, pcr >> 1, (pcr & 1) << 15 | 0x7E00)
    head = struct.pack(">BHB", 0x47, pid, (0x30 if field else 0x10) | counter & 0x0F)
    return (head + field).ljust(188, b"\xff")


class Program:
    """A transport stream of one program: tables and video, with a PCR in the first video packet of each datagram."""

    def __init__(self, with_pcr=True):
        self.with_pcr, self.counters, self.ticks = with_pcr, {}, 0

    def packet(self, pid, pcr=None):
        counter = self.counters.get(pid, 0)
        self.counters[pid] = counter + 1
        return ts_packet(pid, counter, pcr)

    def datagram(self, videos=3):
        """PAT, PMT, and VIDEOS packets of video; 20 ms of it."""
        pcr, self.ticks = self.ticks if self.with_pcr else None, self.ticks + 1800
        video = [self.packet(VIDEO_PID, pcr if i == 0 else None) for i in range(videos)]
        return self.packet(PAT_PID) + self.packet(PMT_PID) + b"".join(video)

    def lose(self, pid, count=1):
        """Packets of PID that were sent and are in no datagram."""
        self.counters[pid] = self.counters.get(pid, 0) + count


def probe(sequence, at_s, *, session=0x0123456789ABCDEF, host="studio-a", iface="eth0", ttl=64):
    line = f"MCDIAG/1 session={session:016x} host={host} if={iface} seq={sequence} ttl={ttl} time={int(at_s)}.{round(at_s % 1 * 10**9):09d}\n"
    return line.encode() + b"hello\0"
