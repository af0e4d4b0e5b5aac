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
printf 'BZh91AY&SY\001\002' >model.bz2
printf '\037\213\010\000' >model.gz
printf '\375\067zXZ\000' >model.xz
printf '\050\265\057\375' >model.zst
{ printf a.safetensors; head -c 244 /dev/zero; } >model.tar
printf 'ustar\000\060\060' >>model.tar
printf 'PK\003\004%026d' 0 >model.zip
printf '\211HDF\r\n\032\n' >model.h5
for file in model.*; do
  try sow plan "$file"
done
mkdir sharded
cp lfs.safetensors sharded/model.safetensors.index.json
try sow inspect sharded
ls
