/* Reading .safetensors files, their indices and folders. */
#include <sys/stat.h>
#include <unistd.h>

#include "archive_files.h"

#define FILE_A "test_archive.safetensors"
#define FILE_B "test_archive_b.safetensors"
#define INDEX "test_archive.index.json"

/* ---- good files ---- */

static void a_file_is_read_in_the_order_of_its_data(void **state) {
  (void)state;
  static const char json[] = "{\"b\":{\"dtype\":\"F8_E4M3\",\"shape\":[2,2],\"data_offsets\":[8,12]},"
                             "\"__metadata__\":{\"z\":\"1\",\"a\":\"\\u00e9\"},"
                             "\"a.w\":{\"data_offsets\":[0,8],\"shape\":[],\"dtype\":\"F64\"},"
                             "\"none\":{\"dtype\":\"I64\",\"shape\":[3,0],\"data_offsets\":[8,8]}}   ";
  put_header(FILE_A, json, sizeof json - 1, 12);
  sow_archive *archive = opened(FILE_A);
  static const char *const names[] = {"a.w", "none", "b"};
  static const uint64_t counts[] = {1, 0, 4};
  assert_int_equal(sow_archive_count(archive), 3);
  sow_archive_entry entry;
  for (size_t i = 0; i < 3; i++) {
    size_t found = 9;
    assert_true(sow_archive_get(archive, i, &entry));
    assert_string_equal(entry.name, names[i]);
    assert_int_equal(entry.count, counts[i]);
    assert_true(sow_archive_find(archive, names[i], &found));
    assert_int_equal(found, i);
  }
  assert_string_equal(entry.type, "F8_E4M3");
  assert_int_equal(entry.dtype, SOW_DTYPE_COUNT);
  assert_int_equal(entry.offset, 8 + sizeof json - 1 + 8);
  assert_false(sow_archive_get(archive, 3, &entry));
  size_t nowhere;
  assert_false(sow_archive_find(archive, "c", &nowhere));
  assert_int_equal(sow_archive_bytes(archive), 12);
  sow_metadata metadata;
  assert_true(sow_archive_metadata(archive, 0, &metadata));
  assert_string_equal(metadata.key, "z");
  assert_string_equal(sow_archive_metadata_find(archive, "a"), "\xC3\xA9");
  assert_null(sow_archive_metadata_find(archive, "b"));
  unsigned char bytes[4] = {0};
  assert_int_equal(sow_archive_read(archive, 2, 1, 3, bytes, NULL), SOW_OK);
  assert_memory_equal(bytes, "\x09\x0A\x0B", 4);
  assert_int_equal(sow_archive_read(archive, 2, 2, 3, bytes, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_archive_read(archive, 2, UINT64_MAX, 3, bytes, NULL), SOW_INVALID_ARGUMENT);
  assert_int_equal(sow_archive_read(archive, 3, 0, 0, bytes, NULL), SOW_INVALID_ARGUMENT);
  sow_archive_free(archive);
  remove(FILE_A);
}

static void what_safetensors_wrote_is_read(void **state) {
  (void)state;
  sow_archive *archive = opened(SOW_TEST_DATA "/constant.safetensors");
  size_t index = 0;
  assert_true(sow_archive_find(archive, "s0", &index));
  float value = 0;
  assert_int_equal(sow_archive_read(archive, index, 0, sizeof value, &value, NULL), SOW_OK);
  assert_true(value == 0.1F);
  assert_string_equal(sow_archive_metadata_find(archive, "format"), "pt");
  sow_archive_free(archive);
}

static void a_file_that_shrinks_while_it_is_open_is_an_error(void **state) {
  (void)state;
  static const char json[] = "{\"a\":{\"dtype\":\"U8\",\"shape\":[64],\"data_offsets\":[0,64]}}";
  put_header(FILE_A, json, sizeof json - 1, 64);
  sow_archive *archive = opened(FILE_A);
  assert_int_equal(truncate(FILE_A, 8 + sizeof json), 0);
  unsigned char bytes[64];
  sow_error error = SOW_ERROR_NONE;
  assert_int_equal(sow_archive_read(archive, 0, 0, 64, bytes, &error), SOW_IO);
  assert_non_null(strstr(error.message, "shorter"));
  sow_archive_free(archive);
  remove(FILE_A);
}

/* ---- indices ---- */

static void put_pair(void) {
  static const char a[] = "{" U8("x", "1", "0,1") "," U8("z", "1", "1,2") "}",
                    b[] = "{" U8("y", "3", "0,3") "}";
  put_header(FILE_A, a, sizeof a - 1, 2);
  put_header(FILE_B, b, sizeof b - 1, 3);
}

static void remove_pair(void) {
  remove(FILE_A);
  remove(FILE_B);
  remove(INDEX);
}

static void count_warning(void *context, const sow_error *warning) {
  assert_non_null(strstr(warning->message, "total_size is 6, but the tensors have 5"));
  ++*(int *)context;
}

static void an_index_opens_its_files(void **state) {
  (void)state;
  put_pair();
  static const char json[] = "{\"metadata\":{\"total_size\":6,\"more\":[{}]},\"weight_map\":{\"y\":\"" FILE_B
                             "\",\"x\":\"" FILE_A "\",\"z\":\"" FILE_A "\"}}";
  put_file(INDEX, json, sizeof json - 1);
  int warnings = 0;
  sow_error error = {.on_warning = count_warning, .warning_context = &warnings};
  sow_archive *archive = NULL;
  assert_int_equal(sow_archive_open(INDEX, &archive, &error), SOW_OK);
  assert_int_equal(warnings, 1);
  assert_int_equal(sow_archive_count(archive), 3);
  sow_archive_entry entry;
  assert_true(sow_archive_get(archive, 2, &entry));
  assert_string_equal(entry.name, "y");
  assert_int_equal(entry.file, 1);
  assert_string_equal(sow_archive_file(archive, 1), FILE_B);
  assert_null(sow_archive_file(archive, 2));
  unsigned char byte;
  assert_int_equal(sow_archive_read(archive, 2, 2, 1, &byte, NULL), SOW_OK);
  assert_int_equal(byte, 2);
  sow_archive_free(archive);
  remove_pair();
}

static void an_index_that_its_files_contradict_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *map, *part;
    sow_status status;
  } maps[] = {
      {"{}", "its weight_map names no tensors", SOW_SYNTAX},
      {"{\"weight_map\":[]}", "its weight_map names no tensors", SOW_SYNTAX},
      {"{\"weight_map\":{}}", "its weight_map names no tensors", SOW_SYNTAX},
      {"{\"weight_map\":{\"x\":1}}", "no file for tensor 'x'", SOW_SYNTAX},
      {"{\"weight_map\":{\"x\":\"../" FILE_A "\"}}", "same folder for tensor 'x'", SOW_SYNTAX},
      {"{\"weight_map\":{\"x\":\"\"}}", "same folder for tensor 'x'", SOW_SYNTAX},
      {"{\"weight_map\":{\"x\":\"" FILE_A "\"}}", "does not give to it: tensor 'z'", SOW_SYNTAX},
      {"{\"weight_map\":{\"x\":\"" FILE_A "\",\"z\":\"" FILE_B "\",\"y\":\"" FILE_B "\"}}", "tensor 'z'",
       SOW_SYNTAX},
      {"{\"weight_map\":{\"x\":\"" FILE_A "\",\"z\":\"" FILE_A "\",\"w\":\"" FILE_A "\"}}",
       "what is in no file: tensor 'w'", SOW_SYNTAX},
      {"{\"weight_map\":{\"x\":\"nowhere.safetensors\"}}", "No such file", SOW_IO},
      {"{\"weight_map\":{\"x\":\"" FILE_A "\",\"x\":\"" FILE_A "\"}}", "duplicate", SOW_DUPLICATE_NAME},
  };
  put_pair();
  for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
    put_file(INDEX, maps[i].map, strlen(maps[i].map));
    refused(INDEX, maps[i].status, maps[i].part);
  }
  /* One name in two files. */
  static const char twice[] = "{" U8("x", "1", "0,1") "}";
  static const char json[] = "{\"weight_map\":{\"x\":\"" FILE_A "\",\"z\":\"" FILE_B "\"}}";
  put_header(FILE_B, twice, sizeof twice - 1, 1);
  put_file(INDEX, json, sizeof json - 1);
  refused(INDEX, SOW_DUPLICATE_NAME, "tensor 'x' is in two files");
  remove_pair();
}

