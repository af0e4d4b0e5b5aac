# Files that are no checkpoints are named as what they are, wherever a checkpoint or a model is read.
. "$TESTS/lib.sh"
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 4968\n' 0 >lfs.safetensors
try sow inspect lfs.safetensors
try sow check lfs.safetensors
cp lfs.safetensors net.txt
try sow init net.txt -o out
printf '<!DOCTYPE html>\n<html lang="en">\n<head><title>Sign in</title></head>\n' >page.safetensors
try sow inspect page.safetensors
: >empty.safetensors
try sow diff empty.safetensors lfs.safetensors
printf 'GGUF\003\000\000\000\043\001\000\000\000\000\000\000\032\000\000\000\000\000\000\000' >model.gguf
try sow init model.gguf -o out
foreign=$TESTS/../data/foreign
for file in torch_zip.pt torch_legacy.pt torch_jit.pt protocol4.pkl arrays.npz; do
  cp "$foreign/$file" .
  try sow init "$file" -o out
done
mkdir sharded
cp lfs.safetensors sharded/model.safetensors.index.json
try sow inspect sharded
ls
