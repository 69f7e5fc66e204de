# SPDX-License-Identifier: ISC
# One library that the program, the tests and the fuzzers link.
noinst_LIBRARIES += libmcdiag.a
libmcdiag_a_SOURCES = \
	%D%/base/addr.c \
	%D%/base/addr.h \
	%D%/base/app.c \
	%D%/base/app.h \
	%D%/base/drops.c \
	%D%/base/drops.h \
	%D%/base/err.c \
	%D%/base/err.h \
	%D%/base/filter.c \
	%D%/base/filter.h \
	%D%/base/firewall.c \
	%D%/base/firewall.h \
	%D%/base/frame.h \
	%D%/base/host.c \
	%D%/base/host.h \
	%D%/base/iface.c \
	%D%/base/iface.h \
	%D%/base/request.c \
	%D%/base/request.h \
	%D%/base/vec.c \
	%D%/base/vec.h \
	%D%/capfile/capfile.c \
	%D%/capfile/capfile.h \
	%D%/capfile/inflate.c \
	%D%/capfile/inflate.h \
	%D%/capfile/order.h \
	%D%/capfile/pcap.c \
	%D%/capfile/pcapng.c \
	%D%/capfile/pcapng.h \
	%D%/capfile/pcapng_iface.c \
	%D%/capfile/reader.h \
	%D%/capfile/source.c \
	%D%/capfile/source.h \
	%D%/capfile/ticks.c \
	%D%/capfile/ticks.h \
	%D%/command/commands.c \
	%D%/command/commands.h \
	%D%/command/diagnose.c \
	%D%/command/diagnose.h \
	%D%/command/feed.c \
	%D%/command/feed.h \
	%D%/command/inputs.c \
	%D%/command/inputs.h \
	%D%/command/looking.c \
	%D%/command/looking.h \
	%D%/command/membership.c \
	%D%/command/membership.h \
	%D%/command/options.c \
	%D%/command/options.h \
	%D%/command/options_request.c \
	%D%/command/options_table.c \
	%D%/command/options_table.h \
	%D%/command/outputs.c \
	%D%/command/outputs.h \
	%D%/command/plan.c \
	%D%/command/plan.h \
	%D%/command/probing.c \
	%D%/command/probing.h \
	%D%/command/reading.c \
	%D%/command/reading.h \
	%D%/command/replay.c \
	%D%/command/replay.h \
	%D%/command/restore.c \
	%D%/command/restore.h \
	%D%/command/restore_apps.c \
	%D%/command/restore_facts.c \
	%D%/command/restore_firewall.c \
	%D%/command/restore_host.c \
	%D%/command/restore_parts.h \
	%D%/command/restore_reasons.c \
	%D%/command/restore_request.c \
	%D%/command/restore_rows.c \
	%D%/command/save.c \
	%D%/command/save.h \
	%D%/command/session.c \
	%D%/command/session.h \
	%D%/command/taps.c \
	%D%/command/taps.h \
	%D%/command/values.c \
	%D%/command/values.h \
	%D%/diagnose/apps.c \
	%D%/diagnose/apps.h \
	%D%/diagnose/catalogue.c \
	%D%/diagnose/check_delivery.c \
	%D%/diagnose/check_filter.c \
	%D%/diagnose/check_join.c \
	%D%/diagnose/check_leave.c \
	%D%/diagnose/check_querier.c \
	%D%/diagnose/check_send.c \
	%D%/diagnose/check_stream.c \
	%D%/diagnose/columns.c \
	%D%/diagnose/columns.h \
	%D%/diagnose/delivery.h \
	%D%/diagnose/delivery_causes.c \
	%D%/diagnose/delivery_sums.c \
	%D%/diagnose/diagnose.h \
	%D%/diagnose/dropped.c \
	%D%/diagnose/dropped.h \
	%D%/diagnose/finding.h \
	%D%/diagnose/findings.c \
	%D%/diagnose/judge.c \
	%D%/diagnose/judge.h \
	%D%/diagnose/names.c \
	%D%/diagnose/passive.h \
	%D%/diagnose/passive_answers.c \
	%D%/diagnose/passive_capture.c \
	%D%/diagnose/passive_inventory.c \
	%D%/diagnose/passive_join.c \
	%D%/diagnose/passive_querier.c \
	%D%/diagnose/passive_stream.c \
	%D%/diagnose/remedies.c \
	%D%/diagnose/routes.c \
	%D%/diagnose/routes.h \
	%D%/diagnose/rules_apps.c \
	%D%/diagnose/rules_apps_beside.c \
	%D%/diagnose/rules_history.c \
	%D%/diagnose/rules_host.c \
	%D%/diagnose/rules_leave.c \
	%D%/diagnose/rules_limits.c \
	%D%/diagnose/rules_naming.c \
	%D%/diagnose/rules_overlap.c \
	%D%/diagnose/rules_quality.c \
	%D%/diagnose/rules_querier.c \
	%D%/diagnose/rules_report.c \
	%D%/diagnose/rules_segments.c \
	%D%/diagnose/rules_stream.c \
	%D%/diagnose/rules_ttl.c \
	%D%/diagnose/suspects.c \
	%D%/diagnose/suspects.h \
	%D%/diagnose/suspects_walk.c \
	%D%/diagnose/suspects_walk.h \
	%D%/diagnose/verdict.c \
	%D%/evidence/direction.c \
	%D%/evidence/evidence.c \
	%D%/evidence/evidence.h \
	%D%/evidence/filters.c \
	%D%/evidence/fragments.c \
	%D%/evidence/index.c \
	%D%/evidence/index.h \
	%D%/evidence/limits.h \
	%D%/evidence/members.c \
	%D%/evidence/nic.h \
	%D%/evidence/observe.c \
	%D%/evidence/observe.h \
	%D%/evidence/paths.c \
	%D%/evidence/probes.c \
	%D%/evidence/queriers.c \
	%D%/evidence/reception.c \
	%D%/evidence/reports.c \
	%D%/evidence/rtp_seen.c \
	%D%/evidence/rtp_told.c \
	%D%/evidence/streams.c \
	%D%/evidence/streams_end.c \
	%D%/evidence/streams_find.c \
	%D%/evidence/streams_find.h \
	%D%/evidence/tables.h \
	%D%/evidence/ts_seen.c \
	%D%/net/bridges.h \
	%D%/net/capture.h \
	%D%/net/capture_posix.c \
	%D%/net/clock.h \
	%D%/net/clock_posix.c \
	%D%/net/drops.h \
	%D%/net/drops_program.h \
	%D%/net/firewall.h \
	%D%/net/folder.h \
	%D%/net/folder_posix.c \
	%D%/net/hostinfo.h \
	%D%/net/ifaces.h \
	%D%/net/lookup.h \
	%D%/net/lookup_posix.c \
	%D%/net/nftables.h \
	%D%/net/privilege.h \
	%D%/net/privilege_posix.c \
	%D%/net/routes.h \
	%D%/net/savefile.h \
	%D%/net/savefile_posix.c \
	%D%/net/sock.h \
	%D%/net/sock_filter_posix.c \
	%D%/net/sock_os.h \
	%D%/net/sock_posix.c \
	%D%/net/sockets.h \
	%D%/net/terminal.h \
	%D%/net/terminal_posix.c \
	%D%/net/wait.h \
	%D%/report/explain.c \
	%D%/report/json.c \
	%D%/report/json.h \
	%D%/report/json_facts.c \
	%D%/report/json_filters.c \
	%D%/report/json_firewall.c \
	%D%/report/json_host.c \
	%D%/report/json_nic.c \
	%D%/report/json_payload.c \
	%D%/report/json_probes.c \
	%D%/report/json_reasons.c \
	%D%/report/json_request.c \
	%D%/report/json_sockets.c \
	%D%/report/json_streams.c \
	%D%/report/json_streams.h \
	%D%/report/json_wire.c \
	%D%/report/json_writer.c \
	%D%/report/json_writer.h \
	%D%/report/page.c \
	%D%/report/page.h \
	%D%/report/progress.c \
	%D%/report/report.h \
	%D%/report/rows.c \
	%D%/report/rows.h \
	%D%/report/text.c \
	%D%/report/text.h \
	%D%/report/text_apps.c \
	%D%/report/text_filters.c \
	%D%/report/text_findings.c \
	%D%/report/text_inventory.c \
	%D%/report/text_names.c \
	%D%/report/text_reasons.c \
	%D%/report/text_table.c \
	%D%/report/utf8.c \
	%D%/report/utf8.h \
	%D%/report/value.c \
	%D%/report/value.h \
	%D%/wire/checksum.c \
	%D%/wire/checksum.h \
	%D%/wire/checksum_wide.c \
	%D%/wire/checksum_wide.h \
	%D%/wire/cursor.h \
	%D%/wire/igmp.c \
	%D%/wire/igmp.h \
	%D%/wire/igmp_v3.c \
	%D%/wire/igmp_v3.h \
	%D%/wire/ip.h \
	%D%/wire/ipv4.c \
	%D%/wire/ipv6.c \
	%D%/wire/link.c \
	%D%/wire/link.h \
	%D%/wire/link_80211.c \
	%D%/wire/link_cooked.c \
	%D%/wire/link_ppp.c \
	%D%/wire/link_rooms.h \
	%D%/wire/link_tags.c \
	%D%/wire/mld.c \
	%D%/wire/mld.h \
	%D%/wire/mpegts.c \
	%D%/wire/mpegts.h \
	%D%/wire/packet.c \
	%D%/wire/packet.h \
	%D%/wire/probe.c \
	%D%/wire/probe.h \
	%D%/wire/rtp.c \
	%D%/wire/rtp.h \
	%D%/wire/steady.h \
	%D%/wire/tunnel.c \
	%D%/wire/tunnel.h \
	%D%/wire/udp.c \
	%D%/wire/udp.h

