/* What stands behind a dot. */
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "module/build.h"
#include "module/index.h"
#include "text/python_view.h"
#include "text/torch_attributes.h"

/* ---- modules ---- */

/* Names that torch's layers give to parameters and buffers: what has one shows it, so a module without is
 * without. Whatever else begins so (weight_scale) may be anything. */
static bool is_tensor_name(const char *name) {
  static const char *const names[] = {"weight",
                                      "bias",
                                      "weight_ih",
                                      "weight_hh",
                                      "bias_ih",
                                      "bias_hh",
                                      "weight_ih_l0",
                                      "weight_hh_l0",
                                      "bias_ih_l0",
                                      "bias_hh_l0",
                                      "in_proj_weight",
                                      "in_proj_bias",
                                      "q_proj_weight",
                                      "k_proj_weight",
                                      "v_proj_weight",
                                      "running_mean",
                                      "running_var",
                                      "num_batches_tracked",
                                      NULL};
  return sow__text_is_one_of(name, names);
}

/* Whether the function has given some module such a name. */
static bool is_given(const sow__py *py, const char *name) {
  for (size_t i = 0; i < py->given_count; i++)
    if (strcmp(py->given[i], name) == 0)
      return true;
  return false;
}

static bool slots_dict(sow__py *py, sow_module *module, bool buffers, sow__py_value *out) {
  const sow__slot *slots = buffers ? module->buffers : module->parameters;
  size_t count = buffers ? module->buffer_count : module->parameter_count;
  sow__py_value *items;
  if (!sow__py_list_new(py, SOW__PY_DICT_OF, 2 * count, out, &items))
    return false;
  for (size_t i = 0; i < count; i++) {
    items[2 * i] = sow__py_str(slots[i].name);
    items[2 * i + 1] = sow__py_slot_value(module, &slots[i], buffers);
  }
  out->list->is_torchs = true;
  return true;
}

static bool children_dict(sow__py *py, sow_module *module, sow__py_value *out) {
  sow__py_value *items;
  if (!sow__py_list_new(py, SOW__PY_DICT_OF, 2 * module->child_count, out, &items))
    return false;
  for (size_t i = 0; i < module->child_count; i++) {
    items[2 * i] = sow__py_str(module->children[i].name);
    items[2 * i + 1] = sow__py_module_value(module->children[i].module);
  }
  out->list->is_torchs = true;
  return true;
}

/* The slots [from, to) of a recurrent layer: their names, or the tensors themselves. */
static bool slot_list(sow__py *py, sow_module *module, bool names, size_t from, size_t to,
                      sow__py_value *out) {
  sow__py_value *items;
  if (!sow__py_list_new(py, SOW__PY_LIST_OF, to - from, out, &items))
    return false;
  for (size_t i = from; i < to; i++) {
    const sow__slot *slot = &module->parameters[i];
    items[i - from] = names ? sow__py_str(slot->name) : sow__py_slot_value(module, slot, false);
  }
  out->list->is_torchs = true;
  return true;
}

/* weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 and so on: a list for each layer and direction. */
static bool rnn_weights(sow__py *py, sow_module *module, bool names, sow__py_value *out) {
  size_t groups = 0, group = 0, start = 0;
  const sow__slot *slots = module->parameters;
  sow__py_value *lists;
  for (size_t i = 0; i < module->parameter_count; i++)
    groups += sow__text_begins(slots[i].name, "weight_ih") ? 1 : 0;
  if (!sow__py_list_new(py, SOW__PY_LIST_OF, groups, out, &lists))
    return false;
  out->list->is_torchs = true;
  for (size_t i = 1; i <= module->parameter_count && group < groups; i++) {
    if (i < module->parameter_count && !sow__text_begins(slots[i].name, "weight_ih"))
      continue;
    if (!slot_list(py, module, names, start, i, &lists[group++]))
      return false;
    start = i;
  }
  return true;
}

