#!/bin/sh
# usage: read.sh [--update] SOW [NAME…]
# Reads NAME.txt (all of them without a NAME) with `SOW plan --format shapes` and the options in NAME.options; what comes
# out, on both outputs, and the exit status must be NAME.expected. A file stands once: NAME.VARIANT reads NAME.txt with
# options of its own, and what FAMILY-… has no .options or .expected for is in FAMILY.options and FAMILY.expected.
# --update writes the expectations anew.
set -u
update=false
[ "${1:-}" != --update ] || { update=true && shift; }
[ $# -gt 0 ] || { echo 'usage: read.sh [--update] SOW [NAME…]' >&2 && exit 2; }
sow=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
cd "$(dirname "$0")" || exit 1
got=$(mktemp) || exit 1
trap 'rm -f "$got"' EXIT

# file NAME KIND: NAME.KIND, or that of its family, or none
file() {
  for held in "$1.$2" "${1%%-*}.$2"; do
    [ ! -f "$held" ] || { echo "$held" && return; }
  done
  echo /dev/null
}

# shellcheck disable=SC2046,SC2012 # names of tests are plain words
[ $# -gt 0 ] || set -- $(ls | sed -n -e 's/\.txt$//p' -e '/\..*\./s/\.options$//p' | grep -v CMakeLists)
result=0
for name; do
  eval "set -- $(cat "$(file "$name" options)")"
  "$sow" plan "${name%%.*}.txt" --format shapes "$@" >"$got" 2>&1 </dev/null
  echo "exit $?" >>"$got"
  expected=$(file "$name" expected)
  if $update; then
    cmp -s "$expected" "$got" || cp "$got" "$name.expected"
  elif ! diff -u "$expected" "$got" >&2; then
    echo "$name: differs" >&2
    result=1
  fi
done
exit $result
