# Outputs that cannot be made: no such folder, a file as a folder, a folder as a file, a folder that takes none.
. "$TESTS/lib.sh"
net
try sow init net.txt -o missing/out.safetensors
try sow init net.txt -o net.txt/out.safetensors
mkdir folder
try sow init net.txt -o folder
try sow init net.txt -o folder/ --force
try sow init net.txt -o '' --force
try sow init net.txt -o /proc/sow.safetensors
try sow fill 'zeros_()' 3 -o missing/out.npy
mkfifo pipe
find . | sort
