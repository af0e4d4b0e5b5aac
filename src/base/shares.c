#include "base/shares.h"

#include <stdlib.h>

typedef struct sow__share share;

/* Shares after the first begin with a jump, and are shorter for it. */
static uint64_t share_end(const sow__line *line, uint64_t i, uint64_t count) {
  uint64_t jump = line->jump < line->length / count ? line->jump : 0;
  uint64_t total = line->length + jump * (count - 1);
  uint64_t even = total / count, rest = total % count; /* total*(i+1)/count without overflow */
  return even * (i + 1) + rest * (i + 1) / count - jump * i;
}

bool sow__shares_open(sow__shares *shares, const sow__line *line, int count) {
  *shares = (sow__shares){.line = line, .count = count};
  shares->items = calloc((size_t)count, sizeof *shares->items);
  if (shares->items == NULL)
    return false;
  pthread_mutex_init(&shares->lock, NULL);
  uint64_t at = 0;
  for (int i = 0; i < count; i++) {
    uint64_t end = share_end(line, (uint64_t)i, (uint64_t)count);
    end = i + 1 == count ? line->length : line->cut(line->context, end);
    shares->items[i] = (share){.at = at, .end = end};
    at = end;
  }
  return true;
}

void sow__shares_close(sow__shares *shares) {
  pthread_mutex_destroy(&shares->lock);
  free(shares->items);
}

static uint64_t share_rest(const share *one) {
  return one->end - one->at;
}

/* A share that waits for its thread, or for one that the system did not give. */
static bool take_over(sow__shares *shares, share *mine) {
  for (int i = 0; i < shares->count; i++) {
    share *other = &shares->items[i];
    if (other->begun || share_rest(other) == 0)
      continue;
    *mine = (share){.at = other->at, .end = other->end, .begun = true};
    other->at = other->end;
    return true;
  }
  return false;
}

static bool take_half(sow__shares *shares, share *mine) {
  const sow__line *line = shares->line;
  share *longest = mine;
  for (int i = 0; i < shares->count; i++)
    if (share_rest(&shares->items[i]) > share_rest(longest))
      longest = &shares->items[i];
  if (share_rest(longest) / 2 < line->least)
    return false;
  uint64_t middle = line->cut(line->context, longest->at + share_rest(longest) / 2);
  if (middle <= longest->at)
    return false;
  mine->at = middle;
  mine->end = longest->end;
  longest->end = middle;
  return true;
}

bool sow__shares_take(sow__shares *shares, int index, uint64_t *begin, uint64_t *end) {
  share *mine = &shares->items[index];
  pthread_mutex_lock(&shares->lock);
  mine->begun = true;
  bool found = share_rest(mine) > 0 || take_over(shares, mine) || take_half(shares, mine);
  if (found) {
    uint64_t next = shares->line->next(shares->line->context, mine->at);
    *begin = mine->at;
    *end = mine->at = next < mine->end ? next : mine->end;
  }
  pthread_mutex_unlock(&shares->lock);
  return found;
}
