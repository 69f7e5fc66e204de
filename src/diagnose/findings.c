/* SPDX-License-Identifier: ISC */
/* How a rule raises a finding: one call for the code, then texts in the manner of printf. */
#include <config.h>

#include "diagnose/judge.h"

#include <stdio.h>
#include <string.h>

/* That of the judged group; 0 = none is judged. */
static int family_of(const struct mcd_judge *j)
{
	return j->group ? mcd_addr_family(j->group->address) : 0;
}

struct mcd_finding *mcd_found(struct mcd_judge *j, enum mcd_code code, const struct mcd_nic *nic, const struct mcd_group *group)
{
	size_t from = nic && nic == j->nic ? j->first : 0;

	if (!j->findings)
		return NULL;
	for (size_t i = j->findings->count; i-- > from;) {
		struct mcd_finding *f = mcd_vec_at(j->findings, i);

		if (f->code == code && f->nic == nic && mcd_finding_is_of(f, group) && mcd_finding_fits(f, family_of(j)))
			return f;
	}
	return NULL;
}

/* A remedy as it is put together: TEXT has room for SIZE bytes, USED of them are taken, and it ends with NUL. */
struct remedy {
	char *text;
	size_t size, used;
};

/* Append LENGTH bytes, or as many as there is room for. */
static void append(struct remedy *r, const char *text, size_t length)
{
	const size_t room = r->size - 1 - r->used;

	if (length > room)
		length = room;
	memcpy(r->text + r->used, text, length);
	r->used += length;
	r->text[r->used] = '\0';
}

enum { LONGEST_NAME = 60 }; /* a command that is cut would be another one */

/* What a command takes as an interface: of a capture, what its file calls it and not the report. */
static const char *device(const struct mcd_finding *f, bool captured)
{
	if (!f->nic || (!captured && strlen(f->nic->iface->name) > LONGEST_NAME))
		return "IFACE";
	if (!captured)
		return f->nic->iface->name;
	return *f->nic->capture.device ? f->nic->capture.device : "IFACE";
}

/* What placeholder WHICH of a remedy stands for; BUF is for what is made for it. */
static const char *placeholder(const struct mcd_finding *f, bool captured, const struct mcd_group *group, char which, char buf[MCD_ADDR_TEXT])
{
	switch (which) {
	case 'i':
		return device(f, captured);
	case 'n':
		snprintf(buf, MCD_ADDR_TEXT, "%.*s", MCD_ADDR_TEXT - 1, mcd_text_sysctl(device(f, captured)).s);
		return buf;
	case 'g':
		return group ? mcd_addr_format(group->address, buf) : "GROUP";
	case 's':
		return group && group->nsources ? mcd_addr_format(group->sources[0], buf) : "SOURCE";
	case 'p':
		if (!group || !group->port)
			return "PORT";
		snprintf(buf, MCD_ADDR_TEXT, "%u", group->port);
		return buf;
	default:
		return "%";
	}
}

static void expand(const struct mcd_judge *j, struct mcd_finding *f, const struct mcd_group *group)
{
	const bool captured = j->evidence->passive;
	const char *template = mcd_remedy(f->code, mcd_evidence_platform(j->evidence), captured, j->mld);
	struct remedy remedy = { .text = f->remedy[0], .size = sizeof f->remedy[0] };

	for (;;) {
		const size_t plain = strcspn(template, "%");
		char buf[MCD_ADDR_TEXT];
		const char *text;

		append(&remedy, template, plain);
		template += plain;
		if (!template[0] || !template[1])
			return;
		text = placeholder(f, captured, group, template[1], buf);
		append(&remedy, text, strlen(text));
		template += 2;
	}
}

/* Of an inventory a hundred findings of one code on one interface say it: the rest is counted. */
static bool is_enough(struct mcd_judge *j, enum mcd_code code)
{
	if (!j->inventory || j->inventory->found[code] < MCD_FINDINGS_EACH) {
		if (j->inventory)
			j->inventory->found[code]++;
		return false;
	}
	j->inventory->omitted++;
	return true;
}

static unsigned tie(const struct mcd_judge *j)
{
	return j->check < MCD_CHECKS ? 1u << j->check : 0;
}

static struct mcd_finding *find(struct mcd_judge *j, enum mcd_code code, const struct mcd_nic *nic, const struct mcd_group *group)
{
	const struct mcd_catalogue *row = mcd_catalogue(code);
	struct mcd_finding *f;

	if (!j->findings || (j->inventory && j->inventory->found[code] == MCD_FINDINGS_EACH && is_enough(j, code)))
		return NULL;
	f = mcd_found(j, code, nic, group);
	if (f) {
		f->checks |= tie(j);
		return NULL;
	}
	if (is_enough(j, code))
		return NULL;
	f = mcd_vec_push(j->findings);
	if (!f) {
		j->no_memory = true;
		return NULL;
	}
	f->code = code;
	f->severity = row->severity;
	f->confidence = MCD_CERTAIN;
	f->nic = nic;
	f->has_group = group != NULL;
	if (group) {
		f->group = group->address;
		f->port = group->port;
	}
	f->family = (uint8_t)family_of(j);
	f->because_of = -1;
	f->checks = tie(j);
	mcd_vec_init(&f->clues, sizeof(struct mcd_clue));
	expand(j, f, group);
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

struct mcd_finding *mcd_find_more(struct mcd_judge *j, enum mcd_code code, struct mcd_finding *f)
{
	return f || !j->inventory ? f : mcd_found(j, code, j->nic, NULL);
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

void mcd_find_remedy_instead(struct mcd_finding *f, const char *format, ...)
{
	FORMAT(f->remedy[0]);
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

void mcd_findings_fini(struct mcd_vec *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		mcd_vec_fini(&((struct mcd_finding *)mcd_vec_at(findings, i))->clues);
	mcd_vec_fini(findings);
}
