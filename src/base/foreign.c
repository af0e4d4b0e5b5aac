#include "base/foreign.h"

#include <stdbool.h>
#include <string.h>

#include "base/names.h"

#define TORCH                                                                                                \
  "load it with torch.load and write its tensors with safetensors.torch.save_file, or print the model"
#define DOWNLOAD "the download went wrong; look at it and fetch the file again"

/* At the very beginning. The legacy format of torch.save is a pickle of its magic number,
 * 0x1950a86a20f9469cfc6c. */
static const struct {
  const char *magic;
  size_t length;
  const char *what;
} magics[] = {
    {"version https://git-lfs.github.com/", 35,
     "this is a Git LFS pointer, and the file is elsewhere; fetch it with 'git lfs pull'"},
    {"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 14,
     "this is a pickle of torch.save (its format before torch 1.6); " TORCH},
    {"GGUF", 4,
     "this is GGUF, llama.cpp's format, whose tensors are renamed and often quantised; "
     "give the safetensors files that it was made from"},
    {"\x89HDF\r\n\x1a\n", 8, "this is HDF5, as Keras writes it; write the tensors as safetensors"},
    {"\x93NUMPY", 6, "this is one array of NumPy (.npy); write it as safetensors"},
    {"\x1f\x8b", 2, "this is compressed with gzip; unpack it first"},
    {"\x28\xb5\x2f\xfd", 4, "this is compressed with zstd; unpack it first"},
    {"\xfd\x37zXZ", 5, "this is compressed with xz; unpack it first"},
};

/* Behind blanks, in any case. */
static const struct {
  const char *word, *what;
} pages[] = {
    {"<!doctype html", "this is an HTML page; " DOWNLOAD},
    {"<html", "this is an HTML page; " DOWNLOAD},
    {"<head", "this is an HTML page; " DOWNLOAD},
    {"<?xml", "this is an XML page; " DOWNLOAD},
    {"entry not found", "this is the answer 'Entry not found' of a server; " DOWNLOAD},
    {"invalid username or password", "this is the answer of a server that wants a login; " DOWNLOAD},
};

static bool begins(const char *bytes, size_t length, const char *word) {
  size_t i = 0;
  for (; word[i] != 0 && i < length; i++) {
    char c = bytes[i] >= 'A' && bytes[i] <= 'Z' ? (char)(bytes[i] + 32) : bytes[i];
    if (c != word[i])
      return false;
  }
  return word[i] == 0;
}

/* A ZIP file by the name of its first member: 2 bytes of length at 26, the name from 30 on. */
static const char *foreign_zip(const char *bytes, size_t length) {
  const unsigned char *at = (const unsigned char *)bytes;
  if (length < 30 || memcmp(bytes, "PK\x03\x04", 4) != 0)
    return NULL;
  size_t name = (size_t)at[26] | (size_t)at[27] << 8;
  if (name > length - 30)
    name = length - 30;
  const char *last = bytes + 30 + name;
  if (name >= 9 && memcmp(last - 9, "/data.pkl", 9) == 0)
    return "this is a pickle of torch.save (a ZIP file); " TORCH;
  if (name >= 4 && memcmp(last - 4, ".npy", 4) == 0)
    return "this is arrays of NumPy (.npz); write them as safetensors";
  if (memmem(bytes + 30, name, "/data/", 6) != NULL || memmem(bytes + 30, name, "/code/", 6) != NULL)
    return "this is a program of torch.jit.save; write its state_dict with safetensors.torch.save_file";
  return "this is a ZIP file; unpack it first";
}

/* Archives whose marks do not begin them, or not with the same bytes: a digit says how large bzip2's blocks
 * are. */
static const char *foreign_archive(const char *bytes, size_t length) {
  if (length >= 10 && memcmp(bytes, "BZh", 3) == 0 && memcmp(bytes + 4, "1AY&SY", 6) == 0)
    return "this is compressed with bzip2; unpack it first";
  if (length >= 262 && memcmp(bytes + 257, "ustar", 5) == 0)
    return "this is a tar archive; unpack it first";
  return NULL;
}

/* 0x80, the protocol, and from protocol 4 on a frame; else a dictionary, a list or a class. */
static const char *foreign_pickle(const char *bytes, size_t length) {
  if (length < 3 || bytes[0] != '\x80' || bytes[1] < 2 || bytes[1] > 5 ||
      !sow__is_any(bytes[2], "}](c\x95\x8a"))
    return NULL;
  return "this is a pickle of Python; " TORCH;
}

const char *sow__foreign(const char *bytes, size_t length) {
  if (length == 0)
    return "the file is empty: was its download or its writing cut off?";
  for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
    if (length >= magics[i].length && memcmp(bytes, magics[i].magic, magics[i].length) == 0)
      return magics[i].what;
  const char *what = foreign_zip(bytes, length);
  if (what == NULL)
    what = foreign_archive(bytes, length);
  if (what == NULL)
    what = foreign_pickle(bytes, length);
  size_t blanks = 0;
  while (blanks < length && sow__is_any(bytes[blanks], " \t\r\n\xEF\xBB\xBF"))
    blanks++;
  for (size_t i = 0; what == NULL && i < sizeof pages / sizeof *pages; i++)
    if (begins(bytes + blanks, length - blanks, pages[i].word))
      what = pages[i].what;
  return what;
}
