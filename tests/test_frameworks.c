/*
 * Every initialiser of another framework: any range of it alone, in every type; one stream in every edition;
 * views; the moments of 4 Mi values; matrices that are orthonormal.
 */
#include <math.h>
#include <stdlib.h>

#include "frameworks_samples.h"
#include "init/resolve.h"
#include "op/convert.h"
#include "op/value.h"

static const sow_dtype dtypes[] = {SOW_FLOAT32, SOW_FLOAT64, SOW_FLOAT16, SOW_BFLOAT16};

#define EACH_DTYPE(s, d) for (int d = 0; d < ((s)->wide ? 2 : 4); d++)

enum { MOST = 3000 };

static sow__step resolved(const sample *s, sow_dtype dtype, sow_edition edition, const int64_t *shape) {
  sow__step step;
  sow_error error = SOW_ERROR_NONE;
  if (sow__resolve(call_of(s), dtype, edition, s->ndim, shape, NULL, &step, &error) != SOW_OK)
    fail_msg("%s: %s", s->call, error.message);
  return step;
}

static void every_row_has_a_sample(void **state) {
  (void)state;
  for (int kind = 0; kind < SOW_INITIALIZER_COUNT; kind++) {
    bool found = sow__initializer_is_torchs((sow_initializer_kind)kind);
    EACH_SAMPLE(s)
    found = found || (int)call_of(s).kind == kind;
    if (!found)
      fail_msg("%s has no sample", sow_initializer_name((sow_initializer_kind)kind));
  }
}

/* ---- ranges ---- */

static uint64_t ranges_seed = 1;

static void ranges_of(const sample *s, sow_dtype dtype, bool left) {
  static double whole[MOST], part[MOST];
  size_t size = sow_dtype_size(dtype);
  sow__step step = resolved(s, dtype, SOW_TORCH_NEWEST, s->shape);
  uint64_t count = (uint64_t)step.count;
  stream own;
  stream_open(&own, 7, SOW_TORCH_NEWEST);
  own.place.position = 5; /* not where the stream begins */
  sow__readers readers = {0};
  own.worker.readers = left ? &readers : NULL;
  assert_int_equal(sow__step_bind(&step, &own.worker, &own.place, NULL), SOW_OK);
  assert_int_equal(own.place.position, 5 + step.draws);
  assert_int_equal(sow__step_run(&step, &own.worker, 0, count, whole, NULL), SOW_OK);
  for (int i = 0; i < 40; i++) {
    uint64_t begin = pick(&ranges_seed, count), end = begin + 1 + pick(&ranges_seed, count - begin);
    memset(part, 0xa5, sizeof part);
    assert_int_equal(sow__step_run(&step, &own.worker, begin, end, part, NULL), SOW_OK);
    if (memcmp(part, (char *)whole + begin * size, (size_t)(end - begin) * size) != 0)
      fail_msg("%s, %s: [%u, %u) differs", s->call, sow_dtype_name(dtype), (unsigned)begin, (unsigned)end);
    assert_int_equal(((unsigned char *)part)[(end - begin) * size], 0xa5);
  }
  free(readers.items);
}

static void any_range_can_be_made_alone(void **state) {
  (void)state;
  EACH_SAMPLE(s)
  EACH_DTYPE(s, d) {
    ranges_of(s, dtypes[d], false);
    ranges_of(s, dtypes[d], true);
  }
}

/* ---- editions, views ---- */

static void all_editions_are_alike(void **state) {
  (void)state;
  EACH_SAMPLE(s)
  EACH_DTYPE(s, d) {
    static box first, other;
    uint64_t words[2];
    if (resolved(s, dtypes[d], SOW_TORCH_NEWEST, s->shape).count * 8 > (int64_t)sizeof first.bytes)
      continue;
    box_open(&first, dtypes[d], s->ndim, s->shape, NULL);
    assert_int_equal(fill_with(&first, call_of(s), 3, SOW_TORCH_NEWEST, &words[0], NULL), SOW_OK);
    EACH_EDITION(e) {
      box_open(&other, dtypes[d], s->ndim, s->shape, NULL);
      assert_int_equal(fill_with(&other, call_of(s), 3, e, &words[1], NULL), SOW_OK);
      assert_memory_equal(first.bytes, other.bytes, sizeof first.bytes);
      assert_int_equal(words[0], words[1]);
    }
  }
}

