/* sow_module_parse_recording: the text becomes a tree whose tape holds its steps. */
#include <string.h>

#include "base/names.h"
#include "base/size.h"
#include "module/build.h"
#include "module/index.h"
#include "recording/recording_steps.h"
#include "sow/recording.h"

#define FIRST_LINE "sow recording 1"
#define TEXT_LIMIT ((size_t)3 << 29) /* 1.5 GiB: literals take a third more in base64 */

/* Tensors by their storage, so that two names of one view are one tensor. */
typedef struct named_tensor {
  sow__tensor *tensor;
  struct named_tensor *next;
} named_tensor;

/* The parts of a recording, in their order. */
typedef enum part { HEAD, MODULES, STEPS, NAMES, END } part;

#define HEADS 7u /* a bit for each of the head's lines, in the order of the table */

typedef struct parser {
  sow__steps_reader steps;
  sow_recording_about about;
  sow_module *root;
  named_tensor **by_storage; /* in the tree's arena, once the names begin */
  part part;
  unsigned heads; /* those that were there */
} parser;

bool sow_recording_recognize(const char *text, size_t length) {
  static const char first[] = "sow recording ";
  return length >= sizeof first - 1 && memcmp(text, first, sizeof first - 1) == 0;
}

static sow_status fail(parser *p, sow_status status, const char *what) {
  return sow__line_fail(&p->steps.line, status, "%s", what);
}

static sow_status no_memory(parser *p) {
  return sow__fail(p->steps.line.error, SOW_NO_MEMORY, NULL);
}

/* What the tree has noted as its failure, at the line that made it fail. */
static sow_status tree_status(parser *p) {
  const sow_error *failure = &p->steps.tree->failure;
  if (failure->status == SOW_OK)
    return SOW_OK;
  return sow__line_fail(&p->steps.line, failure->status, "%s", failure->message);
}

/* ---- the head ---- */

static sow_status read_version(parser *p) {
  sow__line_reader *line = &p->steps.line;
  uint64_t version = 0;
  bool first = sow__line_next(line) && line->at == 0; /* no comment before it: it tells what the text is */
  if (!first || !sow__line_take(line, "sow") || !sow__line_take(line, "recording"))
    return fail(p, SOW_SYNTAX, "a recording begins with the line '" FIRST_LINE "'");
  sow_status status = sow__line_number(line, &version);
  if (status == SOW_OK && version != 1)
    return fail(p, SOW_UNSUPPORTED, "this sow reads version 1 of the format; the recording is of another");
  return status == SOW_OK ? sow__line_finish(line) : status;
}

static sow_status read_torch(parser *p) {
  size_t length;
  const char *word = sow__line_word(&p->steps.line, &length);
  char version[64] = "";
  if (length < sizeof version)
    memcpy(version, word, length);
  sow_status status = sow_edition_parse(version, &p->about.edition, p->steps.line.error);
  return status == SOW_OK
             ? SOW_OK
             : sow__text_place(&p->steps.line.text, p->steps.line.at, p->steps.line.error, status);
}

static sow_status read_seed(parser *p) {
  return sow__line_number(&p->steps.line, &p->about.seed);
}

static sow_status read_default_dtype(parser *p) {
  sow_status status = sow__line_dtype(&p->steps.line, &p->about.dtype);
  if (status == SOW_OK && !sow_dtype_is_float(p->about.dtype))
    return fail(p, SOW_DTYPE, "the default dtype is a floating-point type");
  p->steps.dtype = p->about.dtype;
  return status;
}

/* ---- modules ---- */

/* The module at the part of a dotted path before its last name; *name is that. */
static sow_module *owner_of(parser *p, const char *path, const char **name) {
  const char *dot = strrchr(path, '.');
  char *prefix = sow__arena_copy(p->steps.line.arena, path, dot == NULL ? 0 : (size_t)(dot - path));
  *name = dot == NULL ? path : dot + 1;
  return prefix == NULL ? NULL : sow_module_find(p->root, prefix);
}

static sow_status read_module(parser *p) {
  const char *path, *class_name, *name;
  sow__line_reader *line = &p->steps.line;
  sow_status status = sow__line_string(line, &path);
  if (status == SOW_OK)
    status = sow__line_string(line, &class_name);
  if (status != SOW_OK)
    return status;
  if (path[0] == 0) {
    if (p->root != NULL)
      return fail(p, SOW_DUPLICATE_NAME, "there is a root already");
    p->root = sow_child(p->steps.tree->top, "", class_name);
    return tree_status(p);
  }
  sow_module *owner = p->root == NULL ? NULL : owner_of(p, path, &name);
  if (owner == NULL)
    return fail(p, SOW_UNKNOWN_NAME, "the module that holds this one is not listed before it");
  sow_child(owner, name, class_name);
  return tree_status(p);
}

