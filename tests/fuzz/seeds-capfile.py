#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
# seeds-capfile.py FOLDER: the capture files that the fuzzer of the readers starts from, one for each form. Needs zstd and lz4.
import gzip, pathlib, struct, subprocess, sys

FRAME = bytes.fromhex('01005e000016020000000001080046c00028000000000102' 'f3120a000001e0000016940400002200f9fa000000010400000001010101')


def pcap(order, magic, unit, more=b''):
    records = b''.join(struct.pack(order + 'IIII', 1700000000 + n, 250000 * unit, len(FRAME) - n, len(FRAME)) + more + FRAME[:len(FRAME) - n] for n in range(3))
    return struct.pack(order + 'IHHIIII', magic, 2, 4, 0, 0, 65535, 1) + records


def block(order, kind, body):
    body += b'\0' * (-len(body) % 4)
    length = struct.pack(order + 'I', len(body) + 12)
    return struct.pack(order + 'I', kind) + length + body + length


def option(order, code, value=b''):
    return struct.pack(order + 'HH', code, len(value)) + value + b'\0' * (-len(value) % 4)


def section(order):
    return block(order, 0x0a0d0d0a, struct.pack(order + 'IHHq', 0x1a2b3c4d, 1, 0, -1))


def iface(order, *options):
    return block(order, 1, struct.pack(order + 'HHI', 1, 0, 262144) + b''.join(option(order, *o) for o in options))


def packet(order, number, when, options=b''):
    padding = b'\0' * (-len(FRAME) % 4)
    return block(order, 6, struct.pack(order + 'IIIII', number, when >> 32, when & 0xffffffff, len(FRAME), len(FRAME)) + FRAME + padding + options)


def pcapng(order):
    told = ((2, b'eth0'), (3, b'first'), (4, bytes((10, 0, 0, 1, 255, 255, 255, 0))), (5, b'\xfe\x80' + bytes(13) + b'\1\x40'),
            (6, b'\2\0\0\0\0\1'), (9, b'\x09'), (0,))
    other = ((3, b'second'), (9, b'\x94'), (14, struct.pack(order + 'q', -1000)))
    flags = option(order, 1, b'comment') + option(order, 2, struct.pack(order + 'I', 2)) + option(order, 0)
    drops = option(order, 5, struct.pack(order + 'Q', 3)) + option(order, 7, struct.pack(order + 'Q', 4))
    return b''.join((
        section(order), iface(order, *told), iface(order, *other),
        packet(order, 0, 1700000000000000000), packet(order, 1, 1700000000 << 20, flags),
        block(order, 2, struct.pack(order + 'HHIIII', 0, 1, 0, 5, 4, 60) + FRAME[:4]),
        block(order, 3, struct.pack(order + 'I', 4) + FRAME[:4]),
        block(order, 0xbad, b'custom'),
        block(order, 5, struct.pack(order + 'III', 0, 0, 0) + drops)))


def compressed(program, data):
    return subprocess.run([program, '-c', '-'], input=data, stdout=subprocess.PIPE, check=True).stdout


little = pcap('<', 0xa1b2c3d4, 1)
seeds = {
    'pcap-le-us': little,
    'pcap-be-ns': pcap('>', 0xa1b23c4d, 1000),
    'pcap-modified': pcap('<', 0xa1b2cd34, 1, bytes(8)),
    'pcapng-le': pcapng('<'),
    'pcapng-be': pcapng('>'),
    'pcapng-sections': section('>') + iface('>') + packet('>', 0, 1) + section('<') + iface('<') + packet('<', 0, 1),
    'pcapng-unknown-interface': section('<') + iface('<') + packet('<', 7, 1) + packet('<', 0, 1),
    'pcap-gzip': gzip.compress(little, mtime=0),
    'pcap-gzip-members': gzip.compress(little[:90], mtime=0) + gzip.compress(little[90:], mtime=0),
    'pcapng-zstd': compressed('zstd', pcapng('<')),
    'pcapng-lz4': compressed('lz4', pcapng('<')),
}
folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for name, data in seeds.items():
    (folder / name).write_bytes(data)
