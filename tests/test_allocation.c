/* The library under an allocator that fails: failing_malloc.h. */
#include <stdio.h>
#include <unistd.h>

#include "failing_malloc.h"
#include "sample.h"

/* ---- text ---- */

static const char model_text[] = "Net(\n"
                                 "  (conv): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))\n"
                                 "  (norm): BatchNorm2d(8, eps=1e-05, momentum=0.1, affine=True)\n"
                                 "  (blocks): ModuleList(\n"
                                 "    (0-2): 3 x Sequential(\n"
                                 "      (0): Linear(in_features=8, out_features=8, bias=True)\n"
                                 "      (1): ReLU()\n"
                                 "    )\n"
                                 "  )\n"
                                 "  (rnn): LSTM(8, 4, num_layers=2)\n"
                                 "  (tokens): Embedding(10, 4, padding_idx=0)\n"
                                 "  (head): Linear(in_features=4, out_features=10, bias=True)\n"
                                 ")\n";

static const char rules_text[] =
    "apply:\n"
    "  *Conv*, Linear:\n"
    "    weight = xavier_normal_(gain=nn.init.calculate_gain('relu'))\n"
    "    bias = constant_(0.0)\n"
    "named_parameters:\n"
    "  rnn.* = normal_(mean=0.0, std=0.02/sqrt(2*12))\n"
    "  rnn.bias_hh_l*[n/4:n/2] = constant_(1 + {1}) if dim == 1 and 'rnn' in name\n"
    "  tokens.* = normal_(std=sqrt(shape[0]*embedding_dim))\n"
    "  head.weight = tie(tokens.weight)\n"
    "named_buffers:\n"
    "  *.running_var = constant_(1/n)\n";

static sow_status parse_model(sow_module **net) {
  *net = NULL;
  sow_status status = sow_module_parse(model_text, strlen(model_text), NULL, net, NULL);
  NEEDS((status == SOW_OK) == (*net != NULL));
  return status;
}

static sow_status models_and_rules(void) {
  sow_module *net;
  sow_rules *rules = NULL;
  char *text = NULL;
  sow_status status = parse_model(&net);
  if (status == SOW_OK)
    status = sow_rules_parse(rules_text, strlen(rules_text), "rules", &rules, NULL);
  NEEDS(status == SOW_OK || rules == NULL);
  if (status == SOW_OK)
    status = sow_module_apply_rules(net, rules, false, NULL);
  if (status == SOW_OK)
    status = sow_rules_print(rules, &text, NULL, NULL);
  free(text);
  text = NULL;
  if (status == SOW_OK)
    status = sow_module_print(net, &text, NULL, NULL);
  NEEDS(status == SOW_OK || text == NULL);
  free(text);
  sow_rules_free(rules);
  sow_module_free(net);
  return status;
}

static const char function_text[] =
    "import math\n"
    "from torch.nn import *\n"
    "GAINS = {'Conv2d': nn.init.calculate_gain('relu'), 'x': [1, (2,)]}\n"
    "BROKEN = [*]\n"
    "NAMES = [*GAINS]\n"
    "NAMES.append(missing)\n"
    "class Net(nn.Module):\n"
    "  @unknown\n"
    "  def other(self, x=missing): return x\n"
    "  def init_weights(self):\n"
    "    self.apply(self._init)\n"
    "    for k, v in self.state_dict().items():\n"
    "      if k.startswith('rnn') and f'_l{0}' in k: v.data.zero_()\n"
    "    w = self.conv.weight\n"
    "    todo, (*d, n) = [], {k: m for k, m in self.named_modules()}.items()\n"
    "    todo += (m for m in map(id_of, zip([*d], 'ab')))\n"
    "    todo.insert(0, {**{1: {2}}, 3: 4}); todo.sort(key=lambda v: len(v)); n = todo.pop()\n"
    "    nn.init.xavier_normal(w.view(w.size(0), -1))\n"
    "  def _init(self, m):\n"
    "    def scaled(w, *more, gain=1., **none):\n"
    "      try:\n"
    "        init.xavier_uniform_(w, gain=gain * math.sqrt(2) / len('ab'.split('a')))\n"
    "      except ValueError as e: print(e, m.nothing)\n"
    "    name = type(m).__name__\n"
    "    if isinstance(m, (Conv2d, Linear)):\n"
    "      scaled(m.weight, 1, 2, gain=GAINS.get(name, m.weight.shape[0]))\n"
    "      m.bias.data.fill_(sum([i for i, c in enumerate('abc') if c != 'b']))\n"
    "    elif '%s-%d' % (name, 3) == '{}-{}'.format('BatchNorm2d', 3):\n"
    "      scaled(m.weight)\n"
    "      m.reset_parameters()\n"
    "      m.running_var.fill_(m.num_features)\n"
    "def id_of(v): return v\n"
    "broken = lambda: BROKEN\n";

