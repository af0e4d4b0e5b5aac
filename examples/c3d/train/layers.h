/* C3D (Tran et al. 2015) in any width, for small clips: one table for the tree and the network. */
#ifndef TRAIN_LAYERS_H
#define TRAIN_LAYERS_H

#include <stdbool.h>
#include <stdint.h>

#include "sow/status.h"

/* A clip is CLIP_CHANNELS x CLIP_FRAMES x CLIP_SIZE x CLIP_SIZE. */
enum { CLIP_CHANNELS = 3, CLIP_FRAMES = 8, CLIP_SIZE = 32, CLASS_COUNT = 4 };

enum { LAYER_LIMIT = 16, LAYER_WIDTH_LIMIT = 64 };

typedef enum layer_kind { LAYER_CONV3D, LAYER_POOL3D, LAYER_LINEAR } layer_kind;

typedef struct layer {
  const char *name; /* as in c3d.txt */
  layer_kind kind;
  bool relu;         /* follows it */
  bool flattens;     /* the first linear layer */
  int64_t in, out;   /* channels or features */
  int64_t size[3];   /* frames, rows and columns of what comes in; ones from the second linear layer on */
  int64_t window[3]; /* of a pool, and its stride */
} layer;

typedef struct layer_list {
  int count;
  layer items[LAYER_LIMIT];
} layer_list;

/*
 * The layers with `width` channels in conv1 (64 in the paper, 1 to LAYER_WIDTH_LIMIT here). `without` names
 * layers to leave out, between commas, and may be NULL. Dropout is left out, and so is pool5, which pads the
 * single frame of 2x2 that is left here so that each of its windows holds one value.
 * SOW_INVALID_ARGUMENT, SOW_UNKNOWN_NAME.
 */
sow_status layers_make(int64_t width, const char *without, layer_list *list, sow_error *error);

/* Fills in the caller's error, if there is one, and returns `status`. */
sow_status fault(sow_error *error, sow_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
