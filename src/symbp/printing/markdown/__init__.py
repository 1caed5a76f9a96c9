"""Documents as Markdown: for MyST and Jupyter Book, for Quarto, and in the text cells of a Jupyter notebook."""

from symbp.printing.markdown.myst import myst_files
from symbp.printing.markdown.notebook import notebook_source
from symbp.printing.markdown.quarto import quarto_files

__all__ = ["myst_files", "notebook_source", "quarto_files"]
