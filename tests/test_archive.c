/* Reading .safetensors files and their indices, whatever their bytes are. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sample.h"

#define FILE_A "test_archive.safetensors"
#define FILE_B "test_archive_b.safetensors"
#define INDEX "test_archive.index.json"

static void put_file(const char *path, const void *bytes, size_t size) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, size, file), size);
  assert_int_equal(fclose(file), 0);
}

/* A file with the header `json` and `data` bytes 0, 1, 2, … */
static void put_header(const char *path, const char *json, size_t length, size_t data) {
  unsigned char *bytes = malloc(8 + length + data);
  assert_non_null(bytes);
  for (int i = 0; i < 8; i++)
    bytes[i] = (unsigned char)((uint64_t)length >> 8 * i);
  memcpy(bytes + 8, json, length);
  for (size_t i = 0; i < data; i++)
    bytes[8 + length + i] = (unsigned char)i;
  put_file(path, bytes, 8 + length + data);
  free(bytes);
}

static void refused(const char *path, sow_status status, const char *part) {
  sow_error error = SOW_ERROR_NONE;
  sow_archive *archive = NULL;
  sow_status got = sow_archive_open(path, &archive, &error);
  if (got != status || strstr(error.message, part) == NULL)
    fail_msg("expected %s with '%s', got %s: %s", sow_status_name(status), part, sow_status_name(got),
             error.message);
  assert_null(archive);
}

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

/* ---- hostile headers ---- */

typedef struct bad {
  const char *json;
  size_t data;
  sow_status status;
  const char *part;
} bad;

#define U8(name, shape, offsets)                                                                             \
  "\"" name "\":{\"dtype\":\"U8\",\"shape\":[" shape "],\"data_offsets\":[" offsets "]}"

static const bad headers[] = {
    {"", 0, SOW_SYNTAX, "does not begin"},
    {" {}", 0, SOW_SYNTAX, "does not begin"},
    {"[]", 0, SOW_SYNTAX, "does not begin"},
    {"{", 0, SOW_SYNTAX, "JSON"},
    {"{}{}", 0, SOW_SYNTAX, "end of file expected"},
    {"{,}", 0, SOW_SYNTAX, "JSON"},
    {"{'a':1}", 0, SOW_SYNTAX, "JSON"},
    {"{\"a\":1}", 0, SOW_SYNTAX, "'a': is no object"},
    {"{\"a\":[]}", 0, SOW_SYNTAX, "'a': is no object"},
    {"{\"a\":{}}", 0, SOW_SYNTAX, "'a': is no object"},
    {"{\"a\xFF\":1}", 0, SOW_SYNTAX, "decode byte 0xff"},
    {"{\"a\xC0\x80\":1}", 0, SOW_SYNTAX, "decode"},
    {"{\"a\xED\xA0\x80\":1}", 0, SOW_SYNTAX, "decode"},
    {"{\"a\\ud800\":1}", 0, SOW_SYNTAX, "Unicode"},
    {"{\"a\\u0000\":1}", 0, SOW_SYNTAX, "NUL"},
    {"{\"a\nb\":1}", 0, SOW_SYNTAX, "unexpected newline"},
    {"{" U8("a", "1", "0,1") "," U8("a", "1", "0,1") "}", 1, SOW_DUPLICATE_NAME, "duplicate"},
    {"{" U8("a", "1", "0,1") "," U8("\\u0061", "1", "0,1") "}", 1, SOW_DUPLICATE_NAME, "duplicate"},
    {"{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1,
     SOW_DUPLICATE_NAME, "duplicate"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\":1}}", 1, SOW_SYNTAX,
     "no object of"},
    {"{\"a\":{\"dtype\":\"U9\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, SOW_SYNTAX, "none of"},
    {"{\"a\":{\"dtype\":8,\"shape\":[1],\"data_offsets\":[0,1]}}", 1, SOW_SYNTAX, "no string"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":1,\"data_offsets\":[0,1]}}", 1, SOW_SYNTAX, "no array"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[0,1]}}", 1, SOW_SYNTAX, "else than sizes"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,1]}}", 1, SOW_SYNTAX, "else than sizes"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0]}}", 1, SOW_SYNTAX, "no pair"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,2]}}", 1, SOW_SYNTAX, "no pair"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1e0]}}", 1, SOW_SYNTAX, "no pair"},
    {"{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":\"01\"}}", 1, SOW_SYNTAX, "no pair"},
    {"{" U8("a", "1", "1,0") "}", 1, SOW_SYNTAX, "no range"},
    {"{" U8("a", "1", "-1,0") "}", 1, SOW_SYNTAX, "no range"},
    {"{" U8("a", "2", "0,2") "}", 1, SOW_SYNTAX, "ends at byte 2"},
    {"{" U8("a", "1", "0,9223372036854775807") "}", 1, SOW_SYNTAX, "ends at byte 9223372036854775807"},
    {"{" U8("a", "1", "0,18446744073709551615") "}", 1, SOW_SYNTAX, "too big integer"},
    {"{" U8("a", "1", "18446744073709551615,1") "}", 1, SOW_SYNTAX, "too big integer"},
    {"{" U8("a", "4294967296,4294967296", "0,0") "}", 0, SOW_SYNTAX, "does not fit"},
    {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,0]}}", 0, SOW_SYNTAX,
     "do not fit"},
    {"{" U8("a", "2", "0,1") "}", 1, SOW_SYNTAX, "need 2 bytes"},
    {"{\"a\":{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,1]}}", 1, SOW_SYNTAX, "whole number"},
    {"{" U8("a", "2", "0,2") "," U8("b", "2", "1,3") "}", 3, SOW_SYNTAX, "another's ends at 2"},
    {"{" U8("a", "2", "0,2") "," U8("b", "2", "0,2") "}", 2, SOW_SYNTAX, "another's ends at 2"},
    {"{" U8("a", "1", "0,1") "," U8("b", "1", "2,3") "}", 3, SOW_SYNTAX, "a hole from 1"},
    {"{" U8("a", "1", "1,2") "}", 2, SOW_SYNTAX, "a hole from 0"},
    {"{" U8("a", "1", "0,1") "}", 2, SOW_SYNTAX, "but 2 follow"},
    {"{}", 1, SOW_SYNTAX, "but 1 follow"},
    {"{\"__metadata__\":1}", 0, SOW_SYNTAX, "__metadata__ is no object"},
    {"{\"__metadata__\":null}", 0, SOW_SYNTAX, "__metadata__ is no object"},
    {"{\"__metadata__\":{\"a\":1}}", 0, SOW_SYNTAX, "else than strings"},
    {"{\"__metadata__\":{},\"__metadata__\":{}}", 0, SOW_DUPLICATE_NAME, "duplicate"},
    {"{\"a\":{\"b\":{\"c\":{\"d\":1}}}}", 0, SOW_SYNTAX, "nests deeper than 3"},
    {"{\"a\":[[[[[[[[[[1]]]]]]]]]]}", 0, SOW_SYNTAX, "nests deeper than 3"},
};

