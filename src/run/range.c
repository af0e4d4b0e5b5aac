#include "run/range.h"

#include <string.h>

#define PIECE_BYTES ((uint64_t)1 << 20)
/* Handing a byte on, to the page cache or to memory, or taking it from there, in the unit of work. */
#define BYTE_WEIGHT 3
/* A last piece is not shorter than this: normal_'s tail overlaps the 16 elements before the end. */
#define SHORT_PIECE 64

uint64_t sow__range_weight(const sow__entry *entry) {
  uint64_t handed_on = BYTE_WEIGHT * sow_dtype_size(entry->stored);
  return handed_on + (entry->source != NULL ? handed_on : sow__fill_weight(&entry->fill));
}

static uint64_t piece_step(const sow__entry *entry) {
  const sow__fill *fill = &entry->fill;
  size_t drawn = sow_dtype_size(fill->dtype), stored = sow_dtype_size(entry->stored);
  uint64_t step = PIECE_BYTES / (drawn > stored ? drawn : stored);
  if (fill->grain >= step)
    return fill->grain;
  return fill->grain > 1 ? step - step % fill->grain : step;
}

uint64_t sow__range_end(const sow__entry *entry, uint64_t begin) {
  uint64_t count = (uint64_t)entry->fill.count, step = piece_step(entry);
  uint64_t rest = count - begin, length = step - begin % step;
  return rest < length + SHORT_PIECE ? count : begin + length;
}

uint64_t sow__range_begin(const sow__entry *entry, uint64_t element) {
  return element - element % piece_step(entry);
}

uint64_t sow__range_longest(const sow__entry *entry) {
  uint64_t count = (uint64_t)entry->fill.count, longest = piece_step(entry) + SHORT_PIECE;
  return count < longest ? count : longest;
}

bool sow__range_cast(const sow__entry *entry) {
  return entry->stored != entry->fill.dtype;
}

/* Embedding's padding_idx: the row is drawn and then set to zero. */
static void zero_row(const sow__entry *entry, uint64_t begin, uint64_t end, void *out) {
  if (entry->zero_row < 0 || begin == end)
    return;
  uint64_t row = (uint64_t)(entry->fill.count / entry->shape[0]);
  uint64_t first = (uint64_t)entry->zero_row * row, last = first + row;
  first = first < begin ? begin : first;
  last = last > end ? end : last;
  size_t size = sow_dtype_size(entry->stored);
  if (first < last)
    memset((char *)out + (first - begin) * size, 0, (last - first) * size);
}

static sow_status copy(const sow__entry *entry, uint64_t begin, uint64_t end, void *out, sow_error *error) {
  size_t size = sow_dtype_size(entry->stored);
  return sow_archive_read(entry->source, entry->source_index, begin * size, (size_t)(end - begin) * size, out,
                          error);
}

sow_status sow__range_run(const sow__entry *entry, sow__cursor *cursor, int threads, uint64_t begin,
                          uint64_t end, void *drawn, void *out, sow_error *error) {
  if (entry->source != NULL)
    return copy(entry, begin, end, out, error);
  bool cast = sow__range_cast(entry);
  sow__fill fill = entry->fill;
  fill.threads = threads;
  sow_status status = sow__fill_run(&fill, cursor, begin, end, cast ? drawn : out, error);
  if (status != SOW_OK)
    return status;
  if (cast)
    sow__convert(entry->fill.dtype, drawn, entry->stored, out, (size_t)(end - begin));
  zero_row(entry, begin, end, out);
  return SOW_OK;
}
