/*
 * trunc_normal_ from edition 2.12 on: torch fills the whole tensor in rounds until every element has been
 * accepted once, with normals that lie within the bounds or, where those would be rare, with uniforms that
 * pass a test. So an element is what the first round that accepts it makes, and can be made alone; only the
 * number of rounds, which moves the stream, needs all of them. Source: torch/nn/init.py, 2.14.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/team.h"
#include "kernel/kernel.h"
#include "op/convert.h"
#include "op/expect.h"
#include "op/op.h"
#include "op/rejection.h"
#include "op/truncation.h"

enum {
  CHUNK = 1024,        /* elements that are settled together */
  TAIL = 16,           /* normal_ makes the last 16 together: a last chunk is never shorter */
  ROUND_LIMIT = 65536, /* torch would go on for ever */
};

/* One stream of words of one round. */
typedef struct draw {
  sow__step step;
  sow__worker worker; /* at a place of its own */
} draw;

/* The candidates and, but for normals, the uniforms that decide about them. */
typedef struct round_draws {
  draw candidate, test;
} round_draws;

/* The rounds so far, each at its place in the stream; `next` is where another begins. */
typedef struct rounds {
  round_draws *items;
  size_t count, capacity;
  bool once; /* all elements are in one chunk: only the latest round is kept */
  sow__place next;
} rounds;

enum { GROUP = 16, GROUPS = (CHUNK + TAIL) / GROUP }; /* a bit for each of 16 elements, a block of normals */

/* The buffers of one chunk, double for alignment; sets of elements are bits. */
typedef struct chunk {
  double candidate[CHUNK + TAIL], test[CHUNK + TAIL];
  float candidate_f32[CHUNK + TAIL], test_f32[CHUNK + TAIL];
  uint16_t pending[GROUPS], refused[GROUPS];
} chunk;

/* ---- the rounds ---- */

static sow_status draw_bind(draw *one, const sow__rejection *way, const sow__op *family, double p0, double p1,
                            bool first, sow__worker *worker, sow__place *place, sow_error *error) {
  one->step = *way->step;
  one->step.op = family;
  one->step.p[0] = p0;
  one->step.p[1] = p1;
  if (!first && way->rest_contiguous)
    one->step.strides = NULL;
  sow_status status = sow__step_bind(&one->step, worker, place, error);
  one->worker = *worker;
  one->worker.readers = NULL;
  return status;
}

/* Puts the next round into `item`, reading with a copy of `worker`. */
static sow_status round_bind(round_draws *item, const sow__rejection *way, bool first, sow__worker *worker,
                             sow__place *place, sow_error *error) {
  const double *p = way->step->p;
  if (way->by_normal) {
    item->test.worker = *worker;
    return draw_bind(&item->candidate, way, &sow__op_normal, p[0], p[1], first, worker, place, error);
  }
  sow_status status =
      draw_bind(&item->candidate, way, &sow__op_uniform, p[2], p[3], first, worker, place, error);
  if (status != SOW_OK)
    return status;
  return draw_bind(&item->test, way, &sow__op_uniform, 0.0, 1.0, first, worker, place, error);
}

/* The cursors that the range before left in this round; they stand where this one begins. */
static void round_resume(round_draws *item, size_t index, const sow__readers *left) {
  const sow__cursor *fresh = &item->candidate.worker.cursor;
  if (left == NULL || 2 * index >= left->count || left->items[2 * index].stream != fresh->stream ||
      left->items[2 * index].position < fresh->position)
    return;
  item->candidate.worker.cursor = left->items[2 * index];
  item->test.worker.cursor = left->items[2 * index + 1]; /* unused by normals */
}

/* Leaves the cursors of all rounds for the next range; without memory it will have to jump. */
static void rounds_leave(const rounds *all, sow__readers *readers) {
  void *items = readers->items;
  if (all->once || !sow__reserve(&items, &readers->capacity, 2 * all->count, sizeof *readers->items))
    return;
  readers->items = items;
  for (size_t i = 0; i < all->count; i++) {
    readers->items[2 * i] = all->items[i].candidate.worker.cursor;
    readers->items[2 * i + 1] = all->items[i].test.worker.cursor;
  }
  if (readers->count < 2 * all->count)
    readers->count = 2 * all->count;
}

static sow_status rounds_reserve(rounds *all, size_t count, sow_error *error) {
  void *items = all->items;
  if (!sow__reserve(&items, &all->capacity, count, sizeof *all->items))
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  all->items = items;
  return SOW_OK;
}

