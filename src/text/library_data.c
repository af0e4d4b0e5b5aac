#include "text/library_table.h"

const sow__library_family sow__library_families[] = {{"RMSNorm", "RMSNorm", "AXK1 GptOss"}};
const size_t sow__library_family_count = 1;
const sow__library_class sow__library_holders[] = {
    {"BeitEmbeddings", "", "cls_token mask_token?"},
    {"MixtralExperts", "", "gate_up_proj down_proj"},
};
const size_t sow__library_holder_count = 2;
const sow__library_class sow__library_again[] = {{"ResNet", "conv1 bn1", NULL}};
const size_t sow__library_again_count = 1;
const char *const sow__library_plain[] = {"Zoo"};
const size_t sow__library_plain_count = 1;
