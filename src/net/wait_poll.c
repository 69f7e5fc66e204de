/* SPDX-License-Identifier: ISC */
#include <config.h>

#include "net/wait_poll.h"

#include "net/wait.h"

#include <errno.h>

bool mcd_wait_poll(struct mcd_vec *polled, size_t tag, struct mcd_err *err)
{
	size_t *added = mcd_vec_push(polled);

	if (added)
		*added = tag;
	else
		mcd_err_os(err, ENOMEM, "cannot wait for what has no descriptor");
	return added != NULL;
}

void mcd_wait_poll_no_more(struct mcd_vec *polled, size_t tag)
{
	size_t *tags = polled->items, kept = 0;

	for (size_t i = 0; i < polled->count; i++)
		if (tags[i] != tag)
			tags[kept++] = tags[i];
	polled->count = kept;
}

int64_t mcd_wait_until_poll(const struct mcd_vec *polled, int64_t timeout_ns)
{
	const int64_t poll_ns = INT64_C(1000000) * MCD_WAIT_POLL_MS;

	return polled->count > 0 && timeout_ns > poll_ns ? poll_ns : timeout_ns;
}

int mcd_wait_polled(const struct mcd_vec *polled, size_t *tags, int count, int room)
{
	for (size_t i = 0; i < polled->count && count < room; i++)
		tags[count++] = *(const size_t *)mcd_vec_at(polled, i);
	return count;
}
