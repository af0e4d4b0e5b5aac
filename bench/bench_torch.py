"""torch's, NumPy's and JAX's side of the benchmark: the protocol of bench_sow.c.

Obeys one command a line on stdin and answers each with one line, "ok SECONDS", "ok TEXT" or "no REASON".
"""
import ctypes
import os
import re
import sys
import time

import numpy as np
import torch
from torch.nn import init

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'examples', 'c3d')]


def openblas():
    """The OpenBLAS that torch calls (Debian's), or None: NumPy's own is loaded under other names."""
    with open('/proc/self/maps', encoding='utf-8') as maps:
        found = re.search(r'/\S*openblas\S*\.so\S*', maps.read())
    library = ctypes.CDLL(found.group(0)) if found else None
    return library if hasattr(library, 'openblas_get_corename') else None


class Settings:
    """What every side of torch is told before it measures."""

    def __init__(self):
        self.least = 0.0
        self.now = time.perf_counter
        torch.linalg.qr(torch.eye(2))  # so that the BLAS is there to be asked
        self.blas = openblas()

    def commands(self):
        return {'about': (self.about, 0), 'threads': (self.threads, 1), 'least': (self.least_seconds, 1),
                'clock': (self.clock, 1)}

    def about(self):
        capability = re.search(r'CPU capability usage: (\S+)', torch.__config__.show())
        kernel = 'MKL' if torch.backends.mkl.is_available() else 'a BLAS that is not OpenBLAS'
        if self.blas:
            self.blas.openblas_get_corename.restype = ctypes.c_char_p
            kernel = f'OpenBLAS, kernel {self.blas.openblas_get_corename().decode()}'
        capability = capability.group(1) if capability else 'unknown instruction set'
        return f'torch {torch.__version__}, {capability}; {kernel}; NumPy {np.__version__}'

    def threads(self, count):
        torch.set_num_threads(int(count))
        if self.blas:
            self.blas.openblas_set_num_threads(int(count))
        return ''

    def least_seconds(self, seconds):
        self.least = float(seconds)
        return ''

    def clock(self, which):
        self.now = time.process_time if which == 'processor' else time.perf_counter
        return ''

    def timed(self, once):
        begin = self.now()
        times = 0
        while True:
            once()
            times += 1
            passed = self.now() - begin
            if passed >= self.least:
                return f'{passed / times:.9e}'


class Side(Settings):
    def __init__(self):
        super().__init__()
        self.tensor = None
        self.array = None
        self.scalars = np.random.Generator(np.random.MT19937(0))

    # ---- fills ----

    def take_tensor(self, dtype, shape):
        sizes = [int(size) for size in shape.split('x')]
        dtype = getattr(torch, dtype)
        if self.tensor is None or self.tensor.dtype != dtype or list(self.tensor.shape) != sizes:
            self.tensor = None
            self.tensor = torch.ones(sizes, dtype=dtype)
        return self.tensor

    def fill(self, _edition, dtype, shape, call):
        name, arguments = call.split('(', 1)
        code = compile(f'init.{name}(tensor, {arguments}', 'call', 'eval')
        names = {'init': init, 'tensor': self.take_tensor(dtype, shape)}
        return self.timed(lambda: eval(code, names))

    def numpy_fill(self, dtype, shape, call):
        """The nearest that NumPy has, from the same generator, in place."""
        sizes = [int(size) for size in shape.split('x')]
        if self.array is None or self.array.dtype != dtype or list(self.array.shape) != sizes:
            self.array = None
            self.array = np.ones(sizes, dtype)
        array, draw = self.array, self.scalars
        name, arguments = call.rstrip(')').split('(', 1)
        value = {key.strip(): float(text) for key, _, text in
                 (pair.partition('=') for pair in arguments.split(',') if pair)}

        def uniform():
            draw.random(out=array, dtype=array.dtype)
            np.multiply(array, value['b'] - value['a'], out=array)
            np.add(array, value['a'], out=array)

        def normal():
            draw.standard_normal(out=array, dtype=array.dtype)
            np.multiply(array, value['std'], out=array)
            np.add(array, value['mean'], out=array)

        def eye():
            array.fill(0)
            np.fill_diagonal(array, 1)

        made = {'uniform_': uniform, 'normal_': normal, 'eye_': eye,
                'constant_': lambda: array.fill(value['val']), 'ones_': lambda: array.fill(1),
                'zeros_': lambda: array.fill(0)}
        return self.timed(made[name])

    def jax_fill(self, dtype, shape, call):
        """JAX's own generator, Threefry, compiled; its arrays are new each time, as they always are."""
        os.environ['XLA_FLAGS'] = '--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1'
        import jax
        name, arguments = call.rstrip(')').split('(', 1)
        value = {key.strip(): float(text) for key, _, text in (pair.partition('=') for pair in arguments.split(','))}
        sizes, dtype = tuple(int(size) for size in shape.split('x')), jax.numpy.dtype(dtype)
        draws = {
            'uniform_': lambda key: jax.random.uniform(key, sizes, dtype, value['a'], value['b']),
            'normal_': lambda key: value['mean'] + value['std'] * jax.random.normal(key, sizes, dtype),
            'trunc_normal_': lambda key: value['std'] * jax.random.truncated_normal(
                key, value['a'] / value['std'], value['b'] / value['std'], sizes, dtype)}
        draw, key = jax.jit(draws[name]), jax.random.key(0)
        draw(key).block_until_ready()
        return self.timed(lambda: draw(key).block_until_ready())

    # ---- models ----

    def model(self, name, ending, path):
        if name == 'c3d':
            import c3d
            make, initialise = c3d.C3D, lambda one: one.apply(c3d.weights_init)
        else:
            import gpt2_xl
            make, initialise = gpt2_xl.GPT2XL, gpt2_xl.initialise

        def once():
            one = make()
            initialise(one)
            if ending == 'made':
                return
            torch.save(one.state_dict(), path)
            if ending == 'sync':
                file = os.open(path, os.O_RDONLY)
                os.fsync(file)
                os.close(file)

        return self.timed(once)


def obey(commands):
    """Commands of stdin, by name: a function and how many words follow, the last of which may have spaces."""
    for line in sys.stdin:
        name, _, rest = line.rstrip('\n').partition(' ')
        try:
            run, words = commands[name]
            answer = 'ok ' + run(*(rest.split(' ', words - 1) if words else ()))
        except Exception as error:  # the driver is told, whatever it was
            answer = f'no {type(error).__name__}: ' + ' '.join(str(error).split())[:300]
        print(answer, flush=True)


def main():
    side = Side()
    torch.manual_seed(0)
    obey({**side.commands(), 'fill': (side.fill, 4), 'numpy': (side.numpy_fill, 3), 'jax': (side.jax_fill, 3),
          'model': (side.model, 3)})


if __name__ == '__main__':
    main()
