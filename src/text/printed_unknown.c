/* Classes that sow does not know: which of them hold something, and all of them in one message with the ways
 * out. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "module/layer_table.h"
#include "text/printed_arguments.h"
#include "text/printed_build.h"

static bool matches_one(const char *name, const char *const *globs, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (sow__glob(globs[i], name))
      return true;
  return false;
}
#define MATCHES(name, globs) matches_one(name, globs, sizeof(globs) / sizeof *(globs))

/* ---- what looks like a size ---- */

static bool is_size_name(const char *bytes, size_t length) {
  static const char *const globs[] = {
      "*features*", "*channels*", "*size*",  "*embed*", "*embd*",  "*hidden*", "*shape*", "*width*",
      "*units*",    "*_dim",      "*_dim_*", "dim_*",   "d_model", "nf",       "nx",      "num_parameters"};
  char name[64];
  if (length >= sizeof name)
    return false;
  memcpy(name, bytes, length);
  name[length] = 0;
  return MATCHES(name, globs);
}

/* An int above 0, or a tuple or a torch.Size that begins with one. */
static bool is_size_value(const char *bytes, size_t length) {
  static const char size[] = "torch.Size(";
  size_t i = length >= sizeof size && memcmp(bytes, size, sizeof size - 1) == 0 ? sizeof size - 1 : 0;
  while (i < length && strchr(" ([", bytes[i]) != NULL && bytes[i] != 0)
    i++;
  if (i < length && bytes[i] == '0')
    return false;
  size_t start = i;
  while (i < length && (sow__is_digit(bytes[i]) || bytes[i] == '_'))
    i++;
  return i > start && (i == length || (strchr(" ,)]\t\r", bytes[i]) != NULL && bytes[i] != 0));
}

/* "Name(…)": of what is made there nothing is known. A text, a <function …> and a bare word are harmless. */
static bool is_call(const char *bytes, size_t length) {
  size_t i = 0;
  while (i < length && (sow__is_word(bytes[i]) || bytes[i] == '.' || bytes[i] == ':' || bytes[i] == ' '))
    i++;
  return i > 0 && i < length && bytes[i] == '(';
}

bool sow__extra_has_sizes(const sow__printed_text *printed, const sow__printed *node) {
  const char *bytes = printed->text.bytes;
  sow__printed_argument argument;
  for (size_t at = node->extra_begin; sow__printed_next(printed, node, &at, &argument);) {
    size_t name = argument.keyword_end - argument.begin, length = argument.end - argument.value;
    bool size = is_size_value(bytes + argument.value, length);
    if (name == 0 ? size || is_call(bytes + argument.value, length)
                  : size && is_size_name(bytes + argument.begin, name))
      return true;
  }
  return false;
}

/* ---- what a name says ---- */

bool sow__name_says_weights(const char *class_name) {
  static const char *const globs[] = {"*Norm",       "*Norm[123]d*", "*NormFp32", "*Embedding",
                                      "*Embeddings", "*Linear",      "*Conv",     "*Conv[123]d",
                                      "*Router",     "*LayerScale*", "*Experts"};
  /* Rotary and sinusoidal positions are computed, and some norms have no weights. */
  static const char *const without[] = {"*Rotary*",        "*Rope*",        "*RoPE*",
                                        "*Sin*Embedding*", "*RelPosition*", "*Identity*",
                                        "*Unweighted*",    "*Weightless*",  "*UnEmbed*"};
  return MATCHES(class_name, globs) && !MATCHES(class_name, without);
}

static bool is_quantised(const char *class_name) {
  static const char *const globs[] = {"*[48]bit*", "*Quant*", "WQLinear*", "*QLinear*", "*NF4*", "*Float8*"};
  return MATCHES(class_name, globs);
}

