# A type that is not read as numbers is counted, and a long name moves its own row only.
. "$TESTS/lib.sh"
name=$(printf '%100s' '' | tr ' ' n)
json='{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]},"'$name'":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}'
printf "\\$(printf %o ${#json})\\0\\0\\0\\0\\0\\0\\0%s\\1\\2\\3\\4\\0\\0\\0\\100\\0\\0\\200\\77" "$json" >odd.safetensors
try sow check odd.safetensors
sow inspect odd.safetensors | cut -c 1-140
