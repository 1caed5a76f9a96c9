"""The same network with another activation, derived and evaluated once for all that is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from symbp.network import Network
from symbp.notes.numbers import Numbers
from symbp.notes.subject import Subject
from symbp.notes.trouble.variants import Variant, contrast


@dataclass(frozen=True)
class Compared:
    """A network with another activation in place of its first hidden one.

    Attributes:
        subject: What the notes are about.
    """

    subject: Subject

    @cached_property
    def found(self) -> tuple[Variant, str, str] | None:
        """The other network, and the names of both activations; nothing if no hidden layer has one."""
        assert isinstance(self.subject.network, Network)
        return contrast(self.subject.network)

    @property
    def there(self) -> str:
        """The other activation."""
        assert self.found is not None
        return self.found[2]

    @cached_property
    def numbers(self) -> Numbers:
        """What the other network computes from the same parameters."""
        assert self.found is not None
        return self.found[0].numbers(self.subject.full)
