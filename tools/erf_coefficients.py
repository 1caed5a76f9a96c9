"""The coefficients of src/symbp/numpy_code/coefficients.py, from mpmath alone.

With t >= 0 let M(t) = exp(t^2/2) Phi(-t), the scaled lower tail of the standard normal distribution. It falls like
1/t, and P(t)/Q(t) with polynomials of the degrees n and n + 1 gives it to the last digit: P and Q are determined by
2n + 2 places t = c (1 + u)/(1 - u) at which it is exact, u those of Chebyshev in [-1, 1], so that t goes to infinity.
All coefficients are positive: nothing cancels. The relative error is 2.2e-17 for n = 10, c = 4, and 6.0e-8 for n = 4,
c = 2.7, the half of the last digit of single precision. Near zero erf(z)/z is a polynomial in z^2.

    python tools/erf_coefficients.py > src/symbp/numpy_code/coefficients.py
"""

from collections.abc import Callable

import mpmath
from mpmath import mpf

mpmath.mp.dps = 60
TAILS = ((64, 10, mpf(4)), (32, 4, mpf(27) / 10))  # bits of a float, n, c
NEAR_DEGREE = 12


def scaled_tail(t: mpf) -> mpf:
    """M(t)."""
    if t > 200:  # the asymptotic series of Mills' ratio, exact to 50 digits here
        series = sum((-1) ** k * mpmath.fac2(2 * k - 1) / t ** (2 * k) for k in range(1, 15)) + 1
        return series / t / mpmath.sqrt(2 * mpmath.pi)
    return mpmath.exp(t * t / 2) * mpmath.erfc(t / mpmath.sqrt(2)) / 2


def quotient(n: int, centre: mpf) -> tuple[list[mpf], list[mpf]]:
    """The coefficients of P and of Q, highest first; the highest of Q is 1 and left out."""
    count = 2 * n + 2
    nodes = [mpmath.cos(mpmath.pi * (k + mpf(1) / 2) / count) for k in range(count)]
    rows, right = mpmath.matrix(count, count), mpmath.matrix(count, 1)
    for k, t in enumerate(centre * (1 + u) / (1 - u) for u in nodes):  # P(t) - M(t) Q(t) = 0
        tail, unit = scaled_tail(t), (1 + t) ** (n + 1)
        for j in range(n + 1):
            rows[k, j] = t ** (n - j) / unit
            rows[k, n + 1 + j] = -tail * t ** (n - j) / unit
        right[k] = tail * t ** (n + 1) / unit
    found = list(mpmath.lu_solve(rows, right))
    return found[: n + 1], found[n + 1 :]


def near_zero(s: mpf) -> mpf:
    """erf(z)/z at z^2 = s."""
    return mpmath.erf(mpmath.sqrt(s)) / mpmath.sqrt(s) if s else 2 / mpmath.sqrt(mpmath.pi)


def polynomial(f: Callable[[mpf], mpf], low: int, high: int, degree: int) -> list[mpf]:
    """The monomial coefficients, highest first, of the interpolation at Chebyshev's nodes."""
    n = degree + 1
    angles = [mpmath.pi * (k + mpf(1) / 2) / n for k in range(n)]
    values = [f(low + (high - low) * (mpmath.cos(a) + 1) / 2) for a in angles]
    chebyshev = [2 * sum(v * mpmath.cos(j * a) for v, a in zip(values, angles, strict=True)) / n for j in range(n)]
    chebyshev[0] /= 2
    # T_j in monomials of w in [-1, 1], then w = (2 s - low - high)/(high - low)
    previous, current = [mpf(1)], [mpf(0), mpf(1)]
    total = [mpf(0)] * n
    for coefficient in chebyshev:
        for k, value in enumerate(previous):
            total[k] += coefficient * value
        doubled = [mpf(0), *(2 * v for v in current)]
        following = [d - (previous[k] if k < len(previous) else 0) for k, d in enumerate(doubled)]
        previous, current = current, following
    scale, shift = mpf(2) / (high - low), -mpf(low + high) / (high - low)
    shifted = [mpf(0)] * n
    for k, value in enumerate(total):
        for j in range(k + 1):
            shifted[j] += value * mpmath.binomial(k, j) * scale**j * shift ** (k - j)
    return shifted[::-1]


def table(name: str, note: str, coefficients: list[mpf]) -> str:
    lines = "\n".join(f"    {float(c)!r}," for c in coefficients)
    return f"# {note}\n{name} = (\n{lines}\n)"


def main() -> None:
    near = polynomial(near_zero, 0, 1, NEAR_DEGREE)
    print('"""Made by tools/erf_coefficients.py, highest degree first; do not edit."""\n')
    for bits, degree, centre in TAILS:
        top, bottom = quotient(degree, centre)
        print(table(f"TOP{bits}", f"exp(t^2/2) Phi(-t) in t, for floats of {bits} bits: the numerator", top) + "\n")
        print(table(f"BOTTOM{bits}", f"and the denominator, after t^{degree + 1}", bottom) + "\n")
    print(table("NEAR", "erf(z)/z in z^2, for z^2 <= 1", near))


if __name__ == "__main__":
    main()
