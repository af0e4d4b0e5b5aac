"""How torch lays out what an elementwise operation returns. What is drawn into the result later depends on it.

Running the operation on the meta device does not tell: its strides are others where a size is 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from sow._block import contiguous

Sizes = tuple[int, ...]


def result_strides(shape: Sizes, operands: Sequence[torch.Tensor | None]) -> Sizes:
    """The strides, in elements, of a new tensor of the shape that operands have together; None stands for a number."""
    alike = all(operand is not None and tuple(operand.shape) == shape for operand in operands)
    strides = _of_alike([operand for operand in operands if operand is not None]) if alike else None
    return _in_order(shape, _dimensions(shape, operands)) if strides is None else strides


def _of_alike(operands: list[torch.Tensor]) -> Sizes | None:
    """Of operands of one shape that all lie in one way; None where they do not."""
    first = operands[0]
    if all(operand.is_contiguous() for operand in operands):
        return contiguous(first.shape)
    for dims, form in ((4, torch.channels_last), (5, torch.channels_last_3d)):
        if all(operand.dim() == dims and operand.is_contiguous(memory_format=form) for operand in operands):
            return _in_order(tuple(first.shape), [1, *range(dims - 1, 1, -1), 0])
    dense = all(operand.stride() == first.stride() and _is_dense(operand) for operand in operands)
    return first.stride() if dense else None


def _is_dense(tensor: torch.Tensor) -> bool:
    """Whether its elements are a stretch of memory, in any order, each once."""
    reached = 1
    for stride, size in sorted((stride, size) for size, stride in zip(tensor.shape, tensor.stride()) if size != 1):
        if stride != reached:
            return False
        reached *= size
    return True


def _in_order(shape: Sizes, dims: Sequence[int]) -> Sizes:
    """Strides without a gap, for dimensions from the innermost to the outermost."""
    strides = [0] * len(shape)
    reached = 1
    for dim in dims:
        strides[dim] = reached
        reached *= max(shape[dim], 1)
    return tuple(strides)


def _dimensions(shape: Sizes, operands: Sequence[torch.Tensor | None]) -> list[int]:
    """Dimensions from the innermost to the outermost: an insertion sort by strides, as torch's is.

    The comparison is no order, for a stride of 0 compares with nothing, so that the way of sorting is part of the rule.
    """
    expanded = [_expanded(shape, operand) for operand in operands if operand is not None]
    dims = list(reversed(range(len(shape))))
    for end in range(1, len(dims)):
        at = end
        for other in reversed(range(end)):
            found = _compare(shape, expanded, dims[other], dims[at])
            if found > 0:
                dims[other], dims[at] = dims[at], dims[other]
                at = other
            elif found < 0:
                break
    return dims


def _expanded(shape: Sizes, tensor: torch.Tensor) -> list[int]:
    """The strides of a tensor that is read in a larger shape: 0 where it is repeated."""
    added = len(shape) - tensor.dim()
    pairs = zip(tensor.shape, shape[added:], tensor.stride())
    return [0] * added + [0 if size == 1 and wanted != 1 else stride for size, wanted, stride in pairs]


def _compare(shape: Sizes, strides: list[list[int]], inner: int, outer: int) -> int:
    """Above 0 where the dimensions have to change places, below 0 where they lie right, 0 where nothing tells."""
    for of in strides:
        if of[inner] == 0 or of[outer] == 0:
            continue
        if of[inner] != of[outer]:
            return of[inner] - of[outer]
        if shape[inner] > shape[outer]:
            return 1
    return 0
