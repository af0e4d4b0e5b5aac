/* What the tests of trees share: a root, and what is expected of the tree that was built on it. */
#ifndef LAYER_CHECKS_H
#define LAYER_CHECKS_H

#include "tree_text.h"

#include "sow/sow.h"

#define KAIMING "kaiming_uniform_(a=2.23606797749979, mode='fan_in', nonlinearity='leaky_relu')"

static inline sow_module *net(void) {
  sow_module *root = sow_module_new("Net");
  assert_non_null(root);
  return root;
}

/* Both free the tree. */
static inline void check(sow_module *root, const char *keys, const char *events) {
  assert_built(root);
  assert_keys(root, keys);
  assert_events(root, events);
  sow_module_free(root);
}

static inline void refused(sow_module *root, sow_status status, const char *part) {
  assert_failure(root, status, part);
  sow_module_free(root);
}

#endif
