/* Python read into a syntax tree. */
#ifndef SOW_TEXT_PYTHON_PARSE_H
#define SOW_TEXT_PYTHON_PARSE_H

#include "base/memory.h"
#include "text/python_tree.h"

/* A file, or a text that is one expression. It lives as long as the arena. */
typedef struct sow__py_file {
  sow__py_function *module; /* its statements, or the expression, are the body */
  size_t function_count;    /* all that were made, module included */
} sow__py_file;

/*
 * Reads a file, or one expression where the part is bracketed; functions are counted on from `count`. A
 * function whose body is not understood is kept as broken, and so is a name at the top of the file that is
 * given a value which is not: a file may hold more than initialises. SOW_SYNTAX, SOW_LIMIT (over 1 MiB,
 * nesting), SOW_NO_MEMORY.
 */
sow_status sow__py_parse(const sow__py_part *part, size_t count, sow__arena *arena, sow__py_file *file,
                         sow_error *error);

/* ---- what the parser's files share ---- */

#define SOW__PY_NESTING 200 /* expressions within one another */

typedef struct sow__py_parser {
  const sow__py_part *part;
  sow__py_tokens tokens;
  size_t at; /* the next token */
  sow__arena *arena;
  sow_error *error;
  sow__py_function *function; /* that is being read */
  size_t function_count, depth;
  size_t loops; /* of the function, around the next token */
} sow__py_parser;

const sow__py_token *sow__py_peek(const sow__py_parser *p);
/* Whether the next token is this word or sign. */
bool sow__py_at(const sow__py_parser *p, const char *text);
/* Takes the next token if it is. */
bool sow__py_take(sow__py_parser *p, const char *text);
/* Takes it or fails. */
sow_status sow__py_need(sow__py_parser *p, const char *text, const char *what);
/* "expected WHAT, not 'x'" at the next token. */
sow_status sow__py_expected(const sow__py_parser *p, const char *what);
sow_status sow__py_fail_at(const sow__py_parser *p, size_t at, sow_status status, const char *message);

/* Whether the next token is a name, and no keyword. */
bool sow__py_at_name(const sow__py_parser *p);
/* Takes a name into the arena. */
sow_status sow__py_name(sow__py_parser *p, const char *what, const char **name);

/* A node that begins at this token; NULL when memory is short. */
sow__py_node *sow__py_node_new(sow__py_parser *p, sow__py_kind kind, const sow__py_token *first);
sow__py_function *sow__py_function_new(sow__py_parser *p, const char *name, const sow__py_token *first);
/* The function that is being read binds this name. */
sow_status sow__py_bind(sow__py_parser *p, const char *name);
/* Every name in a target of an assignment, with what cannot be one refused. */
sow_status sow__py_bind_target(sow__py_parser *p, const sow__py_node *target);

/* One expression without commas on its outside. */
sow_status sow__py_expression(sow__py_parser *p, sow__py_node **out);
/* The same but for lambdas and `x if c else y`: what may stand before the next clause of a comprehension. */
sow_status sow__py_disjunction(sow__py_parser *p, sow__py_node **out);
/* A value with what follows it: .name, (…), […]. */
sow_status sow__py_primary(sow__py_parser *p, sow__py_node **out);
/* A node over others that have been read. */
sow_status sow__py_join(sow__py_parser *p, sow__py_kind kind, const sow__py_token *place, sow__py_node *left,
                        sow__py_node *right, sow__py_node **out);
/* What `read` reads, or '*' and a value. */
sow_status sow__py_starred(sow__py_parser *p, sow_status (*read)(sow__py_parser *, sow__py_node **),
                           sow__py_node **out);
/* Expressions with commas between them are a tuple. */
sow_status sow__py_expressions(sow__py_parser *p, sow__py_node **out);
/* What may be assigned to: as expressions, but no further than an 'in'. */
sow_status sow__py_targets(sow__py_parser *p, sow__py_node **out);
/* Parameters up to `close`, which is left: of a def (annotations allowed) or a lambda. */
sow_status sow__py_parameters(sow__py_parser *p, const char *close, bool annotated);
/* A compound statement, or the ones on a line: a list through next. */
sow_status sow__py_statement(sow__py_parser *p, sow__py_node **out);
/* ':' and what follows it; `what` is the word before. */
sow_status sow__py_block(sow__py_parser *p, const char *what, sow__py_node **out);
/* A def or a class, with the decorators before it. */
sow_status sow__py_definition(sow__py_parser *p, sow__py_node **out);
/* The statements of the file, to its end. */
sow_status sow__py_statements(sow__py_parser *p, sow__py_node **out);
/* What follows `import`, and `from`. */
sow_status sow__py_import(sow__py_parser *p, sow__py_node **tail);
sow_status sow__py_import_from(sow__py_parser *p, sow__py_node **tail);
/* Literals: a number, and strings that stand beside one another. */
sow_status sow__py_number(sow__py_parser *p, sow__py_node **out);
sow_status sow__py_strings(sow__py_parser *p, sow__py_node **out);

sow_status sow__py_no_memory(const sow__py_parser *p);

#endif
