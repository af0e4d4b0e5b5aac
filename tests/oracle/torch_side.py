"""What torch makes of a case: tensors by name, and which of them sow approximates."""
import re
import subprocess

import torch

import inits
import zoo

SHORT = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64"}


def version():
    """(2, 14) for 2.14.1+debian"""
    return tuple(int(n) for n in re.match(r"(\d+)\.(\d+)", torch.__version__).groups())


def provenance():
    package = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "python3-torch"], capture_output=True, text=True)
    debian = package.stdout if torch.__file__.startswith("/usr/lib/python3/") else ""
    capability = re.search(r"CPU capability usage: (\S+)", torch.__config__.show())
    return {"torch": torch.__version__, "package": debian, "capability": capability.group(1)}


def can_make(case):
    # 1.13 and 2.0 have no erfinv for half on a CPU
    return not (version() < (2, 1) and case.dtype == "float16" and case.rules == "trunc")


class Maker:
    """Builds each model once; the cases of one model follow one another."""

    def __init__(self):
        self.name, self.model, self.text = None, None, None
        inits.erfinv_is_torchs = version() < (2, 12)

    def prepare(self, name):
        if self.name != name:
            self.model = None
            self.model = zoo.MODELS[name]()
            self.name, self.text = name, str(self.model) + "\n"

    def make(self, case):
        """(tensors, approximate): name to (dtype, shape, bytes), and name to the kind of approximation."""
        self.prepare(case.model)
        model = self.model.to(getattr(torch, case.dtype))
        inits.approximate.clear()
        torch.manual_seed(case.seed)
        with torch.no_grad():
            zoo.initialize(model)
            if case.rules != "default":
                getattr(inits, case.rules)(model)
        bare = zoo.bare_names(model)
        approximate = {name: inits.approximate[id(p)] for name, p in model.named_parameters()
                       if id(p) in inits.approximate}
        tensors = {}
        for name, tensor in model.state_dict().items():
            if name in bare:
                continue
            if case.cast and tensor.is_floating_point():
                tensor = tensor.to(getattr(torch, case.cast))
            tensors[name] = entry(tensor)
        return tensors, approximate


def entry(tensor):
    """(dtype, shape, bytes), as a file has them."""
    width = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}[tensor.element_size()]
    data = memoryview(tensor.detach().contiguous().reshape(-1).view(width).numpy()).cast("B")
    return SHORT[tensor.dtype], list(tensor.shape), data
