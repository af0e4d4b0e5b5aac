"""Fixtures: what a torch that is not here made, as digests, first values and samples. JSON, one case a line."""
import hashlib
import json

from checkpoint_reader import element_size

SHOWN = 16    # hexadecimal digits of each tensor's SHA-256 that are kept, to say which tensor differs
SAMPLES = 16  # elements kept of a tensor that is compared within a tolerance


def digest(entry):
    dtype, shape, data = entry
    return hashlib.sha256(f"{dtype} {shape}\n".encode() + data).hexdigest()


def sample_indices(count):
    return range(count) if count <= SAMPLES else [i * (count - 1) // (SAMPLES - 1) for i in range(SAMPLES)]


def elements(entry, indices):
    """The bytes of each."""
    dtype, _, data = entry
    size = element_size(dtype)
    return (bytes(data[index * size:(index + 1) * size]) for index in indices)


def count_of(entry):
    return len(entry[2]) // element_size(entry[0])


def combined(digests):
    return hashlib.sha256("".join(f"{name} {digests[name]}\n" for name in sorted(digests)).encode()).hexdigest()


def record(case, tensors, approximate):
    digests = {name: digest(entry) for name, entry in tensors.items() if name not in approximate}
    line = dict(case._asdict())
    line["digest"] = combined(digests)
    line["tensors"] = " ".join(digests[name][:SHOWN] for name in sorted(digests))
    line["first"] = " ".join(first[::-1].hex() for name in sorted(digests) if count_of(tensors[name])
                             for first in elements(tensors[name], [0]))
    if approximate:
        line["near"] = {
            name: [*approximate[name],
                   " ".join(one[::-1].hex() for one in elements(tensors[name], sample_indices(count_of(tensors[name]))))]
            for name in sorted(approximate)}
    return line


def write(path, header, names, lines):
    """`names`: the model's tensors, sorted, once per model."""
    with open(path, "w") as file:
        for line in [header, names, *lines]:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")


def read(path):
    with open(path) as file:
        header, names, *lines = (json.loads(line) for line in file)
    return header, names, lines