static void headers_that_break_a_rule_are_refused_with_the_reason(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
    put_header(FILE_A, headers[i].json, strlen(headers[i].json), headers[i].data);
    refused(FILE_A, headers[i].status, headers[i].part);
  }
  remove(FILE_A);
}

static void more_than_64_dimensions_are_refused(void **state) {
  (void)state;
  char json[512] = "{\"a\":{\"dtype\":\"U8\",\"shape\":[1";
  for (int i = 0; i < 64; i++)
    strcat(json, ",1");
  strcat(json, "],\"data_offsets\":[0,1]}}");
  put_header(FILE_A, json, strlen(json), 1);
  refused(FILE_A, SOW_LIMIT, "65 dimensions");
  remove(FILE_A);
}

static void deep_nesting_does_not_reach_the_stack(void **state) {
  (void)state;
  size_t length = 20000000;
  char *json = malloc(length);
  assert_non_null(json);
  memcpy(json, "{\"a\":", 5);
  memset(json + 5, '[', length - 5);
  put_header(FILE_A, json, length, 0);
  refused(FILE_A, SOW_SYNTAX, "nests deeper");
  /* Shallow, but so many that each of three bytes would take a hundred. */
  for (size_t i = 5; i + 3 <= length; i += 3)
    memcpy(json + i, i == 5 ? "[[]" : ",[]", 3);
  put_header(FILE_A, json, length, 0);
  refused(FILE_A, SOW_SYNTAX, "objects and arrays");
  free(json);
  remove(FILE_A);
}

