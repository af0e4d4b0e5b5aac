/* A checkpoint to a sink: whatever ranges, threads and order, the bytes are the file's. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "sink_box.h"

typedef struct store {
  unsigned char *bytes;
  unsigned char *times; /* how often each byte came */
  uint64_t next;        /* where the last piece ended */
  bool ordered;         /* each began there */
  bool elsewhere;       /* one came from another thread */
  pthread_t thread;
  atomic_int inside; /* calls at this moment */
  bool overlapped;
  int calls, stop_after; /* 0: never */
} store;

static bool take(void *context, uint64_t offset, const void *bytes, size_t size) {
  store *s = context;
  s->overlapped = atomic_fetch_add(&s->inside, 1) > 0 || s->overlapped;
  assert_true(size > 0 && offset + size <= expected_size);
  s->ordered = s->ordered && offset == s->next;
  s->next = offset + size;
  s->elsewhere = s->elsewhere || !pthread_equal(pthread_self(), s->thread);
  memcpy(s->bytes + offset, bytes, size);
  for (size_t i = 0; i < size; i++)
    s->times[offset + i]++;
  atomic_fetch_sub(&s->inside, 1);
  return ++s->calls != s->stop_after;
}

static store store_new(void) {
  store s = {.bytes = calloc(expected_size, 1),
             .times = calloc(expected_size, 1),
             .ordered = true,
             .thread = pthread_self()};
  assert_non_null(s.bytes);
  assert_non_null(s.times);
  return s;
}

static void store_free(store *s) {
  free(s->bytes);
  free(s->times);
}

static sow_status send_range(store *s, uint64_t begin, uint64_t end, int threads, sow_error *error) {
  s->next = begin;
  sow_checkpoint_options options = {.size = sizeof options, .threads = threads};
  return sow_checkpoint_send(plan, begin, end, &options, take, s, error);
}

static void assert_whole(const store *s) {
  assert_memory_equal(s->bytes, expected, expected_size);
  for (size_t i = 0; i < expected_size; i++)
    assert_int_equal(s->times[i], 1);
}

static void a_file_comes_in_order_on_the_callers_thread(void **state) {
  (void)state;
  store s = store_new();
  assert_int_equal(send_range(&s, 0, expected_size, 1, NULL), SOW_OK);
  assert_whole(&s);
  assert_true(s.ordered && !s.elsewhere && s.calls > 3);
  store_free(&s);
}

static void threads_take_turns_and_give_the_same_bytes(void **state) {
  (void)state;
  store s = store_new();
  assert_int_equal(send_range(&s, 0, expected_size, 4, NULL), SOW_OK);
  assert_whole(&s);
  assert_false(s.overlapped);
  store_free(&s);
}

/* Ranges that begin in the header, between tensors, inside of elements and of grains. */
static void ranges_join_to_the_file(void **state) {
  (void)state;
  for (uint64_t parts = 1; parts <= 23; parts += 2) {
    store s = store_new();
    for (uint64_t part = parts; part-- > 0;) {
      uint64_t begin, end;
      sow_slice(expected_size, part, parts, &begin, &end);
      assert_int_equal(send_range(&s, begin, end, 1, NULL), SOW_OK);
      assert_true(s.ordered && s.next == end);
    }
    assert_whole(&s);
    store_free(&s);
  }
}

static void a_few_bytes_anywhere_are_the_files(void **state) {
  (void)state;
  store s = store_new();
  for (uint64_t begin = 0; begin + 3 < expected_size; begin += 9973) {
    assert_int_equal(send_range(&s, begin, begin + 3, 0, NULL), SOW_OK);
    assert_memory_equal(s.bytes + begin, expected + begin, 3);
    assert_int_equal(s.times[begin] + s.times[begin + 1] + s.times[begin + 2] + s.times[begin + 3], 3);
  }
  store_free(&s);
}

