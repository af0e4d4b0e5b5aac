#include "text/ruleset.h"

#include <stdlib.h>
#include <string.h>

#include "text/python_rules.h"
#include "text/rule_line.h"

sow_status sow__rules_new(const char *text, size_t length, const char *source, sow_rules **rules,
                          sow_error *error) {
  if (length > SOW__RULES_BYTES)
    return sow__fail(error, SOW_LIMIT, "rules may have 16 MiB, not %zu bytes", length);
  sow_rules *made = calloc(1, sizeof *made);
  if (made == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  char *bytes = sow__arena_copy(&made->arena, length > 0 ? text : "", length);
  char *name = source ? sow__arena_copy(&made->arena, source, strlen(source)) : NULL;
  if (bytes == NULL || (source != NULL && name == NULL)) {
    sow_rules_free(made);
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  }
  made->text = (sow__text){name, bytes, length};
  *rules = made;
  return SOW_OK;
}

void sow_rules_free(sow_rules *rules) {
  if (rules == NULL)
    return;
  sow__arena_free(&rules->arena);
  free(rules);
}

static void print_lines(sow__buffer *out, const sow__text *text, const sow__rule_line *line, size_t indent) {
  for (; line != NULL; line = line->next) {
    sow__buffer_fill(out, ' ', indent);
    sow__buffer_text(out, line->glob);
    sow__rule_line_print(text, line, out);
    sow__buffer_text(out, "\n");
  }
}

static void print_block(sow__buffer *out, const sow__text *text, const sow__rule_block *block) {
  for (const sow__rule_glob *glob = block->globs; glob != NULL; glob = glob->next)
    sow__buffer_printf(out, "%s%s%s", glob == block->globs ? "  " : ", ", glob->glob,
                       glob->next == NULL ? ":\n" : "");
  print_lines(out, text, block->lines, block->globs ? 4 : 2);
}

sow_status sow_rules_print(const sow_rules *rules, char **text, size_t *length, sow_error *error) {
  sow__buffer out = {0};
  for (const sow__rule_pass *pass = rules->passes; pass != NULL; pass = pass->next) {
    if (pass->python != NULL) {
      sow__python_print(pass->python, &out);
      continue;
    }
    static const char *const sections[] = {"apply", "named_parameters", "named_buffers"};
    sow__buffer_printf(&out, "%s%s%s:\n", sections[pass->walk], pass->path != NULL ? " " : "",
                       pass->path != NULL ? pass->path : "");
    for (const sow__rule_block *block = pass->blocks; block != NULL; block = block->next)
      print_block(&out, &rules->text, block);
  }
  return sow__buffer_take(&out, text, length, error);
}
