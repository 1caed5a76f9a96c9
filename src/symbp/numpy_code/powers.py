"""Powers of arrays: small whole ones are products, as ``np.power`` takes twenty times as long."""

from __future__ import annotations

from symbp.schedule.arrays import Apply, Array, Scalar

LARGEST = 16  # beyond it np.power is faster than products


def by_products(node: Array) -> int:
    """The exponent of a power of an array that is computed by products; else 0.

    A square is none: NumPy itself takes ``z**2`` as ``z * z``.
    """
    if not (isinstance(node, Apply) and node.function == "power" and node.axes):
        return 0
    exponent = node.args[1]
    if not (isinstance(exponent, Scalar) and exponent.value.is_Integer):
        return 0
    return int(exponent.value) if 2 < exponent.value <= LARGEST else 0


def product_text(base: str, n: int) -> str:
    """A power from 2 on of a name as squares and products.

    >>> [product_text("z", n) for n in (2, 3, 4, 7)]
    ['z**2', 'z**2 * z', '(z**2) ** 2', '(z**2 * z) ** 2 * z']
    """
    if n == 2:
        return power_text(base, "2")
    if n % 2:
        return f"{product_text(base, n - 1)} * {base}"
    return power_text(f"({product_text(base, n // 2)})", "2")


def power_text(base: str, exponent: str) -> str:
    """``x**2``, with spaces around the sign if an operand is no plain name or number."""
    simple = all(t.replace(".", "").replace("_", "").isalnum() for t in (base, exponent))
    return f"{base}**{exponent}" if simple else f"{base} ** {exponent}"