static sow_status python_functions(void) {
  const sow_python_options options = {.size = sizeof options, "w.py", "Net.init_weights"};
  sow_module *net;
  sow_rules *rules = NULL, *back = NULL;
  char *text = NULL;
  size_t length = 0;
  sow_status status = parse_model(&net);
  if (status == SOW_OK)
    status = sow_rules_parse_python(function_text, strlen(function_text), &options, &rules, NULL);
  NEEDS(status == SOW_OK || rules == NULL);
  if (status == SOW_OK)
    status = sow_module_apply_rules(net, rules, false, NULL);
  if (status == SOW_OK)
    status = sow_rules_print(rules, &text, &length, NULL);
  if (status == SOW_OK)
    status = sow_rules_parse(text, length, NULL, &back, NULL);
  NEEDS(status == SOW_OK || back == NULL);
  free(text);
  sow_rules_free(rules);
  sow_rules_free(back);
  sow_module_free(net);
  return status;
}

/* The call is given, and what it calls fails. */
static sow_status broken_functions(void) {
  const sow_python_options options = {.size = sizeof options, "w.py", "model.apply(lambda m: broken())"};
  sow_module *net;
  sow_rules *rules = NULL;
  sow_error error = SOW_ERROR_NONE;
  sow_status status = parse_model(&net);
  if (status == SOW_OK)
    status = sow_rules_parse_python(function_text, strlen(function_text), &options, &rules, &error);
  if (status == SOW_OK) {
    status = sow_module_apply_rules(net, rules, false, &error);
    NEEDS(status == SOW_SYNTAX || status == SOW_NO_MEMORY);
  }
  sow_rules_free(rules);
  sow_module_free(net);
  return status == SOW_SYNTAX ? SOW_OK : status;
}

/* As people have them: in a log, wrapped, with arguments of all kinds, in UTF-16; and lists of sizes. */
static sow_status pasted_texts(void) {
  static const char print[] =
      "[rank0]:Net(\n"
      "[rank0]:  (a): CheckpointWrapper((_checkpoint_wrapped_module): FSDPLinear(in_features=3, "
      "out_features=4))\n"
      "[rank0]:  (b): AveragedModel((module): LayerNorm(torch.Size([4]), eps=1e-05, device=cpu))\n"
      "[rank0]:  (c): ParameterDict((d): Parameter containing: [torch.float32 of size 2x3])\n"
      "[rank0]:)\n";
  static const char list[] = "Shapes:\n('a.w', torch.Size([2, 3]))\nb: (4,) torch.float32\n";
  static const char rule[] =
      "named_parameters:\n  a._checkpoint_wrapped_module.* = ones_()\n  c.d = zeros_()\n";
  char wide[2 * sizeof print];
  for (size_t i = 0; i < sizeof print - 1; i++)
    wide[2 * i] = print[i], wide[2 * i + 1] = 0;
  sow_module *net = NULL, *tensors = NULL;
  sow_rules *rules = NULL;
  sow_plan *plan = NULL;
  sow_dtype dtype;
  sow_status status = sow_module_parse(wide, 2 * (sizeof print - 1), NULL, &net, NULL);
  if (status == SOW_OK)
    status = sow_rules_parse(rule, strlen(rule), NULL, &rules, NULL);
  if (status == SOW_OK)
    status = sow_module_apply_rules(net, rules, false, NULL);
  if (status == SOW_OK)
    status = sow_plan_new(net, NULL, &plan, NULL);
  if (status == SOW_OK)
    status = sow_module_parse_shapes(list, strlen(list), NULL, &tensors, &dtype, NULL);
  NEEDS((status == SOW_OK) == (tensors != NULL));
  sow_plan_free(plan);
  sow_rules_free(rules);
  sow_module_free(net);
  sow_module_free(tensors);
  return status;
}