bool sow__name_says_nothing_held(const char *class_name) {
  static const char *const globs[] = {
      "*Act",      "*Activation*", "*LU",         "*[Ll]u",       "*Swish",       "*Mish",
      "*Sigmoid",  "*Tanh",        "*Softmax",    "*Softcap",     "*Clip",        "*Clamp*",
      "*Pool*",    "*Drop*",       "*Depth",      "*Pad",         "*Pad[123]d",   "*Padding*",
      "*Flatten*", "*Identity*",   "*Reshape*",   "*View*",       "*Permute*",    "*Transpose*",
      "Rearrange", "Reduce",       "*[Ss]ample*", "*Interpolat*", "*Resize*",     "*Shuffle*",
      "*Patchify", "*Partition",   "*queeze",     "*Slice*",      "*Select*",     "*Concat*",
      "*Residual", "*Lambda*",     "*Loss*",      "*Rotary*",     "*Rope*",       "*RoPE*",
      "*Sinus*",   "*Sine*",       "*Stub",       "*roll",        "*Noise*",      "*Anchor*",
      "*Align",    "*Normalize*",  "*Scaler",     "*Processor*",  "*Unweighted*", "*Weightless*"};
  return MATCHES(class_name, globs);
}

/* ---- another class for one ---- */

static bool fits(const sow__builder *builder, const sow__printed *node, const char *class_name) {
  const sow__class_row *row = sow__class_find(class_name);
  const sow__layer_row *layer = sow__layer_find(class_name);
  if (row == NULL)
    return layer != NULL && layer->kind == SOW__LAYER_PLAIN;
  const sow__text_value *values[SOW__CLASS_ARGUMENTS] = {NULL};
  sow__builder probe = {.printed = builder->printed, .options = builder->options};
  sow__arena arena = {0};
  sow_status status = sow__build_arguments(&probe, node, row->arguments, false, &arena, values);
  sow__arena_free(&arena);
  return status == SOW_OK;
}

/* Words in a class's name by which its tensors, their shapes or their first values are others. */
static bool is_another_kind(const char *class_name, const char *target) {
  static const char *const of_any[] = {
      "*Quant*",    "*[48]bit*",  "*Lora*",    "*LoRA*",    "*Dora*",   "*DoRA*",     "*Parallel*",
      "*Masked*",   "*Lazy*",     "*Noisy*",   "*Bayes*",   "*Sparse*", "*Spectral*", "*Equal*",
      "*Scaled*",   "*Standard*", "*Std*",     "*Weight*",  "*Deform*", "*Dynamic*",  "*Cond*",
      "*Adaptive*", "*Gated*",    "*Binary*",  "*Complex*", "*Zero*",   "*Gemma*",    "*Rotary*",
      "*Sinus*",    "*Position*", "*Learned*", "*Packed*"};
  static const char *const of_matrices[] = {"*Expert*", "*Moe*",  "*MoE*",   "*Mix*",
                                            "*Multi*",  "*Dual*", "*Factor*"};
  static const char *const norms[] = {"*Norm*"};
  return MATCHES(class_name, of_any) || (!MATCHES(target, norms) && MATCHES(class_name, of_matrices));
}

/* torch.nn's class of the same name behind a prefix ("RMSNorm" of "GptOssRMSNorm"), else one that a slip
 * made. */
static const char *propose(const sow__builder *builder, const sow__printed *node) {
  const char *name = node->class_name, *best = NULL;
  sow__nearest nearest = {.name = name};
  bool parameters;
  for (size_t i = 0; sow_layer_name(i, &parameters) != NULL; i++) {
    const char *known = sow_layer_name(i, &parameters);
    size_t length = strlen(name), tail = strlen(known);
    bool ends = length > tail && strcmp(name + length - tail, known) == 0;
    if (ends && sow__class_find(known) != NULL && (best == NULL || tail > strlen(best)))
      best = known;
    sow__nearest_offer(&nearest, known);
  }
  if (best != NULL && !is_another_kind(name, best) && fits(builder, node, best))
    return best;
  return nearest.best != NULL && nearest.distance <= 2 && fits(builder, node, nearest.best) ? nearest.best
                                                                                            : NULL;
}

/* ---- all of them ---- */

void sow__unknown_add(sow__builder *builder, const sow__printed *node) {
  sow__unknown *unknown = &builder->unknown;
  for (size_t i = 0; i < unknown->count; i++)
    if (strcmp(unknown->nodes[i]->class_name, node->class_name) == 0)
      return;
  if (unknown->count < SOW__UNKNOWN_CLASSES)
    unknown->nodes[unknown->count++] = node;
  else
    unknown->more = true;
}

/* A message while it is put together; what does not fit is left out. */
typedef struct message {
  char text[SOW_MESSAGE_SIZE];
  size_t used;
  bool full;
} message;

static void add(message *m, const char *format, ...) SOW__PRINTF(2, 3);

