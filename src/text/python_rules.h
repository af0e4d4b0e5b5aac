/* A function of Python as rules: chosen in its file, run over a tree, and written as a section of rules. */
#ifndef SOW_TEXT_PYTHON_RULES_H
#define SOW_TEXT_PYTHON_RULES_H

#include "text/python_run.h"

typedef struct sow__python sow__python;

/*
 * Reads the file and chooses what of it runs: `selection` is a function's name, "Class.method", a call such
 * as "model.apply(weights_init(0.02))", or "" for the one function that there is. All lives as long as the
 * arena, and so must the text.
 */
sow_status sow__python_parse(const sow__py_part *part, const char *selection, sow__arena *arena,
                             sow__python **python, sow_error *error);

/* Runs it. SOW_UNUSED_RULE where it initialises nothing, unless that is allowed. */
sow_status sow__python_run(const sow__python *python, sow_module *module, bool allow_unused,
                           sow_error *error);

/* "python weights_init:" and the file, as a section of rules. */
void sow__python_print(const sow__python *python, sow__buffer *out);

/* ---- how a function is to be called: python_choice.c ---- */

typedef enum sow__py_how {
  SOW__PY_APPLIED, /* model.apply(f) */
  SOW__PY_CALLED,  /* f(model) */
  SOW__PY_EITHER   /* both could be meant, and would give other weights */
} sow__py_how;

/* By what the function does with its parameter `at`, and else by how that is called. */
sow__py_how sow__py_choose_call(const sow__py_program *program, const sow__py_function *function, size_t at);

#endif