/* Nothing but the message is lost; and never is it that the text is fine. */
static sow_status unknown_classes(void) {
  static const char text[] =
      "Net((a): GptOssRMSNorm((8,), eps=1e-05) (b): Linera(in_features=3, out_features=4))";
  sow_module *net = NULL;
  sow_status status = sow_module_parse(text, strlen(text), NULL, &net, NULL);
  NEEDS(net == NULL && (status == SOW_UNKNOWN_NAME || status == SOW_NO_MEMORY));
  return status == SOW_UNKNOWN_NAME ? SOW_OK : status;
}

/* What is wrong with a text may be hidden by a lack of memory, but never the other way round. */
static sow_status broken_text(void) {
  static const char cut[] = "Net(\n  (fc): Lineer(in_features=8, out_features=8, bias=True)\n  (...)\n";
  static const char rule[] = "apply:\n  Linear:\n    weight = xavier_norml_(gain=2.0)\n";
  sow_module *net = NULL;
  sow_rules *rules = NULL;
  sow_error error = SOW_ERROR_NONE;
  sow_status first = sow_module_parse(cut, strlen(cut), NULL, &net, &error);
  sow_status second = sow_rules_parse(rule, strlen(rule), NULL, &rules, &error);
  NEEDS(net == NULL && rules == NULL && first != SOW_OK && second != SOW_OK);
  return first == SOW_NO_MEMORY || second == SOW_NO_MEMORY ? SOW_NO_MEMORY : SOW_OK;
}

/* ---- plans ---- */

/* The sample without its long tensors, which cost time and no further allocations. */
static sow_module *short_model(void) {
  sow_module *net = sow_module_new("Net");
  sow_module *embed = sow_embedding(net, "embed", 7, 3, 1);
  sow_transformer_encoder(net, "encoder", 4, 6, 2, true, false);
  sow_module_tie(sow_linear(net, "head", 3, 7, true), "weight", embed, "weight");
  sample_parameters(sow_child(net, "own", "Own"), SOW_TORCH_NEWEST, SOW_FLOAT32);
  return net;
}

static sow_status make_plan(sow_dtype cast, sow_plan **plan) {
  sow_module *net = short_model();
  sow_plan_options options = sow_plan_defaults();
  options.cast = cast;
  *plan = NULL;
  sow_status status = sow_plan_new(net, &options, plan, NULL);
  NEEDS((status == SOW_OK) == (*plan != NULL));
  sow_module_free(net);
  return status;
}

static sow_status plans(void) {
  sow_plan *plan;
  sow_generator *end = NULL;
  sow_status status = make_plan(SOW_FLOAT32, &plan);
  for (int format = SOW_PLAN_TABLE; status == SOW_OK && format <= SOW_PLAN_JSON; format++) {
    char *text = NULL;
    status = sow_plan_print(plan, (sow_plan_format)format, &text, NULL, NULL);
    NEEDS((status == SOW_OK) == (text != NULL));
    free(text);
  }
  if (status == SOW_OK)
    status = sow_plan_generator(plan, &end, NULL);
  NEEDS(status == SOW_OK || end == NULL);
  sow_generator_free(end);
  sow_plan_free(plan);
  return status;
}

