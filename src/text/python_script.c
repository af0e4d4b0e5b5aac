/*
 * A file may be a whole script: what stands at its top beside the function is run by Python before there is a
 * model of sow's. A statement that sow does not understand is passed over where it cannot initialise
 * anything, and the one that applies the function to the script's own model says which function it is.
 */
#include <string.h>

#include "base/names.h"
#include "text/python_rules.h"

typedef struct search {
  const sow__py_frame *frame;
  bool found;
  size_t left; /* functions that may still be looked into */
} search;

static const sow__py_value *value_of(const sow__py_frame *frame, const char *name) {
  for (; frame != NULL; frame = frame->outer) {
    size_t i = sow__py_local(frame->function, name);
    if (i < frame->function->local_count)
      return frame->bound[i] ? &frame->values[i] : NULL;
  }
  return NULL;
}

/* The name that a chain of attributes, calls and items begins with; NULL where it is none. */
static const char *root_of(const sow__py_node *node) {
  while (node != NULL &&
         (node->kind == SOW__PY_ATTRIBUTE || node->kind == SOW__PY_CALL || node->kind == SOW__PY_INDEX))
    node = node->left;
  return node != NULL && node->kind == SOW__PY_NAME ? node->text : NULL;
}

/* Generators that torch's CPU tensors are not drawn from. */
static bool is_other_generator(const search *s, const sow__py_node *callee) {
  const char *root = root_of(callee);
  const sow__py_value *value = root ? value_of(s->frame, root) : NULL;
  const char *path = value != NULL && value->type == SOW__PY_PATH ? value->text : root ? root : "";
  for (const sow__py_node *node = callee; node != NULL && node->kind == SOW__PY_ATTRIBUTE; node = node->left)
    if (strcmp(node->text, "cuda") == 0)
      return true;
  return sow__text_begins(path, "random") || sow__text_begins(path, "numpy") || strcmp(path, "np") == 0;
}

/* Calls that may change a tensor, the stream, or how both are made. */
static bool is_telling(const search *s, const sow__py_node *callee) {
  static const char *const parts[] = {"set_default", "reset_parameters", "load_state_dict",
                                      "parametrizations"};
  const char *name = callee->text;
  if (name == NULL || (callee->kind != SOW__PY_NAME && callee->kind != SOW__PY_ATTRIBUTE))
    return false;
  size_t length = strlen(name);
  if ((length > 1 && name[length - 1] == '_' && name[length - 2] != '_') ||
      (callee->kind == SOW__PY_ATTRIBUTE && strcmp(name, "apply") == 0))
    return true;
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
    if (strstr(name, parts[i]) != NULL)
      return true;
  if (sow__py_is_initializer(name) && strcmp(name, "calculate_gain") != 0)
    return true;
  return strstr(name, "seed") != NULL && !is_other_generator(s, callee);
}

/* m.weight = …, net.fc.bias.data[:] = …, nn.init.x = …: not os.environ['X'] = …,
 * torch.backends.cudnn.benchmark = … */
static bool is_telling_target(const search *s, const sow__py_node *target) {
  static const char *const names[] = {"weight", "bias", "data", "nn", "init", NULL};
  const char *root = root_of(target);
  const sow__py_value *value = root ? value_of(s->frame, root) : NULL;
  if (target->kind == SOW__PY_INDEX && value != NULL && value->type == SOW__PY_UNUSABLE)
    return true;
  if (root != NULL && target->kind != SOW__PY_NAME && (strcmp(root, "nn") == 0 || strcmp(root, "init") == 0))
    return true;
  for (const sow__py_node *node = target; node != NULL && node->kind == SOW__PY_ATTRIBUTE; node = node->left)
    if (sow__text_is_one_of(node->text, names))
      return true;
  return false;
}

static void look_at(void *context, const sow__py_node *node);

/* A function of the file, called or handed on. */
static void look_into(search *s, const char *name) {
  const sow__py_value *value = value_of(s->frame, name);
  if (value == NULL || value->type != SOW__PY_CLOSURE || s->left == 0)
    return;
  s->left--;
  sow__py_walk(value->closure->function->body, look_at, s);
}

static void look_at(void *context, const sow__py_node *node) {
  search *s = context;
  if (s->found)
    return;
  if (node->kind == SOW__PY_CALL)
    s->found = s->found || is_telling(s, node->left);
  if (node->kind == SOW__PY_NAME)
    look_into(s, node->text);
  for (const sow__py_node *one = node->kind == SOW__PY_ASSIGN ? node->items : NULL; one != NULL;
       one = one->next)
    s->found = s->found || is_telling_target(s, one);
  if (node->kind == SOW__PY_AUGMENTED)
    s->found = s->found || is_telling_target(s, node->left);
}

