/* From the syntax tree of a print to a tree of modules, through the layers' constructors. */
#include "text/printed_build.h"

#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/size.h"
#include "base/sized_options.h"
#include "module/build.h"
#include "module/layer_table.h"
#include "module/wrapper.h"

/* Dotted names, all written out. A header of a checkpoint ends at 100 MB; this only bounds memory. */
#define PATH_LIMIT ((size_t)256 << 20)

/* ---- classes ---- */

static const char *resolve(const char *class_name) {
  const char *shipped = sow__library_alias(class_name);
  return shipped ? shipped : class_name;
}

bool sow__build_known(const char *class_name) {
  const char *target = resolve(class_name);
  return sow__layer_find(target) != NULL || sow__class_find(target) != NULL ||
         sow__wrapper_find(target) != NULL;
}

bool sow__build_glob_takes(const char *glob, const char *class_name, bool as_nothing) {
  return sow__glob(glob, class_name) && !sow__build_known(class_name) &&
         (as_nothing || !sow__library_is_holder(class_name));
}

/* What --alias says of a class, or NULL. */
static const char *alias_of(const sow__builder *builder, const char *class_name) {
  const sow_parse_options *options = builder->options;
  for (size_t i = 0; i < options->alias_count; i++)
    if (strcmp(options->aliases[i].from, class_name) == 0)
      return options->aliases[i].to;
  for (size_t i = 0; i < options->alias_count; i++)
    if (sow__build_glob_takes(options->aliases[i].from, class_name, false))
      return options->aliases[i].to;
  return NULL;
}

static bool is_ignored(const sow__builder *builder, const char *class_name) {
  const sow_parse_options *options = builder->options;
  for (size_t i = 0; i < options->ignored_count; i++)
    if (strcmp(options->ignored[i], class_name) == 0 ||
        sow__build_glob_takes(options->ignored[i], class_name, true))
      return true;
  return false;
}

static bool is_taken(const sow__builder *builder, const char *class_name) {
  return sow__build_known(class_name) || sow__library_is_holder(class_name) ||
         alias_of(builder, class_name) != NULL || is_ignored(builder, class_name);
}

const char *sow__build_class(const sow__builder *builder, const sow__printed *node) {
  const char *inner = sow__wrapper_inner_class(node->class_name);
  return inner == node->class_name || is_taken(builder, node->class_name) || !is_taken(builder, inner)
             ? node->class_name
             : inner;
}

const char *sow__build_target(const sow__builder *builder, const sow__printed *node) {
  const char *class_name = sow__build_class(builder, node), *alias = alias_of(builder, class_name);
  return resolve(alias ? alias : class_name);
}

/* Of the names in options, literally. */
static bool is_named_twice(const sow_parse_options *options, const sow_alias *alias) {
  for (size_t i = 0; i < options->ignored_count; i++)
    if (strcmp(options->ignored[i], alias->from) == 0)
      return true;
  for (const sow_alias *before = options->aliases; before < alias; before++)
    if (strcmp(before->from, alias->from) == 0 && strcmp(before->to, alias->to) != 0)
      return true;
  return false;
}

static sow_status check_aliases(const sow__builder *builder) {
  for (size_t i = 0; i < builder->options->alias_count; i++) {
    const sow_alias *alias = &builder->options->aliases[i];
    if (is_named_twice(builder->options, alias))
      return sow__fail(builder->error, SOW_DUPLICATE_NAME,
                       "class '%.60s' has two aliases, or is also ignored", alias->from);
    const char *to = resolve(alias->to);
    if (sow__layer_find(to) != NULL || sow__class_find(to) != NULL)
      continue;
    sow__nearest nearest = {.name = alias->to};
    char hint[96];
    bool parameters;
    for (size_t n = 0; sow_layer_name(n, &parameters) != NULL; n++)
      sow__nearest_offer(&nearest, sow_layer_name(n, &parameters));
    return sow__fail(builder->error, SOW_UNKNOWN_NAME, "alias '%.60s=%.60s': unknown class%s", alias->from,
                     alias->to, sow__nearest_hint(&nearest, hint, sizeof hint));
  }
  return SOW_OK;
}

/* ---- failures ---- */

sow_status sow__build_status(sow__builder *builder, const sow__printed *node, size_t place) {
  const sow_error *failure = &builder->tree->failure;
  if (failure->status == SOW_OK)
    return SOW_OK;
  if (failure->status == SOW_NO_MEMORY)
    return sow__fail(builder->error, SOW_NO_MEMORY, "%s", failure->message);
  size_t at = failure->status == SOW_DUPLICATE_NAME ? place : node->begin;
  return sow__text_fail(&builder->printed->text, at, builder->error, failure->status, "%s", failure->message);
}

