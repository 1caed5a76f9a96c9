"""The lecture notes of one derivation, as a document."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from itertools import zip_longest

from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.network import Described, Network
from symbp.notes.about import subject, too_large
from symbp.notes.agreement import check_numbers
from symbp.notes.architecture import architecture
from symbp.notes.backward import backward
from symbp.notes.cells import cells
from symbp.notes.described import KINDS, layer_count
from symbp.notes.exercises import exercises
from symbp.notes.facts import check_facts
from symbp.notes.forward import forward
from symbp.notes.gradients import gradients
from symbp.notes.gradients_whole import gradients_whole
from symbp.notes.index import index_form
from symbp.notes.introduction import introduction, notation
from symbp.notes.inuse import in_use
from symbp.notes.layers import layer_form
from symbp.notes.local import local
from symbp.notes.module import module
from symbp.notes.normalising import normalising
from symbp.notes.own import with_own_text
from symbp.notes.pictures import pictures
from symbp.notes.printed import same_but_for_sizes
from symbp.notes.references import resolved
from symbp.notes.subject import Subject
from symbp.notes.through_time import through_time
from symbp.notes.trouble import trouble
from symbp.notes.updates import updates
from symbp.notes.updates_whole import updates_whole
from symbp.printing.document import Document, Section
from symbp.printing.spelled import spelled
from symbp.wording import Message, in_commas, say

VIEWS = ("neuron", "layer", "index")
NAMED = frozenset(KINDS) - {"dense", "flatten", "activation", "add", "equations"}  # kinds that a subtitle tells
MOST_WIDTHS = 10  # of the layers of a chain, that a subtitle lists
FIRST = ("attention", "embedding")  # and those that it tells before others
ONE = {"rnn": say("a recurrent layer")}  # with convolution, but with a recurrent layer


def notes(derivation: NetworkDerivation, views: Collection[str] = VIEWS, language: str = "") -> Document:
    """The notes of a network in a language, every displayed line evaluated before it is there.

    Args:
        views: In which of ``VIEWS`` the derivation is told; one that does not fit is left out (``left_out``).
        language: One that there is a catalogue for (``symbp.printing.spelled.languages``); that of the network's
            ``notes`` if it is empty.

    Raises:
        CheckFailed: a line does not hold; the message names its equation.
        SpecError: an own text refers to an equation that there is not.
    """
    network = derivation.network
    choice, language = network.notes, language or network.notes.language
    about = subject(derivation, views, language)
    check_numbers(about)
    chosen = [key for key in choice.order if key in SECTIONS]
    document = Document(network.title, _sections(about, chosen), subtitle(network))
    check_facts(about, document.sections)
    if about.at_full_size is not about:
        full = replace(document, sections=_sections(about.at_full_size, chosen))
        for shown, evaluated in zip_longest(full.displays(), document.displays()):
            same_but_for_sizes(shown, evaluated)
        document = full
    rest = [key for key in SECTIONS if key not in chosen]
    document = with_own_text(document, choice, lambda: _sections(about.at_full_size, rest))
    told = replace(document, cells=cells(about), module=about.code)
    return resolved(spelled(told, language))


def subtitle(network: Described) -> Message:
    """What kind of network the notes are about, in a line."""
    if not isinstance(network, Network):
        return say("Backpropagation in a network given by its equations")
    if network.is_dense_chain and len(network.widths) <= MOST_WIDTHS:
        return say("Backpropagation in a {widths} network", widths="-".join(map(str, network.widths)))
    named = sorted((layer.kind for layer in network.layers if layer.kind in NAMED), key=lambda kind: kind not in FIRST)
    kinds = list(dict.fromkeys(ONE.get(kind, KINDS[kind]) for kind in named))
    number = layer_count(len(network.layers))
    if not kinds:
        return say("Backpropagation in a network of {layers}", layers=number)
    return say("Backpropagation in a network of {layers} with {kinds}", layers=number, kinds=in_commas(kinds[:3]))


def _sections(about: Subject, keys: Collection[str]) -> tuple[Section, ...]:
    """The sections of some keys in their order, as far as a network has them."""
    return tuple(section for key in keys for section in _keyed(key, SECTIONS[key](about)))


def _keyed(key: str, sections: Collection[Section]) -> list[Section]:
    """Sections under one key: the first is numbered and has the key, what follows are headings within it."""
    return [replace(s, level=2) if place else replace(s, key=key, level=1) for place, s in enumerate(sections)]


def _network(about: Subject) -> list[Section]:
    drawn = architecture if isinstance(about.network, Network) and not about.regular else pictures
    return [drawn(about)]


def _backward(about: Subject) -> list[Section]:
    first, *others = backward(about)
    return [first, *normalising(about), *others, *through_time(about)]


def _layers(about: Subject) -> list[Section]:
    sections = list(layer_form(about)) if "layer" in about.views else []
    if "index" in about.views and about.worked and about.regular:
        sections.append(index_form(about))
    return [*sections, *in_use(about)]


def _gradients(about: Subject) -> list[Section]:
    if not _learns(about):
        return []
    return [gradients(about) if about.worked else gradients_whole(about)]


def _updates(about: Subject) -> list[Section]:
    if not _learns(about):
        return []
    return [updates(about) if about.worked else updates_whole(about)]


def _learns(about: Subject) -> bool:
    return any(adjoint_name(t.name) in about.numbers for t in about.network.parameters)


# The sections of the notes in their order; of a network that has no use for one it is left out.
SECTIONS: dict[str, Callable[[Subject], list[Section]]] = {
    "introduction": lambda about: [introduction(about)],
    "notation": lambda about: [notation(about)],
    "network": _network,
    "forward": lambda about: [forward(about)],
    "local": lambda about: [local(about)],
    "backward": _backward,
    "layers": _layers,
    "gradients": _gradients,
    "module": lambda about: [module(about)],
    "updates": _updates,
    "trouble": trouble,
    "exercises": exercises,
}


def sections_left_out(derivation: NetworkDerivation, document: Document) -> tuple[str, ...]:
    """The sections that a spec names and its network has no use for, each in a sentence."""
    there = {section.key for section in document.sections}
    named = derivation.network.notes.chosen or ()
    return tuple(
        f'the section "{key}" was left out: this network has nothing to say in it'
        for key in named
        if key in SECTIONS and key not in there
    )


def left_out(derivation: NetworkDerivation, views: Collection[str] = VIEWS) -> tuple[str, ...]:
    """The views that do not fit a network, each with the reason."""
    if "neuron" not in views:
        return ()
    if derivation.network.example is None:
        return ("the neuron view was left out: the spec has no [example] to work in numbers",)
    if too_large(derivation):
        return ("the neuron view was left out: the network has too many quantities to name each of them",)
    return ()
