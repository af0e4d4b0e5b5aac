/*
 * Classes of torchvision, timm and transformers that are another class under their own name, and of which
 * library_data.c does not tell: of other editions, or in no model that is built there; activations, which
 * hold nothing whatever they print.
 */
#include <stdlib.h>
#include <string.h>

#include "text/class_table.h"

typedef struct alias {
  const char *from, *to;
} alias;

/* Sorted by strcmp of the first names. */
static const alias aliases[] = {
    {"DeformConv2d", "Conv2d"},
    {"DropBlock2d", "Identity"},
    {"DropBlock3d", "Identity"},
    {"FastGELUActivation", "Identity"},
    {"GELUActivation", "Identity"},
    {"LlamaRotaryEmbedding", "Identity"},
    {"NewGELUActivation", "Identity"},
    {"PSRoIAlign", "Identity"},
    {"PSRoIPool", "Identity"},
    {"PytorchGELUTanh", "Identity"},
    {"QuickGELUActivation", "Identity"},
    {"RoIAlign", "Identity"},
    {"RoIPool", "Identity"},
    {"SiLUActivation", "Identity"},
    {"T5LayerNorm", "RMSNorm"},
};

static int compare_name(const void *name, const void *row) {
  return strcmp(name, ((const alias *)row)->from);
}

const char *sow__shipped_alias(const char *class_name) {
  const alias *found =
      bsearch(class_name, aliases, sizeof aliases / sizeof aliases[0], sizeof aliases[0], compare_name);
  return found ? found->to : NULL;
}
