# SPDX-License-Identifier: ISC
# First the live tests, which mostly wait: the others run beside them.
include tests/live/local.mk

# Unit tests: one program for each layer.
if HAVE_CUNIT
unit_programs = \
	%D%/unit/test_base \
	%D%/unit/test_wire \
	%D%/unit/test_capfile \
	%D%/unit/test_net \
	%D%/unit/test_evidence \
	%D%/unit/test_diagnose \
	%D%/unit/test_report \
	%D%/unit/test_command
if LINUX
unit_programs += \
	%D%/unit/test_net_ns \
	%D%/unit/test_net_drops \
	%D%/unit/test_net_nft
endif
check_PROGRAMS += $(unit_programs)
TESTS += $(unit_programs)
check_LIBRARIES += libunit.a
endif
libunit_a_SOURCES = %D%/unit/unit.c %D%/unit/unit.h %D%/unit/frames.c %D%/unit/frames.h %D%/unit/os.h
if LINUX
libunit_a_SOURCES += %D%/unit/os_posix.c
endif
if WINDOWS
libunit_a_SOURCES += %D%/unit/os_windows.c
endif
libunit_a_CFLAGS = $(AM_CFLAGS) $(CUNIT_CFLAGS)
unit_cflags = $(AM_CFLAGS) $(CUNIT_CFLAGS)
unit_libs = libunit.a $(mcdiag_libs) $(CUNIT_LIBS)

%C%_unit_test_base_SOURCES = \
	%D%/unit/test_base.c \
	%D%/unit/test_base.h \
	%D%/unit/test_base_addr.c \
	%D%/unit/test_base_iface.c
%C%_unit_test_base_CFLAGS = $(unit_cflags)
%C%_unit_test_base_LDADD = $(unit_libs)
%C%_unit_test_wire_SOURCES = \
	%D%/unit/test_wire.c \
	%D%/unit/test_wire.h \
	%D%/unit/test_wire_80211.c \
	%D%/unit/test_wire_frames.c \
	%D%/unit/test_wire_frames_ipv6.c \
	%D%/unit/test_wire_frames_link.c \
	%D%/unit/test_wire_frames_tunnel.c \
	%D%/unit/test_wire_igmp.c \
	%D%/unit/test_wire_ip.c \
	%D%/unit/test_wire_ipv6.c \
	%D%/unit/test_wire_link.c \
	%D%/unit/test_wire_mld.c \
	%D%/unit/test_wire_packet.c \
	%D%/unit/test_wire_probe.c \
	%D%/unit/test_wire_rtp.c \
	%D%/unit/test_wire_steady.c \
	%D%/unit/test_wire_tunnel.c \
	%D%/unit/test_wire_udp.c
%C%_unit_test_wire_CFLAGS = $(unit_cflags)
%C%_unit_test_wire_LDADD = $(unit_libs)
%C%_unit_test_capfile_SOURCES = \
	%D%/unit/test_capfile.c \
	%D%/unit/test_capfile.h \
	%D%/unit/test_capfile_iface.c \
	%D%/unit/test_capfile_inflate.c \
	%D%/unit/test_capfile_pcap.c \
	%D%/unit/test_capfile_pcapng.c \
	%D%/unit/test_capfile_source.c \
	%D%/unit/captures.c \
	%D%/unit/captures.h
if LINUX
%C%_unit_test_capfile_SOURCES += %D%/unit/test_capfile_posix.c
endif
if WINDOWS
%C%_unit_test_capfile_SOURCES += %D%/unit/test_capfile_windows.c
endif
%C%_unit_test_capfile_CFLAGS = $(unit_cflags)
%C%_unit_test_capfile_LDADD = $(unit_libs)
%C%_unit_test_net_SOURCES = \
	%D%/unit/test_net.c \
	%D%/unit/test_net.h \
	%D%/unit/test_net_savefile.c
if LINUX
%C%_unit_test_net_SOURCES += \
	%D%/unit/test_net_nftables.c \
	%D%/unit/test_net_posix.c \
	%D%/unit/test_net_sock.c
endif
if WINDOWS
%C%_unit_test_net_SOURCES += %D%/unit/test_net_windows.c
endif
%C%_unit_test_net_CFLAGS = $(unit_cflags)
%C%_unit_test_net_LDADD = $(unit_libs)
%C%_unit_test_net_drops_SOURCES = %D%/unit/test_net_drops.c %D%/unit/namespace.c %D%/unit/namespace.h
%C%_unit_test_net_drops_CFLAGS = $(unit_cflags)
%C%_unit_test_net_drops_LDADD = $(unit_libs)
%C%_unit_test_net_nft_SOURCES = %D%/unit/test_net_nft.c %D%/unit/namespace.c %D%/unit/namespace.h
%C%_unit_test_net_nft_CFLAGS = $(unit_cflags)
%C%_unit_test_net_nft_LDADD = $(unit_libs)
%C%_unit_test_net_ns_SOURCES = \
	%D%/unit/namespace.c \
	%D%/unit/namespace.h \
	%D%/unit/test_net_ns.c \
	%D%/unit/test_net_ns.h \
	%D%/unit/test_net_ns_capture.c \
	%D%/unit/test_net_ns_ipv6.c \
	%D%/unit/test_net_ns_join.c \
	%D%/unit/test_net_ns_ping.c \
	%D%/unit/test_net_ns_routes.c \
	%D%/unit/test_net_ns_sock.c \
	%D%/unit/test_net_ns_sockets.c
