"""Specs of networks of any depth and width, as text."""


def layer(units: int, activation: str) -> str:
    return f'[[layers]]\nkind = "dense"\nunits = {units}\nactivation = "{activation}"\n'


def dense(name: str, depth: int, width: int) -> str:
    """A network of ``depth`` dense layers, all but the last with ``width`` tanh units."""
    head = f'name = "{name}"\n\n[input]\nshape = [{width}]\n'
    layers = [layer(width, "tanh")] * (depth - 1) + [layer(1, "identity")]
    return "\n".join([head, *layers, '[loss]\nkind = "mse"\n'])


def lstm_stack(name: str, depth: int, width: int) -> str:
    """``depth`` LSTM layers with ``width`` units, each of which gives a sequence."""
    head = f'name = "{name}"\n\n[input]\nshape = ["T", {width}]\n'
    one = f'[[layers]]\nkind = "lstm"\nunits = {width}\nreturns = "sequence"\n'
    return "\n".join([head, *([one] * depth), '[loss]\nkind = "mse"\n'])
