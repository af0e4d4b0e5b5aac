#!/usr/bin/python3
"""
Compares programs of steps with the torch that runs this script: storages of every floating dtype, and 1 to 6 steps on
random views of them (whole, rows, slices, strided, transposed), draws, arithmetic with numbers and with other
views, copies and casts, as a recording has them. After every step all storages are made anew by sow and compared.

    steps.py --library build/libsow.so --cases 20000 --seed 1 [--first 0]

Bits have to be equal, but for the named library functions, whose results are held to the correctly rounded ones within
1 unit, and trunc_normal_ by erfinv; after such a step torch goes on from sow's numbers. A NaN equals any
NaN. Exit status 1 when a case fails, 77 when there is no torch.
"""
import argparse
import ctypes
import math
import random
import sys

try:
    import numpy
    import torch
except ImportError:
    print("steps: skipped, no torch for this Python")
    sys.exit(77)

import binding
from builds import SUMS_OTHERWISE, VERSION, is_same_norm
from editions import edition_of

DTYPES = {"float64": (1, torch.float64), "float32": (2, torch.float32), "bfloat16": (4, torch.bfloat16),
          "float16": (5, torch.float16)}
FUNCTIONS = ("exp_", "expm1_", "log_", "log1p_", "erfinv_", "pow_", "rsqrt_", "sqrt_")  # sqrt_: MKL's is off by one
EXACT = ("neg_", "abs_", "reciprocal_")
LARGEST = 4000


class Target(ctypes.Structure):
    _fields_ = [("storage", ctypes.c_uint64), ("out", ctypes.c_void_p)]


class Replay:
    """sow_replay: lines are fed, storages and the generator are asked for."""

    def __init__(self, sow, seed):
        lib = self.lib = sow.library
        lib.sow_replay_new.restype = ctypes.c_void_p
        lib.sow_replay_new.argtypes = [ctypes.c_void_p, ctypes.c_int]
        lib.sow_replay_free.argtypes = [ctypes.c_void_p]
        lib.sow_replay_feed.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int,
                                        ctypes.POINTER(binding.Error)]
        lib.sow_replay_run.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.POINTER(Target), ctypes.c_int,
                                       ctypes.c_void_p, ctypes.POINTER(binding.Error)]
        lib.sow_replay_generator.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ctypes.POINTER(ctypes.c_void_p),
                                             ctypes.POINTER(binding.Error)]
        lib.sow_generator_free.argtypes = [ctypes.c_void_p]
        lib.sow_generator_seed(sow.generator, seed)
        self.handle = lib.sow_replay_new(sow.generator, DTYPES["float32"][0])

    def feed(self, line):
        """The message of a failure, or None."""
        text, error = line.encode() + b"\n", binding.Error()
        failed = self.lib.sow_replay_feed(self.handle, text, len(text), 1, ctypes.byref(error)) != 0
        return error.message.decode() if failed else None

    def run(self, storages):
        """The bytes of every storage."""
        memory = [torch.zeros(count, dtype=dtype) for count, dtype in storages]
        targets = (Target * len(memory))(*[Target(i, tensor.data_ptr()) for i, tensor in enumerate(memory)])
        error = binding.Error()
        if self.lib.sow_replay_run(self.handle, len(memory), targets, 1, None, ctypes.byref(error)) != 0:
            raise RuntimeError(error.message.decode())
        return memory

    def state(self):
        generator, bytes_ = ctypes.c_void_p(), ctypes.create_string_buffer(binding.STATE_SIZE)
        self.lib.sow_replay_generator(self.handle, 0, ctypes.byref(generator), None)
        self.lib.sow_generator_get_state(generator, bytes_)
        self.lib.sow_generator_free(generator)
        return bytes_.raw

    def close(self):
        self.lib.sow_replay_free(self.handle)


# ---- views ----

class View:
    """Sizes, strides and offset in a storage, for both sides."""

    def __init__(self, storage, shape, strides, offset):
        self.storage, self.shape, self.strides, self.offset = storage, tuple(shape), tuple(strides), offset

    def text(self):
        sizes, strides = ", ".join(map(str, self.shape)), ", ".join(map(str, self.strides))
        return f"s{self.storage}[{sizes}]*[{strides}]+{self.offset}"

    def of(self, tensors):
        return tensors[self.storage].as_strided(self.shape, self.strides, self.offset)

    def count(self):
        return math.prod(self.shape)


