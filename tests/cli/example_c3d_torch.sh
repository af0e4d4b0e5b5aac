# C3D's file holds what this machine's torch makes.
. "$TESTS/lib.sh"
python=${SOW_PYTHON:-/usr/bin/python3}
$python -c 'import torch' 2>/dev/null || skip "no torch for $python"
sow init "$EXAMPLES/c3d/c3d.txt" --rules "$EXAMPLES/c3d/weights_init.rules" --seed 7 -q -o c3d.safetensors
$python -W ignore "$EXAMPLES/c3d/c3d.py" --compare c3d.safetensors --seed 7
sow check c3d.safetensors "$EXAMPLES/c3d/c3d.txt" --rules "$EXAMPLES/c3d/weights_init.py"
$python -W ignore "$EXAMPLES/c3d/c3d.py" | cmp - "$EXAMPLES/c3d/c3d.txt" && echo printed the same
