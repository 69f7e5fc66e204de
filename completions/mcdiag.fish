# SPDX-License-Identifier: ISC
# Completion of mcdiag for fish. Finding codes are asked of the program, interfaces of the kernel.

function __mcdiag_interfaces
	set -l paths /sys/class/net/*/
	set -l word (commandline -ct | string replace -r '^(--iface=|-i)' '')
	set -l done (string match -r '^.*,' -- $word)
	for name in all (string replace -r '.*/([^/]+)/$' '$1' -- $paths)
		contains -- $name (string split -- , $done); or echo "$done$name"
	end
end

function __mcdiag_codes
	set -l program (commandline -opc)[1]
	echo list\t'all codes'
	# The list has headings and lines that go on: a code stands near the left edge and has a hyphen
	$program --explain list 2>/dev/null | string replace -rf '^ ? ?([a-z0-9]+(?:-[a-z0-9]+)+)(?: +|$)' '$1'\t
end

function __mcdiag_replays
	contains -- replay (commandline -opc); or contains -- -r (commandline -opc); or contains -- --read (commandline -opc)
end

function __mcdiag_lists
	contains -- interfaces (commandline -opc)
end

# __mcdiag_named COMMAND...: one of these was
function __mcdiag_named
	for word in $argv
		contains -- $word (commandline -opc); and return 0
	end
	return 1
end

# For what joins, or judges what was joined
function __mcdiag_joins
	not __mcdiag_lists; and not __mcdiag_named send
end

# For what joins on this host; before a command is named, all is offered
function __mcdiag_holds
	__mcdiag_lives; and not __mcdiag_named send
end

# What a diagnosis alone takes
function __mcdiag_diagnoses
	__mcdiag_lives; and not __mcdiag_named send listen
end

# For what sends probes
function __mcdiag_probes
	__mcdiag_lives; and not __mcdiag_named listen
end

function __mcdiag_may_count
	__mcdiag_lives; and not __mcdiag_named diagnose
end

function __mcdiag_may_send
	__mcdiag_lives; and not __mcdiag_named diagnose listen
end

function __mcdiag_may_listen
	__mcdiag_lives; and not __mcdiag_named diagnose send
end

# Neither a replay nor a list of interfaces: what the network is touched for
function __mcdiag_lives
	not __mcdiag_replays; and not __mcdiag_lists
end

complete -c mcdiag -f
complete -c mcdiag -n __fish_use_subcommand -a diagnose -d 'Test multicast on the interfaces of this host'
complete -c mcdiag -n __fish_use_subcommand -a replay -d 'Tell the same of saved captures'
complete -c mcdiag -n __fish_use_subcommand -a listen -d 'Join and tell what comes'
complete -c mcdiag -n __fish_use_subcommand -a send -d 'Send out of every interface'
complete -c mcdiag -n __fish_use_subcommand -a interfaces -d 'List the interfaces of this host'
complete -c mcdiag -n __mcdiag_replays -F
complete -c mcdiag -s r -l read -r -F -n 'not __mcdiag_lists; and not __mcdiag_named diagnose listen send' -d 'Replay a capture file'
complete -c mcdiag -s i -l iface -x -a '(__mcdiag_interfaces)' -n 'not __mcdiag_replays' -d 'Interfaces to test'
complete -c mcdiag -l only-chosen -n __mcdiag_lives -d 'Do not capture on the other interfaces'
complete -c mcdiag -s g -l group -x -d 'Group to join: [source@]address[:port]'
complete -c mcdiag -s p -l port -x -n 'not __mcdiag_lists' -d 'UDP port of groups that name none'
complete -c mcdiag -s s -l source -x -n __mcdiag_joins -d 'Include this source in every group'
complete -c mcdiag -l exclude -x -n __mcdiag_joins -d 'Block this source in every group'
complete -c mcdiag -l send -n __mcdiag_diagnoses -d 'Send probes to every group'
complete -c mcdiag -l no-send -n __mcdiag_diagnoses -d 'Send no probes'
complete -c mcdiag -l no-join -n __mcdiag_diagnoses -d 'No membership of ours'
complete -c mcdiag -s t -l ttl -x -n 'not __mcdiag_lists; and not __mcdiag_named listen' -d 'Time to live of the probes, 0 to 255'
complete -c mcdiag -s m -l message -x -n __mcdiag_probes -d 'Text in every probe'
complete -c mcdiag -s c -l count -x -n __mcdiag_may_count -d 'Packets to send to each group out of each interface, or to receive in all'
complete -c mcdiag -l print -n __mcdiag_may_listen -d 'Print each message'
complete -c mcdiag -l rate -x -n __mcdiag_may_send -d 'Of these, packets or bits a second: 10, 64kbps'
complete -c mcdiag -l size -x -n __mcdiag_probes -d 'Least payload of a probe in bytes'
complete -c mcdiag -l source-port -x -n __mcdiag_probes -d 'UDP source port of the probes'
complete -c mcdiag -l dscp -x -n __mcdiag_probes -d 'Code point of the probes, 0 to 63'
complete -c mcdiag -l loop -x -a 'on off' -n __mcdiag_probes -d 'Whether this host gets the probes too'
complete -c mcdiag -l bind -x -a 'any group' -n __mcdiag_holds -d 'What receiving sockets are bound to'
complete -c mcdiag -s d -l duration -x -n 'not __mcdiag_lists' -d 'How long to observe: 500ms, 10s, 5m, 1h'
complete -c mcdiag -l expect-stream -n __mcdiag_joins -d 'A missing stream is a fault'
complete -c mcdiag -l no-expect-stream -n __mcdiag_joins -d 'A missing stream is no fault'
complete -c mcdiag -l igmp-version -x -a 'auto 1 2 3' -n __mcdiag_joins -d 'Version that reports should have'
complete -c mcdiag -l peer -x -a '(__fish_print_hostnames)' -n __mcdiag_lives -d 'Host to ask by unicast, as a control'
complete -c mcdiag -l promiscuous -n __mcdiag_lives -d 'Capture in promiscuous mode'
complete -c mcdiag -l no-second-look -n __mcdiag_holds -d 'No moment of promiscuity where the stream is absent'
complete -c mcdiag -s w -l save -x -a '(__fish_complete_directories)' -n __mcdiag_lives -d 'Save the evidence to a folder'
complete -c mcdiag -s j -l json -d 'Report as JSON'
complete -c mcdiag -s o -l output -r -F -d 'Write the JSON report to a file'
complete -c mcdiag -l max-rows -x -n 'not __mcdiag_lists' -d 'Bound of the lists in the report'
complete -c mcdiag -s n -l dry-run -n __mcdiag_lives -d 'Print what would be done'
complete -c mcdiag -s 4 -l ipv4 -n 'not __mcdiag_lists' -d 'IPv4 only'
complete -c mcdiag -s 6 -l ipv6 -n 'not __mcdiag_lists' -d 'IPv6 only'
complete -c mcdiag -l explain -x -a '(__mcdiag_codes)' -d 'Explain a finding'
complete -c mcdiag -l color -x -a 'auto always never' -d Colours
complete -c mcdiag -l no-progress -n 'not __mcdiag_lists' -d 'No line of progress'
complete -c mcdiag -s q -l quiet -n 'not __mcdiag_lists' -d 'Verdict and findings only'
complete -c mcdiag -s v -l verbose -d 'Reasons of every check'
complete -c mcdiag -s h -l help -d 'Summary of the options'
complete -c mcdiag -s V -l version -d Version