sow_status sow__build_fail(const sow__builder *builder, size_t at, const sow__printed *node,
                           const char *why) {
  return sow__text_fail(&builder->printed->text, at, builder->error, SOW_INVALID_ARGUMENT, "'%.60s' %s",
                        node->class_name, why);
}

/* ---- children ---- */

/* Where the text shows a parameter, for the message that nothing initialises it. */
static sow_status note_place(sow__builder *builder, sow_module *module, const char *name,
                             const sow__printed *node) {
  char place[SOW_SOURCE_SIZE + 32];
  const char *source = builder->printed->text.source;
  snprintf(place, sizeof place, "%.*s%s%zu", SOW_SOURCE_SIZE, source ? source : "line", source ? ":" : " ",
           node->line);
  const char *copy = sow__tree_copy(builder->tree, place);
  if (copy == NULL)
    return sow__fail(builder->error, SOW_NO_MEMORY, NULL);
  sow__parameter_find(module, name)->tensor->place = copy;
  return SOW_OK;
}

static sow_status build_parameter(sow__builder *builder, sow_module *module, const char *name, size_t place,
                                  const sow__printed *node) {
  int64_t shape[SOW_MAX_DIMS] = {0};
  int ndim = 0;
  const char *bytes = builder->printed->text.bytes;
  for (size_t at = node->extra_begin; at < node->extra_end; at++) {
    if (bytes[at] == 'x')
      continue;
    if (at == node->extra_begin || bytes[at - 1] == 'x')
      ndim++;
    int64_t *size = &shape[ndim <= SOW_MAX_DIMS ? ndim - 1 : 0];
    if (ndim > SOW_MAX_DIMS || !sow__mul(*size, 10, size) || !sow__add(*size, bytes[at] - '0', size))
      return sow__text_fail(&builder->printed->text, at, builder->error, SOW_OVERFLOW,
                            "the size of this parameter does not fit");
  }
  sow_module_add_parameter(module, name, ndim, shape);
  sow_status status = sow__build_status(builder, node, place);
  return status == SOW_OK ? note_place(builder, module, name, node) : status;
}

sow_status sow__build_child(sow__builder *builder, sow_module *module, const char *name,
                            const sow__printed_child *child, sow__hidden hidden) {
  if (child->value->kind == SOW__PRINTED_PARAMETER)
    return build_parameter(builder, module, name, child->begin, child->value);
  return sow__build_node(builder, module, name, child->begin, child->value, hidden);
}

static sow_status build_children(sow__builder *builder, sow_module *module, const sow__printed *node,
                                 sow__hidden hidden) {
  for (size_t i = 0; i < node->child_count; i++) {
    const sow__printed_child *child = &node->children[i];
    int64_t end = child->folded ? child->last : 0;
    for (int64_t number = child->folded ? child->first : 0; number <= end; number++) {
      char text[24];
      snprintf(text, sizeof text, "%lld", (long long)number);
      sow_status status =
          sow__build_child(builder, module, child->folded ? text : child->name, child, hidden);
      if (status != SOW_OK)
        return status;
    }
  }
  return SOW_OK;
}

/* A module without parameters of its own, and all its children. */
static sow_status build_container(sow__builder *builder, sow_module *parent, const char *name, size_t place,
                                  const sow__printed *node, sow__hidden hidden) {
  sow_module *module = sow_child(parent, name, node->class_name);
  sow_status status = sow__build_status(builder, node, place);
  return status == SOW_OK ? build_children(builder, module, node, hidden) : status;
}

/* ---- layers ---- */

/* Fills in what LayerNorm's print hides in torch 2.1 to 2.11. */
static void settle_bias(sow__builder *builder, const sow__printed *node, sow__hidden hidden,
                        const sow__text_value **values) {
  static const sow__text_value no = {.kind = SOW__VALUE_BOOL};
  const bool affine = values[2] == NULL || values[2]->integer != 0;
  if (values[3] != NULL || !affine)
    return;
  if (hidden == SOW__HIDDEN_NO_BIAS)
    values[3] = &no;
  else if (hidden == SOW__HIDDEN_UNKNOWN && builder->options->edition >= SOW_TORCH_2_1 &&
           strcmp(sow__build_class(builder, node), "LayerNorm") == 0)
    sow__note_add(builder, SOW__NOTE_LAYER_NORM_BIAS, node);
}