/* What a recurrent layer keeps of its weights, under four names. */
static bool rnn_attribute(sow__py *py, sow_module *module, const char *name, sow__py_value *out) {
  if (strcmp(name, "_all_weights") == 0 || strcmp(name, "all_weights") == 0)
    return rnn_weights(py, module, name[0] == '_', out);
  if (strcmp(name, "_flat_weights_names") == 0 || strcmp(name, "_flat_weights") == 0)
    return slot_list(py, module, strcmp(name, "_flat_weights") != 0, 0, module->parameter_count, out);
  return false;
}

/* What is made when it is asked for; false also where it is none of them, and then *out is left. */
static bool made_attribute(sow__py *py, sow_module *module, const char *class_name, const char *name,
                           sow__py_value *out) {
  bool rnn = class_name != NULL && (strcmp(class_name, "LSTM") == 0 || strcmp(class_name, "GRU") == 0 ||
                                    strcmp(class_name, "RNN") == 0);
  if (strcmp(name, "_parameters") == 0 || strcmp(name, "_buffers") == 0)
    return slots_dict(py, module, name[1] == 'b', out);
  if (strcmp(name, "_modules") == 0)
    return children_dict(py, module, out);
  if (rnn && rnn_attribute(py, module, name, out))
    return true;
  if (strcmp(name, "training") == 0) {
    *out = sow__py_bool(true);
    return true;
  }
  if (strcmp(name, "__class__") == 0) {
    bool own = class_name != NULL && strcmp(class_name, module->class_name) == 0;
    *out = (sow__py_value){.type = SOW__PY_TYPE, .text = module->class_name, .integer = own ? 1 : 0};
    return true;
  }
  return false;
}

static bool find_member(sow_module *module, const char *name, sow__py_value *out) {
  const sow__member member = sow__member_find(module, name, strlen(name));
  switch (member.kind) {
  case SOW__MEMBER_CHILD:
    *out = sow__py_module_value(module->children[member.position].module);
    return true;
  case SOW__MEMBER_PARAMETER:
    *out = sow__py_slot_value(module, &module->parameters[member.position], false);
    return true;
  case SOW__MEMBER_BUFFER:
    *out = sow__py_slot_value(module, &module->buffers[member.position], true);
    return true;
  default:
    return false;
  }
}

static bool bind_method(sow__py *py, const sow__py_value *object, const char *name, sow__py_value *out) {
  sow__py_value *items;
  if (!sow__py_list_new(py, SOW__PY_METHOD, 1, out, &items))
    return false;
  items[0] = *object;
  out->text = name;
  return true;
}

bool sow__py_bind_method(sow__py *py, const sow_module *module, const char *name, sow__py_value *out) {
  const sow__py_value self = sow__py_module_value((sow_module *)module);
  return bind_method(py, &self, name, out);
}

static sow__py_found module_attribute(sow__py *py, sow_module *module, const char *name, sow__py_value *out,
                                      const char **why) {
  const char *class_name = sow__py_torch_class(module);
  if (is_given(py, name) || (py->trained && strcmp(name, "training") == 0)) {
    *why = "the function sets it, and sow does not follow which";
    return SOW__PY_UNKNOWN;
  }
  if (find_member(module, name, out) || made_attribute(py, module, class_name, name, out) ||
      sow__py_find_method(py, module, name, out))
    return SOW__PY_IS_THERE;
  sow__torch_has own = sow__torch_module_has(name);
  if (own == SOW__TORCH_HAS_METHOD)
    return sow__py_bind_method(py, module, name, out) ? SOW__PY_IS_THERE : SOW__PY_UNKNOWN;
  if (own == SOW__TORCH_HAS) {
    *why = "sow does not follow what nn.Module keeps for itself";
    return SOW__PY_IS_THERE;
  }
  if (class_name != NULL) {
    sow__py_found found = sow__py_layer_attribute(py, module, class_name, name, out, why);
    return found == SOW__PY_UNKNOWN && is_tensor_name(name) ? SOW__PY_ABSENT : found;
  }
  if (is_tensor_name(name))
    return SOW__PY_ABSENT;
  *why = "the print of a class that is not torch.nn's shows nothing of it but its parameters; write the "
         "number or the condition itself";
  return SOW__PY_UNKNOWN;
}

