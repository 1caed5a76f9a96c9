"""The programs that are timed, one file each: a function from a case to a training step."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """``title`` heads its column, ``place`` is ``module:function``; the function builds its ``Program``."""

    title: str
    place: str
    package: str = ""
    rungs: tuple[str, ...] = ()


_HERE = "benchmarks.ladder_peers"

PEERS: dict[str, Peer] = {
    "symbp": Peer("symbp", f"{_HERE}.emitted:workspace"),
    "plain": Peer("symbp plain", f"{_HERE}.emitted:plain"),
    "floor": Peer("floor", f"{_HERE}.floor:products"),
    "naive": Peer("naive", f"{_HERE}.naive:naive"),
    "eager": Peer("PyTorch eager", f"{_HERE}.torch_eager:eager", "torch"),
    "fused": Peer("PyTorch fused", f"{_HERE}.torch_eager:fused", "torch", ("R6r", "R6l")),
    "jax": Peer("JAX", f"{_HERE}.jax_jit:jit", "jax"),
}
