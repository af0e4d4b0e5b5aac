/* What is no .safetensors file, whatever its bytes are: why it is refused. */
#include <unistd.h>

#include "archive_files.h"

#define FILE_A "test_archive_bad.safetensors"
#define INDEX "test_archive_bad.index.json"

typedef struct bad {
  const char *json;
  size_t data;
  sow_status status;
  const char *part;
} bad;

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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(headers_that_break_a_rule_are_refused_with_the_reason),
      cmocka_unit_test(more_than_64_dimensions_are_refused),
      cmocka_unit_test(deep_nesting_does_not_reach_the_stack),
      cmocka_unit_test(lengths_are_held_against_the_file_and_the_limit),
      cmocka_unit_test(a_header_of_100_million_bytes_is_read),
      cmocka_unit_test(other_files_are_named_as_what_they_are),
      cmocka_unit_test(files_that_torch_and_numpy_wrote_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
