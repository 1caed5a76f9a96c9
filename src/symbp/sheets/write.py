"""Sheets of many students as files: a sheet and its solutions for each, a key of answers, questions for platforms."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from symbp.derive import NetworkDerivation
from symbp.errors import Fault, OutputError
from symbp.files import make_folder, write_files
from symbp.printing.document import Document
from symbp.printing.html import html_source
from symbp.printing.render import LeftOut, Written, pdf
from symbp.printing.spelled import ENGLISH, spelled
from symbp.printing.tex import tex_source
from symbp.sheets.moodle import moodle
from symbp.sheets.prairielearn import prairielearn
from symbp.sheets.printed import answer_rows, sheet_document, solution_document
from symbp.sheets.problem import problem
from symbp.sheets.question import Sheet
from symbp.sheets.sheet import QUESTIONS, sheet_of

Advance = Callable[[str, int, int], None]
Contents = dict[Path, bytes]
FORMATS = ("tex", "html", "pdf")
PLATFORMS = ("moodle", "prairielearn")  # that are written where they are named
MOST_STUDENTS = 1000
MOST_QUESTIONS = 50
LARGEST_SEED = 2**31 - 1
ENGINES_AT_ONCE = 2
HEADER = ("student", "question", "kind", "answer", "tolerance")


def write_sheets(
    derivation: NetworkDerivation,
    folder: str | Path,
    students: int,
    seed: int,
    questions: int = QUESTIONS,
    formats: Sequence[str] = FORMATS,
    language: str = ENGLISH,
    advance: Advance = lambda what, done, total: None,
) -> Written:
    """Write a sheet and its solutions for each student, and the key ``NAME-answers.csv``: all of them, or none.

    Args:
        students: How many; they are numbered from 1.
        seed: The same seed gives the same bytes.
        formats: Of ``FORMATS`` and ``PLATFORMS``.
        advance: Called with what is done next, how much is done and how much there is.

    Raises:
        Fault: a number makes no sense, or there are not as many questions.
        OutputError: a format is unknown, or the folder or a file cannot be written.
        CheckFailed: an answer is not what an independent computation gives; nothing is written.
    """
    _check(students, seed, questions, formats)
    folder = Path(folder)
    make_folder(folder)
    about = problem(derivation, language)
    name, title = derivation.network.name, derivation.network.title
    sheets, contents = [], Contents()
    documents: dict[str, Document] = {}
    for student in range(1, students + 1):
        advance("sheets", student - 1, students)
        sheets.append(sheet_of(about, student, seed, questions))
        for stem, document in _documents(sheets[-1], name, title, seed, students):
            told = spelled(document, language)
            for ending, source in SOURCES.items():
                if ending in formats:
                    contents[folder / f"{stem}.{ending}"] = source(told).encode()
            documents |= {stem: told} if "pdf" in formats else {}
    contents[folder / f"{name}-answers.csv"] = _key(sheets)
    contents |= _quizzes(sheets, folder, name, title, formats, language)
    printed, left_out, remarks = _pdfs(documents, folder, advance)
    write_files({**contents, **printed})
    shown = dict.fromkeys(folder / p.relative_to(folder).parts[0] for p in (*contents, *printed))
    return Written(tuple(shown), left_out, remarks)


SOURCES: dict[str, Callable[[Document], str]] = {"tex": tex_source, "html": html_source}


def _check(students: int, seed: int, questions: int, formats: Sequence[str]) -> None:
    """Nothing, if the numbers make sense."""
    for what, value, least, most in (
        ("students", students, 1, MOST_STUDENTS),
        ("the seed", seed, 0, LARGEST_SEED),
        ("questions", questions, 1, MOST_QUESTIONS),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Fault(f"{what}: {value!r} is not a whole number from {least} to {most:,}")
    unknown = [f for f in formats if f not in (*FORMATS, *PLATFORMS)]
    if unknown:
        raise OutputError(f'unknown format "{unknown[0]}"\n  Known: {", ".join((*FORMATS, *PLATFORMS))}')


def _documents(sheet: Sheet, name: str, title: str, seed: int, students: int) -> Iterator[tuple[str, Document]]:
    """The sheet and the solutions of a student, by the names of their files."""
    number = f"{sheet.student:0{max(2, len(str(students)))}}"
    yield f"{name}-{number}-sheet", sheet_document(sheet, title, seed)
    yield f"{name}-{number}-solutions", solution_document(sheet, title, seed)


def _key(sheets: Sequence[Sheet]) -> bytes:
    """The answers of all students as a table."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(row for sheet in sheets for row in answer_rows(sheet))
    return out.getvalue().encode()


def _quizzes(
    sheets: Sequence[Sheet], folder: Path, name: str, title: str, formats: Sequence[str], language: str
) -> Contents:
    """The questions for learning platforms."""
    contents = Contents()
    if "moodle" in formats:
        contents[folder / f"{name}-moodle.xml"] = moodle(sheets, name, title, language).encode()
    if "prairielearn" in formats:
        files = prairielearn(sheets, name, title, language)
        contents |= {folder / f"{name}-prairielearn" / path: data for path, data in files.items()}
    return contents


def _pdfs(
    documents: dict[str, Document], folder: Path, advance: Advance
) -> tuple[Contents, tuple[LeftOut, ...], tuple[str, ...]]:
    """The documents as PDF, what could not be made, and remarks; a fault that all have in common is told once."""
    contents, remarks = Contents(), dict[str, None]()
    left_out: list[LeftOut] = []
    with ThreadPoolExecutor(ENGINES_AT_ONCE) as engines:
        for done, (stem, (printed, words)) in enumerate(
            zip(documents, engines.map(pdf, documents.values()), strict=True)
        ):
            advance("PDF", done + 1, len(documents))
            remarks |= dict.fromkeys(words)
            path = folder / f"{stem}.pdf"
            if printed.pdf is not None:
                contents[path] = printed.pdf
            elif printed.log not in [other.reason for other in left_out]:
                left_out.append(LeftOut(path, printed.log))
    return contents, tuple(left_out), tuple(remarks)
