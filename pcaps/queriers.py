# SPDX-License-Identifier: ISC
"""Queriers: who asks, how often, in which version, and who does not."""
from capture import GROUP, HOST, OTHER_QUERIER, QUERIER, beacon, capture, every, wire
from messages import IS_EX, TO_EX, query_v2, query_v3, record, report_v2, report_v3

ANSWER = report_v3(HOST, record(IS_EX, GROUP))


def answered(times, delay=2):
    return [(at + delay, ANSWER) for at in times]


@capture("querier-versions.pcap")
def querier_versions():
    """The v2 one holds every host down: the second answer is of v2."""
    return wire([(0, query_v3(QUERIER)), (2, ANSWER), (60, query_v2(OTHER_QUERIER)), (62, report_v2(HOST, GROUP)), (125, query_v3(QUERIER)),
                 (127, report_v2(HOST, GROUP)), (185, query_v2(OTHER_QUERIER)), (187, report_v2(HOST, GROUP))])


@capture("querier-zero-address.pcap")
def querier_zero_address():
    return wire(every(125, 2, query_v3("0.0.0.0")) + answered([0, 125]) + beacon(3, 130, 4))


@capture("queriers-two.pcap")
def queriers_two():
    """Neither hears the other: both go on at their own interval."""
    return wire(every(125, 3, query_v3(QUERIER)) + every(125, 3, query_v3(OTHER_QUERIER), 40) + answered([0, 40, 125, 165, 250, 290]))


@capture("queriers-election.pcap")
def queriers_election():
    """The higher address asks at its start, hears the lower one and is silent from then on."""
    return wire([(0, query_v3(OTHER_QUERIER)), (10, query_v3(QUERIER)), (41, query_v3(QUERIER)), (166, query_v3(QUERIER))]
                + answered([0, 10, 41, 166]) + beacon(2, 170, 4))


@capture("querier-silent.pcap")
def querier_silent():
    """Two queries, then none for 300 s: its time (2 x 125 s + 5 s) runs out."""
    return wire(every(125, 2, query_v3(QUERIER)) + answered([0, 125]) + beacon(1, 430, 10))


@capture("querier-interval.pcap")
def querier_interval():
    """It advertises 125 s and asks every 40 s."""
    return wire(every(40, 5, query_v3(QUERIER)) + answered(range(0, 200, 40)))


@capture("querier-absent.pcap")
def querier_absent():
    """A join, a stream, and no query in 300 s."""
    return wire([(0.5, report_v3(HOST, record(TO_EX, GROUP))), (1, report_v3(HOST, record(TO_EX, GROUP)))] + beacon(0, 300, 5))
