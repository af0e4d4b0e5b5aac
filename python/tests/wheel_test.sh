#!/bin/sh
# usage: wheel_test.sh PYTHON WHEELHOUSE FOLDER SOW
# The package as a user gets it: ./dev wheel's wheel, and `pip install .` from a checkout, each in an empty environment.
# PYTHON is the tests' own, WHEELHOUSE has what pip would download, SOW is the program of the same sources.
set -eu
python=$1 wheelhouse=$2 folder=$3 sow=$4
source=$(cd "$(dirname "$0")/../.." && pwd)
unset PYTHONPATH
export PIP_NO_INDEX=1 PIP_FIND_LINKS="$wheelhouse" PIP_DISABLE_PIP_VERSION_CHECK=1
rm -rf "$folder/empty" "$folder/checkout"
mkdir -p "$folder"

print='Net(
  (fc): Linear(in_features=30, out_features=20, bias=True)
)'
printf '%s\n' "$print" >"$folder/net.txt"
digest=$("$sow" init "$folder/net.txt" --seed 7 --no-recipe --quiet -o - | sha256sum)

# check NAME ENVIRONMENT: the module, the program, and what they say together
check() {
  bin=$folder/$2/bin
  cd "$folder"
  test "$("$bin/sow" --version)" = "$("$sow" --version)"
  test "$("$bin/sow" init net.txt --seed 7 --no-recipe --quiet -o - | sha256sum)" = "$digest"
  test "$("$bin/python" -m pip list --format=freeze | grep -v -c -E '^(pip|setuptools|sow|numpy|cffi|pycparser)=')" = 0
  test "$("$bin/python" -c "
import sow
plan = sow.printed('''$print''').plan(seed=7)
plan.write('/dev/stdout')" | sha256sum)" = "$digest"
  "$bin/python" -c "
import importlib.util, numpy, sow
assert importlib.util.find_spec('torch') is None
assert sow.init.uniform_(numpy.zeros(2, 'float32'), generator=sow.Generator(0))[0] == numpy.float32(0.49625659)
folder = sow.__path__[0]
assert folder.startswith('$folder/$2/'), folder
open(folder + '/py.typed').close()"
  echo "$1 works"
}

"$source/scripts/make-wheel" "$python" "$folder"
"$python" -m venv "$folder/empty"
"$folder/empty/bin/python" -m pip install --quiet "$folder"/sow-*-cp39-abi3-manylinux*.whl
check 'the wheel' empty
maps=$("$folder/empty/bin/python" -c 'import sow; print(open("/proc/self/maps").read())')
for library in jansson nettle; do
  echo "$maps" | grep -q "/sow\.libs/lib$library-" || { echo "$library is not the wheel's" >&2 && exit 1; }
  if echo "$maps" | grep "lib$library" | grep -q -v '/sow\.libs/'; then
    echo "the system's $library is loaded" >&2
    exit 1
  fi
done

# Without the libraries on the machine, where this test may hide them: root can, in a mount namespace of its own.
hidden=$(ldconfig -p | sed -n 's/.*=> \(.*lib\(jansson\|nettle\)\.so.*\)/\1/p')
if [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
  unshare --mount sh -euc '
    for library in $1; do mount --bind /dev/null "$(readlink -f "$library")"; done
    "$2/sow" --version
    "$2/python" -c "import sow; sow.printed(\"Linear(in_features=3, out_features=2, bias=True)\").plan()[\"weight\"]"
    ' sh "$hidden" "$folder/empty/bin" >"$folder/hidden.log"
  echo 'the wheel works without the system'"'"'s libraries'
fi

"$python" -m venv "$folder/checkout"
"$folder/checkout/bin/python" -m pip install --quiet --config-settings=build-dir="$folder/install" "$source"
check 'pip install .' checkout
