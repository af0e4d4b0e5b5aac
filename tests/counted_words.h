/*
 * Counts the arrays of words that are generated, and those of jumps among them. For a program that is linked
 * with --wrap=sow__kernel_select.
 */
#ifndef SOW_TESTS_COUNTED_WORDS_H
#define SOW_TESTS_COUNTED_WORDS_H

#include <stdatomic.h>

#include "kernel/kernel.h"

const sow__kernel *__real_sow__kernel_select(void);
const sow__kernel *__wrap_sow__kernel_select(void);

static atomic_ullong refreshed; /* arrays of SOW__MT_WORDS words */
static atomic_ullong jumped;    /* of these, what jumps made, which is not of the way */
static sow__kernel counting;

static void refresh_and_count(uint32_t state[SOW__MT_WORDS]) {
  atomic_fetch_add(&refreshed, 1);
  __real_sow__kernel_select()->mt_refresh(state);
}

static void words_and_count(uint32_t state[SOW__MT_WORDS], uint32_t words[SOW__MT_WORDS]) {
  atomic_fetch_add(&refreshed, 1);
  __real_sow__kernel_select()->mt_words(state, words);
}

/* A jump adds each of its arrays by one call. */
static void add_and_count(uint32_t sum[SOW__MT_WORDS], const uint32_t *const *runs, size_t count) {
  atomic_fetch_add(&jumped, 1);
  __real_sow__kernel_select()->mt_add(sum, runs, count);
}

const sow__kernel *__wrap_sow__kernel_select(void) {
  return counting.name != NULL ? &counting : __real_sow__kernel_select();
}

/* From here on. */
static void words_count(void) {
  counting = *__real_sow__kernel_select();
  counting.mt_refresh = refresh_and_count;
  counting.mt_words = words_and_count;
  counting.mt_add = add_and_count;
}

#endif
