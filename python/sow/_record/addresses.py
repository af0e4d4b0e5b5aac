"""Functions of torch that are no operations and go by addresses: the dispatcher does not see all that they do."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

import torch

from sow._record.dispatch import tensors_in
from sow._record.recorder import Recorder


class _Function(NamedTuple):
    """All of its tensors are read.

    Attributes:
        written: the positions of arguments that it writes.
        told: the positions of those of which shapes, or numbers, that it returns tell.
        operates: what it does with what it has read are operations, which may draw.
    """

    written: tuple[int, ...] = ()
    told: tuple[int, ...] = ()
    operates: bool = False


def _each(names: str, function: _Function) -> dict[str, _Function]:
    return dict.fromkeys(names.split(), function)


BY_ADDRESS = {
    **_each("_sobol_engine_draw ctc_loss choose_qparams_optimized", _Function()),
    **_each("_sobol_engine_ff_ _sobol_engine_scramble_ _sobol_engine_initialize_state_", _Function(written=(0,))),
    **_each("_saturate_weight_to_fp16", _Function(written=(0,))),
    **_each("tensor_split _pad_packed_sequence _pack_padded_sequence _rowwise_prune", _Function(told=(1,))),
    **_each("fbgemm_linear_quantize_weight", _Function(told=(0,))),
    **_each("fbgemm_linear_int8_weight fbgemm_linear_int8_weight_fp32_activation", _Function()),
    **_each("fbgemm_linear_fp16_weight fbgemm_linear_fp16_weight_fp32_activation", _Function()),
    **_each("fbgemm_pack_gemm_matrix_fp16 fbgemm_pack_quantized_matrix", _Function()),
    **_each("quantized_lstm_cell quantized_gru_cell quantized_rnn_relu_cell quantized_rnn_tanh_cell", _Function()),
    **_each("lstm gru rnn_relu rnn_tanh", _Function(operates=True)),
}


def carry_out(recorder: Recorder, name: str, own: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """It reads true values; what it writes, and returns, is real. NotImplemented where it is still to be called."""
    function = BY_ADDRESS[name]
    tracks = [recorder.find(tensor) for tensor in tensors_in((args, kwargs))]
    recorder.settle(tracks)
    if function.operates:
        return NotImplemented
    reason = recorder.reason(name, tracks)
    for tensor in _at(function.told, args, kwargs):
        recorder.show(tensor, name)
    done = own(*args, **kwargs)
    for tensor in _at(function.written, args, kwargs):
        recorder.take(tensor, reason)
    for tensor in tensors_in(done):
        recorder.take_new(tensor, reason)
    return done


def _at(positions: tuple[int, ...], args: Any, kwargs: Any) -> list[torch.Tensor]:
    """The tensors at positions; all that were given by name, where a position was not."""
    return tensors_in([args[position] if position < len(args) else kwargs for position in positions])
