/* Includes everything, twice and in another order, as callers of any standard do. */
#include <sow/sow.h>

#include <sow/archive.h>
#include <sow/plan.h>
#include <sow/recording.h>

int main(void) {
  sow_plan_options options = sow_plan_defaults();
  sow_initializer half = sow_mul(0.5);
  return options.threads + (half.kind == SOW_INIT_MUL ? 0 : 1);
}
