#!/usr/bin/env bash
# SPDX-License-Identifier: ISC
# The form of the sources: layers and banned functions, scripts by shellcheck, the man page by mandoc, the list of scenarios.
set -u
cd "${srcdir:-$(dirname "$0")/..}" || exit 99
failed=0 ran=0

# form WHAT COMMAND...: where its first word is a program that is not here, it is left out and said so
form()
{
	local what=$1
	shift
	if ! command -v "$1" >/dev/null; then
		echo "left out: $what: $1 is missing"
		return
	fi
	ran=$((ran + 1))
	if "$@"; then echo "ok: $what"; else
		echo "not ok: $what"
		failed=$((failed + 1))
	fi
}

form "layers, banned functions" script/check-layers .
form "scripts" shellcheck script/* .ci/run tests/*.sh tests/golden/*.sh tests/truth/*.sh tests/fuzz/*.sh tests/live/[a-z]*.sh tests/live/all.tap tests/windows/wine.sh \
	tests/windows/all.tap
# Each by itself, without what it sources, which is read above once and not for each of them: what only that shows is left out, and an unset variable
# ends a scenario as it runs.
form "scenarios" shellcheck -e SC1091,SC2034,SC2153,SC2154,SC2317 tests/live/[0-9]*.sh tests/windows/[!w]*.sh
form "man page" mandoc -Tlint -Wwarning man/mcdiag.1
form "every live scenario is distributed" diff <(cd tests/live && printf '%s\n' [0-9]*.sh | sort) <(grep -o '[0-9][^/" ]*\.sh' tests/live/local.mk | sort -u)
[ "$ran" -gt 0 ] && [ "$failed" = 0 ]
