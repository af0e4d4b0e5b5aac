"""The side that builds models by their own constructors, plainly or within sow.fast(): the protocol of bench_sow.c."""
import gc

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


class Builder(bench_torch.Settings):
    def build(self, model, how):
        """One construction, since each leaves gigabytes behind, which are given back before the next one begins."""
        begin = self.now()
        if how == 'fast':
            with sow.fast():
                made = MODELS[model]()
        else:
            made = MODELS[model]()
        passed = self.now() - begin
        del made
        gc.collect()
        return f'{passed:.9e}'


def main():
    torch.manual_seed(0)
    builder = Builder()
    bench_torch.obey({**builder.commands(), 'build': (builder.build, 2)})


if __name__ == '__main__':
    main()
