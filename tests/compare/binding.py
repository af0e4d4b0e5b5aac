"""libsow through ctypes: the structs of sow/init.h and sow/status.h, and a generator by its state bytes."""
import ctypes

from editions import EDITIONS

DTYPES = {"int64": (0, 64), "float64": (2, 64), "float32": (2, 32), "bfloat16": (4, 16), "float16": (2, 16)}
MODES = ("fan_in", "fan_out")
NONLINEARITIES = ("linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
                  "sigmoid", "tanh", "relu", "leaky_relu", "selu")
STATE_SIZE = 5056


class Device(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("id", ctypes.c_int)]


class DataType(ctypes.Structure):
    _fields_ = [("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16)]


class Tensor(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("device", Device), ("ndim", ctypes.c_int), ("dtype", DataType),
                ("shape", ctypes.POINTER(ctypes.c_int64)), ("strides", ctypes.POINTER(ctypes.c_int64)),
                ("byte_offset", ctypes.c_uint64)]


class Initializer(ctypes.Structure):
    _fields_ = [("kind", ctypes.c_int), ("mode", ctypes.c_int), ("nonlinearity", ctypes.c_int),
                ("layout", ctypes.c_int), ("integer", ctypes.c_int64), ("argument", ctypes.c_double * 4),
                ("axes", (ctypes.c_int8 * 8) * 3)]


class Error(ctypes.Structure):
    pass


OnWarning = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(Error))
Error._fields_ = [("status", ctypes.c_int), ("line", ctypes.c_int), ("column", ctypes.c_int), ("system_error", ctypes.c_int),
                  ("source", ctypes.c_char * 128), ("message", ctypes.c_char * 1024), ("excerpt", ctypes.c_char * 160),
                  ("caret", ctypes.c_int), ("on_warning", OnWarning), ("warning_context", ctypes.c_void_p)]


class Sow:
    """One library, one edition."""

    def __init__(self, path, edition):
        self.library = ctypes.CDLL(path)
        self.library.sow_initializer_name.restype = ctypes.c_char_p
        self.library.sow_status_name.restype = ctypes.c_char_p
        self.library.sow_generator_new.restype = ctypes.c_void_p
        self.library.sow_generator_new.argtypes = [ctypes.c_uint64, ctypes.c_int]
        self.library.sow_generator_seed.argtypes = [ctypes.c_void_p, ctypes.c_uint64]
        self.library.sow_generator_set_state.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t,
                                                         ctypes.c_void_p]
        self.library.sow_generator_get_state.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
        self.library.sow_fill.argtypes = [ctypes.POINTER(Tensor), Initializer, ctypes.c_void_p, ctypes.POINTER(Error)]
        self.generator = self.library.sow_generator_new(0, EDITIONS.index(edition))
        self.kinds = {}
        while (name := self.library.sow_initializer_name(len(self.kinds)).decode()) != "unknown":
            self.kinds[name] = len(self.kinds)
        self.warnings = []
        self.on_warning = OnWarning(lambda context, warning: self.warnings.append(warning.contents.message.decode()))

    def initializer(self, name, arguments):
        """The value for a call with these keyword arguments, all given."""
        made = Initializer(kind=self.kinds[name], integer=arguments.get("groups", 1))
        made.mode = MODES.index(arguments.get("mode", "fan_in"))
        made.nonlinearity = NONLINEARITIES.index(arguments.get("nonlinearity", "leaky_relu"))
        numbers = [value for key, value in arguments.items() if key not in ("mode", "nonlinearity", "groups")]
        made.argument[:len(numbers)] = numbers
        return made

    def seeded(self, seed):
        """The state bytes after torch.manual_seed(seed)."""
        self.library.sow_generator_seed(self.generator, seed % 2**64)
        return self.state()

    def state(self):
        bytes_ = ctypes.create_string_buffer(STATE_SIZE)
        self.library.sow_generator_get_state(self.generator, bytes_)
        return bytes_.raw

    def fill(self, name, arguments, memory, dtype, shape, strides, offset, state):
        """Fills in place; (status name, message, warnings, state after)."""
        if self.library.sow_generator_set_state(self.generator, state, len(state), None) != 0:
            return "STATE", "the state was refused", [], state
        size = DTYPES[dtype][1] // 8
        sizes = (ctypes.c_int64 * (len(shape) + 1))(*shape)
        steps = (ctypes.c_int64 * (len(shape) + 1))(*strides) if strides is not None else None
        base = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        tensor = Tensor(base, Device(1, 0), len(shape), DataType(*DTYPES[dtype], 1), sizes, steps, offset * size)
        error = Error(on_warning=self.on_warning)
        self.warnings = []
        status = self.library.sow_fill(ctypes.byref(tensor), self.initializer(name, arguments), self.generator,
                                       ctypes.byref(error))
        return (self.library.sow_status_name(status).decode(), error.message.decode(), self.warnings, self.state())