/* ---- tensors ---- */

static bool shape_of(sow__py *py, const sow__py_view *view, sow__py_value *out) {
  sow__py_value *items;
  if (!sow__py_list_new(py, SOW__PY_TUPLE_OF, (size_t)view->ndim, out, &items))
    return false;
  for (int i = 0; i < view->ndim; i++)
    items[i] = sow__py_int(view->shape[i]);
  return true;
}

/* w.T: the dimensions turned round; w.mT: the last two. */
static bool transposed(sow__py *py, const sow__py_value *object, const sow__py_view *view, bool all,
                       sow__py_value *out) {
  sow__py_view made = *view;
  const int first = all ? 0 : view->ndim - 2;
  for (int i = first; i < view->ndim; i++) {
    made.shape[i] = view->shape[view->ndim - 1 - (i - first)];
    made.strides[i] = view->strides[view->ndim - 1 - (i - first)];
  }
  return sow__py_view_new(py, object, &made, out);
}

static sow__py_found tensor_attribute(sow__py *py, const sow__py_value *object, const char *name,
                                      sow__py_value *out, const char **why) {
  static const char *const methods[] = {"size", "dim",     "numel",    "nelement", "ndimension", "detach",
                                        "view", "normal_", "uniform_", "fill_",    "zero_",      NULL};
  const bool all = strcmp(name, "T") == 0;
  sow__py_view view;
  bool done = true;
  sow__py_view_of(object, &view);
  if (strcmp(name, "data") == 0) {
    *out = *object;
    out->integer = object->integer == 0 ? 2 : object->integer;
  } else if (view.unclear != NULL) {
    *why = "sow does not follow which part of the tensor this is";
    return SOW__PY_UNKNOWN;
  } else if (strcmp(name, "shape") == 0) {
    done = shape_of(py, &view, out);
  } else if (strcmp(name, "ndim") == 0) {
    *out = sow__py_int(view.ndim);
  } else if (all || (strcmp(name, "mT") == 0 && view.ndim >= 2)) {
    done = transposed(py, object, &view, all, out);
  } else if (strcmp(name, "requires_grad") == 0 && !py->froze && object->type == SOW__PY_TENSOR) {
    *out = sow__py_bool(object->integer == 0);
  } else if (sow__text_is_one_of(name, methods)) {
    done = bind_method(py, object, name, out);
  } else {
    *why = strcmp(name, "requires_grad") == 0
               ? "the function sets it, and sow does not follow which"
               : "of a tensor its shape, size(), dim(), numel(), its parts and what fills it are known";
    return SOW__PY_UNKNOWN;
  }
  return done ? SOW__PY_IS_THERE : SOW__PY_UNKNOWN;
}

/* ---- the rest ---- */

static sow__py_found type_attribute(sow__py *py, const sow__py_value *object, const char *name,
                                    sow__py_value *out, const char **why) {
  if (object->integer == 0 && sow__py_class_method(py, object->text, name, out))
    return SOW__PY_IS_THERE;
  if (strcmp(name, "__name__") != 0 && strcmp(name, "__qualname__") != 0) {
    *why = "of a class its __name__ is known, and the methods of one that the file has";
    return SOW__PY_UNKNOWN;
  }
  *out = sow__py_str(object->text);
  return SOW__PY_IS_THERE;
}

/* The next part of a dotted name. */
static sow__py_found path_attribute(sow__py *py, const sow__py_value *object, const char *name,
                                    sow__py_value *out, const char **why) {
  size_t length = strlen(object->text) + strlen(name) + 2;
  char *joined = sow__py_alloc(py, length);
  *why = "memory is short";
  if (joined == NULL)
    return SOW__PY_UNKNOWN;
  snprintf(joined, length, "%s.%s", object->text, name);
  *out = sow__py_path(joined);
  *why = NULL;
  return SOW__PY_IS_THERE;
}

static sow__py_found function_attribute(const sow__py_value *object, const char *name, sow__py_value *out,
                                        const char **why) {
  *why = "of a function only its __name__ is known";
  if (strcmp(name, "__name__") != 0)
    return SOW__PY_UNKNOWN;
  *why = NULL;
  *out = sow__py_str(object->closure->function->name);
  return SOW__PY_IS_THERE;
}

