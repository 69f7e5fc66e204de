# SPDX-License-Identifier: ISC
# The program for Windows, built by MinGW and tested under wine: no part of make check. Its tests are one for make, whose results are theirs, in TAP.
EXTRA_DIST += \
	%D%/all.tap \
	%D%/commands.sh \
	%D%/fake_wpcap.c \
	%D%/hosts.sh \
	%D%/interrupted.sh \
	%D%/replay.sh \
	%D%/save.sh \
	%D%/seed.sh \
	%D%/shim.c \
	%D%/unit.sh \
	%D%/wine.sh \
	script/windows-build \
	script/windows-libs \
	script/windows-zip
CLEANFILES += $(PACKAGE)-*-win64.zip

.PHONY: check-windows windows-zip
check-windows:
	$(MAKE) $(AM_MAKEFLAGS) check TESTS=%D%/all.tap
windows-zip:
	$(srcdir)/script/windows-zip build-windows