bool sow__py_may_initialise(const sow__py_frame *frame, const sow__py_node *node) {
  search s = {.frame = frame, .left = 32};
  sow__py_walk_one(node, look_at, &s);
  return s.found;
}

/* ---- what a statement that is not understood may have changed ---- */

typedef struct spoiling {
  sow__py_frame *top;
  const sow__py_class *classes;
  const sow__py_function *within; /* whose body is looked at; NULL for the statement itself */
  const sow__py_value *unusable;  /* NULL: nothing is changed, only found */
  bool found;
  bool arguments; /* a function that is called changes what it is given */
  size_t left;    /* functions that may still be looked into */
} spoiling;

static bool may_change(const sow__py_value *value) {
  return value != NULL &&
         (value->type == SOW__PY_LIST_OF || value->type == SOW__PY_DICT_OF || value->type == SOW__PY_SET_OF);
}

/* A list under all the names of the file that it has. */
static void spoil_value(spoiling *s, const sow__py_value *value) {
  if (!may_change(value))
    return;
  const sow__py_list *list = value->list;
  s->found = true;
  for (size_t i = 0; s->unusable != NULL && i < s->top->function->local_count; i++)
    if (s->top->bound[i] && may_change(&s->top->values[i]) && s->top->values[i].list == list)
      s->top->values[i] = *s->unusable;
}

static void spoil_name(spoiling *s, const char *name) {
  const sow__py_value *value = name ? value_of(s->top, name) : NULL;
  if (name != NULL && s->within != NULL && sow__py_local(s->within, name) < s->within->local_count) {
    s->arguments = true;
    return;
  }
  spoil_value(s, value);
}

static void spoil_at(void *context, const sow__py_node *node);

/* What a function changes itself; whether it changes what it is given is the answer. */
static bool spoil_by(spoiling *s, const sow__py_function *function) {
  const sow__py_function *within = s->within;
  const bool arguments = s->arguments;
  if (s->left == 0)
    return false;
  s->left--;
  s->found = s->found || function->outside_count > 0; /* global STD */
  for (size_t i = 0; s->unusable != NULL && i < function->outside_count; i++)
    sow__py_set_local(s->top, function->outside[i], s->unusable);
  s->within = function;
  s->arguments = function->broken != NULL;
  sow__py_walk(function->body, spoil_at, s);
  const bool changes = s->arguments;
  s->within = within;
  s->arguments = arguments;
  return changes;
}

/* The same of methods of this name: sow does not know whose object it is. */
static bool spoil_by_methods(spoiling *s, const char *name) {
  bool changes = false;
  for (const sow__py_class *class = s->classes; class != NULL; class = class->next)
    for (const sow__py_node *method = class->definitions; method != NULL; method = method->next)
      if (strcmp(method->function->name, name) == 0 && spoil_by(s, method->function))
        changes = true;
  return changes;
}

/* Whether a call of this changes what it is given. */
static bool spoil_by_callee(spoiling *s, const sow__py_node *callee) {
  if (callee->kind == SOW__PY_ATTRIBUTE)
    return spoil_by_methods(s, callee->text);
  const sow__py_value *value = callee->kind == SOW__PY_NAME ? value_of(s->top, callee->text) : NULL;
  if (value == NULL)
    return false;
  if (value->type == SOW__PY_METHOD) /* add = names.append */
    spoil_value(s, &value->list->items[0]);
  if (value->type == SOW__PY_CLOSURE)
    return spoil_by(s, value->closure->function);
  if (value->type == SOW__PY_TYPE)
    return spoil_by_methods(s, "__init__");
  return value->type == SOW__PY_UNUSABLE && spoil_by_methods(s, "__call__");
}

static void spoil_call(spoiling *s, const sow__py_node *call) {
  const bool changes = spoil_by_callee(s, call->left);
  for (const sow__py_node *one = changes ? call->items : NULL; one != NULL; one = one->next)
    if (one->left->kind == SOW__PY_NAME)
      spoil_name(s, one->left->text);
}

