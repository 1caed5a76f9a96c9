"""Programs at affine positions, as a user writes them: windows, parts, digits, guards."""

from __future__ import annotations

import numpy as np

from symbp.parse.program import parse_program
from symbp.program import Program

_ROLES = {"x": "input", "y": "target"}


def stated(indices: str, tensors: str, lines: str) -> Program:
    """The program of ``"n=N i=3"``, ``"x[n,i] W[i]"`` and equations: input x, target y, all others parameters."""
    bound: dict[str, object] = {}
    for item in indices.split():
        name, extent = item.split("=")
        bound[name] = int(extent) if extent.isdigit() else extent
    given = {}
    for item in tensors.split():
        name, axes = item.rstrip("]").split("[")
        given[name] = {"indices": axes, "role": _ROLES.get(name[0], "parameter")}
    return parse_program(bound, given, "\n".join(line.strip() for line in lines.strip().splitlines()))


def convolved(
    side: tuple[int, int],
    kernel: tuple[int, int] = (3, 3),
    stride: tuple[int, int] = (1, 1),
    dilation: tuple[int, int] = (1, 1),
    padding: tuple[int, int, int, int] = (0, 0, 0, 0),
    channels: tuple[int, int] = (2, 3),
) -> Program:
    """A convolution of an input that is trained too, so that its adjoint is computed; padding is before and after."""
    out = [
        (side[a] + padding[2 * a] + padding[2 * a + 1] - dilation[a] * (kernel[a] - 1) - 1) // stride[a] + 1
        for a in range(2)
    ]
    row, column = (
        f"{stride[a]}*{'rc'[a]}+{dilation[a]}*{'uv'[a]}{f'-{padding[2 * a]}' if padding[2 * a] else ''}"
        for a in range(2)
    )
    indices = (
        f"n=N o={channels[1]} m={channels[0]} r={out[0]} c={out[1]} u={kernel[0]} v={kernel[1]} a={side[0]} e={side[1]}"
    )
    inside = f"0 <= {row} < {side[0]}, 0 <= {column} < {side[1]}"
    return stated(
        indices,
        "x[n,m,a,e] S[m,a,e] W[o,m,u,v] b[o] y[n,o,r,c]",
        f"""
        h[n,m,a,e] = x[n,m,a,e]*S[m,a,e]
        z[n,o,r,c] = sum[m,u,v](W[o,m,u,v]*h[n,m,{row},{column}]) where {inside}
        z[n,o,r,c] += b[o]
        L = mean[n](sum[o,r,c]((tanh(z[n,o,r,c]) - y[n,o,r,c])**2))
        """,
    )


