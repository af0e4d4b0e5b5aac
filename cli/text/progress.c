#include "cli/text/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static struct line {
  bool wanted;
  struct timespec start;
  uint64_t done;
  int width; /* of what stands in the line */
} shown;

static void restart(void) {
  shown.done = 0;
  if (clock_gettime(CLOCK_MONOTONIC, &shown.start) != 0)
    shown.wanted = false;
}

void progress_begin(bool quiet) {
  shown.wanted = !quiet && isatty(STDERR_FILENO) != 0;
  restart();
}

static double seconds_since(const struct timespec *start) {
  struct timespec now;
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
    return 0;
  return (double)(now.tv_sec - start->tv_sec) + (double)(now.tv_nsec - start->tv_nsec) * 1e-9;
}

void progress_show(void *unused, uint64_t done, uint64_t total) {
  (void)unused;
  if (done < shown.done)
    restart();
  shown.done = done;
  double seconds = seconds_since(&shown.start);
  if (!shown.wanted || seconds < 1 || done == 0)
    return;
  double rate = (double)done / seconds, left = (double)(total - done) / rate;
  bool minutes = left >= 120;
  char text[80];
  int width = snprintf(text, sizeof text, "%.2f of %.2f GB, %.2f GB/s, %.0f %s left", (double)done * 1e-9,
                       (double)total * 1e-9, rate * 1e-9, minutes ? left / 60 : left, minutes ? "min" : "s");
  fprintf(stderr, "\r%-*s", shown.width, text);
  fflush(stderr);
  shown.width = width;
}

void progress_erase(void) {
  if (shown.width == 0)
    return;
  fprintf(stderr, "\r%*s\r", shown.width, "");
  fflush(stderr);
  shown.width = 0;
}
