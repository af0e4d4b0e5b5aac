"""A rank on its own, in a group that is torch's fake one: whatever needed another rank would come to nothing."""

from __future__ import annotations

import fnmatch
from typing import Any, Callable

import pytest
import torch
from torch import nn

pytest.importorskip("torch.testing._internal.distributed.fake_pg")
pytest.importorskip("torch.distributed.tensor.placement_types")
pytest.importorskip("torch.distributed.fsdp._fully_shard")  # FSDP2, which torch 2.5 has elsewhere

from mesh.layouts import CUTS, LAYOUTS, Group
from mesh.networks import NETWORKS
from recorded import alone
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import (
    DTensor,
    Partial,
    Placement,
    Replicate,
    Shard,
    distribute_module,
    distribute_tensor,
)
from torch.distributed.tensor._dtensor_spec import DTensorSpec, TensorMeta

import sow
from sow._record.initializers import VERSION

pytestmark = pytest.mark.filterwarnings("ignore:DTensor random operators")  # of torch before 2.7, on the CPU


def chunk(tensor: torch.Tensor, parts: int, dim: int, at: int) -> torch.Tensor:
    pieces = tensor.chunk(parts, dim)
    return pieces[at] if at < len(pieces) else tensor.narrow(dim, 0, 0)


def tensor_dim(network: str, name: str) -> int | None:
    for glob, dim in CUTS[network]:
        if fnmatch.fnmatch(name, glob):
            return dim
    return None


# The sizes of the mesh: replicas, FSDP2's shards, tensor parallel's.
MESHES = {
    "FSDP2": (1, 8, 1),
    "HSDP, 2 replicas": (2, 4, 1),
    "TP": (1, 1, 8),
    "FSDP2 x TP of 2": (1, 4, 2),
    "FSDP2 x TP of 4": (1, 2, 4),
    "HSDP x TP": (2, 2, 2),
}


@pytest.mark.parametrize("layout", MESHES)
@pytest.mark.parametrize("rank", [0, 3, 6, 7])
def test_each_rank_makes_its_part_alone(rank: int, layout: str) -> None:
    if VERSION < (2, 8) and " x TP" in layout:
        pytest.skip("FSDP2 of torch before 2.8 cuts what is tensor parallel into even parts only")

    def check() -> None:
        for network, constructor in NETWORKS.items():
            with torch.device("meta"):
                model = constructor()
            model = LAYOUTS[layout].spread(model, Group(8, network))
            sow.materialize(model, sow.record(constructor), seed=11)
            torch.manual_seed(11)
            whole = dict(constructor().named_parameters())
            for name, tensor in model.named_parameters():
                wanted = part_of(network, name, whole[name].detach(), layout, rank)
                local = tensor.to_local() if isinstance(tensor, DTensor) else tensor
                assert local.numel() == wanted.numel(), name
                # By erfinv torch is within a tolerance (docs/fidelity.md).
                tolerance = 4e-7 if VERSION < (2, 12) and "experts" in name else 0.0
                assert wanted.numel() == 0 or torch.allclose(local, wanted, rtol=tolerance, atol=0), name

    alone(rank, 8, check)


