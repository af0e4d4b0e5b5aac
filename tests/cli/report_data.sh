# The numbers of a report are those of inspect and of plan.
. "$TESTS/lib.sh"
net
has_page || skip 'sow was built without the page'
command -v python3 >/dev/null || skip 'there is no python3'
sow init net.txt --seed 7 -o before.safetensors -q
sow init net.txt --rules net.rules --seed 7 -o after.safetensors -q
sow report after.safetensors net.txt --before before.safetensors -o a.html
sow report after.safetensors net.txt --before before.safetensors --threads 3 -o b.html && cmp a.html b.html
sow inspect after.safetensors --format json >inspect.json
sow inspect before.safetensors --format json >before.json
sow plan net.txt --rules net.rules --seed 7 --format json >plan.json
cat >compare.py <<'END'
import json, math, sys

def island(path):
    text = open(path).read()
    body = text[text.rindex('id="data">') + len('id="data">') : text.rindex("</script>")]
    assert "<" not in body
    return json.loads(body)

data, inspected = island("a.html"), json.load(open("inspect.json"))
planned = {entry["name"]: entry for entry in json.load(open("plan.json"))["tensors"]}
before = {entry["name"]: entry for entry in json.load(open("before.json"))["tensors"]}
for shown, found in zip(data["tensors"], inspected["tensors"], strict=True):
    assert all(shown[key] == value for key, value in found.items()), shown["name"]
    plan = planned[shown["name"]]
    assert shown["initializer"] == "; ".join(step["call"] for step in plan["steps"])
    assert shown["expected"] == {key: plan[key] for key in ("mean", "std", "low", "high")}
    # The area under the curve is that of a density.
    curve = data["curves"][shown["curve"]] if "curve" in shown else {"points": [], "marks": []}
    points = curve["points"]
    area = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in zip(points, points[1:]))
    assert not points or abs(area - 1) < 2e-3, (shown["name"], area)
    assert bool(points) != bool(curve["marks"])
product, earlier = 1, 1
for layer in data["layers"]:
    tensor = data["tensors"][layer["tensor"]]
    name, root = tensor["name"], math.sqrt(layer["inputs"])
    product *= tensor["std"] * root / math.sqrt(2)
    earlier *= before[name]["std"] * root / math.sqrt(2)
    expected = tensor["expected"]["std"] * root
    for a, b in [
        (layer["gain"], tensor["std"] * root), (layer["expected_gain"], expected), (layer["signal"], product),
        (layer["before"]["gain"], before[name]["std"] * root), (layer["before"]["signal"], earlier),
        (layer["before"]["std"], before[name]["std"]),
    ]:
        assert math.isclose(a, b, rel_tol=1e-12), (name, a, b)
    print(name, layer["inputs"])
assert data["compared"] and not data["differences"] and not data["findings"]
assert sum(rule["tensors"] for rule in data["rules"]) == len(planned)
assert sum(rule["elements"] for rule in data["rules"]) == sum(entry["count"] for entry in data["tensors"])
for rule in data["rules"]:
    print(*rule.values())
END
python3 compare.py
