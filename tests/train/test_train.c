/* The training example by itself: its gradients are its loss's, and it starts and repeats as it says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clips.h"
#include "signals.h"
#include "sow/sow.h"
#include "train_settings.h"
#include "weights.h"

enum { BATCH = 4 };

typedef struct scene {
  layer_list layers;
  network *net;
  float *clips;
  int labels[BATCH];
} scene;

static void scene_start(scene *s, int64_t width, const char *without) {
  sow_error error = SOW_ERROR_NONE;
  memset(s, 0, sizeof *s);
  assert_int_equal(layers_make(width, without, &s->layers, &error), SOW_OK);
  assert_int_equal(network_new(&s->layers, BATCH, &s->net, &error), SOW_OK);
  s->clips = malloc(sizeof(float) * BATCH * CLIP_ELEMENTS);
  assert_non_null(s->clips);
  sow_generator *generator = sow_generator_new(11, SOW_TORCH_NEWEST);
  assert_int_equal(clips_draw(generator, BATCH, s->clips, s->labels, &error), SOW_OK);
  sow_generator_free(generator);
}

static void scene_end(scene *s) {
  network_free(s->net);
  free(s->clips);
}

static double loss_of(scene *s) {
  double loss = 0;
  int correct = 0;
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(network_forward(s->net, s->clips, s->labels, &loss, &correct, &error), SOW_OK);
  return loss;
}

static float *part_of(scene *s, int index, network_part part) {
  sow_error error = SOW_ERROR_NONE;
  float *values = malloc(network_count(s->net, index, part) * sizeof *values);
  assert_non_null(values);
  assert_int_equal(network_read(s->net, index, part, values, &error), SOW_OK);
  return values;
}

/* ---- gradients ---- */

/* The loss where a parameter is moved by `far` along `along`. */
static double loss_at(scene *s, int index, network_part part, const float *values, const float *along,
                      size_t count, double far) {
  sow_error error = SOW_ERROR_NONE;
  float *moved = malloc(count * sizeof *moved);
  assert_non_null(moved);
  for (size_t i = 0; i < count; i++)
    moved[i] = (float)(values[i] + far * along[i]);
  assert_int_equal(network_write(s->net, index, part, moved, &error), SOW_OK);
  double loss = loss_of(s);
  assert_int_equal(network_write(s->net, index, part, values, &error), SOW_OK);
  free(moved);
  return loss;
}

/*
 * Along a gradient of length |g| the loss rises by |g| a unit. The step moves the loss by 3e-4: far above its
 * rounding, and small enough that the kinks of ReLU and pool count for less than the 2 % that are allowed.
 */
static void check_along_gradient(scene *s, int index, network_part part, network_part gradient_part) {
  size_t count = network_count(s->net, index, part);
  float *values = part_of(s, index, part);
  float *gradient = part_of(s, index, gradient_part);
  double squares = 0;
  for (size_t i = 0; i < count; i++)
    squares += (double)gradient[i] * gradient[i];
  double length = sqrt(squares);
  assert_true(length > 1e-3);
  for (size_t i = 0; i < count; i++)
    gradient[i] = (float)(gradient[i] / length);
  double far = 3e-4 / length;
  double rise = (loss_at(s, index, part, values, gradient, count, far) -
                 loss_at(s, index, part, values, gradient, count, -far)) /
                (2 * far);
  if (fabs(rise - length) > 0.02 * length)
    fail_msg("%s: the gradient is %g long, and the loss rises by %g", s->layers.items[index].name, length,
             rise);
  free(gradient);
  free(values);
}

static void gradients_equal_finite_differences(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  scene s;
  scene_start(&s, 3, NULL);
  assert_int_equal(weights_start(s.net, &s.layers, TRAIN_TESTS "/wide.rules", 1, &error), SOW_OK);
  loss_of(&s);
  assert_int_equal(network_backward(s.net, &error), SOW_OK);
  for (int i = 0; i < s.layers.count; i++)
    if (s.layers.items[i].kind != LAYER_POOL3D) {
      check_along_gradient(&s, i, NETWORK_WEIGHT, NETWORK_WEIGHT_GRADIENT);
      check_along_gradient(&s, i, NETWORK_BIAS, NETWORK_BIAS_GRADIENT);
    }
  scene_end(&s);
}