/* Every other element of a row, and nothing between: what is numbered by index is what lies there densely. */
static void views_are_filled(void **state) {
  (void)state;
  EACH_SAMPLE(s) {
    static box dense, view;
    int64_t strides[5] = {0}, step = 2;
    sow__step made = resolved(s, SOW_FLOAT32, SOW_TORCH_NEWEST, s->shape);
    if (s->ndim == 0 || made.count * 8 > (int64_t)sizeof dense.bytes)
      continue;
    for (int i = s->ndim - 1; i >= 0; i--) {
      strides[i] = step;
      step *= s->shape[i];
    }
    box_open(&dense, SOW_FLOAT32, s->ndim, s->shape, NULL);
    box_open(&view, SOW_FLOAT32, s->ndim, s->shape, strides);
    fill_ok(&dense, call_of(s), SOW_TORCH_NEWEST);
    fill_ok(&view, call_of(s), SOW_TORCH_NEWEST);
    const float *a = (const float *)(const void *)dense.bytes, *b = (const float *)(const void *)view.bytes;
    for (int64_t i = 0; i < made.count; i++) {
      if (made.op->order == SOW__BY_INDEX)
        assert_true(a[i] == b[2 * i]);
      assert_int_equal(view.bytes[8 * i + 4], 0xa5);
    }
  }
}

/* What docs/from-caffe-keras-jax.md says is equal. */
static void torchs_names_draw_the_same(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"caffe.constant(0.5)", "constant_(0.5)"},
      {"caffe.uniform(-1, 2)", "uniform_(-1, 2)"},
      {"keras.random_uniform(-1, 2)", "uniform_(-1, 2)"},
      {"jax.uniform(2)", "uniform_(0, 2)"},
      {"caffe.gaussian(1, 2)", "normal_(1, 2)"},
      {"keras.random_normal(1, 2)", "normal_(1, 2)"},
      {"jax.normal(2)", "normal_(std=2)"},
      {"caffe.xavier()", "kaiming_uniform_(nonlinearity='linear')"},
      {"keras.lecun_uniform(layout='torch')", "kaiming_uniform_(nonlinearity='linear')"},
      {"caffe.xavier('AVERAGE')", "xavier_uniform_()"},
      {"jax.glorot_uniform(layout='torch')", "xavier_uniform_()"},
      {"caffe.msra()", "kaiming_normal_(nonlinearity='relu')"},
      {"keras.he_uniform(layout='torch')", "kaiming_uniform_(nonlinearity='relu')"},
      {"keras.orthogonal(2, layout='torch')", "orthogonal_(2)"},
      {"keras.identity()", "eye_()"},
      {"keras.truncated_normal(0.5, 0.1)", "trunc_normal_(0.5, 0.1, 0.3, 0.7)"},
  };
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
    static box boxes[2];
    for (int k = 0; k < 2; k++) {
      sow_initializer call;
      bool truncated = strstr(pairs[i][0], "truncated") != NULL; /* whose way torch has left */
      box_open(&boxes[k], SOW_FLOAT32, SHAPE(36, 50), NULL);
      assert_int_equal(sow_initializer_parse(pairs[i][k], NULL, &call, NULL), SOW_OK);
      fill_ok(&boxes[k], call, truncated ? SOW_TORCH_2_1 : SOW_TORCH_NEWEST);
    }
    const float *a = (const float *)(const void *)boxes[0].bytes;
    const float *b = (const float *)(const void *)boxes[1].bytes;
    for (int k = 0; k < 36 * 50; k++)
      if (!(fabs((double)a[k] - (double)b[k]) <= 1e-6 * fabs((double)b[k])))
        fail_msg("%s: %.9g and not %.9g", pairs[i][0], (double)a[k], (double)b[k]);
  }
}

/* ---- moments ---- */

typedef struct moments {
  double mean, std, kurtosis, least, most;
} moments;

static moments measure(const float *values, int64_t count) {
  moments m = {.least = INFINITY, .most = -INFINITY};
  double squares = 0, fourth = 0;
  for (int64_t i = 0; i < count; i++) {
    m.mean += (double)values[i];
    m.least = fmin(m.least, (double)values[i]);
    m.most = fmax(m.most, (double)values[i]);
  }
  m.mean /= (double)count;
  for (int64_t i = 0; i < count; i++) {
    double away = (double)values[i] - m.mean;
    squares += away * away;
    fourth += away * away * away * away;
  }
  m.std = sqrt(squares / (double)count);
  m.kurtosis = fourth / (double)count / (m.std * m.std * m.std * m.std);
  return m;
}

static void moments_of(const sample *s) {
  sow__step step = resolved(s, SOW_FLOAT32, SOW_TORCH_NEWEST, s->large);
  const sow__step *const steps[] = {&step};
  sow__value value = {.dtype = SOW_FLOAT32, .count = step.count, .steps = steps, .step_count = 1};
  sow_distribution aim = sow__value_expect(&value);
  DLManagedTensor *tensor;
  assert_int_equal(sow_empty(SOW_FLOAT32, s->ndim, s->large, &tensor, NULL), SOW_OK);
  sow_generator *generator = sow_generator_new(1, SOW_TORCH_NEWEST);
  assert_int_equal(sow_fill(&tensor->dl_tensor, call_of(s), generator, NULL), SOW_OK);
  moments m = measure(tensor->dl_tensor.data, step.count);
  double n = (double)step.count, mean_error = aim.std / sqrt(n);
  double std_error = aim.std * sqrt((m.kurtosis - 1) / (4 * n));
  if (!(fabs(m.mean - aim.mean) <= 5 * mean_error) || !(fabs(m.std - aim.std) <= 5 * std_error))
    fail_msg("%s: mean %.9g for %.9g, deviation %.9g for %.9g", s->call, m.mean, aim.mean, m.std, aim.std);
  if (!(m.least >= aim.low && m.most <= aim.high))
    fail_msg("%s: from %.9g to %.9g, not within %.9g and %.9g", s->call, m.least, m.most, aim.low, aim.high);
  sow_generator_free(generator);
  tensor->deleter(tensor);
}

