/* Cutting a plan into parts is arithmetic. */
#include "plan/entry.h"

/* The first total%n parts are one longer; i*(total/n) cannot overflow as total*i/n would. */
void sow_slice(uint64_t total, uint64_t i, uint64_t n, uint64_t *begin, uint64_t *end) {
  if (i >= n) {
    *begin = *end = total;
    return;
  }
  uint64_t even = total / n, rest = total % n;
  *begin = i * even + (i < rest ? i : rest);
  *end = *begin + even + (i < rest ? 1 : 0);
}

static sow__cut cut_at(const sow_plan *plan, uint64_t bytes) {
  for (size_t i = 0; i < plan->stored_count; i++) {
    const sow__entry *entry = &plan->entries[plan->in_stream[i]];
    if (bytes < sow__entry_bytes(entry)) {
      uint64_t element = bytes / sow_dtype_size(sow__entry_dtype(entry));
      return (sow__cut){i, element - element % entry->value->grain};
    }
    bytes -= sow__entry_bytes(entry);
  }
  return (sow__cut){plan->stored_count, 0};
}

void sow__plan_slice(const sow_plan *plan, uint64_t i, uint64_t n, sow__cut *begin, sow__cut *end) {
  uint64_t first, last;
  sow_slice(plan->bytes, i, n, &first, &last);
  *begin = cut_at(plan, first);
  *end = cut_at(plan, last);
}
