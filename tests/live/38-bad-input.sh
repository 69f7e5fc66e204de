#!/bin/bash
# SPDX-License-Identifier: ISC
# Bad input: status 3, one line on standard error that names the offending text, nothing on standard output, nothing sent.
# shellcheck source-path=SCRIPTDIR source=lab.sh disable=SC2016 # jq has variables of its own
. "${0%/*}/lab.sh"
segments 1
tap_start
while read -r offending arguments; do
	STEP=$arguments
	# shellcheck disable=SC2086 # words on purpose
	in_host timeout 5 "$MCDIAG" $arguments >"$W/out" 2>"$W/errors" </dev/null
	check "exit status 3, not $?" test $? = 3
	check "one line, not: $(cat "$W/errors")" test "$(wc -l <"$W/errors")" = 1
	check "names $offending: $(cat "$W/errors")" grep -qF -e "$offending" "$W/errors"
	check "nothing on standard output" test ! -s "$W/out"
done <<'TABLE'
--no-such-option --no-such-option
nosuchnic --iface nosuchnic
nosuchnic --iface h0,nosuchnic
10.1.2.3 --iface 10.1.2.3
999 --iface 999
10.1.1.1 --group 10.1.1.1:5000
239.1.1 --group 239.1.1:5000
239.1.1.300 --group 239.1.1.300
65536 --group 239.1.1.1:65536
0 --group 239.1.1.1:0
words --group words
224.1.1.1 --group 239.1.1.1 --source 224.1.1.1
1.2.3 --group 239.1.1.1 --source 1.2.3
256 --ttl 256
-1 --ttl -1
8x --ttl 8x
70000 --port 70000
0 --port 0
x --port x
5q --duration 5q
-3s --duration -3s
/nowhere/report --output /nowhere/report
/nowhere/folder --save /nowhere/folder
/proc --save /proc
--iface --iface
stray stray
4 --igmp-version 4
maybe --loop maybe
no-such-code --explain no-such-code
--exclude --group 239.1.1.1 --source 10.0.0.1 --exclude 10.0.0.2
TABLE
STEP=''
tap_stop
echo '{}' >"$W/report.json"
expect "nothing was joined or sent" '[sent($wire)[] | select(.kind != "ether")] == []'
