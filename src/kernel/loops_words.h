/* MT19937 over vectors: the steps of core/mt19937.h. */
#ifndef SOW_KERNEL_LOOPS_WORDS_H
#define SOW_KERNEL_LOOPS_WORDS_H

#include "base/inline.h"
#include "kernel/kernel.h"

static inline words twist(words word, words after, words far) {
  words mixed = words_choose(words_splat(0x80000000u), word, after);
  return words_xor_if_odd(words_xor(far, words_right(mixed, 1)), after, words_splat(0x9908b0dfu));
}

static inline words temper(words word) {
  word = words_xor(word, words_right(word, 11));
  word = words_xor(word, words_and(words_left(word, 7), words_splat(0x9d2c5680u)));
  word = words_xor(word, words_and(words_left(word, 15), words_splat(0xefc60000u)));
  return words_xor(word, words_right(word, 18));
}

/*
 * The state as whole vectors, which are loaded as they were stored. What lies between two of them slides out
 * of both: a load from between would wait until two stores have left the processor, behind all the numbers
 * that were stored before (with AVX-512 half as long again). Where vectors are short, and LOADS_BETWEEN says
 * so, the words after `here` are loaded all the same: they were stored an array ago.
 */
typedef struct twisting {
  uint32_t *state;
  words here; /* the vector that the next step begins with */
  words made; /* the one that the last step made */
} twisting;

_Static_assert(SOW__MT_WORDS % LANES == 0 && SOW__MT_SHIFT % LANES != 0, "whole vectors, and between them");

/* The vector at `at`, which `next` follows. */
SOW__INLINE void twist_at(twisting *t, size_t at, const uint32_t *next, words far) {
  words following = words_load(next), after;
  if (LOADS_BETWEEN && next != t->state)
    after = words_load(t->state + at + 1);
  else
    after = words_slide(t->here, following, 1);
  t->made = twist(t->here, after, far);
  words_store(t->state + at, t->made);
  t->here = following;
}

/* The words that lie SOW__MT_SHIFT behind, in the next array: those between `last` and a vector just made. */
static inline words slide_far(words *last, const uint32_t *made) {
  words next = words_load(made), far = words_slide(*last, next, SOW__MT_SHIFT % LANES);
  *last = next;
  return far;
}

/* The same, and the vector before it is tempered beside it, for `out` unless that is NULL: one chain of all
 * those operations is longer than the processor looks ahead. */
SOW__INLINE void twist_on(twisting *t, uint32_t *out, size_t at, const uint32_t *next, words far) {
  words before = t->made;
  twist_at(t, at, next, far);
  if (out != NULL)
    words_store(out + at - LANES, temper(before));
}

SOW__INLINE void twist_all(uint32_t *state, uint32_t *out) {
  /* Where the last vector is, and the first one whose far words are new ones in part. */
  enum { LAST = SOW__MT_WORDS - LANES, TURN = LAST - SOW__MT_SHIFT + SOW__MT_SHIFT % LANES };
  twisting t = {state, words_load(state), words_splat(0)};
  twist_at(&t, 0, state + LANES, words_load(state + SOW__MT_SHIFT));
  size_t at = LANES;
  for (; at < TURN; at += LANES) /* words that were stored an array ago and wait for nothing */
    twist_on(&t, out, at, state + at + LANES, words_load(state + at + SOW__MT_SHIFT));
  words last = words_load(state + LAST);
  for (; at < LAST; at += LANES)
    twist_on(&t, out, at, state + at + LANES, slide_far(&last, state + at - TURN));
  twist_on(&t, out, LAST, state, slide_far(&last, state + LAST - TURN));
  if (out != NULL)
    words_store(out + LAST, temper(t.made));
}

static void mt_refresh(uint32_t state[SOW__MT_WORDS]) {
  twist_all(state, NULL);
}

static void mt_words(uint32_t state[SOW__MT_WORDS], uint32_t out[SOW__MT_WORDS]) {
  twist_all(state, out);
}

static void mt_temper(const uint32_t *state, uint32_t *out, size_t count) {
  size_t i = 0;
  for (; i + LANES <= count; i += LANES)
    words_store(out + i, temper(words_load(state + i)));
  for (; i < count; i++)
    out[i] = sow__mt_temper(state[i]);
}

/* Some vectors of the sum at a time stay in registers while all runs go by. */
static void mt_add(uint32_t sum[SOW__MT_WORDS], const uint32_t *const *runs, size_t count) {
  enum { ACROSS = 3 };
  _Static_assert(SOW__MT_WORDS % (ACROSS * LANES) == 0, "whole vectors");
  for (size_t at = 0; at < SOW__MT_WORDS; at += ACROSS * LANES) {
    words a = words_load(sum + at), b = words_load(sum + at + LANES), c = words_load(sum + at + 2 * LANES);
    for (size_t run = 0; run < count; run++) {
      a = words_xor(a, words_load(runs[run] + at));
      b = words_xor(b, words_load(runs[run] + at + LANES));
      c = words_xor(c, words_load(runs[run] + at + 2 * LANES));
    }
    words_store(sum + at, a);
    words_store(sum + at + LANES, b);
    words_store(sum + at + 2 * LANES, c);
  }
}

#endif
