"""What Python says of these, sow must say: torch runs the asserts as well."""
import functools
import math
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn import Conv2d, Linear as Lin
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd, _ConvTransposeNd as _Up

import sys
import warnings
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    import nothing_of_this_name
if sys.version_info >= (3, 0):
    Text = str
else:
    Text = None
try:
    import json as fast_json
    HAS_JSON = True
except ImportError:
    HAS_JSON = False
sys.path.append('..')
warnings.filterwarnings('default')
functools.update_wrapper
Size = Optional[int]
TRIPLE = """a
  b'"c"""
COUNT = 3
TABLE = {'one': 1, 2: 'two', 'act': nn.ReLU}


def numbers():
    assert 7 // 2 == 3 and -7 // 2 == -4 and 7 % -3 == -2 and 2 ** 10 == 1024 and 2 ** -1 == 0.5
    assert 7 / 2 == 3.5 and 6 / 3 == 2 and type(6 / 3) == float and type(6 // 3) is int
    assert -2 ** 2 == -4 and (-2) ** 2 == 4 and 2 ** 3 ** 2 == 512 and not -1 > 0 and +3 == 3
    assert 1_000 == 1000 and 0x1F == 31 and 0b101 == 5 and 0o17 == 15 and 1e-3 == .001 and 2. == 2
    assert 1 < 2 < 3 and not 1 < 3 < 2 and 1 <= 1 < 2 != 3 and 3 > 2 >= 2 and not 1 == 2 == 2
    assert 2 ** 53 + 1 > 2. ** 53 and 2 ** 62 == 4611686018427387904 and 10 ** 18 == 1e18
    assert True + True == 2 and True == 1 and True is not None and (1 if False else 2) == 2
    assert math.sqrt(2) == 2 ** 0.5 and np.sqrt(4) == 2 and math.pi > 3.14 and math.e < 2.72
    assert math.log(8, 2) == math.log(8) / math.log(2) and math.exp(0) == 1 and math.log2(8) == 3 and math.log10(1000) == 3
    assert math.floor(-1.5) == -2 and math.ceil(1.2) == 2 and math.floor(7) == 7 and math.fabs(-2) == 2. and math.pow(2, 3) == 8
    assert int(3.9) == 3 and int(-3.9) == -3 and float(2) == 2. and int('12') == 12 and abs(-4) == 4 and abs(-.5) == .5
    assert min(3, 1, 2) == 1 and max([3, 1, 2]) == 3 and sum([1, 2, 3]) == 6 and min(1, 1.5) == 1
    assert float('inf') > 10 ** 18 and float('nan') != float('nan') and math.prod((2, 3, 4)) == 24 and np.prod([5, 2]) == 10
    n = 5
    n += 2; n *= 3; n -= 1; n //= 3; n **= 2; n %= 10
    assert n == 6
    n /= 4
    assert n == 1.5
    a = b = 2
    c, (d, e) = 1, (a, [b, 3][1])
    assert (a, b, c, d, e) == (2, 2, 1, 2, 3)
    assert round_trip(0.1) == '0.1' and round_trip(1e16) == '1e+16' and round_trip(5) == '5' and round_trip(None) == 'None'


def round_trip(value):
    return str(value)


def strings(name='Conv2d'):
    assert name.find('Conv') == 0 and name.find('2d') == 4 and name.find('x') == -1 and name.rfind('o') == 1
    assert 'Conv' in name and 'conv' not in name and name != 'Conv3d' and name == "Conv" + '2d' and 'Conv' '2d' == name
    assert name.startswith('Conv') and name.endswith('2d') and name.startswith(('X', 'C')) and not name.endswith(('a', 'b'))
    assert name.lower() == 'conv2d' and name.upper() == 'CONV2D' and name.replace('2', '3') == 'Conv3d' and name.count('o') == 1
    assert 'a.b.c'.split('.') == ['a', 'b', 'c'] and 'a.b.c'.split('.')[-1] == 'c' and '.'.join(['a', 'b']) == 'a.b'
    assert name[0] == 'C' and name[-1] == 'd' and name[1:3] == 'on' and name[::-1] == 'd2vnoC' and name[:4] == 'Conv' and len(name) == 6
    assert name[10:] == '' and name[-2:] == '2d' and name[4:1:-1] == '2vn' and name * 2 == 'Conv2dConv2d'
    assert 'w_%d' % 3 == 'w_3' and '%s-%s%%' % ('a', 1.5) == 'a-1.5%' and '{}_{}'.format('a', 2) == 'a_2' and '{1}{0}{{'.format(1, 2) == '21{'
    assert f'w_{COUNT}' == 'w_3' and f'{name.lower()}{{x}}{COUNT + 1}' == 'conv2d{x}4' and rf'\d{COUNT}' == '\\d3'
    assert 'it\'s' == "it's" and 'a\tb\\' == "a	b\\" and r'\n' == '\\n' and len('\n') == 1 and 'a\
b' == 'ab'
    assert TRIPLE == 'a\n  b\'"c' and len(TRIPLE) == 8
    assert 'a' < 'b' < 'ba' and 'Z' < 'a' and '12'.isdigit() and not '1a'.isdigit() and not '' and 'x'
    assert 'é' in 'café' and 'café'.find('é') == 3 and len('café') == 4 and 'café'[3] == 'é'


def lists():
    t = (1, 2, 3)
    assert t[True:] == (2, 3) and t[False:True] == (1,) and t[::True] == t
    assert t[0] == 1 and t[-1] == 3 and t[1:] == (2, 3) and len(t) == 3 and 2 in t and 4 not in t and t + (4,) == (1, 2, 3, 4)
    assert [1] * 3 == [1, 1, 1] and [1, 2] != (1, 2) and list(t) == [1, 2, 3] and tuple([1]) == (1,) and () == tuple()
    assert [x * 2 for x in t if x != 2] == [2, 6] and [a + b for a in 'xy' for b in '12'] == ['x1', 'x2', 'y1', 'y2']
    assert sum(x for x in t) == 6 and any(x > 2 for x in t) and not all(x > 2 for x in t) and any([]) is False and all([]) is True
    assert list(range(3)) == [0, 1, 2] and list(range(1, 8, 3)) == [1, 4, 7] and list(range(3, 0, -1)) == [3, 2, 1] and not list(range(0))
    assert list(enumerate('ab')) == list(zip([0, 1], 'ab')) and [i for i, c in enumerate('ab', 1)] == [1, 2]
    assert [c for c in reversed('ab')] == ['b', 'a']
    assert TABLE['one'] == 1 and TABLE[2] == 'two' and 'one' in TABLE and TABLE.get('none', 7) == 7 and TABLE.get('none') is None
    assert list(TABLE.keys()) == ['one', 2, 'act'] and [v for k, v in TABLE.items()][1] == 'two' and list(TABLE.values())[0] == 1
    assert 'a' in {'a', 'b'} and 3 not in {1, 2} and len({1, 1.0, True, 2}) == 2 and {1} and not {}
    assert {'a': 1, 'b': 2, 'a': 3}['a'] == 3 and list({'a': 1, 'b': 2, 'a': 3}.values()) == [3, 2] and len({1: 1, 1.0: 2}) == 1
    x = 0
    for i in range(10):
        if i == 2:
            continue
        if i == 5:
            break
        x += i
    else:
        x = -1
    assert x == 0 + 1 + 3 + 4 and i == 5
    while x > 0:
        x -= 3
    else:
        x = 100
    assert x == 100
    [y, z] = 1, 2
    assert (y, z) == (1, 2) and [x for x in [x]] == [100]


def logic():
    assert (None or 5) == 5 and (0 or '') == '' and (1 and 2) == 2 and ([] and 1) == [] and not (None and 1)
    assert not None and not 0 and not 0.0 and not '' and not () and not [] and 'a' and (0,) and 1e-300
    assert (lambda a, b=2, *rest, c=3: (a, b, rest, c))(1) == (1, 2, (), 3)
    assert (lambda a, b=2, *rest, c=3: (a, b, rest, c))(1, 4, 5, 6, c=7) == (1, 4, (5, 6), 7)
    assert functools.partial(lambda a, b: a - b, 5)(b=2) == 3 and functools.partial(lambda a, b: a - b, b=1)(4) == 3
    assert isinstance(1, int) and not isinstance('a', int) and isinstance(True, int) and isinstance([], (list, tuple))
    assert isinstance(1.5, float) and isinstance((), tuple) and not isinstance((), list) and callable(strings)
    late = [lambda: i for i in range(3)]
    assert [f() for f in late] == [2, 2, 2]

    def counter(step):
        total = step * 2

        def inner(more, *, scale=1):
            return (total + more) * scale
        return inner
    assert counter(3)(1) == 7 and counter(1)(more=1, scale=3) == 9 and counter.__name__ == 'counter'
    try:
        raise ValueError('no')
    except (KeyError, ValueError) as e:
        caught = True
    else:
        caught = False
    finally:
        done = 1
    assert caught and done
    try:
        [][1]
    except LookupError:
        caught = 2
    assert caught == 2
    try:
        TABLE['missing']
    except KeyError: caught = 3
    assert caught == 3 and 1 / 4 == .25
    steps = ''
    try:
        try: [][1]
        finally: steps += 'a'
    except IndexError: steps += 'b'
    try:
        try: TABLE['missing']
        except KeyError: raise ValueError
        finally: steps += 'c'
    except ValueError: steps += 'd'
    for i in (1, 2):
        try: [][i]
        finally:
            steps += 'e'
            continue
    assert steps == 'abcdee' and swallow() == 3
    pass; assert ... is not None


def swallow():
    try: [][1]
    finally: return 3


def classes(conv, norm, up, bare, linear, layer_norm):
    assert conv.__class__.__name__ == type(conv).__name__ == 'Conv2d' == conv._get_name() and type(conv) == nn.Conv2d and type(conv) is Conv2d
    assert isinstance(conv, nn.Conv2d) and isinstance(conv, (nn.Conv1d, nn.Conv2d)) and not isinstance(conv, nn.Conv1d) and isinstance(conv, nn.Module)
    assert isinstance(conv, _ConvNd) and isinstance(conv, nn.modules.conv._ConvNd) and not isinstance(conv, _BatchNorm) and not isinstance(conv, _Up)
    assert isinstance(up, _ConvNd) and isinstance(up, _Up) and not isinstance(up, nn.Conv2d) and isinstance(up, ((nn.Linear,), nn.ConvTranspose2d))
    assert isinstance(norm, _BatchNorm) and isinstance(norm, torch.nn.modules.batchnorm._NormBase) and type(norm) != nn.BatchNorm1d
    assert type(norm) in (nn.BatchNorm1d, nn.BatchNorm2d) and norm.__class__ in [nn.BatchNorm2d] and type(linear) not in [nn.Conv2d, Conv2d]
    assert isinstance(linear, Lin) and type(linear).__name__ in ('Linear', 'Bilinear') and isinstance(linear.weight, nn.Parameter)
    assert isinstance(linear.weight, torch.Tensor) and not isinstance(linear, torch.Tensor) and not isinstance(linear.weight, nn.Module)
    assert (conv.in_channels, conv.out_channels, conv.kernel_size, conv.groups, conv.transposed) == (3, 6, (3, 3), 1, False)
    assert up.transposed and up.in_channels == 6 and up.out_channels == 4 and up.kernel_size[0] * up.kernel_size[1] == 4
    assert (linear.in_features, linear.out_features) == (10, 12) and linear.weight.shape == (12, 10) and list(linear.weight.size()) == [12, 10]
    assert norm.num_features == 4 and norm.affine and norm.track_running_stats and bare.affine is False and bare.num_features == 6
    assert layer_norm.normalized_shape == (10,) and layer_norm.elementwise_affine and layer_norm.normalized_shape[0] == 10
    assert conv.bias is None and not conv.bias and up.bias is not None and bare.weight is None and getattr(conv, 'bias', 1) is None
    assert hasattr(conv, 'weight') and hasattr(conv, 'bias') and not hasattr(conv, 'weights') and hasattr(conv, 'kernel_size') and hasattr(conv, 'stride')
    assert not hasattr(conv, 'in_features') and hasattr(linear, 'in_features') and not hasattr(linear, 'out_channels') and hasattr(norm, 'running_mean')
    assert getattr(conv, 'nothing', None) is None and getattr(linear, 'in_features') == 10 and getattr(linear, 'x', 3) == 3
    assert hasattr(linear, 'reset_parameters') and hasattr(linear, 'named_parameters') and not hasattr(None, 'data') and linear.training
    assert conv.weight.dim() == 4 == conv.weight.ndim == len(conv.weight.shape) and conv.weight.numel() == 3 * 6 * 9 == conv.weight.nelement()
    assert conv.weight.size(0) == 6 and conv.weight.size(-1) == 3 and conv.weight.data.size()[1] == 3 and conv.weight.shape[2:] == (3, 3)
    assert conv.weight.requires_grad and len(conv.weight) == 6 and conv.weight is conv.weight and conv.weight is not linear.weight
    assert nn.init._calculate_fan_in_and_fan_out(conv.weight) == (27, 54) and nn.init._calculate_correct_fan(linear.weight, 'fan_out') == 12
    assert nn.init.calculate_gain('relu') == math.sqrt(2) and nn.init.calculate_gain('tanh') == 5 / 3 and nn.init.calculate_gain('leaky_relu', 1) == 1
    assert [n for n, p in up.named_parameters()] == ['weight', 'bias'] and len(list(conv.parameters())) == 1 and 'bias' in conv._parameters
    try:
        conv.bias.data
        assert False
    except AttributeError:
        pass
    try:
        nn.init.xavier_normal_(linear.bias)
    except ValueError as error:
        print('as torch says:', error, f'{1.5:.3f}')


def walks(model, norm):
    assert [n for n, c in model.named_children()][:3] == ['conv1', 'conv2', 'up'] and len(list(model.children())) == 8
    assert [n for n, m in model.named_modules()][:2] == ['', 'conv1'] and len([m for m in model.modules()]) == 9
    assert [n for n, p in model.named_parameters() if 'conv' in n] == ['conv1.weight', 'conv1.bias', 'conv2.weight']
    assert [n for n, p in model.named_parameters(recurse=False)] == [] and len(list(model.parameters(recurse=False))) == 0
    assert list(model.state_dict().keys())[-1] == 'out.weight' and 'norm.running_var' in model.state_dict()
    assert [n for n, b in norm.named_buffers()] == ['running_mean', 'running_var', 'num_batches_tracked']
    assert model.conv2 is model.get_submodule('conv2') and model.get_parameter('fc.weight') is model.fc.weight
    assert list(model._modules.keys())[0] == 'conv1' and hasattr(model, 'fc') and getattr(model, 'norm') is norm
    assert all(p.requires_grad for p in model.parameters()) and isinstance(model, nn.Module) and type(model).__name__ == 'Mixed'


def check_all(model):
    numbers()
    strings()
    lists()
    logic()
    classes(model.conv2, model.norm, model.up, model.bare, model.fc, model.layer_norm)
    walks(model, model.norm)
    for i, p in enumerate(model.parameters()):
        p.data.fill_(i)