/* ---- names ---- */

static bool is_same_view(const sow__tensor *tensor, const sow__tape_view *view) {
  return tensor->offset == view->offset &&
         sow__shape_equal(tensor->ndim, tensor->shape, view->ndim, view->shape) &&
         (tensor->strides == NULL) == (view->strides == NULL) &&
         (view->strides == NULL || sow__shape_equal(view->ndim, tensor->strides, view->ndim, view->strides));
}

/* What is looked up, and not summed, has no inputs. */
static double inputs_of(const sow_module *owner, const sow__tape_view *view) {
  bool is_table = strstr(owner->class_name, "Embedding") != NULL;
  double inputs = view->ndim >= 2 && !is_table ? 1 : 0;
  for (int i = 1; i < view->ndim; i++)
    inputs *= (double)view->shape[i];
  return inputs;
}

static sow__tensor *tensor_of(parser *p, const sow_module *owner, const char *path,
                              const sow__tape_view *view) {
  sow__tree *tree = p->steps.tree;
  if (p->by_storage == NULL)
    p->by_storage = sow__tree_alloc(tree, (tree->tape.storage_count + 1) * sizeof(*p->by_storage));
  if (p->by_storage == NULL)
    return NULL;
  for (named_tensor *one = p->by_storage[view->storage]; one != NULL; one = one->next)
    if (is_same_view(one->tensor, view))
      return one->tensor;
  named_tensor *added = sow__tree_alloc(tree, sizeof *added);
  sow__tensor *tensor = sow__tree_grow(tree) ? sow__tree_alloc(tree, sizeof *tensor) : NULL;
  const char *subject = sow__tree_copy(tree, path);
  if (added == NULL || tensor == NULL || subject == NULL)
    return NULL;
  *tensor = (sow__tensor){.dtype = tree->tape.storages[view->storage].dtype,
                          .ndim = view->ndim,
                          .shape = view->shape,
                          .storage = view->storage,
                          .strides = view->strides,
                          .offset = view->offset,
                          .inputs = inputs_of(owner, view),
                          .subject = subject};
  *added = (named_tensor){tensor, p->by_storage[view->storage]};
  p->by_storage[view->storage] = added;
  return tensor;
}

/* An empty tensor is whole without a step; a plan wants one for each, which says why it holds what it does.
 */
static sow_status write_empty(parser *p, const sow__tape_view *view) {
  sow__tape *tape = &p->steps.tree->tape;
  if (tape->storages[view->storage].count > 0 || tape->storages[view->storage].written)
    return SOW_OK;
  sow__tape_item item = {.target = *view, .call = sow_method(SOW_INIT_ZERO), .rule = "recording"};
  return sow__tape_add(tape, &item) == NULL ? no_memory(p) : SOW_OK;
}

static sow_status read_name(parser *p, sow__state_kind kind) {
  const char *path, *name;
  sow__tape_view view;
  sow__line_reader *line = &p->steps.line;
  sow_status status = sow__line_string(line, &path);
  if (status == SOW_OK)
    status = sow__line_view(line, &p->steps.tree->tape, true, &view);
  if (status != SOW_OK)
    return status;
  sow_module *owner = p->root == NULL ? NULL : owner_of(p, path, &name);
  if (owner == NULL)
    return fail(p, SOW_UNKNOWN_NAME, "the module that holds this tensor is not listed");
  if (!sow__name_usable(owner, name))
    return tree_status(p);
  status = write_empty(p, &view);
  if (status != SOW_OK)
    return status;
  sow__tensor *tensor = tensor_of(p, owner, path, &view);
  const char *own_name = tensor == NULL ? NULL : sow__tree_copy(p->steps.tree, name);
  if (own_name == NULL)
    return tree_status(p) != SOW_OK ? p->steps.line.error->status : no_memory(p);
  if (kind == SOW__STATE_TEMPORARY)
    sow__slot_append_temporary(owner, own_name, tensor);
  else
    sow__slot_append(owner, kind == SOW__STATE_BUFFER, own_name, tensor);
  return tree_status(p);
}

/* Messages call a step by the first name of what it writes. */
static void name_steps(parser *p) {
  sow__tape *tape = &p->steps.tree->tape;
  for (size_t i = 0; p->by_storage != NULL && i < tape->count; i++) {
    sow__tape_item *item = &tape->items[i];
    const named_tensor *named = item->kind == SOW__TAPE_STEP ? p->by_storage[item->target.storage] : NULL;
    if (named != NULL)
      item->subject = named->tensor->subject;
  }
}

