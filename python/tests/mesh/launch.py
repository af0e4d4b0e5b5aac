"""As torchrun, but for processes forked from one that has imported what all of them need: that takes longer than most.

usage: launch.py PROCESSES PROGRAM ARGUMENTS: `prepare` of this folder's module PROGRAM takes the ARGUMENTS before the
forks, and returns what each process calls

torch's own launcher can fork too, but its store answers the first processes while it forks the next ones: a lock of the
resolver, which such a thread held, then stays locked for ever in the new process (seen with torch 2.13.0: getaddrinfo()
of one of eight processes never returned). Here the first process has the store.

Forks leave without Python's finalisation. A group that something still holds at the end, as a DeviceMesh does even
after destroy_process_group(), has threads that may only then let go of their last tensor; taking the interpreter's lock
during finalisation unwinds such a thread and aborts the process ("terminate called without an active exception", seen
with torch 2.13.0 and 2.14.1, without sow; pytorch/pytorch#190489).
"""

from __future__ import annotations

import importlib
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable


def fork(rank: int, work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.environ.update(RANK=str(rank), LOCAL_RANK=str(rank))
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def wait(children: set[int]) -> int:
    """Until all are done; where one fails the others would wait for it in vain."""
    while children:
        child, status = os.wait()
        children.discard(child)
        if status:
            for other in children:
                os.kill(other, signal.SIGKILL)
            return 1
    return 0


def free_port() -> int:
    with socket.create_server(("localhost", 0)) as server:
        port: int = server.getsockname()[1]
        return port


if __name__ == "__main__":
    processes, program, *arguments = sys.argv[1:]
    work = importlib.import_module(f"mesh.{program}").prepare(*arguments)
    os.environ.update(WORLD_SIZE=processes, LOCAL_WORLD_SIZE=processes)
    os.environ.update(MASTER_ADDR="localhost", MASTER_PORT=str(free_port()))
    sys.exit(wait({fork(rank, work) for rank in range(int(processes))}))
