"""Progress bars: on stderr, only if that is a terminal, and only once the work has taken a while."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

Advance = Callable[[str, int, int], None]
PATIENCE = 0.5  # seconds before a bar appears


@contextmanager
def progress_bar() -> Iterator[Advance]:
    """Gives a function to call with what is done next, how much is done and how much there is."""
    if not sys.stderr.isatty():
        yield lambda what, done, total: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("")
    start = time.monotonic()

    def advance(what: str, done: int, total: int) -> None:
        if time.monotonic() - start > PATIENCE:
            bar.start()
        bar.update(task, description=what, completed=done, total=total)

    try:
        yield advance
    finally:
        bar.stop()
