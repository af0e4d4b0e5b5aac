# docs/json.md names every field of every document, in the section of its command.
. "$TESTS/lib.sh"
command -v python3 >/dev/null || skip "there is no python3"
recorded
net
sow init net.txt -q -o a.safetensors
sow init net.txt -q --seed 1 -o b.safetensors
sow init net.txt -q --dtype float64 -o c.safetensors
printf 'other float32 [3]\nfc.bias float32 [3]\n' >d.txt
printf 'named_parameters:\n  * = ones_()\n' >ones.rules
printf 'named_parameters:\n  other = ones_()\n' >other.rules
sow init d.txt --rules ones.rules -q -o d.safetensors
while read -r line; do
  # shellcheck disable=SC2086 # words
  sow $line --format json 2>/dev/null
done >documents <<'END'
check a.safetensors net.txt
check a.safetensors net.txt --seed 5
check b.safetensors
diff a.safetensors b.safetensors
diff a.safetensors c.safetensors
diff a.safetensors d.safetensors
inspect a.safetensors --digest
plan net.txt
plan model.sow
plan d.txt --rules other.rules --keep d.safetensors
gain leaky_relu 0.2
list initializers
list layers
list methods
list nonlinearities
END
python3 - "$EXAMPLES/../docs/json.md" <<'END'
import json, re, sys

head, *parts = re.split(r"(?m)^## ", open(sys.argv[1]).read())
sections = {name: head + part for part in parts for name in part.split("\n")[0].split(", ")}
text = open("documents").read()
place, seen = 0, set()


def fields(value):
    if isinstance(value, dict):
        yield from value
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(one, (dict, list)) and key != "metadata":  # whose keys are the file's
            yield from fields(one)


while text[place:].strip():
    document, end = json.JSONDecoder().raw_decode(text[place:].lstrip())
    place += len(text[place:]) - len(text[place:].lstrip()) + end
    command = document["document"]
    named = set(re.findall(r'`"?(\w+)"?`', sections[command]))
    seen.add(command)
    for field in sorted(set(fields(document)) - named):
        print(f"{command}: {field} is not in docs/json.md")
print(*sorted(seen))
END
