"""examples/sharded/: each runs as its first lines say, and says that it has the bits of one process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_sharded import torchrun

from sow._record.initializers import VERSION

EXAMPLES = Path(__file__).parents[2] / "examples" / "sharded"


@pytest.mark.usefixtures("torchrun_works")
@pytest.mark.parametrize("name", ["fsdp2", "tensor_parallel", "hsdp", "dcp", "fsdp1", "zero3"])
def test_programs_of_torch(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if VERSION < (2, 12):
        pytest.skip("trunc_normal_ of torch before 2.12 is by erfinv, within a tolerance")
    if name == "zero3":
        monkeypatch.setenv("DS_ACCELERATOR", "cpu")
        pytest.importorskip("deepspeed")
        if shutil.which("c++") is None:
            pytest.skip("no C++ compiler, by which DeepSpeed makes a part of itself when it starts")
    # Each compares, and fails where there is a difference.
    torchrun(4, "example", EXAMPLES / f"{name}.py", *([tmp_path / "checkpoint"] if name == "dcp" else []))
    assert "one process" in capfd.readouterr().out


def test_jax() -> None:
    pytest.importorskip("jax")
    environment = {**os.environ, "XLA_FLAGS": "--xla_force_host_platform_device_count=8", "JAX_PLATFORMS": "cpu"}
    command = [sys.executable, str(EXAMPLES / "jax_arrays.py")]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    assert done.stdout == "8 devices: the bits of one process\n"


# ---- scripts ----

# Starts what it is given as Slurm does; there is seldom a Slurm where tests run.
SRUN = """#!/bin/sh
for i in 0 1 2 3; do SLURM_PROCID=$i SLURM_NTASKS=4 "$@" & done
wait
"""
TORCHRUN = f'#!/bin/sh\nexec {sys.executable} -m torch.distributed.run --standalone "$@"\n'


@pytest.mark.parametrize("name", ["torchrun", "mpi", "slurm"])
def test_scripts(name: str, net: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if name == "torchrun":
        pytest.importorskip("torch.distributed.run")
        request.getfixturevalue("torchrun_works")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "sow").symlink_to(os.environ["SOW_PROGRAM"])
    for tool, text in (("srun", SRUN), ("torchrun", TORCHRUN)):
        (tools / tool).write_text(text)
        (tools / tool).chmod(0o755)
    one, many = tmp_path / "one.safetensors", tmp_path / "many.safetensors"
    words: list[str] = []
    if name == "mpi":
        run = shutil.which("mpirun.openmpi")
        if run is None:
            pytest.skip("no mpirun of Open MPI")
        words = [run, "--oversubscribe", "-n", "4"]
    allowed = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    environment = {**os.environ, **allowed, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["sh", str(EXAMPLES / f"{name}.sh"), str(net), str(many), *words], env=environment, check=True)
    subprocess.run([tools / "sow", "init", net, "--seed", "42", "-q", "-o", one], check=True)
    assert many.read_bytes() == one.read_bytes()
