"""The emitted NumPy module: plain functions and a workspace, from one schedule."""

from symbp.numpy_code.blueprint import Blueprint, blueprint
from symbp.numpy_code.module import module_text, text_of

__all__ = ["Blueprint", "blueprint", "module_text", "text_of"]
