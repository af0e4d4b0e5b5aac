/* What plans expect of the values that steps make, and what is there. */
#include <math.h>

#include "base/dtype.h"
#include "box.h"
#include "sample.h"

#define ROWS 120
#define COLUMNS 50
#define COUNT (ROWS * COLUMNS)

/* A step on rows [begin, begin + rows); 0 rows: on all. */
typedef struct part {
  sow_initializer call;
  int64_t begin, rows;
} part;

typedef struct chain {
  const char *name;
  part parts[5];
  bool known; /* mean and deviation are */
  sow_density density;
} chain;

#define METHOD(kind) sow_method(SOW_INIT_##kind)
#define INF ((double)INFINITY)

static const chain *chains(size_t *count) {
  static chain all[40];
  const chain made[] = {
      {"scaled", {{sow_normal(1, 2)}, {sow_mul(-0.25)}}, true, SOW_DENSITY_NORMAL},
      {"divided", {{sow_uniform(-1, 3)}, {sow_div(4)}}, true, SOW_DENSITY_UNIFORM},
      {"shifted", {{sow_normal(0, 1)}, {sow_add(2, 0.5)}}, true, SOW_DENSITY_NORMAL},
      {"lowered", {{sow_uniform(0, 1)}, {sow_sub(3, 2)}}, true, SOW_DENSITY_UNIFORM},
      {"negated", {{sow_uniform(1, 2)}, {METHOD(NEG)}}, true, SOW_DENSITY_UNIFORM},
      {"several",
       {{sow_trunc_normal(0, 1, -1, 2)}, {sow_mul(3)}, {sow_add(1, 1)}, {METHOD(NEG)}},
       true,
       SOW_DENSITY_TRUNCATED},
      {"constant", {{sow_constant(3)}, {sow_mul(2)}, {sow_sub(1, 1)}}, true, SOW_DENSITY_CONSTANT},
      {"sphere", {{sow_orthogonal(1)}, {sow_mul(0.5)}}, true, SOW_DENSITY_SPHERE},
      {"sphere moved", {{sow_orthogonal(1)}, {sow_add(0.5, 1)}}, true, SOW_DENSITY_SPHERE},
      {"ones", {{sow_eye()}, {sow_mul(3)}}, true, SOW_DENSITY_ONES},
      {"ones moved", {{sow_eye()}, {sow_add(1, 1)}}, false, SOW_DENSITY_UNKNOWN},
      {"sparse", {{sow_sparse(0.25, 1)}, {sow_mul(2)}}, true, SOW_DENSITY_SPARSE},
      {"sparse moved", {{sow_sparse(0.25, 1)}, {sow_add(1, 1)}}, false, SOW_DENSITY_UNKNOWN},
      {"times nothing", {{sow_normal(0, 1)}, {sow_mul(0)}}, false, SOW_DENSITY_UNKNOWN},
      {"clamped wide", {{sow_uniform(-1, 1)}, {sow_clamp(-1, 1)}}, true, SOW_DENSITY_UNIFORM},
      {"clamped beyond", {{sow_uniform(-1, 1)}, {sow_clamp(-2, INF)}}, true, SOW_DENSITY_UNIFORM},
      {"clamped at neither", {{sow_normal(0, 1)}, {sow_clamp(-INF, INF)}}, true, SOW_DENSITY_NORMAL},
      {"clamped", {{sow_normal(0, 1)}, {sow_clamp(-0.5, 0.5)}}, false, SOW_DENSITY_UNKNOWN},
      {"clamped below", {{sow_normal(0, 1)}, {sow_clamp(0, INF)}}, false, SOW_DENSITY_UNKNOWN},
      {"clamped above", {{sow_uniform(-1, 1)}, {sow_clamp(-INF, 0.5)}}, false, SOW_DENSITY_UNKNOWN},
      {"fmod of less", {{sow_uniform(-1, 1)}, {sow_fmod(-2)}}, true, SOW_DENSITY_UNIFORM},
      {"fmod", {{sow_normal(0, 1)}, {sow_fmod(2)}}, false, SOW_DENSITY_UNKNOWN},
      {"fmod of what is positive", {{sow_uniform(0, 3)}, {sow_fmod(2)}}, false, SOW_DENSITY_UNKNOWN},
      {"timm",
       {{sow_uniform(-0.9, 0.9)}, {METHOD(ERFINV)}, {sow_mul(sqrt(2))}, {sow_clamp(-2, 2)}},
       true,
       SOW_DENSITY_TRUNCATED},
      {"erfinv of one side", {{sow_uniform(0.25, 0.75)}, {METHOD(ERFINV)}}, true, SOW_DENSITY_TRUNCATED},
      {"erfinv far out", {{sow_uniform(0.7, 0.99)}, {METHOD(ERFINV)}}, true, SOW_DENSITY_TRUNCATED},
      {"erfinv of a normal", {{sow_normal(0, 0.1)}, {METHOD(ERFINV)}}, false, SOW_DENSITY_UNKNOWN},
      {"absolute", {{sow_normal(0, 1)}, {METHOD(ABS)}}, false, SOW_DENSITY_UNKNOWN},
      {"exponential", {{sow_uniform(-1, 1)}, {METHOD(EXP)}}, false, SOW_DENSITY_UNKNOWN},
      {"rooted", {{sow_uniform(1, 4)}, {METHOD(SQRT)}}, false, SOW_DENSITY_UNKNOWN},
      {"logarithm", {{sow_uniform(1, 4)}, {METHOD(LOG)}}, false, SOW_DENSITY_UNKNOWN},
      {"a row of zeros", {{sow_normal(1, 2)}, {sow_zeros(), 3, 30}}, true, SOW_DENSITY_NORMAL},
      {"two rows of zeros",
       {{sow_normal(1, 2)}, {sow_zeros(), 0, 40}, {METHOD(ZERO), 60, 40}},
       true,
       SOW_DENSITY_NORMAL},
      {"zeros, scaled, zeros",
       {{sow_normal(1, 2)}, {sow_zeros(), 0, 40}, {sow_mul(3)}, {METHOD(ZERO), 60, 40}},
       true,
       SOW_DENSITY_NORMAL},
      {"zeros twice",
       {{sow_normal(1, 2)}, {sow_zeros(), 0, 40}, {sow_zeros(), 20, 40}},
       false,
       SOW_DENSITY_UNKNOWN},
      {"zeros, moved",
       {{sow_normal(1, 2)}, {sow_zeros(), 0, 40}, {sow_add(1, 1)}},
       false,
       SOW_DENSITY_UNKNOWN},
      {"a row of ones", {{sow_normal(0, 1)}, {sow_ones(), 7, 1}}, false, SOW_DENSITY_UNKNOWN},
      {"part scaled", {{sow_normal(0, 1)}, {sow_mul(5), 0, 60}}, false, SOW_DENSITY_UNKNOWN},
      {"drawn again",
       {{sow_normal(0, 1)}, {sow_zeros(), 0, 40}, {sow_uniform(2, 3)}},
       true,
       SOW_DENSITY_UNIFORM},
  };
  *count = sizeof made / sizeof *made;
  memcpy(all, made, sizeof made);
  return all;
}

