/* What no initialiser can beat on a machine: its memory, its libm, its disk. */
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_sow.h"

/* ---- a range cut among threads ---- */

#define MAX_THREADS 256

typedef struct part {
  void (*run)(const struct part *part);
  char *to;
  const char *from;
  size_t count;
} part;

static void *part_run(void *context) {
  const part *one = context;
  one->run(one);
  return NULL;
}

static unsigned thread_count(const bench *b) {
  long online = b->threads != 0 ? (long)b->threads : sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1 ? 1 : online > MAX_THREADS ? MAX_THREADS : (unsigned)online;
}

/* Runs `whole` cut among the threads that are set, or here for one that is missing; `step` bytes an item. */
static bool cut_once(bench *b, const part *whole, size_t step) {
  pthread_t thread[MAX_THREADS];
  part parts[MAX_THREADS];
  bool started[MAX_THREADS];
  unsigned n = thread_count(b);
  for (unsigned i = 0; i < n; i++) {
    uint64_t begin, end;
    sow_slice(whole->count, i, n, &begin, &end);
    parts[i] = *whole;
    parts[i].to += begin * step;
    parts[i].from += whole->from == NULL ? 0 : begin * step;
    parts[i].count = (size_t)(end - begin);
    started[i] = i > 0 && pthread_create(&thread[i], NULL, part_run, &parts[i]) == 0;
  }
  for (unsigned i = 0; i < n; i++)
    if (!started[i])
      part_run(&parts[i]);
  for (unsigned i = 1; i < n; i++)
    if (started[i])
      pthread_join(thread[i], NULL);
  return true;
}

static bool bytes_once(bench *b, void *context) {
  return cut_once(b, context, 1);
}

static bool doubles_once(bench *b, void *context) {
  return cut_once(b, context, sizeof(double));
}

/* ---- memory ---- */

static void set_bytes(const part *one) {
  memset(one->to, 0x3c, one->count);
}

static void copy_bytes(const part *one) {
  memcpy(one->to, one->from, one->count);
}

/* memset BYTES */
bool ceiling_memset(bench *b, char **words) {
  size_t size = strtoull(words[0], NULL, 10);
  if (!bench_reserve(b, size))
    return false;
  part whole = {.run = set_bytes, .to = b->buffer, .count = size};
  return bench_time(b, bytes_once, &whole);
}

/* memcpy BYTES: these are read and as many written */
bool ceiling_memcpy(bench *b, char **words) {
  size_t size = strtoull(words[0], NULL, 10);
  if (!bench_reserve(b, 2 * size))
    return false;
  part whole = {.run = copy_bytes, .to = b->buffer, .from = (char *)b->buffer + size, .count = size};
  return bench_time(b, bytes_once, &whole);
}

/* ---- libm ---- */

/* Random enough that libm's branches are as hard to foresee as in earnest; Knuth's MMIX constants. */
static double next_unit(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (double)((*state >> 11) + 1) * 0x1p-53;
}

/* What a float64 normal_ cannot do without: for each pair a log, a square root, a sine and a cosine. */
static void call_libm(const part *one) {
  double *out = (double *)(void *)one->to;
  uint64_t state = 0;
  for (size_t i = 0; i + 1 < one->count; i += 2) {
    double radius = sqrt(-2.0 * log(next_unit(&state))), angle = 6.283185307179586 * next_unit(&state);
    out[i] = radius * cos(angle);
    out[i + 1] = radius * sin(angle);
  }
}

/* libm COUNT */
bool ceiling_libm(bench *b, char **words) {
  size_t count = strtoull(words[0], NULL, 10);
  if (!bench_reserve(b, count * sizeof(double)))
    return false;
  part whole = {.run = call_libm, .to = b->buffer, .count = count};
  return bench_time(b, doubles_once, &whole);
}

/* ---- files ---- */

#define WRITE_SIZE ((size_t)1 << 20)

typedef struct writing {
  const char *path;
  size_t size;
  bool sync;
} writing;

static bool write_all(int file, const char *from, size_t size) {
  while (size > 0) {
    ssize_t done = write(file, from, size < WRITE_SIZE ? size : WRITE_SIZE);
    if (done <= 0)
      return false;
    from += done;
    size -= (size_t)done;
  }
  return true;
}

static bool write_once(bench *b, void *context) {
  const writing *w = context;
  unlink(w->path);
  int file = open(w->path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  bool good = file >= 0 && write_all(file, b->buffer, w->size) && (!w->sync || fsync(file) == 0);
  if (file >= 0)
    good = close(file) == 0 && good;
  return good || bench_refuse(b, "the file cannot be written");
}

/* write BYTES sync|nosync PATH */
bool ceiling_write(bench *b, char **words) {
  writing w = {words[2], strtoull(words[0], NULL, 10), strcmp(words[1], "sync") == 0};
  return bench_reserve(b, w.size) && bench_time(b, write_once, &w);
}
