/* Warnings about what a print does not tell: collected, and told once for each kind. */
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "text/printed_build.h"

void sow__note_add(sow__builder *builder, sow__note_kind kind, const sow__printed *node) {
  sow__note *note = &builder->notes[kind];
  if (note->count == 0)
    note->begin = node->begin;
  for (size_t i = 0; i < note->count; i++)
    if (strcmp(note->names[i], node->class_name) == 0)
      return;
  if (note->count == SOW__NOTE_NAMES)
    note->more = true;
  else
    note->names[note->count++] = node->class_name;
}

void sow__note_name(sow__builder *builder, const char *name, const sow__printed *node) {
  bool empty = node->child_count == 0 && node->extra_begin == node->extra_end;
  if (!builder->options->rules_follow && !empty && strcmp(name, "lora_B") == 0)
    sow__note_add(builder, SOW__NOTE_LORA, node);
}

static const char *const messages[SOW__NOTE_COUNT] = {
    [SOW__NOTE_UNKNOWN_CLASS] = "unknown classes are taken as having no parameters: ",
    [SOW__NOTE_OTHER_STRUCTURE] = "named as in torch.nn but built otherwise, taken as containers: ",
    [SOW__NOTE_CONTAINER_SIZES] =
        ("unknown classes that show arguments are taken as containers with no tensors "
         "of their own (--alias NAME=CLASS takes one as another class): "),
    [SOW__NOTE_UNPRINTED] = "tensors that the module holds itself are not printed, and left out: ",
    [SOW__NOTE_INITIALISED_AGAIN] =
        ("these are torch.nn's defaults, and not what the constructor gives, which "
         "initialises again: record it (sow help record), or write rules: "),
    [SOW__NOTE_LORA] =
        ("PEFT fills lora_B with zeros and draws lora_A again, and here both have torch.nn's defaults: "
         "record "
         "the model (sow help record), or write rules ('*lora_B* = zeros_()' under named_parameters:)"),
    [SOW__NOTE_ATTENTION_SIZES] = ("a print does not show kdim, vdim and add_bias_kv; taken as embed_dim and "
                                   "False (write kdim=…, vdim=…, add_bias_kv=True where not): "),
    [SOW__NOTE_LAYER_NORM_BIAS] = "torch 2.1 to 2.11 does not print bias=False; taken as having a bias: ",
    [SOW__NOTE_LAYER_DTYPE] =
        "the dtype that a layer shows is passed over (--dtype and --cast say one for all): ",
    [SOW__NOTE_ALIAS_ARGUMENT] = "arguments that the class of the alias does not have are passed over in: ",
};

/* Behind a message that ends so, the classes are listed. */
static const char *listed(const char *message, const char *names) {
  return sow__text_ends(message, ": ") ? names : "";
}

static bool has_class(const sow__builder *builder, const sow__printed *node, const char *class_name,
                      bool ignored) {
  const char *own = node->kind == SOW__PRINTED_MODULE ? sow__build_class(builder, node) : NULL;
  if (own != NULL && (strcmp(own, class_name) == 0 || sow__build_glob_takes(class_name, own, ignored)))
    return true;
  for (size_t i = 0; i < node->child_count; i++)
    if (has_class(builder, node->children[i].value, class_name, ignored))
      return true;
  return false;
}

/*
 * A LayerNorm that shows no bias= was printed before torch 2.12. Few have none, but where the linear layers
 * have none it is likely; and whoever asks for the editions in question shall hear of it, unless they have.
 */
static bool is_bias_doubtful(const sow__builder *builder) {
  size_t without = builder->linear_without_bias, with = builder->linear - without;
  return builder->options->edition == SOW_TORCH_2_1 ? without >= with : without > with;
}

static void warn_unused(const sow__builder *builder, bool ignored, const char *class_name) {
  if (!has_class(builder, builder->printed->root, class_name, ignored))
    sow__warn(builder->error, "%s '%.60s': the model has no class of that name",
              ignored ? "ignored" : "alias", class_name);
}

void sow__notes_report(const sow__builder *builder) {
  const sow_parse_options *options = builder->options;
  const sow__printed_text *printed = builder->printed;
  if (printed->fragment)
    sow__text_warn(&printed->text, printed->root->begin, builder->error,
                   "the line with the model's class is missing: names begin with the children that are here");
  if (printed->initialisers != SIZE_MAX)
    sow__text_warn(
        &printed->text, printed->initialisers, builder->error,
        "what init_cfg says, mmengine does when init_weights() is called; it is not done here: write "
        "it as rules");
  for (size_t i = 0; i < options->alias_count; i++)
    warn_unused(builder, false, options->aliases[i].from);
  for (size_t i = 0; i < options->ignored_count; i++)
    warn_unused(builder, true, options->ignored[i]);
  for (int kind = 0; kind < SOW__NOTE_COUNT; kind++) {
    const sow__note *note = &builder->notes[kind];
    char names[SOW_MESSAGE_SIZE / 2] = "";
    size_t used = 0;
    for (size_t i = 0; i < note->count; i++) {
      size_t length = strlen(note->names[i]);
      if (used + length + 8 > sizeof names) {
        snprintf(names + used, sizeof names - used, ", ...");
        break;
      }
      used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "", note->names[i]);
      if (i + 1 == note->count && note->more)
        snprintf(names + used, sizeof names - used, ", ...");
    }
    bool doubtful = kind != SOW__NOTE_LAYER_NORM_BIAS || is_bias_doubtful(builder);
    if (note->count > 0 && doubtful)
      sow__text_warn(&builder->printed->text, note->begin, builder->error, "%s%s", messages[kind],
                     listed(messages[kind], names));
  }
}
