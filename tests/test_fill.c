/* sow_fill: torch.nn.init on whole tensors. Known values are those of PyTorch 1.13, 2.6 and 2.14. */
#include <math.h>

#include "box.h"
#include "init/resolve.h"

#include "op/shuffle.h"

static void count_warning(void *context, const sow_error *warning) {
  assert_int_equal(warning->status, SOW_OK);
  assert_true(warning->message[0] != 0);
  ++*(int *)context;
}

static int warnings_of(sow_initializer initializer, sow_edition edition, int ndim, const int64_t *shape,
                       sow_status expected) {
  int count = 0;
  sow_error error = SOW_ERROR_NONE;
  error.on_warning = count_warning;
  error.warning_context = &count;
  box b;
  box_open(&b, SOW_FLOAT32, ndim, shape, NULL);
  assert_int_equal(fill_with(&b, initializer, 0, edition, NULL, &error), expected);
  return count;
}

/* ---- golden values ---- */

static void golden_kaiming_uniform(void **state) {
  (void)state;
  static const uint32_t known[] = {0xbc163b71, 0x3f283195, 0xbf8106d0, 0xbf66be0f, 0xbef184bd, 0x3ea8273d,
                                   0xbcc6c9af, 0x3f78992e, 0xbdde983e, 0x3ea5ee31, 0xbebd8232, 0xbe768531};
  EACH_EDITION(e) {
    box b;
    box_open(&b, SOW_FLOAT32, SHAPE(3, 4), NULL);
    fill_ok(&b, sow_kaiming_uniform(0, SOW_FAN_IN, SOW_LEAKY_RELU), e);
    assert_memory_equal(b.bytes, known, sizeof known);
  }
}

static void golden_xavier_normal(void **state) {
  (void)state;
  static const uint32_t known[] = {0x3f52ddd0, 0xbe209bce, 0xbf951201, 0x3e9b90d3, 0xbf146753, 0xbf3f6173,
                                   0x3e5cc5b6, 0x3ee558e8, 0xbec4d7db, 0xbe5cc53f, 0xbea348d4, 0x3dc74695};
  EACH_EDITION(e) {
    box b;
    box_open(&b, SOW_FLOAT32, SHAPE(3, 4), NULL);
    fill_ok(&b, sow_xavier_normal(1), e);
    assert_memory_equal(b.bytes, known, sizeof known);
  }
}

static void golden_xavier_uniform_with_the_gain_of_relu(void **state) {
  (void)state;
  static const uint32_t known[] = {0xbc163b71, 0x3f283195, 0xbf8106d0, 0xbf66be0f, 0xbef184bd,
                                   0x3ea8273d, 0xbcc6c9af, 0x3f78992e, 0xbdde983e, 0x3ea5ee31,
                                   0xbebd8232, 0xbe768531, 0xbf95c478, 0xbf4fa5ff, 0xbf013f0a};
  EACH_EDITION(e) {
    box b;
    box_open(&b, SOW_FLOAT32, SHAPE(3, 5), NULL);
    fill_ok(&b, sow_xavier_uniform(sow_calculate_gain(SOW_RELU, NULL)), e);
    assert_memory_equal(b.bytes, known, sizeof known);
  }
}

static void golden_kaiming_normal_fan_out(void **state) {
  (void)state;
  EACH_EDITION(e) {
    box b;
    box_open(&b, SOW_FLOAT32, SHAPE(4, 3, 2, 2), NULL);
    fill_ok(&b, sow_kaiming_normal(0, SOW_FAN_OUT, SOW_RELU), e);
    assert_int_equal(checksum(b.bytes, 48 * 4), 0x58536d45);
  }
}

static void golden_sparse(void **state) {
  (void)state;
  EACH_EDITION(e) {
    box b;
    box_open(&b, SOW_FLOAT32, SHAPE(40, 30), NULL);
    fill_ok(&b, sow_sparse(0.4, 0.01), e);
    assert_int_equal(checksum(b.bytes, 1200 * 4), 0x496fb024);
  }
}

