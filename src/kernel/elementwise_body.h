/*
 * The loops of elementwise.c for one type, included once for each: REAL is it, NAME(x) is x with its suffix,
 * FUSED its fma and ROOT its sqrt.
 */

#define EACH(expression)                                                                                     \
  for (size_t i = 0; i < count; i++) {                                                                       \
    REAL v = values[i];                                                                                      \
    values[i] = (expression);                                                                                \
  }                                                                                                          \
  break;

static void NAME(run)(sow__elementwise kind, REAL a, REAL b, REAL *values, size_t count) {
  switch (kind) {
  case SOW__MUL:
    EACH(v * a)
  case SOW__ADD:
    EACH(FUSED(a, b, v))
  case SOW__SUB:
    EACH(FUSED(a, -b, v))
  case SOW__DIV:
    EACH(v / a)
  case SOW__NEG:
    EACH(-v)
  case SOW__ABS:
    EACH(NAME(magnitude)(v))
  case SOW__POW:
    EACH(NAME(sow__pow)(v, a))
  case SOW__SQRT:
    EACH(ROOT(v))
  case SOW__RSQRT:
    EACH(1 / ROOT(v))
  case SOW__RECIPROCAL:
    EACH(1 / v)
  case SOW__CLAMP:
    EACH(NAME(clamp)(v, a, b))
  case SOW__EXP:
    EACH(NAME(sow__exp)(v))
  case SOW__EXPM1:
    EACH(NAME(sow__expm1)(v))
  case SOW__LOG:
    EACH(NAME(sow__log_whole)(v))
  case SOW__LOG1P:
    EACH(NAME(sow__log1p)(v))
  case SOW__ERFINV:
    EACH(NAME(sow__erfinv)(v))
  default:
    break;
  }
}

static void NAME(run_with)(sow__elementwise kind, REAL alpha, REAL *values, const REAL *other, size_t count) {
  switch (kind) {
  case SOW__MUL:
    EACH(v * other[i])
  case SOW__ADD:
    EACH(FUSED(other[i], alpha, v))
  case SOW__SUB:
    EACH(FUSED(other[i], -alpha, v))
  case SOW__DIV:
    EACH(v / other[i])
  default:
    break;
  }
}

#undef EACH
#undef REAL
#undef NAME
#undef FUSED
#undef ROOT
