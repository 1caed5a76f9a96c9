"""The command line. Each command imports its stage when it is called, so that ``symbp --help`` is quick.

Exit status: 0 done; 1 the spec, a file or a value is at fault, a check failed, or ``--check`` found a stale
file; 2 wrong use of the command line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from symbp import __version__
from symbp.errors import SymbpError

NOTES_FORMATS = ("tex", "html", "pdf")
BUILD_FORMATS = (*NOTES_FORMATS, "py")
VIEWS = ("neuron", "layer", "index")


class Failed(click.ClickException):
    """A fault that a user can mend: its text on stderr, nothing else, and exit status 1."""

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


class Group(click.Group):
    """The commands, where a SymbpError ends the run with its text."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SymbpError as error:
            raise Failed(str(error)) from None


class Several(click.ParamType):
    """Names from a list, separated by commas; what comes back is in the order of the list."""

    name = "list"

    def __init__(self, choices: tuple[str, ...]) -> None:
        self.choices = choices

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        return ",".join(self.choices)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        wanted = [part.strip() for part in value.split(",")]
        for name in wanted:
            if name not in self.choices:
                self.fail(f"{name!r} is not one of {', '.join(self.choices)}.", param, ctx)
        return tuple(choice for choice in self.choices if choice in wanted)


spec_argument = click.argument("spec", type=click.Path(path_type=Path))
folder_option = click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path("build"),
    show_default=True,
    help="Where the files go; the folder is made if need be.",
)
view_option = click.option("--view", "views", type=Several(VIEWS), help="Views to derive in; default: all that fit.")


def format_option(formats: tuple[str, ...]) -> Any:
    return click.option("--format", "formats", type=Several(formats), help="Files to write; default: all that fit.")


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="symbp")
def main() -> None:
    """Derive backpropagation for a network, as checked lecture notes and a fast NumPy module.

    A network is described by a spec, a TOML file: `symbp new first` writes one to begin with.
    """
