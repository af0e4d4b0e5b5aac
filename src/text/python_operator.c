/* Operators between values: arithmetic, comparisons, truth. */
#include <string.h>

#include "base/names.h"
#include "text/arithmetic.h"
#include "text/python_run.h"

/* ---- arithmetic ---- */

static bool concatenate(sow__py *py, size_t begin, sow__py_value *left, const sow__py_value *right) {
  if (left->type == SOW__PY_STR) {
    size_t one = strlen(left->text), two = strlen(right->text);
    char *joined = sow__py_alloc(py, one + two + 1);
    if (joined == NULL || !sow__py_step(py, begin, (one + two) / 16))
      return false;
    memcpy(joined, left->text, one);
    memcpy(joined + one, right->text, two + 1);
    *left = sow__py_str(joined);
    return true;
  }
  sow__py_value made, *items;
  size_t one = left->list->count, two = right->list->count;
  if (!sow__py_step(py, begin, one + two) || !sow__py_list_new(py, left->type, one + two, &made, &items))
    return false;
  for (size_t i = 0; i < one + two; i++)
    items[i] = i < one ? left->list->items[i] : right->list->items[i - one];
  *left = made;
  return true;
}

/* 'ab' * 3, [0] * 3 */
static bool repeat(sow__py *py, size_t begin, sow__py_value *left, int64_t times) {
  const sow__py_value once = *left;
  size_t length = once.type == SOW__PY_STR ? strlen(once.text) : once.list->count;
  if (times > (int64_t)SOW__PY_STEPS)
    times = (int64_t)SOW__PY_STEPS; /* is refused below, unless there is nothing to repeat */
  if (times < 0)
    times = 0;
  if (!sow__py_step(py, begin, length * (size_t)times))
    return false;
  if (once.type == SOW__PY_STR) {
    char *text = sow__py_alloc(py, length * (size_t)times + 1);
    for (int64_t i = 0; text != NULL && i < times; i++)
      memcpy(text + (size_t)i * length, once.text, length);
    *left = sow__py_str(text);
    return text != NULL;
  }
  sow__py_value *items;
  if (!sow__py_list_new(py, once.type, length * (size_t)times, left, &items))
    return false;
  for (size_t i = 0; i < length * (size_t)times; i++)
    items[i] = once.list->items[i % length];
  return true;
}

static const char *operator_text(int op, char buffer[3]) {
  buffer[0] = (char)(op == SOW__POWER ? '*' : op == SOW__FLOOR ? '/' : op == 'x' ? '^' : op);
  bool twice = op == SOW__POWER || op == SOW__FLOOR || op == '<' || op == '>';
  buffer[1] = twice ? buffer[0] : 0;
  buffer[2] = 0;
  return buffer;
}

/* Values whose operators are all known. */
static bool is_plain(const sow__py_value *value) {
  return value->type <= SOW__PY_SET_OF && !(sow__py_is_sequence(value) && value->list->is_torchs);
}

/* Not those that ints, dicts and sets have and sow lacks. */
static bool is_arithmetic(int op, const sow__py_value *left, const sow__py_value *right) {
  bool sets = left->type == SOW__PY_SET_OF && right->type == SOW__PY_SET_OF;
  return (strchr("+*/%", op) != NULL || op == SOW__POWER || op == SOW__FLOOR || (op == '-' && !sets)) &&
         op != 0;
}

static bool fail_operands(sow__py *py, size_t begin, int op, const sow__py_value *left,
                          const sow__py_value *right) {
  char one[SOW__QUOTE_SIZE], two[SOW__QUOTE_SIZE], sign[3];
  if (is_plain(left) && is_plain(right) && is_arithmetic(op, left, right))
    return sow__py_raise(py, begin, "TypeError", "'%s' does not work between %s and %s",
                         operator_text(op, sign), sow__py_type_name(left, one),
                         sow__py_type_name(right, two));
  if (sow__py_is_tensor(left) || sow__py_is_tensor(right))
    return sow__py_fail(
        py, begin, SOW_INVALID_ARGUMENT,
        "sow cannot compute with the numbers of a tensor here: they are made later, from the plan");
  return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "'%s' does not work between %s and %s here",
                      operator_text(op, sign), sow__py_type_name(left, one), sow__py_type_name(right, two));
}

/* a / 0, 0 ** -1 */
static bool divides_by_zero(int op, const sow__text_value *left, const sow__text_value *right) {
  return op == SOW__POWER ? left->number == 0 && right->number < 0 : right->number == 0;
}

