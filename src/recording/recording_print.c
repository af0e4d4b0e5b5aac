/* sow_module_print_recording: any tree as a recording. */
#include <inttypes.h>
#include <nettle/base64.h>
#include <string.h>

#include "base/json.h"
#include "base/size.h"
#include "init/initializer.h"
#include "module/tree.h"
#include "sow/recording.h"

#define BASE64_BYTES 54 /* 72 characters a line */

static void print_view(sow__buffer *out, const sow__tape_view *view) {
  char text[SOW__SHAPE_SIZE];
  sow__buffer_printf(out, "s%zu%s", view->storage,
                     sow__shape_print(view->ndim, view->shape, text, sizeof text));
  if (view->strides != NULL)
    sow__buffer_printf(out, "*%s", sow__shape_print(view->ndim, view->strides, text, sizeof text));
  if (view->offset != 0)
    sow__buffer_printf(out, "+%" PRId64, view->offset);
}

/* ---- modules ---- */

static void print_modules(sow__buffer *out, sow__buffer *path, const sow_module *module) {
  sow__buffer_text(out, "module ");
  sow__json_string(out, path->length > 0 ? path->data : "");
  sow__buffer_text(out, " ");
  sow__json_string(out, module->class_name);
  sow__buffer_text(out, "\n");
  size_t before = path->length;
  for (size_t i = 0; i < module->child_count; i++) {
    sow__buffer_printf(path, "%s%s", before > 0 ? "." : "", module->children[i].name);
    print_modules(out, path, module->children[i].module);
    path->length = before;
    if (path->data != NULL)
      path->data[before] = 0;
  }
}

/* ---- steps ---- */

static void print_literal(sow__buffer *out, const sow__tape_item *item) {
  const sow__literal *literal = item->literal;
  const uint8_t *bytes = literal->bytes;
  int64_t count = 0;
  (void)sow__count(item->target.ndim, item->target.shape, &count, NULL);
  uint64_t size = (uint64_t)count * sow_dtype_size(literal->dtype);
  sow__buffer_text(out, "literal ");
  print_view(out, &item->target);
  sow__buffer_printf(out, " %" PRIu64, size);
  if (literal->bound != NULL) {
    sow__buffer_text(out, " bound ");
    sow__json_string(out, literal->bound);
  }
  sow__buffer_text(out, " at ");
  sow__json_string(out, item->rule);
  sow__buffer_text(out, "\n");
  for (uint64_t at = 0; at < size; at += BASE64_BYTES) {
    char line[BASE64_ENCODE_RAW_LENGTH(BASE64_BYTES)];
    size_t part = size - at < BASE64_BYTES ? (size_t)(size - at) : BASE64_BYTES;
    base64_encode_raw(line, part, bytes + at);
    sow__buffer_text(out, "  ");
    sow__buffer_add(out, line, BASE64_ENCODE_RAW_LENGTH(part));
    sow__buffer_text(out, "\n");
  }
}

static void print_step(sow__buffer *out, const sow__tape_item *item) {
  char call[SOW_INITIALIZER_TEXT_SIZE];
  sow__buffer_text(out, "step ");
  print_view(out, &item->target);
  sow__buffer_text(out, " ");
  sow__initializer_print(item->call, item->source == NULL ? NULL : "\x01", call, sizeof call);
  for (const char *at = call; *at != 0; at++) {
    if (*at == '\x01' && item->source != NULL)
      print_view(out, item->source);
    else
      sow__buffer_add(out, at, 1);
  }
  if (item->generator > 0)
    sow__buffer_printf(out, " generator %u", (unsigned)item->generator);
  if (item->rule != NULL) {
    sow__buffer_text(out, " at ");
    sow__json_string(out, item->rule);
  }
  sow__buffer_text(out, "\n");
}

static void print_item(sow__buffer *out, const sow__tape_item *item) {
  switch (item->kind) {
  case SOW__TAPE_SEED:
    sow__buffer_printf(out, "seed %u %" PRIu64 "\n", (unsigned)item->generator, item->number);
    break;
  case SOW__TAPE_MARK:
    sow__buffer_printf(out, "mark %" PRIu64 " %u\n", item->number, (unsigned)item->generator);
    break;
  case SOW__TAPE_RESTORE:
    sow__buffer_printf(out, "restore %" PRIu64 " %u\n", item->number, (unsigned)item->generator);
    break;
  case SOW__TAPE_SKIP:
    sow__buffer_printf(out, "skip %u %" PRIu64 "\n", (unsigned)item->generator, item->number);
    break;
  default:
    if (item->literal != NULL)
      print_literal(out, item);
    else
      print_step(out, item);
  }
}

/* Before 2.12 torch neither draws for such a tensor nor writes it. */
static bool is_left_out(const sow__tape_item *item, sow_edition edition) {
  int64_t count;
  return item->uninitialized_before_2_12 && edition < SOW_TORCH_2_12 &&
         sow__count(item->target.ndim, item->target.shape, &count, NULL) == SOW_OK && count > 0;
}

static sow_status print_name(const char *name, const sow__tensor *tensor, sow__state_kind kind,
                             void *context) {
  static const char *const words[] = {[SOW__STATE_PARAMETER] = "parameter",
                                      [SOW__STATE_BUFFER] = "buffer",
                                      [SOW__STATE_TEMPORARY] = "temporary"};
  sow__buffer *out = context;
  sow__tape_view view = sow__tensor_view(tensor);
  sow__buffer_printf(out, "%s ", words[kind]);
  sow__json_string(out, name);
  sow__buffer_text(out, " ");
  print_view(out, &view);
  sow__buffer_text(out, "\n");
  return SOW_OK;
}

sow_status sow_module_print_recording(const sow_module *module, const sow_recording_about *about, char **text,
                                      size_t *length, sow_error *error) {
  static const sow_recording_about defaults = {.edition = SOW_TORCH_NEWEST, .dtype = SOW_FLOAT32};
  about = about == NULL ? &defaults : about;
  sow_status status = sow_module_status(module, error);
  if (status != SOW_OK)
    return status;
  sow__buffer out = {0}, path = {0};
  const sow__tape *tape = &module->tree->tape;
  sow__buffer_printf(&out, "sow recording 1\ntorch %s\ndtype %s\nseed %" PRIu64 "\n",
                     sow_edition_name(about->edition), sow_dtype_name(about->dtype), about->seed);
  if (module->tree->recorded_bound != NULL) {
    sow__buffer_text(&out, "bound ");
    sow__json_string(&out, module->tree->recorded_bound);
    sow__buffer_text(&out, "\n");
  }
  print_modules(&out, &path, sow__tree_root(module->tree));
  for (size_t i = 0; i < tape->storage_count; i++) {
    const sow__storage *one = &tape->storages[i];
    sow__buffer_printf(&out, "storage %zu %s %" PRId64 "\n", i,
                       sow_dtype_name(one->dtype == SOW_DTYPE_COUNT ? about->dtype : one->dtype), one->count);
  }
  for (size_t i = 0; i < tape->count; i++)
    if (!is_left_out(&tape->items[i], about->edition))
      print_item(&out, &tape->items[i]);
  status = sow__tree_members(sow__tree_root(module->tree), print_name, &out, error);
  sow__buffer_text(&out, "end\n");
  out.failed = out.failed || path.failed;
  sow__buffer_free(&path);
  if (status != SOW_OK) {
    sow__buffer_free(&out);
    return status;
  }
  return sow__buffer_take(&out, text, length, error);
}