static void the_header_is_what_the_file_begins_with(void **state) {
  (void)state;
  char *bytes = NULL;
  size_t size = 0;
  assert_int_equal(sow_checkpoint_header(plan, NULL, &bytes, &size, NULL), SOW_OK);
  assert_int_equal(size + sow_plan_bytes(plan), expected_size);
  assert_memory_equal(bytes, expected, size);
  free(bytes);
  const sow_metadata metadata = {"format", "pt"};
  const sow_checkpoint_options options = {.size = sizeof options, .metadata = &metadata, .metadata_count = 1};
  assert_int_equal(sow_checkpoint_header(plan, &options, &bytes, &size, NULL), SOW_DUPLICATE_NAME);
}

static void the_sinks_answer_stops_it(void **state) {
  (void)state;
  static const int all[] = {1, 2, 4};
  for (int i = 0; i < 3; i++)
    for (int after = 1; after <= 3; after++) {
      sow_error error = SOW_ERROR_NONE;
      store s = store_new();
      s.stop_after = after;
      assert_int_equal(send_range(&s, 0, expected_size, all[i], &error), SOW_INTERRUPTED);
      assert_non_null(strstr(error.message, "the sink stopped at byte "));
      assert_int_equal(s.calls, after);
      store_free(&s);
    }
}

static void a_signal_stops_it(void **state) {
  (void)state;
  static const volatile sig_atomic_t interrupt = 1;
  const sow_checkpoint_options options = {.size = sizeof options, .interrupt = &interrupt};
  store s = store_new();
  assert_int_equal(sow_checkpoint_send(plan, 0, expected_size, &options, take, &s, NULL), SOW_INTERRUPTED);
  assert_int_equal(s.calls, 0);
  store_free(&s);
}

static void count_bytes(void *context, uint64_t done, uint64_t total) {
  (void)done;
  *(uint64_t *)context = total;
}

/* Progress is told five times a second: the first piece behind the header takes longer than that. */
static bool take_slowly(void *context, uint64_t offset, const void *bytes, size_t size) {
  const store *s = context;
  struct timespec pause = {.tv_nsec = 250000000};
  if (s->calls == 1)
    nanosleep(&pause, NULL);
  return take(context, offset, bytes, size);
}

static void progress_counts_the_range(void **state) {
  (void)state;
  uint64_t total = 0;
  store s = store_new();
  const sow_checkpoint_options options = {
      .size = sizeof options, .threads = 1, .progress = count_bytes, .progress_context = &total};
  assert_int_equal(sow_checkpoint_send(plan, 0, expected_size, &options, take_slowly, &s, NULL), SOW_OK);
  assert_int_equal(total, sow_plan_bytes(plan));
  store_free(&s);
}

static void a_range_outside_is_refused(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  store s = store_new();
  assert_int_equal(send_range(&s, 0, expected_size + 1, 1, &error), SOW_INVALID_ARGUMENT);
  assert_non_null(strstr(error.message, "and no range from 0 to "));
  assert_int_equal(send_range(&s, 5, 4, 1, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(send_range(&s, UINT64_MAX, UINT64_MAX, 1, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(send_range(&s, 7, 7, 1, NULL), SOW_OK);
  assert_int_equal(s.calls, 0);
  assert_int_equal(send_range(&s, 0, 4, -1, NULL), SOW_INVALID_ARGUMENT);
  store_free(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_comes_in_order_on_the_callers_thread),
      cmocka_unit_test(threads_take_turns_and_give_the_same_bytes),
      cmocka_unit_test(ranges_join_to_the_file),
      cmocka_unit_test(a_few_bytes_anywhere_are_the_files),
      cmocka_unit_test(the_header_is_what_the_file_begins_with),
      cmocka_unit_test(the_sinks_answer_stops_it),
      cmocka_unit_test(a_signal_stops_it),
      cmocka_unit_test(progress_counts_the_range),
      cmocka_unit_test(a_range_outside_is_refused),
  };
  return cmocka_run_group_tests(tests, make_plan, drop_plan);
}