static sow_status uncovered_plans(void) {
  const int64_t shape[] = {2};
  sow_module *net = sow_module_new("Net");
  sow_module_add_parameter(net, "w", 1, shape);
  sow_plan *plan = NULL;
  sow_status status = sow_plan_new(net, NULL, &plan, NULL);
  NEEDS(plan == NULL && status != SOW_OK);
  sow_module_free(net);
  return status == SOW_UNCOVERED ? SOW_OK : status;
}

static sow_status run_entries(sow_dtype cast) {
  sow_plan *plan;
  sow_status status = make_plan(cast, &plan);
  for (size_t i = 0; status == SOW_OK && i < sow_plan_count(plan); i++) {
    sow_plan_entry entry;
    NEEDS(sow_plan_get(plan, i, &entry));
    static double out[4096];
    NEEDS(entry.count <= 4096);
    status = sow_plan_run(plan, i, (uint64_t)entry.count / 3, (uint64_t)entry.count, 0, out, NULL);
  }
  sow_plan_free(plan);
  return status;
}

static sow_status runs(void) {
  return run_entries(SOW_FLOAT32);
}

static sow_status cast_runs(void) {
  return run_entries(SOW_BFLOAT16);
}

/* ---- files ---- */

static void ignore_warning(void *context, const sow_error *warning) {
  (void)context;
  (void)warning;
}

static sow_status write_file(const char *path, sow_dtype cast) {
  const sow_metadata metadata[] = {{"sow", "0"}, {"rules", rules_text}};
  sow_checkpoint_options options = {
      .size = sizeof options, .metadata = metadata, .metadata_count = 2, .force = true};
  sow_error error = SOW_ERROR_NONE;
  error.on_warning = ignore_warning;
  sow_plan *plan;
  sow_status status = make_plan(cast, &plan);
  if (status == SOW_OK)
    status = sow_checkpoint_write(plan, path, &options, &error);
  sow_plan_free(plan);
  return status;
}

static sow_status checkpoints(void) {
  const char *path = "test_allocation.out";
  unlink(path); /* of a run that was stopped */
  sow_status status = write_file(path, SOW_FLOAT32);
  NEEDS((access(path, F_OK) == 0) == (status == SOW_OK));
  if (status == SOW_OK)
    status = write_file(path, SOW_FLOAT32);
  unlink(path);
  return status;
}

static sow_status cast_checkpoints_to_a_device(void) {
  return write_file("/dev/null", SOW_FLOAT64);
}

/* ---- fill ---- */

enum { ROWS = 50, COLUMNS = 40 };

/* A fill that fails leaves the generator and all the tensor's memory as they were. */
static sow_status fill_one(DLTensor *tensor, sow_initializer initializer, sow_generator *generator) {
  uint8_t before[SOW_GENERATOR_STATE_SIZE], after[SOW_GENERATOR_STATE_SIZE];
  float values[ROWS * COLUMNS];
  sow_generator_get_state(generator, before);
  memcpy(values, tensor->data, sizeof values);
  sow_status status = sow_fill(tensor, initializer, generator, NULL);
  sow_generator_get_state(generator, after);
  NEEDS(status == SOW_OK || memcmp(before, after, sizeof before) == 0);
  NEEDS(status == SOW_OK || memcmp(values, tensor->data, sizeof values) == 0);
  return status;
}