static void descent_has_momentum(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  scene s;
  scene_start(&s, 2, NULL);
  assert_int_equal(weights_start(s.net, &s.layers, "weights_init", 1, &error), SOW_OK);
  int last = s.layers.count - 1;
  loss_of(&s);
  assert_int_equal(network_backward(s.net, &error), SOW_OK);
  float *gradient = part_of(&s, last, NETWORK_BIAS_GRADIENT);
  network_descend(s.net, 0.5F, 0.75F);
  network_descend(s.net, 0.5F, 0.75F);
  float *bias = part_of(&s, last, NETWORK_BIAS); /* from 0: -rate * (g + (momentum * g + g)) */
  for (int i = 0; i < CLASS_COUNT; i++)
    assert_true(fabsf(bias[i] + 0.5F * 2.75F * gradient[i]) <= 1e-6F * fabsf(gradient[i]));
  free(bias);
  free(gradient);
  scene_end(&s);
}

/* ---- weights ---- */

static void weights_are_those_of_the_plan(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  scene s;
  scene_start(&s, 8, NULL);
  assert_int_equal(weights_start(s.net, &s.layers, "default", 3, &error), SOW_OK);
  float *weight = part_of(&s, 0, NETWORK_WEIGHT);
  float *bias = part_of(&s, 0, NETWORK_BIAS);

  sow_module *net = sow_module_new("C3D"); /* conv1 draws first: what follows it does not matter */
  sow_conv3d(net, "conv1", 3, 8, (const int64_t[]){3, 3, 3}, 1, true);
  sow_plan_options options = sow_plan_defaults();
  options.seed = 3;
  sow_plan *plan = NULL;
  float expected[8 * 3 * 27];
  assert_int_equal(sow_plan_new(net, &options, &plan, &error), SOW_OK);
  assert_int_equal(sow_plan_run(plan, 0, 0, 8 * 3 * 27, 1, expected, &error), SOW_OK);
  assert_memory_equal(weight, expected, sizeof expected);
  assert_int_equal(sow_plan_run(plan, 1, 0, 8, 1, expected, &error), SOW_OK);
  assert_memory_equal(bias, expected, 8 * sizeof *expected);
  sow_plan_free(plan);
  sow_module_free(net);
  free(weight);
  free(bias);
  scene_end(&s);
}

static sow_status start_status(const char *init, int64_t width) {
  sow_error error = SOW_ERROR_NONE;
  scene s;
  scene_start(&s, width, NULL);
  sow_status status = weights_start(s.net, &s.layers, init, 0, &error);
  assert_int_equal(error.status, status);
  scene_end(&s);
  return status;
}

static void bad_starts_are_refused(void **state) {
  (void)state;
  assert_int_equal(start_status("no/such.rules", 2), SOW_IO);
  assert_int_equal(start_status("no/such.safetensors", 2), SOW_IO);
  assert_int_equal(start_status(TRAIN_TESTS "/wide.rules", 2), SOW_OK);
}

/* ---- clips ---- */

/* The mean of the channels, whose noise is 0.5/sqrt(3). */
static float brightness_at(const float *clip, int frame, int place) {
  const float *pixel = clip + (size_t)frame * CLIP_SIZE * CLIP_SIZE + place;
  size_t channel = (size_t)CLIP_FRAMES * CLIP_SIZE * CLIP_SIZE;
  return (pixel[0] + pixel[channel] + pixel[2 * channel]) / 3;
}

static void clips_repeat_and_move(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  enum { COUNT = 64 };
  static const int down[] = {[LEFT] = 0, [RIGHT] = 0, [UP] = -2, [DOWN] = 2};
  static const int right[] = {[LEFT] = -2, [RIGHT] = 2, [UP] = 0, [DOWN] = 0};
  float *clips[2];
  int labels[2][COUNT];
  for (int i = 0; i < 2; i++) {
    clips[i] = malloc(sizeof(float) * COUNT * CLIP_ELEMENTS);
    assert_non_null(clips[i]);
    sow_generator *generator = sow_generator_new(5, SOW_TORCH_NEWEST);
    assert_int_equal(clips_draw(generator, COUNT, clips[i], labels[i], &error), SOW_OK);
    sow_generator_free(generator);
  }
  assert_memory_equal(clips[0], clips[1], sizeof(float) * COUNT * CLIP_ELEMENTS);
  assert_memory_equal(labels[0], labels[1], sizeof labels[0]);

  /* A pixel that is bright in one frame is bright two pixels on in the next. */
  int seen[CLASS_COUNT] = {0};
  for (int i = 0; i < COUNT; i++) {
    const float *clip = clips[0] + (size_t)i * CLIP_ELEMENTS;
    int label = labels[0][i];
    int bright = 0;
    int moved = 0;
    for (int frame = 0; frame + 1 < CLIP_FRAMES; frame++)
      for (int place = 0; place < CLIP_SIZE * CLIP_SIZE; place++) {
        int y = (place / CLIP_SIZE + down[label] + CLIP_SIZE) % CLIP_SIZE;
        int x = (place % CLIP_SIZE + right[label] + CLIP_SIZE) % CLIP_SIZE;
        bool is_bright = brightness_at(clip, frame, place) > 0.75F;
        bright += is_bright;
        moved += is_bright && brightness_at(clip, frame + 1, y * CLIP_SIZE + x) > 0.75F;
      }
    assert_true(bright >= 7 * 60 && bright <= 7 * 76); /* 64 in a frame; 0.75 is 2.6 sigma from both */
    assert_true(moved > bright * 17 / 20);
    seen[label]++;
  }
  for (int class = 0; class < CLASS_COUNT; class ++)
    assert_true(seen[class] > COUNT / 16);
  free(clips[0]);
  free(clips[1]);
}

