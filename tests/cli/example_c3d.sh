# C3D by C calls and by printed model and rules: the same file. The digest is that of
# safetensors.torch.save_file(model.state_dict(), …, metadata={"format": "pt"}) in torch 2.14, safetensors 0.8.
"$BUILD/examples/c3d" c.safetensors 0
sha256sum c.safetensors
sow init "$EXAMPLES/c3d/c3d.txt" --rules "$EXAMPLES/c3d/weights_init.rules" --no-recipe -o - |
  cmp - c.safetensors && echo equal
# And by the function as it stands, read without Python.
sow init "$EXAMPLES/c3d/c3d.txt" --rules "$EXAMPLES/c3d/weights_init.py" --no-recipe -o - |
  cmp - c.safetensors && echo equal
ls -A
