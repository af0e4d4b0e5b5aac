# usage: train_torch.sh TRAIN_DUMP FOLDER
# One step of the training example equals torch's. Width 3 gives channels that fill no vector: padded layouts.
set -eu
dump=$1
folder=$2
python=${SOW_PYTHON:-/usr/bin/python3}
here=$(dirname "$0")
$python -c 'import torch, numpy' 2>/dev/null || {
  echo "skipped: no torch for $python"
  exit 77
}
rm -rf "$folder"
for width in 8 3; do
  for init in default weights_init "$here/wide.rules"; do
    dumped=$folder/$width-$(basename "$init")
    mkdir -p "$dumped"
    OMP_NUM_THREADS=1 "$dump" "$dumped" $width "$init" 5
  done
done
$python -W ignore "$here/train_torch.py" "$folder"/*
