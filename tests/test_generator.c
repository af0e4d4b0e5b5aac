/* The engine against known words, state bytes in and out, editions and seeds as text. */
#include <math.h>

#include "numbers.h"

#include "stream/cursor.h"

static void first_words_of_seed_0(void **state) {
  (void)state;
  static const uint32_t known[] = {2357136044u, 2546248239u, 3071714933u, 3626093760u, 2588848963u};
  sow_generator *g = sow_generator_new(0, SOW_TORCH_NEWEST);
  for (size_t i = 0; i < 5; i++)
    assert_int_equal(sow_generator_draw32(g), known[i]);
  sow_generator_free(g);
}

/* What the C++ standard asks of std::mt19937 (ISO 14882, rand.predef). */
static void word_10000_of_seed_5489(void **state) {
  (void)state;
  sow_generator *g = sow_generator_new(5489, SOW_TORCH_NEWEST);
  sow_generator_skip(g, 9999);
  assert_int_equal(sow_generator_draw32(g), 4123659995u);
  sow_generator_free(g);
}

static void trap_01_seed_uses_its_low_32_bits_but_the_state_stores_64(void **state) {
  (void)state;
  uint8_t a[SOW_GENERATOR_STATE_SIZE], b[SOW_GENERATOR_STATE_SIZE];
  sow_generator *g = sow_generator_new(0, SOW_TORCH_NEWEST);
  sow_generator *h = sow_generator_new(UINT64_C(1) << 32, SOW_TORCH_NEWEST);
  sow_generator_get_state(g, a);
  sow_generator_get_state(h, b);
  assert_int_equal(a[4], 0);
  assert_int_equal(b[4], 1);
  assert_memory_equal(a + 8, b + 8, sizeof a - 8);
  for (int i = 0; i < 1000; i++)
    assert_int_equal(sow_generator_draw32(g), sow_generator_draw32(h));
  sow_generator_free(g);
  sow_generator_free(h);
}

static void trap_02_a_negative_seed_is_2_to_the_64_plus_seed(void **state) {
  (void)state;
  uint64_t seed = 0;
  assert_int_equal(sow_seed_parse("-1", &seed, NULL), SOW_OK);
  sow_generator *g = sow_generator_new(seed, SOW_TORCH_NEWEST);
  uint8_t bytes[SOW_GENERATOR_STATE_SIZE];
  sow_generator_get_state(g, bytes);
  for (int i = 0; i < 8; i++)
    assert_int_equal(bytes[i], 0xff);
  sow_generator_free(g);
}

static void trap_03_the_first_of_two_words_is_the_high_one(void **state) {
  (void)state;
  sow_generator *g = sow_generator_new(0, SOW_TORCH_NEWEST);
  assert_true(sow_generator_draw64(g) == ((uint64_t)2357136044u << 32 | 2546248239u));
  sow_generator_free(g);
}

static void trap_09_the_cache_is_in_the_state_and_seeding_empties_it(void **state) {
  (void)state;
  stream s;
  float one;
  uint8_t bytes[SOW_GENERATOR_STATE_SIZE];
  stream_open(&s, 5, SOW_TORCH_NEWEST);
  stream_fill(&s, &sow__op_normal, SOW_FLOAT32, 1, 0.0, 1.0, &one);
  sow_generator now;
  sow__place_engine(&s.place, &s.worker.cursor, &now);
  sow_generator_get_state(&now, bytes);
  assert_int_equal(bytes[5040], 1);
  sow_generator_seed(&now, 5);
  sow_generator_get_state(&now, bytes);
  assert_int_equal(bytes[5040], 0);
  for (int i = 5016; i < SOW_GENERATOR_STATE_SIZE; i++)
    assert_int_equal(bytes[i], 0);
}