static void golden_randperm(void **state) {
  (void)state;
  static const uint64_t known[] = {4, 1, 7, 5, 3, 9, 0, 8, 6, 2};
  stream s;
  uint64_t order[10];
  EACH_EDITION(e) {
    stream_open(&s, 0, e);
    sow__shuffle(e, &s.worker.cursor, order, 10, 10);
    assert_memory_equal(order, known, sizeof known);
    assert_true(sow__shuffle_words(e, 10) == 9 && s.worker.cursor.position == 9);
    for (uint64_t first = 0; first <= 10; first++) {
      stream_open(&s, 0, e);
      sow__shuffle(e, &s.worker.cursor, order, 10, first);
      assert_memory_equal(order, known, first * sizeof *known);
      assert_true(s.worker.cursor.position == 9);
    }
    assert_true(sow__shuffle_words(e, 1) == 0 && sow__shuffle_words(e, 0) == 0);
  }
}

/* The long way is an insertion into a growing permutation: followed here move by move. */
static void randperm_of_very_many_takes_two_words_each(void **state) {
  (void)state;
  assert_true(sow__shuffle_words(SOW_TORCH_1_13, 214748364) == 214748363);
  assert_true(sow__shuffle_words(SOW_TORCH_2_1, 214748363) == 214748362);
  assert_true(sow__shuffle_words(SOW_TORCH_2_1, 214748364) == 429496728);
  enum { N = 1500 };
  static uint64_t order[N], known[N];
  stream s;
  stream_open(&s, 3, SOW_TORCH_NEWEST);
  sow__shuffle_wide(&s.worker.cursor, order, N);
  assert_true(s.worker.cursor.position == 2 * N);
  sow_generator *generator = sow_generator_new(3, SOW_TORCH_NEWEST);
  for (uint64_t i = 0; i < N; i++) {
    uint64_t place = sow_generator_draw64(generator) % (i + 1);
    known[i] = known[place];
    known[place] = i;
  }
  sow_generator_free(generator);
  assert_memory_equal(order, known, sizeof known);
}

/* ---- traps ---- */

static void trap_06_the_width_is_that_of_rounded_bounds(void **state) {
  (void)state;
  static uint8_t memory[400000];
  int64_t shape[] = {100000};
  DLTensor tensor = {
      .data = memory, .device = {kDLCPU, 0}, .ndim = 1, .dtype = {kDLFloat, 32, 1}, .shape = shape};
  EACH_EDITION(e) {
    sow_generator *generator = sow_generator_new(0, e);
    assert_int_equal(sow_fill(&tensor, sow_uniform(-1.0 / 3, 0.7), generator, NULL), SOW_OK);
    assert_int_equal(checksum(memory, sizeof memory), 0x55ecf58d);
    sow_generator_free(generator);
  }
}

static void trap_20_a_bound_of_0_gives_minus_0_from_2_12(void **state) {
  (void)state;
  EACH_EDITION(e) {
    box b;
    box_open(&b, SOW_FLOAT32, SHAPE(2, 2), NULL);
    fill_ok(&b, sow_xavier_uniform(0), e);
    uint32_t known = e >= SOW_TORCH_2_12 ? 0x80000000u : 0;
    for (int i = 0; i < 4; i++)
      assert_memory_equal(b.bytes + 4 * i, &known, 4);
  }
}

static void trap_21_a_transposed_view_is_filled_in_memory_order(void **state) {
  (void)state;
  EACH_EDITION(e) {
    box plain, view;
    box_open(&plain, SOW_FLOAT32, SHAPE(3, 4), NULL);
    box_open(&view, SOW_FLOAT32, SHAPE(4, 3), STRIDES(1, 4));
    fill_ok(&plain, sow_uniform(0, 1), e);
    fill_ok(&view, sow_uniform(0, 1), e);
    assert_memory_equal(plain.bytes, view.bytes, sizeof plain.bytes);
  }
}

static void trap_22_a_view_takes_the_serial_normal(void **state) {
  (void)state;
  EACH_EDITION(e) {
    box b;
    uint64_t words;
    box_open(&b, SOW_FLOAT32, SHAPE(4, 5), NULL);
    assert_int_equal(fill_with(&b, sow_normal(0, 1), 0, e, &words, NULL), SOW_OK);
    assert_int_equal(words, 36);
    box_open(&b, SOW_FLOAT32, SHAPE(4, 5), STRIDES(1, 4));
    assert_int_equal(fill_with(&b, sow_normal(0, 1), 0, e, &words, NULL), SOW_OK);
    assert_int_equal(words, 40);
    assert_int_equal(checksum(b.bytes, 80), 0x5546e767);
  }
}

