/* sow_plan_print: the same bytes for the same plan everywhere, so that plans can be kept and compared. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/json.h"
#include "base/number.h"
#include "base/size.h"
#include "base/utf8.h"
#include "plan/entry.h"
#include "plan/steps.h"

/* ---- the table ---- */

enum { NAME, DTYPE, SHAPE, INITIALISER, RULE, WORDS, POSITION, MEAN, STD, LOW, HIGH, COLUMNS };

static const char *const titles[COLUMNS] = {"name",     "dtype", "shape", "initialiser", "rule", "words",
                                            "position", "mean",  "std",   "low",         "high"};

static void cell(sow__buffer *out, const sow__entry *made, const sow_plan_entry *entry, int column) {
  char number[SOW__NUMBER_SIZE], shape[SOW__SHAPE_SIZE];
  const double numbers[] = {entry->values.mean, entry->values.std, entry->values.low, entry->values.high};
  switch (column) {
  case NAME:
    sow__buffer_text(out, entry->name);
    break;
  case DTYPE:
    sow__buffer_text(out, sow_dtype_name(entry->dtype));
    if (entry->drawn != entry->dtype)
      sow__buffer_printf(out, " of %s", sow_dtype_name(entry->drawn));
    break;
  case SHAPE:
    sow__buffer_text(out, sow__shape_print(entry->ndim, entry->shape, shape, sizeof shape));
    break;
  case INITIALISER:
    if (entry->kept) {
      sow__buffer_text(out, "-");
      break;
    }
    sow__entry_line(made, out);
    break;
  case RULE:
    if (entry->tied_to != NULL)
      sow__buffer_printf(out, "tied to %s", entry->tied_to);
    else
      sow__buffer_text(out, entry->rule);
    break;
  case WORDS:
    sow__buffer_printf(out, "%" PRIu64, entry->draws);
    break;
  case POSITION:
    sow__buffer_printf(out, "%" PRIu64, entry->position);
    break;
  default:
    sow__buffer_text(out, isnan(numbers[column - MEAN]) || entry->kept
                              ? "-"
                              : sow__number_short(numbers[column - MEAN], number));
  }
}

/* Characters count, so that a name in any script keeps its column. */
static void put_cell(sow__buffer *out, const char *text, size_t width, int column) {
  size_t pad = width - sow__utf8_count(text, strlen(text));
  if (column > 0)
    sow__buffer_text(out, "  ");
  if (column >= WORDS)
    sow__buffer_fill(out, ' ', pad);
  sow__buffer_text(out, text);
  if (column < WORDS)
    sow__buffer_fill(out, ' ', pad);
}

static void summary(sow__buffer *out, const sow_plan *plan) {
  uint64_t elements = 0;
  for (size_t i = 0; i < plan->stored_count; i++)
    elements += (uint64_t)plan->entries[plan->in_file[i]].value->count;
  const sow_plan_options *settings = &plan->settings;
  sow__buffer_printf(out, "%zu tensor%s, %" PRIu64 " element%s, %" PRIu64 " byte%s, %" PRIu64 " word%s, ",
                     plan->count, sow__plural(plan->count), elements, sow__plural(elements), plan->bytes,
                     sow__plural(plan->bytes), plan->draws, sow__plural(plan->draws));
  if (plan->given_state)
    sow__buffer_text(out, "from a given state of ");
  sow__buffer_printf(out, "seed %" PRIu64 ", torch %s, %s", settings->seed,
                     sow_edition_name(settings->edition), sow_dtype_name(settings->dtype));
  if (settings->cast != settings->dtype)
    sow__buffer_printf(out, " cast to %s", sow_dtype_name(settings->cast));
  size_t kept = sow_plan_kept(plan);
  if (kept > 0)
    sow__buffer_printf(out, ", %zu tensor%s kept", kept, sow__plural(kept));
  sow__buffer_text(out, "\n");
}

/* One cell at a time, made twice, so that a table of any length needs no memory but its text. */
static void print_table(sow__buffer *out, const sow_plan *plan) {
  size_t widths[COLUMNS];
  for (int column = 0; column < COLUMNS; column++)
    widths[column] = strlen(titles[column]);
  sow__buffer text = {0};
  for (int pass = 0; pass < 2; pass++) {
    for (int column = 0; pass == 1 && column < COLUMNS; column++)
      put_cell(out, titles[column], widths[column], column);
    sow__buffer_text(out, pass == 1 ? "\n" : "");
    for (size_t i = 0; i < plan->count && !text.failed; i++) {
      sow_plan_entry entry;
      sow__plan_entry(plan, i, &entry);
      for (int column = 0; column < COLUMNS && !text.failed; column++) {
        text.length = 0;
        cell(&text, &plan->entries[i], &entry, column);
        const char *shown = text.length > 0 ? text.data : "";
        size_t width = sow__utf8_count(shown, text.length);
        if (pass == 1)
          put_cell(out, shown, widths[column], column);
        else if (width > widths[column])
          widths[column] = width;
      }
      sow__buffer_text(out, pass == 1 ? "\n" : "");
    }
  }
  out->failed = out->failed || text.failed;
  sow__buffer_free(&text);
  summary(out, plan);
}

/* ---- JSON ---- */

