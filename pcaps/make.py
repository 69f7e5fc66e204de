#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Make the captures of this folder, byte for byte the same on any machine.

usage: make.py [--check] [FOLDER]       FOLDER: where the captures are; default: where this script is

--check writes nothing and says which file is not what would be made, which is missing and which nobody makes.
"""
import argparse
import importlib
import pathlib
import sys

sys.dont_write_bytecode = True
makers = importlib.import_module("capture").makers
for module in ("membership", "queriers", "streams", "quality", "links", "containers"):
    importlib.import_module(module)             # registers its captures

LARGEST = 20 * 1024
ENDINGS = (".pcap", ".pcapng", ".gz")


def differences(folder, made):
    """One line for each file that is not as it should be."""
    for name, data in sorted(made.items()):
        path = folder / name
        if not path.exists():
            yield f"{name}: missing"
        elif path.read_bytes() != data:
            yield f"{name}: differs from what make.py makes"
    for path in sorted(folder.iterdir()):
        if path.suffix in ENDINGS and path.name not in made:
            yield f"{path.name}: no function makes it"


def undescribed(folder, made):
    """Captures without a row in README.md, and rows without a capture."""
    rows = {line.split("`")[1] for line in (folder / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")}
    yield from (f"{name}: no row in README.md" for name in sorted(made.keys() - rows))
    yield from (f"{name}: a row in README.md, and no capture" for name in sorted(rows - made.keys()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("folder", nargs="?", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent)
    options = parser.parse_args()
    made = {name: make() for name, make in makers.items()}
    problems = [f"{name}: {len(data)} bytes are too many" for name, data in made.items() if len(data) >= LARGEST]
    if options.check:
        problems += list(differences(options.folder, made)) + list(undescribed(options.folder, made))
    else:
        for name, data in made.items():
            (options.folder / name).write_bytes(data)
    for text in problems:
        print(text)
    print(f"{len(made)} captures, {sum(map(len, made.values()))} bytes, {len(problems)} problems")
    return 1 if problems or not made else 0


if __name__ == "__main__":
    sys.exit(main())