/* crc32 of torch.get_rng_state() after normal_ of 3 and uniform_ of 700, equal in 1.13, 2.6 and 2.14. */
static void state_bytes_are_those_of_torch(void **state) {
  (void)state;
  stream s;
  float out[700];
  uint8_t bytes[SOW_GENERATOR_STATE_SIZE];
  stream_open(&s, 0, SOW_TORCH_NEWEST);
  stream_fill(&s, &sow__op_normal, SOW_FLOAT32, 3, 0.0, 1.0, out);
  stream_fill(&s, &sow__op_uniform, SOW_FLOAT32, 700, 0.0, 1.0, out);
  stream_state(&s, bytes);
  assert_int_equal(checksum(bytes, sizeof bytes), 0x5526adfeu);
}

static void the_twist_is_lazy(void **state) {
  (void)state;
  static const struct {
    uint64_t draws;
    int32_t left;
    uint32_t next;
  } rows[] = {{0, 1, 0}, {1, 624, 1}, {623, 2, 623}, {624, 1, 624}, {625, 624, 1}, {1248, 1, 624}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sow_generator *drawn = sow_generator_new(7, SOW_TORCH_NEWEST);
    sow_generator *skipped = sow_generator_copy(drawn);
    uint8_t a[SOW_GENERATOR_STATE_SIZE], b[SOW_GENERATOR_STATE_SIZE];
    for (uint64_t k = 0; k < rows[i].draws; k++)
      sow_generator_draw32(drawn);
    sow_generator_skip(skipped, rows[i].draws);
    assert_int_equal(drawn->left, rows[i].left);
    assert_int_equal(drawn->next, rows[i].next);
    sow_generator_get_state(drawn, a);
    sow_generator_get_state(skipped, b);
    assert_memory_equal(a, b, sizeof a);
    sow_generator_free(drawn);
    sow_generator_free(skipped);
  }
}

/* Far enough to jump; from a fresh seeding, from the middle and from the end of an array. */
static void a_far_skip_equals_many_near_ones(void **state) {
  (void)state;
  static const uint64_t starts[] = {0, 300, 624};
  static const uint64_t distances[] = {4194304, 4194528 /* 624 * 6722 */, 624 * 8000, 624 * 8000 + 1,
                                       9999999};
  for (size_t i = 0; i < 3; i++)
    for (size_t k = 0; k < 5; k++) {
      sow_generator *far = sow_generator_new(17, SOW_TORCH_NEWEST);
      sow_generator_skip(far, starts[i]);
      sow_generator *near = sow_generator_copy(far);
      uint8_t a[SOW_GENERATOR_STATE_SIZE], b[SOW_GENERATOR_STATE_SIZE];
      sow_generator_skip(far, distances[k]);
      for (uint64_t rest = distances[k]; rest > 0;) {
        uint64_t part = rest < 1000000 ? rest : 1000000;
        sow_generator_skip(near, part);
        rest -= part;
      }
      sow_generator_get_state(far, a);
      sow_generator_get_state(near, b);
      assert_memory_equal(a, b, sizeof a);
      sow_generator_free(far);
      sow_generator_free(near);
    }
}

static void skipping_keeps_the_cache(void **state) {
  (void)state;
  sow_generator *g = sow_generator_new(7, SOW_TORCH_NEWEST);
  g->cached = true;
  g->cache = 1.25;
  sow_generator_skip(g, 100000);
  assert_true(g->cached);
  assert_true(g->cache == 1.25);
  sow_generator_free(g);
}

static void a_state_goes_out_and_in_anywhere(void **state) {
  (void)state;
  uint64_t seed = 3;
  for (int i = 0; i < 200; i++) {
    sow_generator *g = sow_generator_new(pick(&seed, UINT64_C(1) << 31), SOW_TORCH_NEWEST);
    sow_generator *h = sow_generator_new(1, SOW_TORCH_NEWEST);
    uint8_t bytes[SOW_GENERATOR_STATE_SIZE], again[SOW_GENERATOR_STATE_SIZE];
    sow_generator_skip(g, pick(&seed, 3000));
    g->cached = pick(&seed, 2) == 1;
    g->cache = g->cached ? -0.75 : 0.0;
    sow_generator_get_state(g, bytes);
    assert_int_equal(sow_generator_set_state(h, bytes, sizeof bytes, NULL), SOW_OK);
    sow_generator_get_state(h, again);
    assert_memory_equal(bytes, again, sizeof bytes);
    assert_int_equal(h->cached, g->cached);
    for (int k = 0; k < 700; k++)
      assert_int_equal(sow_generator_draw32(g), sow_generator_draw32(h));
    sow_generator_free(g);
    sow_generator_free(h);
  }
}

