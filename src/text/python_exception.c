/* Exceptions of Python: their classes, who takes them, and raising them again. */
#include <string.h>

#include "text/python_run.h"

/* Python's own, and what each is derived from. */
static const struct {
  const char *name, *base;
} classes[] = {{"BaseException", NULL},
               {"Exception", "BaseException"},
               {"ArithmeticError", "Exception"},
               {"AssertionError", "Exception"},
               {"AttributeError", "Exception"},
               {"FloatingPointError", "ArithmeticError"},
               {"ImportError", "Exception"},
               {"IndexError", "LookupError"},
               {"KeyError", "LookupError"},
               {"LookupError", "Exception"},
               {"MemoryError", "Exception"},
               {"ModuleNotFoundError", "ImportError"},
               {"NameError", "Exception"},
               {"NotImplementedError", "RuntimeError"},
               {"OSError", "Exception"},
               {"FileNotFoundError", "OSError"},
               {"OverflowError", "ArithmeticError"},
               {"RecursionError", "RuntimeError"},
               {"RuntimeError", "Exception"},
               {"StopIteration", "Exception"},
               {"TypeError", "Exception"},
               {"UnboundLocalError", "NameError"},
               {"ValueError", "Exception"},
               {"ZeroDivisionError", "ArithmeticError"}};

#define CLASSES (sizeof classes / sizeof *classes)

static size_t find_class(const char *name) {
  size_t i = 0;
  while (i < CLASSES && strcmp(classes[i].name, name) != 0)
    i++;
  return i;
}

/* Of a class that is not Python's only the name is known, and that it is derived from Exception. */
static sow__py_answer takes(const char *name, const char *raised) {
  if (strcmp(name, raised) == 0)
    return SOW__PY_YES;
  size_t class = find_class(raised);
  const bool known = class < CLASSES;
  for (const char *base = known ? classes[class].base : "Exception"; base != NULL;
       base = classes[class].base) {
    if (strcmp(name, base) == 0)
      return SOW__PY_YES;
    class = find_class(base);
  }
  return known ? SOW__PY_NO : SOW__PY_UNSURE;
}

sow__py_answer sow__py_catches(const sow__py_node *except, const char *raised) {
  const sow__py_node *what = except->left;
  sow__py_answer taken = what == NULL ? SOW__PY_YES : SOW__PY_NO;
  if (what == NULL)
    return taken;
  const bool several = what->kind == SOW__PY_TUPLE;
  for (const sow__py_node *item = several ? what->items : what; item != NULL;
       item = several ? item->next : NULL) {
    sow__py_answer one = item->text != NULL ? takes(item->text, raised) : SOW__PY_NO;
    if (one == SOW__PY_YES)
      return one;
    taken = one == SOW__PY_UNSURE ? one : taken;
  }
  return taken;
}

bool sow__py_raise_again(sow__py *py, const char *raised, const sow_error *kept) {
  sow__py_fail_kept(py, kept);
  if (py->failure.status != SOW_NO_MEMORY)
    py->raised = raised;
  return false;
}

/* That its text is not known is no reason to fail. */
bool sow__py_saying(sow__py *py, sow__py_frame *frame, const sow__py_node *node, const char **said) {
  sow__py_value value;
  *said = "";
  if (node == NULL)
    return true;
  if (!sow__py_evaluate(py, frame, node, &value))
    return sow__py_forget(py);
  if (value.type == SOW__PY_STR)
    *said = value.text;
  return true;
}

/* "NotImplementedError('…')", a class alone, or nothing: what is being handled, as its name is. */
bool sow__py_execute_raise(sow__py *py, sow__py_frame *frame, const sow__py_node *statement) {
  const sow__py_node *value = statement->left;
  const sow__py_handled *handled = py->handled;
  const bool named = value != NULL && value->kind == SOW__PY_NAME && handled != NULL &&
                     handled->name != NULL && strcmp(handled->name, value->text) == 0;
  if (handled != NULL && (value == NULL || named))
    return sow__py_raise_again(py, handled->raised, handled->failure);
  if (value == NULL)
    return sow__py_raise(py, statement->begin, "RuntimeError", "No active exception to reraise");
  const sow__py_node *class = value->kind == SOW__PY_CALL ? value->left : value;
  const sow__py_node *first = value->kind == SOW__PY_CALL && value->items != NULL ? value->items->left : NULL;
  const char *name = class != NULL && class->text != NULL ? class->text : "an exception", *said;
  return sow__py_saying(py, frame, first, &said) && sow__py_raise(py, statement->begin, name, "%.300s", said);
}