static void keep_message(void *context, const sow_error *warning) {
  strcpy(context, warning->message);
}

static void a_folder_is_its_index_or_its_only_file(void **state) {
  (void)state;
  mkdir("test_archive.dir", 0777);
  refused("test_archive.dir", SOW_IO, "holds no .safetensors");
  static const char json[] = "{" U8("x", "1", "0,1") "}";
  put_header("test_archive.dir/a.safetensors", json, sizeof json - 1, 1);
  sow_archive *archive = opened("test_archive.dir/");
  assert_string_equal(sow_archive_file(archive, 0), "test_archive.dir/a.safetensors");
  sow_archive_free(archive);
  put_header("test_archive.dir/b.safetensors", json, sizeof json - 1, 1);
  refused("test_archive.dir", SOW_IO, "holds 2 .safetensors files and no index");
  static const char map[] = "{\"weight_map\":{\"x\":\"b.safetensors\"}}";
  put_file("test_archive.dir/m.safetensors.index.json", map, sizeof map - 1);
  char told[SOW_MESSAGE_SIZE] = "";
  sow_error error = SOW_ERROR_NONE;
  error.on_warning = keep_message;
  error.warning_context = told;
  assert_int_equal(sow_archive_open("test_archive.dir", &archive, &error), SOW_OK);
  assert_string_equal(sow_archive_file(archive, 0), "test_archive.dir/b.safetensors");
  assert_string_equal(
      told, "test_archive.dir: m.safetensors.index.json is read, which does not name a.safetensors; name "
            "the one that is meant");
  sow_archive_free(archive);
  remove("test_archive.dir/a.safetensors");
  remove("test_archive.dir/b.safetensors");
  remove("test_archive.dir/m.safetensors.index.json");
  assert_int_equal(rmdir("test_archive.dir"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_file_is_read_in_the_order_of_its_data),
      cmocka_unit_test(what_safetensors_wrote_is_read),
      cmocka_unit_test(a_file_that_shrinks_while_it_is_open_is_an_error),
      cmocka_unit_test(an_index_opens_its_files),
      cmocka_unit_test(an_index_that_its_files_contradict_is_refused),
      cmocka_unit_test(a_folder_is_its_index_or_its_only_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
