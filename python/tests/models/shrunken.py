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

SMALL = 20_000_000  # parameters, up to which a model is built without a look for a smaller one
LARGE = 1_200_000_000  # which no model has more of: it is held twice

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


_SERIES = {"prediction_length": 4, "context_length": 8}
_ROPE = {kind: {"rope_type": "default", "rope_theta": 1e4} for kind in ("full_attention", "sliding_attention")}
# Kernel, stride and padding of each convolution.
_INTRACLASS: dict[str, Any] = {"reduce_channel": [1, 1, 0], "return_channel": [1, 1, 0]}
for ratio, length in (("longratio", 7), ("midratio", 5), ("shortratio", 3)):
    _INTRACLASS[f"vertical_long_to_small_conv_{ratio}"] = [(length, 1), 1, "same"]
    _INTRACLASS[f"horizontal_small_to_long_conv_{ratio}"] = [(1, length), 1, "same"]
    _INTRACLASS[f"symmetric_conv_long_{ratio}"] = [length, 1, "same"]

# What a configuration of its own does not say, or says wrong, so that no model can be built of it.
_SETTINGS: dict[str, dict[str, Any]] = {
    "autoformer": _SERIES,
    "aya_vision": {"vision_config.num_attention_heads": 16},
    "chameleon": {"vocabulary_map": {"<image>": 4}},
    "cohere_compass": {"text_config.rope_parameters": _ROPE},
    "cohere_compass_text": {"rope_parameters": _ROPE},
    "dbrx": {"attn_config.rope_theta": 1e4},
    "deepseek_ocr2": {"text_config.mlp_layer_types": ["dense", *["sparse"] * 11]},
    "diffusion_gemma": {
        "text_config.num_experts": 4,
        "text_config.top_k_experts": 2,
        "text_config.moe_intermediate_size": 256,
    },
    "dots1": {"n_routed_experts": 8, "n_shared_experts": 1},
    "emu3": {"vocabulary_map": {"<image>": 4, "<|extra_200|>": 5}},
    "esm": {"vocab_size": 33},
    "gemma3n": {"text_config.num_kv_shared_layers": 0},
    "gemma3n_text": {"num_kv_shared_layers": 0},
    "granite4_vision": {"deepstack_layer_map": [[0, 0]], "downsample_rate": "4/8"},
    "hunyuan_v1_dense": {"head_dim": 128},
    "hunyuan_v1_moe": {"head_dim": 128},
    "hunyuan_vl": {"text_config.head_dim": 128},
    "hunyuan_vl_text": {"head_dim": 128},
    "informer": _SERIES,
    "lfm2_moe": {"layer_types": ["conv", "full_attention"] * 16},
    "ministral": {"head_dim": 128},
    "moonshine_streaming": {"num_key_value_heads": 8},
    "nemotron": {"num_key_value_heads": 8},
    "perception_lm": {
        "vision_config.architecture": "vit_tiny_patch16_224",
        "vision_config.model_args": {"embed_dim": 192, "depth": 2},
    },
    "pp_ocrv6_medium_det": {"intraclass_block_config": _INTRACLASS},
    "t5gemma2_encoder": {"text_config.dropout_rate": 0.0},
    "time_series_transformer": _SERIES,
    "timm_backbone": {"backbone": "resnet18"},
}

# Types whose base model is of another configuration than theirs.
_CLASSES = {
    "musicgen": "MusicgenForConditionalGeneration",
    "musicgen_melody": "MusicgenMelodyForConditionalGeneration",
}

# Layers at most, what widths are divided by, words at most: from small to as it is.
_TRIALS = [
    (2, 16, 99), (2, 8, 99), (2, 8, 2000), (4, 8, 2000), (2, 4, 2000), (4, 4, 60000), (99, 4, 60000),
    (4, 2, 10**6), (99, 2, 10**6), (4, 1, 10**6), (99, 1, 10**6),
]  # fmt: skip


def _configured(kind: Any) -> Any:
    config = kind()
    for path, value in _SETTINGS.get(config.model_type, {}).items():
        *holders, name = path.split(".")
        setattr(functools.reduce(getattr, holders, config), name, copy.deepcopy(value))
    return config


def _trial(kind: Any, trial: tuple[int, int, int]) -> tuple[Any, Any]:
    """The model's class, and a configuration that is shrunk."""
    config = _configured(kind)
    _shrink(config, *trial)
    if config.model_type in _CLASSES:
        return getattr(transformers, _CLASSES[config.model_type]), config
    classes = modeling_auto.MODEL_MAPPING[kind]
    return (classes[0] if isinstance(classes, (list, tuple)) else classes), config


def _size(made: Any, config: Any) -> int:
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in _build(made, config).parameters())


def configuration(model_type: str, limit: int = SMALL, most: int = LARGE) -> Callable[[], torch.nn.Module]:
    """A constructor of the type's base model: the first within `limit` parameters, else the smallest within `most`.

    Raises what the last trial raised, or ValueError for a type whose models are all larger.
    """
    kind = configuration_auto.CONFIG_MAPPING[model_type]
    found: list[tuple[int, Callable[[], torch.nn.Module]]] = []
    failed: Exception | None = None
    for trial in _TRIALS:
        try:
            made, config = _trial(kind, trial)
            count = _size(made, config)
        except Exception as error:
            failed = error
            continue
        found.append((count, functools.partial(_build, made, config)))
        if count <= limit:
            return found[-1][1]
    if not found:
        raise failed or ValueError("no trial")
    count, smallest = min(found, key=lambda one: one[0])
    if count > most:
        raise ValueError(f"{count} parameters at the least")
    return smallest


def _build(made: Any, config: Any) -> torch.nn.Module:
    model: torch.nn.Module = made(copy.deepcopy(config))
    return model
