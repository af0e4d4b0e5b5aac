"""How near is near enough where sow and torch compute by different means."""


def is_close(kind, mean, scale, expected, found, digits):
    """Whether two values (floats) are as near as docs/fidelity.md says, for a type of `digits` binary digits."""
    if expected == found:
        return True
    if kind == "qr":
        return abs(expected - found) <= (1e-5 if digits <= 24 else 1e-13) * max(1.0, abs(scale))
    # Both errors of erfinv grow towards the ends, where its slope does: torch's reaches a hundred ulp at 4 sigma.
    sigmas = abs(expected - mean) / scale
    relative = 1e-6 if sigmas < 2.0 else 1e-5 if sigmas < 4.0 else 1e-2
    if digits > 24:
        relative *= 1e-8
    rounding = 2.0 ** -digits
    return abs(expected - found) <= (relative + 2 * rounding) * (abs(expected - mean) + abs(mean)) + rounding * scale