static void add(message *m, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = m->full ? 0 : vsnprintf(m->text + m->used, sizeof m->text - m->used, format, arguments);
  va_end(arguments);
  if (length < 0 || (size_t)length >= sizeof m->text - m->used) {
    m->text[m->used] = 0;
    m->full = true;
  } else {
    m->used += (size_t)length;
  }
}

/* How many of the classes are proposed to be `target` and end with its name. */
static size_t family(const sow__unknown *unknown, const char *const *proposals, const char *target) {
  size_t count = 0;
  for (size_t i = 0; i < unknown->count; i++) {
    const char *name = unknown->nodes[i]->class_name;
    size_t length = strlen(name), tail = strlen(target);
    count += proposals[i] == target && length >= tail && strcmp(name + length - tail, target) == 0;
  }
  return count;
}

/* The options that take the classes, a family by its glob. */
static void add_options(message *m, const sow__unknown *unknown, const char *const *proposals) {
  for (size_t i = 0; i < unknown->count; i++) {
    const char *name = unknown->nodes[i]->class_name, *target = proposals[i];
    size_t before = 0;
    for (size_t j = 0; target != NULL && j < i; j++)
      before += proposals[j] == target;
    if (target == NULL && sow__name_says_nothing_held(name))
      add(m, " --ignore %.60s", name);
    else if (target == NULL)
      add(m, " --alias %.60s=CLASS", name);
    else if (family(unknown, proposals, target) < 2)
      add(m, " --alias %.60s=%s", name, target);
    else if (before == 0)
      add(m, " --alias '*%s=%s'", target, target);
  }
}

static sow_status fail_one(sow__builder *builder, const sow__printed *node, const char *proposal) {
  const char *name = node->class_name;
  char hint[160] = "";
  if (!sow__extra_has_sizes(builder->printed, node))
    return sow__text_fail(
        &builder->printed->text, node->begin, builder->error, SOW_UNKNOWN_NAME,
        "'%.60s' shows no sizes, and its name says that it has weights: write its arguments into the "
        "text and --alias %.60s=CLASS, or --ignore %.60s where it has none",
        name, name, name);
  if (is_quantised(name))
    return sow__text_fail(
        &builder->printed->text, node->begin, builder->error, SOW_UNKNOWN_NAME,
        "'%.60s' is quantised, and a print does not show what its tensors are; print the model "
        "before it is quantised",
        name);
  if (proposal != NULL)
    snprintf(hint, sizeof hint, ", did you mean '%s'?", proposal);
  return sow__text_fail(&builder->printed->text, node->begin, builder->error, SOW_UNKNOWN_NAME,
                        "unknown module '%.60s'%s (--alias %.60s=%s takes it as another class, --ignore "
                        "%.60s as one without parameters)",
                        name, hint, name, proposal ? proposal : "CLASS", name);
}

static const char *note_of(const sow__builder *builder, const sow__printed *node) {
  if (!sow__extra_has_sizes(builder->printed, node))
    return " (shows no sizes: write them into the text)";
  return is_quantised(node->class_name) ? " (quantised: print the model before)" : "";
}

sow_status sow__unknown_report(sow__builder *builder) {
  const sow__unknown *unknown = &builder->unknown;
  const char *proposals[SOW__UNKNOWN_CLASSES];
  if (unknown->count == 0)
    return SOW_OK;
  for (size_t i = 0; i < unknown->count; i++)
    proposals[i] = propose(builder, unknown->nodes[i]);
  const sow__printed *first = unknown->nodes[0];
  if (unknown->count == 1)
    return fail_one(builder, first, proposals[0]);
  message m = {.used = 0};
  add(&m, "%s%zu unknown modules:", unknown->more ? "more than " : "", unknown->count);
  for (size_t i = 0; i < unknown->count; i++)
    add(&m, "%s %.60s%s", i > 0 ? "," : "", unknown->nodes[i]->class_name,
        note_of(builder, unknown->nodes[i]));
  add(&m, "; take each as another class, or with --ignore as one without parameters:");
  add_options(&m, unknown, proposals);
  if (m.full || unknown->more)
    snprintf(m.text + m.used - (m.used > sizeof m.text - 5 ? 5 : 0), 5, " ...");
  return sow__text_fail(&builder->printed->text, first->begin, builder->error, SOW_UNKNOWN_NAME, "%s",
                        m.text);
}
