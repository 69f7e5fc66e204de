/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct target {
	const char *name;
	void (*run)(const uint8_t *data, size_t size);
} targets[] = {
	{ "capfile", fuzz_capfile }, { "packet", fuzz_evidence }, { "steady", fuzz_steady }, { "frame", fuzz_frame }, { "link", fuzz_link },
	{ "ipv4", fuzz_ipv4 },	     { "ipv6", fuzz_ipv6 },	  { "udp", fuzz_udp },	     { "igmp", fuzz_igmp },   { "mld", fuzz_mld },
	{ "tunnel", fuzz_tunnel },   { "rtp", fuzz_rtp },	  { "mpegts", fuzz_mpegts }, { "probe", fuzz_probe },
};

static const struct target *chosen;

void fuzz_hold(int what)
{
	if (!what)
		abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char option[] = "--target=";

	for (int i = 1; i < *argc; i++)
		for (size_t t = 0; t < sizeof targets / sizeof targets[0]; t++)
			if (strncmp((*argv)[i], option, sizeof option - 1) == 0 && strcmp((*argv)[i] + sizeof option - 1, targets[t].name) == 0)
				chosen = &targets[t];
	if (!chosen) {
		fputs("--target=NAME is needed; there are:", stderr);
		for (size_t t = 0; t < sizeof targets / sizeof targets[0]; t++)
			fprintf(stderr, " %s", targets[t].name);
		fputc('\n', stderr);
		exit(1);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	chosen->run(data, size);
	return 0;
}