static bool compute(sow__py *py, size_t begin, int op, sow__py_value *left, const sow__py_value *right) {
  if (strchr("+-*/%", op) == NULL && op != SOW__POWER && op != SOW__FLOOR)
    return fail_operands(py, begin, op, left, right);
  sow__text_value one = sow__py_to_rules(left, begin);
  const sow__text_value two = sow__py_to_rules(right, begin);
  sow_status status = SOW_OK;
  const char *wrong = sow__arithmetic((char)op, &one, &two, &status);
  if (wrong != NULL && status == SOW_INVALID_ARGUMENT && divides_by_zero(op, &one, &two))
    return sow__py_raise(py, begin, "ZeroDivisionError", "%s", wrong);
  if (wrong != NULL)
    return sow__py_fail(py, begin, status, "%s", wrong);
  *left = sow__py_from_rules(&one);
  return true;
}

static bool alone(sow__py *py, const sow__py_value *value, sow__py_value *out) {
  sow__py_value *items;
  *out = *value;
  if (value->type == SOW__PY_TUPLE_OF)
    return true;
  if (!sow__py_list_new(py, SOW__PY_TUPLE_OF, 1, out, &items))
    return false;
  items[0] = *value;
  return true;
}

/* isinstance(m, nn.Linear | nn.Conv2d): a tuple of classes */
static bool unite(sow__py *py, size_t begin, sow__py_value *left, const sow__py_value *right) {
  sow__py_value one, two;
  if (!alone(py, left, &one) || !alone(py, right, &two) || !concatenate(py, begin, &one, &two))
    return false;
  *left = one;
  return true;
}

bool sow__py_arithmetic(sow__py *py, size_t begin, int op, sow__py_value *left, const sow__py_value *right) {
  if (sow__py_is_number(left) && sow__py_is_number(right))
    return compute(py, begin, op, left, right);
  bool texts = left->type == SOW__PY_STR && right->type == SOW__PY_STR;
  bool lists = sow__py_is_sequence(left) && left->type == right->type;
  if (op == '+' && (texts || lists))
    return concatenate(py, begin, left, right);
  bool times = right->type == SOW__PY_INT || right->type == SOW__PY_BOOL;
  if (op == '*' && times && (left->type == SOW__PY_STR || sow__py_is_sequence(left)))
    return repeat(py, begin, left, right->integer);
  bool reversed = left->type == SOW__PY_INT || left->type == SOW__PY_BOOL;
  if (op == '*' && reversed && (right->type == SOW__PY_STR || sow__py_is_sequence(right))) {
    const int64_t count = left->integer;
    *left = *right;
    return repeat(py, begin, left, count);
  }
  if (op == '%' && left->type == SOW__PY_STR) {
    const sow__py_value format = *left;
    return sow__py_format(py, begin, &format, right, left);
  }
  if (op == '|' && (left->type == SOW__PY_TYPE || left->type == SOW__PY_TUPLE_OF) &&
      right->type == SOW__PY_TYPE)
    return unite(py, begin, left, right);
  return fail_operands(py, begin, op, left, right);
}

/* ---- comparisons ---- */

static bool decide(sow__py *py, size_t begin, sow__py_answer answer, bool negated, const sow__py_value *a,
                   const sow__py_value *b, bool *out) {
  char one[SOW__QUOTE_SIZE], two[SOW__QUOTE_SIZE];
  *out = (answer == SOW__PY_YES) != negated;
  if (answer == SOW__PY_UNSURE && sow__py_have_order(a, b))
    return sow__py_fail(
        py, begin, SOW_INVALID_ARGUMENT,
        "whether two equal values are one object is CPython's affair; compare them with '=='");
  return answer != SOW__PY_UNSURE ||
         sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "sow cannot compare %s with %s here",
                      sow__py_type_name(a, one), sow__py_type_name(b, two));
}

/* type(m) == Bottleneck, where the class was imported from somewhere */
static sow__py_answer equal(const sow__py_value *a, const sow__py_value *b) {
  if (a->type == SOW__PY_PATH && b->type == SOW__PY_TYPE)
    return equal(b, a);
  if (a->type != SOW__PY_TYPE || b->type != SOW__PY_PATH)
    return sow__py_equal(a, b);
  bool alike = strcmp(a->text, sow__text_last_part(b->text)) == 0;
  return !alike ? SOW__PY_NO : a->integer == 0 ? SOW__PY_YES : SOW__PY_UNSURE;
}

