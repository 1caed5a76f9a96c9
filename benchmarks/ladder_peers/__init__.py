"""The programs that are timed, one file each: a function from a case to a training step."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from benchmarks.ladders.case import Case, Program
from benchmarks.rungs import Rung


@dataclass(frozen=True)
class Peer:
    """``title`` heads its column; ``function`` of ``module`` builds its program, for rungs that fit.

    ``package`` is what must be installed, if anything.
    """

    title: str
    module: str
    function: str
    package: str = ""
    fits: Callable[[Rung], bool] = lambda rung: True


def _recurrent(rung: Rung) -> bool:
    return rung.family in ("rnn", "lstm")


def _few_numbers(rung: Rung) -> bool:
    """Two layers of sigmoids, for programs that write every number out."""
    return rung.family == "dense" and len(rung.widths) == 3 and rung.last == "sigmoid" and max(rung.widths) < 8


PEERS: dict[str, Peer] = {
    "symbp": Peer("symbp", "emitted", "workspace"),
    "plain": Peer("symbp plain", "emitted", "plain"),
    "floor": Peer("floor", "floor", "products"),
    "naive": Peer("naive", "naive", "naive"),
    "eager": Peer("PyTorch eager", "torch_eager", "eager", "torch"),
    "fused": Peer("PyTorch fused", "torch_eager", "fused", "torch", _recurrent),
    "compile": Peer("torch.compile", "torch_compile", "compiled", "torch"),
    "jax": Peer("JAX", "jax_jit", "jit", "jax"),
    "autograd": Peer("autograd", "hips_autograd", "grad", "autograd"),
    "pytensor": Peer("PyTensor", "pytensor_graph", "graph", "pytensor"),
    "lambdify": Peer("SymPy lambdify", "scalars", "lambdified", fits=_few_numbers),
    "numba": Peer("Numba", "numba_loops", "loops", "numba", _few_numbers),
    "casadi": Peer("CasADi", "casadi_graph", "graph", "casadi", _few_numbers),
}


def maker(peer: str) -> Callable[[Case], Program]:
    """The function that builds the program, imported with all that it needs."""
    module = import_module(f"benchmarks.ladder_peers.{PEERS[peer].module}")
    function: Callable[[Case], Program] = getattr(module, PEERS[peer].function)
    return function


def installed(peer: str) -> bool:
    return not PEERS[peer].package or find_spec(PEERS[peer].package) is not None
