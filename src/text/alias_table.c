/*
 * Classes of older and of coming editions of torchvision, timm and transformers that are another class under
 * their own name; library_data.c has those of the editions that it names.
 */
#include <stdlib.h>
#include <string.h>

#include "text/class_table.h"

typedef struct alias {
  const char *from, *to;
} alias;

/* Sorted by strcmp of the first names. */
static const alias aliases[] = {
    {"AnchorGenerator", "Identity"},
    {"BatchNormAct2d", "BatchNorm2d"},
    {"Conv2dSame", "Conv2d"},
    {"Conv3DNoTemporal", "Conv3d"},
    {"Conv3DSimple", "Conv3d"},
    {"DeepseekV2RMSNorm", "RMSNorm"},
    {"DeepseekV3RMSNorm", "RMSNorm"},
    {"DefaultBoxGenerator", "Identity"},
    {"DeformConv2d", "Conv2d"},
    {"DropBlock2d", "Identity"},
    {"DropBlock3d", "Identity"},
    {"FastGELUActivation", "Identity"},
    {"GELUActivation", "Identity"},
    {"Gemma2RMSNorm", "GemmaRMSNorm"},
    {"Gemma3RMSNorm", "GemmaRMSNorm"},
    {"GeneralizedRCNNTransform", "Identity"},
    {"Glm4RMSNorm", "RMSNorm"},
    {"GlmRMSNorm", "RMSNorm"},
    {"GraniteRMSNorm", "RMSNorm"},
    {"JambaRMSNorm", "RMSNorm"},
    {"LastLevelMaxPool", "Identity"},
    {"LayerNorm2d", "LayerNorm"},
    {"Llama4TextRMSNorm", "RMSNorm"},
    {"LlamaRMSNorm", "RMSNorm"},
    {"LlamaRotaryEmbedding", "Identity"},
    {"MambaRMSNorm", "RMSNorm"},
    {"MiniMaxM3VLRMSNorm", "GemmaRMSNorm"},
    {"MistralRMSNorm", "RMSNorm"},
    {"MixtralRMSNorm", "RMSNorm"},
    {"MllamaTextRMSNorm", "RMSNorm"},
    {"MultiScaleRoIAlign", "Identity"},
    {"MuseGlimmerTextCenteredRMSNorm", "GemmaRMSNorm"},
    {"MuseSparkTextCenteredRMSNorm", "GemmaRMSNorm"},
    {"MuseSparkTextInputScaledRMSNorm", "GemmaRMSNorm"},
    {"NewGELUActivation", "Identity"},
    {"Olmo2RMSNorm", "RMSNorm"},
    {"OlmoeRMSNorm", "RMSNorm"},
    {"PSRoIAlign", "Identity"},
    {"PSRoIPool", "Identity"},
    {"Permute", "Identity"},
    {"Phi3RMSNorm", "RMSNorm"},
    {"PixtralRMSNorm", "RMSNorm"},
    {"PytorchGELUTanh", "Identity"},
    {"QuickGELUActivation", "Identity"},
    {"Qwen2MoeRMSNorm", "RMSNorm"},
    {"Qwen2RMSNorm", "RMSNorm"},
    {"Qwen3MoeRMSNorm", "RMSNorm"},
    {"Qwen3NextRMSNorm", "GemmaRMSNorm"},
    {"Qwen3RMSNorm", "RMSNorm"},
    {"Qwen3_5MoeRMSNorm", "GemmaRMSNorm"},
    {"Qwen3_5RMSNorm", "GemmaRMSNorm"},
    {"Qwen4ExpTextRMSNorm", "GemmaRMSNorm"},
    {"RecurrentGemmaRMSNorm", "GemmaRMSNorm"},
    {"RoIAlign", "Identity"},
    {"RoIPool", "Identity"},
    {"SiLUActivation", "Identity"},
    {"Step3p7RMSNorm", "GemmaRMSNorm"},
    {"StochasticDepth", "Identity"},
    {"SwapAxes", "Identity"},
    {"T5Gemma2RMSNorm", "GemmaRMSNorm"},
    {"T5GemmaRMSNorm", "GemmaRMSNorm"},
    {"T5LayerNorm", "RMSNorm"},
    {"VaultGemmaRMSNorm", "GemmaRMSNorm"},
    {"WindowDepartition", "Identity"},
    {"WindowPartition", "Identity"},
};

static int compare_name(const void *name, const void *row) {
  return strcmp(name, ((const alias *)row)->from);
}

const char *sow__shipped_alias(const char *class_name) {
  const alias *found =
      bsearch(class_name, aliases, sizeof aliases / sizeof aliases[0], sizeof aliases[0], compare_name);
  return found ? found->to : NULL;
}
