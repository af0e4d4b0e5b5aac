"""Writes the C source of sow._native, the binding to the C library, from the public headers.

The headers are the one definition: they go through the C preprocessor without what they include from elsewhere, and
cffi reads what comes out. DLPack's structs are declared here, since its header changes from version to version.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from pathlib import Path

import cffi

DLPACK = """
typedef enum { kDLCPU, kDLCUDA, ... } DLDeviceType;
typedef struct { DLDeviceType device_type; int device_id; ...; } DLDevice;
typedef enum { kDLInt, kDLUInt, kDLFloat, kDLBfloat, ... } DLDataTypeCode;
typedef struct { uint8_t code; uint8_t bits; uint16_t lanes; ...; } DLDataType;
typedef struct {
  void *data;
  DLDevice device;
  int ndim;
  DLDataType dtype;
  int64_t *shape;
  int64_t *strides;
  uint64_t byte_offset;
  ...;
} DLTensor;
typedef struct DLManagedTensor {
  DLTensor dl_tensor;
  void *manager_ctx;
  void (*deleter)(struct DLManagedTensor *self);
  ...;
} DLManagedTensor;
typedef int... sig_atomic_t;
"""

# What Python needs beside the headers: free() for the texts of the library, and what it calls back.
EXTRA = """
void free(void *memory);
typedef struct { size_t count; sow_error *items; bool lost; } sow_python_warnings;
void sow_python_warned(void *warnings, const sow_error *warning);
extern "Python" void sow_python_progress(void *context, uint64_t done, uint64_t total);
"""

SOURCE = """
#include <signal.h>
#include <stdlib.h>

#include "sow/sow.h"

/* Warnings wait here until the call has returned: in its middle no exception of Python's has a place to go. */
typedef struct { size_t count; sow_error *items; bool lost; } sow_python_warnings;

static void sow_python_warned(void *warnings, const sow_error *warning) {
  sow_python_warnings *all = warnings;
  sow_error *items = realloc(all->items, (all->count + 1) * sizeof *items);
  if (items == NULL) {
    all->lost = true;
    return;
  }
  items[all->count++] = *warning;
  all->items = items;
}
"""


def flatten(include: Path, name: str, seen: set[str]) -> str:
    """The header `name` and those of the project that it includes, each once; other includes are left out."""
    if name in seen:
        return ""
    seen.add(name)
    lines = []
    for line in (include / name).read_text(encoding="utf-8").splitlines():
        found = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
        if found is None:
            lines.append(line)
        elif found.group(1) == '"':
            lines.append(flatten(include, found.group(2), seen))
    return "\n".join(lines) + "\n"


def constants(text: str) -> str:
    """The macros that are whole numbers; the compiler fills in which."""
    names = re.findall(r"^#define (SOW_[A-Z0-9_]+) (?:\d+|INT64_MIN)\b", text, re.MULTILINE)
    return "".join(f"#define {name} ...\n" for name in names)


def declarations(include: Path, compiler: str) -> str:
    """What the headers declare, as cffi reads it."""
    text = flatten(include, "sow/sow.h", set())
    # Without __GNUC__, SOW_API is empty.
    done = subprocess.run(
        [compiler, "-E", "-P", "-U__GNUC__", "-"], input=text, stdout=subprocess.PIPE, check=True, encoding="utf-8"
    )
    # The body of a function in a header is the compiler's.
    plain = re.sub(r"^static inline ([^{;]*?)\s*\{.*?^\}", r"\1;", done.stdout, flags=re.MULTILINE | re.DOTALL)
    return DLPACK + constants(text) + plain + EXTRA


def main() -> None:
    parser = argparse.ArgumentParser(description="writes the C source of sow._native")
    parser.add_argument("include", type=Path, help="the folder of sow/sow.h")
    parser.add_argument("output", type=Path, help="the C file")
    parser.add_argument("--compiler", default="cc", help="its preprocessor is used")
    given = parser.parse_args()
    ffi = cffi.FFI()
    ffi.cdef(declarations(given.include, given.compiler))
    ffi.set_source("sow._native", SOURCE)
    ffi.emit_c_code(str(given.output))


if __name__ == "__main__":
    main()
