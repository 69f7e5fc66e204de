#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""Compare `mcdiag replay` with what tshark counted in captures of others, number for number.

usage: compare.py [--mcdiag PROGRAM] [--jobs N] FOLDER [NAME...]

FOLDER has captures/ and derived/, the truth of each file in truth/ and truth-derived/, and derived.tsv; its README tells what is what. NAME:
only these files. Where the truth is not what is to be said, exceptions.py says so file by file; what must hold of a derived file in any case is
in holds.py. Exit status: 0 nothing differs, 1 something does.
"""
import argparse
import concurrent.futures
import csv
import json
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
import exceptions  # noqa: E402
import facts  # noqa: E402
import holds  # noqa: E402

SECONDS = 120                       # for one file
ALL_ROWS = "100000000"
FOLDERS = (("captures", "truth"), ("derived", "truth-derived"))


class Failed(Exception):
    """mcdiag gave no answer."""


def replay(program, path):
    """(report, None), or (None, what it said) when it refused the file."""
    try:
        done = subprocess.run([program, "replay", "--json", "--max-rows", ALL_ROWS, str(path)], capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as late:
        raise Failed(f"no answer in {SECONDS} s") from late
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode not in (0, 1, 2, 3):
        raise Failed(f"exit status {done.returncode}: {said[-300:]}")
    if not done.stdout:
        if done.returncode != 3 or not said or "\n" in said:
            raise Failed(f"no report, exit status {done.returncode}, {said[-300:]!r} on standard error")
        return None, said
    try:
        return json.loads(done.stdout), None
    except ValueError as wrong:
        raise Failed(f"the report is no JSON: {wrong}") from wrong


def truth_of(folder, name):
    """The truth of a capture, with the exceptions applied."""
    for files, truths in FOLDERS:
        if (folder / files / name).exists():
            truth = json.loads((folder / truths / f"{name}.json").read_text(encoding="utf-8"))
            exceptions.apply(name, truth)
            return truth
    raise Failed(f"no capture {name}")


def compare_truth(truth, report, refusal):
    if truth.get("only_holds"):
        return
    if truth.get("refused") or report is None:
        if not truth.get("refused"):
            yield f"refused: {refusal}"
        elif report is not None:
            yield "not refused"
        return
    yield from facts.differences(facts.of_truth(truth), facts.of_report(report))


def compare(program, folder, path, derived):
    """All that is wrong with one file."""
    try:
        truth = truth_of(folder, path.name)
        report, refusal = replay(program, path)
        found = list(compare_truth(truth, report, refusal))
        if path.name in derived:
            base, text = derived[path.name]
            known = facts.of_truth(truth_of(folder, base))
            found += holds.check(text, holds.Case(report, refusal, known))
    except (Failed, exceptions.Stale) as wrong:
        return [f"{type(wrong).__name__}: {wrong}"]
    except (KeyError, TypeError) as missing:
        return [f"the report lacks what the contract promises: {missing!r}"]
    return found


def captures(folder, names):
    """The files to compare, and which of NAMES is none."""
    paths = [p for files, _ in FOLDERS for p in sorted((folder / files).iterdir())]
    return [p for p in paths if not names or p.name in names], sorted(set(names) - {p.name for p in paths})


def derivations(folder):
    """{name: (base, what must hold)}"""
    with open(folder / "derived.tsv", encoding="utf-8", newline="") as file:
        return {row["name"]: (row["base"], row["must_hold"]) for row in csv.DictReader(file, delimiter="\t")}


def unused(folder):
    """Rows of the tables for files that are not there, and files of derived.tsv without a capture."""
    known = {p.name for p in captures(folder, [])[0]}
    yield from (f"exceptions.py: no capture {name}" for name, _, _ in exceptions.TABLE if name not in known)
    yield from (f"derived.tsv: no capture {name}" for name in derivations(folder) if name not in known)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--mcdiag", default="./mcdiag")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--most", type=int, default=10, help="differences shown of one file; 0 = all")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("names", nargs="*", metavar="NAME")
    return parser.parse_args()


def show(name, found, most):
    for text in found[:most or None]:
        print(f"{name}: {text}")
    if most and len(found) > most:
        print(f"{name}: and {len(found) - most} more")


def main():
    options = parse()
    paths, strangers = captures(options.folder, options.names)
    derived = derivations(options.folder)
    failures = [f"{name}: no such capture" for name in strangers] + list(unused(options.folder))
    print("\n".join(failures), end="\n" if failures else "")
    failed = total = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for path, found in zip(paths, pool.map(lambda p: compare(options.mcdiag, options.folder, p, derived), paths)):
            show(path.name, found, options.most)
            failed += bool(found)
            total += len(found)
    print(f"{len(paths)} captures compared, {failed} differ, in {total} places; {len(exceptions.TABLE)} exceptions")
    return 1 if failures or failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
