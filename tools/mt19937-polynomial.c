/*
 * Finds the characteristic polynomial of MT19937 by Berlekamp and Massey (Massey 1969) on one bit of its
 * output, and prints the exponents as src/generator/jump_table.h.
 *
 *     cc -O2 -o build/mt19937-polynomial tools/mt19937-polynomial.c && build/mt19937-polynomial
 *
 * tests/test_jump.c checks the committed table without this tool: the polynomial has degree 19937 and
 * annihilates the stream.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DEGREE 19937
#define BITS (2 * DEGREE + 64)
#define WORDS (BITS / 64 + 2)

static uint32_t state[624];
static int place = 624;

static uint32_t next_word(void) {
  if (place == 624) {
    for (int i = 0; i < 624; i++) {
      uint32_t y = (state[i] & 0x80000000u) | (state[(i + 1) % 624] & 0x7fffffffu);
      state[i] = state[(i + 397) % 624] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
    }
    place = 0;
  }
  return state[place++];
}

/* a ^= b << shift */
static void add_shifted(uint64_t *a, const uint64_t *b, int shift) {
  int words = shift / 64, bits = shift % 64;
  for (int i = WORDS - 1; i >= words; i--) {
    uint64_t v = b[i - words] << bits;
    if (bits != 0 && i > words)
      v |= b[i - words - 1] >> (64 - bits);
    a[i] ^= v;
  }
}

int main(void) {
  state[0] = 19650218;
  for (uint32_t i = 1; i < 624; i++)
    state[i] = 1812433253u * (state[i - 1] ^ (state[i - 1] >> 30)) + i;

  /* window bit k is s[n-k], so that the discrepancy is the parity of connection & window. */
  static uint64_t connection[WORDS], before[WORDS], saved[WORDS], window[WORDS];
  connection[0] = before[0] = 1;
  int length = 0, since = 1;
  for (int n = 0; n < 2 * DEGREE + 32; n++) {
    for (int i = WORDS - 1; i > 0; i--)
      window[i] = window[i] << 1 | window[i - 1] >> 63;
    window[0] = window[0] << 1 | (next_word() & 1);
    uint64_t parity = 0;
    for (int i = 0; i <= length / 64; i++)
      parity ^= connection[i] & window[i];
    if (!__builtin_parityll(parity)) {
      since++;
      continue;
    }
    memcpy(saved, connection, sizeof saved);
    add_shifted(connection, before, since);
    if (2 * length <= n) {
      length = n + 1 - length;
      memcpy(before, saved, sizeof before);
      since = 1;
    } else {
      since++;
    }
  }
  if (length != DEGREE) {
    fprintf(stderr, "the recurrence has length %d, not %d\n", length, DEGREE);
    return 1;
  }

  int terms = 0;
  for (int i = 0; i <= DEGREE; i++)
    terms += (int)(connection[i / 64] >> i % 64 & 1);
  printf("/* Made by tools/mt19937-polynomial.c; checked by tests/test_jump.c. */\n"
         "#ifndef SOW_GENERATOR_JUMP_TABLE_H\n#define SOW_GENERATOR_JUMP_TABLE_H\n\n#include <stdint.h>\n\n"
         "#define SOW__JUMP_DEGREE %d\n#define SOW__JUMP_TERMS %d\n\n"
         "/* Exponents of the characteristic polynomial of MT19937 over GF(2), falling. */\n"
         "static const uint16_t sow__jump_exponent[SOW__JUMP_TERMS] = {",
         DEGREE, terms);
  /* The connection polynomial is the reciprocal of the characteristic one. */
  int column = 0;
  for (int i = 0; i <= DEGREE; i++)
    if (connection[i / 64] >> i % 64 & 1)
      printf("%s%d,", column++ % 14 ? " " : "\n    ", DEGREE - i);
  printf("\n};\n\n#endif\n");
  return 0;
}