static void trap_22_channels_last_is_a_view(void **state) {
  (void)state;
  EACH_EDITION(e) {
    box b;
    box_open(&b, SOW_FLOAT32, SHAPE(4, 3, 2, 2), STRIDES(12, 1, 6, 3));
    fill_ok(&b, sow_kaiming_normal(0, SOW_FAN_OUT, SOW_RELU), e);
    assert_int_equal(checksum(b.bytes, 48 * 4), 0x6fdef526);
  }
}

static void trap_22_sizes_of_1_do_not_make_a_view(void **state) {
  (void)state;
  box plain, view;
  box_open(&plain, SOW_FLOAT32, SHAPE(1, 20, 1), NULL);
  box_open(&view, SOW_FLOAT32, SHAPE(1, 20, 1), STRIDES(3, 1, 77));
  fill_ok(&plain, sow_normal(0, 1), SOW_TORCH_NEWEST);
  fill_ok(&view, sow_normal(0, 1), SOW_TORCH_NEWEST);
  assert_memory_equal(plain.bytes, view.bytes, sizeof plain.bytes);
}

static void trap_23_empty_tensors_and_kaiming_and_xavier(void **state) {
  (void)state;
  sow_initializer odd_mode = sow_kaiming_uniform(0, (sow_fan_mode)7, SOW_LEAKY_RELU);
  EACH_EDITION(e) {
    assert_int_equal(warnings_of(odd_mode, e, SHAPE(0, 3), SOW_OK), 1);
    assert_int_equal(warnings_of(sow_kaiming_normal(0, SOW_FAN_IN, SOW_RELU), e, SHAPE(0), SOW_OK), 1);
    assert_int_equal(warnings_of(odd_mode, e, SHAPE(2, 3), SOW_INVALID_ARGUMENT), 0);
    assert_int_equal(warnings_of(sow_xavier_uniform(1), e, SHAPE(0, 3), SOW_OK), 0);
    assert_int_equal(warnings_of(sow_xavier_uniform(1), e, SHAPE(0, 0), SOW_SHAPE), 0);
    assert_int_equal(warnings_of(sow_xavier_normal(1), e, SHAPE(3, 2, 0), SOW_SHAPE), 0);
  }
}

static void trap_24_empty_tensors_are_checked(void **state) {
  (void)state;
  EACH_EDITION(e) {
    assert_int_equal(status_of(sow_normal(0, -1), SOW_FLOAT32, e, SHAPE(0)), SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(sow_normal(0, (double)NAN), SOW_FLOAT32, e, SHAPE(0)), SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(sow_uniform(1, 0), SOW_FLOAT32, e, SHAPE(0)), SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(sow_constant(1e39), SOW_FLOAT32, e, SHAPE(0)), SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(sow_normal((double)NAN, 0), SOW_FLOAT32, e, SHAPE(0)), SOW_OK);
  }
}

/* A bool cannot reach C; what is left of the trap is that only leaky_relu looks at the slope. */
static void trap_25_the_slope_matters_for_leaky_relu_only(void **state) {
  (void)state;
  sow_initializer leaky = sow_kaiming_normal(1e200, SOW_FAN_IN, SOW_LEAKY_RELU);
  sow_initializer relu = sow_kaiming_normal(1e200, SOW_FAN_IN, SOW_RELU);
  EACH_EDITION(e) {
    assert_int_equal(status_of(leaky, SOW_FLOAT32, e, SHAPE(2, 3)), SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(relu, SOW_FLOAT32, e, SHAPE(2, 3)), SOW_OK);
  }
}

static void trap_26_nonlinearities_are_written_in_small_letters(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  sow_nonlinearity nonlinearity = SOW_SELU;
  assert_int_equal(sow_nonlinearity_parse("ReLU", &nonlinearity, &error), SOW_UNKNOWN_NAME);
  assert_non_null(strstr(error.message, "did you mean 'relu'?"));
  assert_int_equal(nonlinearity, SOW_SELU);
}

