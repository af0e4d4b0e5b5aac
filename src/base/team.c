#include "base/team.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static uint64_t processors(void) {
  cpu_set_t set;
  /* More processors than a cpu_set_t holds make it fail. */
  long count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : (uint64_t)count;
}

static uint64_t least(uint64_t a, uint64_t b) {
  return a < b ? a : b;
}

uint64_t sow__work_way(uint64_t work) {
  return least(work / 8, SOW__WORK_MILLISECOND / 2);
}

/* What makes a thread worth its start, which takes some 30 microseconds, and its way. */
static uint64_t worth_a_thread(uint64_t work) {
  const uint64_t start = SOW__WORK_MILLISECOND / 12, way = sow__work_way(work);
  return way > start ? way : start;
}

sow_status sow__threads_check(int setting, sow_error *error) {
  return setting < 0 ? sow__fail(error, SOW_INVALID_ARGUMENT, "there are no %d threads", setting) : SOW_OK;
}

int sow__threads(int setting, uint64_t work, uint64_t pieces) {
  uint64_t count = setting > 0 ? (uint64_t)setting : least(work / worth_a_thread(work), processors());
  count = least(least(count, pieces), SOW__THREADS_LIMIT);
  return count < 1 ? 1 : (int)count;
}

typedef struct team {
  void (*body)(void *context, int index, int count);
  void *context;
  int count;            /* settled when the gate opens */
  pthread_mutex_t gate; /* held until all threads have been asked for */
} team;

typedef struct member {
  team *of;
  int index;
  pthread_t thread;
} member;

static void *member_run(void *argument) {
  member *self = argument;
  team *of = self->of;
  pthread_mutex_lock(&of->gate);
  int count = of->count;
  pthread_mutex_unlock(&of->gate);
  of->body(of->context, self->index, count);
  return NULL;
}

/* Enough for sow's own code, and the same under every C library. */
#define STACK_BYTES ((size_t)1 << 20)

/*
 * All but those by which a thread is told of what it did: a host may handle them, and would not be asked.
 * SIGXFSZ, where a file grows past RLIMIT_FSIZE, ends the process whichever thread writes, or whatever the
 * host had it do.
 */
static void block_signals(sigset_t *before) {
  static const int own[] = {SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP, SIGXFSZ};
  sigset_t blocked;
  sigfillset(&blocked);
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    sigdelset(&blocked, own[i]);
  pthread_sigmask(SIG_SETMASK, &blocked, before);
}

/* How many of the members 1, 2, … could be started. */
static int start(team *of, member *members, int wanted) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0)
    return 0;
  (void)pthread_attr_setstacksize(&attributes, STACK_BYTES);
  sigset_t before;
  block_signals(&before);
  int started = 0;
  while (started < wanted) {
    member *next = &members[started];
    *next = (member){.of = of, .index = started + 1};
    if (pthread_create(&next->thread, &attributes, member_run, next) != 0)
      break;
    started++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return started;
}

void sow__team_run(int threads, void (*body)(void *context, int index, int count), void *context) {
  member *members = threads > 1 ? calloc((size_t)threads - 1, sizeof *members) : NULL;
  if (members == NULL) {
    body(context, 0, 1);
    return;
  }
  team all = {.body = body, .context = context};
  pthread_mutex_init(&all.gate, NULL);
  pthread_mutex_lock(&all.gate);
  int started = start(&all, members, threads - 1);
  all.count = started + 1;
  pthread_mutex_unlock(&all.gate);
  body(context, 0, all.count);
  for (int i = 0; i < started; i++)
    pthread_join(members[i].thread, NULL);
  pthread_mutex_destroy(&all.gate);
  free(members);
}