static void print_json_step(sow__buffer *out, const sow__entry *made, const sow__step *step, bool cast) {
  sow__buffer text = {0};
  sow__entry_step_text(made, step, cast, &text);
  sow__buffer_text(out, "{\"call\": ");
  sow__json_string(out, text.failed ? "" : text.data);
  sow__json_put_text(out, "dtype", sow_dtype_name(step->dtype));
  sow__json_put_text(out, "rule", step->rule);
  if (step->draws > 0 && step->begin.stream > 0)
    sow__json_put_count(out, "stream", step->begin.stream);
  if (step->draws > 0) {
    sow__json_put_count(out, "position", step->begin.position);
    sow__json_put_count(out, "words", step->draws);
  }
  sow__buffer_text(out, "}");
  out->failed = out->failed || text.failed;
  sow__buffer_free(&text);
}

static void print_json_steps(sow__buffer *out, const sow__entry *made) {
  bool cast = false;
  const sow__step *step;
  sow__json_key(out, "steps");
  sow__buffer_text(out, "[");
  for (size_t i = 0; !made->kept && (step = sow__entry_step(made, i, &cast)) != NULL; i++) {
    sow__buffer_text(out, i > 0 ? ", " : "");
    print_json_step(out, made, step, cast);
  }
  sow__buffer_text(out, "]");
}

static void print_json_entry(sow__buffer *out, const sow__entry *made, const sow_plan_entry *entry) {
  sow__buffer_text(out, "{\"name\": ");
  sow__json_string(out, entry->name);
  sow__json_put_text(out, "dtype", sow_dtype_name(entry->dtype));
  sow__json_put_text(out, "drawn", sow_dtype_name(entry->drawn));
  sow__json_put_shape(out, "shape", entry->ndim, entry->shape);
  print_json_steps(out, made);
  sow__json_put_text(out, "rule", entry->rule);
  if (entry->kept)
    sow__json_put_bool(out, "kept", true);
  if (entry->tied_to != NULL)
    sow__json_put_text(out, "tied_to", entry->tied_to);
  if (entry->stream > 0)
    sow__json_put_count(out, "stream", entry->stream);
  sow__json_put_count(out, "position", entry->position);
  sow__json_put_count(out, "words", entry->draws);
  sow__json_put_count(out, "grain", entry->grain);
  sow__json_put_count(out, "offset", entry->offset);
  sow__json_put_count(out, "bytes", entry->bytes);
  sow__json_put_number(out, "mean", entry->values.mean);
  sow__json_put_number(out, "std", entry->values.std);
  sow__json_put_number(out, "low", entry->values.low);
  sow__json_put_number(out, "high", entry->values.high);
  sow__buffer_text(out, "}");
}

static void print_json(sow__buffer *out, const sow_plan *plan) {
  const sow_plan_options *settings = &plan->settings;
  sow__json_open(out, "plan");
  sow__json_line(out, "torch");
  sow__json_string(out, sow_edition_name(settings->edition));
  sow__json_put_count(out, "seed", settings->seed);
  sow__json_put_bool(out, "given_state", plan->given_state);
  sow__json_put_text(out, "dtype", sow_dtype_name(settings->dtype));
  sow__json_put_text(out, "cast", sow_dtype_name(settings->cast));
  sow__json_put_count(out, "words", plan->draws);
  sow__json_put_count(out, "bytes", plan->bytes);
  sow__json_line(out, "tensors");
  for (size_t i = 0; i < plan->count; i++) {
    sow_plan_entry entry;
    sow__plan_entry(plan, i, &entry);
    sow__json_item(out, i);
    print_json_entry(out, &plan->entries[i], &entry);
  }
  sow__json_close_list(out, plan->count);
  sow__buffer_text(out, "\n}\n");
}

/* ---- the list of shapes ---- */

/* A name with a space would be read as two words, and one that begins with '#' as a comment. */
static bool is_word(const char *name) {
  return name[0] != '#' && strchr(name, ' ') == NULL;
}

static sow_status print_shapes(sow__buffer *out, const sow_plan *plan, sow_error *error) {
  char shape[SOW__SHAPE_SIZE];
  for (size_t i = 0; i < plan->count; i++) {
    sow_plan_entry entry;
    sow__plan_entry(plan, i, &entry);
    if (entry.tied_to == NULL && !is_word(entry.name))
      return sow__fail(error, SOW_INVALID_ARGUMENT,
                       "tensor '%.200s': a list of shapes has no names with spaces, or with '#' before them",
                       entry.name);
    sow__buffer_printf(out, "%s%s %s %s", entry.tied_to != NULL ? "# " : "", entry.name,
                       sow_dtype_name(entry.dtype),
                       sow__shape_print(entry.ndim, entry.shape, shape, sizeof shape));
    if (entry.tied_to != NULL)
      sow__buffer_printf(out, " tied to %s", entry.tied_to);
    sow__buffer_text(out, "\n");
  }
  return SOW_OK;
}

sow_status sow_plan_print(const sow_plan *plan, sow_plan_format format, char **text, size_t *length,
                          sow_error *error) {
  if ((unsigned)format > SOW_PLAN_SHAPES)
    return sow__fail(error, SOW_INVALID_ARGUMENT, "there is no plan format %d", (int)format);
  sow__buffer out = {0};
  sow_status status = SOW_OK;
  if (format == SOW_PLAN_JSON)
    print_json(&out, plan);
  else if (format == SOW_PLAN_SHAPES)
    status = print_shapes(&out, plan, error);
  else
    print_table(&out, plan);
  if (status == SOW_OK)
    return sow__buffer_take(&out, text, length, error);
  sow__buffer_free(&out);
  return status;
}