static void put32(uint8_t *bytes, uint32_t value) {
  for (int i = 0; i < 4; i++)
    bytes[i] = (uint8_t)(value >> (8 * i));
}

static void what_torch_refuses_is_refused_and_changes_nothing(void **state) {
  (void)state;
  static const struct {
    size_t size;
    uint32_t left, seeded, next;
  } rows[] = {{5055, 624, 1, 1}, {5057, 624, 1, 1}, {5048, 624, 1, 1}, {0, 624, 1, 1},
              {5056, 0, 1, 5},   {5056, 625, 1, 1}, {5056, 3, 1, 625}, {5056, 0xffffffffu, 1, 3},
              {5056, 624, 0, 1}, {5056, 624, 1, 2}};
  sow_generator *g = sow_generator_new(9, SOW_TORCH_NEWEST);
  uint8_t good[SOW_GENERATOR_STATE_SIZE], bytes[SOW_GENERATOR_STATE_SIZE + 1] = {0};
  sow_generator_get_state(g, good);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint8_t after[SOW_GENERATOR_STATE_SIZE];
    sow_error error = SOW_ERROR_NONE;
    memcpy(bytes, good, sizeof good);
    bytes[0] = 77;
    put32(bytes + 8, rows[i].left);
    put32(bytes + 12, rows[i].seeded);
    put32(bytes + 16, rows[i].next);
    assert_int_equal(sow_generator_set_state(g, bytes, rows[i].size, &error), SOW_STATE);
    assert_int_equal(error.status, SOW_STATE);
    sow_generator_get_state(g, after);
    assert_memory_equal(after, good, sizeof good);
  }
  sow_generator_free(g);
}

/* torch 1.13 and 2.6 take 5048 bytes and make the cache from an angle and a radius; measured there. */
static void the_older_layout_is_taken_before_2_12(void **state) {
  (void)state;
  static const uint8_t known[] = {0xc0, 0x3f, 0x73, 0x8e, 0x4a, 0xd3, 0xf6, 0x3f};
  double angle = 0.3, radius = 1.5;
  for (int edition = 0; edition < SOW_TORCH_2_12; edition++) {
    sow_generator *g = sow_generator_new(5, (sow_edition)edition);
    uint8_t bytes[SOW_GENERATOR_STATE_SIZE];
    sow_generator_skip(g, 8);
    sow_generator_get_state(g, bytes);
    memcpy(bytes + 5016, &angle, 8);
    memcpy(bytes + 5032, &radius, 8);
    put32(bytes + 5040, 1);
    assert_int_equal(sow_generator_set_state(g, bytes, 5048, NULL), SOW_OK);
    sow_generator_get_state(g, bytes);
    assert_memory_equal(bytes + 5024, known, 8);
    assert_int_equal(bytes[5040], 1);
    put32(bytes + 5040, 0);
    assert_int_equal(sow_generator_set_state(g, bytes, 5048, NULL), SOW_OK);
    assert_false(g->cached);
    sow_generator_free(g);
  }
}

