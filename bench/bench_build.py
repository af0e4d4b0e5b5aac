"""The side that builds models by their own constructors, plainly or within sow.fast(): the protocol of bench_sow.c."""
import functools
import gc
import mmap
import time

import bench_torch
import torch
import transformers

import sow


def gpt2_xl():
    return transformers.GPT2LMHeadModel(transformers.GPT2Config(n_embd=1600, n_layer=48, n_head=25))


def llama():
    return transformers.LlamaForCausalLM(
        transformers.LlamaConfig(hidden_size=2048, intermediate_size=5632, num_hidden_layers=22, num_attention_heads=32,
                                 num_key_value_heads=4, vocab_size=32000))


def vit_l():
    return transformers.ViTModel(
        transformers.ViTConfig(hidden_size=1024, num_hidden_layers=24, num_attention_heads=16, intermediate_size=4096))


def resnet_50():
    return transformers.ResNetModel(transformers.ResNetConfig())  # its defaults are ResNet-50


MODELS = {function.__name__: function for function in (gpt2_xl, llama, vit_l, resnet_50)}


@functools.cache
def bytes_of(model):
    with torch.device('meta'):
        return sum(parameter.nbytes for parameter in MODELS[model]().parameters())


def warm_memory(model):
    """Touches as many pages as the model takes and gives them back: a virtual machine's host takes pages that lie free, and
    is slow to bring them again, which neither side is to be timed for. Large pages, since the kernel hands the large free
    pieces that came back last to either side, whole or cut; its clearing of pages stays in the time."""
    memory = mmap.mmap(-1, bytes_of(model), flags=mmap.MAP_PRIVATE)
    memory.madvise(mmap.MADV_HUGEPAGE)
    torch.frombuffer(memory, dtype=torch.uint8).fill_(1)


class Builder(bench_torch.Settings):
    def build(self, model, how):
        """One construction, since each leaves gigabytes behind, which are given back before the next one begins."""
        gc.collect()
        warm_memory(model)
        begin = self.now()
        if how == 'fast':
            with sow.fast():
                made = MODELS[model]()
        else:
            made = MODELS[model]()
        passed = self.now() - begin
        del made
        return f'{passed:.9e}'


def main():
    torch.manual_seed(0)
    builder = Builder()
    bench_torch.obey({**builder.commands(), 'build': (builder.build, 2)})


if __name__ == '__main__':
    main()
