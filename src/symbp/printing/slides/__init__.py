"""The slides of a document, as values: what stands on each and what is said to it."""

from symbp.printing.slides.sections import heading, slides
from symbp.printing.slides.shown import Picture, Slide, Steps

__all__ = ["Picture", "Slide", "Steps", "heading", "slides"]
