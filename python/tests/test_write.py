"""Plans become files: the program's bytes, parts, shards, progress."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy
import pytest
import safetensors.numpy

import sow

Program = Callable[..., str]


@pytest.fixture
def plan(net: Path) -> sow.Plan:
    return sow.printed(net).plan(seed=3)


@pytest.fixture
def whole(program: Program, net: Path, tmp_path: Path) -> bytes:
    """What the program writes."""
    path = tmp_path / "program" / "model.safetensors"
    path.parent.mkdir()
    program("init", net, "--seed", "3", "--no-recipe", "--quiet", "-o", path)
    return path.read_bytes()


def large(rows: int = 65536) -> sow.Plan:
    """256 MB of normals, which one thread makes in a third of a second."""
    return sow.printed(f"Embedding({rows}, 1024)").plan()


def test_files_are_the_programs(plan: sow.Plan, whole: bytes, tmp_path: Path) -> None:
    for threads in (0, 1, 3):
        path = tmp_path / f"{threads}.safetensors"
        assert plan.write(path, threads=threads) == 0
        assert path.read_bytes() == whole
    assert plan.write(str(tmp_path / "text.safetensors")) == 0
    for name, array in safetensors.numpy.load_file(path).items():
        assert numpy.array_equal(array, plan[name])


def test_existing_files(plan: sow.Plan, whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_text("mine")
    with pytest.raises(FileExistsError, match=r"model\.safetensors") as caught:
        plan.write(path)
    assert isinstance(caught.value, sow.ExistsError)
    assert path.read_text() == "mine"
    plan.write(path, force=True)
    assert path.read_bytes() == whole


def test_metadata(plan: sow.Plan, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    plan.write(path, metadata={"name": "größe", "about": ""})
    with safetensors.safe_open(path, "np") as file:
        assert file.metadata() == {"format": "pt", "name": "größe", "about": ""}
    refused: list[tuple[Any, type[Exception]]]
    refused = [({"a": 1}, TypeError), ({"a": "\0"}, ValueError), ({"format": "np"}, sow.DuplicateNameError)]
    for bad, kind in refused:
        with pytest.raises(kind):
            plan.write(tmp_path / "other.safetensors", metadata=bad)
    assert not (tmp_path / "other.safetensors").exists()


TEMPORARIES = """sow recording 1
torch 2.13.0
dtype float32
seed 0
module "" "Net"
storage 0 float32 4
storage 1 float32 4
step s0[4] uniform_() at "net.py:1"
step s1[4] uniform_() at "net.py:2"
temporary "before" s0[4]
buffer "kept" s0[4]
temporary "alone" s1[4]
end
"""


@pytest.mark.filterwarnings("error")
def test_temporaries_are_in_no_file_and_take_none_of_it_away(tmp_path: Path) -> None:
    recording = sow.Recording(TEMPORARIES)
    plans = [recording.plan(5), recording.plan(5, temporaries=True)]
    for number, plan in enumerate(plans):
        plan.write(tmp_path / f"{number}.safetensors")
    assert (tmp_path / "0.safetensors").read_bytes() == (tmp_path / "1.safetensors").read_bytes()
    assert list(safetensors.numpy.load_file(tmp_path / "1.safetensors")) == ["kept"]
    assert [plans[1].tied_to(name) for name in ("before", "kept", "alone")] == ["kept", None, None]
    assert (plans[1]["before"] == plans[0]["kept"]).all()


def test_parts(plan: sow.Plan, whole: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    assert plan.write(path, slice=(1, 3)) == 2
    assert not path.exists()
    with pytest.raises(sow.IncompleteError, match="1"):
        plan.finish(path)
    assert plan.write(path, slice="3/3") == 1
    assert plan.write(path, slice=(0, 3), threads=2) == 0
    assert path.read_bytes() == whole
    assert sorted(os.listdir(tmp_path)) == ["model.safetensors", "net.txt", "program"]


@pytest.mark.parametrize("part", ["0/3", "4/3", "1", "1/0", "a/b", "-1/3", (3, 3), (-1, 3), (0, 0)])
def test_parts_that_there_are_not(plan: sow.Plan, tmp_path: Path, part: str) -> None:
    with pytest.raises(sow.InvalidArgumentError):
        plan.write(tmp_path / "model.safetensors", slice=part)
    assert os.listdir(tmp_path) == ["net.txt"]


@pytest.mark.parametrize("size", [8000, "8000", "8 kB", "0.008MB", "8KB"])
def test_shards(plan: sow.Plan, tmp_path: Path, size: int | str) -> None:
    folder = tmp_path / "shards"
    folder.mkdir()
    assert plan.write(folder / "model.safetensors", shard_size=size) == 0
    names = sorted(os.listdir(folder))
    assert names[-1] == "model.safetensors.index.json"
    assert names[0] == f"model-00001-of-0000{len(names) - 1}.safetensors"
    tensors = {}
    for name in names[:-1]:
        tensors.update(safetensors.numpy.load_file(folder / name))
    assert set(tensors) == set(plan)
    assert all(numpy.array_equal(tensors[name], plan[name]) for name in plan)


@pytest.mark.parametrize(
    "size", ["8K", "8k", "7.5Ki", ".01 MiB", "8000B", "5i", "5iB", "1e3", "1 K B", "K", "4GiB", "1P"]
)
def test_sizes_are_the_programs(plan: sow.Plan, tmp_path: Path, program: Any, size: str) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        folder.mkdir()
    try:
        program(
            "init", tmp_path / "net.txt", "--max-shard-size", size, "--no-recipe", "-o", theirs / "model.safetensors"
        )
    except subprocess.CalledProcessError:
        with pytest.raises(sow.InvalidArgumentError, match="must be a size as 5GB, 500M or 4GiB"):
            plan.write(ours / "model.safetensors", shard_size=size)
        return
    plan.write(ours / "model.safetensors", shard_size=size)
    assert sorted(os.listdir(ours)) == sorted(os.listdir(theirs))


@pytest.mark.parametrize("size", [0, -1, 2**63, "", "5 apples", "GB", "0.1", "1e3"])
def test_sizes_that_are_none(plan: sow.Plan, tmp_path: Path, size: int | str) -> None:
    with pytest.raises(sow.InvalidArgumentError):
        plan.write(tmp_path / "model.safetensors", shard_size=size)


def test_parts_and_shards_exclude_each_other(plan: sow.Plan, tmp_path: Path) -> None:
    with pytest.raises(sow.InvalidArgumentError, match="one of them"):
        plan.write(tmp_path / "model.safetensors", slice=(0, 2), shard_size="1GB")


def test_what_cannot_be_written(plan: sow.Plan, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"nowhere/model\.safetensors") as caught:
        plan.write(tmp_path / "nowhere" / "model.safetensors")
    assert isinstance(caught.value, sow.InputOutputError)
    assert isinstance(caught.value, FileNotFoundError)
    assert (caught.value.errno, caught.value.strerror) == (errno.ENOENT, "No such file or directory")
    assert str(caught.value) == caught.value.message
    with pytest.raises(OSError, match="/dev/full") as caught:
        plan.write("/dev/full")
    assert type(caught.value) is sow.InputOutputError
    assert caught.value.errno == errno.ENOSPC
    with pytest.raises(ValueError, match="NUL"):
        plan.write("a\0b")
    with pytest.raises(TypeError):
        plan.write(3)  # type: ignore[arg-type]
    with pytest.raises(sow.InvalidArgumentError):
        plan.write(tmp_path / "model.safetensors", threads=-1)


def test_names_that_are_not_utf_8(plan: sow.Plan, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.safetensors"))
    plan.write(path)
    assert path.stat().st_size > 0


def test_progress(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    plan = large()
    plan.write(tmp_path / "large.safetensors", threads=1, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (plan.nbytes, plan.nbytes)


def test_an_exception_of_progress_stops(tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    def progress(done: int, total: int) -> None:
        raise Enough(done)

    with pytest.raises(Enough):
        large(500_000).write(tmp_path / "large.safetensors", threads=1, progress=progress)
    assert os.listdir(tmp_path) == []


def test_progress_may_write_itself(plan: sow.Plan, whole: bytes, tmp_path: Path) -> None:
    def progress(done: int, total: int) -> None:
        plan.write(tmp_path / "inner.safetensors", force=True, progress=lambda done, total: None)

    large().write(tmp_path / "large.safetensors", threads=1, progress=progress)
    assert (tmp_path / "inner.safetensors").read_bytes() == whole
