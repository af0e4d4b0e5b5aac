"""What is known of a tensor's memory while somebody records."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch.multiprocessing.reductions import StorageWeakRef

from sow._record.memory import storage_of
from sow._record.tape import Storage


class Track:
    """One torch storage. Either its memory tells what it holds (it is real), or the steps on the tape do.

    Attributes:
        storage: on the tape; of a real one, what it was there before.
        real: the memory holds the truth.
        synced: the memory of one that is not real holds what the steps say.
        drawn: random numbers went into it.
        bound: why what it holds is known for this run's seed only; None where steps say it for every seed.
        exposed: somebody can write its memory unseen.
        foreign: it was there before.
        line: of the code where torch last wrote what is real.
    """

    __slots__ = ("bound", "drawn", "exposed", "foreign", "line", "real", "reference", "storage", "synced")

    def __init__(self, reference: StorageWeakRef, storage: Storage | None) -> None:
        self.reference = reference
        self.storage = storage
        self.real = storage is None
        self.synced = True
        self.drawn = False
        self.bound: str | None = None
        self.exposed = False
        self.foreign = False
        self.line = ""

    def memory(self) -> torch.UntypedStorage | None:
        """None when no tensor has it any more."""
        found: torch.UntypedStorage | None = torch.UntypedStorage._new_with_weak_ptr(self.reference.cdata)
        return found


class Tracks:
    """By storage. A weak reference keeps the address of a dead one from being another's."""

    def __init__(self) -> None:
        self._known: dict[int, Track] = {}
        self._sweep_at = 4096

    def find(self, tensor: torch.Tensor) -> Track | None:
        return self._known.get(storage_of(tensor)._cdata)

    def begin(self, memory: torch.UntypedStorage, storage: Storage | None) -> Track:
        if len(self._known) >= self._sweep_at:
            self._known = {key: track for key, track in self._known.items() if not track.reference.expired()}
            self._sweep_at = 2 * len(self._known) + 4096
        track = self._known[memory._cdata] = Track(StorageWeakRef(memory), storage)
        return track

    def living(self) -> Iterator[Track]:
        return (track for track in self._known.values() if not track.reference.expired())
