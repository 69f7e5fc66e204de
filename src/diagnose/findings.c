/* SPDX-License-Identifier: ISC */
/* How a rule raises a finding: one call for the code, then texts in the manner of printf. */
#include <config.h>

#include "diagnose/judge.h"

#include <stdio.h>
#include <string.h>

struct mcd_finding *mcd_found(struct mcd_judge *j, enum mcd_code code, const struct mcd_nic *nic, const struct mcd_group *group)
{
	size_t from = nic && nic == j->nic ? j->first : 0;

	if (!j->findings)
		return NULL;
	for (size_t i = j->findings->count; i-- > from;) {
		struct mcd_finding *f = mcd_vec_at(j->findings, i);

		if (f->code == code && f->nic == nic && f->group == group)
			return f;
	}
	return NULL;
}

/* Append TEXT, whole or as far as there is room. */
static void append(char *out, size_t room, const char *text)
{
	size_t length = strlen(out);

	if (length + 1 < room)
		snprintf(out + length, room - length, "%s", text);
}

/* The text of one placeholder of the catalogue's remedies. */
static void expand_one(const struct mcd_finding *f, char which, char *out, size_t room)
{
	char number[16], address[MCD_ADDR_TEXT];

	snprintf(number, sizeof number, "%u", f->group ? f->group->port : 0u);
	switch (which) {
	case 'i':
		append(out, room, f->nic ? f->nic->iface->name : "IFACE");
		break;
	case 'g':
		append(out, room, f->group ? mcd_addr_format(f->group->address, address) : "GROUP");
		break;
	case 's':
		append(out, room, f->group && f->group->nsources ? mcd_addr_format(f->group->sources[0], address) : "SOURCE");
		break;
	case 'p':
		append(out, room, f->group ? number : "PORT");
		break;
	default:
		append(out, room, "%");
	}
}

static void expand(struct mcd_finding *f, const char *template)
{
	char *out = f->remedy[0];

	for (; *template; template ++) {
		char plain[2] = { *template, '\0' };

		if (*template == '%' && template[1])
			expand_one(f, *++template, out, sizeof f->remedy[0]);
		else
			append(out, sizeof f->remedy[0], plain);
	}
}

static struct mcd_finding *find(struct mcd_judge *j, enum mcd_code code, const struct mcd_nic *nic, const struct mcd_group *group)
{
	const struct mcd_catalogue *row = mcd_catalogue(code);
	struct mcd_finding *f;

	if (!j->findings)
		return NULL;
	f = mcd_found(j, code, nic, group);
	if (f) {
		f->checks |= 1u << j->check;
		return NULL;
	}
	f = mcd_vec_push(j->findings);
	if (!f) {
		j->no_memory = true;
		return NULL;
	}
	f->code = code;
	f->severity = row->severity;
	f->confidence = MCD_CERTAIN;
	f->nic = nic;
	f->group = group;
	f->because_of = -1;
	f->checks = 1u << j->check;
	mcd_vec_init(&f->clues, sizeof(struct mcd_clue));
	expand(f, row->remedy);
	return f;
}

struct mcd_finding *mcd_find_group(struct mcd_judge *j, enum mcd_code code)
{
	return find(j, code, j->nic, j->group);
}

struct mcd_finding *mcd_find_nic(struct mcd_judge *j, enum mcd_code code)
{
	return find(j, code, j->nic, NULL);
}

struct mcd_finding *mcd_find_host(struct mcd_judge *j, enum mcd_code code)
{
	return find(j, code, NULL, j->group);
}

#define FORMAT(text)                                                                                                                                 \
	do {                                                                                                                                         \
		va_list args;                                                                                                                        \
                                                                                                                                                     \
		if (!f)                                                                                                                              \
			return;                                                                                                                      \
		va_start(args, format);                                                                                                              \
		vsnprintf((text), sizeof(text), format, args);                                                                                       \
		va_end(args);                                                                                                                        \
	} while (0)

void mcd_find_summary(struct mcd_finding *f, const char *format, ...)
{
	FORMAT(f->summary);
}

void mcd_find_settle(struct mcd_finding *f, const char *format, ...)
{
	FORMAT(f->settle_by);
}

void mcd_find_remedy(struct mcd_finding *f, const char *format, ...)
{
	FORMAT(f->remedy[1]);
}

void mcd_find_clue(struct mcd_judge *j, struct mcd_finding *f, const struct mcd_nic *nic, uint64_t packet, int64_t when_ns, const char *format, ...)
{
	struct mcd_clue *clue;
	va_list args;

	if (!f || f->clues.count >= MCD_CLUES_MAX)
		return;
	clue = mcd_vec_push(&f->clues);
	if (!clue) {
		j->no_memory = true;
		return;
	}
	clue->nic = nic;
	clue->packet = packet;
	clue->when_ns = when_ns;
	va_start(args, format);
	vsnprintf(clue->text, sizeof clue->text, format, args);
	va_end(args);
}
