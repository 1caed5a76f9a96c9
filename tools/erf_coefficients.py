"""The coefficients of src/symbp/numpy_code/coefficients.py, from mpmath alone.

With t >= 0 let M(t) = exp(t^2/2) Phi(-t), the scaled lower tail of the standard normal distribution. Then
(t + c) M(t) is smooth in u = (t - c)/(t + c) up to t = infinity (u = 1), and a polynomial in u gives it
to the last digit of double precision. Near zero erf(z)/z is a polynomial in z^2.

    python tools/erf_coefficients.py > src/symbp/numpy_code/coefficients.py
"""

from collections.abc import Callable

import mpmath
from mpmath import mpf

mpmath.mp.dps = 60
CENTRE = 4
TAIL_DEGREE = 24
NEAR_DEGREE = 12


def scaled_tail(u: mpf) -> mpf:
    """(t + c) M(t) at t = c (1 + u)/(1 - u)."""
    if u >= 1:
        return 1 / mpmath.sqrt(2 * mpmath.pi)
    t = CENTRE * (1 + u) / (1 - u)
    if t > 200:  # the asymptotic series of Mills' ratio, exact to 60 digits here
        series = sum((-1) ** k * mpmath.fac2(2 * k - 1) / t ** (2 * k) for k in range(1, 15)) + 1
        return (t + CENTRE) / t * series / mpmath.sqrt(2 * mpmath.pi)
    return (t + CENTRE) * mpmath.exp(t * t / 2) * mpmath.erfc(t / mpmath.sqrt(2)) / 2


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
    tail = polynomial(scaled_tail, -1, 1, TAIL_DEGREE)
    near = polynomial(near_zero, 0, 1, NEAR_DEGREE)
    print('"""Made by tools/erf_coefficients.py, highest degree first; do not edit."""\n')
    print(f"CENTRE = {CENTRE}\n")
    print(table("TAIL", "(t + c) exp(t^2/2) Phi(-t) in u = (t - c)/(t + c)", tail) + "\n")
    print(table("NEAR", "erf(z)/z in z^2, for z^2 <= 1", near))


if __name__ == "__main__":
    main()
