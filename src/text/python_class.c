/* Classes: torch.nn's tree of them, and those that a file defines or imports. */
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "module/layer_table.h"
#include "module/modules.h"
#include "text/arithmetic.h"
#include "text/class_table.h"
#include "text/library_table.h"
#include "text/python_run.h"

/* The classes of torch.nn whose base is another one than Module, in 1.13.0 and 2.13.0. */
typedef struct class_base {
  const char *name, *base;
} class_base;

/* clang-format off */
static const class_base bases[] = { /* sorted by strcmp of the names */
  {"AdaptiveAvgPool1d", "_AdaptiveAvgPoolNd"},
  {"AdaptiveAvgPool2d", "_AdaptiveAvgPoolNd"},
  {"AdaptiveAvgPool3d", "_AdaptiveAvgPoolNd"},
  {"AdaptiveMaxPool1d", "_AdaptiveMaxPoolNd"},
  {"AdaptiveMaxPool2d", "_AdaptiveMaxPoolNd"},
  {"AdaptiveMaxPool3d", "_AdaptiveMaxPoolNd"},
  {"AlphaDropout", "_DropoutNd"},
  {"AvgPool1d", "_AvgPoolNd"},
  {"AvgPool2d", "_AvgPoolNd"},
  {"AvgPool3d", "_AvgPoolNd"},
  {"BCELoss", "_WeightedLoss"},
  {"BCEWithLogitsLoss", "_Loss"},
  {"BatchNorm1d", "_BatchNorm"},
  {"BatchNorm2d", "_BatchNorm"},
  {"BatchNorm3d", "_BatchNorm"},
  {"CTCLoss", "_Loss"},
  {"CircularPad1d", "_CircularPadNd"},
  {"CircularPad2d", "_CircularPadNd"},
  {"CircularPad3d", "_CircularPadNd"},
  {"ConstantPad1d", "_ConstantPadNd"},
  {"ConstantPad2d", "_ConstantPadNd"},
  {"ConstantPad3d", "_ConstantPadNd"},
  {"Conv1d", "_ConvNd"},
  {"Conv2d", "_ConvNd"},
  {"Conv3d", "_ConvNd"},
  {"ConvTranspose1d", "_ConvTransposeNd"},
  {"ConvTranspose2d", "_ConvTransposeNd"},
  {"ConvTranspose3d", "_ConvTransposeNd"},
  {"CosineEmbeddingLoss", "_Loss"},
  {"CrossEntropyLoss", "_WeightedLoss"},
  {"Dropout", "_DropoutNd"},
  {"Dropout1d", "_DropoutNd"},
  {"Dropout2d", "_DropoutNd"},
  {"Dropout3d", "_DropoutNd"},
  {"FeatureAlphaDropout", "_DropoutNd"},
  {"GRU", "RNNBase"},
  {"GRUCell", "RNNCellBase"},
  {"GaussianNLLLoss", "_Loss"},
  {"HingeEmbeddingLoss", "_Loss"},
  {"HuberLoss", "_Loss"},
  {"InstanceNorm1d", "_InstanceNorm"},
  {"InstanceNorm2d", "_InstanceNorm"},
  {"InstanceNorm3d", "_InstanceNorm"},
  {"KLDivLoss", "_Loss"},
  {"L1Loss", "_Loss"},
  {"LPPool1d", "_LPPoolNd"},
  {"LPPool2d", "_LPPoolNd"},
  {"LPPool3d", "_LPPoolNd"},
  {"LSTM", "RNNBase"},
  {"LSTMCell", "RNNCellBase"},
  {"LazyBatchNorm1d", "_BatchNorm"},
  {"LazyBatchNorm2d", "_BatchNorm"},
  {"LazyBatchNorm3d", "_BatchNorm"},
  {"LazyConv1d", "Conv1d"},
  {"LazyConv2d", "Conv2d"},
  {"LazyConv3d", "Conv3d"},
  {"LazyConvTranspose1d", "ConvTranspose1d"},
  {"LazyConvTranspose2d", "ConvTranspose2d"},
  {"LazyConvTranspose3d", "ConvTranspose3d"},
  {"LazyInstanceNorm1d", "_InstanceNorm"},
  {"LazyInstanceNorm2d", "_InstanceNorm"},
  {"LazyInstanceNorm3d", "_InstanceNorm"},
  {"LazyLinear", "Linear"},
  {"LinearCrossEntropyLoss", "_WeightedLoss"},
  {"MSELoss", "_Loss"},
  {"MarginRankingLoss", "_Loss"},
  {"MaxPool1d", "_MaxPoolNd"},
  {"MaxPool2d", "_MaxPoolNd"},
  {"MaxPool3d", "_MaxPoolNd"},
  {"MaxUnpool1d", "_MaxUnpoolNd"},
  {"MaxUnpool2d", "_MaxUnpoolNd"},
  {"MaxUnpool3d", "_MaxUnpoolNd"},
  {"MultiLabelMarginLoss", "_Loss"},
  {"MultiLabelSoftMarginLoss", "_WeightedLoss"},
  {"MultiMarginLoss", "_WeightedLoss"},
  {"NLLLoss", "_WeightedLoss"},
  {"NLLLoss2d", "NLLLoss"},
  {"NonDynamicallyQuantizableLinear", "Linear"},
  {"PoissonNLLLoss", "_Loss"},
  {"RNN", "RNNBase"},
  {"RNNCell", "RNNCellBase"},
  {"ReLU6", "Hardtanh"},
  {"ReflectionPad1d", "_ReflectionPadNd"},
  {"ReflectionPad2d", "_ReflectionPadNd"},
  {"ReflectionPad3d", "_ReflectionPadNd"},
  {"ReplicationPad1d", "_ReplicationPadNd"},
  {"ReplicationPad2d", "_ReplicationPadNd"},
  {"ReplicationPad3d", "_ReplicationPadNd"},
  {"SmoothL1Loss", "_Loss"},
  {"SoftMarginLoss", "_Loss"},
  {"SyncBatchNorm", "_BatchNorm"},
  {"TripletMarginLoss", "_Loss"},
  {"TripletMarginWithDistanceLoss", "_Loss"},
  {"UpsamplingBilinear2d", "Upsample"},
  {"UpsamplingNearest2d", "Upsample"},
  {"ZeroPad1d", "ConstantPad1d"},
  {"ZeroPad2d", "ConstantPad2d"},
  {"ZeroPad3d", "ConstantPad3d"},
  {"_AdaptiveAvgPoolNd", "Module"},
  {"_AdaptiveMaxPoolNd", "Module"},
  {"_AvgPoolNd", "Module"},
  {"_BatchNorm", "_NormBase"},
  {"_CircularPadNd", "Module"},
  {"_ConstantPadNd", "Module"},
  {"_ConvNd", "Module"},
  {"_ConvTransposeMixin", "_ConvTransposeNd"},
  {"_ConvTransposeNd", "_ConvNd"},
  {"_DropoutNd", "Module"},
  {"_InstanceNorm", "_NormBase"},
  {"_LPPoolNd", "Module"},
  {"_Loss", "Module"},
  {"_MaxPoolNd", "Module"},
  {"_MaxUnpoolNd", "Module"},
  {"_NormBase", "Module"},
  {"_ReflectionPadNd", "Module"},
  {"_ReplicationPadNd", "Module"},
  {"_WeightedLoss", "_Loss"},
};
/* clang-format on */

