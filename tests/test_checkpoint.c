/* The bytes of .safetensors and .npy files. Fixtures: tests/data/constant.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "sample.h"
#include "unit.h"

#define PATH "test_checkpoint.out"

typedef struct content {
  char *bytes;
  size_t size;
} content;

static content read_file(const char *path) {
  content read;
  read.bytes = (char *)file_bytes(path, &read.size);
  return read;
}

static content write_module(sow_module *module, const sow_checkpoint_options *options, sow_error *error) {
  sow_plan *plan = NULL;
  if (sow_plan_new(module, NULL, &plan, error) != SOW_OK ||
      sow_checkpoint_write(plan, PATH, options, error) != SOW_OK)
    fail_msg("%s", error->message);
  sow_plan_free(plan);
  sow_module_free(module);
  content file = read_file(PATH);
  assert_int_equal(remove(PATH), 0);
  return file;
}

static void constant_tensors_of_all_dtypes_make_save_files_bytes(void **state) {
  (void)state;
  static const char *const names[] = {
      "a",        "B",   "\xC3\xA9", "z/x", "q\"uote", "back\\slash", "\xE2\x80\xA8", "emoji\xF0\x9F\x98\x80",
      "w-weight", "w_x", "A"};
  sow_module *net = sow_module_new("Net");
  for (int64_t i = 0; i < 11; i++) {
    const int64_t shape[] = {i + 1};
    sample_add(net, names[i], 1, shape, sow_constant((double)i));
  }
  const int64_t none[] = {0, 3}, matrix[] = {2, 3};
  sample_add(net, "s0", 0, none, sow_constant(0.1));
  sample_add(net, "empty", 2, none, sow_zeros());
  sow_module_add_buffer(net, "in_float16", SOW_FLOAT16, 2, matrix, sow_constant(7.1));
  sow_module_add_buffer(net, "in_int64", SOW_INT64, 2, matrix, sow_constant(7));
  sow_module_add_buffer(net, "in_bfloat16", SOW_BFLOAT16, 2, matrix, sow_constant(7.1));
  sow_module_add_buffer(net, "in_float64", SOW_FLOAT64, 2, matrix, sow_constant(7.1));
  sow_error error = SOW_ERROR_NONE;
  content made = write_module(net, NULL, &error), expected = read_file(SOW_TEST_DATA "/constant.safetensors");
  assert_int_equal(made.size, expected.size);
  assert_memory_equal(made.bytes, expected.bytes, expected.size);
  free(made.bytes);
  free(expected.bytes);
}

static void a_model_without_tensors_makes_a_file(void **state) {
  (void)state;
  sow_error error = SOW_ERROR_NONE;
  content made = write_module(sow_module_new("Net"), NULL, &error);
  static const char expected[] = "\x20\0\0\0\0\0\0\0{\"__metadata__\":{\"format\":\"pt\"}} ";
  assert_int_equal(made.size, 40);
  assert_memory_equal(made.bytes, expected, 40);
  free(made.bytes);
}

/* Escapes as save_file wrote them for the same strings; its own order of metadata is random. */
static void metadata_is_sorted_and_escaped(void **state) {
  (void)state;
  const sow_metadata metadata[] = {
      {"z", "\xC3\xA9\x01\x1f/\"\\\b\f\n\r\t\x7f"}, {"format2", "x"}, {"A", "b"}, {"", "empty key"}};
  sow_checkpoint_options options = {.size = sizeof options, .metadata = metadata, .metadata_count = 4};
  sow_error error = SOW_ERROR_NONE;
  content made = write_module(sow_module_new("Net"), &options, &error);
  static const char expected[] =
      "{\"__metadata__\":{\"\":\"empty key\",\"A\":\"b\",\"format\":\"pt\",\"format2\":\"x\","
      "\"z\":\"\xC3\xA9\\u0001\\u001f/\\\"\\\\\\b\\f\\n\\r\\t\x7f\"}}";
  assert_int_equal(made.size % 8, 0);
  assert_memory_equal(made.bytes + 8, expected, sizeof expected - 1);
  for (size_t i = 8 + sizeof expected - 1; i < made.size; i++)
    assert_int_equal(made.bytes[i], ' ');
  free(made.bytes);
}

static sow_plan *empty_plan(void) {
  return planned(sow_module_new("Net"), NULL);
}

