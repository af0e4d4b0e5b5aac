#!/bin/sh
# usage: install_test.sh BUILD_FOLDER CONSUMER_FOLDER CC CMAKE GENERATOR
set -eu
build=$1 consumer=$2 cc=$3 cmake=$4 generator=$5

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix
expected='0.1.0 3efe1558 3f44aa2f 3db533a8 3e073300'

check() { # check NAME PROGRAM
  printed=$("$2")
  if [ "$printed" != "$expected" ]; then
    echo "install: $1 printed '$printed', not '$expected'" >&2
    exit 1
  fi
  echo "install: $1 works"
}

"$cmake" --install "$build" --prefix "$prefix" >"$work/log"
libdir=$(dirname "$(find "$prefix" -name libsow.a)")
export PKG_CONFIG_PATH="$libdir/pkgconfig"

test -x "$prefix/bin/sow"
test "$("$prefix/bin/sow" --version)" = "sow 0.1.0"
for file in man/man1/sow.1 bash-completion/completions/sow zsh/site-functions/_sow doc/sow/rules.md; do
  test -s "$prefix/share/$file"
done
if command -v man >/dev/null; then
  man -M "$prefix/share/man" sow | grep -q 'sow init' || { echo "install: man finds no sow" >&2 && exit 1; }
  for name in sow_checkpoint sow_checkpoint_send; do # a page, and a link to it
    man -M "$prefix/share/man" 3 $name | grep -q 'Takes .size. bytes' || { echo "install: man finds no $name" >&2 && exit 1; }
  done
  echo "install: man sow and man 3 sow_checkpoint_send work"
fi
if command -v bash >/dev/null; then
  bash -c '. "$0" && complete -p sow' "$prefix/share/bash-completion/completions/sow" | grep -q -x 'complete -F _sow sow'
  echo "install: bash completes sow"
fi
readelf -d "$libdir/libsow.so" | grep -q 'SONAME.*\[libsow\.so\.0\]'

# Headers are for callers of any standard, with all warnings. Without a compiler of C++ that language is not tried.
for standard in c99 c17; do
  # shellcheck disable=SC2046
  $cc -std=$standard -pedantic -Wall -Wextra -Werror $(pkg-config --cflags sow) -fsyntax-only "$consumer/headers.c"
done
if command -v c++ >/dev/null; then
  # shellcheck disable=SC2046
  c++ -std=c++17 -pedantic -Wall -Wextra -Werror $(pkg-config --cflags sow) -fsyntax-only -x c++ "$consumer/headers.c"
fi
echo "install: C99, C17 and C++17 take the headers"

# shellcheck disable=SC2046,SC2086 # flags are meant to be split
$cc ${CFLAGS:-} $(pkg-config --cflags sow) "$consumer/consumer.c" $(pkg-config --libs sow) -Wl,-rpath,"$libdir" \
  -o "$work/pc_shared"
readelf -d "$work/pc_shared" | grep -q 'NEEDED.*\[libsow\.so\.0\]'
check 'pkg-config, shared' "$work/pc_shared"

# -Bstatic for sow alone: Debian has no static library for everything that a program links
static=$(pkg-config --static --libs sow | sed 's/-lsow/-l:libsow.a/')
# shellcheck disable=SC2046,SC2086
$cc ${CFLAGS:-} $(pkg-config --cflags sow) "$consumer/consumer.c" $static -o "$work/pc_static"
if readelf -d "$work/pc_static" | grep -q 'libsow'; then
  echo "install: the static consumer still wants libsow.so" >&2
  exit 1
fi
check 'pkg-config, static' "$work/pc_static"

"$cmake" -S "$consumer" -B "$work/cmake" -G "$generator" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$cc" \
  >>"$work/log"
"$cmake" --build "$work/cmake" >>"$work/log"
check 'CMake, shared' "$work/cmake/consumer_shared"
check 'CMake, static' "$work/cmake/consumer_static"
