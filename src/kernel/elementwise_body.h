/*
 * The loops of elementwise.c for one type, included once for each: REAL is it, NAME(x) is x with its suffix,
 * FUSED its fma, ROOT its sqrt and REMAINDER its fmod, all of which are exact.
 */

enum { NAME(BLOCK) = 64 / sizeof(REAL) };

/* v, value by value, becomes the expression. Blocks have a known length, which compilers make vectors of. */
#define EACH(expression)                                                                                     \
  do {                                                                                                       \
    for (; count >= NAME(BLOCK); count -= NAME(BLOCK), values += NAME(BLOCK))                                \
      for (size_t i = 0; i < NAME(BLOCK); i++) {                                                             \
        REAL v = values[i];                                                                                  \
        values[i] = (expression);                                                                            \
      }                                                                                                      \
    for (size_t i = 0; i < count; i++) {                                                                     \
      REAL v = values[i];                                                                                    \
      values[i] = (expression);                                                                              \
    }                                                                                                        \
  } while (0)

/* Exponents for which torch does not call pow. */
static void NAME(power)(REAL exponent, REAL *values, size_t count) {
  const REAL half = (REAL)0.5;
  if (exponent == 0)
    EACH(((void)v, (REAL)1));
  else if (exponent == 2)
    EACH(v * v);
  else if (exponent == 3)
    EACH(v * v * v);
  else if (exponent == half)
    EACH(ROOT(v));
  else if (exponent == -half)
    EACH(1 / ROOT(v));
  else if (exponent == -1)
    EACH(1 / v);
  else if (exponent == -2)
    EACH(1 / (v * v));
  else if (exponent != 1)
    EACH(NAME(sow__pow)(v, exponent));
}

static void NAME(erfinv)(REAL *values, size_t count) {
  REAL chunk[CHUNK];
  for (size_t at = 0; at < count; at += CHUNK) {
    size_t part = count - at < CHUNK ? count - at : CHUNK;
    memcpy(chunk, values + at, part * sizeof *chunk);
    sow__kernel_select()->NAME(erfinv)(chunk, values + at, part);
  }
}

/* v + a*b, fused, as torch has it within vectors. */
static void NAME(add)(REAL a, REAL b, REAL *values, size_t count) {
  if (b == 1)
    EACH(v + a);
  else
    EACH(FUSED(a, b, v));
}

/* A bound that is no number leaves none, whatever the other one is. */
static void NAME(bound)(REAL low, REAL high, REAL *values, size_t count) {
  if (isnan(low) || isnan(high))
    EACH(((void)v, (REAL)NAN));
  else
    EACH(NAME(clamp)(v, low, high));
}

static void NAME(run)(sow__elementwise kind, REAL a, REAL b, REAL *values, size_t count) {
  if (kind == SOW__MUL)
    EACH(v * a);
  else if (kind == SOW__ADD)
    NAME(add)(a, b, values, count);
  else if (kind == SOW__SUB)
    NAME(add)(-a, b, values, count);
  else if (kind == SOW__DIV)
    EACH(v / a);
  else if (kind == SOW__NEG)
    EACH(-v);
  else if (kind == SOW__ABS)
    EACH(MAGNITUDE(v));
  else if (kind == SOW__POW)
    NAME(power)(a, values, count);
  else if (kind == SOW__SQRT)
    EACH(ROOT(v));
  else if (kind == SOW__RSQRT)
    EACH(1 / ROOT(v));
  else if (kind == SOW__RECIPROCAL)
    EACH(1 / v);
  else if (kind == SOW__CLAMP)
    NAME(bound)(a, b, values, count);
  else if (kind == SOW__FMOD)
    EACH(REMAINDER(v, a));
  else if (kind == SOW__EXP)
    EACH(NAME(sow__exp)(v));
  else if (kind == SOW__EXPM1)
    EACH(NAME(sow__expm1)(v));
  else if (kind == SOW__LOG)
    EACH(NAME(sow__log_whole)(v));
  else if (kind == SOW__LOG1P)
    EACH(NAME(sow__log1p)(v));
  else if (kind == SOW__ERFINV)
    NAME(erfinv)(values, count);
}

/* The same with `o`, value by value; the copy tells the compiler that writing values leaves the others alone.
 */
#define EACH_WITH(expression)                                                                                \
  do {                                                                                                       \
    REAL block[NAME(BLOCK)];                                                                                 \
    for (; count >= NAME(BLOCK); count -= NAME(BLOCK), values += NAME(BLOCK), other += NAME(BLOCK)) {        \
      memcpy(block, other, sizeof block);                                                                    \
      for (size_t i = 0; i < NAME(BLOCK); i++) {                                                             \
        REAL v = values[i], o = block[i];                                                                    \
        values[i] = (expression);                                                                            \
      }                                                                                                      \
    }                                                                                                        \
    for (size_t i = 0; i < count; i++) {                                                                     \
      REAL v = values[i], o = other[i];                                                                      \
      values[i] = (expression);                                                                              \
    }                                                                                                        \
  } while (0)

/* v + o*alpha, fused. */
static void NAME(add_with)(REAL alpha, REAL *values, const REAL *other, size_t count) {
  if (alpha == 1)
    EACH_WITH(v + o);
  else if (alpha == -1)
    EACH_WITH(v - o);
  else
    EACH_WITH(FUSED(o, alpha, v));
}

static void NAME(run_with)(sow__elementwise kind, REAL alpha, REAL *values, const REAL *other, size_t count) {
  if (kind == SOW__MUL)
    EACH_WITH(v * o);
  else if (kind == SOW__ADD)
    NAME(add_with)(alpha, values, other, count);
  else if (kind == SOW__SUB)
    NAME(add_with)(-alpha, values, other, count);
  else if (kind == SOW__DIV)
    EACH_WITH(v / o);
}

#undef EACH
#undef EACH_WITH
#undef REAL
#undef NAME
#undef FUSED
#undef ROOT
#undef MAGNITUDE
#undef REMAINDER
