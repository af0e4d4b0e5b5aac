"""Makes the files of this folder, which are no safetensors files: python3 make.py, with torch and NumPy (2.13, 2.4)."""
import pickle

import numpy
import torch

model = torch.nn.Linear(3, 4)
torch.save(model.state_dict(), "torch_zip.pt")
torch.save(model.state_dict(), "torch_legacy.pt", _use_new_zipfile_serialization=False)
torch.jit.script(model).save("torch_jit.pt")
for protocol in 2, 4:
    with open(f"protocol{protocol}.pkl", "wb") as file:
        pickle.dump({"a": 1}, file, protocol=protocol)
numpy.save("array.npy", numpy.zeros(3))
numpy.savez("arrays.npz", a=numpy.zeros(3))