bool sow__py_compare(sow__py *py, size_t begin, int op, const sow__py_value *a, const sow__py_value *b,
                     bool *out) {
  switch (op) {
  case SOW__PY_EQUAL:
  case SOW__PY_UNEQUAL:
    return decide(py, begin, equal(a, b), op == SOW__PY_UNEQUAL, a, b, out);
  case SOW__PY_IS:
  case SOW__PY_IS_NOT: {
    bool types = a->type == SOW__PY_TYPE || b->type == SOW__PY_TYPE;
    return decide(py, begin, types ? equal(a, b) : sow__py_same(a, b), op == SOW__PY_IS_NOT, a, b, out);
  }
  case SOW__PY_IN:
  case SOW__PY_NOT_IN:
    if (!sow__py_contains(py, begin, a, b, out))
      return false;
    *out = *out != (op == SOW__PY_NOT_IN);
    return true;
  default:
    break;
  }
  if (!sow__py_have_order(a, b))
    return decide(py, begin, SOW__PY_UNSURE, false, a, b, out);
  int order = sow__py_order(a, b);
  *out = order != 2 && (op == '<'               ? order < 0
                        : op == '>'             ? order > 0
                        : op == SOW__PY_AT_MOST ? order <= 0
                                                : order >= 0);
  return true;
}

/* It is used up to the item. */
static bool iterator_has(sow__py *py, size_t begin, const sow__py_value *item, const sow__py_value *container,
                         bool *out) {
  sow__py_value one;
  sow__py_list all = {.items = &one, .count = 1};
  const sow__py_value alone = {.type = SOW__PY_LIST_OF, .list = &all};
  sow__py_iterator *iterator;
  if (!sow__py_iter(py, begin, container, &iterator))
    return false;
  for (bool there = true; there && !*out;)
    if (!sow__py_next(py, iterator, begin, &one, &there) ||
        (there && !sow__py_contains(py, begin, item, &alone, out)))
      return false;
  return true;
}

static bool list_has(sow__py *py, size_t begin, const sow__py_value *item, const sow__py_value *container,
                     bool *out) {
  const sow__py_list *list = container->list;
  const size_t stride = container->type == SOW__PY_DICT_OF ? 2 : 1;
  if (!sow__py_step(py, begin, list->count / 16))
    return false;
  for (size_t i = 0; i < list->count && !*out; i += stride) {
    const sow__py_value *one = &list->items[i];
    /* Python asks for identity first, so a tensor is found among tensors. */
    bool same = sow__py_same(item, one) == SOW__PY_YES;
    bool tensors = item->type == SOW__PY_TENSOR && one->type == SOW__PY_TENSOR;
    if (same || tensors)
      *out = same;
    else if (!decide(py, begin, equal(item, one), false, item, one, out))
      return false;
  }
  return true;
}

bool sow__py_contains(sow__py *py, size_t begin, const sow__py_value *item, const sow__py_value *container,
                      bool *out) {
  char name[SOW__QUOTE_SIZE];
  *out = false;
  switch (container->type) {
  case SOW__PY_STR:
    *out = item->type == SOW__PY_STR && strstr(container->text, item->text) != NULL;
    return item->type == SOW__PY_STR ||
           sow__py_raise(py, begin, "TypeError", "'in <string>' requires string as left operand, not %s",
                         sow__py_type_name(item, name));
  case SOW__PY_ITERATOR:
    return iterator_has(py, begin, item, container, out);
  case SOW__PY_DICT_OF:
  case SOW__PY_SET_OF:
    if (item->type == SOW__PY_LIST_OF || item->type == SOW__PY_DICT_OF || item->type == SOW__PY_SET_OF)
      return sow__py_raise(py, begin, "TypeError", "%s is no key: it may change",
                           sow__py_type_name(item, name));
    return list_has(py, begin, item, container, out);
  case SOW__PY_TUPLE_OF:
  case SOW__PY_LIST_OF:
    return list_has(py, begin, item, container, out);
  default:
    break;
  }
  if (container->type == SOW__PY_MODULE && item->type == SOW__PY_STR &&
      sow__py_is_module_dict(container->module)) {
    *out = sow__py_dict_child(container->module, item->text) != NULL;
    return true;
  }
  return sow__py_fail(py, begin, SOW_INVALID_ARGUMENT, "sow cannot look into %s with 'in'",
                      sow__py_type_name(container, name));
}

/* ---- truth ---- */

bool sow__py_test(sow__py *py, size_t begin, const sow__py_value *value, bool *out) {
  sow__py_answer answer = sow__py_truth(value);
  *out = answer == SOW__PY_YES;
  if (answer == SOW__PY_UNSURE && value->type == SOW__PY_PATH)
    return sow__py_fail(py, begin, SOW_UNKNOWN_NAME, "sow does not know what '%.100s' is", value->text);
  return answer != SOW__PY_UNSURE ||
         sow__py_fail(py, begin, SOW_INVALID_ARGUMENT,
                      "a tensor is neither true nor false here; ask whether it 'is not None'");
}