def part_of(network: str, name: str, whole: torch.Tensor, layout: str, rank: int) -> torch.Tensor:
    """Tensor parallel cuts first, FSDP2 what is left; both as torch.chunk does."""
    _, shards, parts = MESHES[layout]
    dim = tensor_dim(network, name)
    if parts > 1 and dim is not None and dim < whole.ndim:
        whole = chunk(whole, parts, dim, rank % parts)
    return chunk(whole, shards, 0, rank // parts % shards) if shards > 1 else whole


# ---- one tensor ----


class Rows(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(9, 2))
        nn.init.normal_(self.weight)


def filled(tensor: torch.Tensor) -> torch.Tensor:
    """What `tensor`, in the place of the weight, is after a fill."""
    model = Rows()
    members: dict[str, Any] = model._parameters
    members["weight"] = tensor  # as it is: Parameter() forgets the order of shards
    sow.record(Rows).fill(model, 4)
    return tensor.to_local() if isinstance(tensor, DTensor) else tensor


def whole_rows() -> torch.Tensor:
    torch.manual_seed(4)
    return Rows().weight.detach()


def dtensor(local: torch.Tensor, mesh: DeviceMesh, placements: list[Placement], **spec: Any) -> DTensor:
    meta = TensorMeta(torch.Size([9, 2]), (2, 1), local.dtype)
    return DTensor(local, DTensorSpec(mesh, tuple(placements), tensor_meta=meta, **spec), requires_grad=False)


def test_a_process_outside_the_mesh_has_nothing_to_fill() -> None:
    def check() -> None:
        mesh = DeviceMesh("cpu", [0, 1], _init_backend=False)
        assert mesh.get_coordinate() is None
        assert filled(dtensor(torch.zeros(0, 2), mesh, [Shard(0)])).numel() == 0

    alone(5, 6, check)


@pytest.mark.parametrize(("rank", "rows"), [(0, (0, 3)), (1, (5, 7)), (2, (3, 5)), (3, (7, 9))])
def test_the_order_of_cuts_that_torch_was_told(rank: int, rows: tuple[int, int]) -> None:
    """Five rows and four by the second dimension of the mesh; then each of them by the first."""
    shards: Any = pytest.importorskip("torch.distributed.tensor._dtensor_spec")
    if not hasattr(shards, "ShardOrderEntry"):
        pytest.skip(f"torch {torch.__version__} cuts in one order")

    def check() -> None:
        mesh = init_device_mesh("cpu", (2, 2))
        entry = shards.ShardOrderEntry(tensor_dim=0, mesh_dims=(1, 0))
        local = torch.zeros(rows[1] - rows[0], 2)
        made = filled(dtensor(local, mesh, [Shard(0), Shard(0)], shard_order=(entry,)))
        assert torch.equal(made, whole_rows()[rows[0] : rows[1]])

    alone(rank, 4, check)


class Elsewhere(Placement):
    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return "Elsewhere()"


class Odd(torch.Tensor):
    pass


def test_what_cannot_be_filled_is_named() -> None:
    def check() -> None:
        mesh = init_device_mesh("cpu", (3,))
        nine, none = torch.zeros(9, 2), torch.zeros(0, 2)
        wrong: list[tuple[torch.Tensor, type[Exception], str]] = [
            (dtensor(nine, mesh, [Partial()]), sow.UnsupportedError, r"weight is Partial, P.*: a summand"),
            (dtensor(nine, mesh, [Elsewhere()]), sow.UnsupportedError, r"weight is placed Elsewhere\(\), which"),
            (dtensor(nine, mesh, [Shard(0)]), sow.UnsupportedError, r"puts \[3, 2\] here, and there is \[9, 2\]"),
            (dtensor(none, mesh, [Shard(0)]), sow.UnsupportedError, r"puts \[3, 2\] here, and there is \[0, 2\]"),
            (dtensor(nine.to("meta"), mesh, [Replicate()]), sow.DeviceError, "weight is still on the meta device"),
            (dtensor(nine.as_subclass(Odd), mesh, [Replicate()]), sow.UnsupportedError, "weight is a Odd"),
            (nine.as_subclass(Odd), sow.UnsupportedError, "weight is a Odd"),
        ]
        for tensor, error, message in wrong:
            with pytest.raises(error, match=message):
                filled(tensor)
        assert nine.sum() == 0
        before = torch.get_rng_state()
        with pytest.raises(sow.UnsupportedError, match="he_normal_ fills whole tensors, not a DTensor"):
            sow.init.keras.he_normal_(dtensor(nine[:3], mesh, [Shard(0)]))
        assert torch.equal(torch.get_rng_state(), before)

    alone(0, 3, check)


# ---- what has been used before it is filled ----


def gathered() -> None:
    """FSDP2 keeps the root's parameters after a forward without backward; they are no shards, and are thrown away."""
    mesh = init_device_mesh("cpu", (2,))
    torch.manual_seed(5)
    wanted = nn.Linear(8, 8).weight.chunk(2)[1]
    model: Any = fully_shard(nn.Linear(8, 8), mesh=mesh)
    recording = sow.record(lambda: nn.Linear(8, 8))
    with torch.no_grad():
        model(torch.zeros(1, 8))
    recording.fill(model, 5)
    assert torch.equal(model.weight.to_local(), wanted)
    model.unshard()
    recording.fill(model, 5)
    assert torch.equal(model.weight.to_local(), wanted)
    model.unshard()
    sow.record(lambda: {"nets": [nn.Linear(8, 8)]}).fill({"nets": [model]}, 6)
    model.reshard()
    torch.manual_seed(6)
    assert torch.equal(model.weight.to_local(), nn.Linear(8, 8).weight.chunk(2)[1])


def between_forward_and_backward() -> None:
    mesh = init_device_mesh("cpu", (2,))
    model = distribute_module(nn.Linear(4, 4), mesh)
    given = distribute_tensor(torch.ones(1, 4), mesh, [Replicate()], src_data_rank=None).requires_grad_()
    made = model(given)
    sow.record(lambda: nn.Linear(4, 4)).fill(model, 0)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        made.sum().backward()


@pytest.mark.parametrize("check", [gathered, between_forward_and_backward])
def test_used_before(check: Callable[[], None]) -> None:
    if VERSION < (2, 7):
        pytest.skip("torch before 2.7 has neither on the CPU")
    alone(1, 2, check)