/* The cursor of the latest round is the nearest to the next one's place. */
static sow_status rounds_add(rounds *all, const sow__rejection *way, sow__worker *worker, sow_error *error) {
  size_t kept = all->once ? 0 : all->count;
  sow_status status = rounds_reserve(all, kept + 1, error);
  if (status != SOW_OK)
    return status;
  sow__worker near = *worker;
  if (all->count > 0)
    near = all->items[all->once ? 0 : kept - 1].candidate.worker;
  status = round_bind(&all->items[kept], way, all->count == 0, &near, &all->next, error);
  if (status == SOW_OK)
    round_resume(&all->items[kept], all->count++, worker->readers);
  return status;
}

/* ---- one chunk of one round ---- */

/* Draws into `values`, and as floats into `values_f32`; float32 into these only. */
static sow_status draw_run(draw *one, uint64_t begin, uint64_t end, void *values, float *values_f32,
                           sow_error *error) {
  sow_dtype dtype = one->step.dtype;
  void *drawn = dtype == SOW_FLOAT32 ? values_f32 : values;
  sow_status status = sow__step_run(&one->step, &one->worker, begin, end, drawn, error);
  if (status == SOW_OK && sow_dtype_size(dtype) == 2)
    sow__convert(dtype, values, SOW_FLOAT32, values_f32, (size_t)(end - begin));
  return status;
}

static bool refuses(const sow__rejection *way, const chunk *part, size_t i) {
  return way->step->dtype == SOW_FLOAT64
             ? sow__rejection_refuses_f64(way, part->candidate[i], part->test[i])
             : sow__rejection_refuses_f32(way, part->candidate_f32[i], part->test_f32[i]);
}

/* Draws elements [from, to) of the chunk that starts at `begin`, and fills in who of them is refused. */
static sow_status chunk_judge(chunk *part, const sow__rejection *way, round_draws *round, uint64_t begin,
                              size_t from, size_t to, sow_error *error) {
  const sow__kernel *kernel = sow__kernel_select();
  size_t size = sow_dtype_size(way->step->dtype);
  char *candidate = (char *)part->candidate + from * size, *test = (char *)part->test + from * size;
  sow_status status =
      draw_run(&round->candidate, begin + from, begin + to, candidate, part->candidate_f32 + from, error);
  if (status == SOW_OK && !way->by_normal)
    status = draw_run(&round->test, begin + from, begin + to, test, part->test_f32 + from, error);
  if (status != SOW_OK)
    return status;
  uint16_t *refused = part->refused + from / GROUP;
  if (way->by_normal && way->step->dtype == SOW_FLOAT64) {
    kernel->outside_f64(part->candidate + from, refused, to - from, way->low, way->high);
  } else if (way->by_normal) {
    kernel->outside_f32(part->candidate_f32 + from, refused, to - from, (float)way->low, (float)way->high);
  } else {
    memset(refused, 0, (to - from + GROUP - 1) / GROUP * sizeof *refused);
    for (size_t i = from; i < to; i++)
      if ((part->pending[i / GROUP] >> i % GROUP & 1) != 0 && refuses(way, part, i))
        part->refused[i / GROUP] |= (uint16_t)(1u << i % GROUP);
  }
  return SOW_OK;
}

/* Elements of a group, of a size that the compiler knows; all of them where they were pending as a whole. */
static inline void hand_over(char *out, const char *candidate, unsigned pending, unsigned accepted,
                             size_t size) {
  if (pending == 0xffff) {
    memcpy(out, candidate, GROUP * size);
    return;
  }
  for (; accepted != 0; accepted &= accepted - 1) {
    size_t at = (size_t)__builtin_ctz(accepted) * size;
    memcpy(out + at, candidate + at, size);
  }
}

/*
 * The pending elements of a group that were not refused go to `out`, unless NULL, and are pending no more. Of
 * a group that was pending as a whole all go: what is refused will be overwritten.
 */
static void accept(chunk *part, size_t group, sow_dtype dtype, char *out) {
  unsigned pending = part->pending[group], accepted = pending & ~(unsigned)part->refused[group];
  size_t first = group * GROUP;
  part->pending[group] &= part->refused[group];
  if (out == NULL)
    return;
  if (dtype == SOW_FLOAT32)
    hand_over(out + first * 4, (const char *)(part->candidate_f32 + first), pending, accepted, 4);
  else if (dtype == SOW_FLOAT64)
    hand_over(out + first * 8, (const char *)(part->candidate + first), pending, accepted, 8);
  else
    hand_over(out + first * 2, (const char *)part->candidate + first * 2, pending, accepted, 2);
}

/* Runs the round on the groups of [begin, end) that are pending; those that follow each other go together. */
static sow_status chunk_round(chunk *part, const sow__rejection *way, round_draws *round, uint64_t begin,
                              uint64_t end, char *out, sow_error *error) {
  size_t count = (size_t)(end - begin), groups = (count + GROUP - 1) / GROUP;
  for (size_t first = 0; first < groups; first++) {
    size_t next = first;
    while (next < groups && part->pending[next] != 0)
      next++;
    if (next == first)
      continue;
    size_t to = next * GROUP < count ? next * GROUP : count;
    sow_status status = chunk_judge(part, way, round, begin, first * GROUP, to, error);
    if (status != SOW_OK)
      return status;
    for (; first < next; first++)
      accept(part, first, way->step->dtype, out);
  }
  return SOW_OK;
}