static void assert_refused(const sow_plan *plan, sow_metadata *metadata, size_t count, sow_status expected) {
  sow_checkpoint_options options = {.size = sizeof options, .metadata = metadata, .metadata_count = count};
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_checkpoint_write(plan, PATH, &options, &error), expected);
  assert_int_not_equal(error.message[0], 0);
  assert_int_not_equal(remove(PATH), 0);
}

static void metadata_that_json_cannot_hold_is_refused(void **state) {
  (void)state;
  sow_plan *plan = empty_plan();
  assert_refused(plan, &(sow_metadata){"format", "np"}, 1, SOW_DUPLICATE_NAME);
  assert_refused(plan, (sow_metadata[]){{"a", "1"}, {"b", "2"}, {"a", "3"}}, 3, SOW_DUPLICATE_NAME);
  static const char *const broken[] = {
      "\xFF", "a\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80",
      "\x80"};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    assert_refused(plan, &(sow_metadata){"a", broken[i]}, 1, SOW_INVALID_ARGUMENT);
    assert_refused(plan, &(sow_metadata){broken[i], "a"}, 1, SOW_INVALID_ARGUMENT);
  }
  sow_plan_free(plan);
}

static void a_tensor_named_as_the_metadata_is_refused(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  const int64_t shape[] = {1};
  sample_add(net, "__metadata__", 1, shape, sow_zeros());
  sow_plan *plan = planned(net, NULL);
  assert_refused(plan, NULL, 0, SOW_INVALID_ARGUMENT);
  sow_plan_free(plan);
}

static void the_header_may_have_100_million_bytes_and_no_more(void **state) {
  (void)state;
  sow_plan *plan = empty_plan();
  size_t around = strlen("{\"__metadata__\":{\"format\":\"pt\",\"z\":\"\"}}");
  char *value = malloc(SOW_HEADER_LIMIT);
  memset(value, 'x', SOW_HEADER_LIMIT - around + 1);
  value[SOW_HEADER_LIMIT - around + 1] = 0;
  assert_refused(plan, &(sow_metadata){"z", value}, 1, SOW_LIMIT);
  value[SOW_HEADER_LIMIT - around] = 0;
  sow_checkpoint_options options = {
      .size = sizeof options, .metadata = &(sow_metadata){"z", value}, .metadata_count = 1};
  assert_int_equal(sow_checkpoint_write(plan, PATH, &options, NULL), SOW_OK);
  content made = read_file(PATH);
  assert_int_equal(made.size, SOW_HEADER_LIMIT + 8);
  assert_int_equal(remove(PATH), 0);
  free(made.bytes);
  free(value);
  sow_plan_free(plan);
}

static void keep_warning(void *context, const sow_error *warning) {
  assert_int_equal(warning->status, SOW_OK);
  strcat(context, warning->message);
}

static void ties_are_listed_in_one_warning(void **state) {
  (void)state;
  sow_module *net = sow_module_new("Net");
  sow_module *first = sow_linear(net, "embed", 2, 3, false);
  static const char *const names[] = {"b", "c", "d", "e", "f", "g"};
  for (int i = 0; i < 6; i++)
    sow_module_tie(sow_linear(net, names[i], 2, 3, false), "weight", first, "weight");
  char text[SOW_MESSAGE_SIZE] = "";
  sow_error error = SOW_ERROR_NONE;
  error.on_warning = keep_warning;
  error.warning_context = text;
  content made = write_module(net, NULL, &error);
  assert_string_equal(text,
                      "tied tensors are stored once, under their first name: b.weight (as embed.weight), "
                      "c.weight (as embed.weight), d.weight (as embed.weight), e.weight (as embed.weight) "
                      "and 2 more");
  assert_null(strstr(made.bytes + 8, "b.weight"));
  assert_non_null(strstr(made.bytes + 8, "embed.weight"));
  free(made.bytes);
}

/* ---- npy ---- */

static content write_npy(DLDataType dtype, int ndim, const int64_t *shape, void *data) {
  DLTensor tensor = {.data = data,
                     .device = {kDLCPU, 0},
                     .ndim = ndim,
                     .dtype = dtype,
                     .shape = (int64_t *)(uintptr_t)shape,
                     .byte_offset = 8};
  sow_error error = SOW_ERROR_NONE;
  if (sow_npy_write(&tensor, PATH, NULL, &error) != SOW_OK)
    fail_msg("%s", error.message);
  content file = read_file(PATH);
  assert_int_equal(remove(PATH), 0);
  return file;
}

