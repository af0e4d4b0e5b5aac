/* What a report is made of, and how it becomes the data of a page. */
#ifndef SOW_CLI_REPORT_H
#define SOW_CLI_REPORT_H

#include "base/memory.h"
#include "cli/text/findings.h"
#include "cli/text/fold.h"
#include "sow/sow.h"

/* A tensor that weighs a sum of inputs, in the order in which a signal meets it. */
typedef struct report_layer {
  size_t index;    /* of the archive's entry */
  double inputs;   /* that are summed for one output */
  double gain;     /* std*sqrt(inputs) */
  double expected; /* the same of the rule; NaN where there is none */
  double signal;   /* what is left of a signal after it where ReLU follows each layer: the product of
                      gain/sqrt(2) */
  size_t earlier;  /* the entry of the checkpoint before, or NOT_THERE */
  double earlier_gain, earlier_signal;
} report_layer;

#define NOT_THERE SIZE_MAX

typedef struct report_data {
  const char *path, *model_path, *earlier_path; /* as given; NULL: not given */
  const sow_archive *archive, *earlier;         /* earlier: --before, or NULL */
  sow_statistics *statistics, *earlier_statistics;
  const sow_plan *plan; /* NULL: no model */
  bool seeded;          /* to be compared with the plan bit for bit */
  findings *warnings;   /* what the program said; without names */
  verdict verdict;
  folds rows;
  size_t *order; /* indices of the archive's entries by depth, and each one's place there */
  size_t *rank;
  report_layer *layers;
  size_t layer_count;
  bool normalised; /* there seem to be layers that restore a signal's size */
} report_data;

/* The plan's entry of a tensor; false where there is none of that name and shape. */
bool report_planned(const report_data *data, size_t index, sow_plan_entry *out);

/* Sorts the rows too; then the layers can be found. False when memory is short. */
bool report_order(report_data *data);
bool report_layers(report_data *data);

/* All of it as JSON. */
void report_json(sow__buffer *out, const report_data *data);

/* ---- what a rule's values are spread like ---- */

#define CURVE_POINTS 97
#define MARK_LIMIT 8

typedef struct report_curve {
  double x[CURVE_POINTS + 2], y[CURVE_POINTS + 2]; /* a density, joined by lines */
  int count;
  double marks[MARK_LIMIT]; /* values that many elements have */
  int mark_count;
} report_curve;

/* False when memory is short. */
bool report_curve_of(const sow_plan *plan, const sow_plan_entry *entry, report_curve *out);

/* The same for values that no formula describes and nobody draws: they are made. */
bool report_curve_made(const sow_plan *plan, const sow_plan_entry *entry, report_curve *out);

#endif
