"""The package in a process: other threads, forks, Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import sow

LARGE = "Embedding(500000, 1024)"  # 2 GB of normals


def test_other_threads_run_meanwhile() -> None:
    """The GIL is released: another thread counts while the library works."""
    plan = sow.printed("Linear(in_features=1500, out_features=1500, bias=False)").plan(
        rules="apply:\n  Linear:\n    weight = orthogonal_()\n"
    )
    worker = threading.Thread(target=plan.__getitem__, args=("weight",))
    counted = 0
    worker.start()
    while worker.is_alive():
        counted += 1
        time.sleep(0.001)
    assert counted > 5


def test_threads_share_a_plan() -> None:
    plan = sow.printed("Linear(in_features=500, out_features=500, bias=True)").plan(1)
    expected = plan["weight"].tobytes()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: plan["weight"].tobytes(), range(40))) == {expected}


def test_threads_share_a_model() -> None:
    model = sow.printed("Linear(in_features=50, out_features=50, bias=True)")
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda seed: model.plan(seed)["weight"].tobytes(), range(40)))
    assert made == [model.plan(seed)["weight"].tobytes() for seed in range(40)]


def test_a_child_goes_on(tmp_path: Path) -> None:
    """After a fork plans, generators and writing work in the child, be the parent's threads what they may."""
    plan = sow.printed("Embedding(5000, 1024)").plan(1)
    expected = plan["weight"].tobytes()
    child = os.fork()
    if child == 0:
        try:
            good = plan["weight"].tobytes() == expected and sow.Generator(3).random(1) == sow.Generator(3).random(1)
            plan.write(tmp_path / "child.safetensors")
            os._exit(0 if good else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert (tmp_path / "child.safetensors").read_bytes()[-len(expected) :] == expected


INTERRUPTED = """
import os, signal, sow
signal.signal(signal.SIGINT, signal.default_int_handler)  # who is started in the background ignores it
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
plan = sow.printed({model!r}).plan()
print("ready", flush=True)
try:
    {call}
    print("finished")
except KeyboardInterrupt:
    print("stopped")
"""


def bytes_made(process: subprocess.Popen[str]) -> int:
    """Bytes that a process holds in memory, and has written."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    written = int(Path(f"/proc/{process.pid}/io").read_text().split()[3])
    return pages * os.sysconf("SC_PAGESIZE") + written


def interrupt(call: str, folder: Path) -> str:
    """What a process says last that is sent Ctrl-C in the middle of a call."""
    code = INTERRUPTED.format(model=LARGE, call=call)
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=folder, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    before = bytes_made(process)
    while process.poll() is None and bytes_made(process) < before + 200_000_000:
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=60)[0].strip()


@pytest.mark.parametrize(
    "call",
    [
        "plan['weight']",
        "plan.range('weight', 5, 500_000_000)",
        "plan.write('model.safetensors', threads=1)",
        "plan.write('model.safetensors', threads=1, progress=lambda done, total: None)",
        "plan.write('model.safetensors', threads=2, shard_size='300MB')",
    ],
)
def test_ctrl_c(call: str, tmp_path: Path) -> None:
    assert interrupt(call, tmp_path) == "stopped"
    assert os.listdir(tmp_path) == []


def test_ctrl_c_in_a_part(tmp_path: Path) -> None:
    assert interrupt("plan.write('model.safetensors', slice=(0, 1), threads=1)", tmp_path) == "stopped"
    assert not (tmp_path / "model.safetensors").exists()
    assert sow.printed(LARGE).plan().write(tmp_path / "model.safetensors", slice=(0, 1)) == 0
