/*
 * Rules: weights_init(m) and the loop over named_parameters(), as text, or the function itself. The languages
 * are in docs/rules.md.
 */
#ifndef SOW_RULES_H
#define SOW_RULES_H

#include "sow/module.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Parsed rules; immutable. */
typedef struct sow_rules sow_rules;

/*
 * Reads rules. `source` names the text in diagnostics and in the rule column of a plan
 * ("weights_init.rules:4") and may be NULL. SOW_SYNTAX, SOW_UNKNOWN_NAME, SOW_INVALID_ARGUMENT,
 * SOW_OVERFLOW for a number that is too large, SOW_UNSUPPORTED for an int that no float64 is, SOW_LIMIT (over
 * 16 MiB), SOW_NO_MEMORY. Thread-safe.
 */
SOW_API sow_status sow_rules_parse(const char *text, size_t length, const char *source, sow_rules **rules,
                                   sow_error *error);

typedef struct sow_python_options {
  size_t size;        /* sizeof the struct: see "options" in status.h */
  const char *source; /* as above */
  /*
   * What of the file runs: the name of a function ("weights_init", "Net._init_weights"), or a call of it for
   * `model` ("model.apply(weights_init(0.02))"); NULL for the one function that the file has.
   */
  const char *function;
} sow_python_options;

/*
 * Reads weights_init(m) as it stands in a file of Python: no Python runs. What of the language is understood
 * is in docs/rules.md; what is not is a failure that points at it. `options` may be NULL. SOW_SYNTAX,
 * SOW_UNKNOWN_NAME, SOW_INVALID_ARGUMENT, SOW_OVERFLOW, SOW_LIMIT (over 1 MiB, nesting, steps),
 * SOW_NO_MEMORY. Thread-safe.
 */
SOW_API sow_status sow_rules_parse_python(const char *text, size_t length, const sow_python_options *options,
                                          sow_rules **rules, sow_error *error);

/* NULL is fine. */
SOW_API void sow_rules_free(sow_rules *rules);

/*
 * Writes the rules in their canonical form, which parses to equal rules; free() *text. SOW_NO_MEMORY.
 * Thread-safe.
 */
SOW_API sow_status sow_rules_print(const sow_rules *rules, char **text, size_t *length, sow_error *error);

/*
 * Runs the passes in order over the tree of `module`. A block or line that matches nothing, or a function
 * that initialises nothing, is SOW_UNUSED_RULE unless `allow_unused`; on failure the tree may hold part of
 * the rules and is for freeing only. A function may fail where it comes to what is not known of a module, or
 * where Python would raise, and a line that asks for a part or a number that a tensor has not: the statuses
 * of parsing, and SOW_SHAPE. Warns where a line draws over the padding row of an embedding. SOW_NO_MEMORY.
 */
SOW_API sow_status sow_module_apply_rules(sow_module *module, const sow_rules *rules, bool allow_unused,
                                          sow_error *error);

#ifdef __cplusplus
}
#endif

#endif
