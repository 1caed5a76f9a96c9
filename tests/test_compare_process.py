"""A user's file runs in a process of its own: what it returns comes back, and whatever else it does is told."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from symbp.compare.process import USUAL, Called, Limits, Returned, Shape, result, run_file
from symbp.errors import SpecError

VALUES = {
    "W1": np.array([[0.4, 0.3], [0.6, 0.9]]),
    "b1": np.array([0.1, 0.2]),
    "x": np.array([[0.5, 0.1]]),
    "y": np.array([[0.6, 0.2]]),
    "z1": np.array([[0.33, 0.59]]),
}
ROLES = {"parameters": ("W1", "b1"), "inputs": ("x",), "targets": ("y",), "masks": (), "state": ()}
CALL = Called(VALUES, {"N": 1}, ROLES)
posix = pytest.mark.skipif(sys.platform == "win32", reason="process groups and limits of POSIX")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return tmp_path / "mine.py"


def ran(path: Path, text: str, function: str = "", limits: Limits = USUAL) -> Returned:
    path.write_text(dedent(text))
    return run_file(f"{path}:{function}" if function else str(path), "W1", [CALL], limits)


def fault(path: Path, text: str, function: str = "", limits: Limits = USUAL) -> str:
    """The message without the folder of the test."""
    with pytest.raises(SpecError) as caught:
        ran(path, text, function, limits)
    return str(caught.value).replace(f"{path.parent}{os.sep}", "")


def test_arrays_go_there_and_come_back(mine: Path) -> None:
    found = ran(
        mine, "import numpy as np\ndef dW1(x, z1, N):\n    return np.float32(N) * z1.T @ x, [1, 2.5], {'b1': 3}"
    )
    assert found.trees == ({"several": [{"array": 0}, {"array": 1}, {"named": {"b1": {"array": 2}}}]},)
    first, second, third = found.arrays
    assert isinstance(first, np.ndarray) and isinstance(second, np.ndarray) and isinstance(third, np.ndarray)
    np.testing.assert_array_equal(first, VALUES["z1"].T @ VALUES["x"])
    assert second.tolist() == [1.0, 2.5]
    assert third.shape == () and third.dtype == int
    assert found.function == "dW1"


def test_each_call_has_its_own_values(mine: Path) -> None:
    mine.write_text("def f(p, X, Y):\n    X *= 2\n    return p.W1, X")
    other = Called({**VALUES, "W1": -VALUES["W1"]}, {"N": 1}, ROLES)
    found = run_file(str(mine), "", [CALL, other])
    assert [np.asarray(a).tolist() for a in found.arrays] == [
        VALUES["W1"].tolist(), [[1.0, 0.2]], (-VALUES["W1"]).tolist(), [[1.0, 0.2]],
    ]  # fmt: skip


def test_the_function_of_the_name_of_the_parameter_is_taken(mine: Path) -> None:
    text = "def sigmoid(z):\n    return z\ndef grad_b1(b1):\n    return b1\ndef grad_W1(W1):\n    return W1"
    assert ran(mine, text).function == "grad_W1"
    assert ran(mine, text, "grad_b1").function == "grad_b1"


def test_what_it_prints_is_kept_apart_and_shortened(mine: Path) -> None:
    found = ran(mine, 'import sys\ndef f(x):\n    for k in range(10**4):\n        print("\\x1b[31m", k)\n    return x')
    assert found.output.splitlines() == [*(rf"\x1b[31m {k}" for k in range(8)), "..."]
    assert found.trees == ({"array": 0},)


def test_a_file_beside_it_can_be_imported(mine: Path) -> None:
    (mine.parent / "beside_mine.py").write_text("two = 2")
    (mine.parent / "numpy.py").write_text("raise RuntimeError('this is not NumPy')")
    assert ran(mine, "from beside_mine import two\nimport numpy as np\ndef f(x):\n    return two * x").arrays


def test_it_sees_little_of_the_environment(mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_MINE", "1")
    text = """
        import os, sys
        def f(x):
            assert "SECRET_OF_MINE" not in os.environ and not os.listdir()
            assert sys.stdin is None or sys.stdin.read() == ""
            return x
        """
    assert ran(mine, text).arrays


def test_an_array_larger_than_any_answer_comes_back_as_its_shape(mine: Path) -> None:
    assert ran(mine, "import numpy as np\ndef f(x):\n    return np.zeros((300, 400))").arrays == (Shape((300, 400)),)


FAULTS = {
    "syntax": ("def f(x):\n    return x +", 'mine.py, line 2: is not Python: invalid syntax\n    return x +'),
    "null bytes": ("x = 1\0", "mine.py: is not Python: source code string cannot contain null bytes"),
    "no function": ("x = 1", "mine.py: it defines no function\n  Define one, such as def gradients(p, X, Y)."),
    "several": (
        "def one(x):\n    pass\ndef two(x):\n    pass\ndef _three(x):\n    pass",
        "mine.py: it defines 2 functions: one and two\n  Say which one: mine.py:one.",
    ),
    "argument": (
        "def f(x, w1):\n    pass",
        "mine.py: f: its argument w1 is called like no tensor of the network\n  Did you mean W1?",
    ),
    "arguments": (
        "def f(a, b):\n    pass",
        "mine.py: f: its argument a is called like no tensor of the network\n"
        "  There are W1, b1, x and y, and the values of the forward pass.",
    ),
    "raises": (
        "import numpy as np\ndef f(x, W1):\n    print('before')\n    return W1.reshape(3)",
        "mine.py, line 4: raises ValueError: cannot reshape array of size 4 into shape (3,)\n"
        "    return W1.reshape(3)\n  It was called with x (1, 2), W1 (2, 2).\n  It printed:\n    before",
    ),
    "raises at import": (
        "import nowhere_to_be_found",
        "mine.py, line 1: raises ModuleNotFoundError: No module named 'nowhere_to_be_found'\n"
        "    import nowhere_to_be_found",
    ),
    "an exception without text": (
        "class Mine(Exception):\n    def __str__(self):\n        raise RuntimeError\ndef f(x):\n    raise Mine",
        "mine.py, line 5: raises Mine\n    raise Mine\n  It was called with x (1, 2).",
    ),
    "sys.exit": (
        "import sys\ndef f(x):\n    sys.exit('bye')",
        "mine.py, line 3: raises SystemExit: bye\n    sys.exit('bye')\n  It was called with x (1, 2).",
    ),
    "os._exit": (
        "import os\ndef f(x):\n    os._exit(0)",
        "mine.py: ended the process, with exit status 0, before there was a result",
    ),
    "endless recursion": (
        "def f(x):\n    return f(x)",
        "mine.py, line 2: raises RecursionError: maximum recursion depth exceeded\n    return f(x)\n"
        "  It was called with x (1, 2).",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_whatever_else_it_does_is_told(mine: Path, name: str) -> None:
    text, message = FAULTS[name]
    assert fault(mine, text) == message


def test_a_function_that_is_not_there(mine: Path) -> None:
    text = "def grad_W1(x):\n    return x\ndef helper(x):\n    return x"
    assert fault(mine, text, "grad_W2") == (
        "mine.py: there is no function grad_W2 in it\n  It defines grad_W1 and helper."
    )
    assert fault(mine, "x = 1", "x") == "mine.py: there is no function x in it\n  It defines no function."


def test_files_that_cannot_be_read(mine: Path) -> None:
    with pytest.raises(SpecError, match=f"^{re.escape(str(mine))}: cannot be read: No such file or directory$"):
        run_file(str(mine), "W1", [CALL])
    with pytest.raises(SpecError, match=f"^{re.escape(str(mine.parent))}: is no file$"):
        run_file(str(mine.parent), "W1", [CALL])
    mine.write_bytes(b"x = '\xff'")
    with pytest.raises(SpecError, match=f"^{re.escape(str(mine))}: is not Python: it is no text in UTF-8$"):
        run_file(str(mine), "W1", [CALL])
    mine.write_bytes(b"#" * (2**20 + 1))
    with pytest.raises(
        SpecError, match=f"^{re.escape(str(mine))}: has 1,048,577 bytes; a file of at most 1,048,576 is run$"
    ):
        run_file(str(mine), "W1", [CALL])


def is_gone(mark: Path) -> bool:
    """Whether the process that wrote its number into a file ends at once."""
    number = int(mark.read_text())
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            os.kill(number, 0)
            state = Path("/proc", str(number), "stat").read_text().rpartition(")")[2].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return True
        if state == "Z":
            return True
        time.sleep(0.01)
    return False


CHILD = """
    import os, signal, subprocess, sys, time
    code = "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    code += "open({mark!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    def f(x):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("starting", flush=True)
        subprocess.Popen([sys.executable, "-c", code])
        while not (os.path.exists({mark!r}) and open({mark!r}).read()):
            time.sleep(0.01)
        {end}
    """


@posix
def test_what_does_not_return_is_killed_with_all_that_it_started(mine: Path) -> None:
    mark = mine.parent / "mark"
    started = time.monotonic()
    found = fault(mine, CHILD.format(mark=str(mark), end="time.sleep(600)"), limits=Limits(seconds=4))
    assert found == (
        "mine.py: did not return within 4 seconds\n  --timeout SECONDS gives it more time.\n"
        "  It printed:\n    starting"
    )  # fmt: skip
    assert time.monotonic() - started < 60
    assert is_gone(mark)


@posix
def test_what_it_started_does_not_outlive_its_result(mine: Path) -> None:
    mark = mine.parent / "mark"
    assert ran(mine, CHILD.format(mark=str(mark), end="return x")).arrays
    assert is_gone(mark)


@posix
def test_threads_that_go_on_keep_nobody_waiting(mine: Path) -> None:
    text = (
        "import threading, time\ndef f(x):\n    threading.Thread(target=time.sleep, args=(600,)).start()\n    return x"
    )
    assert ran(mine, text).arrays


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not limit the memory of a process")
def test_too_much_memory(mine: Path) -> None:
    message = (
        "mine.py: needs more memory than 1 GiB\n  Compute with smaller arrays: a gradient is as large as its parameter."
    )
    assert fault(mine, "import numpy as np\ndef f(x):\n    return np.ones((10**5, 10**5))") == message
    assert fault(mine, "def f(x):\n    a = [0]\n    while True:\n        a = a + a") == message


@posix
def test_a_crash(mine: Path) -> None:
    text = "import os, signal\ndef f(x):\n    os.kill(os.getpid(), signal.SIGSEGV)"
    assert fault(mine, text) == "mine.py: ended the process by SIGSEGV before there was a result"


GARBAGE = "mine.py: wrote something else than its result to where that is expected"
RECORDS = {
    "no JSON": "nothing",
    "no object": "[]",
    "nested": "[" * 10**5,
    "nothing": "{}",
    "too long": " " * (2**22 + 1),
    "no tree": '{"returned": ["array"], "arrays": []}',
    "two kinds": '{"returned": [{"array": 0, "other": "a"}], "arrays": []}',
    "no array": '{"returned": [{"array": 0}], "arrays": []}',
    "not there": '{"returned": [], "arrays": [{"dtype": "<f8", "shape": [3], "kept": true}]}',
    "objects": '{"returned": [], "arrays": [{"dtype": "|O8", "shape": [], "kept": true}]}',
    "no length": '{"returned": [], "arrays": [{"dtype": "<f8", "shape": [-1], "kept": true}]}',
    "too large": '{"returned": [], "arrays": [{"dtype": "<f8", "shape": [1000000000, 1000000], "kept": true}]}',
}


def test_garbage_in_place_of_the_result_is_refused(mine: Path) -> None:
    """A function that knows where the result is expected, and writes it itself."""
    text = """
        import os
        def f(x):
            folder = os.path.dirname(os.getcwd())
            with open(folder + "/result.json", "w") as file:
                file.write("nothing")
            os._exit(0)
        """
    assert fault(mine, text) == GARBAGE


@pytest.mark.parametrize("name", RECORDS)
def test_records_that_are_none_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "output").write_bytes(b"")
    (tmp_path / "result.bin").write_bytes(b"")
    (tmp_path / "result.json").write_text(RECORDS[name])
    with pytest.raises(SpecError) as caught:
        result(tmp_path, Path("mine.py"), 0, 10**6, USUAL)
    assert str(caught.value) == GARBAGE


NO_NUMBERS = {
    "None": "None",
    '"text"': "a str",
    "np.array(['a'])": "a ndarray of dtype <U1",
    "np.array([object()])": "a ndarray of dtype object",
    "np.array([1j])": "a ndarray of dtype complex128",
    "lambda: 1": "a function",
    "{1, 2}": "a set",
    "[1] * 2000 + [None]": "a list of 2001 entries",
    "{k: 1 for k in range(2000)}": "a dict of 2000 entries",
    "[[[[[[x, x]]]]]]": "something nested deeper than four levels",
}


def test_what_holds_no_numbers_comes_back_as_the_name_of_its_type(mine: Path) -> None:
    found = ran(mine, f"import numpy as np\ndef f(x):\n    return ({', '.join(NO_NUMBERS)})")
    (tree,) = found.trees
    *flat, nested = tree["several"]
    assert [leaf["other"] for leaf in flat] == [*NO_NUMBERS.values()][:-1]
    assert str(nested).count("several") == 3 and NO_NUMBERS["[[[[[[x, x]]]]]]"] in str(nested)
    assert found.arrays == ()
