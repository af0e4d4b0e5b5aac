#include "text/ruleset.h"

#include <stdlib.h>

void sow_rules_free(sow_rules *rules) {
  if (rules == NULL)
    return;
  sow__arena_free(&rules->arena);
  free(rules);
}

static void print_lines(sow__buffer *out, const sow__rule_line *line, size_t indent) {
  char call[SOW_INITIALIZER_TEXT_SIZE];
  for (; line != NULL; line = line->next) {
    sow_initializer_print(line->initializer, call, sizeof call);
    sow__buffer_fill(out, ' ', indent);
    sow__buffer_printf(out, "%s = %s\n", line->glob, call);
  }
}

static void print_block(sow__buffer *out, const sow__rule_block *block) {
  for (const sow__rule_glob *glob = block->globs; glob != NULL; glob = glob->next)
    sow__buffer_printf(out, "%s%s%s", glob == block->globs ? "  " : ", ", glob->glob,
                       glob->next == NULL ? ":\n" : "");
  print_lines(out, block->lines, block->globs ? 4 : 2);
}

sow_status sow_rules_print(const sow_rules *rules, char **text, size_t *length, sow_error *error) {
  sow__buffer out = {0};
  for (const sow__rule_pass *pass = rules->passes; pass != NULL; pass = pass->next) {
    sow__buffer_text(&out, pass->named ? "named_parameters:\n" : "apply:\n");
    for (const sow__rule_block *block = pass->blocks; block != NULL; block = block->next)
      print_block(&out, block);
  }
  return sow__buffer_take(&out, text, length, error);
}
