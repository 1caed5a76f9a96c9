"""The emitted NumPy module: plain functions, and in the fast style a workspace."""

from symbp.numpy_code.blueprint import Blueprint, blueprint
from symbp.numpy_code.module import STYLES, Style, module_text, text_of, texts_of

__all__ = ["STYLES", "Blueprint", "Style", "blueprint", "module_text", "text_of", "texts_of"]
