# Recordings that are damaged, cut off, too new, or say what cannot be.
. "$TESTS/lib.sh"
recorded
bad() { sed "$1" model.sow >bad.sow && try sow init bad.sow -o out; }
bad 's/^sow recording 1/sow recording 2/'
bad '/^end/d'
bad '/^dtype/d'
bad 's/^step s1\[3\] uniform_/step s1[3] unifrom_/'
bad 's/a=-0.5, b=0.5/a=0.5, b=-0.5/'
bad 's/^step s1\[3\]/step s1[4]/'
bad 's/^storage 2 float32 12/storage 2 float32 999999999999999999999/'
bad 's/^  AAAAAAAAAAABAAAA/  AAAA****AAABAAAA/'
bad 's/^  AAAAAAAAAAABAAAA/  /'
bad '/^step s2\[3, 4\] normal_/d'
bad 's/^module "head" "Linear"/module "other" "Linear"/'
bad 's/"head.tied"/"head.weight"/'
bad 's/^step s2\[2, 4\] copy_(s0/step s2[2, 4] copy_(s9/'
head -c 700 model.sow >bad.sow && try sow plan bad.sow
head -c 10 model.sow >bad.sow && try sow plan bad.sow
sed 's/$/\r/' model.sow >crlf.sow && sow plan crlf.sow | tail -n 1
ls -A
