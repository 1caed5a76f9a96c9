"""The lecture notes of one derivation, as a document."""

from __future__ import annotations

from symbp.derive import NetworkDerivation
from symbp.document import Document, Section
from symbp.notes.backward import backward
from symbp.notes.forward import forward
from symbp.notes.gradients import gradients
from symbp.notes.introduction import introduction, notation
from symbp.notes.layers import layer_form
from symbp.notes.local import local
from symbp.notes.module import module
from symbp.notes.pictures import pictures
from symbp.notes.subject import Subject, subject
from symbp.notes.updates import updates
from symbp.numpy_code import module_text


def notes(derivation: NetworkDerivation) -> Document:
    """The notes of a network: sections 1 to 10, every displayed line evaluated before it is there.

    Raises:
        CheckFailed: a line does not hold; the message names its equation.
    """
    about = subject(derivation)
    code = module_text(derivation)
    network = derivation.network
    sizes = "-".join(map(str, network.widths))
    return Document(network.title, tuple(_sections(about, code)), f"Backpropagation in a {sizes} network")


def _sections(about: Subject, code: str) -> list[Section]:
    sections = [introduction(about), notation(about), pictures(about), forward(about), local(about), *backward(about)]
    sections.append(layer_form(about))
    if about.worked:
        sections.append(gradients(about, code))
    sections.append(module(about, code))
    if about.worked:
        sections.append(updates(about))
    return sections