%C%_unit_test_net_ns_CFLAGS = $(unit_cflags)
%C%_unit_test_net_ns_LDADD = $(unit_libs)
%C%_unit_test_evidence_SOURCES = \
	%D%/unit/test_evidence.c \
	%D%/unit/test_evidence.h \
	%D%/unit/test_evidence_capture.c \
	%D%/unit/test_evidence_filters.c \
	%D%/unit/test_evidence_fragments.c \
	%D%/unit/test_evidence_igmp.c \
	%D%/unit/test_evidence_looks.c \
	%D%/unit/test_evidence_marks.c \
	%D%/unit/test_evidence_members.c \
	%D%/unit/test_evidence_mld.c \
	%D%/unit/test_evidence_quality.c \
	%D%/unit/test_evidence_rtp.c \
	%D%/unit/test_evidence_steady.c \
	%D%/unit/test_evidence_streams.c \
	%D%/unit/test_evidence_ts.c
%C%_unit_test_evidence_CFLAGS = $(unit_cflags)
%C%_unit_test_evidence_LDADD = $(unit_libs)
%C%_unit_test_diagnose_SOURCES = \
	%D%/unit/test_diagnose.c \
	%D%/unit/test_diagnose.h \
	%D%/unit/test_diagnose_apps.c \
	%D%/unit/test_diagnose_apps_beside.c \
	%D%/unit/test_diagnose_apps_ipv6.c \
	%D%/unit/test_diagnose_checks.c \
	%D%/unit/test_diagnose_columns.c \
	%D%/unit/test_diagnose_codes.c \
	%D%/unit/test_diagnose_igmp.c \
	%D%/unit/test_diagnose_inventory.c \
	%D%/unit/test_diagnose_listen.c \
	%D%/unit/test_diagnose_looks.c \
	%D%/unit/test_diagnose_mld.c \
	%D%/unit/test_diagnose_naming.c \
	%D%/unit/test_diagnose_passive.c \
	%D%/unit/test_diagnose_passive_igmp.c \
	%D%/unit/test_diagnose_passive_querier.c \
	%D%/unit/test_diagnose_reasons.c \
	%D%/unit/test_diagnose_suspects.c \
	%D%/unit/test_diagnose_passive_quality.c \
	%D%/unit/test_diagnose_passive_streams.c \
	%D%/unit/test_diagnose_routes.c \
	%D%/unit/test_diagnose_control.c \
	%D%/unit/test_diagnose_send.c \
	%D%/unit/test_diagnose_streams.c \
	%D%/unit/test_diagnose_windows.c \
	%D%/unit/test_diagnose_verdict.c \
	%D%/unit/cases.c \
	%D%/unit/cases_capture.c \
	%D%/unit/cases_ipv6.c \
	%D%/unit/cases_windows.c \
	%D%/unit/cases.h
%C%_unit_test_diagnose_CFLAGS = $(unit_cflags)
%C%_unit_test_diagnose_LDADD = $(unit_libs)
%C%_unit_test_report_SOURCES = \
	%D%/unit/test_report.c \
	%D%/unit/test_report.h \
	%D%/unit/test_report_apps.c \
	%D%/unit/test_report_capture.c \
	%D%/unit/test_report_heard.c \
	%D%/unit/test_report_host.c \
	%D%/unit/test_report_json.c \
	%D%/unit/test_report_prose.c \
	%D%/unit/test_report_scene.c \
	%D%/unit/test_report_control.c \
	%D%/unit/test_report_sent.c \
	%D%/unit/test_report_text.c \
	%D%/unit/test_report_writer.c
%C%_unit_test_report_CFLAGS = $(unit_cflags)
%C%_unit_test_report_LDADD = $(unit_libs)
%C%_unit_test_command_SOURCES = \
	%D%/unit/test_command.c \
	%D%/unit/test_command.h \
	%D%/unit/test_command_control.c \
	%D%/unit/test_command_ipv6.c \
	%D%/unit/test_command_listen.c \
	%D%/unit/test_command_pacer.c \
	%D%/unit/test_command_replay.c \
	%D%/unit/test_command_restore.c \
	%D%/unit/test_command_send.c