/* What ints and floats have, in one version of Python or another. */
static bool is_of_numbers(const char *name) {
  static const char *const names[] = {
      "as_integer_ratio", "bit_count", "bit_length", "conjugate",  "denominator", "from_bytes", "from_number",
      "fromhex",          "hex",       "imag",       "is_integer", "numerator",   "real",       "to_bytes"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (strcmp(name, names[i]) == 0)
      return true;
  return false;
}

sow__py_found sow__py_find_attribute(sow__py *py, const sow__py_value *object, const char *name,
                                     sow__py_value *out, const char **why) {
  *why = NULL;
  switch (object->type) {
  case SOW__PY_MODULE:
    return module_attribute(py, object->module, name, out, why);
  case SOW__PY_TENSOR:
  case SOW__PY_VIEW:
    return tensor_attribute(py, object, name, out, why);
  case SOW__PY_TYPE:
    return type_attribute(py, object, name, out, why);
  case SOW__PY_PATH:
    return path_attribute(py, object, name, out, why);
  case SOW__PY_CLOSURE:
    return function_attribute(object, name, out, why);
  case SOW__PY_NONE:
    return name[0] == '_' ? SOW__PY_UNKNOWN : SOW__PY_ABSENT;
  case SOW__PY_BOOL:
  case SOW__PY_INT:
  case SOW__PY_FLOAT:
    *why = "numbers are known by what is done with them";
    return name[0] == '_' || is_of_numbers(name) ? SOW__PY_UNKNOWN : SOW__PY_ABSENT;
  case SOW__PY_TUPLE_OF:
  case SOW__PY_LIST_OF:
  case SOW__PY_DICT_OF:
  case SOW__PY_SET_OF:
    if (sow__py_has_list_method(object, name) && bind_method(py, object, name, out))
      return SOW__PY_IS_THERE;
    *why = "its methods are known where they are called";
    return SOW__PY_UNKNOWN;
  default:
    *why = "its methods are known where they are called";
    return SOW__PY_UNKNOWN;
  }
}

/* Names that might have been meant. */
static const char *attribute_hint(const sow__py_value *object, const char *name, char *hint, size_t size) {
  sow__nearest nearest = {.name = name};
  hint[0] = 0;
  if (object->type != SOW__PY_MODULE)
    return hint;
  const sow_module *module = object->module;
  for (size_t i = 0; i < module->parameter_count; i++)
    sow__nearest_offer(&nearest, module->parameters[i].name);
  for (size_t i = 0; i < module->child_count; i++)
    sow__nearest_offer(&nearest, module->children[i].name);
  const char *const *own = sow__torch_class_find("Module")->names;
  for (int kind = 0; kind < 2; kind++, own++)
    for (; *own != NULL; own++)
      sow__nearest_offer(&nearest, *own);
  return sow__nearest_hint(&nearest, hint, size);
}

bool sow__py_attribute(sow__py *py, size_t begin, const sow__py_value *object, const char *name,
                       sow__py_value *out) {
  const char *why;
  char type[SOW__QUOTE_SIZE], hint[120];
  sow__py_value made;
  sow__py_found found = sow__py_find_attribute(py, object, name, &made, &why);
  if (py->failure.status != SOW_OK)
    return false;
  if (found == SOW__PY_ABSENT)
    return sow__py_raise(py, begin, "AttributeError", "%s has no '%.60s'%s", sow__py_type_name(object, type),
                         name, attribute_hint(object, name, hint, sizeof hint));
  if (found == SOW__PY_UNKNOWN || why != NULL)
    return sow__py_fail(py, begin, SOW_UNKNOWN_NAME, "sow does not know '.%.60s' of %s%s%s%s", name,
                        sow__py_type_name(object, type), attribute_hint(object, name, hint, sizeof hint),
                        why ? ": " : "", why ? why : "");
  *out = made;
  return sow__py_resolve_path(py, begin, out);
}