/* ---- layers and settings ---- */

static void layers_can_be_left_out(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  layer_list layers;
  assert_int_equal(layers_make(8, "conv5a,conv5b,fc7", &layers, &error), SOW_OK);
  assert_int_equal(layers.count, 12);
  assert_int_equal(layers.items[10].in * layers.items[10].size[1] * layers.items[10].size[2], 256);
  assert_int_equal(layers_make(8, "conv", &layers, &error), SOW_UNKNOWN_NAME);
  assert_int_equal(layers_make(8, "fc8", &layers, &error), SOW_UNKNOWN_NAME);
  assert_int_equal(layers_make(0, NULL, &layers, &error), SOW_INVALID_ARGUMENT);
}

static sow_status parse_status(const char *name, const char *value) {
  sow_error error = SOW_ERROR_NONE;
  train_settings settings;
  char *arguments[] = {"train", (char *)name, (char *)value, NULL};
  return train_settings_parse(3, arguments, &settings, &error);
}

static void bad_settings_are_refused(void **state) {
  (void)state;
  assert_int_equal(parse_status("--steps", "10"), SOW_OK);
  assert_int_equal(parse_status("--steps", "10x"), SOW_INVALID_ARGUMENT);
  assert_int_equal(parse_status("--steps", "0"), SOW_INVALID_ARGUMENT);
  assert_int_equal(parse_status("--steps", "99999999999999999999"), SOW_INVALID_ARGUMENT);
  assert_int_equal(parse_status("--width", "65"), SOW_INVALID_ARGUMENT);
  assert_int_equal(parse_status("--rate", "nan"), SOW_INVALID_ARGUMENT);
  assert_int_equal(parse_status("--rate", "-1"), SOW_INVALID_ARGUMENT);
  assert_int_equal(parse_status("--seed", "one"), SOW_INVALID_ARGUMENT);
}

/* ---- signals ---- */

static void signals_are_standard_deviations(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  scene s;
  scene_start(&s, 8, NULL);
  assert_int_equal(weights_start(s.net, &s.layers, "weights_init", 0, &error), SOW_OK);
  int last = s.layers.count - 1;
  loss_of(&s);
  assert_int_equal(network_backward(s.net, &error), SOW_OK);
  signals of_last;
  signals of_fc7;
  assert_int_equal(signals_measure(s.net, last, BATCH, &of_last, &error), SOW_OK);
  assert_int_equal(signals_measure(s.net, last - 1, BATCH, &of_fc7, &error), SOW_OK);
  double xavier = sqrt(2.0 / (512 + 512)); /* of 262144 draws: 0.14 % off at one sigma */
  assert_true(fabs(of_fc7.weight - xavier) < 0.01 * xavier);
  assert_true(of_last.across > 0 && of_last.across <= of_last.output * (1 + 1e-9));
  assert_true(of_last.gradient > 0 && of_last.weight_gradient > 0);
  scene_end(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gradients_equal_finite_differences),
      cmocka_unit_test(descent_has_momentum),
      cmocka_unit_test(weights_are_those_of_the_plan),
      cmocka_unit_test(bad_starts_are_refused),
      cmocka_unit_test(clips_repeat_and_move),
      cmocka_unit_test(layers_can_be_left_out),
      cmocka_unit_test(bad_settings_are_refused),
      cmocka_unit_test(signals_are_standard_deviations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
