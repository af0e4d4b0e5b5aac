#!/usr/bin/env python3
"""Writes erf.txt: reference values of erf and erfinv from mpmath with 60 digits.

usage: python3 erf.py > erf.txt   (needs mpmath; made with 1.3.0)
"""
import random

import mpmath

mpmath.mp.dps = 60
random.seed(20240601)

print("# erf X VALUE (rounded to double) and erfinv Y HIGH LOW (HIGH + LOW is the value); made by erf.py")

points = [k / 16 for k in range(1, 100)] + [2**-0.5, 2**0.5, 4.5 / 2**0.5, 5.9215871957945065]
points += [random.uniform(-6, 6) for _ in range(100)] + [10.0 ** -random.uniform(0, 15) for _ in range(20)]
for x in points:
    print("erf", x.hex(), float(mpmath.erf(mpmath.mpf(x))).hex())

points = [k / 256 for k in range(1, 256)] + [1 - 2.0**-k for k in range(9, 54)] + [2.0**-k for k in range(9, 60, 5)]
points += [random.uniform(-1, 1) for _ in range(200)] + [1 - 10.0 ** -random.uniform(1, 15) for _ in range(100)]
for y in points:
    value = mpmath.erfinv(mpmath.mpf(y))
    high = float(value)
    print("erfinv", y.hex(), high.hex(), float(value - mpmath.mpf(high)).hex())
