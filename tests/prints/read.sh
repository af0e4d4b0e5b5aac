#!/bin/sh
# usage: read.sh [--update] SOW [NAME…]
# Reads NAME.txt (all of them without a NAME) with `SOW plan --format shapes`, and the options in NAME.options if that is
# there; what comes out, on both outputs, and the exit status must be NAME.expected. --update writes that anew.
set -u
update=false
[ "${1:-}" != --update ] || { update=true && shift; }
[ $# -gt 0 ] || { echo 'usage: read.sh [--update] SOW [NAME…]' >&2 && exit 2; }
sow=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
cd "$(dirname "$0")" || exit 1
got=$(mktemp) || exit 1
trap 'rm -f "$got"' EXIT
# shellcheck disable=SC2046,SC2012 # names of tests are plain words
[ $# -gt 0 ] || set -- $(ls | sed -n 's/\.txt$//p' | grep -v CMakeLists)
result=0
for name; do
  eval "set -- $([ ! -f "$name.options" ] || cat "$name.options")"
  "$sow" plan "$name.txt" --format shapes "$@" >"$got" 2>&1 </dev/null
  echo "exit $?" >>"$got"
  if $update; then
    cp "$got" "$name.expected"
  elif ! diff -u "$name.expected" "$got" >&2; then
    echo "$name: differs" >&2
    result=1
  fi
done
exit $result