# The edge, one body per platform
if LINUX
libmcdiag_a_SOURCES += \
	%D%/net/bridges_linux.c \
	%D%/net/firewall_linux.c \
	%D%/net/hostcounters_linux.c \
	%D%/net/hostidentity_linux.c \
	%D%/net/hostinfo_linux.c \
	%D%/net/ifaces_linux.c \
	%D%/net/netlink.h \
	%D%/net/netlink_linux.c \
	%D%/net/nftables_attr_linux.c \
	%D%/net/nftables_expr_linux.c \
	%D%/net/nftables_linux.c \
	%D%/net/procfs.h \
	%D%/net/procfs_linux.c \
	%D%/net/routes_linux.c \
	%D%/net/sock_linux.c \
	%D%/net/sockets_linux.c \
	%D%/net/sockets_linux.h \
	%D%/net/sockets_owner_linux.c \
	%D%/net/wait_linux.c
endif

# The kernel's own drop reasons, where libbpf is there
if HAVE_LIBBPF
libmcdiag_a_SOURCES += %D%/net/drops_bpf.c %D%/net/drops_program.c
else
libmcdiag_a_SOURCES += %D%/net/drops_none.c
endif

# Compressed capture files, each where its library is there
if HAVE_ZLIB
libmcdiag_a_SOURCES += %D%/capfile/inflate_gzip.c
endif
if HAVE_ZSTD
libmcdiag_a_SOURCES += %D%/capfile/inflate_zstd.c
endif
if HAVE_LZ4
libmcdiag_a_SOURCES += %D%/capfile/inflate_lz4.c
endif

mcdiag_libs = libmcdiag.a $(PCAP_LIBS) $(CJSON_LIBS) $(MNL_LIBS) $(LIBBPF_LIBS) $(ZLIB_LIBS) $(ZSTD_LIBS) $(LZ4_LIBS)

bin_PROGRAMS += mcdiag
mcdiag_SOURCES = %D%/main.c
mcdiag_LDADD = $(mcdiag_libs)
