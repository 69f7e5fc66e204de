#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""`mcdiag replay` beside libpcap's own counting loop (count.c), tcpdump and tshark, on captures made for it (generate.c).

All programs of a case run in turns (A B C, A B C, ...), after one turn to warm up, so that a busy machine slows all of them alike; a ratio
is taken within each turn, and the median of these is held against the goal. What mcdiag reports is checked against what the generator put
in: a fast wrong answer counts as failed. Prints Markdown tables; exits 1 when a goal is missed or a program failed. Needs no root.

`make bench-replay BENCH_FLAGS="--quick --only large,small"`. --quick makes smaller captures, --keep leaves them in --dir for the next run.
Peak memory is that of wait4(), as measure.c tells it; all times are with the capture in the page cache."""
import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

from replay_cases import CASES, LARGE, MIB, SMALL, ratio
from run import Failed, bound, median, print_row

BYTES_PER_PACKET = {SMALL: 110, LARGE: 1310}    # in the file, on the average
REPORT_BYTES = 64 * MIB                         # the greatest report and tshark's output, with room to spare
VERDICTS = (0, 1, 2, 3)                         # exit statuses of a run that ended with a report


# Captures

class Captures:
    """What the generator made, in one folder; each with what it put in."""

    def __init__(self, generate, folder, keep):
        self.generate, self.folder, self.keep, self.truths = os.path.abspath(generate), folder, keep, {}

    def path(self, capture):
        words = ["capture", str(capture.packets), str(capture.frame)] + capture.options.replace("--", "").split()
        return os.path.join(self.folder, "-".join(words) + (".pcapng" if "--pcapng" in capture.options else ".pcap"))

    def need(self, capture):
        path = self.path(capture)
        if capture not in self.truths:
            self.truths[capture] = self.kept(path) or self.made(capture, path)
        return self.truths[capture]

    @staticmethod
    def kept(path):
        """One that an earlier run left whole, known by its truth beside it."""
        try:
            with open(path + ".json") as f:
                truth = json.load(f)
            return truth if os.path.getsize(path) == truth["bytes"] else None
        except (OSError, ValueError):
            return None

    def made(self, capture, path):
        argv = [self.generate, "--packets", str(capture.packets), "--frame", str(capture.frame)] + capture.options.split() + [path]
        done = subprocess.run(argv, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise Failed((done.stderr or f"generate: exit status {done.returncode}").splitlines()[0])
        with open(path + ".json", "w") as f:
            f.write(done.stderr)
        return json.loads(done.stderr)

    def drop(self):
        for path in [] if self.keep else map(self.path, self.truths):
            os.unlink(path)
            os.unlink(path + ".json")
        self.truths = {}


def bytes_of(captures):
    return sum(c.packets * BYTES_PER_PACKET[c.frame] * (1.02 if "--pcapng" in c.options else 1) for c in captures)


def check_room(cases, folder, keep):
    """Captures live for one case, unless they are kept."""
    of_case = [{c.capture for c in case.commands.values() if c.capture} for case in cases]
    need = REPORT_BYTES + (bytes_of(set().union(*of_case)) if keep else max(map(bytes_of, of_case), default=0))
    free = shutil.disk_usage(folder).free
    print(f"bench: captures need {need / 1e9:.1f} GB of the {free / 1e9:.1f} GB free in {folder}", file=sys.stderr)
    if need > free:
        raise Failed(f"{folder} has {free / 1e9:.1f} GB free, {need / 1e9:.1f} GB are needed: choose another with --dir, or --quick, or --only")
    with open("/proc/meminfo") as f:
        available = next(int(line.split()[1]) * 1024 for line in f if line.startswith("MemAvailable:"))
    most = max(map(bytes_of, of_case), default=0)
    if most > available:
        print(f"bench: {most / 1e9:.1f} GB of captures do not fit the page cache ({available / 1e9:.1f} GB): the disk will be measured",
              file=sys.stderr)


# What mcdiag says

def check_report(path, truth):
    """None, or why the report cannot be that of this capture."""
    try:
        with open(path) as f:
            report = json.load(f)
    except (OSError, ValueError) as e:
        return f"no JSON report ({e})"
    try:
        return compare(report, truth)
    except (KeyError, TypeError) as e:
        return f"no report of a replay ({type(e).__name__}: {e})"


def compare(report, truth):
    kinds, wires = truth["kinds"], report["interfaces"]

    def total(*keys):
        values = []
        for wire in wires:
            for key in keys:
                wire = wire[key]
            values.append(wire)
        return sum(values)

    expected = {("capture", "packets"): truth["packets"]}
    for key in ("reports_v2", "reports_v3", "queries_v2", "queries_v3"):
        expected["igmp", key] = kinds[f"igmp_{key}"]["packets"]
    wrong = [f"{'.'.join(keys)} is {total(*keys)}, not {value}" for keys, value in expected.items() if total(*keys) != value]
    if not wrong and total("streams_omitted") == 0:
        wrong += compare_loss(wires, kinds["rtp"])
    if not wrong and any(kinds[kind]["packets"] for kind in ("distinct_sources", "first_fragments")) and not report["findings"]:
        wrong.append("no finding about a flood")
    return "; ".join(wrong) or None


def compare_loss(wires, rtp):
    """As RFC 3550, 6.4.1 and tshark have it, a duplicate makes up for one lost."""
    lost = sum(s["lost"] or 0 for wire in wires for s in wire["streams"] if s["payload"] == "rtp")
    allowed = (rtp["lost"], rtp["lost"] - rtp["duplicated"])
    return [] if lost in allowed else [f"{lost} RTP packets lost, not {allowed[0]} (or {allowed[1]} net of duplicates)"]


# Runs

class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.captures = Captures(options.generate, options.dir if options.keep else folder, options.keep)
        self.told = set()
        self.files = {name: os.path.join(folder, name) for name in ("cost", "out", "err", "report")}

    def argv(self, command):
        words = {"mcdiag": os.path.abspath(self.options.mcdiag), "count": os.path.abspath(self.options.count), "report": self.files["report"],
                 "capture": self.captures.path(command.capture) if command.capture else ""}
        return [word.format_map(words) for word in command.argv]

    def start(self, command):
        """Run it under measure(1), which writes the cost."""
        source = subprocess.Popen(["cat", self.captures.path(command.capture)], stdout=subprocess.PIPE) if command.stdin else None
        with open(self.files["out"], "wb") as out, open(self.files["err"], "wb") as err:
            runner = subprocess.Popen([os.path.abspath(self.options.measure), self.files["cost"], str(self.options.limit)] + self.argv(command),
                                      stdin=source.stdout if source else subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True)
        if source:
            source.stdout.close()    # the runner's alone: cat then ends with its reader
        try:
            runner.wait(self.options.limit + 30)
        except BaseException:
            os.killpg(runner.pid, signal.SIGKILL)    # the program too, which is not our child
            runner.wait()
            raise
        finally:
            if source:
                source.wait()

    def once(self, name, command):
        for path in self.files.values():
            if os.path.exists(path):
                os.unlink(path)
        self.start(command)
        with open(self.files["err"], errors="replace") as f:
            said = f.read().strip()
        if not os.path.exists(self.files["cost"]):
            raise Failed(f"{name}: {said}")
        with open(self.files["cost"]) as f:
            cost = json.load(f)
        cost["cpu_ms"] = cost["user_ms"] + cost["system_ms"]
        cost["fault"] = self.fault(command, cost)
        if cost["fault"]:
            cost["fault"] += f" [{said[-300:]}]" if said else ""
        return cost

    def fault(self, command, cost):
        """Why this run does not count, or None."""
        reports = "{report}" in command.argv
        if cost["timed_out"]:
            return f"not done in {self.options.limit} s"
        if cost["status"] not in (VERDICTS if reports else (0,)):
            return f"killed by signal {-cost['status']}" if cost["status"] < 0 else f"exit status {cost['status']}"
        return check_report(self.files["report"], self.captures.truths[command.capture]) if reports else None

    def measure(self, case):
        """[{command: cost} of each turn]; the first turn warms caches and is not kept."""
        turns = []
        for command in case.commands.values():
            if command.capture:
                self.captures.need(command.capture)
        try:
            for turn in range(case.rounds * self.options.rounds + 1):
                costs = {name: self.once(name, command) for name, command in case.commands.items()}
                self.tell_faults(case, costs)
                turns += [costs] if turn else []
        finally:
            self.captures.drop()
        return turns


    def tell_faults(self, case, costs):
        for name, cost in costs.items():
            line = f"bench: {case.name}, {name} failed: {cost['fault']}"
            if cost["fault"] and line not in self.told:
                print(line, file=sys.stderr)
                self.told.add(line)


# Tables

COST_COLUMNS = ("case", "program", "wall ms", "min - max", "cpu ms", "peak RSS MiB", "M packets/s", "wall / first", "runs that failed")
GOAL_COLUMNS = ("case", "what", "median", "min - max", "goal", "")


def print_head(columns):
    print()
    print_row(columns)
    print_row(["---"] * len(columns))


def print_costs(measured):
    print_head(COST_COLUMNS)
    for case, turns in measured:
        first = next(iter(case.commands))
        for name, command in case.commands.items():
            costs = [turn[name] for turn in turns]
            walls = [c["wall_ms"] for c in costs]
            rate = command.capture.packets / statistics.median(walls) / 1000 if command.capture else 0
            print_row([case.name, name, f"{statistics.median(walls):.1f}", f"{min(walls):.0f} - {max(walls):.0f}", f"{median(costs, 'cpu_ms'):.1f}",
                       f"{median(costs, 'peak_rss_kib') / 1024:.1f}", f"{rate:.2f}" if command.capture else "-",
                       f"{statistics.median(ratio(name, first)(turn) for turn in turns):.2f}",
                       f"{sum(bool(c['fault']) for c in costs)} of {len(costs)}"])


def judge(case, turns):
    """[(goal, median, least, greatest, met or None)]"""
    judged = []
    for goal in case.goals:
        values = [goal.value(turn) for turn in turns]
        middle = statistics.median(values)
        judged.append((goal, middle, min(values), max(values), None if goal.limit is None else middle <= goal.limit))
    return judged


def print_goals(measured):
    """Returns whether all were met."""
    missed = 0
    print_head(GOAL_COLUMNS)
    for case, turns in measured:
        failed = any(cost["fault"] for turn in turns for cost in turn.values())
        for goal, middle, least, greatest, met in judge(case, turns):
            form = ".1f" if goal.unit else ".3f" if middle < 0.1 else ".2f"
            limit = "-" if goal.limit is None else f"<= {goal.limit:.3g}{goal.unit}"
            verdict = "" if met is None else "void, a run failed" if failed else "pass" if met else "MISS"
            print_row([case.name, goal.text, f"{middle:{form}}{goal.unit}", f"{least:{form}} - {greatest:{form}}", limit, verdict])
            missed += met is False
    return missed == 0


def parse():
    here = os.path.dirname(os.path.abspath(__file__))
    p = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    p.add_argument("--mcdiag", required=True, help="the program under test, run as MCDIAG replay -q -o REPORT CAPTURE")
    for program in ("count", "generate", "measure"):
        p.add_argument(f"--{program}", default=os.path.join(here, program))
    p.add_argument("--only", default=",".join(CASES), help="of: %(default)s")
    p.add_argument("--quick", action="store_true", help="captures of 1 million packets and less; the goals are of the full ones")
    p.add_argument("--rounds", type=int, default=7)
    p.add_argument("--limit", type=int, default=120, help="seconds one run may take")
    p.add_argument("--budget", type=int, default=3600, help="seconds for everything")
    p.add_argument("--dir", help="where the captures go; default a folder of their own in TMPDIR")
    p.add_argument("--keep", action="store_true", help="leave the captures in --dir")
    p.add_argument("--json", metavar="FILE", help="keep every figure of every turn")
    options = p.parse_args()
    options.only = options.only.split(",")
    unknown = [name for name in options.only if name not in CASES]
    if unknown:
        p.error(f"--only {unknown[0]}: one of {', '.join(CASES)}")
    if options.rounds < 1 or not 1 <= options.limit <= 600:
        p.error("one round at least, and a limit of 1 to 600 seconds")
    if options.keep and not options.dir:
        p.error("--keep needs --dir")
    return options


def chosen_cases(options):
    cases = []
    for name in options.only:
        case = CASES[name](options.quick)
        missing = [program for program in case.needs if not shutil.which(program)]
        if missing:
            print(f"bench: {name} is skipped: {missing[0]} is missing", file=sys.stderr)
        else:
            cases.append(case)
    return cases


def measure_all(options, folder, measured):
    cases = chosen_cases(options)
    check_room(cases, folder, options.keep)
    bench = Bench(options, folder)
    for case in cases:
        print(f"bench: {case.name}", file=sys.stderr)
        measured.append((case, bench.measure(case)))


def print_all(options, measured):
    uname = os.uname()
    print(f"{uname.sysname} {uname.release} {uname.machine}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}; {options.rounds} rounds in turns "
          f"after one to warm up; medians, ratios are medians of pairs.{' Quick: smaller captures than the goals are of.' if options.quick else ''}")
    print_costs(measured)
    return print_goals(measured)


def main():
    options, measured, failed = parse(), [], False
    bound(options.budget)
    folder = tempfile.mkdtemp(prefix="mcdbench", dir=options.dir)
    try:
        measure_all(options, folder, measured)
    except (Failed, subprocess.TimeoutExpired, OSError) as e:
        failed = True
        print(f"bench: {e}", file=sys.stderr)
    finally:
        signal.alarm(0)
        shutil.rmtree(folder, ignore_errors=True)
    met = print_all(options, measured) if measured else False
    if options.json:
        with open(options.json, "w") as f:
            json.dump([{"case": case.name, "turns": turns} for case, turns in measured], f, indent="\t")
    faults = any(cost["fault"] for _, turns in measured for turn in turns for cost in turn.values())
    return 1 if failed or faults or not met else 0


if __name__ == "__main__":
    sys.exit(main())
