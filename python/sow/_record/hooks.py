"""What is no operation of torch is changed while somebody records, and put back: initialisers' code, what looks at
memory past the dispatcher, the default generator."""

from __future__ import annotations

import gc
import inspect
import itertools
import sys
import threading
import types
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Callable

import torch
from torch.utils._python_dispatch import _disable_current_modes as _aside

from sow._record import source
from sow._record.addresses import BY_ADDRESS, carry_out
from sow._record.dispatch import Watcher
from sow._record.generators import Generators, StandIn
from sow._record.initializers import INITIALIZERS
from sow._record.recorder import Recorder

_lock = threading.Lock()
_recording = threading.local()
_count = 0
_undo = ExitStack()


def current() -> Recorder | None:
    """The recorder of this thread, while its mode is on."""
    found: Recorder | None = getattr(_recording, "recorder", None)
    return found


# ---- initialisers ----

_OWN: dict[str, types.FunctionType] = {}


def called(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A call of torch.nn.init's function of that name, by anybody."""
    own, recorder = _OWN[name], current()
    if recorder is None or recorder.resting:
        return own(*args, **kwargs)
    return INITIALIZERS[name](recorder, own, *args, **kwargs)


def _replacement(name: str) -> types.CodeType:
    text = (
        f"def {name}(*args, **kwargs):\n"
        "    from sow._record.hooks import called\n"
        f"    return called({name!r}, args, kwargs)\n"
    )
    namespace: dict[str, Any] = {}
    exec(compile(text, __file__, "exec"), namespace)
    code: types.CodeType = namespace[name].__code__
    return code


_REPLACEMENTS = {name: _replacement(name) for name in INITIALIZERS}


def _replace_code(undo: ExitStack, name: str) -> None:
    function = inspect.unwrap(getattr(torch.nn.init, name))
    if getattr(function, "__globals__", None) is not vars(torch.nn.init):
        return  # somebody else's, of which torch's operations are seen
    code = function.__code__
    own = types.FunctionType(code, function.__globals__, name, function.__defaults__, function.__closure__)
    own.__kwdefaults__ = function.__kwdefaults__
    _OWN[name] = own
    undo.callback(setattr, function, "__code__", code)
    _replace(undo, function, "__signature__", inspect.signature(function))
    function.__code__ = _REPLACEMENTS[name]


# ---- looks past the dispatcher ----


def _shows(name: str) -> Any:
    """A method that sees a tensor's elements, or lets others see them."""
    own = getattr(torch.Tensor, name)

    def method(self: torch.Tensor, *args: Any, **kwargs: Any) -> Any:
        recorder = current()
        if recorder is None:
            return own(self, *args, **kwargs)
        with _aside():
            if name in _EXPOSING:
                recorder.expose(self, name)
            else:
                recorder.show(self, name)
        if name in _CHANGING:
            return _changed(recorder, self, name, own, args, kwargs)
        if name != "__repr__":
            return own(self, *args, **kwargs)
        with _unrecorded():  # a print is nothing that Python goes by
            return own(self, *args, **kwargs)

    method.__name__ = name
    return method


def _as_subclass(self: torch.Tensor, kind: type) -> Any:
    """Tensor.as_subclass, which in torch 2.4 takes no tensor that came through a mode; it is no operation anyway."""
    with _aside():
        return torch._C.TensorBase.as_subclass(self, kind)


def _changed(recorder: Recorder, tensor: torch.Tensor, name: str, own: Any, args: Any, kwargs: Any) -> Any:
    """Tensor.map_ and its kin, which call Python with each element."""
    with _aside():
        for other in args:
            if isinstance(other, torch.Tensor):
                recorder.show(other, name)
    done = own(tensor, *args, **kwargs)
    with _aside():
        recorder.change(tensor, name)
    return done


def _to_dlpack(tensor: torch.Tensor, **kwargs: Any) -> Any:
    """torch.to_dlpack, which takes a tensor's memory past the tensor's methods."""
    recorder = current()
    if recorder is not None:
        with _aside():
            recorder.expose(tensor, "to_dlpack")
    return _OWN_TO_DLPACK(tensor, **kwargs)


def _goes_past(owner: Any, name: str) -> Any:
    own = getattr(owner, name)

    def function(*args: Any, **kwargs: Any) -> Any:
        recorder = current()
        if recorder is None:
            return own(*args, **kwargs)
        with _aside():
            done = carry_out(recorder, name, own, args, kwargs)
        return own(*args, **kwargs) if done is NotImplemented else done

    function.__name__ = name
    return function


def _borrows(name: str) -> Any:
    """A function of torch whose result may lie in NumPy's memory, or another library's."""
    own = getattr(torch, name)

    def function(given: Any, *args: Any, **kwargs: Any) -> Any:
        made = own(given, *args, **kwargs)
        recorder = current()
        if recorder is not None and not isinstance(given, (torch.Tensor, bool, int, float, complex, list, tuple)):
            with _aside():
                recorder.expose(made, name)
        return made

    function.__name__ = name
    return function


def _tells_address(owner: Any) -> Any:
    """data_ptr, for whoever means to go there."""
    own = owner.data_ptr

    def data_ptr(self: Any) -> int:
        recorder = current()
        if recorder is not None and not source.only_compares(sys._getframe(1)):
            with _aside():
                recorder.expose(_tensor_of(self), "data_ptr")
        address: int = own(self)
        return address

    return data_ptr


def _after(see: Callable[[Recorder, Any], None], owner: Any, name: str, unseen_itself: bool = False) -> Any:
    """A method of `owner` that runs when the recorder has seen what it is called on."""
    own = getattr(owner, name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        recorder = current()
        if recorder is not None:
            with _aside():
                see(recorder, self)
                if unseen_itself:
                    return own(self, *args, **kwargs)
        return own(self, *args, **kwargs)

    method.__name__ = name
    return method


def _rewrites(name: str) -> Any:
    """A method of a storage that replaces its memory, or writes it past torch's operations."""
    return _after(lambda recorder, storage: recorder.rewrite(_tensor_of(storage), name), torch.UntypedStorage, name)


def _written(name: str) -> Any:
    """A method that writes a storage's memory into a file."""
    return _after(lambda recorder, storage: recorder.show(_tensor_of(storage), name), torch.UntypedStorage, name)


def _moves(name: str) -> Any:
    """A method that moves a storage's memory to where other processes see it: what it holds goes with it as it is."""

    def see(recorder: Recorder, storage: Any) -> None:
        recorder.settle([recorder.find(_tensor_of(storage))])

    # Else its copy would be a step of memory that is then exchanged for this one's.
    return _after(see, torch.UntypedStorage, name, unseen_itself=True)


def _tells(name: str) -> Any:
    """float(tensor) and its kin: within torch.tensor([x, y]) torch calls them and lets no mode see it."""
    own = getattr(torch.Tensor, name)

    def method(self: torch.Tensor) -> Any:
        recorder = current()
        if recorder is not None and torch._C._dispatch_tls_is_dispatch_key_excluded(torch._C.DispatchKey.Python):
            with _aside():
                recorder.show(self, name)
        return own(self)

    method.__name__ = name
    return method


def _saves(name: str) -> Any:
    """Methods of TorchScript's modules, whose C++ writes memory into a file."""

    def show(recorder: Recorder, module: Any) -> None:
        recorder.settle(recorder.late())  # it may have others as attributes
        for tensor in [*module.parameters(), *module.buffers()]:
            recorder.show(tensor, name)

    return _after(show, _SCRIPTED, name)


def _tensor_of(memory: Any) -> torch.Tensor:
    """A tensor, or one that sees all of a storage."""
    if isinstance(memory, torch.Tensor):
        return memory
    untyped = memory if isinstance(memory, torch.UntypedStorage) else memory._untyped_storage
    return torch.empty(0, dtype=torch.uint8, device=untyped.device).set_(untyped)


_SCRIPTED: Any = torch.jit._script.RecursiveScriptModule
_SAVING = ("save", "save_to_buffer", "_save_for_lite_interpreter", "_save_to_buffer_for_lite_interpreter")
_NUMBERS = ("__float__", "__int__", "__index__", "__bool__", "__complex__")
_BORROWING = ("from_numpy", "as_tensor", "asarray")
_OWN_TO_DLPACK: Any = torch._C._to_dlpack
_REWRITING = ("resize_", "byteswap")  # TypedStorage.resize_ calls the first
_SHARING = ("_share_fd_cpu_", "_share_filename_cpu_")  # share_memory_() and multiprocessing's queues call them
_EXPOSING = ("numpy", "__dlpack__")
_CHANGING = ("apply_", "map_", "map2_")
_SHOWING = (*_EXPOSING, *_CHANGING, "tolist", "__repr__", "__reduce_ex__")


@contextmanager
def _unrecorded() -> Iterator[None]:
    recorder = current()
    _recording.recorder = None
    try:
        yield
    finally:
        _recording.recorder = recorder


@contextmanager
def unseen() -> Iterator[None]:
    """What is done here concerns no recorder, and no mode of the caller's."""
    with _unrecorded(), _aside(), torch._C.DisableTorchFunction(), torch.inference_mode(False):
        yield


def _take_away(owner: Any, name: str) -> None:
    if name in vars(owner):  # Ctrl-C may have come before
        delattr(owner, name)


def _replace(undo: ExitStack, owner: Any, name: str, value: Any) -> None:
    if name in vars(owner):
        undo.callback(setattr, owner, name, vars(owner)[name])
    else:
        undo.callback(_take_away, owner, name)
    setattr(owner, name, value)


# ---- the default generator ----


def _generators() -> Generators | None:
    recorder = current()
    if recorder is not None and recorder.resting:
        # What is drawn before the state is put back leaves no trace.
        recorder.looks.append(f"default_generator at {source.line()}")
        return None
    return None if recorder is None else recorder.generators


_STAND_IN = StandIn(_generators)  # one for good: its address tells it from others


# ---- on and off ----


def _install() -> None:
    try:
        _install_all()
    except BaseException:  # Ctrl-C, too
        _undo.close()
        raise


def _install_all() -> None:
    for name in INITIALIZERS:
        _replace_code(_undo, name)
    for name in _SHOWING:
        _replace(_undo, torch.Tensor, name, _shows(name))
    for kind in (torch.Tensor, torch.UntypedStorage, torch.TypedStorage):
        _replace(_undo, kind, "data_ptr", _tells_address(kind))
    for name in _REWRITING:
        _replace(_undo, torch.UntypedStorage, name, _rewrites(name))
    for name in _SHARING:
        _replace(_undo, torch.UntypedStorage, name, _moves(name))
    _replace(_undo, torch.UntypedStorage, "_write_file", _written("_write_file"))
    for name in _SAVING:
        if hasattr(_SCRIPTED, name):  # not where PYTORCH_JIT=0
            _replace(_undo, _SCRIPTED, name, _saves(name))
    for name in _NUMBERS:
        _replace(_undo, torch.Tensor, name, _tells(name))
    _replace(_undo, torch.Tensor, "as_subclass", _as_subclass)
    for name in _BORROWING:
        _replace(_undo, torch, name, _borrows(name))
    for owner, name in itertools.product((torch, torch._VF, torch.Tensor), BY_ADDRESS):
        if hasattr(owner, name):
            _replace(_undo, owner, name, _goes_past(owner, name))
    for owner, name in ((torch._C, "_to_dlpack"), (torch, "to_dlpack"), (torch.utils.dlpack, "to_dlpack")):
        if hasattr(owner, name):
            _replace(_undo, owner, name, _to_dlpack)
    for owner in (torch, torch.random, torch._C):
        _replace(_undo, owner, "default_generator", _STAND_IN)


@contextmanager
def watching(recorder: Recorder) -> Iterator[None]:
    """The recorder sees what this thread does; everything is put back, come what may."""
    global _count
    with ExitStack() as stack:
        with _lock:
            if _count == 0:
                _install()
            _count += 1
        stack.callback(_leave)
        stack.callback(setattr, _recording, "recorder", current())
        _recording.recorder = recorder
        stack.enter_context(Watcher(recorder))
        yield


def _references() -> int:
    return sys.getrefcount(_STAND_IN)


_REFERENCES = _references()  # this module's, and the call's


def is_kept() -> bool:
    """Whether somebody still has what stood for the default generator, and draws other numbers by it."""
    if _count > 0 or _references() <= _REFERENCES:
        return False
    # Methods of it serve: torch's compiler collects all that it finds as it is imported. Running functions have it too
    # where one of their names is it, and are no referrers.
    methods = (types.MethodType, types.BuiltinMethodType)
    harmless = sum(isinstance(one, methods) for one in gc.get_referrers(_STAND_IN))
    return _references() > _REFERENCES + harmless


def _leave() -> None:
    global _count
    with _lock:
        _count -= 1
        if _count == 0:
            _undo.close()
