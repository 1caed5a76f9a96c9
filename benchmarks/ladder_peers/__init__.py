"""The programs that are timed, one file each: a function from a case to a training step."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from benchmarks.ladders.case import Case, Program
from benchmarks.rungs import Rung


@dataclass(frozen=True)
class Peer:
    """``title`` heads its column, ``what`` says more; ``function`` of ``module`` builds its program, where it ``fits``.

    ``package`` is what must be installed, if anything. ``one_blas_thread`` is for programs with threads of their own,
    which are there only where there are several.
    """

    title: str
    what: str
    module: str
    function: str
    package: str = ""
    fits: Callable[[Rung], bool] = lambda rung: True
    one_blas_thread: bool = False

    def runs(self, rung: Rung, threads: int) -> bool:
        return self.fits(rung) and (threads > 1 or not self.one_blas_thread)


def _recurrent(rung: Rung) -> bool:
    return rung.family in ("rnn", "lstm")


def _few_numbers(rung: Rung) -> bool:
    """Two layers of sigmoids, for programs that write every number out."""
    return rung.family == "dense" and len(rung.widths) == 3 and rung.last == "sigmoid" and max(rung.widths) < 8


def _never(rung: Rung) -> bool:
    """For programs of which only the time to a first step is measured."""
    return False


PEERS: dict[str, Peer] = {
    "symbp": Peer("Workspace", "the `Workspace` of the emitted module", "emitted", "workspace"),
    "parallel": Peer("ParallelWorkspace", "a `Workspace` for each thread", "emitted", "parallel", one_blas_thread=True),
    "plain": Peer("plain function", "its function `loss_and_grad`", "emitted", "plain"),
    "floor": Peer("floor", "only the matrix products that no program can do without", "floor", "products"),
    "naive": Peer("naive", "NumPy by hand as in a textbook", "naive", "naive"),
    "eager": Peer("PyTorch eager", "modules, forward, backward", "torch_eager", "eager", "torch"),
    "fused": Peer("PyTorch fused", "`nn.RNN` and `nn.LSTM`", "torch_eager", "fused", "torch", _recurrent),
    "compile": Peer("torch.compile", "the modules of PyTorch eager, compiled", "torch_compile", "compiled", "torch"),
    "jax": Peer("JAX", "`jit(value_and_grad(loss))`, waited for", "jax_jit", "jit", "jax"),
    "autograd": Peer("autograd", "HIPS autograd's `value_and_grad`", "hips_autograd", "grad", "autograd"),
    "pytensor": Peer("PyTensor", "`grad`, compiled by its default backend", "pytensor_graph", "graph", "pytensor"),
    "pytensor_c": Peer("PyTensor, in C", "by its older one", "pytensor_graph", "graph_in_c", "pytensor", _never),
    "lambdify": Peer(
        "SymPy lambdify", "all numbers written out, with `cse`", "scalars", "lambdified", fits=_few_numbers
    ),
    "numba": Peer("Numba", "loops by hand, compiled", "numba_loops", "loops", "numba", _few_numbers),
    "casadi": Peer("CasADi", "scalars in its own memory", "casadi_graph", "graph", "casadi", _few_numbers),
}


def maker(peer: str) -> Callable[[Case], Program]:
    """The function that builds the program, imported with all that it needs."""
    module = import_module(f"benchmarks.ladder_peers.{PEERS[peer].module}")
    function: Callable[[Case], Program] = getattr(module, PEERS[peer].function)
    return function


def installed(peer: str) -> bool:
    return not PEERS[peer].package or find_spec(PEERS[peer].package) is not None
