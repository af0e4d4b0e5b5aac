"""Models as people write them: recorded once, written by the C program alone at three seeds, equal to the bit."""

from __future__ import annotations

from pathlib import Path

import pytest
from models import everyday
from recorded import Program, check, check_fast

# torch's own, of what it deprecates and of what it will be slow at.
pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore:enable_nested_tensor is True"),
    pytest.mark.filterwarnings("ignore:Lazy modules are a new feature"),
]


NEEDS = {
    "spectral_norm": "norms_are_followed",
    "student": "norms_are_followed",
    "weight_norm": "norms_are_followed",
    "vit": "erfinv_is_near",
    "half": "erfinv_is_near",
}


@pytest.mark.parametrize("name", everyday.MODELS)
def test_recorded(name: str, program: Program, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if name in NEEDS:
        request.getfixturevalue(NEEDS[name])
    check(everyday.MODELS[name], program, tmp_path)


@pytest.mark.parametrize("name", everyday.MODELS)
def test_fast(name: str) -> None:
    check_fast(everyday.MODELS[name])
