#include "train_settings.h"

#include <getopt.h>
#include <omp.h>
#include <stdlib.h>

#include "layers.h"
#include "sow/generator.h"

const char train_usage[] =
    "usage: train [OPTION…] >loss.tsv\n"
    "\n"
    "Trains C3D to tell which way a bright square moves: once for each --init, side by side on the same "
    "clips.\n"
    "Loss and accuracy go to stdout, what the weights do to the signal at the start to stderr.\n"
    "\n"
    "  --init INIT       default, weights_init, a file of rules for sow, or a checkpoint (….safetensors);\n"
    "                    may be given up to 8 times (default and weights_init where it is not)\n"
    "  --seed N          of the weights and of the clips (0)\n"
    "  --steps N         of 16 clips each (600)\n"
    "  --rate X          the learning rate; the momentum is 0.9 (0.01)\n"
    "  --width N         channels of conv1; 64 in the paper (8)\n"
    "  --without NAMES   layers to leave out, between commas\n"
    "  --every N         steps that a line of output is the mean of (10)\n"
    "  --threads N       networks that learn at once; no number depends on it (as there are processors)\n"
    "  --help            this text\n";

static sow_status read_count(const char *name, const char *text, int64_t high, int64_t *value,
                             sow_error *error) {
  char *end = NULL;
  long long read = strtoll(text, &end, 10);
  if (end == text || *end != 0 || read < 1 || read > high)
    return fault(error, SOW_INVALID_ARGUMENT, "--%s is a number from 1 to %lld, not '%s'", name,
                 (long long)high, text);
  *value = read;
  return SOW_OK;
}

static sow_status read_rate(const char *text, float *rate, sow_error *error) {
  char *end = NULL;
  float read = strtof(text, &end);
  if (end == text || *end != 0 || !(read > 0.0F && read < 1e3F))
    return fault(error, SOW_INVALID_ARGUMENT, "--rate is a number between 0 and 1000, not '%s'", text);
  *rate = read;
  return SOW_OK;
}

static sow_status add_init(train_settings *s, const char *init, sow_error *error) {
  if (s->init_count == TRAIN_INIT_LIMIT)
    return fault(error, SOW_INVALID_ARGUMENT, "--init can be given %d times", TRAIN_INIT_LIMIT);
  s->inits[s->init_count++] = init;
  return SOW_OK;
}

static sow_status take(train_settings *s, int option, const char *name, sow_error *error) {
  int64_t count = 0;
  sow_status status = SOW_OK;
  switch (option) {
  case 'i':
    return add_init(s, optarg, error);
  case 's':
    return sow_seed_parse(optarg, &s->seed, error);
  case 'r':
    return read_rate(optarg, &s->rate, error);
  case 'o':
    s->without = optarg;
    return SOW_OK;
  case 'w':
    return read_count(name, optarg, LAYER_WIDTH_LIMIT, &s->width, error);
  case 'n':
  case 'e':
  case 't':
    status = read_count(name, optarg, option == 't' ? 1024 : 1000000, &count, error);
    if (status == SOW_OK)
      *(option == 'n' ? &s->steps : option == 'e' ? &s->every : &s->threads) = (int)count;
    return status;
  case 'h':
    s->help = true;
    return SOW_OK;
  default: /* getopt has said what is wrong */
    return fault(error, SOW_INVALID_ARGUMENT, "train --help lists the options");
  }
}

sow_status train_settings_parse(int argc, char **argv, train_settings *settings, sow_error *error) {
  static const struct option options[] = {
      {"init", required_argument, NULL, 'i'},  {"seed", required_argument, NULL, 's'},
      {"steps", required_argument, NULL, 'n'}, {"rate", required_argument, NULL, 'r'},
      {"width", required_argument, NULL, 'w'}, {"without", required_argument, NULL, 'o'},
      {"every", required_argument, NULL, 'e'}, {"threads", required_argument, NULL, 't'},
      {"help", no_argument, NULL, 'h'},        {NULL, 0, NULL, 0},
  };
  train_settings s = {.width = 8, .steps = 600, .every = 10, .threads = omp_get_num_procs(), .rate = 0.01F};
  int option = 0;
  int index = 0;
  optind = 1;
  while ((option = getopt_long(argc, argv, "", options, &index)) != -1) {
    sow_status status = take(&s, option, options[index].name, error);
    if (status != SOW_OK)
      return status;
  }
  if (optind < argc)
    return fault(error, SOW_INVALID_ARGUMENT, "'%s' belongs to no option; train --help lists them",
                 argv[optind]);
  if (s.init_count == 0) {
    s.inits[s.init_count++] = "default";
    s.inits[s.init_count++] = "weights_init";
  }
  *settings = s;
  return SOW_OK;
}
