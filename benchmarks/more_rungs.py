"""Rungs of any other size, written on the command line."""

from benchmarks.rungs import RUNGS, Rung

FORMS = """\
dense:64-32-10:relu:labels:32        widths, activation, loss (labels or mse), batch; with mse the last layer has it too
rnn:32-128:50:32   lstm:32-128:50:32 inputs and units, steps, batch
conv:1-8-16-10:28:64                 channels and classes, side of the image, batch
block:64-4:4:64:16                   features and how many times as many in between, heads, steps, batch
"""


def rung(text: str) -> Rung:
    """The rung of that name, or what one of the forms above describes.

    Raises:
        ValueError: it is neither.
    """
    if text in RUNGS:
        return RUNGS[text]
    family, *parts = text.split(":")
    name = text.replace(":", "_").replace("-", "_")
    widths = tuple(map(int, parts[0].split("-"))) if parts else ()
    match family, parts[1:]:
        case "dense", [activation, ("labels" | "mse") as loss, batch]:
            last = "identity" if loss == "labels" else activation
            return Rung(name, text, family, widths, activation, int(batch), last, labels=loss == "labels")
        case (("rnn" | "lstm"), [steps, batch]):
            return Rung(name, text, family, widths, "tanh", int(batch), steps=int(steps))
        case "conv", [side, batch]:
            return Rung(name, text, family, widths, "relu", int(batch), labels=True, steps=int(side))
        case "block", [heads, steps, batch]:
            return Rung(name, text, family, widths, "gelu_tanh", int(batch), steps=int(steps), heads=int(heads))
    raise ValueError(f"{text!r} is none of {', '.join(RUNGS)}, nor of the form\n{FORMS}")
