/* Classes that sow does not know: which of them hold something, and which other class could stand for one. */
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
  while (i < length && sow__is_any(bytes[i], " (["))
    i++;
  if (i < length && bytes[i] == '0')
    return false;
  size_t start = i;
  while (i < length && (sow__is_digit(bytes[i]) || bytes[i] == '_'))
    i++;
  return i > start && (i == length || sow__is_any(bytes[i], " ,)]\t\r"));
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

bool sow__name_says_quantised(const char *class_name) {
  static const char *const globs[] = {"*[48]bit*", "*Quant*", "WQLinear*", "*QLinear*", "*NF4*", "*Float8*"};
  return MATCHES(class_name, globs);
}

bool sow__name_says_observer(const char *class_name) {
  /* torch.ao's attention and recurrent layers keep other tensors than those whose names they have. */
  static const char *const globs[] = {"*Observer", "*FakeQuantize", "QuantizableMultiheadAttention",
                                      "QuantizableLSTM*"};
  static const char *const without[] = {"Placeholder*", "Noop*", "Recording*", "ReuseInput*"};
  return MATCHES(class_name, globs) && !MATCHES(class_name, without);
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

bool sow__is_quantised(const sow__printed_text *printed, const sow__printed *node) {
  const char *name = node->class_name;
  return sow__name_says_observer(name) ||
         (sow__name_says_quantised(name) && sow__extra_has_sizes(printed, node));
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

const char *sow__unknown_propose(const sow__builder *builder, const sow__printed *node) {
  const char *name = node->class_name, *best = NULL;
  sow__nearest nearest = {.name = name};
  bool parameters;
  for (size_t i = 0; sow_layer_name(i, &parameters) != NULL; i++) {
    const char *known = sow_layer_name(i, &parameters);
    bool ends = strcmp(name, known) != 0 && sow__text_ends(name, known);
    if (ends && sow__class_find(known) != NULL && (best == NULL || strlen(known) > strlen(best)))
      best = known;
    sow__nearest_offer(&nearest, known);
  }
  if (best != NULL && !is_another_kind(name, best) && fits(builder, node, best))
    return best;
  return nearest.best != NULL && nearest.distance <= 2 && fits(builder, node, nearest.best) ? nearest.best
                                                                                            : NULL;
}

const char *sow__unknown_held(const sow__builder *builder, const sow__printed *node) {
  if (node->child_count == 0 && sow__glob("Dora*Layer", node->class_name))
    return "weight"; /* PEFT's, whatever package is named before it */
  return node->prefixed ? NULL : sow__library_held(sow__build_class(builder, node), node);
}