%C%_unit_test_command_CFLAGS = $(unit_cflags)
%C%_unit_test_command_LDADD = $(unit_libs)

# Scripts find what they test in the environment; 77 = skipped, with a line that says why.
TEST_EXTENSIONS = .sh .tap
SH_LOG_COMPILER = $(BASH_PATH)
TAP_LOG_COMPILER = $(BASH_PATH)
TAP_LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
# A test that asks for too much memory is to get NULL, of the sanitizer too.
AM_TESTS_ENVIRONMENT = \
	ASAN_OPTIONS="allocator_may_return_null=1:$$ASAN_OPTIONS"; export ASAN_OPTIONS; \
	MCDIAG='$(abs_builddir)/mcdiag$(EXEEXT)'; export MCDIAG; \
	PEER='$(abs_builddir)/tests/live/peer$(EXEEXT)'; export PEER; \
	TEST_REPORT='$(abs_builddir)/tests/unit/test_report$(EXEEXT)'; export TEST_REPORT; \
	LAB_REPORTS='$(abs_builddir)/tests/reports'; export LAB_REPORTS; \
	PYTHON3='$(PYTHON3)'; export PYTHON3;

# Fuzz targets, all in one program: make check replays their corpora; --enable-fuzzers builds them for libFuzzer:
# tests/fuzz/fuzz --target=NAME CORPUS...
fuzz_targets = %D%/fuzz/fuzz.c %D%/fuzz/fuzz.h %D%/fuzz/fuzz_capfile.c %D%/fuzz/fuzz_evidence.c %D%/fuzz/fuzz_links.c %D%/fuzz/fuzz_steady.c \
	%D%/fuzz/fuzz_wire.c
check_PROGRAMS += %D%/fuzz/replay
%C%_fuzz_replay_SOURCES = %D%/fuzz/replay.c $(fuzz_targets)
%C%_fuzz_replay_LDADD = $(mcdiag_libs)
if FUZZERS
noinst_PROGRAMS = %D%/fuzz/fuzz
%C%_fuzz_fuzz_SOURCES = $(fuzz_targets)
%C%_fuzz_fuzz_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
%C%_fuzz_fuzz_LDADD = $(mcdiag_libs)
endif
TESTS += %D%/fuzz/corpus.sh
EXTRA_DIST += %D%/fuzz/corpus.sh %D%/fuzz/corpus %D%/fuzz/seeds-capfile.py

# The seeds of the corpora are made of the unit tests' frames: make seeds, then commit what is new.
EXTRA_PROGRAMS += %D%/fuzz/seeds
%C%_fuzz_seeds_SOURCES = \
	%D%/fuzz/seeds.c \
	%D%/fuzz/fuzz_links.c \
	%D%/unit/test_wire_frames.c \
	%D%/unit/test_wire_frames_ipv6.c \
	%D%/unit/test_wire_frames_link.c \
	%D%/unit/test_wire_frames_tunnel.c
%C%_fuzz_seeds_CFLAGS = $(unit_cflags)
%C%_fuzz_seeds_LDADD = $(mcdiag_libs)
CLEANFILES += %D%/fuzz/seeds$(EXEEXT)

.PHONY: seeds
seeds: %D%/fuzz/seeds$(EXEEXT)
	%D%/fuzz/seeds$(EXEEXT) $(srcdir)/%D%/fuzz/corpus

# Captures of our own making, and the whole report of each
capture_tests = %D%/pcaps.sh %D%/golden/run.sh
TESTS += $(capture_tests)
EXTRA_DIST += pcaps %D%/pcaps.sh %D%/golden
dist-hook:
	rm -f $(distdir)/tests/golden/*.log $(distdir)/tests/golden/*.trs

# Captures of others, where they stand beside the sources
truth_tests = %D%/truth/selftest.sh %D%/truth/compare.sh
TESTS += $(truth_tests)
EXTRA_DIST += $(truth_tests) %D%/truth/compare.py %D%/truth/exceptions.py %D%/truth/facts.py %D%/truth/holds.py %D%/truth/selftest.py

# Captures from end to end, as a user reads them
TESTS += %D%/replay.sh
EXTRA_DIST += %D%/replay.sh

# What the repository says of itself
form_tests = %D%/documents.sh %D%/completions.sh %D%/form.sh
TESTS += $(form_tests)
EXTRA_DIST += $(form_tests)

include tests/bench/local.mk
include tests/windows/local.mk

# Every report that a test made, against the schema: last, when all are there.
TESTS += %D%/schema.sh
EXTRA_DIST += %D%/schema.sh %D%/schema-check.py
tests/schema.log: tests/live/all.log tests/golden/run.log
clean-local:
	rm -rf tests/reports tests/reports-windows build-windows/zip
	if test -e build-windows/Makefile; then $(MAKE) $(AM_MAKEFLAGS) -C build-windows clean; fi
distclean-local:
	rm -rf build-windows