static sow_plan *plan_of(const chain *c, sow_edition edition, sow_dtype dtype) {
  const int64_t shape[] = {ROWS, COLUMNS};
  sow_module *net = sow_module_new("Net");
  sow_module_add_parameter(net, "w", 2, shape);
  for (size_t i = 0;
       i < 5 && (i == 0 || c->parts[i].call.kind != SOW_INIT_UNIFORM || c->parts[i].call.argument[1] > 0);
       i++) {
    const part *p = &c->parts[i];
    const int64_t begin[] = {p->begin, 0}, size[] = {p->rows, COLUMNS};
    sow_module_step(net, "w", p->rows > 0 ? begin : NULL, p->rows > 0 ? size : NULL, p->call);
  }
  sow_plan_options options = sow_plan_defaults();
  options.seed = 5;
  options.edition = edition;
  options.dtype = options.cast = dtype;
  return planned(net, &options);
}

static void near(const char *name, const char *what, double value, double known, double tolerance) {
  if (!(fabs(value - known) <= tolerance))
    fail_msg("%s: its %s is %.9g, and %.9g is expected", name, what, value, known);
}

static void check_moments(const chain *c, const sow_distribution *aim, const double *values) {
  double sum = 0, squares = 0;
  for (int i = 0; i < COUNT; i++) {
    if (!(values[i] >= aim->low && values[i] <= aim->high))
      fail_msg("%s: %.9g is not within %.9g and %.9g", c->name, values[i], aim->low, aim->high);
    sum += values[i];
  }
  double mean = sum / COUNT, share = c->density == SOW_DENSITY_SPARSE ? 1 : aim->share;
  for (int i = 0; i < COUNT; i++)
    squares += (values[i] - mean) * (values[i] - mean);
  if (!c->known)
    return;
  double all = share * aim->mean, square = share * (aim->std * aim->std + aim->mean * aim->mean);
  double std = sqrt(square - all * all);
  near(c->name, "mean", mean, all, 5 * std / sqrt(COUNT) + 1e-6);
  near(c->name, "deviation", sqrt(squares / COUNT), std, 0.05 * std + 1e-6);
}

