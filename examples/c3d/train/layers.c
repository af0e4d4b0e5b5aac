#include "layers.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Channels and features in units of conv1's; fc8 has as many as there are classes. */
static const struct row {
  const char *name;
  layer_kind kind;
  int out;
  int64_t window[3];
} rows[] = {
    {"conv1", LAYER_CONV3D, 1, {0}},       {"pool1", LAYER_POOL3D, 0, {1, 2, 2}},
    {"conv2", LAYER_CONV3D, 2, {0}},       {"pool2", LAYER_POOL3D, 0, {2, 2, 2}},
    {"conv3a", LAYER_CONV3D, 4, {0}},      {"conv3b", LAYER_CONV3D, 4, {0}},
    {"pool3", LAYER_POOL3D, 0, {2, 2, 2}}, {"conv4a", LAYER_CONV3D, 8, {0}},
    {"conv4b", LAYER_CONV3D, 8, {0}},      {"pool4", LAYER_POOL3D, 0, {2, 2, 2}},
    {"conv5a", LAYER_CONV3D, 8, {0}},      {"conv5b", LAYER_CONV3D, 8, {0}},
    {"fc6", LAYER_LINEAR, 64, {0}},        {"fc7", LAYER_LINEAR, 64, {0}},
    {"fc8", LAYER_LINEAR, 0, {0}},
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

sow_status fault(sow_error *error, sow_status status, const char *format, ...) {
  if (error == NULL)
    return status;
  error->status = status;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return status;
}

static bool lists(const char *names, const char *name) {
  size_t length = strlen(name);
  for (const char *at = names; at != NULL; at = strchr(at, ',')) {
    at += *at == ',';
    if (strncmp(at, name, length) == 0 && (at[length] == ',' || at[length] == 0))
      return true;
  }
  return false;
}

/* Every name between the commas must be a layer's that can be spared. */
static sow_status check_without(const char *without, sow_error *error) {
  for (const char *at = without; at != NULL; at = strchr(at, ',')) {
    at += *at == ',';
    int length = (int)strcspn(at, ",");
    bool known = false;
    for (int i = 0; i + 1 < ROW_COUNT && !known; i++)
      known = strlen(rows[i].name) == (size_t)length && strncmp(rows[i].name, at, (size_t)length) == 0;
    if (!known)
      return fault(error, SOW_UNKNOWN_NAME, "there is no layer '%.*s' that can be left out", length, at);
  }
  return SOW_OK;
}

static layer layer_make(const struct row *r, int64_t width, int64_t channels, const int64_t size[3]) {
  layer made = {.name = r->name, .kind = r->kind, .in = channels, .out = channels};
  made.relu = r->kind != LAYER_POOL3D && r->out != 0;
  memcpy(made.size, size, sizeof made.size);
  memcpy(made.window, r->window, sizeof made.window);
  if (r->kind != LAYER_POOL3D)
    made.out = r->out == 0 ? CLASS_COUNT : r->out * width;
  return made;
}

sow_status layers_make(int64_t width, const char *without, layer_list *list, sow_error *error) {
  if (width < 1 || width > LAYER_WIDTH_LIMIT)
    return fault(error, SOW_INVALID_ARGUMENT, "the width is a number from 1 to %d", LAYER_WIDTH_LIMIT);
  sow_status status = check_without(without, error);
  if (status != SOW_OK)
    return status;

  layer_kind before = LAYER_CONV3D;
  int64_t channels = CLIP_CHANNELS;
  int64_t size[3] = {CLIP_FRAMES, CLIP_SIZE, CLIP_SIZE};
  list->count = 0;
  for (int i = 0; i < ROW_COUNT; i++) {
    if (without != NULL && lists(without, rows[i].name))
      continue;
    layer made = layer_make(&rows[i], width, channels, size);
    made.flattens = made.kind == LAYER_LINEAR && before != LAYER_LINEAR;
    before = made.kind;
    list->items[list->count++] = made;
    channels = made.out;
    for (int axis = 0; axis < 3; axis++)
      if (made.kind == LAYER_POOL3D)
        size[axis] /= made.window[axis];
      else if (made.kind == LAYER_LINEAR)
        size[axis] = 1;
  }
  return SOW_OK;
}
