# What is no checkpoint is refused with the reason.
. "$TESTS/lib.sh"
try sow inspect nowhere.safetensors
printf '\377\377\377\377\377\377\377\377{}' >long.safetensors
try sow inspect long.safetensors
printf '\002\000\000\000\000\000\000\000{}x' >rest.safetensors
try sow inspect rest.safetensors
mkdir folder
try sow inspect folder
mkfifo pipe
try sow inspect pipe
try sow inspect long.safetensors --format jsn
try sow inspect
# A name may hold what a terminal obeys; the table shows it harmless.
printf '\103\000\000\000\000\000\000\000{"a\\u001b[2J":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}ab' >odd.safetensors
try sow inspect odd.safetensors
