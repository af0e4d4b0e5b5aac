/* What the files of the benchmark's C side share. */
#ifndef BENCH_SOW_H
#define BENCH_SOW_H

#include <stdbool.h>
#include <stddef.h>

#include "sow/sow.h"

#define REPLY_SIZE SOW_MESSAGE_SIZE

/* The state between commands. Buffers are kept and touched, so that what is timed finds warm pages. */
typedef struct bench {
  unsigned threads; /* 0 for all */
  double least;     /* seconds that one measurement lasts at least; short work is repeated */
  bool processor;   /* time is the processor's, not the wall's */
  void *buffer;
  size_t size;
  sow_generator *generator;
  sow_edition edition;
  char reply[REPLY_SIZE];
} bench;

/* One command's work, done over and over until it has lasted long enough; false is a failure, in `reply`. */
typedef bool work(bench *b, void *context);

/* Answers with the mean seconds of one call of `once`. */
bool bench_time(bench *b, work *once, void *context);

/* At least `size` bytes in b->buffer, every page of them touched. */
bool bench_reserve(bench *b, size_t size);

bool bench_refuse(bench *b, const char *reason);
bool bench_refuse_error(bench *b, const sow_error *error);

/* Commands: `words` are what followed the name; they answer in b->reply. */
bool ceiling_memset(bench *b, char **words);
bool ceiling_memcpy(bench *b, char **words);
bool ceiling_libm(bench *b, char **words);
bool ceiling_write(bench *b, char **words);
bool model_write(bench *b, char **words);
bool model_read(bench *b, char **words);
bool model_inspect(bench *b, char **words);
bool model_check(bench *b, char **words);

#endif
