/* Imports: which dotted name a name stands for. Nothing is looked up. */
#include <stdio.h>
#include <string.h>

#include "text/python_parse.h"

/* "a.b.c", also ".a" and "..": what a relative import names is nothing that sow knows. */
static sow_status read_dotted(sow__py_parser *p, const char **name) {
  sow__buffer joined = {0};
  sow_status status = SOW_OK;
  bool relative = false;
  while (sow__py_at(p, ".") || sow__py_at(p, "...")) {
    const sow__py_token *token = sow__py_peek(p);
    sow__buffer_fill(&joined, '.', token->end - token->begin);
    p->at++;
    relative = true;
  }
  while (status == SOW_OK && !(relative && sow__py_at(p, "import"))) {
    const char *part;
    status = sow__py_name(p, "a module's name", &part);
    if (status == SOW_OK)
      sow__buffer_text(&joined, part);
    if (status == SOW_OK && !sow__py_take(p, "."))
      break;
    sow__buffer_text(&joined, ".");
  }
  if (status == SOW_OK) {
    *name = joined.failed ? NULL : sow__arena_copy(p->arena, joined.data, joined.length);
    status = *name ? SOW_OK : sow__py_no_memory(p);
  }
  sow__buffer_free(&joined);
  return status;
}

/* The name that is bound, and the dotted name that it then stands for. */
static sow_status add_import(sow__py_parser *p, const sow__py_token *token, const char *name,
                             const char *path, sow__py_node ***tail) {
  sow__py_node *node = sow__py_node_new(p, SOW__PY_NAME, token);
  if (node == NULL)
    return sow__py_no_memory(p);
  node->left = sow__py_node_new(p, SOW__PY_NAME, token);
  if (node->left == NULL)
    return sow__py_no_memory(p);
  node->text = name;
  node->left->text = path;
  **tail = node;
  *tail = &node->next;
  return strcmp(name, "*") == 0 ? SOW_OK : sow__py_bind(p, name);
}

/* import a.b as c: c is a.b; import a.b: a is a */
sow_status sow__py_import(sow__py_parser *p, sow__py_node **tail) {
  sow_status status = SOW_OK;
  do {
    const sow__py_token token = *sow__py_peek(p);
    const char *path = "", *name = "";
    status = read_dotted(p, &path);
    if (status != SOW_OK)
      return status;
    if (sow__py_take(p, "as")) {
      status = sow__py_name(p, "a name after 'as'", &name);
    } else {
      name = sow__arena_copy(p->arena, path, strcspn(path, "."));
      path = name;
      status = name ? SOW_OK : sow__py_no_memory(p);
    }
    if (status == SOW_OK)
      status = add_import(p, &token, name, path, &tail);
  } while (status == SOW_OK && sow__py_take(p, ","));
  return status;
}

static sow_status join_path(sow__py_parser *p, const char *package, const char *name, const char **path) {
  size_t length = strlen(package) + strlen(name) + 2;
  char *joined = sow__arena_alloc(p->arena, length);
  if (joined == NULL)
    return sow__py_no_memory(p);
  snprintf(joined, length, "%s.%s", package, name);
  *path = joined;
  return SOW_OK;
}

/* from a.b import c as d, e */
sow_status sow__py_import_from(sow__py_parser *p, sow__py_node **tail) {
  const char *package = "", *name = "", *path = "";
  sow_status status = read_dotted(p, &package);
  if (status == SOW_OK)
    status = sow__py_need(p, "import", "'import'");
  if (status != SOW_OK)
    return status;
  const sow__py_token star = *sow__py_peek(p);
  if (sow__py_take(p, "*"))
    return add_import(p, &star, "*", package, &tail);
  bool brackets = sow__py_take(p, "(");
  do {
    const sow__py_token token = *sow__py_peek(p);
    status = sow__py_name(p, "a name to import", &name);
    if (status == SOW_OK)
      status = join_path(p, package, name, &path);
    if (status == SOW_OK && sow__py_take(p, "as"))
      status = sow__py_name(p, "a name after 'as'", &name);
    if (status == SOW_OK)
      status = add_import(p, &token, name, path, &tail);
  } while (status == SOW_OK && sow__py_take(p, ",") && !(brackets && sow__py_at(p, ")")));
  return status == SOW_OK && brackets ? sow__py_need(p, ")", "',' or ')'") : status;
}
