/* A function of Python as rules: chosen in its file, run over a tree, and written as a section of rules. */
#ifndef SOW_TEXT_PYTHON_RULES_H
#define SOW_TEXT_PYTHON_RULES_H

#include "text/python_run.h"

typedef enum sow__py_how {
  SOW__PY_APPLIED, /* model.apply(f) */
  SOW__PY_CALLED,  /* f(model) */
  SOW__PY_EITHER   /* both could be meant, and would give other weights */
} sow__py_how;

typedef struct sow__python {
  sow__py_part part;
  const char *selection; /* as it was given */
  sow__py_program program;
  sow__py_how how;
  sow__py_value function;       /* what is applied or called; None where a call was given */
  const sow__py_function *call; /* the call that was given */
  sow__text call_text;
  bool takes_self; /* the root comes before the module */
} sow__python;

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

/* ---- what its files share ---- */

/* Runs the top of a file: its names get their values, or are broken. */
bool sow__py_run_top(sow__py *py, sow__py_frame *frame, const sow__py_node *statement);

/* Lists, dicts and sets of the file that a statement which failed may have changed become `unusable`. */
void sow__py_spoil(sow__py *py, sow__py_frame *top, const sow__py_node *statement,
                   const sow__py_value *unusable);
/* So do those that a class changes by what stands in it beside its methods, and by its decorators. Whether
 * there are any is the answer, and all there is where `unusable` is NULL. */
bool sow__py_spoil_by_class(sow__py *py, sow__py_frame *top, const sow__py_node *class,
                            const sow__py_value *unusable);

/* Keeps a call that applies a function to the script's own model; false for any other statement. */
bool sow__py_note_call(sow__py *py, const sow__py_frame *top, const sow__py_node *statement);

/* Chooses what runs, by python->selection. */
bool sow__python_choose(sow__py *py, sow__python *python, sow__arena *arena);

/* By what the function does with its parameter `at`, and else by how that is called. */
sow__py_how sow__py_choose_call(const sow__py_program *program, const sow__py_function *function, size_t at);

#endif
