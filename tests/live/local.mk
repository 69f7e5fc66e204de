# SPDX-License-Identifier: ISC
# Each scenario is a test of its own; run.sh runs them all without make.
check_PROGRAMS += %D%/peer
%C%_peer_SOURCES = %D%/peer.c
%C%_peer_LDADD =

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
	%D%/60-drop-reasons.sh \
	%D%/61-nftables.sh

TESTS += $(live_scenarios)
EXTRA_DIST += $(live_scenarios) %D%/lab.sh %D%/lab.jq %D%/run.sh
