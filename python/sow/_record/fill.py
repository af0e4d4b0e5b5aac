"""A plan's tensors into the tensors of a model."""

from __future__ import annotations

from typing import Any

import torch

from sow._call import call, fail
from sow._errors import InvalidArgumentError
from sow._native import ffi, lib
from sow._plan import Plan
from sow._record.memory import DTYPES
from sow._record.names import Named, describe


def fill(plan: Plan, model: Any, threads: int) -> None:
    named = describe(model).tensors
    _check(plan, named)
    with torch.no_grad():
        for name, tensor in {named.name: named.tensor for named in named}.items():
            if plan.tied_to(name) is None and tensor.numel() > 0:
                _fill_one(plan, name, tensor, threads)


def _check(plan: Plan, named: list[Named]) -> None:
    """Before anything is written."""
    given = {one.name: one.tensor for one in named}
    missing = [name for name in plan.names() if name not in given]
    more = [name for name in given if name not in plan]
    if missing or more:
        what = f"has no {missing[0]}" if missing else f"has {more[0]}, which the recording does not know"
        raise fail(InvalidArgumentError, f"this is another model than the one that was recorded: it {what}")
    for name, tensor in given.items():
        if tuple(tensor.shape) != plan.shape(name):
            raise fail(
                InvalidArgumentError,
                f"{name} has the shape {list(tensor.shape)} here and {list(plan.shape(name))} in the recording",
            )
        if DTYPES.get(tensor.dtype) != plan.dtype(name):
            raise fail(
                InvalidArgumentError,
                f"{name} is of {str(tensor.dtype)[6:]} here and of {plan.dtype(name)} in the recording: dtype= and "
                "cast= of fill make other types",
            )


def _fill_one(plan: Plan, name: str, tensor: torch.Tensor, threads: int) -> None:
    memory = tensor if tensor.is_contiguous() else torch.empty(tensor.shape, dtype=tensor.dtype)
    index = plan._find(name)
    out = ffi.cast("void *", memory.data_ptr())
    call(lib.sow_plan_run, plan._cell[0], index, 0, memory.numel(), threads, out)
    if memory is not tensor:
        tensor.copy_(memory)
    else:
        torch.autograd.graph.increment_version(tensor)
