/* The syntax tree of a file of Python, as far as functions that initialise need it. */
#ifndef SOW_TEXT_PYTHON_TREE_H
#define SOW_TEXT_PYTHON_TREE_H

#include "text/python_token.h"

typedef enum sow__py_kind {
  /* expressions */
  SOW__PY_CONSTANT,      /* value */
  SOW__PY_NAME,          /* text */
  SOW__PY_ATTRIBUTE,     /* left . text */
  SOW__PY_CALL,          /* left ( items: ARGUMENT ) */
  SOW__PY_ARGUMENT,      /* left, its keyword in text; or '*' or SOW__POWER in op */
  SOW__PY_INDEX,         /* left [ right ] */
  SOW__PY_SLICE,         /* left : right : third, each may be NULL */
  SOW__PY_ELLIPSIS,      /* ... */
  SOW__PY_TUPLE,         /* items */
  SOW__PY_LIST,          /* items */
  SOW__PY_DICT,          /* items: PAIR */
  SOW__PY_SET,           /* items */
  SOW__PY_PAIR,          /* left : right; or **right, and left is NULL */
  SOW__PY_STARRED,       /* *left, among items or targets */
  SOW__PY_NAMED,         /* text := left */
  SOW__PY_UNARY,         /* op ('-', '+', '~', SOW__PY_NOT) left */
  SOW__PY_BINARY,        /* left op right */
  SOW__PY_AND,           /* left and right */
  SOW__PY_OR,            /* left or right */
  SOW__PY_COMPARE,       /* left, then items: COMPARISON */
  SOW__PY_COMPARISON,    /* op left */
  SOW__PY_CONDITIONAL,   /* right if left else third */
  SOW__PY_LAMBDA,        /* function */
  SOW__PY_COMPREHENSION, /* left for each of items: FOR_CLAUSE, IF_CLAUSE; its names are function's; op '[' or
                            '{', 0 for a generator */
  SOW__PY_FOR_CLAUSE,    /* for left in right */
  SOW__PY_IF_CLAUSE,     /* if left */
  SOW__PY_FORMAT,        /* f-string: items, each a CONSTANT or a value to be shown */
  SOW__PY_REFUSED,       /* what is Python but not understood: text says what, if it is ever reached */
  /* statements */
  SOW__PY_EXPRESSION, /* left */
  SOW__PY_ASSIGN,     /* items: targets; left: the value, NULL for an annotation only */
  SOW__PY_AUGMENTED,  /* left op= right */
  SOW__PY_IF,         /* left: items else third */
  SOW__PY_FOR,        /* left in right: items else third */
  SOW__PY_WHILE,      /* left: items else third */
  SOW__PY_WITH,       /* left: ARGUMENTs, the name in text; items: the block */
  SOW__PY_TRY,        /* items; right: EXCEPTs; third: else; left: finally */
  SOW__PY_EXCEPT,     /* left: what, NULL for all; its name in text; items: the block */
  SOW__PY_RETURN,     /* left, may be NULL */
  SOW__PY_RAISE,      /* left, may be NULL */
  SOW__PY_ASSERT,     /* left, right: what to say, may be NULL */
  SOW__PY_DELETE,     /* items: targets */
  SOW__PY_PASS,
  SOW__PY_BREAK,
  SOW__PY_CONTINUE,
  SOW__PY_DEF,    /* function; items: decorators */
  SOW__PY_CLASS,  /* text; left: TUPLE of bases; right: decorators; items: DEF; function: its other statements
                   */
  SOW__PY_IMPORT, /* items: NAME, bound to the dotted name in left's text; "*" for all of it */
  SOW__PY_BROKEN  /* text = …, whose value is not understood; broken says why, where it is used */
} sow__py_kind;

/* Operators of more than one character; the others are their character. */
enum {
  SOW__PY_NOT = 256, /* "not", "not in" */
  SOW__PY_IN,
  SOW__PY_NOT_IN,
  SOW__PY_IS,
  SOW__PY_IS_NOT,
  SOW__PY_EQUAL,
  SOW__PY_UNEQUAL,
  SOW__PY_AT_MOST,
  SOW__PY_AT_LEAST
};

struct sow__py_value;
typedef struct sow__py_node sow__py_node;
typedef struct sow__py_function sow__py_function;

struct sow__py_node {
  sow__py_kind kind;
  int op;
  uint32_t begin, end; /* bytes of the text */
  uint32_t line;
  const char *text;
  sow__py_node *left, *right, *third;
  sow__py_node *items; /* a list through next */
  sow__py_node *next;
  sow__py_function *function;
  const struct sow__py_value *value;
  const sow_error *broken;
};

/* The `elif` of an `if`; NULL for none. Whoever recurses follows it in a loop: chains may be long. */
static inline const sow__py_node *sow__py_elif(const sow__py_node *node) {
  const sow__py_node *third = node->kind == SOW__PY_IF ? node->third : NULL;
  return third != NULL && third->kind == SOW__PY_IF && third->next == NULL ? third : NULL;
}

/*
 * Visits a node, those behind it in its list, and all that they hold, the bodies of functions among them;
 * each before what it holds. Recursion as deep as the tree, which the parser bounds.
 */
typedef void sow__py_visit(void *context, const sow__py_node *node);
void sow__py_walk(const sow__py_node *node, sow__py_visit *visit, void *context);
/* The same without those behind it. */
void sow__py_walk_one(const sow__py_node *node, sow__py_visit *visit, void *context);

typedef enum sow__py_passing {
  SOW__PY_PLAIN,
  SOW__PY_KEYWORD_ONLY,
  SOW__PY_REST,    /* *args */
  SOW__PY_KEYWORDS /* **kwargs */
} sow__py_passing;

typedef struct sow__py_parameter {
  const char *name;
  sow__py_passing passing;
  sow__py_node *fallback; /* its default; NULL for none */
} sow__py_parameter;

#define SOW__PY_PARAMETERS 32

/* A def, a lambda, the scope of a comprehension or of a class, or the whole file. */
struct sow__py_function {
  const sow__text *text; /* that it stands in */
  const char *name;
  size_t index; /* among all of the file */
  uint32_t begin, line;
  sow__py_function *outer; /* whose names it sees; NULL for the file */
  const char *class_name;  /* of a method; NULL for others */
  sow__py_parameter *parameters;
  size_t parameter_count;
  const char **locals; /* every name that it binds, parameters first; in the arena */
  size_t local_count;
  const char **outside; /* names that it binds, and which are not its own: global, nonlocal; in the arena */
  size_t outside_count;
  bool has_inner;          /* functions within see its names after it has returned */
  sow__py_node *body;      /* statements; of a lambda an expression */
  const sow_error *broken; /* why the body is not understood; NULL where it is */
};

#endif
