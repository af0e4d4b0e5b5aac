#!/bin/sh
# usage: run.sh [--update] BUILD_FOLDER [NAME…]
# Runs NAME.sh (all of them without a NAME), each in an empty folder with the built sow in its PATH, and
# compares with NAME.stdout and NAME.stderr (none: it must be empty; NAME.stderr.glob: each line a pattern of
# the shell) and NAME.exit (none: 0). --update writes what came out as the new expectation.
# Exit status: 0 as expected, 1 not, 77 skipped, which a script asks for with its own status 77.
set -u
tests=$(cd "$(dirname "$0")" && pwd)
update=false
[ "${1:-}" != --update ] || { update=true && shift; }
[ $# -gt 0 ] || { echo 'usage: run.sh [--update] BUILD_FOLDER [NAME…]' >&2 && exit 2; }
build=$(cd "$1" && pwd)
shift
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
mkdir "$work/bin"
ln -s "$build/sow" "$work/bin/sow"

# matches PATTERNS TEXT: every line of TEXT fits the pattern in the same line of PATTERNS
matches() {
  [ "$(wc -l <"$1")" -eq "$(wc -l <"$2")" ] || return 1
  while IFS= read -r pattern && IFS= read -r line <&3; do
    # shellcheck disable=SC2254 # the pattern is meant as one
    case $line in
      $pattern) ;;
      *) return 1 ;;
    esac
  done <"$1" 3<"$2"
}

# check NAME KIND: compares $work/KIND with the expectation
check() {
  if [ -f "$tests/$1.$2.glob" ]; then
    matches "$tests/$1.$2.glob" "$work/$2" && return 0
    $update && echo "$1.$2.glob does not match; it is not rewritten" >&2
    diff -u "$tests/$1.$2.glob" "$work/$2" >&2
    return 1
  fi
  expected=$tests/$1.$2
  [ -f "$expected" ] || expected=/dev/null
  cmp -s "$expected" "$work/$2" && return 0
  if $update; then
    if [ -s "$work/$2" ]; then cp "$work/$2" "$tests/$1.$2"; else rm -f "$tests/$1.$2"; fi
    return 0
  fi
  diff -u "$expected" "$work/$2" >&2
  return 1
}

run_one() {
  mkdir "$work/here"
  (
    cd "$work/here" || exit 1
    PATH=$work/bin:$PATH TESTS=$tests BUILD=$build EXAMPLES=$tests/../../examples LC_ALL=C \
      exec sh "$tests/$1.sh" >"$work/stdout" 2>"$work/stderr" </dev/null
  )
  status=$?
  rm -rf "$work/here"
  if [ $status = 77 ]; then
    echo "$1: skipped: $(cat "$work/stderr")"
    return 77
  fi
  # A status of 0 leaves no line, so that it needs no file.
  [ $status = 0 ] && : >"$work/exit" || echo $status >"$work/exit"
  good=0
  for kind in stdout stderr exit; do
    check "$1" $kind || { echo "$1: $kind differs" >&2 && good=1; }
  done
  return $good
}

# shellcheck disable=SC2046,SC2012 # names of tests are plain words
[ $# -gt 0 ] || set -- $(cd "$tests" && ls | sed -n 's/\.sh$//p' | grep -v -x -e run -e lib)
result=0
for name; do
  run_one "$name"
  one=$?
  [ $one = 0 ] || result=$one
done
exit $result
