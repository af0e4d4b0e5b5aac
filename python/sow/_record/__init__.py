"""The recorder: what a constructor does to tensors becomes steps (docs/recordings.md).

In reading order: tape.py has the steps and lines.py their text; follow.py asks the C library what they make. dispatch.py
watches torch's operations, each of which draws.py, elementwise.py, copies.py or factories.py makes a step of, or torch
carries out; generators.py has torch's generators meanwhile, hooks.py what is no operation, source.py the line of code.
record.py and fast.py are what users call.
"""
