/* Jump-ahead against drawing. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "stream/jump.h"
#include "stream/jump_table.h"
#include "unit.h"

#define LONGEST ((1u << 22) + SOW__MT_WORDS)

static uint32_t stream[LONGEST + SOW__MT_WORDS];

/* The plain recurrence, from a seeding, without its first 624 words (whose first holds bits of no state). */
static int make_stream(void **state) {
  (void)state;
  stream[0] = 20261124;
  for (uint32_t i = 1; i < SOW__MT_WORDS; i++)
    stream[i] = 1812433253u * (stream[i - 1] ^ stream[i - 1] >> 30) + i;
  for (size_t n = 0; n < LONGEST; n++) {
    uint32_t y = (stream[n] & 0x80000000u) | (stream[n + 1] & 0x7fffffffu);
    stream[n + SOW__MT_WORDS] = stream[n + 397] ^ y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0);
  }
  memmove(stream, stream + SOW__MT_WORDS, LONGEST * sizeof *stream);
  return 0;
}

static uint64_t random_state = 0x9e3779b97f4a7c15u;

static uint64_t random_below(uint64_t bound) {
  random_state ^= random_state << 13, random_state ^= random_state >> 7, random_state ^= random_state << 17;
  return random_state % bound;
}

static void the_polynomial_annihilates_the_stream(void **state) {
  (void)state;
  assert_int_equal(sow__jump_exponent[0], SOW__JUMP_DEGREE);
  assert_int_equal(sow__jump_exponent[SOW__JUMP_TERMS - 1], 0);
  for (size_t n = 0; n < 50000; n++) {
    uint32_t sum = 0;
    for (size_t i = 0; i < SOW__JUMP_TERMS; i++)
      sum ^= stream[n + sow__jump_exponent[i]];
    assert_int_equal(sum, 0);
  }
}

static void check_distance(uint64_t distance) {
  uint32_t word[SOW__MT_WORDS];
  memcpy(word, stream, sizeof word);
  sow__jump(word, distance, NULL);
  assert_memory_equal(word, stream + distance, sizeof word);
}

static void a_jump_of_d_words_equals_d_draws(void **state) {
  (void)state;
  static const uint64_t edges[] = {0,     1,     2,     623,   624,      625,     19936,
                                   19937, 19938, 39873, 39874, 1u << 20, 1u << 22};
  for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
    check_distance(edges[i]);
  for (int i = 0; i < 100; i++)
    check_distance(random_below((1u << 22) + 1));
}

static void jumps_compose(void **state) {
  (void)state;
  for (int i = 0; i < 30; i++) {
    uint64_t first = random_below((uint64_t)1 << 60), second = random_below((uint64_t)1 << 60);
    uint32_t twice[SOW__MT_WORDS], once[SOW__MT_WORDS];
    memcpy(twice, stream, sizeof twice);
    memcpy(once, stream, sizeof once);
    sow__jump(twice, first, NULL);
    sow__jump(twice, second, NULL);
    sow__jump(once, first + second, NULL);
    assert_memory_equal(twice, once, sizeof once);
  }
}

static void check_remembered(uint64_t distance, sow__jump_memory *memory) {
  uint32_t word[SOW__MT_WORDS];
  memcpy(word, stream + 5, sizeof word);
  sow__jump(word, distance, memory);
  assert_memory_equal(word, stream + 5 + distance, sizeof word);
}

static void what_a_jump_has_worked_out_serves_the_next(void **state) {
  (void)state;
  static const uint64_t distances[] = {624, 624, 70000, 70000, 0, 0, 70000, 123456};
  sow__jump_memory memory;
  memset(&memory, 0x55, sizeof memory);
  memory.count = 0;
  for (size_t i = 0; i < sizeof distances / sizeof *distances; i++)
    check_remembered(distances[i], &memory);
  assert_int_equal(memory.count, 4);
  for (int i = 0; i < 100; i++) /* more than are kept, some of them again */
    check_remembered(20000 + 1000 * random_below(20), &memory);
  assert_true(memory.count > SOW__JUMP_WAYS);
}

/* Programs give their threads stacks of 64 KiB and less; sanitizers make frames larger than they are. */
#define STACK_BYTES ((size_t)256 << 10)
#define UNTOUCHED 0xa5

/* How much of its stack a thread has touched. */
static size_t stack_taken(void *(*body)(void *), void *argument) {
  unsigned char *stack = aligned_alloc(4096, STACK_BYTES);
  pthread_attr_t own;
  pthread_t thread;
  assert_non_null(stack);
  memset(stack, UNTOUCHED, STACK_BYTES);
  assert_int_equal(pthread_attr_init(&own), 0);
  assert_int_equal(pthread_attr_setstack(&own, stack, STACK_BYTES), 0);
  assert_int_equal(pthread_create(&thread, &own, body, argument), 0);
  assert_int_equal(pthread_join(thread, NULL), 0);
  pthread_attr_destroy(&own);
  size_t untouched = 0;
  while (stack[untouched] == UNTOUCHED)
    untouched++;
  free(stack);
  return STACK_BYTES - untouched;
}

static void *jump_far(void *word) {
  sow__jump(word, 1u << 21, NULL);
  return NULL;
}

static void *stay(void *word) {
  return word;
}

static void a_jump_needs_little_stack(void **state) {
  (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  skip();
#endif
  uint32_t word[SOW__MT_WORDS];
  memcpy(word, stream, sizeof word);
  size_t least = stack_taken(stay, word), taken = stack_taken(jump_far, word);
  assert_memory_equal(word, stream + (1u << 21), sizeof word);
  /* nothing more where a thread's start takes as much, as with glibc 2.31 */
  assert_true(taken >= least && taken - least <= (size_t)16 << 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_polynomial_annihilates_the_stream),
      cmocka_unit_test(a_jump_of_d_words_equals_d_draws),
      cmocka_unit_test(jumps_compose),
      cmocka_unit_test(what_a_jump_has_worked_out_serves_the_next),
      cmocka_unit_test(a_jump_needs_little_stack),
  };
  return cmocka_run_group_tests(tests, make_stream, NULL);
}
