# A page of a recorded model: its layers in their order, its lines of code as rules.
. "$TESTS/lib.sh"
has_page || skip 'sow was built without the page'
command -v python3 >/dev/null || skip 'there is no python3'
recorded
sow init model.sow --seed 3 -o a.safetensors -q
try sow report a.safetensors model.sow -o a.html -q
cat >show.py <<'END'
import json
text = open("a.html").read()
data = json.loads(text[text.rindex('id="data">') + len('id="data">'):].split("</script>")[0])
for tensor in data["tensors"]:
    print(tensor["name"], "|", tensor.get("initializer"), "|", tensor.get("rule"))
print([data["tensors"][layer["tensor"]]["name"] for layer in data["layers"]])
END
python3 show.py
