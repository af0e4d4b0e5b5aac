# Made constant.safetensors (torch 2.14.1, safetensors 0.8.0) and the headers in test_checkpoint.c (NumPy 2.4.6).
import numpy, torch
from safetensors.torch import save_file

names = ["a", "B", "é", "z/x", 'q"uote', "back\\slash", "\u2028", "emoji😀", "w-weight", "w_x", "A"]
tensors = {name: torch.full((i + 1,), float(i)) for i, name in enumerate(names)}
tensors["s0"] = torch.full((), 0.1)
tensors["empty"] = torch.zeros((0, 3))
for dtype in (torch.float16, torch.int64, torch.bfloat16, torch.float64):
    tensors["in_" + str(dtype)[6:]] = torch.full((2, 3), 7.1 if dtype.is_floating_point else 7, dtype=dtype)
save_file(tensors, "constant.safetensors", metadata={"format": "pt"})
for array in (numpy.ones(()), numpy.ones((3, 5), "f4"), numpy.ones(7, "i8"), numpy.ones((0, 3), "f2")):
    numpy.save("header.npy", array)
    print(open("header.npy", "rb").read()[:128])
