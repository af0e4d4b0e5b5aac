"""
The printed models of tests/data/models. NAME-VERSION.txt is what that torch prints and the later ones as well, until the
next file of that name; NAME.keys or NAME-VERSION.keys, likewise, is what state_dict() has.
"""
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parents[1] / "data" / "models"
VERSIONS = ("1.13", "2.6", "2.14")  # that prints were made by


def short(version):
    """ "2.14" for 2.14.1+debian"""
    return ".".join(version.split(".")[:2])


def find(name, version, ending="txt"):
    """The file that holds for the torch of that version; None if there is none."""
    known = VERSIONS[:VERSIONS.index(short(version)) + 1]
    files = [FOLDER / f"{name}-{one}.{ending}" for one in reversed(known)] + [FOLDER / f"{name}.{ending}"]
    return next((file for file in files if file.exists()), None)


def write(name, version, ending, text):
    """Writes a file if what holds for the version is something else. The older versions come first."""
    held = find(name, version, ending)
    if held is None or held.read_text() != text:
        (FOLDER / f"{name}-{short(version)}.{ending}").write_text(text)
