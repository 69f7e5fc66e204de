# SPDX-License-Identifier: ISC
# One library that the program, the tests and the fuzzers link.
noinst_LIBRARIES += libmcdiag.a
libmcdiag_a_SOURCES = \
	%D%/base/addr.c \
	%D%/base/addr.h \
	%D%/base/err.c \
	%D%/base/err.h \
	%D%/base/frame.h \
	%D%/base/host.c \
	%D%/base/host.h \
	%D%/base/iface.c \
	%D%/base/iface.h \
	%D%/base/request.c \
	%D%/base/request.h \
	%D%/base/vec.c \
	%D%/base/vec.h \
	%D%/wire/checksum.c \
	%D%/wire/checksum.h \
	%D%/wire/cursor.c \
	%D%/wire/cursor.h \
	%D%/wire/igmp.c \
	%D%/wire/igmp.h \
	%D%/wire/ip.h \
	%D%/wire/ipv4.c \
	%D%/wire/link.c \
	%D%/wire/link.h \
	%D%/wire/packet.c \
	%D%/wire/packet.h \
	%D%/wire/probe.c \
	%D%/wire/probe.h \
	%D%/wire/udp.c \
	%D%/wire/udp.h

mcdiag_libs = libmcdiag.a $(PCAP_LIBS) $(CJSON_LIBS) $(MNL_LIBS)
