#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""`mcdiag send` between two network namespaces: how exactly it keeps a rate, and how much it sends at the most beside a bare sendmmsg() loop (flood.c)
and, where it is installed, iperf 2. All programs run in turns, so that a busy machine slows all of them alike; what counts is the ratio within one
round. What arrived is counted at the far end. Needs root; touches no interface of the machine itself."""
import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys

from run import Failed, Lab, bound, print_row

GROUP, PORT, NIC, WIRE = "239.255.77.77", 5000, "h0", "p0"
RATES = ("10", "1000", "20000", "100000", "1Mbps", "100Mbps")


class Sender:
    def __init__(self, options, lab):
        self.options, self.lab = options, lab

    def output(self, argv, ns):
        done = subprocess.run(["ip", "netns", "exec", ns] + argv, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=self.options.seconds + 60)
        if done.returncode not in (0, 3):
            raise Failed(f"{argv[0]}: exit status {done.returncode}: {done.stderr[-200:]}")
        return done.stdout

    def arrived(self):
        return json.loads(self.output(["ip", "-s", "-j", "link", "show", WIRE], self.lab.switch))[0]["stats64"]["rx"]["packets"]

    def mcdiag(self, rate):
        """Packets and bits a second that it says of itself, and whether the far end has as many."""
        before = self.arrived()
        report = json.loads(self.output([os.path.abspath(self.options.mcdiag), "send", "--json", "-i", NIC, "--only-chosen", "-g", f"{GROUP}:{PORT}",
                                         "--size", str(self.options.size), "-d", f"{self.options.seconds}s", "--rate", rate], self.lab.host))
        row = report["interfaces"][0]["probes"]["groups"][0]
        if not row["sent"] <= self.arrived() - before < row["sent"] + 20:  # IGMP and the like beside it
            raise Failed(f"{row['sent']} sent at {rate}, {self.arrived() - before} came")
        return row["rate_pps"], row["rate_bps"], report["verdict"]

    def flood(self):
        return float(self.output([os.path.abspath(self.options.flood), NIC, GROUP, str(PORT), str(self.options.size),
                                  str(int(self.options.seconds * 1000))], self.lab.host).split()[1])

    def iperf(self):
        """iperf 2 without a bound; None where it is not installed."""
        if not shutil.which("iperf"):
            return None
        before = self.arrived()
        self.output(["iperf", "-c", GROUP, "-u", "-b", "100G", "-l", str(self.options.size), "-t", str(self.options.seconds)], self.lab.host)
        return (self.arrived() - before) / self.options.seconds


def off_by(rate, pps, bps):
    """Percent."""
    asked = float(rate.removesuffix("Mbps")) * (1e6 if rate.endswith("Mbps") else 1)
    return 100 * ((bps if rate.endswith("Mbps") else pps) / asked - 1)


def accuracy(sender, rounds):
    print_row(["rate asked for", "off by %, median", "worst", "verdicts"])
    print_row(["---"] * 4)
    worst = 0
    for rate in RATES:
        found = [sender.mcdiag(rate) for _ in range(rounds)]
        off = [off_by(rate, pps, bps) for pps, bps, _ in found]
        most = max(off, key=abs)
        print_row([rate, f"{statistics.median(off):+.3f}", f"{most:+.3f}", " ".join(sorted({verdict for *_, verdict in found}))])
        worst = max(worst, abs(most))
    return worst


def throughput(sender, rounds):
    """The first round warms up and is not kept."""
    kept = [(sender.flood(), sender.mcdiag("100000000")[0], sender.iperf()) for _ in range(rounds + 1)][1:]
    print_row(["program", "packets/s, median", "ratio to the bare loop, median", "min - max"])
    print_row(["---"] * 4)
    for place, name in enumerate(("bare sendmmsg", "mcdiag send", "iperf 2")):
        if kept[0][place] is None:
            continue
        ratios = [row[place] / row[0] for row in kept]
        print_row([name, f"{statistics.median(row[place] for row in kept):.0f}", f"{statistics.median(ratios):.2f}", f"{min(ratios):.2f} - {max(ratios):.2f}"])


def parse():
    here = os.path.dirname(os.path.abspath(__file__))
    p = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    p.add_argument("--mcdiag", required=True)
    p.add_argument("--flood", default=os.path.join(here, "flood"))
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--seconds", type=float, default=2, help="of each run")
    p.add_argument("--size", type=int, default=200, help="bytes of payload")
    p.add_argument("--budget", type=int, default=600, help="seconds for everything")
    p.add_argument("--prefix", default=f"mcdsend{os.getpid()}", help="of the names of the namespaces")
    return p.parse_args()


def main():
    options = parse()
    if os.geteuid() != 0:
        print("bench: needs root, for network namespaces", file=sys.stderr)
        return 77
    bound(options.budget)
    try:
        with Lab(options.prefix, 1) as lab:
            sender = Sender(options, lab)
            print(f"{os.uname().release}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}; {options.rounds} rounds of {options.seconds:g} s, "
                  f"{options.size} bytes.\n")
            worst = accuracy(sender, options.rounds)
            print()
            throughput(sender, options.rounds)
    except (Failed, subprocess.TimeoutExpired, OSError) as e:
        print(f"bench: {e}", file=sys.stderr)
        return 1
    finally:
        signal.alarm(0)
    return 0 if worst <= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
