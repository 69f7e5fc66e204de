# SPDX-License-Identifier: ISC
"""The captures' names, who plays in them, and the words they are told in. Packets are (time in s, IP packet) until wire() frames them."""
import files
from frames import addresses, datagram, ethernet
from media import PERIOD, voice

QUERIER, OTHER_QUERIER, HOST, OTHER_HOST = "192.0.2.1", "192.0.2.2", "192.0.2.10", "192.0.2.11"
SENDER, OTHER_SENDER = "198.51.100.7", "198.51.100.8"       # beyond the querier, which is the router too
NEAR_SENDER = "192.0.2.20"                                  # on the segment itself
GROUP, OTHER_GROUP, SSM_GROUP, ADMIN_GROUP = "233.252.0.1", "233.252.0.2", "232.1.2.3", "239.192.0.5"
PORT = 5004
START = 2.0                         # of a stream after query and join, s
QUERIER_6, HOST_6, SENDER_6, NEAR_SENDER_6 = "fe80::1", "fe80::10", "2001:db8:7::7", "2001:db8:2::20"
GROUP_6, SSM_GROUP_6 = "ff1e::db8:1", "ff3e::8000:1"

makers = {}


def capture(name, **how):
    """Register a function that returns frames for files.pcap(**HOW), or the bytes of a whole file."""
    def register(function):
        def make():
            made = function()
            return made if isinstance(made, bytes) else files.pcap(made, **how)
        if name in makers:
            raise ValueError(f"two captures of the name {name}")
        makers[name] = make
        return function
    return register


def wire(packets, **how):
    """Ethernet frames; what comes from beyond the router has its MAC."""
    def frame(packet):
        source = addresses(packet)[0]
        routed = {SENDER: QUERIER, OTHER_SENDER: QUERIER, SENDER_6: QUERIER_6}.get(source)
        return ethernet(packet, via=routed, **how)
    return [(at, frame(packet)) for at, packet in packets]


def framed(packets, function, *arguments, **how):
    """The same by another link layer of frames.py."""
    return [(at, function(packet, *arguments, **how)) for at, packet in packets]


def stream(payloads, *, start=START, step=PERIOD, source=SENDER, group=GROUP, port=PORT, **header):
    """One datagram every STEP seconds, with the TTL that two routers leave."""
    hops = {"hop_limit" if ":" in source else "ttl": 62} | header
    return [(start + i * step, datagram(source, group, PORT, port, payload, **hops)) for i, payload in enumerate(payloads)]


def speech(start, seconds, **how):
    """An RTP stream without a fault."""
    return stream([voice(i) for i in range(int(seconds / PERIOD))], start=start, **how)


def beacon(start, seconds, step, **how):
    """A slow stream that is no RTP, so that long captures stay small."""
    return stream([f"beacon {i}".encode() for i in range(int(seconds / step))], start=start, step=step, **how)


def every(step, count, packet, start=0.0):
    return [(start + i * step, packet) for i in range(count)]
