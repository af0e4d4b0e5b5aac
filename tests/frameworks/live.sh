# live.sh PYTHON RECORD REPLAY: what the frameworks say today, through the test of the fixture.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" "$2" >"$work/frameworks.txt" || exit $?
head -1 "$work/frameworks.txt"
"$3" "$work/frameworks.txt"