static void trap_27_the_order_of_operations_in_kaimings_bound(void **state) {
  (void)state;
  static const uint64_t known[] = {UINT64_C(0x3f8e15592f89545d), UINT64_C(0x3f7a99d7608732ff),
                                   UINT64_C(0xbf54cbc245dad04f), UINT64_C(0x3f8aed87b1cafacd)};
  static const uint64_t other[] = {UINT64_C(0x3f8e15592f89545e), UINT64_C(0x3f7a99d760873300),
                                   UINT64_C(0xbf54cbc245dad050), UINT64_C(0x3f8aed87b1caface)};
  EACH_EDITION(e) {
    box b;
    box_open(&b, SOW_FLOAT64, SHAPE(4), NULL);
    fill_ok(&b, sow_uniform(-1.0 / 64, 1.0 / 64), e);
    assert_memory_equal(b.bytes, other, sizeof other);

    static const int64_t shape[] = {1, 4096};
    sow_initializer kaiming = sow_kaiming_uniform(sqrt(5.0), SOW_FAN_IN, SOW_LEAKY_RELU);
    sow__step fill;
    stream s;
    double first[4];
    stream_open(&s, 0, e);
    assert_int_equal(sow__resolve(kaiming, SOW_FLOAT64, e, 2, shape, NULL, &fill, NULL), SOW_OK);
    assert_int_equal(sow__step_bind(&fill, &s.worker, &s.place, NULL), SOW_OK);
    assert_int_equal(sow__step_run(&fill, &s.worker, 0, 4, first, NULL), SOW_OK);
    assert_memory_equal(first, known, sizeof known);
  }
}

static void trap_28_uniform_from_0_to_0_still_draws(void **state) {
  (void)state;
  EACH_EDITION(e) {
    box b;
    uint64_t words;
    box_open(&b, SOW_FLOAT32, SHAPE(4), NULL);
    assert_int_equal(fill_with(&b, sow_uniform(0, 0), 0, e, &words, NULL), SOW_OK);
    assert_int_equal(words, 4);
    static const uint8_t zeros[16];
    assert_memory_equal(b.bytes, zeros, sizeof zeros);
  }
}

static void trap_41_negative_sparsity_counts_from_the_end(void **state) {
  (void)state;
  static const uint32_t known[20] = {0xbc387525, 0, 0xbb24381c, 0xbb8e2c64, 0, 0, 0, 0, 0, 0xbaceb784};
  EACH_EDITION(e) {
    box b;
    uint64_t words;
    box_open(&b, SOW_FLOAT32, SHAPE(5, 4), NULL);
    assert_int_equal(fill_with(&b, sow_sparse(-0.3, 0.01), 0, e, &words, NULL), SOW_OK);
    assert_int_equal(words, 52);
    assert_memory_equal(b.bytes, known, sizeof known);
    /* The permutations are drawn where they serve for nothing, too. */
    assert_int_equal(fill_with(&b, sow_sparse(0, 0.01), 0, e, &words, NULL), SOW_OK);
    assert_int_equal(words, 52);
  }
}

/* 0.1*3*10 is a little more than 3, and its ceiling 4. */
static void sparsity_times_rows_is_the_product_of_doubles(void **state) {
  (void)state;
  static const uint32_t zero;
  box b;
  int zeros = 0;
  box_open(&b, SOW_FLOAT32, SHAPE(10, 2), NULL);
  fill_ok(&b, sow_sparse(0.1 * 3, 0.01), SOW_TORCH_NEWEST);
  for (size_t i = 0; i < 20; i++)
    zeros += memcmp(b.bytes + 4 * i, &zero, 4) == 0;
  assert_int_equal(zeros, 8);
}

/*
 * torch takes the permutations from its default generator even when another one is given for the normals.
 * In sow there is one generator for both, as in torch when none is given.
 */
static void trap_42_sparse_draws_everything_from_one_generator(void **state) {
  (void)state;
  EACH_EDITION(e) {
    box b;
    uint8_t after[SOW_GENERATOR_STATE_SIZE];
    sow_generator *generator = sow_generator_new(0, e);
    box_open(&b, SOW_FLOAT32, SHAPE(1), NULL);
    assert_int_equal(sow_fill(&b.tensor, sow_normal(0, 1), generator, NULL), SOW_OK);
    box_open(&b, SOW_FLOAT32, SHAPE(40, 30), STRIDES(1, 40));
    assert_int_equal(sow_fill(&b.tensor, sow_sparse(0.4, 0.01), generator, NULL), SOW_OK);
    assert_int_equal(checksum(b.bytes, 1200 * 4), 0xeb0159ec);
    sow_generator_get_state(generator, after);
    assert_int_equal(checksum(after, sizeof after), 0xe57deddc);
    sow_generator_free(generator);
  }
}

