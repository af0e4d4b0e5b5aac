"""The extension declares what the headers declare, and importing sow needs neither NumPy nor torch."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import sow
from sow._call import text_of
from sow._errors import error_classes
from sow._native import ffi, lib

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
# Those that sow.h includes, and itself.
HEADERS = [INCLUDE / name for name in re.findall(r'#include "(sow/\w+\.h)"', (INCLUDE / "sow" / "sow.h").read_text())]
HEADERS.append(INCLUDE / "sow" / "sow.h")


def without_comments(header: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header.name)
def test_every_public_function_is_bound(header: Path) -> None:
    text = without_comments(header)
    names = re.findall(r"^SOW_API\b[^;(]*?\b(sow_\w+)\(", text, re.MULTILINE)
    assert len(names) == len(re.findall(r"^SOW_API\b", text, re.MULTILINE))
    assert [name for name in names if not hasattr(lib, name)] == []


def test_functions_are_found_at_all() -> None:
    names = [name for header in HEADERS for name in re.findall(r"\b(sow_\w+)\(", without_comments(header))]
    assert {"sow_fill", "sow_plan_new", "sow_checkpoint_write"} <= set(names)


def test_every_status_has_an_exception() -> None:
    numbers = re.findall(r"X\(([A-Z_]+), (\d+),", (INCLUDE / "sow" / "status.h").read_text())
    names = {name: int(number) for name, number in numbers}
    assert names.pop("OK") == lib.SOW_OK
    assert set(error_classes()) == set(names)
    for name, number in names.items():
        assert text_of(lib.sow_status_name(number)) == name
        assert getattr(sow, error_classes()[name].__name__) is error_classes()[name]


def test_values_of_the_headers() -> None:
    assert lib.SOW_MAX_DIMS == 64
    assert lib.SOW_NO_PADDING == -(2**63)
    assert ffi.sizeof("sow_error") > ffi.sizeof("char[512]")
    assert sow.__version__ in (INCLUDE / "sow" / "export.h").read_text()


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True).stdout.decode().strip()


def test_importing_sow_imports_neither_numpy_nor_torch() -> None:
    code = "import sys, sow; sow.printed('Linear(in_features=3, out_features=2, bias=True)').plan().names()"
    assert python(code + "; print({'numpy', 'torch', 'jax'} & set(sys.modules))") == "set()"


def test_plans_need_no_torch() -> None:
    code = "import sys, sow; sow.printed('Linear(in_features=3, out_features=2, bias=True)').plan()['weight']"
    assert python(code + "; print({'torch', 'jax'} & set(sys.modules))") == "set()"


def test_everything_that_is_named_is_there() -> None:
    for name in sow.__all__:
        assert getattr(sow, name) is not None
        assert name in dir(sow)
    with pytest.raises(AttributeError, match="no_such"):
        sow.no_such  # noqa: B018


def test_documented() -> None:
    for name in sow.__all__:
        thing = getattr(sow, name)
        assert thing.__doc__, name
        for member, value in vars(thing).items() if isinstance(thing, type) else []:
            if not member.startswith("_") and callable(value):
                assert value.__doc__, f"{name}.{member}"


def test_the_command_is_the_program() -> None:
    code = "import sys; sys.argv = ['sow', 'gain', 'relu']; from sow._program import main; main()"
    assert python(code) == "1.4142135623730951"