/* ---- the whole ---- */

static sow_status read_bound(parser *p) {
  return sow__line_string(&p->steps.line, &p->steps.tree->recorded_bound);
}

static sow_status read_parameter(parser *p) {
  return read_name(p, SOW__STATE_PARAMETER);
}

static sow_status read_buffer(parser *p) {
  return read_name(p, SOW__STATE_BUFFER);
}

static sow_status read_temporary(parser *p) {
  return read_name(p, SOW__STATE_TEMPORARY);
}

static sow_status read_end(parser *p) {
  if (p->root != NULL)
    return SOW_OK;
  return fail(p, SOW_SYNTAX, "the recording has no root: the line 'module \"\" \"CLASS\"'");
}

/* All but the steps, which have a folder's file of their own. */
static const struct {
  const char *word;
  part part;
  sow_status (*read)(parser *p);
} lines[] = {
    {"torch", HEAD, read_torch},      {"dtype", HEAD, read_default_dtype},
    {"seed", HEAD, read_seed},        {"bound", HEAD, read_bound},
    {"module", MODULES, read_module}, {"parameter", NAMES, read_parameter},
    {"buffer", NAMES, read_buffer},   {"temporary", NAMES, read_temporary},
    {"end", END, read_end},
};

/* Goes on to the part that the line is of. */
static sow_status enter(parser *p, part next) {
  if (next < p->part)
    return fail(p, SOW_SYNTAX, "this line stands too late: the parts are head, modules, steps, names, 'end'");
  if (p->part == HEAD && next != HEAD && (p->heads & HEADS) != HEADS)
    return fail(p, SOW_SYNTAX, "the head has the lines 'torch VERSION', 'dtype NAME' and 'seed N'");
  p->part = next;
  return SOW_OK;
}

static sow_status read_head(parser *p, unsigned head, sow_status (*read)(parser *p)) {
  if ((p->heads & head) != 0)
    return fail(p, SOW_SYNTAX, "the head has this line already");
  p->heads |= head;
  return read(p);
}

static sow_status read_line(parser *p) {
  sow__line_reader *line = &p->steps.line;
  if (p->part == END)
    return fail(p, SOW_SYNTAX, "expected nothing behind 'end'");
  for (unsigned i = 0; i < sizeof lines / sizeof *lines; i++) {
    /* Behind the head a generator is seeded. */
    if ((lines[i].read == read_seed && p->part != HEAD) || !sow__line_take(line, lines[i].word))
      continue;
    sow_status status = enter(p, lines[i].part);
    if (status == SOW_OK)
      status = lines[i].part == HEAD ? read_head(p, 1u << i, lines[i].read) : lines[i].read(p);
    return status == SOW_OK ? sow__line_finish(line) : status;
  }
  bool known;
  sow_status status = enter(p, STEPS);
  if (status == SOW_OK)
    status = sow__steps_read(&p->steps, &known);
  if (status == SOW_OK && !known)
    return fail(p, SOW_SYNTAX, "this line begins with no word of a recording");
  return status;
}

static sow_status read_all(parser *p) {
  sow__line_reader *line = &p->steps.line;
  sow_status status = read_version(p);
  while (status == SOW_OK && sow__line_next(line))
    status = read_line(p);
  if (status != SOW_OK)
    return status;
  if (p->part != END)
    return fail(p, SOW_SYNTAX, "the recording has no 'end': it was cut off");
  name_steps(p);
  p->steps.tree->recorded_seed = p->about.seed;
  p->steps.tree->recorded_edition = p->about.edition;
  p->steps.tree->recorded_dtype = p->about.dtype;
  return SOW_OK;
}

sow_status sow_module_parse_recording(const char *text, size_t length, const char *source,
                                      sow_module **module, sow_recording_about *about, sow_error *error) {
  sow_error own = SOW_ERROR_NONE; /* messages are built in it */
  if (length > TEXT_LIMIT)
    return sow__fail(error, SOW_LIMIT, "the recording is larger than %zu MiB", TEXT_LIMIT >> 20);
  sow__tree *tree = sow__tree_new();
  if (tree == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  parser p = {.steps = {.line = {.text = {source, text, length},
                                 .arena = &tree->arena,
                                 .error = error == NULL ? &own : error},
                        .tree = tree,
                        .dtype = SOW_FLOAT32},
              .about = {.edition = SOW_TORCH_NEWEST, .dtype = SOW_FLOAT32}};
  sow_status status = read_all(&p);
  if (status != SOW_OK) {
    sow__tree_free(tree);
    return status;
  }
  *module = p.root;
  if (about != NULL)
    *about = p.about;
  return SOW_OK;
}
