/*
 * Makes a checkpoint straight into a store behind HTTP: each range of the file is one PUT, and nothing
 * touches a disk.
 *
 * usage: upload MODEL URL [SEED [PART PARTS]]
 *
 * MODEL is the text that print(model) shows. PART, from 1 on, of PARTS is one of as many processes, on as
 * many machines, that upload the file together. The store has to take PUT with Content-Range.
 */
#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sow/sow.h"

#define RANGE ((size_t)4 << 20) /* bytes of one PUT */
#define TEXT_LIMIT ((size_t)1 << 20)

typedef struct upload {
  CURL *curl;
  const char *url;
  uint64_t size;   /* of the whole file */
  uint64_t offset; /* of what is in `bytes` */
  size_t length;
  char bytes[RANGE];
} upload;

/* ---- HTTP ---- */

static bool put(upload *to) {
  char range[96];
  snprintf(range, sizeof range, "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64, to->offset,
           to->offset + to->length - 1, to->size);
  struct curl_slist *headers = curl_slist_append(NULL, range);
  headers = curl_slist_append(headers, "Content-Type: application/octet-stream");
  headers = curl_slist_append(headers, "Expect:");
  curl_easy_setopt(to->curl, CURLOPT_URL, to->url);
  curl_easy_setopt(to->curl, CURLOPT_CUSTOMREQUEST, "PUT");
  curl_easy_setopt(to->curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(to->curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(to->curl, CURLOPT_POSTFIELDS, to->bytes);
  curl_easy_setopt(to->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)to->length);
  CURLcode code = curl_easy_perform(to->curl);
  curl_slist_free_all(headers);
  long answer = 0;
  curl_easy_getinfo(to->curl, CURLINFO_RESPONSE_CODE, &answer);
  if (code == CURLE_HTTP_RETURNED_ERROR)
    fprintf(stderr, "%s: the store answers %ld\n", to->url, answer);
  else if (code != CURLE_OK)
    fprintf(stderr, "%s: %s\n", to->url, curl_easy_strerror(code));
  to->offset += to->length;
  to->length = 0;
  return code == CURLE_OK;
}

/* ---- the sink ---- */

/* Pieces come in order; they are gathered to ranges. False, and sow makes no more of them. */
static bool take(void *context, uint64_t offset, const void *bytes, size_t size) {
  upload *to = context;
  (void)offset; /* always to->offset + to->length */
  for (const char *from = bytes; size > 0;) {
    size_t some = size < RANGE - to->length ? size : RANGE - to->length;
    memcpy(to->bytes + to->length, from, some);
    to->length += some;
    from += some;
    size -= some;
    if (to->length == RANGE && !put(to))
      return false;
  }
  return true;
}

static sow_status send_part(upload *to, const sow_plan *plan, uint64_t part, uint64_t parts,
                            sow_error *error) {
  const sow_checkpoint_options options = {.size = sizeof options, .threads = 1}; /* in order */
  char *header = NULL;
  size_t header_size = 0;
  uint64_t begin, end;
  sow_status status = sow_checkpoint_header(plan, &options, &header, &header_size, error);
  free(header); /* sow_checkpoint_send sends it too: only its size matters here */
  if (status != SOW_OK)
    return status;
  to->size = header_size + sow_plan_bytes(plan);
  sow_slice(to->size, part, parts, &begin, &end);
  to->offset = begin;
  status = sow_checkpoint_send(plan, begin, end, &options, take, to, error);
  if (status == SOW_OK && to->length > 0 && !put(to))
    status = SOW_INTERRUPTED;
  return status;
}

/* ---- the whole ---- */

static sow_status plan_of(const char *path, uint64_t seed, sow_plan **plan, sow_error *error) {
  static char text[TEXT_LIMIT];
  FILE *file = fopen(path, "rb");
  size_t length = file != NULL ? fread(text, 1, sizeof text, file) : 0;
  if (file == NULL || fclose(file) != 0) {
    perror(path);
    return SOW_IO;
  }
  const sow_parse_options parsing = {.size = sizeof parsing, .source = path, .edition = SOW_TORCH_NEWEST};
  sow_module *model = NULL;
  sow_status status = sow_module_parse(text, length, &parsing, &model, error);
  sow_plan_options options = sow_plan_defaults();
  options.seed = seed;
  if (status == SOW_OK)
    status = sow_plan_new(model, &options, plan, error);
  sow_module_free(model);
  return status;
}

int main(int argc, char **argv) {
  static upload to;
  uint64_t seed = 0, part = argc > 4 ? strtoull(argv[4], NULL, 10) : 1;
  uint64_t parts = argc > 5 ? strtoull(argv[5], NULL, 10) : 1;
  if (argc < 3 || argc == 5 || argc > 6 || part < 1 || part > parts) {
    fputs("usage: upload MODEL URL [SEED [PART PARTS]]\n", stderr);
    return 2;
  }
  sow_error error = SOW_ERROR_NONE;
  sow_plan *plan = NULL;
  to.url = argv[2];
  to.curl = curl_easy_init();
  sow_status status = to.curl == NULL ? SOW_NO_MEMORY : SOW_OK;
  if (status == SOW_OK && argc > 3)
    status = sow_seed_parse(argv[3], &seed, &error);
  if (status == SOW_OK)
    status = plan_of(argv[1], seed, &plan, &error);
  if (status == SOW_OK)
    status = send_part(&to, plan, part - 1, parts, &error);
  if (error.status != SOW_OK)
    fprintf(stderr, "upload: %s\n", error.message);
  sow_plan_free(plan);
  curl_easy_cleanup(to.curl);
  return status == SOW_OK ? 0 : 1;
}