/* Measured on all three: angle, radius and an invalid cache are dropped, a valid float cache stays. */
static void unused_fields_come_out_as_torch_has_them(void **state) {
  (void)state;
  sow_generator *g = sow_generator_new(5, SOW_TORCH_NEWEST);
  uint8_t bytes[SOW_GENERATOR_STATE_SIZE], out[SOW_GENERATOR_STATE_SIZE];
  sow_generator_get_state(g, bytes);
  memset(bytes + 5016, 0x3f, 24);
  memset(bytes + 5048, 0x40, 4);
  put32(bytes + 28, 0xffffffffu); /* upper half of the first word */
  put32(bytes + 12, 3);           /* seeded, in a way */
  assert_int_equal(sow_generator_set_state(g, bytes, sizeof bytes, NULL), SOW_OK);
  sow_generator_get_state(g, out);
  for (int i = 5016; i < SOW_GENERATOR_STATE_SIZE; i++)
    assert_int_equal(out[i], 0);
  assert_int_equal(out[12], 1);
  assert_int_equal(out[28], 0);
  bytes[5052] = 1;
  assert_int_equal(sow_generator_set_state(g, bytes, sizeof bytes, NULL), SOW_OK);
  sow_generator_get_state(g, out);
  assert_memory_equal(out + 5048, bytes + 5048, 5);
  sow_generator_free(g);
}

/* A state may say that fewer words are left than lie behind its index; float bits measured on torch. */
static void a_state_with_few_words_left_twists_early(void **state) {
  (void)state;
  static const uint32_t known[] = {1062505315u, 1062258371u, 1062376517u};
  sow_generator *g = sow_generator_new(5, SOW_TORCH_NEWEST);
  uint8_t bytes[SOW_GENERATOR_STATE_SIZE];
  sow_generator_skip(g, 8);
  sow_generator_get_state(g, bytes);
  put32(bytes + 8, 2);
  put32(bytes + 16, 0);
  assert_int_equal(sow_generator_set_state(g, bytes, sizeof bytes, NULL), SOW_OK);
  stream s;
  uint32_t out[3];
  s.base = *g;
  stream_start(&s);
  stream_fill(&s, &sow__op_uniform, SOW_FLOAT32, 3, 0.0, 1.0, out);
  assert_memory_equal(out, known, sizeof known);
  sow_generator_free(g);
}

static void a_copy_goes_its_own_way(void **state) {
  (void)state;
  sow_generator *g = sow_generator_new(1, SOW_TORCH_1_13);
  sow_generator *h = sow_generator_copy(g);
  uint32_t first = sow_generator_draw32(g);
  sow_generator_skip(g, 10);
  assert_int_equal(sow_generator_draw32(h), first);
  assert_int_equal(sow_generator_edition(h), SOW_TORCH_1_13);
  sow_generator_free(g);
  sow_generator_free(h);
  sow_generator_free(NULL);
}

static void a_cursor_reads_any_position(void **state) {
  (void)state;
  enum { COUNT = 5000 };
  stream s;
  uint32_t all[COUNT], word;
  uint64_t seed = 1;
  stream_open(&s, 42, SOW_TORCH_NEWEST);
  sow__engine_skip(&s.base, 100, NULL);
  stream_start(&s);
  sow__cursor_words(&s.worker.cursor, all, COUNT);
  for (int i = 0; i < 500; i++) {
    uint64_t at = pick(&seed, COUNT);
    sow__cursor_seek(&s.worker.cursor, 0, at);
    sow__cursor_words(&s.worker.cursor, &word, 1);
    assert_int_equal(word, all[at]);
  }
}

