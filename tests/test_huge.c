/* Files in memory by huge pages: given, and refused, by a kernel that --wrap stands in for. */
#include <errno.h>
#include <sys/mman.h>

#include "sow/sow.h"

#include "sink_box.h"

#include "checkpoint/huge.h"

#define BLOCK ((size_t)2 << 20)

/* ---- the system ---- */

static int asked, answer; /* how often, and the errno; 0: the kernel's own */

int __real_madvise(void *address, size_t length, int advice);
int __wrap_madvise(void *address, size_t length, int advice);

int __wrap_madvise(void *address, size_t length, int advice) {
  asked++;
  if (answer == 0)
    return __real_madvise(address, length, advice);
  errno = answer;
  return -1;
}

static int memory_file(void) {
  asked = answer = 0;
  int file = memfd_create("sow-test", MFD_CLOEXEC);
  assert_true(file >= 0);
  return file;
}

static uint64_t blocks_of(int file) {
  struct stat about;
  assert_int_equal(fstat(file, &about), 0);
  return (uint64_t)about.st_blocks * 512;
}

/* ---- the tests ---- */

static void writes_stop_after_the_first_page_of_a_block(void **state) {
  (void)state;
  int file = memory_file();
  sow__huge *huge = sow__huge_new(file, 3 * BLOCK - 1);
  assert_non_null(huge);
  assert_int_equal(sow__huge_part(huge, 0, BLOCK), 4096);
  assert_int_equal(sow__huge_part(huge, 1, BLOCK), BLOCK);
  assert_int_equal(sow__huge_part(huge, 1, 2 * BLOCK), BLOCK + 4095);
  assert_int_equal(sow__huge_part(huge, BLOCK - 100, 100), 100);
  assert_int_equal(sow__huge_part(huge, BLOCK - 100, 1000), 1000);
  assert_int_equal(sow__huge_part(huge, BLOCK, BLOCK), 4096);
  /* the third block does not end within the file */
  assert_int_equal(sow__huge_part(huge, BLOCK + 1, 2 * BLOCK - 2), 2 * BLOCK - 2);
  assert_int_equal(sow__huge_part(huge, 2 * BLOCK, BLOCK - 1), BLOCK - 1);
  assert_int_equal(sow__huge_part(NULL, 0, BLOCK), BLOCK);
  sow__huge_free(huge);
  close(file);
}

static void a_block_is_asked_for_where_it_begins(void **state) {
  (void)state;
  int file = memory_file();
  sow__huge *huge = sow__huge_new(file, 3 * BLOCK);
  assert_non_null(huge);
  answer = EAGAIN; /* of one block; others are asked for */
  sow__huge_written(huge, 1, 4096);
  assert_int_equal(asked, 0);
  sow__huge_written(huge, 0, 4096);
  assert_int_equal(asked, 1);
  sow__huge_written(huge, BLOCK - 10, 10);
  assert_int_equal(asked, 1);
  sow__huge_written(huge, BLOCK - 10, 11);
  assert_int_equal(asked, 2);
  answer = EINVAL;
  sow__huge_written(huge, 2 * BLOCK, 1);
  assert_int_equal(asked, 3);
  sow__huge_written(huge, 0, 4096); /* refused once is enough */
  assert_int_equal(asked, 3);
  assert_int_equal(sow__huge_part(huge, 0, BLOCK), BLOCK);
  sow__huge_written(NULL, 0, 4096);
  sow__huge_free(huge);
  close(file);
}

static void the_kernel_gives_a_block_for_a_page(void **state) {
  (void)state;
  int file = memory_file();
  sow__huge *huge = sow__huge_new(file, 2 * BLOCK);
  assert_non_null(huge);
  assert_int_equal(pwrite(file, "seed", 4, 0), 4);
  sow__huge_written(huge, 0, 4);
  bool given = sow__huge_part(huge, 0, BLOCK) != BLOCK; /* not refused */
  char *bytes = malloc(2 * BLOCK), *zeros = calloc(2, BLOCK);
  assert_int_equal(pread(file, bytes, 2 * BLOCK, 0), 2 * BLOCK);
  assert_memory_equal(bytes, "seed", 4);
  assert_memory_equal(bytes + 4, zeros, 2 * BLOCK - 4);
  free(bytes);
  free(zeros);
  sow__huge_free(huge);
  uint64_t taken = blocks_of(file);
  close(file);
  if (!given) {
    fprintf(stderr, "skipped: this kernel gives no huge pages\n");
    skip();
  }
  assert_true(taken >= BLOCK);
}

static void other_files_and_short_ones_have_none(void **state) {
  (void)state;
  int file = memory_file();
  assert_null(sow__huge_new(file, BLOCK - 1));
  assert_null(sow__huge_new(-1, 2 * BLOCK));
  close(file);
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  assert_null(sow__huge_new(ends[1], 2 * BLOCK));
  close(ends[0]);
  close(ends[1]);
}

/* Whether the kernel gives, refuses or is busy, the file is the one that a disk has. */
static void files_are_the_same_with_and_without(void **state) {
  (void)state;
  char path[] = "/dev/shm/sow-test.XXXXXX", name[sizeof path + 8];
  if (mkdtemp(path) == NULL) {
    fprintf(stderr, "skipped: there is no /dev/shm\n");
    skip();
  }
  snprintf(name, sizeof name, "%s/a", path);
  static const int answers[] = {0, EINVAL, EAGAIN, ENOMEM};
  for (int threads = 1; threads <= 3; threads++)
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
      sow_checkpoint_options options = {.size = sizeof options, .force = true, .threads = threads};
      answer = answers[i];
      assert_int_equal(sow_checkpoint_write(plan, name, &options, NULL), SOW_OK);
      assert_file_is_expected(name);
    }
  unlink(name);
  rmdir(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(writes_stop_after_the_first_page_of_a_block),
      cmocka_unit_test(a_block_is_asked_for_where_it_begins),
      cmocka_unit_test(the_kernel_gives_a_block_for_a_page),
      cmocka_unit_test(other_files_and_short_ones_have_none),
      IN_FOLDER(files_are_the_same_with_and_without),
  };
  return cmocka_run_group_tests(tests, make_plan, drop_plan);
}
