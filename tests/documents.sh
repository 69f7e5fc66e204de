#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The documents say what the program does: every option and every finding code of the program is in the man page and the completions, and none
# is there that the program does not know. MCDIAG = the program.
set -u
export LC_ALL=C
top=$(cd "${srcdir:-$(dirname "$0")/..}" && pwd) || exit 99
MCDIAG=$(readlink -f "${MCDIAG:-./mcdiag}")
if [ ! -x "$MCDIAG" ]; then
	echo "# no program at $MCDIAG (set MCDIAG)"
	exit 99
fi
man=$top/man/mcdiag.1
compared=0 failed=0

# same WHAT PROGRAM DOCUMENT: two lists of words, neither may be empty
same()
{
	local program document
	program=$(tr -s ' \n' '\n' <<<"$2" | sed '/^$/d' | sort -u)
	document=$(tr -s ' \n' '\n' <<<"$3" | sed '/^$/d' | sort -u)
	compared=$((compared + $(grep -c . <<<"$program")))
	if [ -z "$program" ] || [ "$program" != "$document" ]; then
		failed=$((failed + 1))
		echo "not ok: $1"
		echo "  only in the program:  $(comm -23 <(echo "$program") <(echo "$document") | tr '\n' ' ')"
		echo "  only in the document: $(comm -13 <(echo "$program") <(echo "$document") | tr '\n' ' ')"
		[ -n "$program" ] || echo "  the program listed nothing"
	else
		echo "ok: $1: $(grep -c . <<<"$program") compared"
	fi
}

# known WHAT LIST: each word of the list is an option of the program
known()
{
	local word n=0
	for word in $2; do
		n=$((n + 1))
		grep -qxF -e "$word" <<<"$options" || { failed=$((failed + 1)); echo "not ok: $1: $word is no option of the program"; }
	done
	compared=$((compared + n))
	if [ "$n" = 0 ]; then failed=$((failed + 1)); echo "not ok: $1: nothing found to compare"; else echo "# $1: $n options looked at"; fi
}

commands='diagnose replay listen send interfaces'
# Option lines of --help: letters and long names, one a line, of a command
options_of() { "$MCDIAG" "$1" --help | sed -n 's/^  *\(-.*\)/\1/p' | sed 's/   *.*//' | tr -s ', ' '\n' | grep -E -e '^(-[A-Za-z0-9]|--[a-z0-9-]+)$'; }
options=$(for command in $commands; do options_of "$command"; done | sort -u)
codes=$("$MCDIAG" --explain list | grep -oE '^ ? ?[a-z0-9]+(-[a-z0-9]+)+( |$)' | tr -d ' ') # not headings, nor lines that go on

# ---- the man page ----

# .It Fl i , Fl -iface Ar list
flags() { sed -n '/^\.It Fl /p' "$man" | grep -oE 'Fl [A-Za-z0-9-]+' | sed 's/^Fl /-/'; }
same "options in the man page" "$options" "$(flags)"
# synopsis COMMAND: the letters of the block that names it
synopsis()
{
	local block
	block=$(sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$man" | awk -v name="$1" '
		function flush() { if (index(block, "Cm " name "\n")) printf "%s", block; block = "" }
		/^\.Nm/ || /^\.Sh/ { flush() } { block = block $0 "\n" } END { flush() }')
	sed -n 's/^\.Op Fl \([A-Za-z0-9]*\)$/\1/p' <<<"$block" | grep -o . | sed 's/^/-/'
	sed -n 's/^\.Op Fl \([A-Za-z0-9]\) Ar .*/-\1/p' <<<"$block"
}
for command in $commands; do
	same "letters in the synopsis of $command" "$(options_of "$command" | grep -E '^-.$')" "$(synopsis "$command")"
done
same "commands in the manual" "$commands" "$(sed -n '/^\.Sh COMMANDS/,/^\.Sh OPTIONS/s/^\.It Cm \([a-z]*\).*/\1/p' "$man")"
same "commands in --help" "$commands" "$(for command in $commands; do "$MCDIAG" --help | grep -ow -m 1 -e "$command"; done)"

# Findings: .It Cm code between the section's title and the next; each tells its severity, the usual one first
findings() { sed -n '/^\.Sh FINDINGS/,/^\.Sh REPORT/p' "$man"; }
same "codes in the man page" "$codes" "$(findings | sed -n 's/^\.It Cm //p')"
same "severity of each code" "$(for code in $codes; do
	"$MCDIAG" --explain "$code" | sed -n "s/^\($code\) (.*severity: \([a-z]*\).*/\1=\2/p"
done)" "$(findings | awk '
	/^\.It Cm/ { code = $3 }
	/^(Fault|Warning|Note)[.;]/ { sub(/[.;].*/, ""); print code "=" tolower($0) }')"
same "codes that have an explanation" "$codes" "$(for code in $codes; do
	text=$("$MCDIAG" --explain "$code") && grep -qF -e "$code" <<<"$text" && echo "$code"
done)"
same "checks in the man page" "join source_filter querier send ttl stream delivery leave" \
	"$(sed -n '/^\.Sh CHECKS/,/^\.Sh FINDINGS/s/^\.It Cm //p' "$man")"

