/*
 * torchvision 0.14 to 0.27, timm and transformers: classes that are another class under their own name. Those
 * whose print shows no size (T5LayerNorm, older RMSNorms) are here too: the message then says what is
 * missing.
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

static const char *const holders[] = {
    "CLIPModel",
    "CLIPVisionEmbeddings",
    "CNBlock",
    "MambaMixer",
    "MultiscaleAttention",
    "RelativePositionalMultiHeadAttention",
    "SSDFeatureExtractorVGG",
    "ShiftedWindowAttention",
    "ShiftedWindowAttention3d",
    "ShiftedWindowAttentionV2",
    "SwinSelfAttention",
    "ViTEmbeddings",
    "VisionTransformer",
    "WindowAttention",
};

bool sow__class_holds_unprinted(const char *class_name) {
  for (size_t i = 0; i < sizeof holders / sizeof holders[0]; i++)
    if (strcmp(holders[i], class_name) == 0)
      return true;
  return false;
}
