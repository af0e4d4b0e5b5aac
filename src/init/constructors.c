/* torch.nn.init's functions and the tensor's methods as values. */
#include "init/initializer.h"

sow_initializer sow__with_numbers(sow_initializer_kind kind, double first, double second) {
  sow_initializer made = sow__initializer_defaults(kind);
  made.argument[0] = first;
  made.argument[1] = second;
  return made;
}

sow_initializer sow_uniform(double a, double b) {
  return sow__with_numbers(SOW_INIT_UNIFORM, a, b);
}

sow_initializer sow_normal(double mean, double std) {
  return sow__with_numbers(SOW_INIT_NORMAL, mean, std);
}

sow_initializer sow_trunc_normal(double mean, double std, double a, double b) {
  sow_initializer made = sow__with_numbers(SOW_INIT_TRUNC_NORMAL, mean, std);
  made.argument[2] = a;
  made.argument[3] = b;
  return made;
}

sow_initializer sow_constant(double value) {
  return sow__with_numbers(SOW_INIT_CONSTANT, value, 0);
}

sow_initializer sow_ones(void) {
  return sow__initializer_defaults(SOW_INIT_ONES);
}

sow_initializer sow_zeros(void) {
  return sow__initializer_defaults(SOW_INIT_ZEROS);
}

sow_initializer sow_eye(void) {
  return sow__initializer_defaults(SOW_INIT_EYE);
}

sow_initializer sow_dirac(int64_t groups) {
  sow_initializer made = sow__initializer_defaults(SOW_INIT_DIRAC);
  made.integer = groups;
  return made;
}

sow_initializer sow_xavier_uniform(double gain) {
  return sow__with_numbers(SOW_INIT_XAVIER_UNIFORM, gain, 0);
}

sow_initializer sow_xavier_normal(double gain) {
  return sow__with_numbers(SOW_INIT_XAVIER_NORMAL, gain, 0);
}

static sow_initializer kaiming(sow_initializer_kind kind, double a, sow_fan_mode mode,
                               sow_nonlinearity nonlinearity) {
  sow_initializer made = sow__with_numbers(kind, a, 0);
  made.mode = mode;
  made.nonlinearity = nonlinearity;
  return made;
}

sow_initializer sow_kaiming_uniform(double a, sow_fan_mode mode, sow_nonlinearity nonlinearity) {
  return kaiming(SOW_INIT_KAIMING_UNIFORM, a, mode, nonlinearity);
}

sow_initializer sow_kaiming_normal(double a, sow_fan_mode mode, sow_nonlinearity nonlinearity) {
  return kaiming(SOW_INIT_KAIMING_NORMAL, a, mode, nonlinearity);
}

sow_initializer sow_orthogonal(double gain) {
  return sow__with_numbers(SOW_INIT_ORTHOGONAL, gain, 0);
}

sow_initializer sow_sparse(double sparsity, double std) {
  return sow__with_numbers(SOW_INIT_SPARSE, sparsity, std);
}

/* ---- methods ---- */

sow_initializer sow_copy(void) {
  return sow__initializer_defaults(SOW_INIT_COPY);
}

sow_initializer sow_mul(double other) {
  return sow__with_numbers(SOW_INIT_MUL, other, 0);
}

sow_initializer sow_add(double other, double alpha) {
  return sow__with_numbers(SOW_INIT_ADD, other, alpha);
}

sow_initializer sow_sub(double other, double alpha) {
  return sow__with_numbers(SOW_INIT_SUB, other, alpha);
}

sow_initializer sow_div(double other) {
  return sow__with_numbers(SOW_INIT_DIV, other, 0);
}

sow_initializer sow_pow(double exponent) {
  return sow__with_numbers(SOW_INIT_POW, exponent, 0);
}

sow_initializer sow_clamp(double min, double max) {
  return sow__with_numbers(SOW_INIT_CLAMP, min, max);
}

sow_initializer sow_method(sow_initializer_kind kind) {
  return sow__initializer_defaults(kind);
}

sow_initializer sow_norm(int dim) {
  sow_initializer made = sow__initializer_defaults(SOW_INIT_NORM);
  made.integer = dim;
  return made;
}
