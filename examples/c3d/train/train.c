/*
 * C3D that learns from weights of sow, with torch's defaults and with weights_init, side by side.
 *
 * clips.c makes the clips and weights.c the weights, both with sow; network.c is the network, on oneDNN.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <omp.h>

#include "clips.h"
#include "signals.h"
#include "train_settings.h"
#include "weights.h"

enum { BATCH = 16 };
static const float momentum = 0.9F;
static const uint64_t clip_stream = 1u << 31; /* added to the seed, so that clips and weights differ */

/* One way to initialise, and how it fares. */
typedef struct run {
  const char *init;
  network *net;
  double loss; /* sums since the last line of output */
  int correct;
  double last_loss;             /* the mean of the last line */
  signals signals[LAYER_LIMIT]; /* of the first step */
  sow_error error;
} run;

typedef struct session {
  train_settings settings;
  layer_list layers;
  run runs[TRAIN_INIT_LIMIT];
  sow_generator *generator;
  float *clips;
  int labels[BATCH];
} session;

static sow_status session_start(session *s, sow_error *error) {
  omp_set_num_threads(1); /* inside oneDNN */
  s->generator = sow_generator_new(s->settings.seed + clip_stream, SOW_TORCH_NEWEST);
  s->clips = malloc(sizeof(float) * BATCH * CLIP_ELEMENTS);
  if (s->generator == NULL || s->clips == NULL)
    return fault(error, SOW_NO_MEMORY, "no memory for the clips");
  sow_status status = layers_make(s->settings.width, s->settings.without, &s->layers, error);
  for (int i = 0; status == SOW_OK && i < s->settings.init_count; i++) {
    run *r = &s->runs[i];
    r->init = s->settings.inits[i];
    status = network_new(&s->layers, BATCH, &r->net, error);
    if (status == SOW_OK)
      status = weights_start(r->net, &s->layers, r->init, s->settings.seed, error);
  }
  return status;
}

static void session_end(session *s) {
  for (int i = 0; i < s->settings.init_count; i++)
    network_free(s->runs[i].net);
  free(s->clips);
  sow_generator_free(s->generator);
}

/* ---- output ---- */

/* The name of a file without its folder and ".rules". */
static const char *run_label(const run *r, int *length) {
  const char *slash = strrchr(r->init, '/');
  const char *label = slash != NULL ? slash + 1 : r->init;
  const char *ending = strstr(label, ".rules");
  *length = (int)(ending != NULL ? (size_t)(ending - label) : strlen(label));
  return label;
}

static void print_header(const session *s) {
  printf("step");
  for (int i = 0; i < s->settings.init_count; i++) {
    int length = 0;
    const char *label = run_label(&s->runs[i], &length);
    printf("\t%.*s\taccuracy", length, label);
  }
  printf("\n");
}

/* Means since the last line, right-aligned under the names so that the lines can be read as they come. */
static void print_line(session *s, int step) {
  int steps = (step - 1) % s->settings.every + 1;
  printf("%4d", step);
  for (int i = 0; i < s->settings.init_count; i++) {
    run *r = &s->runs[i];
    r->last_loss = isnan(r->loss) ? NAN : r->loss / steps; /* without its sign */
    int width = 0;
    run_label(r, &width);
    printf(r->last_loss < 1e3 ? "\t%*.4f" : "\t%*.3e", width, r->last_loss);
    printf("\t%8.3f", (double)r->correct / (steps * BATCH));
    r->loss = 0;
    r->correct = 0;
  }
  printf("\n");
  fflush(stdout);
}

static void print_signals(const session *s, const run *r) {
  fprintf(stderr, "%s: standard deviations on the first %d clips\n", r->init, BATCH);
  fprintf(stderr, "  %-7s %10s %10s %10s %10s %10s\n", "layer", "weight", "output", "over clips", "gradient",
          "of weight");
  for (int i = 0; i < s->layers.count; i++) {
    const signals *m = &r->signals[i];
    if (s->layers.items[i].kind != LAYER_POOL3D)
      fprintf(stderr, "  %-7s %10.2e %10.2e %10.2e %10.2e %10.2e\n", s->layers.items[i].name, m->weight,
              m->output, m->across, m->gradient, m->weight_gradient);
  }
}

/* ---- learning ---- */

static sow_status learn(const session *s, run *r, bool first) {
  double loss = 0;
  int correct = 0;
  sow_error *error = &r->error;
  sow_status status = network_forward(r->net, s->clips, s->labels, &loss, &correct, error);
  if (status == SOW_OK)
    status = network_backward(r->net, error);
  for (int i = 0; status == SOW_OK && first && i < s->layers.count; i++)
    status = signals_measure(r->net, i, BATCH, &r->signals[i], error);
  if (status != SOW_OK)
    return status;
  network_descend(r->net, s->settings.rate, momentum);
  r->loss += loss;
  r->correct += correct;
  return SOW_OK;
}

/* Each network learns on one thread, so that its numbers are the same however many learn at once. */
static sow_status learn_all(session *s, bool first, sow_error *error) {
  int count = s->settings.init_count;
#pragma omp parallel for num_threads(s->settings.threads) schedule(dynamic)
  for (int i = 0; i < count; i++)
    learn(s, &s->runs[i], first);
  for (int i = 0; i < count; i++)
    if (s->runs[i].error.status != SOW_OK) {
      *error = s->runs[i].error;
      return error->status;
    }
  return SOW_OK;
}

static sow_status session_run(session *s, sow_error *error) {
  for (int step = 1; step <= s->settings.steps; step++) {
    sow_status status = clips_draw(s->generator, BATCH, s->clips, s->labels, error);
    if (status == SOW_OK)
      status = learn_all(s, step == 1, error);
    if (status != SOW_OK)
      return status;
    if (step == 1) {
      for (int i = 0; i < s->settings.init_count; i++)
        print_signals(s, &s->runs[i]);
      print_header(s);
    }
    if (step % s->settings.every == 0 || step == s->settings.steps)
      print_line(s, step);
  }
  return SOW_OK;
}

static double now(void) {
  struct timespec time;
  timespec_get(&time, TIME_UTC);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

int main(int argc, char **argv) {
  sow_error error = SOW_ERROR_NONE;
  session s = {0};
  if (train_settings_parse(argc, argv, &s.settings, &error) != SOW_OK) {
    fprintf(stderr, "train: %s\n", error.message);
    return 2;
  }
  if (s.settings.help) {
    fputs(train_usage, stdout);
    return 0;
  }
  sow_status status = session_start(&s, &error);
  double start = now();
  if (status == SOW_OK)
    status = session_run(&s, &error);
  if (status == SOW_OK) {
    for (int i = 0; i < s.settings.init_count; i++)
      fprintf(stderr, "%s: the loss is %.4g at the end; guessing gives ln %d = %.4f\n", s.runs[i].init,
              s.runs[i].last_loss, CLASS_COUNT, log(CLASS_COUNT));
    fprintf(stderr, "%.1f s\n", now() - start);
  } else {
    char text[1024];
    sow_error_print(&error, text, sizeof text);
    fprintf(stderr, "train: %s\n", text);
  }
  session_end(&s);
  return status == SOW_OK ? 0 : 1;
}
