"""What is measured, and what it has to reach: the one table of rows and targets."""
from dataclasses import dataclass, field

# The sizes of a run: edges of the square that a fill fills, of a smaller one for portable loops, and of one that
# a core's own cache holds; edges for orthogonal_ and sparse_; how many times a run goes through all rows; for a row with
# a target and for a plain one the most and the fewest pairs at a time and the seconds after which the fewest will do;
# seconds that a measurement lasts at least, and one of a fill with a target: a virtual machine's second processor, idle
# a moment ago, takes some milliseconds to be there again. Two runs of three pairs each, of one and the same machine, have
# ranges that do not meet one time in ten; of six pairs, one in 462.
SIZES = {
    'full': {'edge': 8192, 'portable': 2048, 'cached': 256, 'orthogonal': (512, 1024, 2048, 4096),
             'sparse': (1024, 4096), 'parts': 3, 'targeted': (4, 2, 5), 'plain': (2, 2, 0), 'least': 0.02, 'steady': 0.15},
    'quick': {'edge': 2048, 'portable': 1024, 'cached': 256, 'orthogonal': (512, 1024), 'sparse': (1024,),
              'parts': 1, 'targeted': (3, 3, 0), 'plain': (3, 2, 1), 'least': 0.01, 'steady': 0.05},
    'smoke': {'edge': 64, 'portable': 64, 'cached': 64, 'orthogonal': (24,), 'sparse': (16,),
              'parts': 2, 'targeted': (1, 1, 0), 'plain': (1, 1, 0), 'least': 0.0, 'steady': 0.0},
}

DTYPES = ('float32', 'float64', 'bfloat16', 'float16')
BYTES = {'float32': 4, 'float64': 8, 'bfloat16': 2, 'float16': 2}

UNIFORM = 'uniform_(a=-0.05, b=0.05)'
NORMAL = 'normal_(mean=0.0, std=0.02)'
TRUNCATED = 'trunc_normal_(mean=0.0, std=0.02, a=-0.04, b=0.04)'
CALLS = (UNIFORM, NORMAL, TRUNCATED, 'xavier_uniform_(gain=1.0)', 'xavier_normal_(gain=1.0)',
         "kaiming_uniform_(a=0.0, mode='fan_in', nonlinearity='relu')",
         "kaiming_normal_(a=0.0, mode='fan_in', nonlinearity='relu')",
         'constant_(val=0.5)', 'ones_()', 'zeros_()', 'eye_()', 'dirac_(groups=1)')
DEFAULT_BOUNDS = 'trunc_normal_(mean=0.0, std=0.02, a=-2.0, b=2.0)'  # a hundred deviations: none is rejected
IN_NUMPY = ('uniform_', 'normal_', 'constant_', 'ones_', 'zeros_', 'eye_')
IN_JAX = ('uniform_', 'normal_', 'trunc_normal_')

# Ratios to pip's torch that a row has to reach, with one thread and with two, on a machine with AVX-512.
TARGETS = {
    ('uniform_', 'float32'): {1: 10, 2: 16},
    ('uniform_', 'float64'): {1: 6.5, 2: 11},
    ('normal_', 'float32'): {1: 6.5, 2: 12},
    ('normal_', 'float64'): {1: 6.5, 2: 12.5},
    ('normal_', 'bfloat16'): {1: 8, 2: 15},
    ('trunc_normal_', 'float32'): {1: 12, 2: 22},
    ('trunc_normal_, default bounds', 'float32'): {1: 6, 2: 11},
    ('trunc_normal_ by erfinv', 'float32'): {1: 20, 2: 25},
    ('sparse_ 1024²', 'float32'): {1: 4},
    ('orthogonal_ 2048²', 'float32'): {1: 2.2, 2: 2.6},
    ('C3D to a file in memory', 'float32'): {1: 5, 2: 8},
    ('GPT-2 XL built', 'float32'): {2: 8},
    ('Llama of 1.1 G built', 'float32'): {2: 8},
    ('ViT-L/16 built', 'float32'): {2: 3},
    ('ResNet-50 built', 'float32'): {2: 1},
}
JUMP_LIMIT = 0.010  # seconds, whatever the distance

C3D_BYTES, GPT2_BYTES = 319964060, 6230444800  # of their tensors