static bool is_pending(const chunk *part) {
  unsigned any = 0;
  for (int i = 0; i < GROUPS; i++)
    any |= part->pending[i];
  return any != 0;
}

static sow_status refuse_limit(const sow__rejection *way, sow_error *error) {
  return sow__fail(error, SOW_LIMIT,
                   "%s: the bounds are so far from the mean that hardly any draw is accepted within %d "
                   "rounds (torch would go on); move them nearer",
                   sow_initializer_name(way->step->call.kind), ROUND_LIMIT);
}

static sow_status chunk_settle(chunk *part, const sow__rejection *way, rounds *all, sow__worker *worker,
                               uint64_t begin, uint64_t end, char *out, sow_error *error) {
  size_t count = (size_t)(end - begin);
  memset(part->pending, 0, sizeof part->pending);
  memset(part->pending, 0xff, count / GROUP * sizeof *part->pending);
  if (count % GROUP != 0)
    part->pending[count / GROUP] = (uint16_t)((1u << count % GROUP) - 1);
  for (size_t i = 0; is_pending(part); i++) {
    sow_status status = SOW_OK;
    if (i == ROUND_LIMIT)
      return refuse_limit(way, error);
    if (i == all->count)
      status = rounds_add(all, way, worker, error);
    if (status == SOW_OK)
      status = chunk_round(part, way, &all->items[all->once ? 0 : i], begin, end, out, error);
    if (status != SOW_OK)
      return status;
  }
  return SOW_OK;
}

/* Elements [begin, end), chunk by chunk. Every round keeps its cursor: none goes back in the stream. */
static sow_status settle(chunk *part, const sow__rejection *way, rounds *all, sow__worker *worker,
                         uint64_t begin, uint64_t end, char *out, sow_error *error) {
  size_t size = sow_dtype_size(way->step->dtype);
  /* A short part of a long tensor comes again, with the next row of a block. */
  bool comes_again = worker->readers != NULL && way->step->count > CHUNK + TAIL;
  all->once = end - begin <= CHUNK + TAIL && !comes_again;
  sow_status status = SOW_OK;
  while (status == SOW_OK && begin < end) {
    uint64_t stop = end - begin <= CHUNK + TAIL ? end : begin + CHUNK;
    status = chunk_settle(part, way, all, worker, begin, stop, out, error);
    if (out != NULL)
      out += (stop - begin) * size;
    begin = stop;
  }
  return status;
}

/* ---- how many rounds ---- */

/* What a thread finds the rounds of its part with. */
typedef struct surveyor {
  chunk part;
  rounds rounds;
} surveyor;

/* Each thread finds the rounds that its part of the elements takes; the tensor takes the most of them. */
typedef struct survey {
  const sow__rejection *way;
  const sow__worker *worker;
  surveyor *each;
  int count;
  char *out; /* which the parts fill; NULL for none */
  pthread_mutex_t lock;
  sow_status status;
} survey;

static void survey_part(void *context, int index, int count) {
  survey *all = context;
  surveyor *mine = &all->each[index];
  uint64_t chunks = (uint64_t)all->way->step->count / CHUNK, part = chunks / (uint64_t)count * CHUNK;
  uint64_t begin = part * (uint64_t)index,
           end = index + 1 == count ? (uint64_t)all->way->step->count : begin + part;
  sow__worker own = *all->worker;
  own.readers = NULL; /* these are the caller's thread's */
  own.cursor.jumps = NULL;
  char *out = all->out;
  if (out != NULL)
    out += begin * sow_dtype_size(all->way->step->dtype);
  sow_status status = settle(&mine->part, all->way, &mine->rounds, &own, begin, end, out, NULL);
  pthread_mutex_lock(&all->lock);
  all->status = status == SOW_OK ? all->status : status;
  pthread_mutex_unlock(&all->lock);
}

/*
 * Of normals, of which three in ten at least are accepted: more rounds than these are less likely than 2^-64.
 * 1 for the others, who may find no end.
 */
static size_t likely_rounds(const sow__rejection *way) {
  const double *p = way->step->p;
  double refused = 1.0 - sow__truncation_inside(p[0], p[1], p[2], p[3]), left = (double)way->step->count;
  size_t count = 1;
  for (; way->by_normal && left > 0x1p-64; count++)
    left *= refused;
  return count;
}

static void survey_close(survey *all) {
  for (int i = 0; all->each != NULL && i < all->count; i++)
    free(all->each[i].rounds.items);
  free(all->each);
  pthread_mutex_destroy(&all->lock);
}

