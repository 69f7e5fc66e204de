#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The main job, `mcdiag --iface all`, beside a bare program that makes only the socket calls and the capture (floor.c).

Two network namespaces: a host with N veth NICs, and a switch with one bridge, and so one IGMPv3 querier, for each NIC. All programs run
in turns (A B C D, A B C D, ...), so that a busy machine slows all of them alike; what counts is the ratio within one round. Prints a
Markdown table. Needs root; touches no interface of the machine itself."""
import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

GROUP = "225.233.233.233"
RECORDS_OF_A_JOIN = ("to_ex", "is_ex")
SIGNALS = (signal.SIGALRM, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
FLOORS = {
    "floor": [],
    "floor+querier": ["--querier"],
    "floor+querier+leave": ["--querier", "--leave"],
}


class Failed(Exception):
    pass


def call(argv, text=None):
    done = subprocess.run(argv, input=text, text=True, capture_output=True, timeout=300)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise Failed(f"{' '.join(argv)}: {said[-1] if said else f'exit status {done.returncode}'}")


class Lab:
    """N NICs h0.. in one namespace, each on a bridge of its own in another."""

    def __init__(self, prefix, nics):
        self.host, self.switch, self.nics = f"{prefix}host", f"{prefix}switch", nics

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def build(self):
        began = time.monotonic()
        for name in (self.host, self.switch):
            call(["ip", "netns", "add", name])
            for scope in ("all", "default"):
                call(["ip", "netns", "exec", name, "sysctl", "-qw", f"net.ipv6.conf.{scope}.disable_ipv6=1"])
        batch, nics = [], range(self.nics)
        for i in nics:
            batch.append(f"link add br{i} type bridge forward_delay 0 stp_state 0 mcast_snooping 1 mcast_igmp_version 3 "
                         "mcast_query_use_ifaddr 1 mcast_querier 1")
            batch.append(f"link add p{i} type veth peer name h{i} netns {self.host}")
            batch.append(f"link set p{i} master br{i} up")
            batch.append(f"addr add {self.address(i, 250)} dev br{i}")
        call(["ip", "-n", self.switch, "-batch", "-"], "\n".join(batch))
        # the bridges come up last: their first query then meets a NIC that listens
        call(["ip", "-n", self.host, "-batch", "-"], "\n".join(
            ["link set lo up"] + [f"addr add {self.address(i, 10)} dev h{i}\nlink set h{i} up" for i in nics]
            + [f"route add default via {self.address(0, 250).split('/')[0]}"]))
        call(["ip", "-n", self.switch, "-batch", "-"], "\n".join(f"link set br{i} up" for i in nics))
        self.built_s = time.monotonic() - began

    @staticmethod
    def address(i, host):
        return f"10.{77 + i // 256}.{i % 256}.{host}/24"

    def __exit__(self, *_):
        began = time.monotonic()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # a second Ctrl-C must not leave a namespace behind
        for name in (self.host, self.switch):
            pids = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True).stdout.split()
            for pid in pids:    # only what runs in our own namespaces
                try:
                    os.kill(int(pid), signal.SIGKILL)
                except ProcessLookupError:
                    pass
            subprocess.run(["ip", "netns", "del", name], capture_output=True, timeout=60)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self.removed_s = time.monotonic() - began


def is_own_join(report):
    """A v3 record that asks for the group, or a v2 report."""
    return report["direction"] == "out" and report["group"] == GROUP and (
        report["record"] in RECORDS_OF_A_JOIN or (report["record"] is None and report["type"] != "leave"))


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder

    def commands(self):
        floor = os.path.abspath(self.options.floor)
        found = {name: [floor, "--times"] + args for name, args in FLOORS.items()}
        if self.options.mcdiag:
            found["mcdiag"] = [os.path.abspath(self.options.mcdiag), "--iface", "all", "--json"]
        return found

    def once(self, lab, name, command):
        """One run: what it cost, and what it says of itself."""
        cost, out, err = (os.path.join(self.folder, x) for x in ("cost", "out", "err"))
        for stale in (cost, out, err):
            if os.path.exists(stale):
                os.unlink(stale)
        with open(out, "wb") as o, open(err, "wb") as e:
            subprocess.run(["ip", "netns", "exec", lab.host, os.path.abspath(self.options.measure), cost, str(self.options.limit)] + command,
                           stdin=subprocess.DEVNULL, stdout=o, stderr=e, timeout=self.options.limit + 30)
        with open(err, errors="replace") as f:
            said = f.read().strip()
        if not os.path.exists(cost):
            raise Failed(f"{name}: {said}")
        with open(cost) as f:
            result = json.load(f)
        result["cpu_ms"] = result["user_ms"] + result["system_ms"]
        result["said"] = said
        result["own"], result["fault"] = self.read_report(out, lab.nics) if name == "mcdiag" else self.read_times(out)
        if result["timed_out"] or result["status"] != 0:
            result["fault"] = f"exit status {result['status']}" + (", timed out" if result["timed_out"] else "") \
                + (f", {result['fault']}" if result["fault"] else "")
        return result

    @staticmethod
    def read_times(path):
        own = {}
        with open(path) as f:
            for line in f:
                key, *values = line.split()
                own[key] = [float(v) for v in values]
        return own, None if own.get("dropped") == [0.0] else "dropped frames, or no times"

    @staticmethod
    def read_report(path, nics):
        """What mcdiag says of itself, per chosen NIC: first own report and first probe on the wire, ms since its start, and the time
        between them: the probe follows the join at once, so that is what the floor calls join to report on wire."""
        try:
            with open(path) as f:
                report = json.load(f)
        except ValueError as e:
            return {}, f"no JSON report ({e})"
        chosen = [i for i in report["interfaces"] if i["role"] == "chosen" and i["usable"]]
        joins, probes, between = [], [], []
        for nic in chosen:
            times = [r["time_ms"] for r in nic["reports"] if is_own_join(r)]
            probe = nic["probes"]["first_on_wire_ms"]
            joins += [min(times)] if times else []
            probes += [probe] if probe is not None else []
            between += [min(times) - probe] if times and probe is not None else []
        own = {"elapsed_ms": [report["elapsed_ms"]]}
        for key, values in (("first_report_ms", joins), ("first_probe_ms", probes), ("probe_to_report_ms", between)):
            if values:
                own[key] = [min(values), statistics.median(values), max(values)]
        fault = None
        if report["verdict"] != "pass":
            codes = sorted({f["code"] for f in report["findings"] if f["severity"] != "note"})
            fault = f"verdict {report['verdict']} ({', '.join(codes[:5]) or 'no finding above note'})"
        elif len(chosen) != nics or len(joins) != nics or len(probes) != nics:
            fault = f"{len(chosen)} NICs chosen, {len(joins)} reports and {len(probes)} probes seen, of {nics}"
        return own, fault

    def measure(self, lab):
        """{name: [result of each round]}; the first round warms caches and is not kept."""
        commands, kept = self.commands(), {}
        time.sleep(self.options.settle)
        for turn in range(self.options.rounds + 1):
            for name, command in commands.items():
                result = self.once(lab, name, command)
                if turn > 0:
                    kept.setdefault(name, []).append(result)
                if result["fault"]:
                    print(f"{lab.nics} NICs, round {turn}, {name}: {result['fault']} {result['said'][:300]}", file=sys.stderr)
                # the querier asks again, and the host repeats its records, up to a second after a leave
                time.sleep(self.options.pause)
        return kept


def median(results, key):
    return statistics.median(r[key] for r in results)


def ratio(results, base, key):
    pairs = [a[key] / b[key] for a, b in zip(results, base) if b[key] > 0]
    return f"{statistics.median(pairs):.2f}" if pairs else "-"


def spread(results, key):
    """Least / median / greatest over the NICs, each the median over the rounds."""
    found = [r["own"][key] for r in results if key in r["own"]]
    return " / ".join(f"{statistics.median(column):.1f}" for column in zip(*found)) if found else "-"


def print_row(cells):
    print("| " + " | ".join(str(c) for c in cells) + " |")


COST_COLUMNS = ("NICs", "program", "wall ms", "min - max", "cpu ms", "peak RSS MiB", "descriptors", "wall / floor", "wall / same proof",
                "cpu / same proof", "RSS / same proof", "runs that failed")


def print_costs(rows):
    """The ratios are to the bare floor, and to the one that proves as much (own leave and a living querier)."""
    print()
    print_row(COST_COLUMNS)
    print_row(["---"] * len(COST_COLUMNS))
    for nics, kept in rows:
        base, proof = kept["floor"], kept["floor+querier+leave"]
        for name, results in kept.items():
            walls = [r["wall_ms"] for r in results]
            print_row([
                nics, name, f"{statistics.median(walls):.1f}", f"{min(walls):.0f} - {max(walls):.0f}", f"{median(results, 'cpu_ms'):.1f}",
                f"{median(results, 'peak_rss_kib') / 1024:.1f}", f"{median(results, 'peak_descriptors'):.0f}",
                ratio(results, base, "wall_ms"), ratio(results, proof, "wall_ms"), ratio(results, proof, "cpu_ms"),
                ratio(results, proof, "peak_rss_kib"), f"{sum(bool(r['fault']) for r in results)} of {len(results)}"])


FLOOR_KEYS = ("join_to_report_on_wire_ms", "join_to_report_seen_ms", "send_to_on_wire_ms", "send_to_seen_ms", "leave_to_query_seen_ms",
              "leave_to_seen_ms", "open_ms", "calls_ms", "wait_ms", "leave_ms", "close_ms", "total_ms")
MCDIAG_KEYS = ("first_report_ms", "first_probe_ms", "probe_to_report_ms", "elapsed_ms")


def print_own(rows, names, keys, title):
    print(f"\n{title}: least / median / greatest over the NICs, medians over the rounds.\n")
    print_row(["ms"] + [f"{nics} NICs" for nics, _ in rows])
    print_row(["---"] * (len(rows) + 1))
    for name in names:
        for key in keys:
            cells = [spread(kept[name], key) if name in kept else "-" for _, kept in rows]
            if any(c != "-" for c in cells):
                print_row([f"{name}: {key.removesuffix('_ms').replace('_', ' ')}"] + cells)


def parse():
    here = os.path.dirname(os.path.abspath(__file__))
    p = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    p.add_argument("--floor", default=os.path.join(here, "floor"))
    p.add_argument("--measure", default=os.path.join(here, "measure"))
    p.add_argument("--mcdiag", help="without it, the floor alone")
    p.add_argument("--nics", default="3,64,256,512")
    p.add_argument("--rounds", type=int, default=7)
    p.add_argument("--pause", type=float, default=1.5, help="seconds between two runs")
    p.add_argument("--settle", type=float, default=3, help="seconds after the network was built")
    p.add_argument("--limit", type=int, default=20, help="seconds one run may take")
    p.add_argument("--budget", type=int, default=900, help="seconds for everything")
    p.add_argument("--prefix", default=f"mcdbench{os.getpid()}", help="of the names of the namespaces")
    p.add_argument("--json", metavar="FILE", help="keep every figure of every round")
    options = p.parse_args()
    try:
        options.nics = [int(n) for n in options.nics.split(",")]
    except ValueError:
        p.error("--nics takes numbers with commas")
    if not all(1 <= n <= 4096 for n in options.nics) or options.rounds < 1:
        p.error("1 to 4096 NICs, and one round at least")
    return options


def stop(number, _frame):
    raise Failed("out of time" if number == signal.SIGALRM else signal.Signals(number).name)


def bound(seconds):
    """From here on a signal, and the end of this time, are a failure that is cleaned up after."""
    for number in SIGNALS:
        signal.signal(number, stop)
    signal.alarm(seconds)


def main():
    options = parse()
    if os.geteuid() != 0:
        print("bench: needs root, for network namespaces", file=sys.stderr)
        return 77
    bound(options.budget)
    folder, rows, failed = tempfile.mkdtemp(prefix="mcdbench"), [], None
    try:
        bench = Bench(options, folder)
        for nics in options.nics:
            with Lab(options.prefix, nics) as lab:
                print(f"{nics} NICs: network built in {lab.built_s:.2f} s", file=sys.stderr)
                rows.append((nics, bench.measure(lab)))
            print(f"{nics} NICs: network removed in {lab.removed_s:.2f} s", file=sys.stderr)
    except (Failed, subprocess.TimeoutExpired, OSError) as e:
        failed = e
        print(f"bench: {e}", file=sys.stderr)
    finally:
        signal.alarm(0)
        shutil.rmtree(folder, ignore_errors=True)
    if rows:
        uname = os.uname()
        print(f"{uname.sysname} {uname.release} {uname.machine}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}; {options.rounds} rounds "
              "in turns after one to warm up; medians, ratios are medians of pairs.")
        print_costs(rows)
        print_own(rows, FLOORS, FLOOR_KEYS, "What the floor says")
        if options.mcdiag:
            print_own(rows, ["mcdiag"], MCDIAG_KEYS, "What mcdiag says, since its start")
    if options.json:
        with open(options.json, "w") as f:
            json.dump([{"nics": nics, "programs": kept} for nics, kept in rows], f, indent="\t")
    return 1 if failed or any(r["fault"] for _, kept in rows for results in kept.values() for r in results) else 0


if __name__ == "__main__":
    sys.exit(main())
