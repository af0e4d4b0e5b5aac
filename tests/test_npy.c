/* A plan of one tensor as .npy: the same bytes as of the tensor in memory. */
#include "sow/sow.h"

#include "folder_box.h"

typedef struct shape {
  int ndim;
  int64_t size[3];
} shape;

static void write_filled(const char *call, sow_dtype dtype, const shape *of) {
  sow_initializer initializer;
  DLManagedTensor *tensor = NULL;
  sow_generator *generator = sow_generator_new(7, SOW_TORCH_NEWEST);
  static const sow_checkpoint_options force = {.size = sizeof force, .force = true};
  assert_int_equal(sow_initializer_parse(call, NULL, &initializer, NULL), SOW_OK);
  assert_int_equal(sow_empty(dtype, of->ndim, of->size, &tensor, NULL), SOW_OK);
  assert_int_equal(sow_fill(&tensor->dl_tensor, initializer, generator, NULL), SOW_OK);
  assert_int_equal(sow_npy_write(&tensor->dl_tensor, "filled", &force, NULL), SOW_OK);
  sow_generator_free(generator);
  tensor->deleter(tensor);
}

static void write_planned(const char *call, sow_dtype dtype, const shape *of) {
  sow_initializer initializer;
  sow_module *module = sow_module_new("Tensor");
  sow_plan *plan = NULL;
  sow_plan_options options = sow_plan_defaults();
  static const sow_checkpoint_options force = {.size = sizeof force, .force = true};
  options.seed = 7;
  if (sow_dtype_is_float(dtype))
    options.dtype = options.cast = dtype;
  assert_int_equal(sow_initializer_parse(call, NULL, &initializer, NULL), SOW_OK);
  sow_module_add_buffer(module, "tensor", dtype, of->ndim, of->size, initializer);
  assert_int_equal(sow_plan_new(module, &options, &plan, NULL), SOW_OK);
  assert_int_equal(sow_npy_write_plan(plan, "planned", &force, NULL), SOW_OK);
  sow_plan_free(plan);
  sow_module_free(module);
}

static void a_plan_of_one_tensor_is_the_tensor(void **state) {
  (void)state;
  static const char *const calls[] = {"normal_(0.5, 2)",   "uniform_(-1, 1)", "trunc_normal_(std=0.02)",
                                      "xavier_uniform_()", "sparse_(0.3)",    "constant_(3)"};
  static const shape shapes[] = {{2, {3, 5}}, {2, {1, 1}}, {2, {0, 4}}, {2, {700, 901}}};
  static const sow_dtype dtypes[] = {SOW_FLOAT64, SOW_FLOAT32, SOW_FLOAT16};
  for (size_t c = 0; c < sizeof calls / sizeof *calls; c++)
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
      for (size_t d = 0; d < sizeof dtypes / sizeof *dtypes; d++) {
        write_filled(calls[c], dtypes[d], &shapes[s]);
        write_planned(calls[c], dtypes[d], &shapes[s]);
        assert_same_files("planned", "filled");
      }
}

static void a_plan_of_integers_too(void **state) {
  (void)state;
  static const shape of = {2, {3, 5}}, scalar = {0, {0}};
  for (int d = 0; d < SOW_DTYPE_COUNT; d++)
    for (int s = 0; d != SOW_BFLOAT16 && s < 2; s++) {
      write_filled("ones_()", (sow_dtype)d, s == 0 ? &of : &scalar);
      write_planned("ones_()", (sow_dtype)d, s == 0 ? &of : &scalar);
      assert_same_files("planned", "filled");
    }
}

static void a_plan_of_more_is_refused(void **state) {
  (void)state;
  sow_plan *plan = planned(sample_model(SOW_TORCH_NEWEST, SOW_FLOAT32), NULL);
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_npy_write_plan(plan, "planned", NULL, &error), SOW_INVALID_ARGUMENT);
  assert_non_null(strstr(error.message, "a .npy file holds one tensor, and the plan has "));
  assert_int_equal(names_in("."), 0);
  sow_plan_free(plan);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_plan_of_one_tensor_is_the_tensor),
      IN_FOLDER(a_plan_of_integers_too),
      IN_FOLDER(a_plan_of_more_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
