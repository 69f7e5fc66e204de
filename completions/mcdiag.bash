# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# Completion of mcdiag for bash 4 and later. Finding codes are asked of the program, interfaces of the kernel.

# The last item of a comma-separated list, out of the words given; items that are there already are not offered again.
_mcdiag_list()
{
	local cur=$1 done='' word left=()
	shift
	[[ $cur == *,* ]] && done=${cur%,*},
	for word; do
		[[ ,$done == *,"$word",* ]] || left+=("$word")
	done
	mapfile -t COMPREPLY < <(compgen -P "$done" -W "${left[*]}" -- "${cur##*,}")
}

_mcdiag_interfaces()
{
	local path words=(all)
	for path in /sys/class/net/*/; do
		[[ -d $path ]] || continue
		path=${path%/}
		words+=("${path##*/}")
	done
	printf '%s\n' "${words[@]}"
}

# The list has headings and lines that go on: a code stands near the left edge and has a hyphen.
_mcdiag_codes()
{
	local line pattern='^ ? ?([a-z0-9]+(-[a-z0-9]+)+)( |$)'
	while IFS= read -r line; do
		[[ $line =~ $pattern ]] && printf '%s\n' "${BASH_REMATCH[1]}"
	done < <("$1" --explain list 2>/dev/null)
}

# The command that the words before the cursor name, -r being replay; nothing when there is none.
_mcdiag_command()
{
	local word
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $word in
		replay | -r | --read) echo replay; return ;;
		diagnose | listen | send | interfaces) echo "$word"; return ;;
		esac
	done
}

# Fills `words` with the options of a command, or of all.
_mcdiag_options()
{
	words=(-g --group -j --json -o --output --explain --color -v --verbose -h --help -V --version)
	[[ $1 == replay ]] || words+=(-i --iface)
	[[ $1 == interfaces ]] && return
	words+=(-p --port -d --duration --max-rows -4 --ipv4 -6 --ipv6 --no-progress -q --quiet)
	[[ $1 == listen ]] || words+=(-t --ttl)
	[[ $1 == send ]] || words+=(-s --source --exclude --expect-stream --no-expect-stream --igmp-version)
	[[ $1 == replay ]] || words+=(--only-chosen --peer --promiscuous -w --save -n --dry-run)
	[[ $1 == replay || $1 == listen ]] || words+=(-m --message --size --source-port --dscp --loop)
	[[ $1 == replay || $1 == send ]] || words+=(--bind --no-second-look)
	case $1 in
	'') words+=(-r --read --send --no-send --no-join -c --count --print --rate) ;;
	replay) words+=(-r --read) ;;
	diagnose) words+=(--send --no-send --no-join) ;;
	listen) words+=(-c --count --print) ;;
	send) words+=(-c --count --rate) ;;
	esac
}

_mcdiag()
{
	local cur=$2 prev=$3 words=()
	COMPREPLY=()

	# readline breaks --color=al into "--color", "=" and "al"
	if [[ $cur == = ]]; then
		cur=''
	elif [[ $prev == = ]]; then
		prev=${COMP_WORDS[COMP_CWORD-2]}
	fi

	case $prev in
	-i | --iface)
		mapfile -t words < <(_mcdiag_interfaces)
		_mcdiag_list "$cur" "${words[@]}"
		return
		;;
	--explain)
		mapfile -t words < <(_mcdiag_codes "$1")
		mapfile -t COMPREPLY < <(compgen -W "list ${words[*]}" -- "$cur")
		return
		;;
	--loop) mapfile -t COMPREPLY < <(compgen -W 'on off' -- "$cur"); return ;;
	--bind) mapfile -t COMPREPLY < <(compgen -W 'any group' -- "$cur"); return ;;
	--igmp-version) mapfile -t COMPREPLY < <(compgen -W 'auto 1 2 3' -- "$cur"); return ;;
	--color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$cur"); return ;;
	-o | --output | -r | --read)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--peer)
		mapfile -t COMPREPLY < <(compgen -A hostname -- "$cur")
		return
		;;
	-w | --save)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	-g | --group | -p | --port | -s | --source | --exclude | -t | --ttl | -m | --message | --size | --source-port | --dscp | -d | --duration | --max-rows | \
	-c | --count | --rate)
		return
		;;
	esac

	case $cur in
	-*)
		_mcdiag_options "$(_mcdiag_command)"
		[[ $cur == --* ]] || words=("${words[@]##--*}")
		mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$cur")
		;;
	*)
		if [[ $(_mcdiag_command) == replay ]]; then
			compopt -o filenames 2>/dev/null
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		elif [[ $COMP_CWORD -eq 1 ]]; then
			mapfile -t COMPREPLY < <(compgen -W 'diagnose replay listen send interfaces' -- "$cur")
		fi
		;;
	esac
	return 0
}

complete -F _mcdiag mcdiag
