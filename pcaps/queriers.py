# SPDX-License-Identifier: ISC
"""Queriers: who asks, how often, in which version, and who does not."""
from capture import (GROUP, GROUP_6, HOST, HOST_6, OTHER_GROUP, OTHER_HOST, OTHER_QUERIER, QUERIER, QUERIER_6, SENDER_6, SSM_GROUP, SSM_GROUP_6,
                     beacon, capture, every, wire)
from messages import (IS_EX, TO_EX, TO_IN, mld_query_v1, mld_query_v2, mld_report_v1, mld_report_v2, query_v2, query_v3, record, report_v2,
                      report_v3)

OTHER_QUERIER_6 = "fe80::2"
ANSWER = report_v3(HOST, record(IS_EX, GROUP))


def answered(times, delay=2):
    return [(at + delay, ANSWER) for at in times]


@capture("querier-versions.pcap")
def querier_versions():
    """The v2 one holds every host down: the second answer is of v2."""
    return wire([(0, query_v3(QUERIER)), (2, ANSWER), (60, query_v2(OTHER_QUERIER)), (62, report_v2(HOST, GROUP)), (125, query_v3(QUERIER)),
                 (127, report_v2(HOST, GROUP)), (185, query_v2(OTHER_QUERIER)), (187, report_v2(HOST, GROUP)), (250, query_v3(QUERIER)),
                 (252, report_v2(HOST, GROUP)), (310, query_v2(OTHER_QUERIER)), (312, report_v2(HOST, GROUP))])


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


@capture("querier-boots-twice.pcap")
def querier_boots_twice():
    """The higher address asks at its start, twice as the RFC says, hears the lower one and is silent; then it boots again."""
    higher = [(at, query_v3(OTHER_QUERIER)) for at in (40, 71.25, 150, 181.25)]
    return wire(every(125, 4, query_v3(QUERIER)) + higher + answered([0, 40, 71.25, 125, 150, 181.25, 250, 375]))


@capture("querier-startup.pcap")
def querier_startup():
    """It starts: two queries a quarter of the interval apart, then one each 125 s as it advertises."""
    return wire([(at, query_v3(QUERIER)) for at in (0, 31.25, 156.25, 281.25, 406.25)] + answered([0, 31.25, 156.25, 281.25, 406.25]))


@capture("querier-v2-once.pcap")
def querier_v2_once():
    """One v2 query among those of v3: the host holds to v2 for 260 s, while v3 asks on, and then is back."""
    return wire(every(125, 5, query_v3(QUERIER)) + [(60, query_v2(QUERIER))] + answered([0, 375, 500])
                + [(at, report_v2(HOST, GROUP)) for at in (62, 127, 252)])


@capture("mld-versions.pcap")
def mld_versions():
    """The MLDv1 one holds every host down."""
    report = mld_report_v2(HOST_6, record(IS_EX, GROUP_6))
    return wire([(0, mld_query_v2(QUERIER_6)), (2, report), (60, mld_query_v1(OTHER_QUERIER_6)), (62, mld_report_v1(HOST_6, GROUP_6)),
                 (125, mld_query_v2(QUERIER_6)), (127, mld_report_v1(HOST_6, GROUP_6))])


@capture("mld-v1-ssm.pcap")
def mld_v1_ssm():
    """MLDv1 and a group of the SSM range: no report can carry the source."""
    return wire([(0, mld_query_v1(QUERIER_6)), (1, mld_report_v1(HOST_6, SSM_GROUP_6)), (5, mld_report_v1(HOST_6, SSM_GROUP_6))]
                + beacon(2, 6, 0.5, source=SENDER_6, group=SSM_GROUP_6))


@capture("v2-forced-ssm.pcap")
def v2_forced_ssm():
    """Asked in IGMPv3 alone for longer than an older querier could be the reason, a host reports a group of the SSM range in v2."""
    return wire(every(125, 4, query_v3(QUERIER)) + every(125, 4, report_v2(HOST, SSM_GROUP), 2) + beacon(3, 380, 4, group=SSM_GROUP))


@capture("mld-v1-forced-ssm.pcap")
def mld_v1_forced_ssm():
    """The same of MLD."""
    return wire(every(125, 4, mld_query_v2(QUERIER_6)) + every(125, 4, mld_report_v1(HOST_6, SSM_GROUP_6), 2)
                + beacon(3, 380, 4, source=SENDER_6, group=SSM_GROUP_6))


@capture("fast-leave.pcap")
def fast_leave():
    """Two members; one leaves, the stream stops, nobody is asked."""
    return wire(two_members() + beacon(3, 17.2, 0.2) + after_leave(0))


@capture("leave-asked.pcap")
def leave_asked():
    """The same with a querier that asks who else is a member: the other answers, the stream goes on."""
    return wire(two_members() + beacon(3, 37, 0.2) + [(20.001, query_v3(QUERIER, GROUP)), (20.4, ANSWER)] + after_leave(0.5))


@capture("leave-and-end.pcap")
def leave_and_end():
    """Asked and answered, and the stream stops all the same: the sender ended, or lost its way."""
    return wire(two_members() + beacon(3, 17.2, 0.2) + [(20.001, query_v3(QUERIER, GROUP)), (20.4, ANSWER)] + after_leave(0.5))


def two_members():
    join = record(TO_EX, GROUP)
    return [(0, query_v3(QUERIER)), (1, report_v3(HOST, join)), (1.5, report_v3(OTHER_HOST, join))]


def after_leave(delay):
    leave = report_v3(OTHER_HOST, record(TO_IN, GROUP))
    return [(20, leave), (20.8 + delay, leave)] + beacon(22, 18, 1, group=OTHER_GROUP)
