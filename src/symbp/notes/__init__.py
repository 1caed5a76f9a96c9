"""The lecture notes of one derivation, as a document."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from itertools import zip_longest

from symbp.derivation import adjoint_name
from symbp.derive import NetworkDerivation
from symbp.network import Described, Network
from symbp.notes.about import subject, too_large
from symbp.notes.agreement import check_numbers
from symbp.notes.architecture import architecture
from symbp.notes.backward import backward
from symbp.notes.described import KINDS, count
from symbp.notes.forward import forward
from symbp.notes.gradients import gradients
from symbp.notes.index import index_form
from symbp.notes.introduction import introduction, notation
from symbp.notes.inuse import in_use
from symbp.notes.layers import layer_form
from symbp.notes.local import local
from symbp.notes.module import module
from symbp.notes.normalising import normalising
from symbp.notes.pictures import pictures
from symbp.notes.printed import same_but_for_sizes
from symbp.notes.references import resolved
from symbp.notes.subject import Subject
from symbp.notes.through_time import through_time
from symbp.notes.updates import updates
from symbp.numpy_code import module_text
from symbp.printing.document import Document, Section

VIEWS = ("neuron", "layer", "index")
NAMED = frozenset(KINDS) - {"dense", "flatten", "activation", "add", "equations"}  # kinds that a subtitle tells
FIRST = ("attention", "embedding")  # and those that it tells before others


def notes(derivation: NetworkDerivation, views: Collection[str] = VIEWS) -> Document:
    """The notes of a network: sections 1 to 10, every displayed line evaluated before it is there.

    Args:
        views: In which of ``VIEWS`` the derivation is told; one that does not fit is left out (``left_out``).

    Raises:
        CheckFailed: a line does not hold; the message names its equation.
    """
    about = subject(derivation, views)
    check_numbers(about)
    code = module_text(derivation, "plain")
    network = derivation.network
    document = Document(network.title, tuple(_sections(about, code)), subtitle(network))
    if about.at_full_size is not about:
        full = replace(document, sections=tuple(_sections(about.at_full_size, code)))
        for shown, evaluated in zip_longest(full.displays(), document.displays()):
            same_but_for_sizes(shown, evaluated)
        document = full
    return resolved(document)


def subtitle(network: Described) -> str:
    """What kind of network the notes are about, in a line."""
    if not isinstance(network, Network):
        return "Backpropagation in a network given by its equations"
    if network.is_dense_chain:
        return f"Backpropagation in a {'-'.join(map(str, network.widths))} network"
    named = sorted((layer.kind for layer in network.layers if layer.kind in NAMED), key=lambda kind: kind not in FIRST)
    kinds = list(dict.fromkeys(_named(KINDS[kind]) for kind in named))
    told = f" with {', '.join(kinds[:3])}" if kinds else ""
    return f"Backpropagation in a network of {count(len(network.layers), 'layer')}{told}"


def _named(kind: str) -> str:
    """A kind of layer as a subtitle says it: with convolution, but with a recurrent layer."""
    return f"a {kind}" if kind.endswith(" layer") else kind


def _sections(about: Subject, code: str) -> list[Section]:
    drawn = architecture(about) if isinstance(about.network, Network) and not about.regular else pictures(about)
    sections = [introduction(about), notation(about), drawn, forward(about), local(about), *backward(about)]
    sections[6:6] = normalising(about)
    sections += through_time(about)
    if "layer" in about.views:
        sections += layer_form(about)
    sections += in_use(about)
    if "index" in about.views and about.worked and about.regular:
        sections.append(index_form(about))
    learns = about.worked and any(adjoint_name(t.name) in about.numbers for t in about.network.parameters)
    if learns:
        sections.append(gradients(about, code))
    sections.append(module(about, code))
    if learns:
        sections.append(updates(about))
    return sections


def left_out(derivation: NetworkDerivation, views: Collection[str] = VIEWS) -> tuple[str, ...]:
    """The views that do not fit a network, each with the reason."""
    if "neuron" not in views:
        return ()
    if derivation.network.example is None:
        return ("the neuron view was left out: the spec has no [example] to work in numbers",)
    if too_large(derivation):
        return ("the neuron view was left out: the network has too many quantities to name each of them",)
    return ()