static sow_status fills(void) {
  const sow_initializer initializers[] = {
      sow_uniform(0, 1),
      sow_normal(0, 1),
      sow_trunc_normal(0, 1, -2, 2),
      sow_trunc_normal(0, 1, 3, 4), /* by uniforms */
      sow_constant(2),
      sow_eye(),
      sow_xavier_uniform(1.0),
      sow_orthogonal(1),
      sow_sparse(0.4, 0.1),
      sow_keras_he_normal(),
      sow_caffe_positive_unitball(),
      sow_caffe_gaussian(0, 1, 3),
      sow_keras_orthogonal(1),
  };
  static const int64_t row_major[] = {ROWS, COLUMNS}, transposed[] = {COLUMNS, ROWS};
  int64_t strides[] = {1, COLUMNS};
  sow_status status = SOW_OK;
  for (int edition = 0; status == SOW_OK && edition < SOW_EDITION_COUNT; edition++) {
    DLManagedTensor *tensor = NULL;
    sow_generator *generator = sow_generator_new(3, (sow_edition)edition);
    status = generator == NULL ? SOW_NO_MEMORY : sow_empty(SOW_FLOAT32, 2, row_major, &tensor, NULL);
    NEEDS((status == SOW_OK) == (tensor != NULL));
    for (size_t i = 0; status == SOW_OK && i < sizeof initializers / sizeof *initializers; i++) {
      DLTensor view = tensor->dl_tensor;
      status = fill_one(&view, initializers[i], generator);
      view.shape = (int64_t *)(uintptr_t)transposed;
      view.strides = strides;
      if (status == SOW_OK)
        status = fill_one(&view, initializers[i], generator);
    }
    if (tensor != NULL)
      tensor->deleter(tensor);
    sow_generator_free(generator);
  }
  return status;
}

/* What only saves time is done without where there is no memory for it: the same numbers come. */
static sow_status half_fills(void) {
  enum { COUNT = 5000, CALLS = 2 };
  static uint16_t expected[CALLS][COUNT], made[COUNT];
  static const int64_t shape[] = {COUNT};
  const sow_initializer initializers[CALLS] = {sow_normal(0, 1), sow_trunc_normal(0, 1, -2, 2)};
  sow_status status = SOW_OK;
  for (size_t i = 0; status == SOW_OK && i < CALLS; i++) {
    bool is_first = failing == 0;
    DLTensor tensor = {.data = is_first ? expected[i] : made,
                       .device = {kDLCPU, 0},
                       .ndim = 1,
                       .dtype = {kDLBfloat, 16, 1},
                       .shape = (int64_t *)(uintptr_t)shape};
    sow_generator *generator = sow_generator_new(3, SOW_TORCH_1_13);
    status = generator == NULL ? SOW_NO_MEMORY : sow_fill(&tensor, initializers[i], generator, NULL);
    sow_generator_free(generator);
    NEEDS(status != SOW_OK || is_first || memcmp(made, expected[i], sizeof made) == 0);
  }
  return status;
}

EVERY_K(models_and_rules)
EVERY_K(python_functions)
EVERY_K(broken_functions)
EVERY_K(pasted_texts)
EVERY_K(unknown_classes)
EVERY_K(broken_text)
EVERY_K(plans)
EVERY_K(uncovered_plans)
EVERY_K(runs)
EVERY_K(cast_runs)
EVERY_K(checkpoints)
EVERY_K(cast_checkpoints_to_a_device)
EVERY_K(fills)

static void half_fills_survive_any_failed_allocation(void **state) {
  (void)state;
  failing = 0;
  assert_int_equal(half_fills(), SOW_OK);
  for_every_k(half_fills);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(models_and_rules_survive_any_failed_allocation),
      cmocka_unit_test(python_functions_survive_any_failed_allocation),
      cmocka_unit_test(broken_functions_survive_any_failed_allocation),
      cmocka_unit_test(pasted_texts_survive_any_failed_allocation),
      cmocka_unit_test(unknown_classes_survive_any_failed_allocation),
      cmocka_unit_test(broken_text_survive_any_failed_allocation),
      cmocka_unit_test(plans_survive_any_failed_allocation),
      cmocka_unit_test(uncovered_plans_survive_any_failed_allocation),
      cmocka_unit_test(runs_survive_any_failed_allocation),
      cmocka_unit_test(cast_runs_survive_any_failed_allocation),
      cmocka_unit_test(checkpoints_survive_any_failed_allocation),
      cmocka_unit_test(cast_checkpoints_to_a_device_survive_any_failed_allocation),
      cmocka_unit_test(fills_survive_any_failed_allocation),
      cmocka_unit_test(half_fills_survive_any_failed_allocation),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