static void npy_headers_are_numpys(void **state) {
  (void)state;
  static const struct {
    DLDataType dtype;
    int ndim;
    int64_t shape[2];
    size_t bytes;
    const char *start;
  } cases[] = {
      {{kDLFloat, 64, 1}, 0, {0}, 8, "{'descr': '<f8', 'fortran_order': False, 'shape': (), }"},
      {{kDLFloat, 32, 1}, 2, {3, 5}, 60, "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 5), }"},
      {{kDLInt, 64, 1}, 1, {7}, 56, "{'descr': '<i8', 'fortran_order': False, 'shape': (7,), }"},
      {{kDLFloat, 16, 1}, 2, {0, 3}, 0, "{'descr': '<f2', 'fortran_order': False, 'shape': (0, 3), }"},
  };
  unsigned char data[68];
  for (size_t i = 0; i < sizeof data; i++)
    data[i] = (unsigned char)i;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    content made = write_npy(cases[i].dtype, cases[i].ndim, cases[i].shape, data);
    char expected[128];
    memset(expected, ' ', sizeof expected);
    memcpy(expected, "\x93NUMPY\x01\x00v\x00", 10);
    memcpy(expected + 10, cases[i].start, strlen(cases[i].start));
    expected[127] = '\n';
    assert_int_equal(made.size, 128 + cases[i].bytes);
    assert_memory_equal(made.bytes, expected, 128);
    assert_memory_equal(made.bytes + 128, data + 8, cases[i].bytes);
    free(made.bytes);
  }
}

/* np.save keeps room for a first size of 21 digits; this header needs a third block of 64 because of it. */
static void npy_headers_leave_room_for_the_first_size(void **state) {
  (void)state;
  int64_t shape[30];
  for (int i = 0; i < 30; i++)
    shape[i] = i == 0 ? 0 : 2;
  content made = write_npy((DLDataType){kDLFloat, 64, 1}, 30, shape, NULL);
  assert_int_equal(made.size, 192);
  assert_int_equal((unsigned char)made.bytes[8], 0xB6);
  free(made.bytes);
}

static void npy_refuses_what_it_cannot_hold(void **state) {
  (void)state;
  float data[6] = {0};
  int64_t shape[] = {2, 3}, strides[] = {1, 2};
  DLTensor tensor = {
      .data = data, .device = {kDLCPU, 0}, .ndim = 2, .dtype = {kDLFloat, 32, 1}, .shape = shape};
  tensor.strides = strides;
  assert_int_equal(sow_npy_write(&tensor, PATH, NULL, NULL), SOW_LAYOUT);
  tensor.strides = NULL;
  tensor.dtype.code = kDLBfloat;
  tensor.dtype.bits = 16;
  assert_int_equal(sow_npy_write(&tensor, PATH, NULL, NULL), SOW_DTYPE);
  tensor.dtype = (DLDataType){kDLFloat, 32, 2};
  assert_int_equal(sow_npy_write(&tensor, PATH, NULL, NULL), SOW_DTYPE);
  tensor.dtype = (DLDataType){kDLFloat, 32, 1};
  tensor.device.device_type = kDLCUDA;
  assert_int_equal(sow_npy_write(&tensor, PATH, NULL, NULL), SOW_DEVICE);
  assert_int_not_equal(remove(PATH), 0);
}

/* FIPS 180-2, appendix B. */
static void digests_are_sha256(void **state) {
  (void)state;
  char text[SOW_DIGEST_TEXT_SIZE];
  sow_digest("abc", 3, text);
  assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  sow_digest("", 0, text);
  assert_string_equal(text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void the_version_is_the_headers(void **state) {
  (void)state;
  assert_string_equal(sow_version(), SOW_VERSION);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(constant_tensors_of_all_dtypes_make_save_files_bytes),
      cmocka_unit_test(a_model_without_tensors_makes_a_file),
      cmocka_unit_test(metadata_is_sorted_and_escaped),
      cmocka_unit_test(metadata_that_json_cannot_hold_is_refused),
      cmocka_unit_test(a_tensor_named_as_the_metadata_is_refused),
      cmocka_unit_test(the_header_may_have_100_million_bytes_and_no_more),
      cmocka_unit_test(ties_are_listed_in_one_warning),
      cmocka_unit_test(npy_headers_are_numpys),
      cmocka_unit_test(npy_headers_leave_room_for_the_first_size),
      cmocka_unit_test(npy_refuses_what_it_cannot_hold),
      cmocka_unit_test(digests_are_sha256),
      cmocka_unit_test(the_version_is_the_headers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
