#include "progress.h"

#include <stdio.h>
#include <unistd.h>

progress progress_new(bool quiet) {
  progress made = {.wanted = !quiet && isatty(STDERR_FILENO) != 0};
  if (clock_gettime(CLOCK_MONOTONIC, &made.start) != 0)
    made.wanted = false;
  return made;
}

static double seconds_since(const struct timespec *start) {
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
    return 0;
  return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) * 1e-9;
}

void progress_show(void *context, uint64_t done, uint64_t total) {
  progress *shown = context;
  double seconds = seconds_since(&shown->start);
  if (!shown->wanted || seconds < 1 || done == 0)
    return;
  double rate = (double)done / seconds, left = (double)(total - done) / rate;
  bool minutes = left >= 120;
  char text[80];
  int width = snprintf(text, sizeof text, "%.2f of %.2f GB, %.2f GB/s, %.0f %s left", (double)done * 1e-9,
                       (double)total * 1e-9, rate * 1e-9, minutes ? left / 60 : left, minutes ? "min" : "s");
  fprintf(stderr, "\r%-*s", shown->width, text);
  fflush(stderr);
  shown->width = width;
}

void progress_erase(progress *shown) {
  if (shown->width == 0)
    return;
  fprintf(stderr, "\r%*s\r", shown->width, "");
  fflush(stderr);
  shown->width = 0;
}
