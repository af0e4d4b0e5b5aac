# The C program of the README is the one that is built; it writes what the program writes by rules.
sed -n '/^```c$/,/^```$/{/^```/d;p}' "$EXAMPLES/../README.md" | cmp - "$EXAMPLES/readme/readme.c" && echo shown
# Its function is the one of the example.
awk '/^```$/ { if (held ~ /def weights_init/) printf "%s", held; held = ""; inside = 0 }
  inside { held = held $0 "\n" }
  /^```python$/ { inside = 1 }' "$EXAMPLES/../README.md" | cmp - "$EXAMPLES/c3d/weights_init.py" && echo shown
"$BUILD/examples/readme" || exit
cat >net.txt <<'END'
Net(
  (fc1): Linear(in_features=784, out_features=128, bias=True)
  (fc2): Linear(in_features=128, out_features=10, bias=True)
)
END
cat >net.rules <<'END'
named_parameters:
  fc1.weight = kaiming_normal_(mode='fan_out', nonlinearity='relu')
END
sow init net.txt --rules net.rules --no-recipe -o - | cmp - net.safetensors && echo equal
