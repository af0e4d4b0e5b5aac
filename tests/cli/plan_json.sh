# The plan as JSON.
. "$TESTS/lib.sh"
net
sow plan net.txt --rules net.rules --format json
