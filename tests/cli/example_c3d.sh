# C3D by C calls and by printed model and rules: the same file.
"$BUILD/examples/c3d" c.safetensors 42
sow init "$EXAMPLES/c3d/c3d.txt" --rules "$EXAMPLES/c3d/weights_init.rules" --seed 42 --no-recipe -o - |
  cmp - c.safetensors && echo equal
ls -A