static sow_status build_layer(sow__builder *builder, sow_module *parent, const char *name, size_t place,
                              const sow__printed *node, const sow__class_row *row, sow__hidden hidden) {
  const sow__text_value *values[SOW__CLASS_ARGUMENTS] = {NULL};
  sow__arena arena = {0};
  bool lenient = alias_of(builder, sow__build_class(builder, node)) != NULL;
  sow_module *module = NULL;
  sow_status status = sow__build_arguments(builder, node, row->arguments, lenient, &arena, values);
  if (status == SOW_OK) {
    if (strcmp(row->name, "LayerNorm") == 0)
      settle_bias(builder, node, hidden, values);
    if (strcmp(row->name, "Linear") == 0) {
      builder->linear++;
      builder->linear_without_bias += values[2] != NULL && values[2]->integer == 0;
    }
    module = row->build(parent, name, row, values);
    status = sow__build_status(builder, node, place);
  }
  sow__arena_free(&arena);
  if (status != SOW_OK)
    return status;
  module->class_name = sow__tree_intern(builder->tree, node->class_name);
  if (module->class_name == NULL)
    return sow__build_status(builder, node, place);
  return build_children(builder, module, node, SOW__HIDDEN_UNKNOWN);
}

static bool is_blank(const sow__builder *builder, const sow__printed *node) {
  return sow__skip_space(&builder->printed->text, node->extra_begin, node->extra_end) >= node->extra_end;
}

static sow_status build_unknown(sow__builder *builder, sow_module *parent, const char *name, size_t place,
                                const sow__printed *node) {
  const char *class_name = sow__build_class(builder, node);
  bool sizes = sow__extra_has_sizes(builder->printed, node), leaf = node->child_count == 0;
  bool plain = !node->prefixed && sow__library_is_plain(class_name);
  if (!builder->options->rules_follow && !node->prefixed && sow__library_initialises_again(class_name, node))
    sow__note_add(builder, SOW__NOTE_INITIALISED_AGAIN, node);
  if (sow__unknown_held(builder, node) != NULL && builder->options->allow_missing)
    sow__note_add(builder, SOW__NOTE_UNPRINTED, node);
  else if (sow__unknown_held(builder, node) != NULL ||
           (!plain && sow__is_quantised(builder->printed, node)) ||
           (leaf && !plain && (sizes || (is_blank(builder, node) && sow__name_says_weights(class_name)))))
    sow__unknown_add(builder, node);
  else if (leaf && !plain && !sow__name_says_nothing_held(class_name))
    sow__note_add(builder, SOW__NOTE_UNKNOWN_CLASS, node);
  else if (!leaf && !plain && sizes)
    sow__note_add(builder, SOW__NOTE_CONTAINER_SIZES, node);
  return build_container(builder, parent, name, place, node, SOW__HIDDEN_UNKNOWN);
}

/* Classes that torch.nn knows and that are built from their children. */
static sow_status build_known(sow__builder *builder, sow_module *parent, const char *name, size_t place,
                              const sow__printed *node, const sow__layer_row *layer, sow__hidden hidden) {
  sow__hidden within = SOW__HIDDEN_UNKNOWN;
  bool shaped = true;
  switch (layer->kind) {
  case SOW__LAYER_MULTIHEAD_ATTENTION:
    if (sow__is_attention(builder, node))
      return sow__build_attention(builder, parent, name, place, node, hidden);
    shaped = false;
    break;
  case SOW__LAYER_TRANSFORMER_ENCODER_LAYER:
  case SOW__LAYER_TRANSFORMER_DECODER_LAYER:
    shaped = sow__is_transformer_layer(builder, node, &within);
    break;
  case SOW__LAYER_TRANSFORMER_ENCODER:
  case SOW__LAYER_TRANSFORMER_DECODER:
    if (sow__is_stack(builder, node))
      return sow__build_stack(builder, parent, name, place, node, hidden);
    shaped = false;
    break;
  case SOW__LAYER_TRANSFORMER:
    if (sow__is_transformer(builder, node))
      return sow__build_transformer(builder, parent, name, place, node);
    shaped = false;
    break;
  default:
    break;
  }
  if (!shaped && node->child_count == 0)
    return sow__build_fail(builder, node->begin, node,
                           "shows no children, so that its parameters cannot be known");
  if (!shaped)
    sow__note_add(builder, SOW__NOTE_OTHER_STRUCTURE, node);
  return build_container(builder, parent, name, place, node, within);
}