static int compare_name(const void *name, const void *row) {
  return strcmp(name, ((const class_base *)row)->name);
}

static const class_base *find(const class_base *rows, size_t count, const char *name) {
  return bsearch(name, rows, count, sizeof *rows, compare_name);
}

bool sow__py_is_torch_class(const char *name) {
  return sow__layer_find(name) != NULL || find(bases, sizeof bases / sizeof bases[0], name) != NULL;
}

/* Up the tree from a class of torch.nn. */
static bool descends(const char *name, const char *from) {
  for (;;) {
    if (strcmp(name, from) == 0)
      return true;
    if (strcmp(name, "Module") == 0)
      return false;
    const class_base *row = find(bases, sizeof bases / sizeof bases[0], name);
    name = row ? row->base : "Module";
  }
}

/* ---- modules ---- */

/* Whether a class of this kind is known to be torch's by its name alone: a print shows it without sizes. */
static bool is_known_by_name(const sow__layer_row *row) {
  switch (row->kind) {
  case SOW__LAYER_PLAIN:
  case SOW__LAYER_CONTAINER:
  case SOW__LAYER_PARAMETERS:
  case SOW__LAYER_MULTIHEAD_ATTENTION:
  case SOW__LAYER_TRANSFORMER_ENCODER_LAYER:
  case SOW__LAYER_TRANSFORMER_DECODER_LAYER:
  case SOW__LAYER_TRANSFORMER_ENCODER:
  case SOW__LAYER_TRANSFORMER_DECODER:
  case SOW__LAYER_TRANSFORMER:
  case SOW__LAYER_ADAPTIVE_LOG_SOFTMAX:
    return true;
  default:
    return false;
  }
}

/*
 * What a class of torchvision, timm or transformers that is another one under its own name is to torch.nn. In
 * the versions of library_data.c they derive from the class that they are, but for all RMSNorms, which have
 * only Module above them; and so have those without parameters.
 */
static const char *library_base(const char *alias) {
  bool is_own = strcmp(alias, "RMSNorm") == 0 || strcmp(alias, "Identity") == 0;
  return is_own || sow__layer_find(alias) == NULL ? NULL : alias;
}

const char *sow__py_torch_class(const sow_module *module) {
  const char *name = module->class_name, *layer = sow__module_layer(module);
  const sow__layer_row *row = sow__layer_find(name);
  if (layer == NULL)
    return row != NULL && is_known_by_name(row) ? name : NULL;
  if (strcmp(layer, name) == 0)
    return row != NULL ? name : NULL;
  if (sow__shipped_alias(name) != NULL)
    return NULL;
  const char *alias = sow__library_alias(name);
  if (alias != NULL)
    return library_base(alias);
  return sow__layer_find(layer) != NULL ? layer : NULL; /* --alias says so */
}

