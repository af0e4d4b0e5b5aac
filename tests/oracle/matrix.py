"""Which models are compared under which rules, types and seeds."""
import collections

Case = collections.namedtuple("Case", "model rules dtype cast seed")

SMALL = ("resnet18", "googlenet", "swin_t", "r3d_18", "transformer", "recurrent", "assorted")
BIG = ("vgg11_bn", "vit_b_16", "c3d")
RULES = ("xavier", "kaiming", "gpt", "trunc")
SEEDS = (0, 1, 42, 1234567890123456789, -3, 2**32 + 7, 2**64 - 1)

# Types other than float32, and rounding on the way out
TYPED = (
    Case("resnet18", "default", "float64", None, 3), Case("transformer", "default", "float64", None, 4),
    Case("assorted", "default", "float64", None, 5), Case("recurrent", "xavier", "float64", None, 6),
    Case("assorted", "trunc", "float64", None, 7), Case("recurrent", "recurrent", "float64", None, 8),
    Case("resnet18", "default", "bfloat16", None, 9), Case("assorted", "gpt", "bfloat16", None, 10),
    Case("assorted", "xavier", "float16", None, 11), Case("transformer", "kaiming", "float16", None, 12),
    Case("recurrent", "default", "float16", None, 13), Case("transformer", "trunc", "bfloat16", None, 14),
    Case("resnet18", "kaiming", "float32", "bfloat16", 15), Case("transformer", "gpt", "float32", "float16", 16),
    Case("recurrent", "xavier", "float64", "float32", 17),
)


def select(level):
    """quick: seconds; normal: every model, the big ones under two rules each; full: the whole matrix."""
    pairs = [(model, rules) for model in SMALL for rules in ("default",) + RULES]
    pairs += [("recurrent", "recurrent"), ("assorted", "recurrent")]
    pairs += [("c3d", "default"), ("c3d", "c3d")]
    if level == "full":
        pairs += [(model, rules) for model in BIG for rules in ("default",) + RULES if (model, rules) not in pairs]
    else:
        pairs += [("vgg11_bn", "default"), ("vgg11_bn", "kaiming"), ("vit_b_16", "default"), ("vit_b_16", "gpt")]
    cases = [Case(model, rules, "float32", None, SEEDS[hash_of(model + rules) % len(SEEDS)]) for model, rules in pairs]
    cases += TYPED
    if level == "quick":
        cases = [case for case in cases if case.model in ("transformer", "recurrent", "assorted")]
    return cases


def hash_of(text):
    """The same in every process, which hash() is not."""
    return sum((i + 1) * byte for i, byte in enumerate(text.encode()))


def rules_path(rules):
    """Below the root of the tree; None for the default initialisation."""
    if rules == "default":
        return None
    return "examples/c3d/weights_init.rules" if rules == "c3d" else f"tests/oracle/rules/{rules}.rules"


def label(case):
    text = f"{case.model} {case.rules} {case.dtype}"
    if case.cast:
        text += f" cast to {case.cast}"
    return f"{text} seed {case.seed}"
