#include "text/python_tree.h"

#include <stddef.h>

static void walk_at(const sow__py_node *node, sow__py_visit *visit, void *context) {
  visit(context, node);
  if (node->function != NULL)
    sow__py_walk(node->function->body, visit, context);
  sow__py_walk(node->left, visit, context);
  sow__py_walk(node->right, visit, context);
  sow__py_walk(node->items, visit, context);
}

void sow__py_walk_one(const sow__py_node *node, sow__py_visit *visit, void *context) {
  walk_at(node, visit, context);
  for (const sow__py_node *next; (next = sow__py_elif(node)) != NULL; node = next)
    walk_at(next, visit, context);
  sow__py_walk(node->third, visit, context);
}

void sow__py_walk(const sow__py_node *node, sow__py_visit *visit, void *context) {
  for (; node != NULL; node = node->next)
    sow__py_walk_one(node, visit, context);
}
