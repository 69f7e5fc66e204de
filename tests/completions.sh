#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# What the shells offer on Tab. MCDIAG = the program; a shell that is not here is said so and left out.
set -u
export LC_ALL=C
cd "${srcdir:-$(dirname "$0")/..}" || exit 99
source_dir=$PWD
cd - >/dev/null || exit 99
MCDIAG=$(readlink -f "${MCDIAG:-./mcdiag}")
if [ ! -x "$MCDIAG" ]; then
	echo "# no program at $MCDIAG (set MCDIAG)"
	exit 99
fi
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
ln -s "$MCDIAG" "$work/mcdiag"
mkdir "$work/here" "$work/here/folder"
: >"$work/here/file.json"
cd "$work/here" || exit 99
PATH=$work:$PATH
passed=0 failed=0

# same WHAT WANTED GOT: lists of words, in any order, none may be empty
same()
{
	local wanted got
	wanted=$(tr -s ' \n' '\n' <<<"$2" | sed '/^$/d' | sort)
	got=$(tr -s ' \n' '\n' <<<"$3" | sed '/^$/d' | sort)
	if [ -n "$wanted" ] && [ "$wanted" = "$got" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'not ok: %s\n  wanted: %s\n  got:    %s\n' "$1" "${wanted//$'\n'/ }" "${got//$'\n'/ }"
	fi
}

nics=$(for nic in /sys/class/net/*/; do nic=${nic%/}; echo "${nic##*/}"; done)
first=${nics%%$'\n'*}
rest=$(printf '%s\n' "$nics" | sed 1d)
codes=$("$MCDIAG" --explain list | grep -oE '^ ? ?[a-z0-9]+(-[a-z0-9]+)+( |$)' | tr -d ' ')
no_codes=$(printf '%s\n' "$codes" | grep '^no-')
options_of() { "$MCDIAG" "$1" --help | sed -n 's/^  *\(-., \)\{0,1\}\(--[a-z0-9-]*\).*/\2/p'; }
options=$(for command in diagnose replay listen send interfaces; do options_of "$command"; done | sort -u)

# ---- bash ----

# shellcheck source=/dev/null
source "$source_dir/completions/mcdiag.bash"

# The words as readline gives them: "=" is one of its own
bash_offers()
{
	local words=("$@")
	COMP_WORDS=(mcdiag "${words[@]}") COMP_CWORD=${#words[@]} COMPREPLY=()
	_mcdiag mcdiag "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}" 2>&1
	printf '%s\n' "${COMPREPLY[@]}"
}
same "bash: registered" "complete -F _mcdiag mcdiag" "$(complete -p mcdiag)"
same "bash: command" diagnose "$(bash_offers d)"
same "bash: other command" replay "$(bash_offers r)"
same "bash: a sender" send "$(bash_offers s)"
same "bash: a listener" listen "$(bash_offers l)"
same "bash: third command" interfaces "$(bash_offers i)"
same "bash: options of diagnose" "$(options_of diagnose)" "$(bash_offers diagnose --)"
same "bash: options of replay" "$(options_of replay)" "$(bash_offers replay --)"
same "bash: options of listen" "$(options_of listen)" "$(bash_offers listen --)"
same "bash: options of send" "$(options_of send)" "$(bash_offers send --)"
same "bash: options of interfaces" "$(options_of interfaces)" "$(bash_offers interfaces --)"
same "bash: options after -r" "$(options_of replay)" "$(bash_offers -r file.json --)"
same "bash: files to replay" "file.json folder" "$(bash_offers replay f)"
same "bash: a file to read" file.json "$(bash_offers -r file)"
same "bash: all long options" "$options" "$(bash_offers --)"
same "bash: option by its beginning" "--source --source-port" "$(bash_offers --so)"
same "bash: after the command" "--json" "$(bash_offers diagnose --js)"
same "bash: value after a space" "always auto never" "$(bash_offers --color '')"
same "bash: value after =" "always auto" "$(bash_offers --color = a)"
same "bash: value right after =" "any group" "$(bash_offers --bind =)"
same "bash: versions" "auto 1 2 3" "$(bash_offers --igmp-version '')"
same "bash: loop" "on off" "$(bash_offers --loop o)"
same "bash: interfaces" "all $nics" "$(bash_offers -i '')"
same "bash: interfaces, long" "all $nics" "$(bash_offers --iface = '')"
same "bash: second interface" "$(printf '%s\n' all "$rest" | sed "/./s/^/$first,/")" "$(bash_offers -i "$first,")"
same "bash: codes" "list $codes" "$(bash_offers --explain '')"
same "bash: codes by their beginning" "$no_codes" "$(bash_offers --explain no-)"
same "bash: files" "file.json folder" "$(bash_offers -o f)"
same "bash: folders only" folder "$(bash_offers --save f)"
same "bash: nothing after a free value" none "$(bash_offers --ttl '' | sed 's/^$/none/')"

# ---- zsh: the file's syntax, and what it hands to zsh's own helpers ----

if command -v zsh >/dev/null; then
	same "zsh: syntax" sound "$(zsh -n "$source_dir/completions/_mcdiag" 2>&1 && echo sound)"
	zsh_offers()
	{
		# shellcheck disable=SC2016 # for zsh to expand
		zsh -f -c '
			_arguments() { print -rl -- "$@" }
			_values() { print -rl -- "${@[4,-1]}" }
			_describe() { print -rl -- "${(@P)4}" }
			_call_program() { shift; "$@" }
			words=(mcdiag)
			source "$1" >/dev/null
			"$2"' zsh "$source_dir/completions/_mcdiag" "$1" 2>&1
	}
	same "zsh: long options" "$options" "$(zsh_offers _mcdiag | grep -o '^[^[]*' | grep -v '^1:' | sed 's/^([^)]*)//' | grep -o -e '--[a-z0-9-]*')"
	same "zsh: values" "any group auto 1 2 3 auto always never on off" "$(zsh_offers _mcdiag | sed -n 's/^--.*=\[.*:(\(.*\))$/\1/p')"
	same "zsh: interfaces" "all $nics" "$(zsh_offers _mcdiag_interfaces)"
	same "zsh: codes" "list $codes" "$(zsh_offers _mcdiag_codes | sed 's/:.*//')"
	same "zsh: codes with their words" "list $codes" "$(zsh_offers _mcdiag_codes | sed -n 's/:.*[a-z].*//p')"
else
	echo "# zsh is not here: its part is left out"
fi

# ---- fish ----

if command -v fish >/dev/null; then
	fish_offers()
	{
		HOME=$work XDG_CONFIG_HOME=$work fish --no-config -c "source '$source_dir/completions/mcdiag.fish'; complete -C '$1'" 2>&1 | cut -f1
	}
	same "fish: command" diagnose "$(fish_offers 'mcdiag d')"
	same "fish: other command" replay "$(fish_offers 'mcdiag r')"
	same "fish: options of interfaces" "$(options_of interfaces)" "$(fish_offers 'mcdiag interfaces --')"
	same "fish: options of listen" "$(options_of listen)" "$(fish_offers 'mcdiag listen --')"
	same "fish: options of send" "$(options_of send)" "$(fish_offers 'mcdiag send --')"
	same "fish: options of diagnose" "$(options_of diagnose)" "$(fish_offers 'mcdiag diagnose --')"
	same "fish: options of replay" "$(options_of replay)" "$(fish_offers 'mcdiag replay --')"
	same "fish: files to replay" "file.json folder/" "$(fish_offers 'mcdiag replay f')"
	same "fish: all long options" "$options" "$(fish_offers 'mcdiag --')"
	same "fish: value after a space" "always auto never" "$(fish_offers 'mcdiag --color ')"
	same "fish: value after =" "--bind=any --bind=group" "$(fish_offers 'mcdiag --bind=')"
	same "fish: versions" "auto 1 2 3" "$(fish_offers 'mcdiag --igmp-version ')"
	same "fish: loop" "on off" "$(fish_offers 'mcdiag --loop ')"
	same "fish: interfaces" "all $nics" "$(fish_offers 'mcdiag -i ')"
	same "fish: second interface" "$(printf '%s\n' all "$rest" | sed "/./s/^/$first,/")" "$(fish_offers "mcdiag -i $first,")"
	same "fish: codes" "list $codes" "$(fish_offers 'mcdiag --explain ')"
	same "fish: files" "file.json folder/" "$(fish_offers 'mcdiag -o f')"
	same "fish: folders only" "folder/" "$(fish_offers 'mcdiag --save f')"
else
	echo "# fish is not here: its part is left out"
fi

echo "# $passed of $((passed + failed)) held"
[ "$failed" -eq 0 ] && [ "$passed" -ge 24 ]
