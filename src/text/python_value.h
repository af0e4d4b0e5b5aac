/* The values of a function that initialises: Python's, and modules and tensors that hold no numbers yet. */
#ifndef SOW_TEXT_PYTHON_VALUE_H
#define SOW_TEXT_PYTHON_VALUE_H

#include "module/tree.h"
#include "text/expression.h"
#include "text/python_tree.h"

typedef enum sow__py_type {
  SOW__PY_NONE,
  SOW__PY_BOOL,     /* integer */
  SOW__PY_INT,      /* integer */
  SOW__PY_FLOAT,    /* number */
  SOW__PY_STR,      /* text */
  SOW__PY_TUPLE_OF, /* list */
  SOW__PY_LIST_OF,  /* list */
  SOW__PY_ITERATOR, /* iterator: parameters(), zip(…), (x for …) */
  SOW__PY_DICT_OF,  /* list: keys and values in turn */
  SOW__PY_SET_OF,   /* list; its order is Python's affair, so nothing goes over it */
  SOW__PY_MODULE,   /* module */
  SOW__PY_TENSOR,   /* text of module: a parameter; integer is 1 for a buffer, 2 for .data of a parameter */
  SOW__PY_VIEW, /* place: a part of a tensor, or another order of its elements; text and integer as there */
  SOW__PY_SLICE_OF, /* list: the three bounds of an index, None where there is none */
  SOW__PY_TYPE,     /* text: a class; integer is 1 for one of torch.nn's */
  SOW__PY_PATH,     /* text: a dotted name that an import brought: a package, a function, a class */
  SOW__PY_METHOD,   /* text of list[0] */
  SOW__PY_CLOSURE,  /* closure; integer is 1 for a static method */
  SOW__PY_PARTIAL,  /* list[0] with arguments: partial */
  SOW__PY_UNUSABLE  /* broken: what a name at the top of the file was given is not understood */
} sow__py_type;

typedef struct sow__py_value sow__py_value;

typedef struct sow__py_list {
  sow__py_value *items;
  size_t count, room;            /* items that there are, and places for them */
  size_t changes;                /* how often it was changed */
  const struct sow__py_list *of; /* the dict that it shows, as it was after `seen` changes; NULL for others */
  size_t seen;
  bool at_top;    /* it was made by the top of the file, which every module sees */
  bool is_torchs; /* m._parameters and its kin, features[:3]: to be looked at, but not to be changed */
} sow__py_list;

/* The names of a function that runs, or has run and left functions behind. */
typedef struct sow__py_frame {
  const sow__py_function *function;
  struct sow__py_frame *outer;
  sow__py_value *values; /* by the function's locals */
  bool *bound;
  struct sow__py_frame *next_free;
} sow__py_frame;

/* A function with the names around it and the values of its defaults. */
typedef struct sow__py_closure {
  const sow__py_function *function;
  sow__py_frame *outer;
  sow__py_value *fallbacks; /* one for each parameter */
  bool no_grad;             /* it is decorated with torch.no_grad() */
} sow__py_closure;

/* Where a part of a tensor, or its elements in another order, lies in the tensor's memory; in elements. */
typedef struct sow__py_place {
  sow_module *module; /* of the tensor */
  int ndim;
  const int64_t *sizes; /* the shape, then the strides */
  int64_t offset;
  const char *unclear; /* what gave it, where sow does not know where it lies; NULL */
} sow__py_place;

#define SOW__PY_ARGUMENTS 16

struct sow__py_value {
  sow__py_type type;
  int64_t integer;
  double number;
  const char *text;
  union {
    sow__py_list *list; /* of one object whatever names it has: a change is seen under all of them */
    struct sow__py_iterator *iterator;
    sow_module *module;
    const sow__py_place *place;
    const sow__py_closure *closure;
    const struct sow__py_arguments *partial;
    const sow_error *broken;
  };
};

/* What a call passes. */
typedef struct sow__py_arguments {
  size_t count;
  sow__py_value values[SOW__PY_ARGUMENTS];
  const char *keywords[SOW__PY_ARGUMENTS]; /* NULL: by position */
  size_t begins[SOW__PY_ARGUMENTS];        /* bytes of the text */
  sow__py_value callee;                    /* of a partial */
} sow__py_arguments;

sow__py_value sow__py_none(void);
sow__py_value sow__py_bool(bool value);
sow__py_value sow__py_int(int64_t value);
sow__py_value sow__py_float(double value);
sow__py_value sow__py_str(const char *text);  /* not copied */
sow__py_value sow__py_path(const char *text); /* not copied */
sow__py_value sow__py_module_value(sow_module *module);
/* A parameter or a buffer by its name; None where its slot is. */
sow__py_value sow__py_slot_value(sow_module *module, const sow__slot *slot, bool buffer);

/* bool, int or float. */
bool sow__py_is_number(const sow__py_value *value);
/* Of such, as a float. */
double sow__py_as_double(const sow__py_value *value);
/* tuple or list. */
bool sow__py_is_sequence(const sow__py_value *value);

/* "an int", "a Conv2d module": for messages. `buffer` holds what is made up. */
const char *sow__py_type_name(const sow__py_value *value, char buffer[SOW__QUOTE_SIZE]);

/* As the grammar of rules has it: for arithmetic and for arguments of initialisers. A WORD where it cannot.
 */
sow__text_value sow__py_to_rules(const sow__py_value *value, size_t begin);
/* Back; numbers, None and strings only. */
sow__py_value sow__py_from_rules(const sow__text_value *value);

/* What a comparison can answer, for sow cannot look into everything that Python can. */
typedef enum sow__py_answer { SOW__PY_NO, SOW__PY_YES, SOW__PY_UNSURE } sow__py_answer;

sow__py_answer sow__py_truth(const sow__py_value *value);
sow__py_answer sow__py_equal(const sow__py_value *a, const sow__py_value *b);
/* `is`. */
sow__py_answer sow__py_same(const sow__py_value *a, const sow__py_value *b);
/* Whether both are numbers, or strings. */
bool sow__py_have_order(const sow__py_value *a, const sow__py_value *b);
/* Of such: -1, 0, 1; 2 where they are not ordered (nan). */
int sow__py_order(const sow__py_value *a, const sow__py_value *b);

/* The tensor itself; NULL for other values, parts of one among them. */
const sow__tensor *sow__py_tensor(const sow__py_value *value);
/* A tensor, or a part of one. */
bool sow__py_is_tensor(const sow__py_value *value);

#endif
