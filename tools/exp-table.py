#!/usr/bin/env python3
"""Prints the rows of src/kernel/core/exp_table.c: 2^(j/64), each as the sum of two doubles."""

from decimal import Decimal, getcontext

ROWS = 64
getcontext().prec = 60

for j in range(ROWS):
    exact = (Decimal(2).ln() * j / ROWS).exp() if j > 0 else Decimal(1)
    high = float(exact)
    low = float(exact - Decimal(high))
    print(f'    {{{high.hex()}, {low.hex()}}},')
