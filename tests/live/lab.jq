# SPDX-License-Identifier: ISC
# Words for the live tests: a report of mcdiag, and the frames that the far ends recorded.

def nic($name): .interfaces[] | select(.name == $name);
def status($name; $check): nic($name).checks[$check].status;
def finding($code): .findings[] | select(.code == $code);
def found($code; $name): any(.findings[]; .code == $code and .interface == $name);

# root causes above note of one NIC, or of the host as a whole
def told($name): [.findings[] | select(.severity != "note" and .because_of == null and (.interface // "-") == $name) | .code] | unique;

# what a failed expectation prints
def tell: "# verdict \(.verdict), \(.elapsed_ms) ms, ended by \(.ended_by)",
	(.interfaces[] | select(.role == "chosen") | "# \(.name) " + (.checks | to_entries | map("\(.key)=\(.value.status)") | join(" "))),
	(.interfaces[] | select(.role == "chosen") | .name as $name | .checks | to_entries[] | select(.value.status | IN("fail", "warn", "inconclusive"))
		| "#   \($name) \(.key): \(.value.reason)"),
	(.findings[] | "# \(.severity) \(.code) \(.interface) \(.group): \(.summary)");

def allowed: [.request | .groups[].address, .scratch_groups[]];

# frames that the host put on a wire: what comes in at the switch port pN left by hN (.nic), sent by it or by who LAB_ALIAS says (.interface)
def sent($wire): ($ENV.LAB_ALIAS // "{}" | fromjson) as $alias
	| $wire | map(select(.out == false and (.interface | startswith("p"))) | .nic = "h" + .interface[1:]
	| .interface = ($alias[.source // ""] // $alias[.nic] // .nic));

# one row for each group that a frame of the host reports or leaves
def membership: if .records != null
	then . as $f | .records[] | {interface: $f.interface, version: $f.version, group, record: .type, sources: (.sources | sort), ttl: $f.ttl,
		router_alert: $f.router_alert}
	elif .kind == "report" or .kind == "leave" then {interface, version, group, record: null, sources: [], ttl, router_alert} else empty end;

# what the kernel reports by itself: the group of each of its addresses (RFC 4291, 2.7.1), and all snoopers (RFC 4286) where it has a bridge
def own_groups: startswith("ff02::1:ff") or IN("224.0.0.106", "ff02::6a");

def strangers($wire; $groups; $earlier): sent($wire)
	| map(if .kind == "udp" then {interface, group: .destination, port}
		elif .kind == "report" or .kind == "leave" then membership
		elif .kind == "ether" and .type == 2054 or .kind == "icmpv6" and .type >= 133 and .type <= 136 then empty	# who has which address
		else {interface, kind, destination} end
	| (.group // "") as $g | select($groups | index([$g]) | not)
	| select($g | own_groups | not)
	# the kernel repeats the leaves of a run that is over
	| select((.record == "to_in" and .sources == [] or .record == "block") and ($earlier | index([$g]) | type == "number") | not));

# the rows of the left that are not on the right, each counted
def minus($right): group_by(.) | map({row: .[0], n: length}) | map(select(.n > (.row as $row | [$right[] | select(. == $row)] | length)));

# a carrier (bridge port, macvlan parent) shows what it carries as its own
def untrue_reports($wire): [sent($wire)[] | (., (select(.nic != .interface) | .interface = .nic)) | membership] as $truth
	| [.interfaces[] | select(.role == "chosen") | .name as $name | .reports[] | select(.direction == "out" and .group != null)
		| {interface: $name, version, group, record, sources: (.sources | sort), ttl, router_alert}]
	| minus($truth);

# null is no claim, for a NIC that was not used
def untrue_probes($wire): ([sent($wire)[] | select(.kind == "udp" and .probe)]) as $truth
	| [.interfaces[] | select(.role == "chosen" and .probes.on_wire != null) | .name as $name
		| ($truth | map(select(.interface == $name))) as $here
		| (select(.probes.on_wire != ($here | length)) | {interface: $name, told: .probes.on_wire, truth: ($here | length)}),
		  (.probes.ttl[] | . as $ttl | ($here | map(select(.ttl == $ttl.value)) | length) as $n | select($n != $ttl.packets)
			| {interface: $name, ttl: $ttl.value, told: $ttl.packets, truth: $n})];
