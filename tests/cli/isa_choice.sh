# Every instruction set that the machine has gives the same numbers; --isa goes before SOW_ISA; a wrong one is misuse.
. "$TESTS/lib.sh"
net
unset SOW_ISA
supported=$(sow --version --verbose | sed -n 's/^this machine can run: //p')
sow init -q net.txt --rules net.rules --isa portable -o portable
for isa in $supported; do
  sow init -q net.txt --rules net.rules --isa "$isa" -o here && cmp portable here && rm here
  SOW_ISA=$isa sow --version -v | sed -n 's/^instruction set: //p' | grep -q -x "$isa" || echo "$isa was not taken"
  SOW_ISA=no_such_thing sow fill 'normal_()' 1 --isa "$isa"
done | uniq
SOW_ISA=portable sow fill 'normal_()' 1
for isa in neon avx2 avx512 avx512_bf16; do # no machine has them all
  case " $supported " in *" $isa "*) ;; *) SOW_ISA=$isa sow fill 'normal_()' 1 2>>refusals; echo "$?" ;; esac
done | sort -u
grep -c -v '^sow: error: SOW_ISA: ' refusals
try sow fill 'normal_()' 1 --isa avx21
SOW_ISA=sse try sow fill 'normal_()' 1
SOW_ISA=sse try sow --version -v
SOW_ISA=sse try sow gain relu
SOW_ISA= try sow gain relu # as if it were not set
