#include "text/library_table.h"

#include <stdlib.h>
#include <string.h>

#include "text/class_table.h"

/* The word that begins at *at, which moves behind it; 0 behind the last one. */
static size_t next_word(const char **at, const char **word) {
  *word = *at + strspn(*at, " ");
  size_t length = strcspn(*word, " ");
  *at = *word + length;
  return length;
}

static bool has_word(const char *words, const char *word, size_t length) {
  const char *each;
  for (size_t n; (n = next_word(&words, &each)) > 0;)
    if (n == length && memcmp(each, word, length) == 0)
      return true;
  return false;
}

/* ---- aliases ---- */

static const char *of_family(const sow__library_family *family, const char *class_name) {
  size_t length = strlen(class_name), tail = strlen(family->suffix);
  if (length < tail || strcmp(class_name + length - tail, family->suffix) != 0)
    return NULL;
  bool whole = length == tail;
  return has_word(family->prefixes, whole ? "-" : class_name, whole ? 1 : length - tail) ? family->target
                                                                                         : NULL;
}

const char *sow__library_alias(const char *class_name) {
  for (size_t i = 0; i < sow__library_family_count; i++) {
    const char *target = of_family(&sow__library_families[i], class_name);
    if (target != NULL)
      return target;
  }
  return sow__shipped_alias(class_name);
}

/* ---- children ---- */

static const sow__printed_child *find_child(const sow__printed *node, const char *name, size_t length) {
  for (size_t i = 0; i < node->child_count; i++) {
    const sow__printed_child *child = &node->children[i];
    if (!child->folded && strlen(child->name) == length && memcmp(child->name, name, length) == 0)
      return child;
  }
  return NULL;
}

static size_t count_modules(const sow__printed *node) {
  size_t count = 0;
  for (size_t i = 0; i < node->child_count; i++)
    count += node->children[i].value->kind == SOW__PRINTED_MODULE;
  return count;
}

static bool has_children(const sow__printed *node, const char *children) {
  if (strcmp(children, "-") == 0)
    return count_modules(node) == 0;
  bool only = children[0] == '=';
  const char *at = children + only, *name;
  size_t names = 0;
  for (size_t length; (length = next_word(&at, &name)) > 0; names++)
    if (find_child(node, name, length) == NULL)
      return false;
  return !only || names == count_modules(node);
}

/* ---- classes ---- */

static int compare_name(const void *name, const void *row) {
  return strcmp(name, ((const sow__library_class *)row)->name);
}

/* Some row of that name; others of it stand around it. */
static const sow__library_class *find_name(const sow__library_class *rows, size_t count, const char *name) {
  return bsearch(name, rows, count, sizeof *rows, compare_name);
}

static const sow__library_class *find(const sow__library_class *rows, size_t count, const char *name,
                                      const sow__printed *node) {
  const sow__library_class *row = find_name(rows, count, name);
  if (row == NULL)
    return NULL;
  while (row > rows && strcmp(row[-1].name, name) == 0)
    row--;
  for (; row < rows + count && strcmp(row->name, name) == 0; row++)
    if (has_children(node, row->children))
      return row;
  return NULL;
}

/* What one always holds; where there is no such tensor, any of them. */
static bool is_written_in(const sow__library_class *row, const sow__printed *node) {
  const char *at = row->holds, *name;
  size_t always = 0, any = 0;
  for (size_t length; (length = next_word(&at, &name)) > 0;) {
    bool sometimes = name[length - 1] == '?';
    const sow__printed_child *child = find_child(node, name, length - sometimes);
    bool there = child != NULL && child->value->kind == SOW__PRINTED_PARAMETER;
    if (!sometimes && !there)
      return false;
    always += !sometimes;
    any += there;
  }
  return always + any > 0;
}

const sow__library_class *sow__library_holder(const char *class_name, const sow__printed *node) {
  const sow__library_class *row = find(sow__library_holders, sow__library_holder_count, class_name, node);
  return row != NULL && is_written_in(row, node) ? NULL : row;
}

bool sow__library_has_holder(const char *class_name) {
  return find_name(sow__library_holders, sow__library_holder_count, class_name) != NULL;
}

bool sow__library_initialises_again(const char *class_name, const sow__printed *node) {
  return find(sow__library_again, sow__library_again_count, class_name, node) != NULL;
}

static int compare_text(const void *name, const void *row) {
  return strcmp(name, *(const char *const *)row);
}

bool sow__library_is_plain(const char *class_name) {
  return bsearch(class_name, sow__library_plain, sow__library_plain_count, sizeof *sow__library_plain,
                 compare_text) != NULL;
}
