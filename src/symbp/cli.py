"""The command line. Each command imports its stage when it is called, so that ``symbp --help`` is quick.

Exit status: 0 done; 1 the spec, a file or a value is at fault, a check failed, or ``--check`` found a stale
file; 2 wrong use of the command line.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from symbp import __version__
from symbp.command.formulas import WithFormulas
from symbp.errors import SymbpError

if TYPE_CHECKING:
    from symbp.numpy_code import Style
    from symbp.printing.render import Format, Written

NOTES_FORMATS = ("tex", "html", "pdf", "slides", "snippets", "ipynb", "myst", "quarto")
BUILD_FORMATS = (*NOTES_FORMATS, "py")
MORE_FORMATS = ("slides-pdf", "typ")  # that are written where they are named
VIEWS = ("neuron", "layer", "index")  # as in symbp.notes, which --help does not import
STYLES = ("fast", "plain")  # as in symbp.numpy_code
Command = TypeVar("Command", bound=Callable[..., Any])


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


def several(choices: tuple[str, ...], more: tuple[str, ...] = ()) -> dict[str, Any]:
    """An option's value as names from a list, separated by commas; what comes back is in the order of the list.

    Without a value it is all ``choices``, and none of what there is ``more``.
    """
    known = (*choices, *more)

    def chosen(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
        wanted = choices if value is None else tuple(part.strip() for part in value.split(","))
        for name in wanted:
            if name not in known:
                raise click.BadParameter(f"{name!r} is not one of {', '.join(known)}.", context, parameter)
        return tuple(choice for choice in known if choice in wanted)

    return {"callback": chosen, "metavar": ",".join(known)}


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


FORMATS_HELP = f"Files to write; default: all that fit, but for {' and '.join(MORE_FORMATS)}."


def format_option(formats: tuple[str, ...]) -> Callable[[Command], Command]:
    return click.option("--format", "formats", **several(formats, MORE_FORMATS), help=FORMATS_HELP)


view_option = click.option("--view", "views", **several(VIEWS), help="Views to derive in; default: all that fit.")


def _known_language(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """The value, if there is a catalogue for it; empty if none is given."""
    if not value:
        return value
    from symbp.printing.spelled import languages

    if value not in languages():
        raise click.BadParameter(f"{value!r} is not one of {', '.join(languages())}.", context, parameter)
    return value


language_option = click.option(
    "--language",
    metavar="LANG",
    default="",
    callback=_known_language,
    help="Of the notes; default: the spec's.",
)


def _say(context: click.Context, written: Written) -> None:
    """Name what was written, what was done otherwise than one may expect, and what was left out and why.

    That something was left out is a failure if it was asked for by name.
    """
    for path in written.files:
        click.echo(f"wrote {path}")
    for remark in (*written.remarks, *written.left_out):
        click.echo(str(remark), err=True)
    asked = context.get_parameter_source("formats") is click.core.ParameterSource.COMMANDLINE
    if asked and written.left_out:
        context.exit(1)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="symbp")
def main() -> None:
    """Derive backpropagation for a network, as checked lecture notes and a fast NumPy module.

    A network is described by a spec, a TOML file: `symbp new first` writes one to begin with.
    """


@main.command()
@click.argument("name")
@click.option("--from", "example", metavar="EXAMPLE", default="relay", show_default=True, help="The example to copy.")
def new(name: str, example: str) -> None:
    """Write NAME.toml, a spec to begin with."""
    from symbp.command.gallery import write_spec

    path = write_spec(name, example, Path())
    click.echo(f"wrote {path}\nnext: symbp build {path}")


@main.command()
@spec_argument
@click.argument("weight", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(spec: Path, weight: tuple[str, ...], as_json: bool) -> None:
    """Print a network with its shapes, or the derivation of one weight.

    A weight is named as in the notes, or by its array and 1-based position:
    `symbp show relay.toml w31`, `symbp show relay.toml W2 1 1`.
    """
    import json

    from symbp.command.show import network_record, network_text, partial_record, partial_text
    from symbp.spec import faults_of, load

    network = load(spec)
    if weight:
        from symbp.derive import derive

        with faults_of(spec):
            record, text = partial_record(derive(network), weight), partial_text
    else:
        record, text = network_record(network), network_text
    click.echo(json.dumps(record, indent=2, ensure_ascii=False) if as_json else text(record))


@main.command()
@spec_argument
@folder_option
@format_option(NOTES_FORMATS)
@view_option
@language_option
@click.pass_context
def notes(
    context: click.Context,
    spec: Path,
    folder: Path,
    formats: tuple[Format, ...],
    views: tuple[str, ...],
    language: str,
) -> None:
    """Write the lecture notes: DIR/NAME.pdf, .tex, .html, .ipynb, .md and .qmd, slides, single equations for LaTeX."""
    from symbp.build import derivation_of, write_notes
    from symbp.spec import faults_of

    with faults_of(spec):
        _say(context, write_notes(derivation_of(spec), folder, formats, views, language))


@main.command()
@spec_argument
@folder_option
@click.option(
    "--style",
    type=click.Choice(STYLES),
    default="fast",
    show_default=True,
    help="With a workspace that computes in place, or as a textbook writes it: a new array for every equation.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with status 1 if DIR/NAME.py is not up to date.")
def code(spec: Path, folder: Path, style: Style, check: bool) -> None:
    """Write the NumPy module: DIR/NAME.py."""
    from symbp.build import check_module, derivation_of, write_module
    from symbp.spec import faults_of

    with faults_of(spec):
        derivation = derivation_of(spec)
        if check:
            click.echo(f"{check_module(derivation, folder, style)} is up to date")
        else:
            click.echo(f"wrote {write_module(derivation, folder, style)}")


@main.command()
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(specs: tuple[Path, ...]) -> None:
    """Compare every step and every gradient with independent computations."""
    from symbp.build import derivation_of
    from symbp.command.progress import progress_bar
    from symbp.spec import faults_of
    from symbp.verify import check_derivation

    failed = []
    for spec in specs:
        with faults_of(spec), progress_bar() as advance:
            report = check_derivation(derivation_of(spec), advance)
        click.echo(f"{spec}\n\n{report.table()}")
        failed += [] if report.passed else [str(spec)]
    if failed:
        raise Failed(f"the check failed: {', '.join(failed)}")


def _lengths(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, int]:
    """``T=50`` as a name and a number."""
    found = {}
    for value in values:
        name, _, size = value.partition("=")
        if not (name and size.isascii() and size.isdigit() and 0 < int(size) < 10**9):
            raise click.BadParameter(f"{value!r} is no length such as T=50.", context, parameter)
        found[name] = int(size)
    return found


@main.command()
@spec_argument
@click.option("--batch", type=click.IntRange(1), default=32, show_default=True, help="How many samples a step has.")
@click.option("--length", "lengths", multiple=True, metavar="T=50", callback=_lengths, help="A run-time length; 16.")
@click.option("--dtype", type=click.Choice(["float32", "float64"]), default="float32", show_default=True)
@click.option("--run", is_flag=True, help="Measure how long each equation takes.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(spec: Path, batch: int, lengths: dict[str, int], dtype: str, run: bool, as_json: bool) -> None:
    """Print what a training step of the module does: kernels, shapes, flops, bytes.

    One line for each equation, under the number that it has in the notes and the module. An equation that no fast
    form is known for is red.
    """
    import json

    from symbp.build import derivation_of
    from symbp.explain import account, record, table
    from symbp.spec import faults_of

    with faults_of(spec):
        found = account(derivation_of(spec), {"N": batch, **lengths}, dtype, run)
    if as_json:
        click.echo(json.dumps(record(found), indent=2))
    else:
        click.echo(table(found, lambda line: click.style(line, fg="red")), nl=False)


@main.command(context_settings={"ignore_unknown_options": True})  # a formula may begin with a minus
@spec_argument
@folder_option
@format_option(BUILD_FORMATS)
@view_option
@language_option
@click.pass_context
def build(
    context: click.Context,
    spec: Path,
    folder: Path,
    formats: tuple[Format, ...],
    views: tuple[str, ...],
    language: str,
) -> None:
    """Write everything: the NumPy module and the notes."""
    from symbp.build import derivation_of, write_all
    from symbp.spec import faults_of

    with faults_of(spec):
        _say(context, write_all(derivation_of(spec), folder, formats, views, language))


@main.command(cls=WithFormulas)
@spec_argument
@click.argument("what")
@click.argument("formula")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--run", is_flag=True, help="Run FORMULA, a file FILE.py or FILE.py:function, in a process of its own.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long it may run.",
)
@click.pass_context
def compare(
    context: click.Context, spec: Path, what: str, formula: str, as_json: bool, run: bool, timeout: float
) -> None:
    """Tell whether FORMULA is the gradient by WHAT, and if not, where it goes wrong and why.

    Neuron, layer or index notation, as in the notes:
    `symbp compare relay.toml w31 "delta3*a1"`, `symbp compare relay.toml W1 "delta1*x^T"`,
    `symbp compare relay.toml "W1[i,j]" "sum[n](delta1[n,i]*x[n,j])"`. A function of NumPy in a file:
    `symbp compare relay.toml W1 mine.py:backward --run`. Exit status 1: it is another one.
    """
    import json

    from symbp.build import derivation_of
    from symbp.compare import compare as compared
    from symbp.compare.functions import compare_file
    from symbp.compare.process import Limits, allow, is_file
    from symbp.spec import faults_of

    formula = formula.strip()
    with faults_of(spec):
        derivation = derivation_of(spec)
    allow(formula, run)
    if is_file(formula):
        found = compare_file(derivation, what, formula, Limits(timeout))
    else:
        found = compared(derivation, what, formula)
    click.echo(json.dumps(found.record(), indent=2, ensure_ascii=False) if as_json else found.text())
    context.exit(0 if found.equal else 1)


@main.command()
@click.argument("examples", metavar="EXAMPLE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON: a list with a record of each example.")
@click.pass_context
def audit(context: click.Context, examples: tuple[Path, ...], as_json: bool) -> None:
    """Judge the figures of worked examples: right, off in the last place, or wrong, and why.

    An example is a spec with the figures that a text prints, in [audit]. Exit status 1 if a figure is wrong.
    """
    from symbp.command.audit import print_audits

    if not print_audits(examples, as_json):
        context.exit(1)


SHEET_FORMATS = ("tex", "html", "pdf")  # as in symbp.sheets
PLATFORMS = ("moodle", "prairielearn")


@main.command()
@spec_argument
@folder_option
@click.option("--students", type=int, default=1, show_default=True, help="How many sheets.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same sheets.")
@click.option("--questions", type=int, default=10, show_default=True, help="How many questions a sheet has.")
@click.option(
    "--format",
    "formats",
    **several(SHEET_FORMATS, PLATFORMS),
    help=f"Files to write; default: {', '.join(SHEET_FORMATS)}.",
)
@language_option
@click.pass_context
def exercises(
    context: click.Context,
    spec: Path,
    folder: Path,
    students: int,
    seed: int,
    questions: int,
    formats: tuple[str, ...],
    language: str,
) -> None:
    """Write exercises about a network: a sheet and its solutions for each student, with other numbers and questions.

    DIR/NAME-01-sheet.pdf, DIR/NAME-01-solutions.pdf, ..., and the key of all answers, DIR/NAME-answers.csv.
    """
    from symbp.build import derivation_of
    from symbp.command.progress import progress_bar
    from symbp.sheets.write import write_sheets
    from symbp.spec import faults_of

    with faults_of(spec), progress_bar() as advance:
        derivation = derivation_of(spec)
        language = language or derivation.network.notes.language
        written = write_sheets(derivation, folder, students, seed, questions, formats, language, advance)
    _say(context, written)