static void spoil_at(void *context, const sow__py_node *node) {
  /* Methods that change nothing: add_argument(choices=KINDS.keys()) */
  static const char *const looks[] = {"keys", "values", "items", "get", "copy", "index", "count", NULL};
  spoiling *s = context;
  if (node->kind == SOW__PY_ATTRIBUTE && !sow__text_is_one_of(node->text, looks))
    spoil_name(s, root_of(node));
  if (node->kind == SOW__PY_CALL)
    spoil_call(s, node);
  const bool targets = node->kind == SOW__PY_ASSIGN || node->kind == SOW__PY_DELETE;
  for (const sow__py_node *one = targets ? node->items : NULL; one != NULL; one = one->next)
    if (one->kind != SOW__PY_NAME)
      spoil_name(s, root_of(one));
  if (node->kind == SOW__PY_AUGMENTED)
    spoil_name(s, root_of(node->left));
}

void sow__py_spoil(sow__py *py, sow__py_frame *top, const sow__py_node *statement,
                   const sow__py_value *unusable) {
  spoiling s = {.top = top, .classes = py->program->classes, .unusable = unusable, .left = 32};
  sow__py_walk_one(statement, spoil_at, &s);
}

bool sow__py_spoil_by_class(sow__py *py, sow__py_frame *top, const sow__py_node *class,
                            const sow__py_value *unusable) {
  spoiling s = {.top = top, .classes = py->program->classes, .unusable = unusable, .left = 32};
  spoil_by(&s, class->function);
  if (class->left != NULL && py->program->has_subclass_hook)
    spoil_by_methods(&s, "__init_subclass__");
  for (const sow__py_node *decorator = class->right; decorator != NULL; decorator = decorator->next) {
    sow__py_walk_one(decorator, spoil_at, &s); /* @register("Conv") */
    spoil_by_callee(&s, decorator);            /* @register */
  }
  return s.found;
}

/* ---- the call that says which function it is ---- */

/* A name of the script's own model: what sow does not know, or what nothing has been said of. */
static bool is_model(const sow__py_frame *top, const sow__py_node *node) {
  if (node == NULL || node->kind != SOW__PY_NAME)
    return false;
  const sow__py_value *value = value_of(top, node->text);
  return value == NULL || value->type == SOW__PY_UNUSABLE;
}

/* net.apply(f), init_weights(net, 0.02): where the model stands; NULL for any other call. */
static const sow__py_node *model_of(const sow__py_frame *top, const sow__py_node *call) {
  const sow__py_node *callee = call->left, *first = call->items;
  if (callee->kind == SOW__PY_ATTRIBUTE && strcmp(callee->text, "apply") == 0 && first != NULL)
    return is_model(top, callee->left) ? callee->left : NULL;
  const sow__py_value *function = callee->kind == SOW__PY_NAME ? value_of(top, callee->text) : NULL;
  bool given = function != NULL && function->type == SOW__PY_CLOSURE && first != NULL && first->op == 0 &&
               first->text == NULL && is_model(top, first->left);
  return given && sow__py_may_initialise(top, function->closure->function->body) ? first->left : NULL;
}

/* Where a call begins: an attribute's node is at its name. */
static size_t start_of(const sow__py_node *call, const sow__py_node *model) {
  return model->begin < call->begin ? model->begin : call->begin;
}

/* Whether two calls say the same of models of other names: netG.apply(f), netD.apply(f). */
static bool is_same(const sow__text *text, const sow__py_node *a, const sow__py_node *a_model,
                    const sow__py_node *b, const sow__py_node *b_model) {
  const size_t a_start = start_of(a, a_model), b_start = start_of(b, b_model);
  const size_t before = a_model->begin - a_start, behind = a->end - a_model->end;
  return before == b_model->begin - b_start && behind == b->end - b_model->end &&
         memcmp(text->bytes + a_start, text->bytes + b_start, before) == 0 &&
         memcmp(text->bytes + a_model->end, text->bytes + b_model->end, behind) == 0;
}

bool sow__py_note_call(sow__py *py, const sow__py_frame *top, const sow__py_node *statement) {
  sow__py_program *program = py->program;
  bool stands = statement->kind == SOW__PY_EXPRESSION || statement->kind == SOW__PY_ASSIGN;
  const sow__py_node *call = stands ? statement->left : NULL;
  const sow__py_node *model = call != NULL && call->kind == SOW__PY_CALL ? model_of(top, call) : NULL;
  if (model == NULL)
    return false;
  if (program->call == NULL) {
    program->call = call;
    program->call_model = model;
  } else if (!is_same(py->text, program->call, program->call_model, call, model)) {
    program->calls_differ = true;
  }
  return true;
}