same "bounds in the man page" "$(sed -n 's/^\tMCD_MAX_[A-Z_]* = \([0-9]*\),.*/\1/p' "$top/src/evidence/nic.h" | sort | uniq -c | sed 's/^ *//; s/ /x/')" \
	"$(sed -n '/^\.Sh LIMITS/,/^\.Sh PRIVILEGES/s/^\.It \([0-9]*\) Ta .*/\1/p' "$man" | sort | uniq -c | sed 's/^ *//; s/ /x/')"

# Examples: lines that begin with "$ mcdiag"
known "examples of the man page" "$(sed -n 's/^\$ mcdiag //p' "$man" | sed 's/|.*//' | tr ' ' '\n' | sed 's/=.*//' | grep -e '^-')"
known "README.md" "$(grep -E '^(\$ |sudo )*(\./build/)?mcdiag ' "$top/README.md" | sed 's/[|#].*//' | tr ' ' '\n' | sed 's/=.*//' | grep -e '^-')"
# "sudo ./build/mcdiag" works after script/demo only when that is where it builds
folder=$(sed -n 's,^sudo \./\([^/]*\)/mcdiag .*,\1,p' "$top/README.md" | sort -u)
if [ -n "$folder" ] && grep -qE "root/$folder([^A-Za-z0-9-]|\$)" "$top/script/demo"; then
	compared=$((compared + 1))
else
	failed=$((failed + 1))
	echo "not ok: README.md runs the program in '$folder', script/demo builds it elsewhere"
fi
# The report in README.md is the one that is printed, by its words
shown=$(sed -n '/^\$ mcdiag replay pcaps/,/^```/p' "$top/README.md")
arguments=$(sed -n '1s/^\$ mcdiag replay //p' <<<"$shown")
same "the report of $arguments in README.md" "$(cd "$top" && env -u COLUMNS "$MCDIAG" replay "$arguments")" "$(sed '1d;$d' <<<"$shown")"
while read -r code; do
	same "code in an example" "$code" "$(grep -xF -e "$code" <<<"$codes")"
done < <(sed -n 's/^\$ mcdiag --explain //p' "$man")

if command -v mandoc >/dev/null; then
	mandoc -Tlint -Wwarning "$man" && echo "ok: mandoc has nothing to say" || failed=$((failed + 1))
else
	echo "# mandoc is not here: the man page's form was not looked at"
fi

# ---- completions ----

bash_offers()
{
	# shellcheck source=/dev/null
	source "$top/completions/mcdiag.bash"
	for word in - --; do
		COMP_WORDS=(mcdiag "$1" "$word") COMP_CWORD=2 COMPREPLY=()
		_mcdiag mcdiag "$word" mcdiag
		printf '%s\n' "${COMPREPLY[@]}"
	done
}
for command in $commands; do
	same "options of $command in the completion for bash" "$(options_of "$command")" "$(bash_offers "$command")"
done
same "options in the completion for zsh" "$options" \
	"$(sed -n "/local -a common/,\$s/^\t\t\(.*\)\[.*/\1/p" "$top/completions/_mcdiag" | sed "s/^'([^)]*)//" |
		grep -oE -e '(^|[^A-Za-z0-9-])-[A-Za-z0-9]([^a-z-]|$)|--[a-z0-9-]+' | grep -oE -e '--[a-z0-9-]+|-[A-Za-z0-9]')"
same "options in the completion for fish" "$options" \
	"$(sed -n 's/^complete -c mcdiag //p' "$top/completions/mcdiag.fish" | grep -oE -e '^(-s . )?(-l [a-z0-9-]+)?' |
		sed 's/-s \(.\)/-\1/; s/-l /--/' | tr ' ' '\n')"

echo "# $compared words compared, $failed comparisons failed"
[ "$failed" -eq 0 ] && [ "$compared" -gt 0 ]
