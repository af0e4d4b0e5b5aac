/* Clips to learn from, of sow's own generator: the same on every machine for the same seed. */
#ifndef TRAIN_CLIPS_H
#define TRAIN_CLIPS_H

#include "layers.h"
#include "sow/generator.h"

enum { CLIP_ELEMENTS = CLIP_CHANNELS * CLIP_FRAMES * CLIP_SIZE * CLIP_SIZE };

/* What a clip's label says. */
typedef enum direction { LEFT, RIGHT, UP, DOWN } direction;

/*
 * Draws `count` clips, row-major, and their labels: on N(0, 0.5^2) noise a square of 8 by 8 pixels, brighter
 * by 1.5, starts around the middle and moves by 2 pixels a frame; what leaves at one edge enters at the
 * other. SOW_NO_MEMORY.
 */
sow_status clips_draw(sow_generator *generator, int count, float *clips, int *labels, sow_error *error);

#endif
