#include "base/pace.h"

#include <stdint.h>

#define TELL_NANOSECONDS INT64_C(200000000)

void sow__pace_begin(struct timespec *told) {
  clock_gettime(CLOCK_MONOTONIC, told);
}

bool sow__pace_due(struct timespec *told) {
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0 ||
      (now.tv_sec - told->tv_sec) * INT64_C(1000000000) + now.tv_nsec - told->tv_nsec < TELL_NANOSECONDS)
    return false;
  *told = now;
  return true;
}
