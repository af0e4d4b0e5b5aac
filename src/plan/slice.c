#include "sow/plan.h"

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
