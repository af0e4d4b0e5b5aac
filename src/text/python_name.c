/* The names of a function that runs, and those that need no import. */
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "text/python_run.h"

/* ---- frames ---- */

sow__py_frame *sow__py_frame_new(sow__py *py, const sow__py_function *function, sow__py_frame *outer) {
  sow__py_frame *frame = function->has_inner ? NULL : py->free_frames[function->index];
  size_t count = function->local_count;
  if (frame != NULL) {
    py->free_frames[function->index] = frame->next_free;
    memset(frame->bound, 0, count * sizeof *frame->bound);
    frame->outer = outer;
    return frame;
  }
  sow__arena *arena = function->has_inner ? py->arena : &py->frames;
  size_t bytes = sizeof *frame + count * (sizeof *frame->values + sizeof *frame->bound);
  if (py->bytes > SOW__PY_MEMORY - bytes) {
    sow__py_fail(py, function->begin, SOW_LIMIT, "the function's values take more than 1 GiB");
    return NULL;
  }
  py->bytes += bytes;
  frame = sow__arena_alloc(arena, bytes);
  if (frame == NULL) {
    sow__py_no_memory_left(py);
    return NULL;
  }
  *frame = (sow__py_frame){.function = function, .outer = outer};
  frame->values = (sow__py_value *)(frame + 1);
  frame->bound = (bool *)(frame->values + count);
  return frame;
}

void sow__py_frame_free(sow__py *py, sow__py_frame *frame) {
  if (frame->function->has_inner)
    return;
  frame->next_free = py->free_frames[frame->function->index];
  py->free_frames[frame->function->index] = frame;
}

size_t sow__py_local(const sow__py_function *function, const char *name) {
  size_t i = 0;
  while (i < function->local_count && strcmp(function->locals[i], name) != 0)
    i++;
  return i;
}

void sow__py_set_local(sow__py_frame *frame, const char *name, const sow__py_value *value) {
  size_t i = sow__py_local(frame->function, name);
  if (i == frame->function->local_count)
    return;
  frame->values[i] = *value;
  frame->bound[i] = true;
}

bool sow__py_set_name(sow__py *py, sow__py_frame *frame, size_t begin, const char *name,
                      const sow__py_value *value) {
  while (frame->outer != NULL && sow__py_local(frame->function, name) == frame->function->local_count)
    frame = frame->outer;
  if (py->root != NULL && frame == py->program->top) {
    py->serious = true;
    return sow__py_fail(
        py, begin, SOW_INVALID_ARGUMENT,
        "'%.60s' is a name of the file, so that every call would see the change; make it within "
        "the function",
        name);
  }
  sow__py_set_local(frame, name, value);
  return true;
}

/* ---- names ---- */

/* The names that everyone gives to these packages. */
static const char *conventional(const char *name) {
  static const struct {
    const char *name, *path;
  } names[] = {
      {"torch", "torch"}, {"nn", "torch.nn"}, {"init", "torch.nn.init"},
      {"math", "math"},   {"np", "numpy"},    {"numpy", "numpy"},
  };
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (strcmp(names[i].name, name) == 0)
      return names[i].path;
  return NULL;
}

static const char *const builtin_paths[] = {
    "builtins.abs",        "builtins.all",     "builtins.any",         "builtins.bool",
    "builtins.callable",   "builtins.dict",    "builtins.enumerate",   "builtins.float",
    "builtins.getattr",    "builtins.hasattr", "builtins.int",         "builtins.isinstance",
    "builtins.issubclass", "builtins.len",     "builtins.list",        "builtins.max",
    "builtins.min",        "builtins.object",  "builtins.print",       "builtins.range",
    "builtins.reversed",   "builtins.set",     "builtins.setattr",     "builtins.staticmethod",
    "builtins.str",        "builtins.sum",     "builtins.tuple",       "builtins.type",
    "builtins.filter",     "builtins.iter",    "builtins.map",         "builtins.next",
    "builtins.pow",        "builtins.slice",   "builtins.sorted",      "builtins.zip",
    "builtins.round",      "builtins.super",   "builtins.classmethod",
};

