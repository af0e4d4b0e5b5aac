"""Every model type of transformers with a configuration that is small enough to build many times."""

from __future__ import annotations

import contextlib
import copy
import functools
import re
from collections.abc import Callable
from typing import Any

import torch
import transformers
from transformers.models.auto import configuration_auto, modeling_auto

_DEPTH = re.compile(r"(layers?|blocks?|depths?|stages?)$|^n_layer|num_hidden_groups|num_repeats")
_WIDTH = re.compile(
    r"(hidden|intermediate|embed|embedding|model|channel|ffn|inner|proj|projection|latent|lora|bottleneck|state|filter"
    r"|feature|codebook|memory|conv|mlp|head|hidden_sizes|units|width)"
    r"\w*?_?(size|sizes|dim|dims|channels|rank|width|widths|features|units|filters)$"
    r"|^(d_model|d_kv|d_ff|d_inner|dim|n_embd|n_inner|hidden_sizes|width|dims|depths_width|head_dim|qk_\w+_dim|v_head_dim"
    r"|encoder_ffn_dim|decoder_ffn_dim|ffn_dim|embed_dim|feature_size|upsample_initial_channel|decoder_hidden_size"
    r"|conv_dim|classifier_proj_size|tdnn_dim|xvector_output_dim)$"
)
_VOCABULARY = re.compile(r"vocab_size$|^vocab_size|num_embeddings$|codebook_size$")
_EXPERTS = re.compile(r"num_(local_)?experts$|n_routed_experts$|moe_num_experts$")


def _shrink_number(key: str, value: int, depth: int, divisor: int, words: int) -> int:
    if _DEPTH.search(key):
        return min(value, depth)
    if _VOCABULARY.search(key):
        return min(value, words)
    if _EXPERTS.search(key):
        return min(value, 4)
    if _WIDTH.search(key) and value % divisor == 0 and value >= 2 * divisor:
        return value // divisor
    return value


def _shrink(config: Any, depth: int, divisor: int, words: int) -> None:
    for key, value in list(vars(config).items()):
        if isinstance(value, bool) or key.startswith("_"):
            continue
        if isinstance(value, transformers.PretrainedConfig):
            _shrink(value, depth, divisor, words)
        elif isinstance(value, int) and value > 0:
            _set(config, key, _shrink_number(key, value, depth, divisor, words))
        elif isinstance(value, (list, tuple)) and value and all(type(v) is int for v in value):
            _set(config, key, type(value)(_shrink_number(key, v, depth, divisor, words) for v in value))
    _tidy(config)


def _set(config: Any, key: str, value: Any) -> None:
    with contextlib.suppress(Exception):
        setattr(config, key, value)


def _tidy(config: Any) -> None:
    """Token numbers stay within the vocabulary, lists a layer get as long as there are layers."""
    words = getattr(config, "vocab_size", None)
    for key, value in list(vars(config).items()):
        if isinstance(words, int) and key.endswith("_token_id") and isinstance(value, int) and value >= words:
            _set(config, key, words - 1)
    layers = getattr(config, "num_hidden_layers", None)
    for key in ("layer_types", "layers_block_type", "mlp_layer_types"):
        kinds = getattr(config, key, None)
        if isinstance(layers, int) and isinstance(kinds, list) and len(kinds) > layers:
            _set(config, key, kinds[:layers])


def model_types() -> list[str]:
    names: Any = configuration_auto
    return [name for name in names.CONFIG_MAPPING_NAMES if name in modeling_auto.MODEL_MAPPING_NAMES]


# Layers at most, what widths are divided by, words at most: from small to as it is.
_TRIALS = [
    (2, 16, 99), (2, 8, 99), (2, 8, 2000), (4, 8, 2000), (2, 4, 2000), (4, 4, 60000), (99, 4, 60000),
    (4, 2, 10**6), (99, 2, 10**6), (4, 1, 10**6), (99, 1, 10**6),
]  # fmt: skip


def _trial(kind: Any, trial: tuple[int, int, int]) -> tuple[Any, Any]:
    """The base model's class of a configuration's, and a configuration that is shrunk."""
    config = kind()
    _shrink(config, *trial)
    classes = modeling_auto.MODEL_MAPPING[kind]
    return (classes[0] if isinstance(classes, (list, tuple)) else classes), config


def configuration(model_type: str, limit: int = 20_000_000) -> Callable[[], torch.nn.Module]:
    """A constructor of the type's base model with at most `limit` parameters; raises what the last trial raised."""
    kind = configuration_auto.CONFIG_MAPPING[model_type]
    failed: Exception = ValueError("no trial")
    for trial in _TRIALS:
        try:
            made, config = _trial(kind, trial)
            with torch.device("meta"):
                model = made(copy.deepcopy(config))
        except Exception as error:
            failed = error
            continue
        count = sum(parameter.numel() for parameter in model.parameters())
        if count <= limit:
            return functools.partial(_build, made, config)
        failed = ValueError(f"{count} parameters with {trial}")
    raise failed


def _build(made: Any, config: Any) -> torch.nn.Module:
    model: torch.nn.Module = made(copy.deepcopy(config))
    return model
