/* The digest of what is not in memory at once. */
#ifndef SOW_CHECKPOINT_DIGEST_TEXT_H
#define SOW_CHECKPOINT_DIGEST_TEXT_H

#include <nettle/sha2.h>

#include "sow/checkpoint.h"

/* Ends a digest, as the text that sow_digest gives. */
void sow__digest_text(struct sha256_ctx *context, char text[SOW_DIGEST_TEXT_SIZE]);

#endif
