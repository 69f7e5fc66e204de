# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# wine in the laboratory of the live tests, with a Windows of its own, which is born without a network and ends with the laboratory: sourced by a test
# of the program for Windows instead of lab.sh, or after it by a live scenario that is run with that program (LAB_ALSO, see lab.sh).
#
#   npcap HOW                    what this Windows has of Npcap: see there. At first it is `wine`
#   exe SECONDS PROGRAM ARG...   runs an .exe, no longer than that
#   stays                        one wineserver for all that follow
#   $WINE                        runs an .exe, in whatever namespace
#   $EXE, $MCDIAG                mcdiag.exe, and a program of Linux that runs it, for the laboratory's `run`; $NATIVE is the real one
#   $SHIM_LOG                    what was asked of sockets, see shim.c
#
# A socket of wine belongs to its wineserver, and that to the namespace in which the first program is started.
# Environment, beside the laboratory's: WINDOWS, the folder of the Windows build (./build-windows), in which WINDOWS_LIBS (libs) are the libraries of
# script/windows-libs. A Windows takes 10 s and 700 MB to make: it is made once, in WINDOWS/prefix, and each test writes over it elsewhere.
# shellcheck source-path=SCRIPTDIR source=../live/lab.sh
# shellcheck disable=SC2034 # variables for the tests
WINE_HERE=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
WINDOWS=$(readlink -f "${WINDOWS:-./build-windows}")
export WINDOWS
if ! declare -F lab_end >/dev/null; then
	unset LAB_ALSO	# this is it
	. "$WINE_HERE/../live/lab.sh"
fi
NATIVE=$MCDIAG MCDIAG=$W/mcdiag WINE=$W/wine LIBS=$(readlink -f "${WINDOWS_LIBS:-$WINDOWS/libs}") EXE=$WINDOWS/mcdiag.exe

[ "$(uname -m)" = x86_64 ] || lab_skip "wine runs the program on x86_64 only"
lab_needs wine wineserver wineboot
if [ ! -e "$EXE" ]; then
	echo "# no program at $EXE (set WINDOWS)"
	exit 99
fi

# One of a thousand programs does not start where the heap of wine comes to lie, by chance, where Windows has a page of its own.
FIXED=(setarch "$(uname -m)" -R)
"${FIXED[@]}" true 2>/dev/null || FIXED=()

unset DISPLAY WAYLAND_DISPLAY
WINE_OVERRIDES='mscoree,mshtml=;winemenubuilder.exe,winedbg.exe=d'
export HOME=/run/wine/home WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES=$WINE_OVERRIDES WINEPREFIX=/run/wine/prefix TMPDIR=$W

# wine_made PREFIX: a Windows, in its own network namespace, as this laboratory's is by now
wine_made() {
	rm -rf "$1" "$1.new"
	mkdir -p "$1.new" || exit 99
	printf ../../run/wine/sockets >"$1.new/wineserver"	# where Debian's wine is to have its sockets, seen from /tmp or TMPDIR
	chmod 400 "$1.new/wineserver"
	if ! WINEPREFIX=$1.new timeout -k 2 120 "${FIXED[@]}" wineboot -i >"$W/wineboot" 2>&1 </dev/null || ! WINEPREFIX=$1.new timeout 60 wineserver -w; then
		echo "# wine makes no prefix: $(tail -n 3 "$W/wineboot")"
		exit 99
	fi
	wine --version >"$1.new/made-by" && mv "$1.new" "$1"
}

# wine_begin: the prefix, of which nothing that is written stays
wine_begin() {
	local made=$WINDOWS/prefix room=/run/wine
	mkdir -p "$HOME" "$WINEPREFIX" "$room/over" "$room/work" "$room/sockets" "/tmp/.wine-$(id -u)"
	mount --bind "$room/sockets" "/tmp/.wine-$(id -u)" || exit 99	# no wineserver of another is found
	chmod 700 "$room/sockets"
	{
		flock -w 200 9
		if [ "$(cat "$made/made-by" 2>/dev/null)" != "$(wine --version)" ]; then wine_made "$made"; fi
	} 9>"$made.lock"
	mount -t overlay -o "lowerdir=$made,upperdir=$room/over,workdir=$room/work" wine "$WINEPREFIX" 2>/dev/null || cp -a "$made/." "$WINEPREFIX" || exit 99
}

# npcap HOW: what this Windows has of it
#   offline   a real libpcap that has no captures, where Npcap puts its own
#   wine      a libpcap that captures: wine's, which lets the programs of Windows have Linux's
#   none      nothing
#   refused, stopped, old     one that does not serve: see fake_wpcap.c
npcap() {
	local folder=$WINEPREFIX/drive_c/windows/system32/Npcap
	rm -rf "$folder"
	mkdir -p "$folder"
	case $1 in
	offline) cp "$LIBS/wpcap.dll" "$folder/" ;;
	refused | stopped | old) fake_dll "$folder/wpcap.dll" "$1" ;;
	*) rmdir "$folder" ;;
	esac || exit 99
	case $1 in
	none) WINEDLLOVERRIDES="$WINE_OVERRIDES;wpcap=" ;;
	wine) WINEDLLOVERRIDES="$WINE_OVERRIDES;wpcap=b" ;;
	*) WINEDLLOVERRIDES="$WINE_OVERRIDES;wpcap=n" ;;
	esac
	FAKE_WPCAP=$1
	wine_programs
}

# wine_programs: $WINE, and $MCDIAG by it, which need no environment. A program of Windows takes paths of Linux from its caller.
wine_programs() {
	local name
	{
		echo "#!$BASH"
		for name in HOME PATH FAKE_WPCAP SHIM_LOG ${!WINE*}; do printf 'export %s=%q\n' "$name" "${!name:-}"; done
		printf 'export LD_PRELOAD=%q\nexec %s wine "$@"\n' "${SHIM:-}" "${FIXED[*]}"
	} >"$WINE.new"
	printf '#!/bin/sh\nexec %q %q "$@"\n' "$WINE" "$EXE" >"$MCDIAG"
	chmod +x "$WINE.new" "$MCDIAG" && mv "$WINE.new" "$WINE"
}

# fake_dll FILE HOW
fake_dll() {
	local option=-DNEW
	if [ "$2" = old ]; then option=-DOLD; fi
	x86_64-w64-mingw32-gcc -std=gnu11 -O2 -Wall -Werror -shared "$option" -o "$1" "$WINE_HERE/fake_wpcap.c"
}

# shim: wine's mistakes about multicast are repaired from here on, and what is asked of a socket is told in $SHIM_LOG
shim() {
	"${CC:-cc}" -std=gnu11 -O2 -Wall -shared -fPIC -o "$W/shim.so" "$WINE_HERE/shim.c" -ldl || exit 99
	SHIM=$W/shim.so SHIM_LOG=$W/options
	: >"$SHIM_LOG"
}

# exe SECONDS PROGRAM ARGUMENT...
exe() {
	local limit=$1
	shift
	timeout -k 2 "$limit" "$WINE" "$@" </dev/null
}

# stays: one wineserver from here on. The services that start with the first program hold on to its output, which so is none that is waited for.
stays() {
	LD_PRELOAD=$SHIM wineserver -p
	exe 60 "$EXE" --version >/dev/null 2>&1
}

wine_begin
shim
npcap wine
