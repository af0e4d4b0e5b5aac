#include "cli/commands/launcher.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"
#include "cli/text/diagnostics.h"
#include "sow/checkpoint.h"

typedef struct launcher {
  const char *rank, *size; /* variables */
  const char *name;
} launcher;

/* Hydra is MPICH's mpiexec, and what others derive from it; its variables are PMI's, which srun has too. */
static const launcher launchers[] = {
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "Open MPI"},
    {"PMI_RANK", "PMI_SIZE", "MPICH"},
    {"SLURM_PROCID", "SLURM_NTASKS", "srun"},
    {"RANK", "WORLD_SIZE", "torchrun"},
};
#define COUNT ((int)(sizeof launchers / sizeof *launchers))

static bool whole_number(const char *text, uint64_t *number) {
  return sow__digits_read(&text, number) && *text == 0 && *number <= SOW_SLICES_LIMIT;
}

/* NULL where it is not set, or to nothing. */
static const char *value_of(const char *variable) {
  const char *value = getenv(variable);
  return value != NULL && *value != 0 ? value : NULL;
}

/* Both are set. Half a pair is not a launcher's: salloc sets SLURM_NTASKS, and people set RANK. */
static bool is_there(const launcher *one) {
  return value_of(one->rank) != NULL && value_of(one->size) != NULL;
}

#define LISTED 400

/* "RANK=3 and WORLD_SIZE (not set) of torchrun"; long values are cut. */
static void list(char text[LISTED], const launcher *one) {
  const char *rank = value_of(one->rank), *size = value_of(one->size);
  snprintf(text, LISTED, "%s%s%.40s and %s%s%.40s of %s", one->rank, rank != NULL ? "=" : "",
           rank != NULL ? rank : " (not set)", one->size, size != NULL ? "=" : "",
           size != NULL ? size : " (not set)", one->name);
}

static bool read_one(const launcher *one, uint64_t *rank, uint64_t *size) {
  if (whole_number(value_of(one->rank), rank) && whole_number(value_of(one->size), size) && *rank < *size)
    return true;
  char text[LISTED];
  list(text, one);
  complain("--slice auto: %s: must be a rank and a size, from 0 of 1 to %d of %d", text, SOW_SLICES_LIMIT - 1,
           SOW_SLICES_LIMIT);
  return false;
}

static void complain_none(void) {
  char all[COUNT * (LISTED + 2)];
  size_t length = 0;
  for (const launcher *one = launchers; one < launchers + COUNT; one++) {
    char text[LISTED];
    list(text, one);
    length += (size_t)snprintf(all + length, sizeof all - length, "%s%s", length > 0 ? ", " : "", text);
  }
  complain("--slice auto: no launcher says which part this is; give --slice I/N. Looked at %s", all);
}

static void complain_two(const launcher *one, const launcher *other) {
  char text[2][LISTED];
  list(text[0], one);
  list(text[1], other);
  complain("--slice auto: %s, but %s; give --slice I/N, or unset what does not count: env -u %s", text[0],
           text[1], other->rank);
}

bool launcher_read(uint64_t *rank, uint64_t *size) {
  const launcher *found = NULL;
  for (const launcher *one = launchers; one < launchers + COUNT; one++) {
    uint64_t own_rank, own_size;
    if (!is_there(one))
      continue;
    if (!read_one(one, &own_rank, &own_size))
      return false;
    if (found != NULL && (own_rank != *rank || own_size != *size)) {
      complain_two(found, one);
      return false;
    }
    found = one;
    *rank = own_rank;
    *size = own_size;
  }
  if (found == NULL)
    complain_none();
  return found != NULL;
}
