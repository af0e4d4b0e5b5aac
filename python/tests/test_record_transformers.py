"""Models of transformers, which wraps torch's initialisers: recorded once, written by the program at three seeds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from recorded import Program, check

os.environ["HF_HUB_OFFLINE"] = "1"
pytest.importorskip("transformers")

from models import shrunken

NAMES = """
    bert gpt2 llama mistral qwen2_moe qwen3_next gemma gemma2 gemma3_text t5 mt5 umt5 switch_transformers bart
    mbart pegasus marian m2m_100 blenderbot blenderbot-small bigbird_pegasus led longt5 mamba mamba2
    falcon_mamba zamba rwkv wav2vec2 wav2vec2-conformer hubert wavlm unispeech unispeech-sat sew sew-d
    data2vec-audio data2vec-text data2vec-vision whisper speech_to_text speecht5 clip clipseg chinese_clip
    altclip siglip siglip2 blip blip-2 vit vit_mae vit_msn deit beit dinov2 dinov2_with_registers ijepa swin
    swinv2 convnext convnextv2 cvt focalnet levit mobilevit mobilenet_v2 poolformer pvt pvt_v2 resnet segformer
    glpn hiera timesformer videomae vivit yolos vilt visual_bert lxmert layoutlm layoutlmv3 lilt markuplm tapas
    deberta deberta-v2 electra roberta roberta-prelayernorm albert distilbert mobilebert squeezebert fnet ibert
    nystromformer yoso mra big_bird longformer roformer rembert xlm-roberta xlm-roberta-xl xlnet xmod camembert
    ernie luke canine splinter convbert mpnet megatron-bert modernbert openai-gpt gptj gpt_neo gpt_neox_japanese
    gpt_bigcode codegen bloom opt xglm biogpt mpt falcon phi phi3 stablelm starcoder2 persimmon olmo olmo2 olmoe
    granite glm glm4 helium moonshine ernie4_5 smollm3 lfm2 patchtst patchtsmixer vits clap dac univnet fuyu
    kosmos-2 owlvit flava groupvit bridgetower donut-swin sam_vision_model decision_transformer dpt seggpt xclip
    plbart fsmt prophetnet nllb-moe
"""


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning", "error::sow.Warning")
@pytest.mark.parametrize("model_type", NAMES.split())
def test_recorded(model_type: str, program: Program, tmp_path: Path) -> None:
    check(shrunken.configuration(model_type), program, tmp_path)