static void values_are_as_plans_expect(void **state) {
  (void)state;
  static double values[COUNT];
  static float floats[COUNT];
  size_t count;
  const chain *all = chains(&count);
  for (size_t i = 0; i < count; i++)
    EACH_EDITION(e) for (int wide = 0; wide < 2; wide++) {
      sow_plan *plan = plan_of(&all[i], e, wide ? SOW_FLOAT64 : SOW_FLOAT32);
      sow_plan_entry entry;
      assert_true(sow_plan_get(plan, 0, &entry));
      if (entry.values.density != all[i].density || isnan(entry.values.mean) == all[i].known)
        fail_msg("%s: its density is %d, its mean %g", all[i].name, (int)entry.values.density,
                 entry.values.mean);
      assert_int_equal(sow_plan_run(plan, 0, 0, COUNT, 1, wide ? (void *)values : floats, NULL), SOW_OK);
      for (int k = 0; k < COUNT && !wide; k++)
        values[k] = (double)floats[k];
      check_moments(&all[i], &entry.values, values);
      sow_plan_free(plan);
    }
}

/* A copy of a part of what is the same all over is like the whole; of the others nothing is known. */
static void copies_are_like_what_they_copy(void **state) {
  (void)state;
  const int64_t shape[] = {60, 50}, part_shape[] = {20, 50};
  const struct {
    sow_initializer call;
    sow_density whole, part;
  } cases[] = {
      {sow_normal(1, 2), SOW_DENSITY_NORMAL, SOW_DENSITY_NORMAL},
      {sow_uniform(1, 2), SOW_DENSITY_UNIFORM, SOW_DENSITY_UNIFORM},
      {sow_constant(3), SOW_DENSITY_CONSTANT, SOW_DENSITY_CONSTANT},
      {sow_orthogonal(1), SOW_DENSITY_SPHERE, SOW_DENSITY_UNKNOWN},
      {sow_eye(), SOW_DENSITY_ONES, SOW_DENSITY_UNKNOWN},
      {sow_sparse(0.5, 1), SOW_DENSITY_SPARSE, SOW_DENSITY_UNKNOWN},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    sow_module *net = sow_module_new("Net");
    sample_add(net, "a", 2, shape, cases[i].call);
    sow_module_add_parameter(net, "whole", 2, shape);
    sow_module_add_parameter(net, "part", 2, part_shape);
    sow_module_step_from(net, "whole", NULL, NULL, sow_copy(), net, "a", NULL);
    sow_module_step_from(net, "part", NULL, NULL, sow_copy(), net, "a", ((int64_t[]){30, 0}));
    sow_plan *plan = planned(net, NULL);
    sow_plan_entry entry;
    assert_true(sow_plan_get(plan, 1, &entry));
    assert_int_equal(entry.values.density, cases[i].whole);
    assert_true(sow_plan_get(plan, 2, &entry));
    assert_int_equal(entry.values.density, cases[i].part);
    sow_plan_free(plan);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(values_are_as_plans_expect),
      cmocka_unit_test(copies_are_like_what_they_copy),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
