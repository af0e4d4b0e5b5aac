"""What is allowed a tensor that functions of a library made: as much as its own steps make of it, and no more."""

import numpy
import pytest
import torch
from closeness import ULPS, allowed, from_library, is_close, parse, split

RADII = "uniform_(a=0.81, b=0.998); log_(); mul_(0.5); neg_(); exp_(); sub_(1.0, alpha=1.0); log_()"


def made_of(line: str, drawn: numpy.ndarray, off: float = 0) -> numpy.ndarray:
    """The steps behind the draw in float64; each function of a library `off` units of float32 away."""
    y = torch.from_numpy(drawn.astype(numpy.float64))
    for step in split(line)[1:]:
        name, numbers = parse(step)
        assert numbers is not None
        keywords = {"alpha": numbers.pop()} if name in ("add_", "sub_") else {}
        y = getattr(y, name)(*numbers, **keywords)
        if from_library(step):
            y = y + off * torch.from_numpy(numpy.spacing(y.abs().numpy().astype(numpy.float32)))
    return y.numpy()


LINES = [
    "uniform_(a=0.1, b=0.9); exp_()",
    "uniform_(a=0.1, b=0.9); exp_(); mul_(-300.0); neg_()",
    "uniform_(a=0.1, b=0.9); sqrt_(); reciprocal_(); log1p_()",
    "uniform_(a=0.1, b=0.9); exp_(); log_(); expm1_(); log1p_()",
    "uniform_(a=0.1, b=0.9); erfinv_(); mul_(0.02); add_(1.0, alpha=1.0)",
    "uniform_(a=0.1, b=0.9); rsqrt_(); div_(3.0); sub_(0.25, alpha=2.0); clamp_(min=None, max=0.3)",
    RADII,
]


@pytest.mark.parametrize("line", LINES)
def test_covers_what_the_functions_may_be_off(line: str) -> None:
    """All of them off to one side by a unit less than they may; the steps are undone from the values alone."""
    drawn = numpy.linspace(0.1001, 0.8999, 999) if "0.1" in line else numpy.linspace(0.8101, 0.9979, 999)
    exact, off = made_of(line, drawn), made_of(line, drawn, ULPS - 1)
    theirs = exact.astype(numpy.float32)
    bound = allowed(line, theirs)
    assert (numpy.abs(off - exact) <= bound).all()
    # but for roundings it is no wider than they could make it
    widest = numpy.abs(made_of(line, drawn, ULPS) - made_of(line, drawn, -ULPS)).max() / 2
    assert bound.max() <= 3 * widest + 8 * numpy.spacing(numpy.abs(theirs).max())


def test_a_subtraction_widens_where_it_cancels_only() -> None:
    drawn = numpy.linspace(0.8101, 0.9979, 999)
    theirs = made_of(RADII, drawn).astype(numpy.float32)
    units = allowed(RADII, theirs) / numpy.spacing(numpy.abs(theirs))
    assert units.max() > 500
    assert units.min() < 50
    assert (numpy.diff(allowed(RADII, theirs)) > -1e-6).all()  # the nearer to 1, the more


@pytest.mark.parametrize("units", [ULPS + 1, -ULPS - 1])
def test_refuses_one_unit_more(units: int) -> None:
    line = "uniform_(a=0.1, b=0.9); exp_()"
    wanted = torch.linspace(0.1, 0.9, 50).exp()
    ours = wanted.numpy().copy()
    assert is_close(line, ours, wanted)
    ours[17] += numpy.float32(units) * numpy.spacing(ours[17])
    assert not is_close(line, ours, wanted)
    ours[17] = numpy.nan
    assert not is_close(line, ours, wanted)


def test_nothing_is_allowed_other_tensors() -> None:
    wanted = torch.rand(9)
    assert not is_close("uniform_(a=0.0, b=1.0)", wanted.numpy(), wanted)
    assert not is_close("uniform_(a=0.0, b=1.0); exp_()", wanted.double().numpy(), wanted.bfloat16())


def test_what_cannot_be_undone_is_not_looked_behind() -> None:
    """Another tensor: four units of the largest value, whatever went in."""
    line = "uniform_(a=0.0, b=1.0); exp_(); add_(uniform_(a=0.0, b=1.0); log_(), alpha=1.0)"
    theirs = numpy.array([0.001, 2.0], numpy.float32)
    assert allowed(line, theirs).tolist() == [ULPS * numpy.spacing(numpy.float32(2.0))] * 2