static void trap_53_a_constant_that_overflows_is_an_error(void **state) {
  (void)state;
  EACH_EDITION(e) {
    assert_int_equal(status_of(sow_constant(70000), SOW_FLOAT16, e, SHAPE(2)), SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(sow_constant(70000), SOW_BFLOAT16, e, SHAPE(2)), SOW_OK);
    assert_int_equal(status_of(sow_constant((double)INFINITY), SOW_FLOAT16, e, SHAPE(2)), SOW_OK);
    assert_int_equal(status_of(sow_constant((double)NAN), SOW_INT64, e, SHAPE(2)), SOW_INVALID_ARGUMENT);
    assert_int_equal(status_of(sow_constant(0x1p63), SOW_INT64, e, SHAPE(2)), SOW_INVALID_ARGUMENT);
    /* 2.14 does not look at a single element. */
    assert_int_equal(status_of(sow_constant(70000), SOW_FLOAT16, e, SHAPE(1)),
                     e >= SOW_TORCH_2_12 ? SOW_OK : SOW_INVALID_ARGUMENT);
  }
}

static void trap_54_diracs_centre_and_groups(void **state) {
  (void)state;
  static const int at[] = {0 * 6 + 0 * 3 + 1, 1 * 6 + 1 * 3 + 1, 2 * 6 + 0 * 3 + 1, 3 * 6 + 1 * 3 + 1};
  float known[24] = {0};
  for (int i = 0; i < 4; i++)
    known[at[i]] = 1;
  box b;
  box_open(&b, SOW_FLOAT32, SHAPE(4, 2, 3), NULL);
  fill_ok(&b, sow_dirac(2), SOW_TORCH_NEWEST);
  assert_memory_equal(b.bytes, known, sizeof known);
  static const float even[16] = {[6] = 1};
  box_open(&b, SOW_FLOAT32, SHAPE(2, 1, 2, 4), NULL);
  fill_ok(&b, sow_dirac(1), SOW_TORCH_NEWEST);
  assert_memory_equal(b.bytes, even, sizeof even);
  assert_int_equal(status_of(sow_dirac(3), SOW_FLOAT32, SOW_TORCH_NEWEST, SHAPE(4, 2, 3)), SOW_SHAPE);
  assert_int_equal(status_of(sow_dirac(0), SOW_FLOAT32, SOW_TORCH_NEWEST, SHAPE(4, 2, 3)),
                   SOW_INVALID_ARGUMENT);
  assert_int_equal(status_of(sow_dirac(1), SOW_FLOAT32, SOW_TORCH_NEWEST, SHAPE(4, 2, 0)), SOW_SHAPE);
  assert_int_equal(status_of(sow_dirac(1), SOW_FLOAT32, SOW_TORCH_NEWEST, SHAPE(4, 2)), SOW_SHAPE);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(golden_kaiming_uniform),
      cmocka_unit_test(golden_xavier_normal),
      cmocka_unit_test(golden_xavier_uniform_with_the_gain_of_relu),
      cmocka_unit_test(golden_kaiming_normal_fan_out),
      cmocka_unit_test(golden_sparse),
      cmocka_unit_test(golden_randperm),
      cmocka_unit_test(randperm_of_very_many_takes_two_words_each),
      cmocka_unit_test(trap_06_the_width_is_that_of_rounded_bounds),
      cmocka_unit_test(trap_20_a_bound_of_0_gives_minus_0_from_2_12),
      cmocka_unit_test(trap_21_a_transposed_view_is_filled_in_memory_order),
      cmocka_unit_test(trap_22_a_view_takes_the_serial_normal),
      cmocka_unit_test(trap_22_channels_last_is_a_view),
      cmocka_unit_test(trap_22_sizes_of_1_do_not_make_a_view),
      cmocka_unit_test(trap_23_empty_tensors_and_kaiming_and_xavier),
      cmocka_unit_test(trap_24_empty_tensors_are_checked),
      cmocka_unit_test(trap_25_the_slope_matters_for_leaky_relu_only),
      cmocka_unit_test(trap_26_nonlinearities_are_written_in_small_letters),
      cmocka_unit_test(trap_27_the_order_of_operations_in_kaimings_bound),
      cmocka_unit_test(trap_28_uniform_from_0_to_0_still_draws),
      cmocka_unit_test(trap_41_negative_sparsity_counts_from_the_end),
      cmocka_unit_test(sparsity_times_rows_is_the_product_of_doubles),
      cmocka_unit_test(trap_42_sparse_draws_everything_from_one_generator),
      cmocka_unit_test(trap_53_a_constant_that_overflows_is_an_error),
      cmocka_unit_test(trap_54_diracs_centre_and_groups),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