static void four_million_values_have_the_moments(void **state) {
  (void)state;
  EACH_SAMPLE(s)
  if (s->large[0] != 0)
    moments_of(s);
}

/* ---- matrices ---- */

/* Element (i, j) of a matrix that lies in a tensor. */
typedef struct matrix {
  int64_t rows, columns, first, row_step, column_step;
} matrix;

/* The products of its rows, or of its columns where there are more rows, are gain^2 and 0. */
static void assert_orthonormal(const float *values, const matrix *m, double gain) {
  bool by_rows = m->rows <= m->columns;
  int64_t count = by_rows ? m->rows : m->columns, length = by_rows ? m->columns : m->rows;
  int64_t apart = by_rows ? m->row_step : m->column_step, along = by_rows ? m->column_step : m->row_step;
  for (int64_t i = 0; i < count; i++)
    for (int64_t j = 0; j <= i; j++) {
      double sum = 0;
      for (int64_t k = 0; k < length; k++)
        sum += (double)values[m->first + i * apart + k * along] *
               (double)values[m->first + j * apart + k * along];
      assert_true(fabs(sum / (gain * gain) - (i == j)) <= 1e-6);
    }
}

static float *filled(const char *call, int ndim, const int64_t *shape, DLManagedTensor **tensor) {
  sow_initializer read;
  sow_generator *generator = sow_generator_new(1, SOW_TORCH_NEWEST);
  assert_int_equal(sow_initializer_parse(call, NULL, &read, NULL), SOW_OK);
  assert_int_equal(sow_empty(SOW_FLOAT32, ndim, shape, tensor, NULL), SOW_OK);
  assert_int_equal(sow_fill(&(*tensor)->dl_tensor, read, generator, NULL), SOW_OK);
  sow_generator_free(generator);
  return (*tensor)->dl_tensor.data;
}

static void matrices_are_orthonormal(void **state) {
  (void)state;
  static const struct {
    const char *call;
    int ndim;
    int64_t shape[4];
    matrix matrix;
    double gain;
  } cases[] = {
      {"keras.orthogonal()", 4, {3, 3, 16, 32}, {144, 32, 0, 32, 1}, 1},
      {"keras.orthogonal(gain=2)", 3, {2, 3, 40}, {6, 40, 0, 40, 1}, 2},
      {"keras.orthogonal(layout='torch')", 4, {32, 16, 3, 3}, {32, 144, 0, 144, 1}, 1},
      {"jax.orthogonal(layout='torch')", 4, {32, 16, 3, 3}, {32, 144, 0, 144, 1}, 1},
      {"jax.orthogonal()", 4, {3, 3, 16, 32}, {144, 32, 0, 32, 1}, 1},
      {"jax.orthogonal(0.5, column_axis=0)", 4, {32, 3, 3, 16}, {32, 144, 0, 144, 1}, 0.5},
      {"jax.orthogonal(column_axis=0)", 2, {7, 11}, {7, 11, 0, 11, 1}, 1},
      /* in the middle of (3, 3): the fifth of nine */
      {"jax.delta_orthogonal()", 4, {3, 3, 16, 32}, {16, 32, 4 * 16 * 32, 32, 1}, 1},
      {"jax.delta_orthogonal(3.0)", 3, {4, 5, 5}, {5, 5, 25, 5, 1}, 3},
      {"jax.delta_orthogonal(layout='torch')", 4, {32, 16, 3, 3}, {32, 16, 4, 16 * 9, 9}, 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    DLManagedTensor *tensor;
    const float *values = filled(cases[i].call, cases[i].ndim, cases[i].shape, &tensor);
    assert_orthonormal(values, &cases[i].matrix, cases[i].gain);
    int64_t count = 1, inside = cases[i].matrix.rows * cases[i].matrix.columns, zeros = 0;
    for (int k = 0; k < cases[i].ndim; k++)
      count *= cases[i].shape[k];
    for (int64_t k = 0; k < count; k++)
      zeros += values[k] == 0;
    assert_int_equal(zeros, count - inside);
    tensor->deleter(tensor);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_row_has_a_sample),     cmocka_unit_test(any_range_can_be_made_alone),
      cmocka_unit_test(all_editions_are_alike),     cmocka_unit_test(views_are_filled),
      cmocka_unit_test(torchs_names_draw_the_same), cmocka_unit_test(four_million_values_have_the_moments),
      cmocka_unit_test(matrices_are_orthonormal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