def contiguous(shape):
    strides, step = [], 1
    for size in reversed(shape):
        strides.insert(0, step)
        step *= size
    return strides


def shape_of(r, count):
    """A random shape with `count` elements."""
    shape = [count]
    for _ in range(r.randrange(3)):
        at = r.randrange(len(shape))
        divisors = [d for d in range(1, min(shape[at], 64) + 1) if shape[at] % d == 0]
        divisor = r.choice(divisors)
        shape[at:at + 1] = [divisor, shape[at] // divisor]
    return shape


def view_of(r, storage, count, whole):
    shape = shape_of(r, count)
    strides, offset = contiguous(shape), 0
    kind = "whole" if whole else r.choice(("whole", "whole", "rows", "slice", "strided", "transposed", "permuted"))
    if kind in ("rows", "slice", "strided"):
        for d in range(1 if kind == "rows" else len(shape)):
            begin = r.randrange(shape[d])
            size = r.randint(1, shape[d] - begin)
            offset += begin * strides[d]
            step = r.choice((1, 1, 2, 3)) if kind == "strided" else 1
            shape[d], strides[d] = (size + step - 1) // step, strides[d] * step
    if kind in ("transposed", "permuted") and len(shape) > 1:
        order = list(range(len(shape)))
        r.shuffle(order)
        shape, strides = [shape[i] for i in order], [strides[i] for i in order]
    return View(storage, shape, strides, offset)


def source_of(r, shape, storages):
    """A view of this shape on some storage, expanded where that is too small; None where none is found."""
    storage = r.randrange(len(storages))
    count, needed = storages[storage][0], math.prod(shape)
    strides = contiguous(shape)
    if needed > count:
        strides = [0] * len(shape)
        if shape and shape[-1] <= count:
            strides[-1] = 1
        reach = sum((size - 1) * stride for size, stride in zip(shape, strides))
        return View(storage, shape, strides, r.randrange(count - reach))
    if len(shape) == 2 and r.random() < 0.3:
        strides = [1, shape[0]]
    return View(storage, shape, strides, r.randrange(count - needed + 1))


# ---- steps ----

def number(r):
    return r.choice((0.5, 2.0, -1.0, 0.02, 1 / 3, r.gauss(0, 1), 10 ** r.uniform(-3, 3)))


def step_of(r, storages, first):
    """(line, torch's side, name, view): what is done to a view; `first` steps write whole storages."""
    storage = len(storages) - 1 if first else r.randrange(len(storages))
    view = view_of(r, storage, storages[storage][0], first)
    kinds = ("uniform_", "normal_", "normal_", "trunc_normal_", "fill_", "zero_", "eye_")
    if not first:
        kinds += FUNCTIONS + EXACT + 2 * ("mul_", "add_", "sub_", "div_", "copy_", "clamp_", "fmod_") + ("norm_",)
    name = r.choice(kinds)
    a, b = number(r), abs(number(r))
    own = {
        "uniform_": (f"uniform_(a={-b!r}, b={b!r})", lambda t: t.uniform_(-b, b)),
        "normal_": (f"normal_(mean={a!r}, std={b!r})", lambda t: t.normal_(a, b)),
        "trunc_normal_": (f"trunc_normal_(mean=0.0, std={b!r}, a={-2 * b!r}, b={2 * b!r})",
                          lambda t: torch.nn.init.trunc_normal_(t, 0.0, b, -2 * b, 2 * b)),
        "fill_": (f"fill_({a!r})", lambda t: t.fill_(a)),
        "zero_": ("zero_()", lambda t: t.zero_()),
        "eye_": ("eye_()", torch.nn.init.eye_),
        "clamp_": (f"clamp_(min={-b!r}, max={b!r})", lambda t: t.clamp_(-b, b)),
        "fmod_": (f"fmod_({a!r})", lambda t: t.fmod_(a)),
        "pow_": (f"pow_({a!r})", lambda t: t.pow_(a)),
    }
    if name == "eye_" and len(view.shape) != 2:
        name = "zero_"
    if name in own:
        call, other = own[name]
    elif name in FUNCTIONS + EXACT:
        call, other = f"{name}()", lambda t: getattr(t, name)()
    elif name == "norm_":
        return norm_of(r, storages, view)
    else:
        return with_other(r, storages, view, name, a)
    return f"step {view.text()} {call}", lambda tensors: other(view.of(tensors)), name, view


def with_other(r, storages, view, name, a):
    # In 16 bits torch rounds differently in the last elements of a row, which its vectors leave over.
    wide = storages[view.storage][1] in (torch.float32, torch.float64)
    alpha = r.choice((1, 1, 1, a)) if wide else 1
    if name != "copy_" and r.random() < 0.5:
        x = number(r)  # with an alpha torch fuses it in its vectors and not behind them
        call = f"{name}({x!r}, alpha=1)" if name in ("add_", "sub_") else f"{name}({x!r})"
        return (f"step {view.text()} {call}", lambda tensors: getattr(view.of(tensors), name)(x), name, view)
    alike = [s for s in storages if s[1] == storages[view.storage][1]] if name != "copy_" else storages
    source = source_of(r, view.shape, storages)
    if storages[source.storage] not in alike:
        source.storage = view.storage
        if view.count() > storages[view.storage][0] or source.offset + view.count() > storages[view.storage][0]:
            source = View(view.storage, view.shape, contiguous(view.shape), 0)
    extra = {"alpha": alpha} if name in ("add_", "sub_") else {}
    tail = f", alpha={alpha!r}" if extra else ""

    def other(tensors):  # what it reads is what was there before
        getattr(view.of(tensors), name)(source.of(tensors).clone(), **extra)

    return f"step {view.text()} {name}({source.text()}{tail})", other, name, view


def norm_of(r, storages, view):
    count, dtype = storages[view.storage]
    shape = shape_of(r, count)
    dim = r.choice((-1, *range(len(shape))))
    kept = 1 if dim < 0 else shape[dim]
    target = View(view.storage, (kept,), (1,), r.randrange(count - kept + 1))
    source = View(view.storage, shape, contiguous(shape), 0)

    def other(tensors):
        value = torch.norm_except_dim(source.of(tensors), 2, dim)
        target.of(tensors).copy_(value.reshape(kept))

    return f"step {target.text()} norm_({source.text()}, dim={dim})", other, "norm_", target


# ---- judging ----

WIDE = {"exp_": numpy.exp, "expm1_": numpy.expm1, "log_": numpy.log, "log1p_": numpy.log1p,
        "rsqrt_": lambda x: 1 / numpy.sqrt(x), "sqrt_": numpy.sqrt}


def rounded(before, name, line):
    """The correctly rounded results of a library function, computed with 64 bits of mantissa; None where they are not known."""
    if name == "erfinv_":
        return torch.erfinv(before.double()).to(before.dtype) if before.dtype != torch.float64 else None
    x = before.double().numpy().astype(numpy.longdouble)
    with numpy.errstate(all="ignore"):
        if name == "pow_":
            exponent = float(line[line.index("pow_(") + 5:-1])
            wide = numpy.power(x, numpy.longdouble(numpy.float32(exponent) if before.dtype != torch.float64 else exponent))
        else:
            wide = WIDE[name](x)
        return torch.from_numpy(wide.astype(numpy.float64)).to(before.dtype)


def ulps(a, b):
    """Distance in units of the last place, NaNs equal to each other; in float64 arithmetic."""
    if a.numel() == 0:
        return 0
    integer = {8: torch.int64, 4: torch.int32, 2: torch.int16}[a.element_size()]
    ia, ib = a.contiguous().view(integer).to(torch.int64), b.contiguous().view(integer).to(torch.int64)
    low = -2 ** (8 * a.element_size() - 1)
    ia, ib = (torch.where(i < 0, low - i, i) for i in (ia, ib))
    far = (ia - ib).abs()
    far[(a.isnan() & b.isnan())] = 0
    return int(far.max())


def judge(name, line, view, before, torch_after, sow_after):
    """A sentence about what differs, or None."""
    expected, given = view.of(torch_after), view.of(sow_after)
    inexact = (name in FUNCTIONS or (name == "norm_" and SUMS_OTHERWISE)
               or (name == "trunc_normal_" and VERSION < (2, 12)))
    if not inexact:
        for number_, (a, b) in enumerate(zip(torch_after, sow_after)):
            if ulps(a, b) != 0:
                at = int(((a != b) & ~(a.isnan() & b.isnan())).nonzero()[0])
                return f"storage {number_} differs first at {at}: torch {float(a[at])!r}, sow {float(b[at])!r}"
        return None
    if name == "trunc_normal_":
        if not torch.allclose(expected.double(), given.double(), rtol=1e-2, atol=1e-3 * float(expected.abs().max())):
            return "trunc_normal_ is off"
    elif name == "norm_":
        for one, other in zip(expected.flatten().tolist(), given.flatten().tolist()):
            if not is_same_norm(one, other, expected.dtype):
                return f"norm_ of torch {one!r}, sow {other!r}"
    else:
        exact = rounded(view.of(before), name, line)
        off = ulps(expected, given)  # how the exponent of pow_ is rounded in 16 bits is torch's
        off = off if exact is None else min(off, ulps(exact, given))
        if off > 1 and not (name == "erfinv_" and expected.dtype == torch.float64):
            return f"{name} is {off} units from the correctly rounded result"
    for mine, theirs in zip(torch_after, sow_after):
        mine.copy_(theirs)
    return None


def prepared(name, view, tensors):
    """Some functions know a part of the numbers only."""
    if name in ("log_", "rsqrt_", "pow_", "sqrt_"):
        return [f"step {view.text()} abs_()"], lambda: view.of(tensors).abs_()
    if name == "erfinv_":
        return [f"step {view.text()} clamp_(min=-0.99, max=0.99)"], lambda: view.of(tensors).clamp_(-0.99, 0.99)
    if name in ("exp_", "expm1_", "log1p_"):
        return [f"step {view.text()} clamp_(min=-0.9, max=8.0)"], lambda: view.of(tensors).clamp_(-0.9, 8.0)
    return [], lambda: None


def run_case(sow, r):
    """A sentence about what differs, or None."""
    seed = r.getrandbits(32)
    torch.manual_seed(seed)
    replay = Replay(sow, seed)
    storages, tensors, program = [], [], []
    try:
        for _ in range(r.randint(1, 3)):
            count, (code, dtype) = r.randint(1, r.choice((20, 300, LARGEST))), r.choice(list(DTYPES.values()))
            name = next(key for key, value in DTYPES.items() if value[0] == code)
            program.append(f"storage {len(storages)} {name} {count}")
            storages.append((count, dtype))
            tensors.append(torch.zeros(count, dtype=dtype))
            replay.feed(program[-1])
            trouble = do_step(r, replay, storages, tensors, program, first=True)
            if trouble is not None:
                return trouble, program
        for _ in range(r.randint(1, 6)):
            trouble = do_step(r, replay, storages, tensors, program, first=False)
            if trouble is not None:
                return trouble, program
        if bytes(torch.get_rng_state().tolist()) != replay.state():
            return "the generator's state differs", program
    finally:
        replay.close()
    return None, program


def do_step(r, replay, storages, tensors, program, first):
    line, other, name, view = step_of(r, storages, first)
    lines, prepare = prepared(name, view, tensors)
    state, kept = torch.get_rng_state(), [tensor.clone() for tensor in tensors]
    try:
        prepare()
        before = [tensor.clone() for tensor in tensors]
        other(tensors)
    except (RuntimeError, ValueError):  # this torch has it not for this dtype
        torch.set_rng_state(state)
        for tensor, was in zip(tensors, kept):
            tensor.copy_(was)
        if first:
            lines, line, name, before = [], f"step {view.text()} zero_()", "zero_", kept
            view.of(tensors).zero_()
        else:
            return None
    for one in (*lines, line):
        program.append(one)
        failed = replay.feed(one)
        if failed is not None:
            return f"sow refuses: {failed}"
    return judge(name, line, view, before, tensors, replay.run(storages))


def main():
    parser = argparse.ArgumentParser(description="programs of steps against torch")
    parser.add_argument("--library", required=True, help="libsow.so")
    parser.add_argument("--cases", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0, help="of the cases")
    parser.add_argument("--first", type=int, default=0, help="index of the first case")
    parser.add_argument("--show", type=int, default=5, help="failures to print")
    options = parser.parse_args()
    sow = binding.Sow(options.library, edition_of(torch.__version__))
    torch.set_num_threads(1)
    passed = failed = 0
    for index in range(options.first, options.first + options.cases):
        trouble, program = run_case(sow, random.Random(f"{options.seed}:{index}"))
        passed += trouble is None
        failed += trouble is not None
        if trouble is not None and failed <= options.show:
            print(f"case {index} of seed {options.seed}: {trouble}\n  " + "\n  ".join(program))
    print(f"torch {torch.__version__}: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
