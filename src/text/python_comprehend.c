/* Comprehensions: [x for …], {x for …}, {k: v for …}, and generators, which go on as their values are taken.
 */
#include <string.h>

#include "text/python_run.h"

typedef struct loop {
  const sow__py_node *clause;
  sow__py_iterator *iterator; /* NULL before the loop has begun */
} loop;

typedef struct sow__py_generator {
  sow__py_frame *frame;
  const sow__py_node *node;
  loop *loops;
  size_t count;
  bool started;
} sow__py_generator;

/* Whether the conditions behind a loop hold; the next loop is what they end at. */
static bool test_conditions(sow__py *py, sow__py_generator *g, const sow__py_node *clause, bool *hold) {
  sow__py_value value;
  *hold = true;
  for (; *hold && clause != NULL && clause->kind == SOW__PY_IF_CLAUSE; clause = clause->next)
    if (!sow__py_evaluate(py, g->frame, clause->left, &value) ||
        !sow__py_test(py, clause->left->begin, &value, hold))
      return false;
  return true;
}

/* The element; of a dict a key and its value. */
static bool make_element(sow__py *py, sow__py_generator *g, sow__py_value *out) {
  const sow__py_node *element = g->node->left;
  sow__py_value *pair;
  if (element->kind != SOW__PY_PAIR)
    return sow__py_evaluate(py, g->frame, element, out);
  return sow__py_list_new(py, SOW__PY_TUPLE_OF, 2, out, &pair) &&
         sow__py_evaluate(py, g->frame, element->left, &pair[0]) &&
         sow__py_evaluate(py, g->frame, element->right, &pair[1]);
}

/* Goes on behind the last element, in the innermost loop. */
static bool go_on(sow__py *py, sow__py_generator *g, sow__py_value *out, bool *there) {
  size_t at = g->started ? g->count - 1 : 0;
  g->started = true;
  for (;;) {
    const loop *one = &g->loops[at];
    const size_t begin = one->clause->begin;
    sow__py_value item;
    bool more, hold;
    if (!sow__py_step(py, begin, 1) || !sow__py_next(py, one->iterator, begin, &item, &more))
      return false;
    *there = more;
    if (!more && at == 0)
      return true;
    if (!more) {
      at--;
      continue;
    }
    if (!sow__py_assign(py, g->frame, one->clause->left, &item) ||
        !test_conditions(py, g, one->clause->next, &hold))
      return false;
    if (!hold)
      continue;
    if (at + 1 == g->count)
      return make_element(py, g, out);
    loop *inner = &g->loops[++at];
    if (!sow__py_evaluate(py, g->frame, inner->clause->right, &item) ||
        !sow__py_iter(py, inner->clause->right->begin, &item, &inner->iterator))
      return false;
  }
}

static bool next_of_generator(sow__py *py, sow__py_iterator *iterator, size_t begin, sow__py_value *out,
                              bool *there) {
  const sow__text *text = py->text;
  (void)begin;
  *there = false;
  if (iterator->over)
    return true;
  py->text = iterator->generator->frame->function->text;
  bool done = go_on(py, iterator->generator, out, there);
  if (done || py->raised != NULL) /* what failed keeps its place */
    py->text = text;
  iterator->over = !done || !*there;
  if (!done && py->raised != NULL && strcmp(py->raised, "StopIteration") == 0)
    py->raised = "RuntimeError"; /* or whoever takes the values would see their end */
  return done;
}

/* What the first loop goes over is Python's only part that sees the names outside, and is asked for at once.
 */
static bool begin(sow__py *py, sow__py_frame *outer, const sow__py_node *node, sow__py_iterator *iterator) {
  sow__py_generator *g = sow__py_alloc(py, sizeof *g);
  const sow__py_node *over = node->items->right;
  sow__py_value first;
  size_t count = 0;
  for (const sow__py_node *clause = node->items; clause != NULL; clause = clause->next)
    count += clause->kind == SOW__PY_FOR_CLAUSE ? 1 : 0;
  loop *loops = g ? sow__py_alloc(py, count * sizeof *loops) : NULL;
  if (loops == NULL)
    return false;
  *g = (sow__py_generator){
      .frame = sow__py_frame_new(py, node->function, outer), .node = node, .loops = loops};
  for (const sow__py_node *clause = node->items; clause != NULL; clause = clause->next)
    if (clause->kind == SOW__PY_FOR_CLAUSE)
      loops[g->count++] = (loop){clause, NULL};
  *iterator = (sow__py_iterator){.next = next_of_generator, .generator = g, .at_top = py->root == NULL};
  return g->frame != NULL && sow__py_evaluate(py, outer, over, &first) &&
         sow__py_iter(py, over->begin, &first, &loops[0].iterator);
}

bool sow__py_comprehend(sow__py *py, sow__py_frame *frame, const sow__py_node *node, sow__py_value *out) {
  sow__py_iterator *iterator = sow__py_alloc(py, sizeof *iterator);
  if (iterator == NULL || !begin(py, frame, node, iterator))
    return false;
  const sow__py_value generator = {.type = SOW__PY_ITERATOR, .iterator = iterator};
  sow__py_arguments all = {.count = 1, .values = {generator}, .begins = {node->begin}};
  if (node->op == 0) {
    *out = generator;
    return true;
  }
  bool done = node->op == '[' ? sow__py_call_builtin(py, "list", &all, node->begin, out, &(bool){0})
              : node->left->kind == SOW__PY_PAIR ? sow__py_call_dict(py, &all, node->begin, out)
                                                 : sow__py_call_set(py, &all, node->begin, out);
  sow__py_frame_free(py, iterator->generator->frame);
  return done;
}
