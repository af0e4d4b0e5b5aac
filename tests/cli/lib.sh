# Read by the scripts: . "$TESTS/lib.sh"

# try COMMAND…: runs it and tells its exit status
try() {
  "$@"
  echo "exit $?"
}

# skip REASON
skip() {
  echo "$1" >&2
  exit 77
}

# A small model and rules for it.
net() {
  cat >net.txt <<'END'
Net(
  (conv): Conv2d(2, 3, kernel_size=(3, 3), stride=(1, 1))
  (norm): BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
  (relu): ReLU()
  (fc): Linear(in_features=3, out_features=2, bias=True)
)
END
  cat >net.rules <<'END'
apply:
  *Conv*:
    weight = kaiming_normal_(mode='fan_out', nonlinearity='relu')
  Linear:
    weight = xavier_uniform_(gain=nn.init.calculate_gain('relu'))
    bias = zeros_()
END
}

# A small recording: a Linear that is scaled, with a row of zeros; a slice of another; ties, a temporary, a literal.
recorded() {
  cat >model.sow <<'END'
sow recording 1
torch 2.14.1
dtype float32
seed 7
module "" "Net"
module "fc" "Linear"
module "head" "Linear"
storage 0 float32 12
storage 1 float32 3
storage 2 float32 12
storage 3 int64 4
step s0[3, 4] kaiming_uniform_(a=2.23606797749979, mode='fan_in', nonlinearity='leaky_relu') at "torch/nn/modules/linear.py:118"
step s1[3] uniform_(a=-0.5, b=0.5) at "torch/nn/modules/linear.py:122"
step s2[3, 4] normal_(mean=0.0, std=0.02) at "net.py:7"
step s0[3, 4] mul_(0.5) at "net.py:9"
step s0[1, 4]+4 zero_() at "net.py:10"
step s2[2, 4] copy_(s0[2, 4]+4) at "net.py:11"
literal s3[4] 32 at "net.py:12"
  AAAAAAAAAAABAAAAAAAAAAIAAAAAAAAAAwAAAAAAAAA=
parameter "fc.weight" s0[3, 4]
parameter "fc.bias" s1[3]
parameter "head.weight" s2[3, 4]
buffer "ids" s3[4]
temporary "mask" s3[2]
parameter "head.tied" s1[3]
end
END
}

# header FILE: the JSON header of a safetensors file, one entry a line
header() {
  length=$(od -A n -t u8 -N 8 "$1" | tr -d ' ')
  head -c $((8 + length)) "$1" | tail -c "$length" | sed 's/},"/},\n"/g; s/ *$//'
  echo
}

# is_writing PID: whether the process has begun to write a file in this folder, which has no name yet or a
# temporary one
is_writing() {
  here=$(pwd -P)
  for descriptor in /proc/"$1"/fd/*; do
    case $(readlink "$descriptor" 2>/dev/null) in
      "$here"/*' (deleted)' | "$here"/.sow-*)
        [ "$(stat -L -c %s "$descriptor" 2>/dev/null || echo 0)" = 0 ] || return 0
        ;;
    esac
  done
  return 1
}

# wait_until COMMAND…: until it succeeds; a minute at most
wait_until() {
  for _ in $(seq 600); do
    ! "$@" || return 0
    sleep 0.1
  done
  echo "gave up waiting for: $*" >&2
  return 1
}

# has_open PID NAME: whether the process holds the file of that name in this folder
has_open() { readlink /proc/"$1"/fd/* 2>/dev/null | grep -q -x "$(pwd -P)/$2"; }

# has_page: whether sow was built with the page of its reports
has_page() { ! sow report none -o none.html 2>&1 | grep -q 'built without the page'; }

# No launcher has started this, whatever started the tests.
unlaunched() {
  unset OMPI_COMM_WORLD_RANK OMPI_COMM_WORLD_SIZE PMI_RANK PMI_SIZE SLURM_PROCID SLURM_NTASKS RANK WORLD_SIZE
}

# same_file ONE MANY MESSAGES: what several processes wrote is what one wrote; the first of them alone has told what it
# has done, and the last one, whichever that was, that the file is complete. Two that end together both find it complete.
same_file() {
  cmp "$1" "$2"
  grep -q ' bytes of data$' "$3" || echo 'nobody says that the file is complete'
  grep -v -e ' bytes of data$' -e ': part 1 of 4 is done, [0-9] .* missing$' "$3"
  ls
}
