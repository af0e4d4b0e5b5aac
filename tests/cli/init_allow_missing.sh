# What a print does not show is refused; the recipe remembers that it was left out.
cat >model.txt <<'END'
Block(
  (experts): MixtralExperts(
    (act_fn): SiLU()
  )
  (fc): Linear(in_features=4, out_features=2, bias=False)
)
END
sow init model.txt -o model.safetensors
echo "exit $?"
sow init model.txt --allow-missing -o model.safetensors
echo "exit $?"
sow check model.safetensors model.txt
echo "exit $?"
sow init model.txt --ignore '*Experts' -o ignored.safetensors
echo "exit $?"
sow init model.txt -q --allow-missing --expect 4104 -o expected.safetensors
echo "exit $?"
