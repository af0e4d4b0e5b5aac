# The density that is drawn for a rule has the rule's mean and deviation, and the share of what is spread.
. "$TESTS/lib.sh"
has_page || skip 'sow was built without the page'
command -v python3 >/dev/null || skip 'there is no python3'
cat >a.txt <<'END'
Net(
  (table): Embedding(8, 4, padding_idx=2)
  (uniform): Linear(in_features=9, out_features=4, bias=True)
  (normal): Linear(in_features=9, out_features=4, bias=False)
  (cut): Linear(in_features=9, out_features=4, bias=False)
  (skewed): Linear(in_features=9, out_features=4, bias=False)
  (orthogonal): Linear(in_features=9, out_features=4, bias=False)
  (sparse): Linear(in_features=9, out_features=4, bias=False)
  (eye): Linear(in_features=9, out_features=4, bias=False)
  (dirac): Conv1d(3, 4, kernel_size=(3,), stride=(1,), bias=False)
  (he): Linear(in_features=9, out_features=4, bias=False)
  (msra): Linear(in_features=9, out_features=4, bias=False)
  (gaussian): Linear(in_features=9, out_features=4, bias=False)
  (ball): Linear(in_features=9, out_features=4, bias=False)
  (pair): Linear(in_features=2, out_features=4, bias=False)
  (crowd): Linear(in_features=300, out_features=4, bias=False)
  (scaled): Linear(in_features=5, out_features=4, bias=False)
  (up): ConvTranspose2d(2, 2, kernel_size=(4, 4), stride=(2, 2), bias=False)
  (zoom): ConvTranspose2d(2, 2, kernel_size=(32, 32), stride=(16, 16), bias=False)
  (stft): Conv1d(1, 64, kernel_size=(33,), stride=(1,), bias=False)
  (delta): Conv1d(3, 4, kernel_size=(3,), stride=(1,), bias=False)
  (none): Linear(in_features=0, out_features=4, bias=False)
)
END
cat >a.rules <<'END'
named_parameters:
  normal.weight = xavier_normal_(gain=2.0)
  cut.weight = trunc_normal_(std=0.02, a=-0.03, b=0.03)
  skewed.weight = trunc_normal_(mean=1.0, std=2.0, a=0.0, b=1.5)
  orthogonal.weight = orthogonal_(gain=1.5)
  sparse.weight = sparse_(sparsity=0.4, std=0.1)
  eye.weight = eye_()
  dirac.weight = dirac_()
  he.weight = keras.he_normal(layout='torch')
  msra.weight = caffe.msra()
  gaussian.weight = caffe.gaussian(std=0.1, sparse=1)
  ball.weight = caffe.positive_unitball()
  pair.weight = caffe.positive_unitball()
  crowd.weight = caffe.positive_unitball()
  scaled.weight = caffe.positive_unitball()
  up.weight = caffe.bilinear()
  zoom.weight = caffe.bilinear()
  stft.weight = keras.stft()
  delta.weight = jax.delta_orthogonal(layout='torch')
END
sow init a.txt --rules a.rules -o a.safetensors -q
sow report a.safetensors a.txt -o a.html -q
cat >curves.py <<'END'
import json, math

text = open("a.html").read()
data = json.loads(text[text.rindex('id="data">') + 10 : text.rindex("</script>")])
for tensor in data["tensors"]:
    curve = data["curves"][tensor["curve"]] if "curve" in tensor else {"points": [], "marks": []}
    points, total = curve["points"], [0, 0, 0]
    for (a, y), (b, z) in zip(points, points[1:]):
        for power in range(3):  # of a density that is linear in between
            for t, weight in ((0.5 - math.sqrt(0.15), 5), (0.5, 8), (0.5 + math.sqrt(0.15), 5)):
                total[power] += (b - a) * weight / 18 * (y + t * (z - y)) * (a + t * (b - a)) ** power
    share, expected = total[0], tensor["expected"]
    line = f"{tensor['name']}: {share:.2f} spread, marks {curve['marks']}"
    if points:
        mean = total[1] / share
        std = math.sqrt(total[2] / share - mean**2)
        if "sparse" in tensor["initializer"]:
            std *= math.sqrt(share)  # the rule's is that of all elements
        # A normal is drawn to four deviations, which takes 0.1 % from its own.
        if expected["std"] is None or "bilinear" in tensor["initializer"]:  # made, and counted in bins
            print(line)
            continue
        assert abs(mean - expected["mean"]) < 1e-3 * std and math.isclose(std, expected["std"], rel_tol=2e-3), line
    print(line)
END
python3 curves.py
