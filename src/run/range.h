/* Making a range of one entry, in the stored dtype. */
#ifndef SOW_RUN_RANGE_H
#define SOW_RUN_RANGE_H

#include "plan/entry.h"

/*
 * The end of the piece of `entry` that begins at `begin`: about 1 MiB, whole grains, at most
 * sow__range_longest elements.
 */
uint64_t sow__range_end(const sow__entry *entry, uint64_t begin);

/* Where the piece that holds `element` begins. */
uint64_t sow__range_begin(const sow__entry *entry, uint64_t element);

uint64_t sow__range_longest(const sow__entry *entry);

/* What one element costs: making it, or reading a kept one, and handing it on. */
uint64_t sow__range_weight(const sow__entry *entry);

bool sow__range_cast(const sow__entry *entry); /* whether it is stored in another dtype than it is drawn in */

/*
 * Makes elements [begin, end) at `out`, or reads them where the entry is kept; an initialiser that cannot be
 * cut may use `threads` threads. `drawn` has room for them in the drawn dtype where the entry is cast, and is
 * unused elsewhere. SOW_NO_MEMORY, SOW_IO.
 */
sow_status sow__range_run(const sow__entry *entry, sow__cursor *cursor, int threads, uint64_t begin,
                          uint64_t end, void *drawn, void *out, sow_error *error);

#endif
