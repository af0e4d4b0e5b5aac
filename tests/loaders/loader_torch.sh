# usage: loader_torch.sh SOW WORK
# safetensors and torch read what sow writes, and the other way round, where there is a Python with both.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=${SOW_SAFETENSORS_PYTHON:-$SOW_LOADER_PYTHON}
# shellcheck disable=SC2086 # a command with arguments, as `scripts/oracles-run 2.14` is
$python -c 'import safetensors.torch' 2>/dev/null || {
  echo "loader_torch: skipped: $python has no safetensors (SOW_SAFETENSORS_PYTHON names one that has)"
  exit 77
}
for script in loader_torch keep_torch check_torch; do
  # shellcheck disable=SC2086
  $python -B -W ignore "$here/$script.py" "$1" "$2/$script"
done