const sow__py_class *sow__py_class_find(const sow__py_program *program, const char *name) {
  const sow__py_class *class = program->classes;
  while (class != NULL && strcmp(class->name, name) != 0)
    class = class->next;
  return class;
}

const sow__py_class *sow__py_class_above(const sow__py_program *program, const sow__py_class *class) {
  bool own = class->base.type == SOW__PY_TYPE && class->base.integer == 0;
  return own ? sow__py_class_find(program, class->base.text) : NULL;
}

/* By the classes that the file itself defines. */
static bool defined_as(const sow__py_program *program, const char *name, const sow__py_value *type) {
  const sow__py_class *class = sow__py_class_find(program, name);
  for (int i = 0; i < SOW__PY_BASES && class != NULL && class->base.type == SOW__PY_TYPE; i++) {
    if (class->base.integer == 1)
      return type->integer == 1 && descends(class->base.text, type->text);
    if (type->integer == 0 && strcmp(class->base.text, type->text) == 0)
      return true;
    class = sow__py_class_above(program, class);
  }
  return false;
}

/* An imported class that is called like one of torch.nn's may be that one, or not. */
static sow__py_answer is_named(const sow_module *module, const char *name) {
  if (strcmp(module->class_name, name) != 0)
    return SOW__PY_NO;
  return sow__layer_find(name) != NULL ? SOW__PY_UNSURE : SOW__PY_YES;
}

/* A class of someone's own, whose children are numbered, may be one of torch's lists, or hold one's place. */
static bool may_be_list(const sow_module *module, const char *name) {
  if (strcmp(name, "Sequential") != 0 && strcmp(name, "ModuleList") != 0)
    return false;
  for (size_t i = 0; i < module->child_count; i++)
    if (!sow__is_digit(module->children[i].name[0]))
      return false;
  return module->child_count > 0;
}

sow__py_answer sow__py_is_instance(const sow__py *py, const sow_module *module, const sow__py_value *type) {
  const char *class_name = sow__py_torch_class(module);
  bool torch = type->integer == 1;
  if (torch && strcmp(type->text, "Module") == 0)
    return SOW__PY_YES;
  if (torch && class_name != NULL && descends(class_name, type->text))
    return SOW__PY_YES;
  if (defined_as(py->program, module->class_name, type))
    return SOW__PY_YES;
  if (torch)
    return class_name == NULL && may_be_list(module, type->text) ? SOW__PY_UNSURE : SOW__PY_NO;
  return is_named(module, type->text);
}

/* ---- dotted names ---- */

static bool fail_class(sow__py *py, size_t begin, const char *path) {
  sow__nearest nearest = {.name = sow__text_last_part(path)};
  char hint[120];
  for (size_t i = 0; i < sow__layer_row_count; i++)
    sow__nearest_offer(&nearest, sow__layer_rows[i].name);
  for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++)
    sow__nearest_offer(&nearest, bases[i].name);
  return sow__py_fail(py, begin, SOW_UNKNOWN_NAME, "torch.nn has no '%.80s'%s", sow__text_last_part(path),
                      sow__nearest_hint(&nearest, hint, sizeof hint));
}

/* math.pi; torch.nn.Conv2d, torch.nn.modules.Conv2d, torch.nn.modules.conv._ConvNd */
bool sow__py_resolve_path(sow__py *py, size_t begin, sow__py_value *value) {
  static const char *const packages[] = {"init",      "modules",  "functional", "utils",
                                         "parameter", "parallel", "Parameter",  NULL};
  double number;
  if (value->type == SOW__PY_PATH && sow__constant(value->text, &number))
    *value = sow__py_float(number);
  if (value->type != SOW__PY_PATH || !sow__text_begins(value->text, "torch.nn."))
    return true;
  const char *rest = value->text + strlen("torch.nn."), *name = sow__text_last_part(rest);
  bool modules = sow__text_begins(rest, "modules.");
  bool package = name == rest
                     ? sow__text_is_one_of(name, packages)
                     : !modules || (strchr(rest + strlen("modules."), '.') == NULL &&
                                    !sow__py_is_torch_class(name) && name[0] >= 'a' && name[0] <= 'z');
  if (package)
    return true;
  if (!sow__py_is_torch_class(name))
    return fail_class(py, begin, value->text);
  *value = (sow__py_value){.type = SOW__PY_TYPE, .text = name, .integer = 1};
  return true;
}

bool sow__py_package_has(const char *package, const char *name) {
  static const char *const math_names[] = {"sqrt", "log", "exp", "pow", "floor", "ceil",
                                           "pi",   "e",   "inf", "nan", "tau",   NULL};
  if (strcmp(package, "torch.nn") == 0 || strcmp(package, "torch.nn.modules") == 0)
    return sow__py_is_torch_class(name) && name[0] != '_';
  if (strcmp(package, "torch.nn.init") == 0)
    return name[0] != '_' && sow__py_is_initializer(name);
  return strcmp(package, "math") == 0 && sow__text_is_one_of(name, math_names);
}