/* Takes the memory of all threads before the first element is written. */
static sow_status survey_open(survey *all, const sow__place *begin, sow_error *error) {
  bool once = all->way->step->count <= CHUNK + TAIL;
  size_t likely = once ? 1 : likely_rounds(all->way);
  pthread_mutex_init(&all->lock, NULL);
  all->each = calloc((size_t)all->count, sizeof *all->each);
  sow_status status = all->each != NULL ? SOW_OK : sow__fail(error, SOW_NO_MEMORY, NULL);
  for (int i = 0; status == SOW_OK && i < all->count; i++) {
    all->each[i].rounds.next = *begin;
    status = rounds_reserve(&all->each[i].rounds, likely, error);
  }
  if (status != SOW_OK)
    survey_close(all);
  return status;
}

/* Fills `out`, unless NULL, with all elements; where that fails, for want of memory, it may be half-way. */
static sow_status count_rounds(const sow__rejection *way, const sow__worker *worker, const sow__place *begin,
                               char *out, size_t *count, sow_error *error) {
  survey all = {.way = way, .worker = worker, .count = worker->threads < 1 ? 1 : worker->threads};
  all.out = out;
  sow_status status = survey_open(&all, begin, error);
  if (status != SOW_OK)
    return status;
  sow__team_run(all.count, survey_part, &all);
  *count = 0;
  for (int i = 0; i < all.count; i++)
    *count = all.each[i].rounds.count > *count ? all.each[i].rounds.count : *count;
  status = all.status;
  survey_close(&all);
  if (status == SOW_LIMIT)
    return refuse_limit(way, error);
  return status == SOW_OK ? SOW_OK : sow__fail(error, status, NULL);
}

/*
 * The same, and the worker's `early` is left as it was where that fails. Normals go there at once: all the
 * memory that they need, but with a chance of 2^-64, is there before the first is written.
 */
static sow_status count_early(const sow__rejection *way, const sow__worker *worker, const sow__place *begin,
                              size_t *count, sow_error *error) {
  if (worker->early == NULL || way->by_normal)
    return count_rounds(way, worker, begin, worker->early, count, error);
  size_t size = (size_t)way->step->count * sow_dtype_size(way->step->dtype);
  char *apart = sow__large_alloc(size);
  if (apart == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow_status status = count_rounds(way, worker, begin, apart, count, error);
  if (status == SOW_OK)
    memcpy(worker->early, apart, size);
  free(apart);
  return status;
}

/* ---- the family ---- */

static sow_status rejection_bind(sow__step *step, sow__worker *worker, sow__place *place, sow_error *error) {
  sow__rejection way = sow__rejection_make(step);
  if (step->count == 0)
    return SOW_OK;
  if (sow__rejection_is_hopeless(&way, ROUND_LIMIT))
    return refuse_limit(&way, error);
  rounds all = {.next = *place, .once = true};
  size_t count = 0;
  sow_status status = rounds_reserve(&all, 1, error); /* before any element is made */
  if (status == SOW_OK)
    status = count_early(&way, worker, place, &count, error);
  step->is_made = status == SOW_OK && worker->early != NULL;
  /* Only where the rounds begin and end: nothing is drawn. */
  for (size_t i = 0; status == SOW_OK && i < count; i++) {
    status = rounds_add(&all, &way, worker, error);
    if (i == 0 && status == SOW_OK)
      step->grain = all.items[0].candidate.step.grain;
  }
  if (status == SOW_OK) {
    step->rounds = count;
    step->draws = all.next.position - place->position;
    *place = all.next;
  }
  free(all.items);
  return status;
}

static sow_status rejection_run(const sow__step *step, sow__worker *worker, uint64_t begin, uint64_t end,
                                void *out, sow_error *error) {
  sow__rejection way = sow__rejection_make(step);
  rounds all = {.next = step->begin};
  chunk *part = malloc(sizeof *part);
  if (part == NULL)
    return sow__fail(error, SOW_NO_MEMORY, NULL);
  sow_status status = settle(part, &way, &all, worker, begin, end, out, error);
  if (status == SOW_OK && worker->readers != NULL)
    rounds_leave(&all, worker->readers);
  free(all.items);
  free(part);
  return status;
}

/* ---- the row ---- */

enum { WEIGHT = 40 }; /* sixteenths of a nanosecond, as measured with AVX2 */

static uint32_t rejection_weight(const sow__step *step) {
  return sow__store_weight(step) + WEIGHT;
}

SOW__OP(trunc_rejection, "trunc_normal_", SOW__DRAWS, SOW__OVERWRITES, SOW__CUT, SOW__BY_MEMORY,
        SOW__SURE_EARLY, rejection_bind, rejection_run, sow__no_memory, rejection_weight,
        sow__expect_truncated);
