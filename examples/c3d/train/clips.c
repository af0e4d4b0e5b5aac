#include "clips.h"

#include "sow/init.h"

static const double noise = 0.5;
static const float brightness = 1.5F;
enum { SQUARE = 8, SPEED = 2, START = 4, START_RANGE = 16 };

static int wrapped(int place) {
  return (place % CLIP_SIZE + CLIP_SIZE) % CLIP_SIZE;
}

static void add_square(float *frame, int top, int left) {
  for (int channel = 0; channel < CLIP_CHANNELS; channel++) {
    float *image = frame + (size_t)channel * CLIP_FRAMES * CLIP_SIZE * CLIP_SIZE;
    for (int y = top; y < top + SQUARE; y++)
      for (int x = left; x < left + SQUARE; x++)
        image[wrapped(y) * CLIP_SIZE + wrapped(x)] += brightness;
  }
}

/* The words of a generator are uniform over powers of two, as the classes and the places are. */
static int draw_below(sow_generator *generator, uint32_t count) {
  return (int)(sow_generator_draw32(generator) % count);
}

sow_status clips_draw(sow_generator *generator, int count, float *clips, int *labels, sow_error *error) {
  static const int down[] = {[LEFT] = 0, [RIGHT] = 0, [UP] = -SPEED, [DOWN] = SPEED};
  static const int right[] = {[LEFT] = -SPEED, [RIGHT] = SPEED, [UP] = 0, [DOWN] = 0};
  DLTensor tensor = {.data = clips,
                     .device = {kDLCPU, 0},
                     .ndim = 5,
                     .dtype = {kDLFloat, 32, 1},
                     .shape = (int64_t[]){count, CLIP_CHANNELS, CLIP_FRAMES, CLIP_SIZE, CLIP_SIZE}};
  sow_status status = sow_fill(&tensor, sow_normal(0.0, noise), generator, error);
  if (status != SOW_OK)
    return status;
  for (int i = 0; i < count; i++) {
    float *clip = clips + (size_t)i * CLIP_ELEMENTS;
    int label = draw_below(generator, CLASS_COUNT);
    int top = START + draw_below(generator, START_RANGE);
    int left = START + draw_below(generator, START_RANGE);
    for (int frame = 0; frame < CLIP_FRAMES; frame++)
      add_square(clip + (size_t)frame * CLIP_SIZE * CLIP_SIZE, top + frame * down[label],
                 left + frame * right[label]);
    labels[i] = label;
  }
  return SOW_OK;
}
