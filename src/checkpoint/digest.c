#include "checkpoint/digest_text.h"

void sow__digest_text(struct sha256_ctx *context, char text[SOW_DIGEST_TEXT_SIZE]) {
  static const char digits[] = "0123456789abcdef";
  uint8_t digest[SHA256_DIGEST_SIZE];
  sha256_digest(context, sizeof digest, digest);
  for (size_t i = 0; i < sizeof digest; i++) {
    text[2 * i] = digits[digest[i] >> 4];
    text[2 * i + 1] = digits[digest[i] & 15];
  }
  text[2 * sizeof digest] = 0;
}

void sow_digest(const void *bytes, size_t size, char text[SOW_DIGEST_TEXT_SIZE]) {
  struct sha256_ctx context;
  sha256_init(&context);
  sha256_update(&context, size, bytes);
  sow__digest_text(&context, text);
}
