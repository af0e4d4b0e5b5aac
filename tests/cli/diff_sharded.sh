# A folder with an index is the same checkpoint as the file that it was cut from.
. "$TESTS/lib.sh"
printf 'a float32 [2]\n' >a.shapes
printf 'b float16 [3]\nc int64 []\n' >b.shapes
printf 'c int64 []\na float32 [2]\nb float16 [3]\n' >all.shapes
printf 'named_parameters:\n  * = ones_()\n' >ones.rules
mkdir sharded
sow init a.shapes --rules ones.rules -o sharded/m-1.safetensors -q
sow init b.shapes --rules ones.rules -o sharded/m-2.safetensors -q
sow init all.shapes --rules ones.rules -o all.safetensors -q
echo '{"metadata": {"total_size": 22}, "weight_map": {"a": "m-1.safetensors", "b": "m-2.safetensors", "c": "m-2.safetensors"}}' \
  >sharded/m.safetensors.index.json
try sow diff all.safetensors sharded
try sow diff sharded/m.safetensors.index.json all.safetensors
try sow diff sharded/m-2.safetensors all.safetensors
printf 'a float32 [2]\nb float32 [3]\nc int64 [1]\nd int64 []\n' >other.shapes
sow init other.shapes --rules ones.rules -o other.safetensors -q
try sow diff sharded other.safetensors
try sow diff sharded nowhere.safetensors
try sow diff sharded
