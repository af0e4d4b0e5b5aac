"""A .safetensors file as {name: (dtype, shape, bytes)}; the standard library is enough."""
import json
import mmap
import struct


def read(path):
    with open(path, "rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    view = memoryview(data)[8 + length:]
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            tensors[name] = (entry["dtype"], entry["shape"], view[begin:end])
    return tensors


BITS = {"F64": 53, "F32": 24, "F16": 11, "BF16": 8}


def value(dtype, data):
    """One element's bytes as a Python float."""
    data = bytes(data)
    if dtype == "BF16":
        return struct.unpack("<f", b"\0\0" + data)[0]
    return struct.unpack({"F64": "<d", "F32": "<f", "F16": "<e", "I64": "<q"}[dtype], data)[0]


def element_size(dtype):
    return {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8}[dtype]
