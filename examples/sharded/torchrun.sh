#!/bin/sh
# Processes of torchrun write one .safetensors together, each its part; no Python is in them.
#
# sh torchrun.sh MODEL FILE     for MODEL what sow init takes: a print, a recording
torchrun --nproc-per-node 4 --no-python sow init "$1" --seed 42 --slice auto -o "$2"
