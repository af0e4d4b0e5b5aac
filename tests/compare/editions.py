"""The editions of sow/generator.h, in its order."""
EDITIONS = ("1.13", "2.0", "2.1", "2.12", "2.13")


def numbers_of(version):
    """(2, 14) of "2.14.1+cu130"."""
    return tuple(int(part) for part in version.split(".")[:2])


def edition_of(version):
    """That of torch.__version__."""
    return EDITIONS[sum(numbers_of(start) <= numbers_of(version) for start in EDITIONS) - 1]


def is_before(edition, other):
    return EDITIONS.index(edition) < EDITIONS.index(other)
