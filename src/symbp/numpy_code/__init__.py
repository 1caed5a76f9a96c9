"""The emitted NumPy module: plain functions, in the fast style a workspace; its equations as statements alone."""

from symbp.numpy_code.blueprint import Blueprint, blueprint
from symbp.numpy_code.module import STYLES, Style, module_text, text_of, texts_of
from symbp.numpy_code.pages.statements import StatementsPage

__all__ = ["STYLES", "Blueprint", "StatementsPage", "Style", "blueprint", "module_text", "text_of", "texts_of"]
