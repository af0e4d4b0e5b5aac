"""Statuses as exceptions, warnings as Python's."""

from __future__ import annotations

import gc
import pickle
import warnings
from pathlib import Path

import pytest
import torch

import sow

LINEAR = "Linear(in_features=3, out_features=2, bias=True)"
BROKEN = f"Net(\n  (fc1): {LINEAR}\n  (fc2): Linera(in_features=2, out_features=1)\n)"
UNKNOWN = f"Net(\n  (own): Gadget()\n  (fc): {LINEAR}\n)"


def test_an_error_says_where_and_what() -> None:
    with pytest.raises(sow.UnknownNameError) as caught:
        sow.printed(BROKEN)
    error = caught.value
    assert error.status == "UNKNOWN_NAME"
    assert (error.source, error.line, error.column) == ("<print>", 3, 10)
    assert error.message.startswith("unknown module 'Linera', did you mean 'Linear'?")
    assert error.excerpt == "  (fc2): Linera(in_features=2, out_features=1)"
    first, line, caret = str(error).split("\n")
    assert first == "<print>:3:10: " + error.message
    assert (line, caret) == (error.excerpt, " " * 9 + "^")


def test_the_source_of_a_file_is_its_path(tmp_path: Path) -> None:
    path = tmp_path / "broken.txt"
    path.write_text(BROKEN)
    with pytest.raises(sow.Error) as caught:
        sow.printed(path)
    assert caught.value.source == str(path)
    with pytest.raises(sow.InvalidArgumentError, match=r"this text names a file; give pathlib.Path\('"):
        sow.printed(str(path))


def test_a_caret_stands_under_characters_not_bytes() -> None:
    with pytest.raises(sow.Error) as caught:
        sow.printed("Net(\n  (größe): Linera(in_features=2, out_features=1)\n)")
    _, line, caret = str(caught.value).split("\n")
    assert line[len(caret) - 1 :].startswith("Linera")


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (sow.NoMemoryError, MemoryError),
        (sow.InvalidArgumentError, ValueError),
        (sow.ShapeError, ValueError),
        (sow.DtypeError, ValueError),
        (sow.TextError, ValueError),
        (sow.UnknownNameError, KeyError),
        (sow.SizeOverflowError, OverflowError),
        (sow.InputOutputError, OSError),
        (sow.ExistsError, FileExistsError),
    ],
)
def test_errors_are_the_builtin_ones_too(kind: type[sow.Error], builtin: type[Exception]) -> None:
    assert issubclass(kind, sow.Error)
    assert issubclass(kind, builtin)
    assert str(kind("what was wrong")) == "what was wrong"
    assert kind.__module__ == "sow"


def test_errors_travel_between_processes() -> None:
    with pytest.raises(sow.Error) as caught:
        sow.printed(BROKEN)
    error = pickle.loads(pickle.dumps(caught.value))
    assert type(error) is type(caught.value)
    assert (str(error), vars(error)) == (str(caught.value), vars(caught.value))


def test_errors_of_files_travel_too(tmp_path: Path) -> None:
    for path, kind in [(tmp_path / "none.sow", sow.NoFileError), (tmp_path, sow.InputOutputError)]:
        with pytest.raises(sow.InputOutputError) as caught:
            sow.load(path)
        error = pickle.loads(pickle.dumps(caught.value))
        assert type(error) is type(caught.value) is kind
        assert (str(error), vars(error)) == (str(caught.value), vars(caught.value))
        told = (error.errno, error.strerror, error.filename)
        assert told == (caught.value.errno, caught.value.strerror, str(path))


def test_a_warning_names_the_callers_line() -> None:
    with pytest.warns(sow.Warning, match="Gadget") as told:
        model = sow.printed(UNKNOWN)
    assert told[0].filename == __file__
    assert issubclass(sow.Warning, UserWarning)
    with warnings.catch_warnings():  # once for a model, not once for each plan
        warnings.simplefilter("error")
        model.plan()


def test_warnings_of_a_plan_come_once_for_a_model() -> None:
    model = sow.printed("Linear(in_features=0, out_features=2, bias=True)")
    with pytest.warns(sow.Warning, match="zero-element"):
        model.plan(1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.plan(2)


def test_warnings_may_be_errors() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", sow.Warning)
        with pytest.raises(sow.Warning, match="Gadget"):
            sow.printed(UNKNOWN)
    gc.collect()


def test_what_is_true_of_many_tensors_is_told_once() -> None:
    layers = "".join(f"  ({i}): Linear(in_features=0, out_features={i + 1}, bias=True)\n" for i in range(300))
    with pytest.warns(sow.Warning) as told:
        sow.printed(f"Sequential(\n{layers})").plan()
    assert len(told) == 1


def test_what_a_print_does_not_show() -> None:
    text = "MixtralExperts(\n  (fc): Linear(in_features=2, out_features=3, bias=False)\n)"
    with pytest.raises(sow.UnknownNameError, match="'MixtralExperts' holds gate_up_proj, down_proj"):
        sow.printed(text)
    with pytest.warns(sow.Warning, match="are not printed, and left out: MixtralExperts"):
        model = sow.printed(text, allow_missing=True)
    assert model.plan().names() == ["fc.weight"]


def test_a_constructor_that_initialises_again() -> None:
    model = sow.printed("GPT2Model(\n  (fc): Linear(in_features=2, out_features=3, bias=False)\n)")
    with warnings.catch_warnings():
        warnings.simplefilter("error", sow.Warning)
        model.plan(rules="apply:\n  Linear:\n    weight = normal_(std=0.02)\n")
    with pytest.warns(sow.Warning, match="initialises again: record it"):
        model.plan()


def test_names_are_text() -> None:
    for bad in ("float32\0", "2.6\0"):
        with pytest.raises(sow.InvalidArgumentError, match="NUL"):
            sow.printed(LINEAR).plan(dtype=bad, edition=bad)
    with pytest.raises(TypeError, match="a name is a str, not float"):
        sow.printed(LINEAR).plan(edition=2.6)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="a name is a str"):
        sow.printed(LINEAR, aliases={"Own": None})  # type: ignore[dict-item]
    for other in (LINEAR.encode(), None, torch.nn.Linear(3, 2)):
        with pytest.raises(TypeError, match="give the text, as str"):
            sow.printed(other)  # type: ignore[arg-type]


def test_warnings_may_be_ignored() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", category=sow.Warning)
        assert sow.printed(UNKNOWN).plan().names() == ["fc.weight", "fc.bias"]
