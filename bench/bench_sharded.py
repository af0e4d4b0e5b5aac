"""What one rank of a sharded Llama takes to make its part: seconds, memory, words of the stream.

Ranks run one at a time, each in a process of its own whose group is torch's fake one: whatever needed another rank
would come to nothing. `--count PROGRAM` (build/bench/count_words) counts the words as well.
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

MODELS = {  # hidden, intermediate, layers, heads, pairs of keys and values, words
    'llama-3-70b': (8192, 28672, 80, 64, 8, 128256),
    'llama-3-8b': (4096, 14336, 32, 32, 8, 128256),
    'tiny': (256, 512, 2, 8, 2, 1000),
}


def construct(name):
    from transformers import LlamaConfig, LlamaForCausalLM

    hidden, intermediate, layers, heads, pairs, words = MODELS[name]
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=words, hidden_size=hidden, intermediate_size=intermediate, num_hidden_layers=layers,
        num_attention_heads=heads, num_key_value_heads=pairs, max_position_embeddings=8192, rope_theta=500000.0))


def peak():
    """Bytes of memory that the process has had at most."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


# ---- one rank ----


def parallelise(model, mesh):
    """As torchtitan does: tensor parallel, and FSDP2 over it, a layer at a time."""
    from torch.distributed.fsdp import fully_shard
    from torch.distributed.tensor import Replicate, Shard
    from torch.distributed.tensor.parallel import (
        ColwiseParallel, RowwiseParallel, SequenceParallel, parallelize_module)

    parallelize_module(model, mesh['tp'], {
        'model.embed_tokens': RowwiseParallel(input_layouts=Replicate(), output_layouts=Shard(1)),
        'model.norm': SequenceParallel(),
        'lm_head': ColwiseParallel(input_layouts=Shard(1), output_layouts=Replicate()),
    })
    for layer in model.model.layers:
        parallelize_module(layer, mesh['tp'], {
            'input_layernorm': SequenceParallel(),
            'self_attn.q_proj': ColwiseParallel(),
            'self_attn.k_proj': ColwiseParallel(),
            'self_attn.v_proj': ColwiseParallel(),
            'self_attn.o_proj': RowwiseParallel(output_layouts=Shard(1)),
            'post_attention_layernorm': SequenceParallel(),
            'mlp.gate_proj': ColwiseParallel(),
            'mlp.up_proj': ColwiseParallel(),
            'mlp.down_proj': RowwiseParallel(output_layouts=Shard(1)),
        })
        fully_shard(layer, mesh=mesh['dp'])
    return fully_shard(model, mesh=mesh['dp'])


def run_rank(given):
    import torch
    import torch.distributed as dist
    from torch.distributed.device_mesh import init_device_mesh
    from torch.testing._internal.distributed.fake_pg import FakeStore

    import sow

    shape = tuple(map(int, given.mesh.split('x')))
    dist.init_process_group('fake', rank=given.rank, world_size=shape[0] * shape[1], store=FakeStore())
    mesh = init_device_mesh('cpu', shape, mesh_dim_names=('dp', 'tp'))
    with torch.device('meta'):
        model = construct(given.model).to(getattr(torch, given.dtype))
    model = parallelise(model, mesh)
    begun = time.perf_counter()
    recording = sow.load(given.recording)
    loaded = time.perf_counter()
    before, spent = peak(), time.process_time()
    sow.materialize(model, recording, 'cpu', seed=given.seed, threads=given.threads)
    done, spent = time.perf_counter(), time.process_time() - spent
    locals_ = [tensor.to_local() for tensor in model.parameters()]
    print(json.dumps({
        'rank': given.rank,
        'load': loaded - begun,
        'seconds': done - loaded,
        'processor': spent,
        'shards': sum(tensor.numel() * tensor.element_size() for tensor in locals_),
        'more': peak() - before,
        'peak': peak(),
        'blocks': blocks_of(model),
    }))


def blocks_of(model):
    """The lines that count_words reads: torch's own arithmetic, not sow's. Sizes of Llama are even, so it is right."""
    from torch.distributed.tensor._utils import compute_local_shape_and_global_offset

    lines = []
    for name, tensor in model.named_parameters():
        size, begin = compute_local_shape_and_global_offset(tensor.shape, tensor.device_mesh, tensor.placements)
        if 0 not in size:
            lines.append(' '.join(map(str, [name, *begin, *size])))
    return lines


# ---- all ranks ----


def ask_rank(given, rank):
    command = [sys.executable, __file__, '--rank', str(rank), '--recording', given.recording, '--model', given.model,
               '--mesh', given.mesh, '--seed', str(given.seed), '--dtype', given.dtype, '--threads', str(given.threads)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def count(given, blocks):
    done = subprocess.run([given.count, given.recording, str(given.seed)], input='\n'.join(blocks) + '\n',
                          stdout=subprocess.PIPE, check=True, text=True)
    return [int(part.split()[0]) for part in done.stdout.split(',')]


def record(given):
    import sow

    begun, before = time.perf_counter(), peak()
    sow.record(lambda: construct(given.model)).save(given.recording)
    print(f'recorded in {time.perf_counter() - begun:.1f} s and {(peak() - before) / 1e6:.0f} MB, '
          f'{os.path.getsize(given.recording) / 1e6:.2f} MB of text')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--model', choices=MODELS, default='llama-3-70b')
    parser.add_argument('--mesh', default='8x8', help='FSDP2 x tensor parallel')
    parser.add_argument('--ranks', default='0,27,63')
    parser.add_argument('--dtype', default='float32')
    parser.add_argument('--seed', type=int, default=42)
    parser.add_argument('--threads', type=int, default=0)
    parser.add_argument('--recording', help='where it is, or is to be')
    parser.add_argument('--count', help='the program count_words')
    parser.add_argument('--rank', type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.recording = given.recording or f'{given.model}.sow'
    if given.rank is not None:
        run_rank(given)
        return
    if not Path(given.recording).exists():
        record(given)
    for rank in map(int, given.ranks.split(',')):
        told = ask_rank(given, rank)
        line = (f"rank {rank}: {told['seconds']:.2f} s, {told['processor']:.2f} of processors, {told['shards'] / 1e6:.0f} MB of shards, "
                f"{(told['more'] - told['shards']) / 1e6:.0f} MB beside them, {told['peak'] / 1e6:.0f} MB in all; "
                f"recording read in {told['load']:.2f} s")
        if given.count:
            words, rows, _ = count(given, told['blocks'])
            line += f'; {words / 1e9:.3f} G words, {rows / 1e9:.3f} G of its rows: {words / rows:.4f}'
        print(line, flush=True)


if __name__ == '__main__':
    main()
