"""Run all benchmarks and write their table to benchmarks/RESULTS.md; exit status 1 if a limit is not kept."""

import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks import recurrent
from benchmarks.sections import RESULTS, write_section
from benchmarks.specs import dense, lstm_stack
from benchmarks.timing import Command, Ratio, interleaved, row, seconds

ROOT = Path(__file__).resolve().parents[1]
RELAY = str(ROOT / "examples" / "relay.toml")
DEPTHS = (25, 50, 100, 200)
WIDTHS = (10, 10_000)
ROUNDS = 7
QUICK_ROUNDS = 25  # of what takes a tenth of a second

RATIOS = (
    *(
        Ratio(f"`symbp code`, depth {deep} to depth {deep // 2}", f"depth {deep}", f"depth {deep // 2}", 2.3)
        for deep in DEPTHS[1:]
    ),
    Ratio("`symbp code`, depth 100, to `import sympy`", "depth 100", "import sympy", 8),
    Ratio("`symbp code`, width 10,000 to width 10", "width 10000", "width 10", 1.2),
    Ratio("`symbp notes` without PDF, width 10,000 to width 10", "notes 10000", "notes 10", 1.2),
    Ratio("`symbp code relay` to `import sympy`", "code relay", "import sympy", 4),
    Ratio("`symbp build relay` without PDF to `import sympy`", "build relay", "import sympy", 8),
    Ratio("`import relay` (the module) to `import numpy`", "import relay", "import numpy", 1.2),
    Ratio("`symbp --help` to `import sympy`", "help", "import sympy", 1),
    *(
        Ratio(f"training steps of {name}: the workspace to {what}", f"{kind} module", f"{kind} {how}", limit)
        for kind, name in (("rnn", "a simple recurrent layer"), ("lstm", "an LSTM"))
        for how, what, limit in (("hand", "NumPy by hand", 1.3), ("products", "its matrix products", 2.2))
    ),
    Ratio("`symbp code`, 20 LSTM layers to `import sympy`", "20 lstm", "import sympy", 14),
)


def python(statement: str) -> Command:
    return (sys.executable, "-c", statement)


def symbp(*arguments: str) -> Command:
    return (sys.executable, "-m", "symbp", *arguments)


def code(folder: Path, name: str, depth: int, width: int) -> Command:
    spec = folder / f"{name}.toml"
    spec.write_text(dense(name, depth, width))
    return symbp("code", str(spec), "-o", str(folder))


def notes(folder: Path, name: str) -> Command:
    return symbp("notes", str(folder / f"{name}.toml"), "-o", str(folder), "--format", "tex,html")


def quick(folder: Path) -> dict[str, Command]:
    """What only imports, by the name that the ratios use; ``folder`` holds the module of the relay."""
    return {
        "import numpy": python("import numpy"),
        "import relay": python(f"import sys; sys.path.insert(0, {str(folder)!r}); import relay"),
        "help": symbp("--help"),
    }


def thorough(folder: Path) -> dict[str, Command]:
    """What derives and writes, and the import that it is compared with."""
    return {
        "import sympy": python("import sympy"),
        "code relay": symbp("code", RELAY, "-o", str(folder)),
        "build relay": symbp("build", RELAY, "-o", str(folder), "--format", "tex,html,py"),
        **{f"depth {d}": code(folder, f"deep{d}", d, 32) for d in DEPTHS},
        **{f"width {w}": code(folder, f"wide{w}", 3, w) for w in WIDTHS},
        **{f"notes {w}": notes(folder, f"wide{w}") for w in WIDTHS},
        "20 lstm": stacked(folder, 20),
        **recurrent_steps(folder),
    }


def stacked(folder: Path, depth: int) -> Command:
    """The module of a stack of LSTM layers."""
    spec = folder / "stacked.toml"
    spec.write_text(lstm_stack("stacked", depth, 16))
    return symbp("code", str(spec), "-o", str(folder))


def recurrent_steps(folder: Path) -> dict[str, Command]:
    """The same training steps by hand, of an emitted module, and their matrix products alone, on one core."""
    found: dict[str, Command] = {}
    ways = {"module": str(folder), "hand": "hand", "products": "products"}
    for kind in ("rnn", "lstm"):
        spec = folder / f"{kind}.toml"
        spec.write_text(recurrent.spec(kind))
        seconds(symbp("code", str(spec), "-o", str(folder)))
        one = ("env", "OPENBLAS_NUM_THREADS=1", sys.executable, "-m", "benchmarks.recurrent", kind)
        found |= {f"{kind} {how}": (*one, where) for how, where in ways.items()}
    return found


def table() -> tuple[str, bool]:
    """The results as Markdown, and whether every limit is kept."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        times = interleaved(thorough(folder), ROUNDS) | interleaved(quick(folder), QUICK_ROUNDS)
    rows = [row(ratio, times) for ratio in RATIOS]
    machine = f"Python {platform.python_version()}, NumPy {version('numpy')}, SymPy {version('sympy')}"
    head = "| what is compared | first | second | ratio | at most | kept |\n|---|---|---|---|---|---|"
    lines = "\n".join(line for line, _ in rows)
    note = f"Medians of {ROUNDS} interleaved runs of whole processes ({QUICK_ROUNDS} for imports and help); {machine}, "
    note += f"{os.cpu_count()} cores. `make bench` writes this section."
    return f"## symbp and its imports\n\n{note}\n\n{head}\n{lines}\n", all(kept for _, kept in rows)


def main() -> int:
    text, kept = table()
    write_section(RESULTS, "symbp and its imports", text)
    print(text)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
