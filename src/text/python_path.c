/* Functions by their dotted names. */
#include <string.h>

#include "base/names.h"
#include "text/python_view.h"

/* All arguments come by position, from `least` to `most`. Python may take another number of them (sum's
 * start, the base of int), so that one is no exception, which a function could catch. */
bool sow__py_check_count(sow__py *py, const char *name, const sow__py_arguments *arguments, size_t least,
                         size_t most, size_t begin) {
  for (size_t i = 0; i < arguments->count; i++)
    if (arguments->keywords[i] != NULL)
      return sow__py_fail(py, arguments->begins[i], SOW_INVALID_ARGUMENT,
                          "%s(%.60s=…) is not understood; pass it by position", name, arguments->keywords[i]);
  if (arguments->count >= least && arguments->count <= most)
    return true;
  if (least == most)
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT,
                        "%s() is understood with %zu argument%s, not with %zu", name, least,
                        least == 1 ? "" : "s", arguments->count);
  return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT,
                      "%s() is understood with %zu to %zu arguments, not with %zu", name, least, most,
                      arguments->count);
}

/* functools.partial(function, …) */
static bool call_partial(sow__py *py, const sow__py_arguments *arguments, size_t begin, sow__py_value *out) {
  sow__py_arguments *held = sow__py_alloc(py, sizeof *held);
  if (held == NULL)
    return false;
  if (arguments->count == 0 || arguments->keywords[0] != NULL)
    return sow__py_raise(py, begin, "TypeError", "partial() takes a function");
  held->callee = arguments->values[0];
  for (size_t i = 1; i < arguments->count; i++) {
    held->values[i - 1] = arguments->values[i];
    held->keywords[i - 1] = arguments->keywords[i];
    held->begins[i - 1] = arguments->begins[i];
  }
  held->count = arguments->count - 1;
  *out = (sow__py_value){.type = SOW__PY_PARTIAL, .partial = held};
  return true;
}

/* At the top of a script the seed is what --seed is for; in a function it would set the stream anew. */
static bool fail_seed(sow__py *py, const sow__py_arguments *arguments, size_t begin) {
  bool number = arguments->count > 0 && arguments->values[0].type == SOW__PY_INT;
  if (py->root == NULL && number)
    return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "leave this line out and give --seed %lld",
                        (long long)arguments->values[0].integer);
  return sow__py_fail(
      py, begin, SOW_INVALID_ARGUMENT,
      "sow draws everything from the one stream of --seed; a seed set here is not understood");
}

/* Whether a function that is given this may fill a tensor through it. */
static bool reaches_tensors(const sow__py_value *value) {
  bool sequence = sow__py_is_sequence(value), reaches = false;
  for (size_t i = 0; sequence && i < value->list->count; i++)
    reaches = reaches || value->list->items[i].type > SOW__PY_STR;
  return reaches || (!sequence && value->type > SOW__PY_STR && value->type != SOW__PY_TYPE &&
                     value->type != SOW__PY_PATH);
}

static bool fail_path(sow__py *py, const char *path, const sow__py_arguments *arguments, size_t begin) {
  const char *name = sow__text_last_part(path);
  py->serious = sow__text_begins(path, "torch."); /* it may draw, or fill what it is given */
  for (size_t i = 0; i < arguments->count; i++)
    py->serious = py->serious || reaches_tensors(&arguments->values[i]);
  if (sow__text_begins(path, "builtins."))
    return sow__py_fail(py, begin, SOW_UNKNOWN_NAME, "sow does not know Python's %.60s()", name);
  if (strcmp(name, "manual_seed") == 0)
    return fail_seed(py, arguments, begin);
  if (sow__py_is_initializer(name))
    return sow__py_fail(py, begin, SOW_UNKNOWN_NAME,
                        "'%.100s' is not known to give what torch's own %.40s gives; write nn.init.%.40s",
                        path, name, name);
  return sow__py_fail(py, begin, SOW_UNKNOWN_NAME,
                      "'%.100s' is not understood; known are nn.init's functions, math, and what Python has "
                      "without an import",
                      path);
}

const char *const sow__py_contexts[] = {"torch.no_grad()",          "torch.inference_mode()",
                                        "torch.enable_grad()",      "torch.set_grad_enabled()",
                                        "torch.autograd.no_grad()", NULL};

/* What a call that stands for a context gives; NULL for any other. */
static const char *context_of(const char *path) {
  const char *const *one = sow__py_contexts;
  while (*one != NULL && (strlen(*one) != strlen(path) + 2 || !sow__text_begins(*one, path)))
    one++;
  return *one;
}

bool sow__py_call_path(sow__py *py, const char *path, const sow__py_arguments *arguments, size_t begin,
                       sow__py_value *out) {
  const char *init = sow__text_behind(path, "torch.nn.init."), *own = sow__text_behind(path, "builtins.");
  bool found = false, done;
  if (init != NULL)
    return sow__py_call_init(py, init, arguments, begin, out);
  if (own != NULL) {
    done = sow__py_call_builtin(py, own, arguments, begin, out, &found);
    return found ? done : fail_path(py, path, arguments, begin);
  }
  done = sow__py_call_math(py, path, arguments, begin, out, &found);
  if (!found)
    done = sow__py_call_timm(py, path, arguments, begin, out, &found);
  if (!found)
    done = sow__py_call_view(py, path, arguments, begin, out, &found);
  if (found)
    return done;
  if (strcmp(path, "itertools.chain") == 0)
    return sow__py_call_chain(py, arguments, begin, out);
  if (strcmp(path, "functools.partial") == 0)
    return call_partial(py, arguments, begin, out);
  const char *context = context_of(path);
  if (context != NULL && strcmp(path, "torch.set_grad_enabled") == 0 && arguments->count == 1 &&
      arguments->values[0].type == SOW__PY_BOOL)
    py->no_grad = arguments->values[0].integer == 0; /* at once, and not only within a 'with' */
  *out = sow__py_path(context);
  return context != NULL || fail_path(py, path, arguments, begin);
}
