"""Any order of operations is recorded right, or bound, or refused by name: constructors put together by chance."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
from models.by_chance import ByChance
from models.modules_by_chance import modules_by_chance
from recorded import built, check_fast, differences, from_plan

import sow

SEEDS = (3, 2**40 + 4)


def judge(build: Callable[[], Any]) -> str:
    """Compares with torch within fast(), at the recorded seed, and at another where nothing is bound."""
    try:
        check_fast(build, SEEDS[0])
        recording = sow.record(build, seed=SEEDS[0])
    except sow.UnsupportedError:
        return "refused"
    for seed in SEEDS:
        if seed != recording.seed and (recording.bound or ' bound "' in recording.text):
            with pytest.raises(sow.InvalidArgumentError):
                recording.plan(seed)
            return "bound"
        wanted, state = built(build, seed)
        plan = recording.plan(seed, temporaries=True)
        assert differences(plan, from_plan(plan), wanted) == [], f"{build} at seed {seed}"
        assert plan.generator_state() == state, f"{build} at seed {seed}"
    return "free"


@pytest.mark.filterwarnings("ignore")  # torch's, of what chance makes of it
@pytest.mark.parametrize(("put_together", "count"), [(ByChance, 80), (modules_by_chance, 60)])
def test_constructors_by_chance(put_together: Callable[[int], Any], count: int) -> None:
    judged = [judge(functools.partial(put_together, number)) for number in range(count)]
    assert judged.count("free") >= count / 4
    assert judged.count("refused") <= 2
