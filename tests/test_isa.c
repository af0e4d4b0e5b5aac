/* A fill has the same bytes, and leaves the same generator, with every instruction set of this machine. */
#include <stdlib.h>
#include <string.h>

#include "base/processor.h"
#include "sow/sow.h"
#include "unit.h"

/* Fewer than a block, one, and with a rest; below and above where tables pay. */
static const int64_t shapes[][2] = {{1, 15}, {1, 16}, {3, 7}, {17, 61}, {64, 64}, {37, 301}, {257, 100}};

static const char *const expressions[] = {
    "uniform_(a=-0.3, b=0.7)", "normal_(mean=0.1, std=0.02)",
    "trunc_normal_()",         "trunc_normal_(std=0.5, a=0.9, b=3.0)",
    "constant_(0.1)",          "xavier_uniform_()",
    "kaiming_normal_()",       "orthogonal_()",
    "sparse_(sparsity=0.3)",
};

static const sow_dtype dtypes[] = {SOW_FLOAT32, SOW_FLOAT64, SOW_FLOAT16, SOW_BFLOAT16};
static const sow_edition editions[] = {SOW_TORCH_1_13, SOW_TORCH_2_0, SOW_TORCH_2_1, SOW_TORCH_2_12,
                                       SOW_TORCH_2_13};

enum {
  SHAPES = sizeof shapes / sizeof shapes[0],
  EXPRESSIONS = sizeof expressions / sizeof expressions[0],
  DTYPES = sizeof dtypes / sizeof dtypes[0],
  EDITIONS = sizeof editions / sizeof editions[0],
  CASES = SHAPES * EXPRESSIONS * DTYPES * EDITIONS,
  MOST = 257 * 100 * 8,
};

typedef struct outcome {
  sow_status status; /* torch refuses some */
  uint8_t bytes[MOST];
  uint8_t state[SOW_GENERATOR_STATE_SIZE];
} outcome;

static void fill(int index, outcome *made) {
  const int64_t *shape = shapes[index % SHAPES];
  const char *expression = expressions[index / SHAPES % EXPRESSIONS];
  sow_dtype dtype = dtypes[index / (SHAPES * EXPRESSIONS) % DTYPES];
  sow_generator *generator = sow_generator_new(42, editions[index / (SHAPES * EXPRESSIONS * DTYPES)]);
  DLManagedTensor *tensor = NULL;
  sow_initializer initializer;
  memset(made, 0, sizeof *made);
  assert_non_null(generator);
  assert_int_equal(sow_initializer_parse(expression, "test", &initializer, NULL), SOW_OK);
  assert_int_equal(sow_empty(dtype, 2, shape, &tensor, NULL), SOW_OK);
  made->status = sow_fill(&tensor->dl_tensor, initializer, generator, NULL);
  if (made->status == SOW_OK)
    memcpy(made->bytes, tensor->dl_tensor.data, (size_t)(shape[0] * shape[1]) * sow_dtype_size(dtype));
  sow_generator_get_state(generator, made->state);
  sow_generator_free(generator);
  tensor->deleter(tensor);
}

static void test_fills(void **state) {
  (void)state;
  static outcome portable, other;
  int filled = 0;
  for (int index = 0; index < CASES; index++) {
    assert_int_equal(sow_isa_use("portable", NULL), SOW_OK);
    fill(index, &portable);
    filled += portable.status == SOW_OK;
    for (int i = 1; i < sow_isa_count(); i++) {
      if (!sow_isa_is_supported(i))
        continue;
      assert_int_equal(sow_isa_use(sow_isa_name(i), NULL), SOW_OK);
      fill(index, &other);
      if (memcmp(&portable, &other, sizeof portable) != 0)
        fail_msg("%s differs from portable in case %d: %s", sow_isa_name(i), index,
                 expressions[index / SHAPES % EXPRESSIONS]);
    }
  }
  assert_true(filled > CASES / 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_fills)};
  if (!sow_isa_is_supported(SOW__ISA_NEON) && !sow_isa_is_supported(SOW__ISA_AVX2))
    return 77; /* there is nothing to compare with */
  return cmocka_run_group_tests(tests, NULL, NULL);
}
