/* The digest that parts of one file share. */
#include "run/parts_digest.h"

#include <inttypes.h>
#include <stdlib.h>

#include "init/initializer.h"
#include "sow/sow.h"

/* ---- what is kept of another checkpoint ---- */

/*
 * Of each kept tensor so many samples, spread evenly from its first byte to its last: two checkpoints of one
 * model, trained further, hardly share them all, and reading everything would take each part as long as the
 * whole.
 */
#define SAMPLES 64
#define SAMPLE ((size_t)4096)

static sow_status add_samples(const sow__entry *entry, sow__buffer *text, sow_error *error) {
  unsigned char sample[SAMPLE];
  const sow__source *source = entry->value->steps[0]->source;
  uint64_t bytes = sow__entry_bytes(entry), latest = bytes > SAMPLE ? bytes - SAMPLE : 0;
  size_t size = bytes < SAMPLE ? (size_t)bytes : SAMPLE;
  sow_status status = SOW_OK;
  for (uint64_t i = 0; status == SOW_OK && i < SAMPLES; i++) {
    uint64_t begin = latest / (SAMPLES - 1) * i;
    status =
        source->read(source->context, source->index, i + 1 == SAMPLES ? latest : begin, size, sample, error);
    if (status == SOW_OK)
      sow__buffer_add(text, sample, size);
    if (latest == 0)
      break;
  }
  return status;
}

static sow_status add_kept(const sow_plan *plan, sow__buffer *text, sow_error *error) {
  sow_status status = SOW_OK;
  for (size_t i = 0; status == SOW_OK && i < plan->stored_count; i++)
    if (plan->entries[plan->in_file[i]].kept)
      status = add_samples(&plan->entries[plan->in_file[i]], text, error);
  return status;
}

/* ---- what is made: as a plan prints it, and what a print leaves out ---- */

static void add_view(sow__buffer *text, const sow__view *view) {
  sow__buffer_printf(text, " +%" PRId64 " [", view->offset);
  for (int i = 0; i < view->ndim; i++)
    sow__buffer_printf(text, "%" PRId64 ",", view->shape[i]);
  for (int i = 0; i < view->ndim && view->strides != NULL; i++)
    sow__buffer_printf(text, "*%" PRId64, view->strides[i]);
}

/* Bytes that are there: those of a recording, which may be large. */
static sow_status add_literal(const sow__step *step, sow__buffer *text, sow_error *error) {
  unsigned char piece[SAMPLE];
  const sow__source *source = step->source;
  const uint64_t bytes = (uint64_t)step->count * sow_dtype_size(source->dtype);
  sow_status status = SOW_OK;
  for (uint64_t at = 0; status == SOW_OK && at < bytes; at += SAMPLE) {
    size_t size = bytes - at < SAMPLE ? (size_t)(bytes - at) : SAMPLE;
    status = source->read(source->context, source->index, at, size, piece, error);
    if (status == SOW_OK)
      sow__buffer_add(text, piece, size);
  }
  return status;
}

static sow_status add_value(const sow__value *value, sow__buffer *text, sow_error *error);

/* A call's fans are of the shape that it is made under, and a copy's elements of the view that it reads. */
static sow_status add_step(const sow__step *step, sow__buffer *text, sow_error *error) {
  const sow__view target = {step->ndim, step->shape, step->strides, step->offset};
  char call[SOW_INITIALIZER_TEXT_SIZE];
  sow__initializer_print(step->call, step->source == NULL ? NULL : "", call, sizeof call);
  sow__buffer_printf(text, "\n%s %s %u:%" PRIu64, call, sow_dtype_name(step->dtype),
                     (unsigned)step->begin.stream, step->begin.position);
  add_view(text, &target);
  if (step->source == NULL)
    return SOW_OK;
  if (step->source->value == NULL)
    return add_literal(step, text, error);
  add_view(text, &step->source->view);
  return add_value(step->source->value, text, error);
}

static sow_status add_value(const sow__value *value, sow__buffer *text, sow_error *error) {
  sow_status status = SOW_OK;
  sow__buffer_text(text, "(");
  for (uint32_t i = 0; status == SOW_OK && i < value->step_count; i++)
    status = add_step(value->steps[i], text, error);
  sow__buffer_text(text, ")");
  return status;
}

static sow_status add_made(const sow_plan *plan, sow__buffer *text, sow_error *error) {
  sow_status status = SOW_OK;
  for (size_t i = 0; status == SOW_OK && i < plan->stored_count; i++)
    if (!plan->entries[plan->in_file[i]].kept)
      status = add_value(plan->entries[plan->in_file[i]].value, text, error);
  return status;
}

/* ---- all of it ---- */

sow_status sow__parts_digest(const sow__writer *writer, char digest[SOW_DIGEST_TEXT_SIZE], sow_error *error) {
  const sow_plan *plan = writer->plan;
  sow__buffer text = {0};
  char *json;
  size_t length;
  sow_status status = sow_plan_print(plan, SOW_PLAN_JSON, &json, &length, error);
  if (status != SOW_OK)
    return status;
  sow__buffer_text(&text, sow_version());
  sow__buffer_add(&text, writer->header, writer->header_size);
  sow__buffer_add(&text, json, length);
  if (plan->given_state) {
    uint8_t bytes[SOW_GENERATOR_STATE_SIZE];
    sow_generator_get_state(&plan->bases[0], bytes);
    sow__buffer_add(&text, bytes, sizeof bytes);
  }
  free(json);
  status = add_made(plan, &text, error);
  if (status == SOW_OK)
    status = add_kept(plan, &text, error);
  if (status == SOW_OK && text.failed)
    status = sow__fail(error, SOW_NO_MEMORY, NULL);
  if (status == SOW_OK)
    sow_digest(text.data, text.length, digest);
  sow__buffer_free(&text);
  return status;
}
