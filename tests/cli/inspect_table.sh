# Equal layers share a row; --all gives each its own; the digest is that of the bytes.
. "$TESTS/lib.sh"
cat >net.txt <<'END'
Net(
  (blocks): ModuleList(
    (0-10): 11 x Block(
      (fc): Linear(in_features=8, out_features=8, bias=True)
      (norm): LayerNorm((8,), eps=1e-05, elementwise_affine=True)
    )
  )
  (experts): ModuleList(
    (0): ModuleList(
      (0-1): 2 x Linear(in_features=3, out_features=1, bias=False)
    )
    (1): ModuleList(
      (0): Linear(in_features=3, out_features=1, bias=False)
    )
  )
  (norm): BatchNorm1d(3, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
)
END
sow init net.txt --seed 1 -o net.safetensors -q
sow inspect net.safetensors
sow inspect net.safetensors --all | wc -l
sow inspect net.safetensors --all --digest | sed -n 's/^norm.bias .* \([0-9a-f]*\)$/\1/p'
head -c 12 /dev/zero | sha256sum