/* The one child of a wrapper, and what the wrapper holds itself. */
static sow_status build_wrapper(sow__builder *builder, sow_module *parent, const char *name, size_t place,
                                const sow__printed *node, const sow__wrapper *wrapper, sow__hidden hidden) {
  bool shaped = node->child_count == 1 && !node->children[0].folded &&
                strcmp(node->children[0].name, wrapper->child) == 0;
  sow_module *module = sow__wrapper_make(parent, name, node->class_name, shaped ? wrapper : NULL);
  sow_status status = sow__build_status(builder, node, place);
  return status == SOW_OK ? build_children(builder, module, node, shaped ? hidden : SOW__HIDDEN_UNKNOWN)
                          : status;
}

/* A library's class that prints its sizes, by name, but no sizes here: another project's. */
static bool is_other_leaf(const sow__builder *builder, const sow__printed *node, const char *class_name) {
  return node->child_count == 0 && is_blank(builder, node) && sow__class_find(class_name) == NULL &&
         alias_of(builder, class_name) == NULL && !sow__name_says_weights(class_name);
}

static sow_status build_by_class(sow__builder *builder, sow_module *parent, const char *name, size_t place,
                                 const sow__printed *node, sow__hidden hidden) {
  const char *class_name = sow__build_class(builder, node);
  if (alias_of(builder, class_name) == NULL && is_ignored(builder, class_name))
    return build_container(builder, parent, name, place, node, SOW__HIDDEN_UNKNOWN);
  if (node->prefixed && alias_of(builder, class_name) == NULL)
    return build_unknown(builder, parent, name, place, node);
  const char *target = sow__build_target(builder, node);
  const sow__layer_row *layer = sow__layer_find(target);
  const sow__class_row *row = sow__class_find(target);
  const char *refused = sow__build_refusal(builder, node, layer);
  if (refused != NULL)
    return sow__build_fail(builder, node->begin, node, refused);
  if (row != NULL && is_other_leaf(builder, node, class_name))
    return build_unknown(builder, parent, name, place, node);
  if (row != NULL && node->child_count > 0 && is_blank(builder, node)) {
    sow__note_add(builder, SOW__NOTE_OTHER_STRUCTURE, node);
    return build_container(builder, parent, name, place, node, SOW__HIDDEN_UNKNOWN);
  }
  if (row != NULL)
    return build_layer(builder, parent, name, place, node, row, hidden);
  if (sow__wrapper_find(target) != NULL)
    return build_wrapper(builder, parent, name, place, node, sow__wrapper_find(target), hidden);
  if (layer != NULL)
    return build_known(builder, parent, name, place, node, layer, hidden);
  return build_unknown(builder, parent, name, place, node);
}

sow_status sow__build_node(sow__builder *builder, sow_module *parent, const char *name, size_t place,
                           const sow__printed *node, sow__hidden hidden) {
  size_t length = strlen(name) + 1;
  builder->path += length;
  builder->path_total += builder->path;
  sow__note_name(builder, name, node);
  sow_status status = builder->path_total > PATH_LIMIT
                          ? sow__text_fail(&builder->printed->text, place, builder->error, SOW_LIMIT,
                                           "the names of all modules together are longer than 256 MiB")
                          : build_by_class(builder, parent, name, place, node, hidden);
  builder->path -= length;
  return status;
}

/* ---- the whole ---- */

static sow_status build_tree(const sow__printed_text *printed, const sow_parse_options *options,
                             sow_module **module, sow_error *error) {
  sow__builder builder = {.printed = printed, .options = options, .error = error};
  sow_status status = check_aliases(&builder);
  if (status != SOW_OK)
    return status;
  builder.tree = sow__tree_new();
  if (builder.tree == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  const sow__printed *root = printed->root;
  status = sow__build_node(&builder, builder.tree->top, "", root->begin, root, SOW__HIDDEN_UNKNOWN);
  if (status == SOW_OK)
    status = sow__unknown_report(&builder);
  if (status == SOW_OK && builder.tree->tape.storage_count == 0)
    status = sow__empty_report(&builder);
  if (status != SOW_OK) {
    sow__tree_free(builder.tree);
    return status;
  }
  sow__notes_report(&builder);
  *module = sow__tree_root(builder.tree);
  return SOW_OK;
}

sow_status sow_module_parse(const char *text, size_t length, const sow_parse_options *options,
                            sow_module **module, sow_error *error) {
  sow_parse_options settings = {.edition = SOW_TORCH_NEWEST};
  sow_status status = SOW__OPTIONS_TAKE(sow_parse_options, &settings, options, error);
  if (status != SOW_OK)
    return status;
  const sow__text whole = {settings.source, length > 0 ? text : "", length};
  sow__arena arena = {0};
  sow__printed_text printed;
  status = sow__printed_parse(&whole, &arena, &printed, error);
  if (status == SOW_OK)
    status = build_tree(&printed, &settings, module, error);
  sow__arena_free(&arena);
  return status;
}