def pooled(
    kind: str,
    side: tuple[int, int] = (6, 6),
    kernel: tuple[int, int] = (2, 2),
    stride: tuple[int, int] = (2, 2),
    padding: tuple[int, int, int, int] = (0, 0, 0, 0),
    channels: int = 2,
) -> Program:
    """Maximum, average or another pooling of what is trained."""
    out = [(side[a] + padding[2 * a] + padding[2 * a + 1] - kernel[a]) // stride[a] + 1 for a in range(2)]
    row, column = (f"{stride[a]}*{'rc'[a]}+{'uv'[a]}{f'-{padding[2 * a]}' if padding[2 * a] else ''}" for a in range(2))
    value = f"h[n,m,{row},{column}]"
    body = {
        "max": f"max[u,v]({value})",
        "average": f"sum[u,v]({value})/{kernel[0] * kernel[1]}",
        "norm": f"sqrt(1 + sum[u,v]({value}**2))",
    }[kind]
    return stated(
        f"n=N m={channels} r={out[0]} c={out[1]} u={kernel[0]} v={kernel[1]} a={side[0]} e={side[1]}",
        "x[n,m,a,e] S[m,a,e] y[n,m,r,c]",
        f"""
        h[n,m,a,e] = x[n,m,a,e]*S[m,a,e]
        a1[n,m,r,c] = {body} where 0 <= {row} < {side[0]}, 0 <= {column} < {side[1]}
        L = mean[n](sum[m,r,c]((a1[n,m,r,c] - y[n,m,r,c])**2))
        """,
    )


WINDOWS = {
    "plain": convolved((5, 6)),
    "one channel": convolved((5, 5), channels=(1, 1)),
    "one filter": convolved((5, 5), channels=(3, 1)),
    "kernel as large as the input": convolved((4, 3), kernel=(4, 3)),
    "kernel larger than the output": convolved((4, 5), kernel=(3, 4)),
    "kernel of one": convolved((4, 5), kernel=(1, 1)),
    "strided": convolved((7, 6), stride=(2, 3)),
    "stride beyond the kernel": convolved((9, 8), kernel=(2, 2), stride=(3, 4)),
    "stride of the kernel": convolved((6, 6), kernel=(2, 3), stride=(2, 3)),
    "dilated": convolved((7, 8), kernel=(2, 3), dilation=(3, 2)),
    "padded": convolved((5, 4), padding=(1, 1, 1, 1)),
    "padded on one side": convolved((5, 4), padding=(2, 0, 0, 1), kernel=(3, 2)),
    "everything": convolved((8, 7), kernel=(3, 2), stride=(2, 2), dilation=(2, 3), padding=(2, 1, 0, 3)),
    "padding beyond the kernel": convolved((3, 3), kernel=(2, 2), padding=(3, 3, 3, 3)),
    "max": pooled("max"),
    "max, overlapping": pooled("max", (7, 7), (3, 3), (2, 2)),
    "max, padded": pooled("max", (5, 5), (3, 2), (2, 2), (1, 1, 0, 1)),
    "max, stride beyond the window": pooled("max", (8, 7), (2, 2), (3, 3)),
    "max, one window": pooled("max", (3, 4), (3, 4), (1, 1)),
    "max, windows of one": pooled("max", (3, 4), (1, 1), (1, 1)),
    "max, windows larger than the output": pooled("max", (5, 5), (4, 4), (1, 1)),
    "average": pooled("average"),
    "average, overlapping": pooled("average", (7, 6), (3, 2), (2, 1)),
    "average, padded": pooled("average", (5, 5), (3, 3), (2, 2), (1, 1, 1, 1)),
    "norm": pooled("norm", (5, 5), (3, 3), (1, 2)),
}

_END = "L = mean[n](sum[i]((tanh(z[n,i]) - y[n,i])**2))"
_END2 = "L = mean[n](sum[i,j]((tanh(z[n,i,j]) - y[n,i,j])**2))"
_ROWS = "h[n,k] = x[n,k]*S[k]"

OTHERS = {
    "one dimension": stated(
        "n=N o=2 m=3 r=5 u=3 a=7",
        "x[n,m,a] S[m,a] W[o,m,u] y[n,o,r]",
        """h[n,m,a] = x[n,m,a]*S[m,a]
        z[n,o,r] = sum[m,u](W[o,m,u]*h[n,m,r+u])
        L = mean[n](sum[o,r]((tanh(z[n,o,r]) - y[n,o,r])**2))""",
    ),
    "three dimensions": stated(
        "n=N o=2 m=2 r=2 c=3 d=2 u=2 v=2 w=3 a=3 e=4 f=4",
        "x[n,m,a,e,f] S[m,a] W[o,m,u,v,w] y[n,o,r,c,d]",
        """h[n,m,a,e,f] = x[n,m,a,e,f]*S[m,a]
        z[n,o,r,c,d] = sum[m,u,v,w](W[o,m,u,v,w]*h[n,m,r+u,c+v,d+w])
        L = mean[n](sum[o,r,c,d]((tanh(z[n,o,r,c,d]) - y[n,o,r,c,d])**2))""",
    ),
    "groups": stated(
        "n=N g=2 q=2 m=3 r=4 c=3 u=2 v=3 a=5 e=5 h0=6 z0=4",
        "x[n,h0,a,e] S[h0,a,e] W[z0,m,u,v] b[z0] y[n,z0,r,c]",
        """h[n,h0,a,e] = x[n,h0,a,e]*S[h0,a,e]
        z[n,2*g+q,r,c] = sum[m,u,v](W[2*g+q,m,u,v]*h[n,3*g+m,r+u,c+v])
        z[n,z0,r,c] += b[z0]
        L = mean[n](sum[z0,r,c]((tanh(z[n,z0,r,c]) - y[n,z0,r,c])**2))""",
    ),
    "depthwise": stated(
        "n=N g=3 r=4 c=3 u=2 v=3 a=5 e=5",
        "x[n,g,a,e] S[g,a,e] W[g,u,v] y[n,g,r,c]",
        """h[n,g,a,e] = x[n,g,a,e]*S[g,a,e]
        z[n,g,r,c] = sum[u,v](W[g,u,v]*h[n,g,r+u-1,c+v]) where 0 <= r+u-1 < 5, c+v < 5
        L = mean[n](sum[g,r,c]((tanh(z[n,g,r,c]) - y[n,g,r,c])**2))""",
    ),
    "depthwise with a multiplier": stated(
        "n=N g=3 q=2 r=4 c=3 u=2 v=3 a=5 e=5 o=6",
        "x[n,g,a,e] S[g,a,e] W[o,u,v] y[n,o,r,c]",
        """h[n,g,a,e] = x[n,g,a,e]*S[g,a,e]
        z[n,2*g+q,r,c] = sum[u,v](W[2*g+q,u,v]*h[n,g,r+u,c+v])
        L = mean[n](sum[o,r,c]((tanh(z[n,o,r,c]) - y[n,o,r,c])**2))""",
    ),
    "transposed": stated(
        "n=N o=2 m=3 r=3 c=4 u=3 v=2 a=5 e=7",
        "x[n,m,r,c] S[m,r,c] W[m,o,u,v] b[o] y[n,o,a,e]",
        """h[n,m,r,c] = x[n,m,r,c]*S[m,r,c]
        z[n,o,2*r+u-1,2*c+v-1] += sum[m](W[m,o,u,v]*h[n,m,r,c]) where 0 <= 2*r+u-1 < 5, 0 <= 2*c+v-1 < 7
        z[n,o,a,e] += b[o]
        L = mean[n](sum[o,a,e]((tanh(z[n,o,a,e]) - y[n,o,a,e])**2))""",
    ),
    "transposed, apart": stated(
        "n=N o=2 m=3 r=3 u=2 a=8",
        "x[n,m,r] S[m,r] W[m,o,u] y[n,o,a]",
        """h[n,m,r] = x[n,m,r]*S[m,r]
        z[n,o,3*r+u] += sum[m](W[m,o,u]*h[n,m,r])
        L = mean[n](sum[o,a]((tanh(z[n,o,a]) - y[n,o,a])**2))""",
    ),
    "flatten": stated(
        "n=N m=2 r=3 c=4 i=3 f=24",
        "x[n,m,r,c] S[m,r,c] W[i,f] y[n,i]",
        """h[n,m,r,c] = tanh(x[n,m,r,c]*S[m,r,c])
        f0[n,12*m+4*r+c] = h[n,m,r,c]
        z[n,i] = sum[f](W[i,f]*f0[n,f])
        """
        + _END,
    ),
    "concatenation": stated(
        "n=N i=5 j=2 k=3",
        "x[n,k] S[k] W[j,k] y[n,i]",
        """u[n,j] = sum[k](W[j,k]*x[n,k])
        v[n,k] = x[n,k]*S[k]
        z[n,j] = u[n,j]
        z[n,2+k] = v[n,k]
        """
        + _END,
    ),
    "concatenation of channels": stated(
        "n=N i=3 j=4 k=2 o=1",
        "x[n,k,j] S[k,j] y[n,i,j]",
        """u[n,k,j] = x[n,k,j]*S[k,j]
        z[n,k,j] = tanh(u[n,k,j])
        z[n,2+o,j] = u[n,o,j]**2
        """
        + _END2,
    ),
    "slice": stated("n=N i=3 k=8", "x[n,k] S[k] y[n,i]", _ROWS + "\nz[n,i] = h[n,i+4]\n" + _END),
    "stride": stated("n=N i=3 k=8", "x[n,k] S[k] y[n,i]", _ROWS + "\nz[n,i] = h[n,3*i+1]\n" + _END),
    "reversed": stated("n=N i=4 k=4", "x[n,k] S[k] y[n,i]", _ROWS + "\nz[n,i] = h[n,3-i]\n" + _END),
    "reversed and strided": stated("n=N i=3 k=8", "x[n,k] S[k] y[n,i]", _ROWS + "\nz[n,i] = h[n,6-2*i]\n" + _END),
    "reversed on the left": stated("n=N i=8 k=4", "x[n,k] S[k] y[n,i]", _ROWS + "\nz[n,7-2*k] = h[n,k]\n" + _END),
    "one element": stated(
        "n=N i=3 j=4 k=2",
        "x[n,k,j] S[k,j] W[i,j] y[n,i]",
        "h[n,k,j] = x[n,k,j]*S[k,j]\nz[n,i] = sum[j](W[i,j]*h[n,0,j])*h[n,1,2]\n" + _END,
    ),
    "true convolution": stated(
        "n=N i=5 u=3 k=7",
        "x[n,k] S[k] W[u] y[n,i]",
        _ROWS + "\nz[n,i] = sum[u](W[u]*h[n,i-u+2])\n" + _END,
    ),
    "causal": stated(
        "n=N i=6 u=3",
        "x[n,i] S[i] W[u] y[n,i]",
        "h[n,i] = x[n,i]*S[i]\nz[n,i] = sum[u](W[u]*h[n,i-2*u]) where i >= 2*u\n" + _END,
    ),
    "second difference": stated(
        "n=N i=6",
        "x[n,i] S[i] y[n,i]",
        "h[n,i] = x[n,i]*S[i]\nz[n,i] = h[n,i+1] - 2*h[n,i] + h[n,i-1] where 1 <= i < 5\n" + _END,
    ),
    "difference without its edges": stated(
        "n=N i=4 k=6",
        "x[n,k] S[k] y[n,i]",
        _ROWS + "\nz[n,i] = h[n,i+2] - h[n,i]*h[n,i+1]\n" + _END,
    ),
    "diagonal": stated(
        "n=N i=3 j=3",
        "x[n,i] A[i,j] y[n,i]",
        "z[n,i] = x[n,i]*A[i,i]\n" + _END,
    ),
    "second diagonal": stated(
        "n=N i=3 j=4 k=4",
        "x[n,i] A[j,k] y[n,i]",
        "z[n,i] = x[n,i]*A[i,i+1]*A[i,3-i]\n" + _END,
    ),
    "diagonal on the left": stated(
        "n=N i=3 j=3",
        "x[n,i] b[i] y[n,j]",
        "A[i,i] = b[i]\nz[n,j] = sum[i](x[n,i]*A[i,j])\nL = mean[n](sum[j]((tanh(z[n,j]) - y[n,j])**2))",
    ),
    "first row": stated(
        "n=N i=3 j=3 k=2",
        "x[n,k,j] b[j] S[j] y[n,i,j]",
        "z[n,0,j] = b[j]\nz[n,k+1,j] = S[j]*x[n,k,j]\n" + _END2,
    ),
    "channel blocks": stated(
        "n=N g=2 q=3 c=6 r=4",
        "x[n,c,r] S[c,r] y[n,c,r]",
        """h[n,c,r] = x[n,c,r]*S[c,r]
        m[n,g] = sum[q,r](h[n,3*g+q,r])/12
        s[n,g] = sum[q,r]((h[n,3*g+q,r] - m[n,g])**2)/12
        z[n,3*g+q,r] = (h[n,3*g+q,r] - m[n,g])/sqrt(s[n,g] + 1)
        L = mean[n](sum[c,r]((tanh(z[n,c,r]) - y[n,c,r])**2))""",
    ),
    "batch statistics": stated(
        "n=N c=3 r=4 s0=2",
        "x[n,c,r,s0] S[c,r] y[n,c,r,s0]",
        """h[n,c,r,s0] = x[n,c,r,s0]*S[c,r]
        m[c] = mean[n,r,s0](h[n,c,r,s0])
        z[n,c,r,s0] = (h[n,c,r,s0] - m[c])**2
        L = mean[n](sum[c,r,s0]((tanh(z[n,c,r,s0]) - y[n,c,r,s0])**2))""",
    ),
    "bilinear": stated(
        "n=N k=3 i=4 j=2",
        "x[n,i] S[i,j] B[k,i,j] y[n,k]",
        """v[n,j] = sum[i](S[i,j]*x[n,i])
        z[n,k] = sum[i,j](x[n,i]*B[k,i,j]*v[n,j])
        L = mean[n](sum[k]((tanh(z[n,k]) - y[n,k])**2))""",
    ),
    "outer product": stated(
        "n=N i=4 j=2",
        "x[n,i] S[i] W[j,i] y[n,i,j]",
        "v[n,j] = sum[i](W[j,i]*x[n,i])\nz[n,i,j] = S[i]*x[n,i]*v[n,j]\n" + _END2,
    ),
    "triangle": stated(
        "n=N i=4 j=4",
        "x[n,j] W[i,j] y[n,i]",
        "z[n,i] = sum[j](W[i,j]*x[n,j]) where i >= j\n" + _END,
    ),
    "band": stated(
        "n=N i=5 j=5",
        "x[n,j] W[i,j] y[n,i]",
        "z[n,i] = sum[j](W[i,j]*x[n,j]) where i - j <= 1, j - i <= 2, i != j\n" + _END,
    ),
    "masked exponentials": stated(
        "n=N i=4 j=4",
        "x[n,j] S[i,j] y[n,i]",
        "z[n,i] = sum[j](exp(x[n,j]*S[i,j])) where j <= i\n" + _END,
    ),
    "masked maximum": stated(
        "n=N i=4 j=4",
        "x[n,j] S[i,j] y[n,i]",
        "h[n,i,j] = x[n,j]*S[i,j]\nz[n,i] = max[j](h[n,i,j]) where j <= i\n" + _END,
    ),
    "maximum of a sum": stated(
        "n=N i=4 u=3 k=6",
        "x[n,k] S[k] W[u] y[n,i]",
        _ROWS + "\nz[n,i] = max[u](h[n,i+u-1] + W[u]) where i + u >= 1\n" + _END,
    ),
    "maximum over all": stated(
        "n=N i=2 r=3 c=4",
        "x[n,i,r,c] S[i,r,c] y[n,i]",
        "h[n,i,r,c] = x[n,i,r,c]*S[i,r,c]\nz[n,i] = max[r,c](h[n,i,r,c])\n" + _END,
    ),
    "maximum over parts": stated(
        "n=N i=3 u=2 k=6",
        "x[n,k] S[k] y[n,i]",
        _ROWS + "\nz[n,i] = max[u](h[n,3*u+i])\n" + _END,
    ),
    "correlation": stated(
        "n=N i=3 r=4 k=6",
        "x[n,k] S[k] y[n,i]",
        _ROWS + "\nz[n,i] = sum[r](h[n,r]*h[n,r+i])\n" + _END,
    ),
    "two windows": stated(
        "n=N i=4 u=3 k=6",
        "x[n,k] S[k] W[k] y[n,i]",
        _ROWS + "\nz[n,i] = sum[u](W[i+u]*h[n,i+u-1]) where i+u >= 1\n" + _END,
    ),
    "quotient of windows": stated(
        "n=N i=4 u=3 k=6",
        "x[n,k] S[k] W[k] y[n,i]",
        _ROWS + "\nz[n,i] = sum[u](h[n,i+u-1]/(2 + h[n,i+u-1]**2 + W[i+u]**2)) where i+u >= 1\n" + _END,
    ),
    "unfolded": stated(
        "n=N i=4 u=3 k=6",
        "x[n,k] S[k] y[n,i]",
        _ROWS + "\nf[n,u,i] = h[n,i+u]\nz[n,i] = sum[u](f[n,u,i]**2)\n" + _END,
    ),
    "folded": stated(
        "n=N i=6 u=3 r=4",
        "x[n,u,r] S[u,r] y[n,i]",
        "h[n,u,r] = x[n,u,r]*S[u,r]\nz[n,r+u] += h[n,u,r]\n" + _END,
    ),
    "stretched": stated(
        "n=N i=6 u=2 k=3",
        "x[n,k] S[k] y[n,i]",
        _ROWS + "\nz[n,2*k+u] = h[n,k]\n" + _END,
    ),
    "shuffled": stated(
        "n=N g=2 q=3 c=6",
        "x[n,c] S[c] y[n,c]",
        """h[n,c] = x[n,c]*S[c]
        z[n,2*q+g] = h[n,3*g+q]
        L = mean[n](sum[c]((tanh(z[n,c]) - y[n,c])**2))""",
    ),
    "only inside": stated(
        "n=N i=5 u=3",
        "x[n,i] S[i] W[u] y[n,i]",
        "h[n,i] = x[n,i]*S[i]\nz[n,i] = sum[u](W[u]*h[n,i+u-1]) where 1 <= i+u-1 < 4\n" + _END,
    ),
    "skewed": stated(
        "n=N i=3 j=4 k=6",
        "x[n,k] S[k] y[n,i,j]",
        _ROWS + "\nz[n,i,j] = h[n,i+j]*h[n,2*i]\n" + _END2,
    ),
    "skewed on the left": stated(
        "n=N i=3 j=4 k=6",
        "x[n,i] S[i,j] y[n,i,k]",
        "z[n,i,i+j] = x[n,i]*S[i,j]\nL = mean[n](sum[i,k]((tanh(z[n,i,k]) - y[n,i,k])**2))",
    ),
}


def random_affine(seed: int) -> Program:
    """One equation at random positions between a trained input and the loss: sums, products, maxima, scatters."""
    rng = np.random.default_rng(seed)

    def pick(low: int, high: int) -> int:
        return int(rng.integers(low, high + 1))

    rows, taps, channels, filters = pick(1, 5), pick(1, 4), pick(1, 3), pick(1, 3)
    step, dilation, shift = pick(1, 3), pick(1, 3) * int(rng.choice([1, 1, 1, -1])), pick(-3, 3)
    reached = [step * r + dilation * u + shift for r in (0, rows - 1) for u in (0, taps - 1)]
    side = max(1, max(reached) + 1 - pick(0, 2))  # short by up to two: guards
    position = f"{step}*r{dilation:+d}*u{shift:+d}"
    low, high = pick(0, 1), side - pick(0, 1)
    inside = f"{low} <= {position} < {max(high, low + 1)}" if side > low else f"0 <= {position} < {side}"
    inside = inside if max(high, low + 1) <= side else f"0 <= {position} < {side}"
    extra = str(rng.choice(["", ", r + u >= 1", ", r != u", ", u <= r"]))
    bodies = {
        "contraction": ("o,r", f"sum[m,u](W[o,m,u]*h[n,m,{position}])"),
        "depthwise": ("m,r", f"sum[u](V[m,u]*h[n,m,{position}])"),
        "average": ("m,r", f"sum[u](h[n,m,{position}])/3"),
        "squares": ("m,r", f"sum[u](h[n,m,{position}]**2*V[m,u])"),
        "exponentials": ("m,r", f"sum[u](exp(h[n,m,{position}]*V[m,u]))"),
        "maximum": ("m,r", f"max[u](h[n,m,{position}])"),
        "maximum of sums": ("m,r", f"max[u](h[n,m,{position}] + V[m,u])"),
        "maximum over all": ("r", f"max[m,u](h[n,m,{position}])"),
        "correlation": ("u", f"sum[m,r](h[n,m,{position}]*K[n,m,r])"),
        "unfolding": ("m,r,u", f"tanh(h[n,m,{position}])*V[m,u]"),
        "scatter": ("", ""),
        "scattered product": ("", ""),
    }
    kind = str(rng.choice(list(bodies)))
    axes, body = bodies[kind]
    lines = "h[n,m,a] = x[n,m,a]*S[m,a]\nK[n,m,r] = x[n,m,0]*R[m,r]\n"
    if kind.startswith("scatter"):
        source = "K[n,m,r]*V[m,u]" if kind == "scatter" else "sum[m](K[n,m,r]*W[o,m,u])"
        axes, channel = ("m,a", "m") if kind == "scatter" else ("o,a", "o")
        lines += f"z[n,{channel},{position}] += {source} where {inside}{extra}\n"
    else:
        lines += f"z[n,{axes}] = {body} where {inside}{extra}\n"
    lines += f"L = mean[n](sum[{axes}]((tanh(z[n,{axes}]) - y[n,{axes}])**2))"
    indices = f"n=N m={channels} o={filters} r={rows} u={taps} a={side}"
    return stated(indices, f"x[n,m,a] S[m,a] R[m,r] W[o,m,u] V[m,u] y[n,{axes}]", lines)