@dataclass
class Row:
    name: str
    dtype: str
    commands: dict  # by side: 'sow', 'torch', 'numpy'; other ones for sow: 'cached', an instruction set's
    items: int = 1  # elements; a time in ns is shown for each of them
    bytes: int = 0  # that the work writes
    unit: str = 'ns'
    edition: str = 'newest'  # sow's; torch has its own
    against: str = 'torch'  # 'old torch'; 'whole' of a block; 'plain' beside sow.fast; 'limit' where a time is
    alone: bool = True  # other instruction sets are measured as well
    threaded: bool = True  # measured with all threads as well
    single: bool = True  # measured with one
    fresh: int = 0  # bytes that either side takes from the system: see warm_memory
    targets: dict = field(default_factory=dict)
    counts: dict = field(default_factory=dict)  # elements of a side whose command has others

    def __post_init__(self):
        self.targets = self.targets or TARGETS.get((self.name, self.dtype), {})

    def is_steady(self):
        """Whether it is a fill with a target, which is measured longer, and beside a crew."""
        return bool(self.targets) and self.commands['sow'].startswith('fill')


def fill_command(edition, dtype, shape, call):
    return f'fill {edition} {dtype} {"x".join(str(size) for size in shape)} {call}'


def fill_row(dtype, size, call, name=None, edition='newest', **more):
    function = call.split('(')[0]
    commands, counts = {}, {}
    for side, edge in (('sow', size['edge']), ('portable', size['portable']), ('cached', size['cached'])):
        shape = (edge, edge // 64, 8, 8) if function == 'dirac_' else (edge, edge)
        commands[side] = fill_command(edition, dtype, shape, call)
        counts[side] = edge * edge
    commands['torch'] = commands['sow']
    name = name or function
    if name in IN_NUMPY and dtype in ('float32', 'float64'):
        commands['numpy'] = f'numpy {dtype} {size["edge"]}x{size["edge"]} {call}'
    if name in IN_JAX and dtype in ('float32', 'bfloat16'):
        commands['jax'] = f'jax {dtype} {size["edge"]}x{size["edge"]} {call}'
    return Row(name, dtype, commands, counts['sow'], counts['sow'] * BYTES[dtype], edition=edition, counts=counts, **more)


def fills(size):
    for dtype in DTYPES:
        for call in CALLS:
            yield fill_row(dtype, size, call)
        yield fill_row(dtype, size, DEFAULT_BOUNDS, 'trunc_normal_, default bounds')
    yield fill_row('float32', size, TRUNCATED, 'trunc_normal_ by erfinv', edition='1.13', against='old torch')


# What a block takes of its whole's time, at most: the whole has to be so many times slower.
BLOCK_EDGE = 4096
BLOCKS = (('left eighth', '0,0', f'{BLOCK_EDGE},{BLOCK_EDGE // 8}', {'uniform_': 0.6, 'normal_': 0.6, 'trunc_normal_': 1.1}),
          ('top eighth', '0,0', f'{BLOCK_EDGE // 8},{BLOCK_EDGE}', {'uniform_': 0.16, 'normal_': 0.16, 'trunc_normal_': 0.16}),
          ('middle eighth of rows', f'{BLOCK_EDGE // 2},0', f'{BLOCK_EDGE // 8},{BLOCK_EDGE}', {}))


def blocks():
    """Parts of a tensor beside the whole of it, which stands in torch's column."""
    whole = f'{BLOCK_EDGE},{BLOCK_EDGE}'
    for call in (UNIFORM, NORMAL, TRUNCATED):
        name = call.split('(')[0]
        for part, begin, sizes, shares in BLOCKS:
            commands = {'sow': f'block {whole} {begin} {sizes} {call}', 'torch': f'block {whole} 0,0 {whole} {call}'}
            targets = {1: round(1 / shares[name], 2)} if name in shares else {}
            yield Row(f'{name} {part} of {BLOCK_EDGE}²', 'float32', commands, unit='ms', against='whole',
                      alone=False, threaded=False, targets=targets)


def matrix_row(name, edge, call, **more):
    command = fill_command('newest', 'float32', (edge, edge), call)
    return Row(f'{name} {edge}²', 'float32', {'sow': command, 'torch': command}, edge * edge,
               4 * edge * edge, 'ms', alone=edge <= 1024, **more)


def matrices(size):
    for edge in size['orthogonal']:
        yield matrix_row('orthogonal_', edge, 'orthogonal_(gain=1.0)')
    for edge in size['sparse']:
        yield matrix_row('sparse_', edge, 'sparse_(sparsity=0.1, std=0.01)', threaded=False)


def jumps():
    for power in (10, 16, 20, 22, 30, 40, 50, 60):
        yield Row(f'skip of 2^{power} words', '', {'sow': f'jump {1 << power}'}, unit='ms', against='limit',
                  threaded=False, targets={1: JUMP_LIMIT})


def ceilings(size, folders):
    count = size['edge'] ** 2
    yield Row('memset', '', {'sow': f'memset {4 * count}'}, 4 * count, 4 * count, 'ns', alone=False)
    yield Row('memcpy', '', {'sow': f'memcpy {4 * count}'}, 4 * count, 4 * count, 'ns', alone=False)
    yield Row('libm: log, sin, cos', 'float64', {'sow': f'libm {count // 4}'}, count // 4, 2 * count, 'ns',
              alone=False)
    wanted = C3D_BYTES if size['edge'] >= 8192 else 4 * count
    for place, how in (('memory', 'nosync'), ('disk', 'nosync'), ('disk', 'sync')):
        name = f'write {wanted >> 20} MiB to {place}' + (', fsync' if how == 'sync' else '')
        yield Row(name, '', {'sow': f'write {wanted} {how} {folders[place]}/ceiling'}, 1, wanted, 'ms',
                  alone=False, threaded=False)


def model_row(name, size, texts, words, file, **more):
    """`words` are what torch's side is told; `file` has no ending, or is None where nothing is kept."""
    sow, torch = (f'{file}.safetensors', f'{file}.pt') if file else ('/dev/null', '-')
    commands = {'sow': f'model newest {texts} {sow}', 'torch': f'model {words} {torch}'}
    return Row(name, 'float32', commands, 1, size, 'ms', fresh=2 * size, **more)  # torch's tensors are in memory, too


def c3d(root, folders):
    texts = f'{root}/examples/c3d/c3d.txt {root}/examples/c3d/weights_init.rules'
    memory, disk = f'{folders["memory"]}/c3d', f'{folders["disk"]}/c3d'
    yield model_row('C3D to a file in memory', C3D_BYTES, texts, 'c3d nosync', memory)
    yield model_row('C3D to a disk, both fsync', C3D_BYTES, texts, 'c3d sync', disk)
    yield model_row('C3D to a disk, torch no fsync', C3D_BYTES, texts, 'c3d nosync', disk)
    yield model_row('C3D without a file', C3D_BYTES, texts, 'c3d made', None)


def looks(root, folders):
    """A file in the page cache: what cat takes, and what it takes to look at it."""
    c3d_texts = f'{root}/examples/c3d/c3d.txt {root}/examples/c3d/weights_init.rules'
    words = f'newest {c3d_texts} {folders["memory"]}/look.safetensors'
    for name, command in (('C3D read, as cat does', 'read'), ('C3D inspected', 'inspect'), ('C3D checked', 'check')):
        yield Row(name, 'float32', {'sow': f'{command} {words}'}, 1, C3D_BYTES, 'ms', alone=False,
                  threaded=command != 'read')


def gpt2(root, folders):
    texts = f'{root}/bench/gpt2_xl.txt {root}/bench/gpt2_xl.rules'
    disk = f'{folders["disk"]}/gpt2'
    yield model_row('GPT-2 XL to a disk, both fsync', GPT2_BYTES, texts, 'gpt2 sync', disk, alone=False)
    yield model_row('GPT-2 XL to a disk, torch no fsync', GPT2_BYTES, texts, 'gpt2 nosync', disk, alone=False)


def constructors():
    """Models built by transformers' own constructors, within sow.fast() and without."""
    for name, model, bytes_ in (('GPT-2 XL', 'gpt2_xl', GPT2_BYTES), ('Llama of 1.1 G', 'llama', 4400193536),
                                ('ViT-L/16', 'vit_l', 1215127552), ('ResNet-50', 'resnet_50', 94234752)):
        yield Row(f'{name} built', 'float32', {'sow': f'build {model} fast', 'torch': f'build {model} plain'}, 1, bytes_, 'ms',
                  against='plain', alone=False, single=False, fresh=bytes_)
