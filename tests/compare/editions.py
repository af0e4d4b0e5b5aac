"""The editions of sow/generator.h, in its order."""
EDITIONS = ("1.13", "2.0", "2.1", "2.12", "2.13")
STARTS = tuple(tuple(int(part) for part in name.split(".")) for name in EDITIONS)


def edition_of(version):
    """That of torch.__version__."""
    major, minor = (int(part) for part in version.split(".")[:2])
    return EDITIONS[sum(start <= (major, minor) for start in STARTS) - 1]


def is_before(edition, other):
    return EDITIONS.index(edition) < EDITIONS.index(other)
