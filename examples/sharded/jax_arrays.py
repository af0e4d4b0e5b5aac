"""JAX: each device's part of an array is made for it alone, whatever the sharding.

XLA_FLAGS=--xla_force_host_platform_device_count=8 python jax_arrays.py
"""

import jax
import numpy
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

import sow

model = sow.printed("""Net(
  (embeddings): Embedding(1000, 96)
  (output): Linear(in_features=96, out_features=1000, bias=True)
)""")
plan = model.plan(seed=42)

mesh = Mesh(numpy.array(jax.devices()).reshape(2, -1), ("dp", "tp"))
specs = {"embeddings.weight": P("dp", "tp"), "output.weight": P(("tp", "dp")), "output.bias": P("tp")}

arrays = {}
for name in plan:
    sharding = NamedSharding(mesh, specs[name])
    arrays[name] = jax.make_array_from_callback(
        plan.shape(name), sharding, lambda index, name=name: plan.block(name, index)
    )

same = all(numpy.array_equal(numpy.asarray(array), plan[name]) for name, array in arrays.items())
print(f"{len(jax.devices())} devices: {'the bits of one process' if same else 'DIFFERS'}")
assert same