static void editions_are_read_from_versions(void **state) {
  (void)state;
  static const struct {
    const char *version;
    int edition; /* -1: refused */
  } rows[] = {{"1.13", SOW_TORCH_1_13},
              {"1.13.1", SOW_TORCH_1_13},
              {"1.13.0a0+git7c98e70", SOW_TORCH_1_13},
              {"2.0", SOW_TORCH_2_0},
              {"2.0.1+cu117", SOW_TORCH_2_0},
              {"2.1.0", SOW_TORCH_2_1},
              {"2.6.0", SOW_TORCH_2_1},
              {"2.11.3+cu130", SOW_TORCH_2_1},
              {"2.12", SOW_TORCH_2_12},
              {"2.12.0rc2", SOW_TORCH_2_12},
              {"2.12.1+cu130", SOW_TORCH_2_12},
              {"2.13", SOW_TORCH_2_13},
              {"2.14.1+debian", SOW_TORCH_2_13},
              {"2.13.0.dev20260301", SOW_TORCH_2_13},
              {"3.0", SOW_TORCH_2_13},
              {"2.6.0.post1+cu126", SOW_TORCH_2_1},
              {"2.12abc", -1},
              {"2.6.x", -1},
              {"2.6..", -1},
              {"2.0+", -1},
              {"newest", SOW_TORCH_2_13},
              {"1.12.1", -1},
              {"1.14", -1},
              {"0.4", -1},
              {"", -1},
              {"2", -1},
              {"2.", -1},
              {".6", -1},
              {"v2.6", -1},
              {"2.6 ", -1},
              {"2.6x", -1},
              {"2,6", -1},
              {"-2.6", -1},
              {"99999.1", -1},
              {"Newest", -1}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    sow_edition edition = SOW_EDITION_COUNT;
    sow_status status = sow_edition_parse(rows[i].version, &edition, NULL);
    assert_int_equal(status, rows[i].edition < 0 ? SOW_UNKNOWN_NAME : SOW_OK);
    assert_int_equal(edition, rows[i].edition < 0 ? (int)SOW_EDITION_COUNT : rows[i].edition);
  }
  for (int i = 0; i < SOW_EDITION_COUNT; i++) {
    sow_edition edition = SOW_EDITION_COUNT;
    assert_int_equal(sow_edition_parse(sow_edition_name((sow_edition)i), &edition, NULL), SOW_OK);
    assert_int_equal(edition, i);
  }
}

static void seeds_are_read_as_manual_seed_takes_them(void **state) {
  (void)state;
  static const struct {
    const char *text;
    uint64_t seed;
    sow_status status;
  } rows[] = {{"0", 0, SOW_OK},
              {"-5", UINT64_C(18446744073709551611), SOW_OK},
              {"18446744073709551615", UINT64_MAX, SOW_OK},
              {"-9223372036854775808", UINT64_C(1) << 63, SOW_OK},
              {"0xff", 255, SOW_OK},
              {"18446744073709551616", 1, SOW_INVALID_ARGUMENT},
              {"-9223372036854775809", 1, SOW_INVALID_ARGUMENT},
              {"", 1, SOW_INVALID_ARGUMENT},
              {"1.5", 1, SOW_INVALID_ARGUMENT},
              {"seven", 1, SOW_INVALID_ARGUMENT}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    uint64_t seed = 1;
    assert_int_equal(sow_seed_parse(rows[i].text, &seed, NULL), rows[i].status);
    assert_true(seed == rows[i].seed);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(first_words_of_seed_0),
      cmocka_unit_test(word_10000_of_seed_5489),
      cmocka_unit_test(trap_01_seed_uses_its_low_32_bits_but_the_state_stores_64),
      cmocka_unit_test(trap_02_a_negative_seed_is_2_to_the_64_plus_seed),
      cmocka_unit_test(trap_03_the_first_of_two_words_is_the_high_one),
      cmocka_unit_test(trap_09_the_cache_is_in_the_state_and_seeding_empties_it),
      cmocka_unit_test(state_bytes_are_those_of_torch),
      cmocka_unit_test(the_twist_is_lazy),
      cmocka_unit_test(a_far_skip_equals_many_near_ones),
      cmocka_unit_test(skipping_keeps_the_cache),
      cmocka_unit_test(a_state_goes_out_and_in_anywhere),
      cmocka_unit_test(what_torch_refuses_is_refused_and_changes_nothing),
      cmocka_unit_test(the_older_layout_is_taken_before_2_12),
      cmocka_unit_test(unused_fields_come_out_as_torch_has_them),
      cmocka_unit_test(a_state_with_few_words_left_twists_early),
      cmocka_unit_test(a_copy_goes_its_own_way),
      cmocka_unit_test(a_cursor_reads_any_position),
      cmocka_unit_test(editions_are_read_from_versions),
      cmocka_unit_test(seeds_are_read_as_manual_seed_takes_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
