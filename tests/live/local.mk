# SPDX-License-Identifier: ISC
# The scenarios are one test for make, which runs many side by side, since they wait most of their time; its results are theirs, in TAP.
# Single ones: make check TESTS="tests/live/13-rp-filter.sh", or tests/live/all.tap without make.
check_PROGRAMS += %D%/peer %D%/nic
%C%_peer_SOURCES = %D%/peer.c %D%/peer.h %D%/peer_craft.c %D%/peer_socket.c %D%/peer_tap.c
%C%_peer_LDADD =
%C%_nic_SOURCES = %D%/nic.c
%C%_nic_LDADD =

live_scenarios = \
	%D%/01-healthy-asm.sh \
	%D%/02-healthy-self-test.sh \
	%D%/03-ssm-include.sh \
	%D%/04-exclude.sh \
	%D%/05-v2-querier.sh \
	%D%/06-v2-query-once.sh \
	%D%/07-version-forced.sh \
	%D%/08-no-querier.sh \
	%D%/09-slow-querier.sh \
	%D%/10-querier-zero-address.sh \
	%D%/11-join-blocked.sh \
	%D%/12-delivery-blocked.sh \
	%D%/13-rp-filter.sh \
	%D%/14-link.sh \
	%D%/15-no-multicast-flag.sh \
	%D%/16-no-address.sh \
	%D%/17-enslaved.sh \
	%D%/18-macvlan.sh \
	%D%/19-one-segment-twice.sh \
	%D%/20-stream-elsewhere.sh \
	%D%/21-stream-ttl-1.sh \
	%D%/22-already-member.sh \
	%D%/23-send-blocked.sh \
	%D%/24-ttl.sh \
	%D%/25-link-local-group.sh \
	%D%/26-many-groups.sh \
	%D%/27-many-sources.sh \
	%D%/28-interface-vanishes.sh \
	%D%/29-interrupted.sh \
	%D%/30-no-capture-right.sh \
	%D%/31-port-in-use.sh \
	%D%/32-many-nics.sh \
	%D%/33-save.sh \
	%D%/34-full-disk.sh \
	%D%/35-same-address.sh \
	%D%/36-checksum.sh \
	%D%/37-v1-querier.sh \
	%D%/38-bad-input.sh \
	%D%/39-dry-run.sh \
	%D%/40-v2-answer-only.sh \
	%D%/41-router.sh \
	%D%/42-superframes.sh \
	%D%/43-rare-foreign-sender.sh \
	%D%/44-few-files.sh \
	%D%/50-man-examples.sh \
	%D%/60-reverse-path.sh \
	%D%/61-host-name.sh \
	%D%/62-default-interface.sh \
	%D%/63-filter-columns.sh \
	%D%/64-bridge-port.sh \
	%D%/65-macvlan-isolation.sh \
	%D%/66-fast-leave.sh \
	%D%/67-nic-filter.sh \
	%D%/68-second-look.sh \
	%D%/70-healthy-one-nic.sh \
	%D%/71-healthy-eight-nics.sh \
	%D%/72-healthy-containers.sh \
	%D%/73-busy-host.sh \
	%D%/74-busy-ipv6.sh \
	%D%/75-router.sh \
	%D%/76-router-without-route.sh \
	%D%/77-two-queriers.sh \
	%D%/78-cascade.sh \
	%D%/79-bridge-port.sh \
	%D%/80-limits.sh \
	%D%/81-several-faults.sh \
	%D%/82-two-faults-one-nic.sh \
	%D%/83-ingress-filters.sh \
	%D%/84-egress-filters.sh \
	%D%/85-stops-without-querier.sh \
	%D%/86-late-sender.sh \
	%D%/87-slow-sender.sh \
	%D%/88-vlan.sh \
	%D%/89-destination-mac.sh \
	%D%/90-martian.sh \
	%D%/91-fragments.sh \
	%D%/92-broken-headers.sh \
	%D%/93-local-sender.sh \
	%D%/94-filter-widened.sh \
	%D%/95-queries-unanswered.sh \
	%D%/96-rewritten-on-the-way-out.sh \
	%D%/97-leave-blocked.sh \
	%D%/98-groups-of-note.sh \
	%D%/99-healthy-firewall.sh \
	%D%/100-healthy-company.sh \
	%D%/101-other-source.sh \
	%D%/102-goes-away.sh \
	%D%/103-everything-blocked.sh \
	%D%/104-gateway-route.sh \
	%D%/105-drop-reasons.sh \
	%D%/106-nftables.sh \
	%D%/107-mac-overlap.sh \
	%D%/108-interfaces.sh \
	%D%/110-app-join.sh \
	%D%/111-app-bound.sh \
	%D%/112-app-loses.sh \
	%D%/113-app-beside.sh \
	%D%/114-app-unseen.sh \
	%D%/115-app-ipv6.sh \
	%D%/120-send.sh \
	%D%/121-send-blocked.sh \
	%D%/122-send-pace.sh \
	%D%/123-send-blind.sh \
	%D%/124-send-ipv6.sh \
	%D%/130-healthy-mld.sh \
	%D%/131-mld-sources.sh \
	%D%/132-mld-versions.sh \
	%D%/133-no-link-local.sh \
	%D%/134-mld-blocked.sh \
	%D%/135-ipv6-delivery-blocked.sh \
	%D%/136-ipv6-disabled.sh \
	%D%/137-no-mld-querier.sh \
	%D%/138-ipv6-zone.sh \
	%D%/139-ipv6-save.sh

TESTS += %D%/all.tap
EXTRA_DIST += $(live_scenarios) %D%/lab.sh %D%/lab.jq %D%/nic.sh %D%/all.tap