static void lengths_are_held_against_the_file_and_the_limit(void **state) {
  (void)state;
  put_file(FILE_A, "\x02\0\0\0\0\0\0", 7);
  refused(FILE_A, SOW_SYNTAX, "shorter than 8");
  put_file(FILE_A, "\x03\0\0\0\0\0\0\0{}", 10);
  refused(FILE_A, SOW_SYNTAX, "has 3 bytes, but only 2 follow");
  put_file(FILE_A, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF{}", 10);
  refused(FILE_A, SOW_SYNTAX, "has 18446744073709551615 bytes, but only 2 follow");
  put_file(FILE_A, "", 0);
  refused(FILE_A, SOW_SYNTAX, "the file is empty");
  /* One byte more than 100 MB of header in a sparse file. */
  put_file(FILE_A, "\x01\xE1\xF5\x05\0\0\0\0{", 9);
  assert_int_equal(truncate(FILE_A, 9 + 100000000), 0);
  refused(FILE_A, SOW_LIMIT, "has 100000001 bytes; the limit is 100000000");
  remove(FILE_A);
  refused(FILE_A, SOW_IO, "No such file");
  refused("/dev/null", SOW_IO, "no regular file");
}

static void a_header_of_100_million_bytes_is_read(void **state) {
  (void)state;
  static const char json[] = "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
  char *header = malloc(SOW_HEADER_LIMIT);
  assert_non_null(header);
  memset(header, ' ', SOW_HEADER_LIMIT);
  memcpy(header, json, sizeof json - 1);
  put_header(FILE_A, header, SOW_HEADER_LIMIT, 1);
  free(header);
  sow_archive *archive = opened(FILE_A);
  assert_int_equal(sow_archive_count(archive), 1);
  sow_archive_free(archive);
  remove(FILE_A);
}

/* What people have beside a checkpoint, or instead of one. */
static void other_files_are_named_as_what_they_are(void **state) {
  (void)state;
  static const struct {
    const char *bytes;
    size_t length;
    const char *part;
  } files[] = {
      {"", 0, "the file is empty"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4968\n", 68, "git lfs pull"},
      {"<!DOCTYPE html>\n<html class=\"\">\n<head>", 38, "an HTML page"},
      {"\n  <html lang=en><body>404</body></html>", 40, "an HTML page"},
      {"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", 61, "an XML page"},
      {"Entry not found", 15, "'Entry not found'"},
      {"GGUF\x03\0\0\0\x23\x01\0\0\0\0\0\0\x1a\0\0\0\0\0\0\0", 24, "this is GGUF"},
      {"\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08\0", 16, "this is HDF5"},
      {"\x1f\x8b\x08\0\0\0\0\0\0\x03"
       "ab",
       12, "unpack it"},
      {"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\0\0\0a.txt", 35, "a ZIP file"},
      {"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xFF\xFF\0\0a", 31, "a ZIP file"},
  };
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    put_file(FILE_A, files[i].bytes, files[i].length);
    refused(FILE_A, SOW_SYNTAX, files[i].part);
    put_file(INDEX, files[i].bytes, files[i].length);
    refused(INDEX, SOW_SYNTAX, files[i].part);
    assert_int_equal(sow_archive_recognize(files[i].bytes, files[i].length), files[i].length > 0);
  }
  remove(FILE_A);
  remove(INDEX);
  assert_false(sow_archive_recognize("Net()", 5));
  assert_false(sow_archive_recognize("\xEF\xBB\xBFNet()", 8));
  assert_false(sow_archive_recognize("\xFF\xFEN\0e\0t\0(\0)\0", 12));
  assert_true(sow_archive_recognize("\x02\0\0\0\0\0\0\0{}", 10));
}

static void files_that_torch_and_numpy_wrote_are_named(void **state) {
  (void)state;
#define FOREIGN SOW_TEST_DATA "/foreign/"
  refused(FOREIGN "torch_zip.pt", SOW_SYNTAX, "a pickle of torch.save (a ZIP file)");
  refused(FOREIGN "torch_legacy.pt", SOW_SYNTAX, "a pickle of torch.save (its format before torch 1.6)");
  refused(FOREIGN "torch_jit.pt", SOW_SYNTAX, "torch.jit.save");
  refused(FOREIGN "protocol2.pkl", SOW_SYNTAX, "a pickle of Python");
  refused(FOREIGN "protocol4.pkl", SOW_SYNTAX, "a pickle of Python");
  refused(FOREIGN "array.npy", SOW_SYNTAX, "one array of NumPy");
  refused(FOREIGN "arrays.npz", SOW_SYNTAX, "arrays of NumPy");
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
  archive = opened("test_archive.dir");
  assert_string_equal(sow_archive_file(archive, 0), "test_archive.dir/b.safetensors");
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
      cmocka_unit_test(headers_that_break_a_rule_are_refused_with_the_reason),
      cmocka_unit_test(more_than_64_dimensions_are_refused),
      cmocka_unit_test(deep_nesting_does_not_reach_the_stack),
      cmocka_unit_test(lengths_are_held_against_the_file_and_the_limit),
      cmocka_unit_test(a_header_of_100_million_bytes_is_read),
      cmocka_unit_test(other_files_are_named_as_what_they_are),
      cmocka_unit_test(files_that_torch_and_numpy_wrote_are_named),
      cmocka_unit_test(an_index_opens_its_files),
      cmocka_unit_test(an_index_that_its_files_contradict_is_refused),
      cmocka_unit_test(a_folder_is_its_index_or_its_only_file),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