/* Python's own names that sow lacks: they are defined, and what calls one is told so. */
static const char *const builtin_lacks[] = {
    "builtins.ascii",   "builtins.bin",      "builtins.bytes",     "builtins.chr",     "builtins.compile",
    "builtins.complex", "builtins.delattr",  "builtins.dir",       "builtins.divmod",  "builtins.eval",
    "builtins.exec",    "builtins.format",   "builtins.frozenset", "builtins.globals", "builtins.hash",
    "builtins.hex",     "builtins.id",       "builtins.input",     "builtins.locals",  "builtins.open",
    "builtins.ord",     "builtins.property", "builtins.repr",      "builtins.vars",
};

#define BUILTIN_PREFIX (sizeof "builtins." - 1)

static const char *find_path(const char *const *paths, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(paths[i] + BUILTIN_PREFIX, name) == 0)
      return paths[i];
  return NULL;
}

/* What needs no import in Python, and the names that everyone gives to torch's packages. */
static bool find_outside(sow__py *py, const char *name, sow__py_value *out) {
  const char *path = find_path(builtin_paths, sizeof builtin_paths / sizeof builtin_paths[0], name);
  if (path == NULL)
    path = find_path(builtin_lacks, sizeof builtin_lacks / sizeof builtin_lacks[0], name);
  if (path == NULL)
    path = conventional(name);
  if (path != NULL) {
    *out = sow__py_path(path);
    return true;
  }
  for (size_t i = 0; i < py->program->star_count; i++) {
    if (!sow__py_package_has(py->program->stars[i], name))
      continue;
    const size_t length = strlen(py->program->stars[i]) + strlen(name) + 2;
    char *joined = sow__py_alloc(py, length);
    if (joined == NULL)
      return false;
    snprintf(joined, length, "%s.%s", py->program->stars[i], name);
    *out = sow__py_path(joined);
    return true;
  }
  return false;
}

static bool fail_name(sow__py *py, const sow__py_frame *frame, const sow__py_node *node) {
  sow__nearest nearest = {.name = node->text};
  char hint[160];
  for (; frame != NULL; frame = frame->outer)
    for (size_t i = 0; i < frame->function->local_count; i++)
      if (frame->bound[i])
        sow__nearest_offer(&nearest, frame->function->locals[i]);
  for (size_t i = 0; i < sizeof builtin_paths / sizeof builtin_paths[0]; i++)
    sow__nearest_offer(&nearest, builtin_paths[i] + BUILTIN_PREFIX);
  sow__nearest_hint(&nearest, hint, sizeof hint);
  if (nearest.best == NULL && sow__py_is_torch_class(node->text))
    snprintf(hint, sizeof hint, "; write nn.%.40s, or 'from torch.nn import %.40s' above", node->text,
             node->text);
  return sow__py_fail(py, node->begin, SOW_UNKNOWN_NAME, "the name '%.80s' is not defined%s", node->text,
                      hint);
}

/* A function that is not understood is an error where it stands; a value where it is used. */
static bool fail_unusable(sow__py *py, const sow__py_node *node, const sow__py_value *value) {
  const sow_error *kept = value->broken;
  if (value->integer == 1 || kept->line == 0)
    return sow__py_fail_kept(py, kept);
  static const char again[] = "sow does not know the value of";
  bool chained = sow__text_begins(kept->message, again); /* of a value of a value: the line is enough */
  return sow__py_fail(
      py, node->begin, kept->status,
      "%s '%.60s', which line %d gives it%s%.400s; write the value here, or put the function alone, and "
      "what it needs, into a file",
      again, node->text, kept->line, chained ? "" : ": ", chained ? "" : kept->message);
}

bool sow__py_lookup(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  for (sow__py_frame *scope = frame; scope != NULL; scope = scope->outer) {
    size_t i = sow__py_local(scope->function, node->text);
    if (i == scope->function->local_count)
      continue;
    if (!scope->bound[i])
      return sow__py_raise(py, node->begin, "UnboundLocalError", "'%.80s' is used before it is given a value",
                           node->text);
    *out = scope->values[i];
    return out->type == SOW__PY_UNUSABLE ? fail_unusable(py, node, out)
                                         : sow__py_resolve_path(py, node->begin, out);
  }
  if (strcmp(node->text, "__name__") == 0) {
    *out = sow__py_str("weights_init");
    return true;
  }
  if (find_outside(py, node->text, out))
    return sow__py_resolve_path(py, node->begin, out);
  return py->failure.status == SOW_OK && fail_name(py, frame, node);
}
