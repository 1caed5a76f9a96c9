"""The language of equations, and the checker that runs after every pass: the whole text of what it says."""

import copy
import pickle

import pytest
import sympy
from programs import GENERAL, N, at_least_zero, eq, n, random_program

from symbp.equation import (
    Access,
    Affine,
    Equation,
    Guard,
    Index,
    Length,
    Read,
    Size,
    length,
    read,
    reads,
    substitute_indices,
)
from symbp.errors import ProgramError
from symbp.program import Program, Scan, Statement, Tensor
from symbp.wellformed import check

i, j, t = Index("i", 3), Index("j", 4), Index("t", 5)
TENSORS = (
    Tensor("x", (3,), "input"),
    Tensor("M", (3, 4), "parameter"),
    Tensor("tok", (3,), "input", "int"),
    Tensor("z", (3,)),
    Tensor("h", (6,)),
    Tensor("s", ()),
    Tensor("L", (), "loss"),
)


def written(*statements: Statement, tensors: tuple[Tensor, ...] = TENSORS, output: str = "L") -> Program:
    return Program(tensors, statements, output)


def message(program: Program) -> str:
    with pytest.raises(ProgramError) as error:
        check(program)
    return str(error.value)


Z = eq(read("z", i), read("x", i))
FAULTS = {
    "a name declared twice": (
        written(Z, tensors=(*TENSORS, Tensor("z", (2,)))),
        "tensor z is declared twice",
    ),
    "a name that is not declared": (
        written(eq(read("q", i), read("x", i))),
        "q[i] = x[i]: no tensor is called q",
    ),
    "a read of a name that is not declared": (
        written(eq(read("z", i), read("q", i))),
        "z[i] = q[i]: no tensor is called q",
    ),
    "another rank": (
        written(eq(read("z", i), read("M", i))),
        "z[i] = M[i]: M[i] has 1 positions, M[3,4] needs 2",
    ),
    "a read before any write": (
        written(eq(read("s"), read("z", i), (i,)), Z),
        "s = sum[i](z[i]): z is read before any equation writes it",
    ),
    "a read of itself": (
        written(eq(read("z", i), read("z", i))),
        "z[i] = z[i]: z is read before any equation writes it",
    ),
    "an integer tensor that nothing gives": (
        written(
            eq(read("z", i), read("x", Access.of("at", i))),
            tensors=(*TENSORS, Tensor("at", (3,), dtype="int")),
        ),
        "z[i] = x[at[i]]: at is read before any equation writes it",
    ),
    "an index bound twice": (
        written(Equation(Access.of("z", i), read("x", i), (i,), (i,), "sum")),
        "z[i] = sum[i](x[i]): an index is bound twice in i, i",
    ),
    "an index bound by the scan and by the equation": (
        written(Scan(i, (eq(read("z", i), read("x", i)),))),
        "z[i] = x[i]: an index is bound twice in i, i",
    ),
    "a free index": (
        written(Equation(Access.of("z", i), read("M", i, j), (i,))),
        "z[i] = M[i,j]: index j is free; bound are i",
    ),
    "a free index, and none is bound": (
        written(Equation(Access.of("s"), read("x", i))),
        "s = x[i]: index i is free; bound are none",
    ),
    "a free index of a guard": (
        written(eq(read("z", i), read("x", i), guards=at_least_zero(Affine.of(j)))),
        "z[i] = x[i] where j >= 0: index j is free; bound are i",
    ),
    "two extents of one index": (
        written(eq(read("z", i), read("x", Index("i", 2)))),
        "z[i] = x[i]: index i has extent 2 and 3",
    ),
    "a reduction over nothing": (
        written(Equation(Access.of("z", i), read("x", i), (i,), (), "sum")),
        "z[i] = sum(x[i]): a reduction needs its indices, and indices a reduction",
    ),
    "reduced indices and no reduction": (
        written(Equation(Access.of("z", i), read("M", i, j), (i,), (j,))),
        "z[i] = M[i,j]: a reduction needs its indices, and indices a reduction",
    ),
    "a reduced index on the left": (
        written(Equation(Access.of("z", i), read("x", i), (), (i,), "sum")),
        "z[i] = sum[i](x[i]): index i is reduced and stands on the left side",
    ),
    "an index of the domain that the left side lacks": (
        written(Equation(Access.of("z", i), read("M", i, j), (i, j))),
        "z[i] = M[i,j]: the left side does not name every index of the domain; that needs +=",
    ),
    "a position beyond the end": (
        written(eq(read("z", i), read("x", Affine.of(i) + 1))),
        "z[i] = x[i+1]: x[i+1] may lie outside x[3]: i+1 goes from 1 to 3, and that axis from 0 to 2",
    ),
    "a position before the beginning": (
        written(eq(read("z", i), read("x", Affine.of(i) - 1))),
        "z[i] = x[i-1]: x[i-1] may lie outside x[3]: i-1 goes from -1 to 1, and that axis from 0 to 2",
    ),
    "a guard that leaves one position outside": (
        written(eq(read("z", i), read("x", Affine.of(i) - 2), guards=at_least_zero(Affine.of(i) - 1))),
        "z[i] = x[i-2] where i-1 >= 0: x[i-2] may lie outside x[3]: i-2 goes from -2 to 0, and that axis from 0 to 2",
    ),
    "a left side outside": (
        written(eq(read("h", Affine.of(i) * 3), read("x", i))),
        "h[3*i] = x[i]: h[3*i] may lie outside h[6]: 3*i goes from 0 to 6, and that axis from 0 to 5",
    ),
    "a run-time size that is too long": (
        written(
            eq(read("u", Index("n", Size("N", 1))), 1),
            tensors=(*TENSORS, Tensor("u", (N,))),
        ),
        "u[n] = 1: u[n] may lie outside u[N]: n goes from 0 to N, and that axis from 0 to N-1",
    ),
    "another run-time size": (
        written(eq(read("u", Index("t", Size("T"))), 1), tensors=(*TENSORS, Tensor("u", (N,)))),
        "u[t] = 1: u[t] may lie outside u[N]: t goes from 0 to T-1, and that axis from 0 to N-1",
    ),
    "two equations that claim the same elements": (
        written(Z, eq(read("z", i), 2 * read("x", i))),
        "z[i] = 2*x[i]: z[i] = x[i] writes the same elements; that needs +=",
    ),
    "a row that is claimed again": (
        written(eq(read("h", 0), 1), eq(read("h", Affine.of(Index("r", 6))), 2)),
        "h[r] = 2: h[0] = 1 writes the same elements; that needs +=",
    ),
    "a claim after a contribution": (
        written(eq(read("z", i), read("x", i), accumulate=True), Z),
        "z[i] = x[i]: z[i] += x[i] writes the same elements; that needs +=",
    ),
    "points that meet": (
        written(eq(read("h", Affine.of(i) + Index("v", 2)), read("x", i))),
        "h[i+v] = x[i]: points that differ in i may write the same element; that needs +=",
    ),
    "a claim at what an integer tensor holds": (
        written(eq(read("z", Access.of("tok", i)), read("x", i))),
        "z[tok[i]] = x[i]: points that differ in i may write the same element; that needs +=",
    ),
    "a claim in every round of a scan": (
        written(Scan(t, (eq(read("z", i), read("x", i), scan=t),))),
        "z[i] = x[i]: points that differ in t may write the same element; that needs +=",
    ),
    "no output": (written(Z, output="loss"), "the output loss is not declared"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_checker_says_what_is_wrong(fault: str) -> None:
    program, expected = FAULTS[fault]
    assert message(program) == expected


SOUND = {
    "a definition by = and +=": (Z, eq(read("z", i), read("M", i, j), (j,), accumulate=True)),
    "an initial row and the rows of a scan": (
        eq(read("h", 0), 1),
        Scan(t, (eq(read("h", Affine.of(t) + 1), read("h", t), scan=t),)),
    ),
    "a scan backwards": (
        eq(read("h", 5), 1),
        Scan(t, (eq(read("h", t), read("h", Affine.of(t) + 1), scan=t),), reverse=True),
    ),
    "a scatter": (eq(read("h", Affine.of(i) + Index("v", 2)), read("x", i), accumulate=True),),
    "a token": (eq(read("z", i), read("x", Access.of("tok", i))),),
    "padding": (
        eq(
            read("h", Index("r", 6)),
            read("x", Affine.of(Index("r", 6)) - 2),
            guards=at_least_zero(Affine.of(Index("r", 6)) - 2, Affine.of(4) - Index("r", 6)),
        ),
    ),
    "a weaker position than its guard": (
        eq(read("z", i), read("x", Affine.of(i) - 1), guards=at_least_zero(Affine.of(i) - 2)),
    ),
    "an index that the body does not name": (eq(read("s"), read("x", 0), (j,)),),
}


@pytest.mark.parametrize("case", SOUND)
def test_the_checker_passes_what_is_sound(case: str) -> None:
    program = written(*SOUND[case])
    assert check(program) is program


@pytest.mark.parametrize("name", GENERAL)
def test_the_checker_passes_every_kind_of_network(name: str) -> None:
    check(GENERAL[name]())


def test_the_checker_passes_random_programs() -> None:
    for seed in range(5):
        check(random_program(seed))


def test_a_run_time_size_cancels_against_itself() -> None:
    rows, row = (Size("N", 1),), Affine.of(n) + 1
    tensors = (Tensor("u", rows, "input"), Tensor("v", rows), Tensor("L", ()))
    check(Program(tensors, (eq(read("v", row), read("u", n)),)))
    shorter = Program((tensors[0], Tensor("v", (N,)), tensors[2]), (eq(read("v", row), read("u", n)),))
    assert message(shorter) == (
        "v[n+1] = u[n]: v[n+1] may lie outside v[N]: n+1 goes from 1 to N, and that axis from 0 to N-1"
    )


# Affine positions, accesses and reads.


def test_affine_arithmetic_collects_terms() -> None:
    affine = Affine.of(i) * 2 + j - i - j + 3 - Affine.of(1)
    assert affine == Affine(((1, i),), 2)
    assert Affine.of(i) - i == Affine()
    assert (Affine.of(i) * 0) == Affine()
    assert (Affine.of(i) - i + j).index == j
    assert (Affine.of(i) + 1).index is None and (Affine.of(i) * 2).index is None and Affine.of(3).index is None


@pytest.mark.parametrize(
    ("affine", "text"),
    [
        (Affine(), "0"),
        (Affine.of(4), "4"),
        (Affine.of(i) * 2 + j - 1, "2*i+j-1"),
        (Affine.of(4) - Affine.of(i) * 2, "-2*i+4"),
        (Affine.of(Access.of("tok", i, Affine.of(j) + 1)), "tok[i,j+1]"),
    ],
)
def test_the_spelling_of_positions(affine: Affine, text: str) -> None:
    assert str(affine) == text


def test_substitution_reaches_nested_reads() -> None:
    access = Access.of("E", Access.of("tok", n, i), j)
    moved = access.substitute({i: Affine.of(t) + 1, j: Affine.of(2)})
    assert str(moved) == "E[tok[n,t+1],2]"
    body = substitute_indices(read("x", i) * read("x", j), {i: Affine.of(j)})
    assert body == read("x", j) ** 2


def test_plain_indices_are_distinct_and_nothing_but_indices() -> None:
    assert Access.of("M", i, j).plain_indices == (i, j)
    assert Access.of("M", i, i).plain_indices is None
    assert Access.of("M", i, Affine.of(j) + 1).plain_indices is None
    assert Access.of("s").plain_indices == ()


def test_two_reads_of_one_tensor_differentiate_separately() -> None:
    k = Index("k", 3)
    left, right = read("M", i, k), read("M", k, j)
    assert (left * right).diff(left) == right
    assert reads(left * right + left) == (left, right)


def test_a_read_is_its_access_and_not_its_spelling_alone() -> None:
    assert read("x", i) == read("x", Index("i", 3)) and hash(read("x", i)) == hash(read("x", Index("i", 3)))
    assert read("x", i) != read("x", Index("i", 4))
    sympy.Add(read("x", i), Read(Access.of("x", Index("i", 3))), read("x", Index("i", 4)))  # SymPy orders them


@pytest.mark.parametrize("atom", [read("x", i), Length("N")], ids=str)
def test_atoms_survive_pickle_and_copy(atom: sympy.Symbol) -> None:
    for again in (pickle.loads(pickle.dumps(atom)), copy.deepcopy(atom)):
        assert again == atom and type(again) is type(atom)
        assert not isinstance(atom, Read) or again.access == atom.access


def test_lengths() -> None:
    assert length(7) == 7
    assert length(Size("T", 1)) == Length("T") + 1
    assert str(Size("T", 1)) == "T+1" and str(Size("T")) == "T"


# Equations and programs.


def test_the_spelling_of_statements() -> None:
    guarded = eq(read("z", i), read("M", i, j), (j,), "max", guards=(Guard(Affine.of(i) - j, "!="),), accumulate=True)
    assert str(guarded) == "z[i] += max[j](M[i,j]) where i-j != 0"
    scan = Scan(t, (eq(read("h", t), 1, scan=t),), reverse=True)
    assert str(scan) == "scan t reversed:\n    h[t] = 1"
    assert str(written(Z, scan)) == f"{Z}\n{scan}"


def test_renaming_reaches_every_part_of_an_equation() -> None:
    whole = eq(read("z", i), read("M", i, j), (j,), guards=at_least_zero(Affine.of(i) - j))
    a, b = Index("a", 3), Index("b", 4)
    renamed = whole.rename({i: a, j: b})
    assert str(renamed) == "z[a] = sum[b](M[a,b]) where a-b >= 0"
    assert (renamed.domain, renamed.over) == ((a,), (b,))


def test_what_an_equation_reads() -> None:
    guards = (Guard(Affine.of(j) - Access.of("tok", i), "=="),)
    equation = eq(read("z", i), read("M", i, j) * read("x", Access.of("tok", i)), (j,), guards=guards)
    assert equation.tensors_read == {"M", "x", "tok"}
    assert [str(a) for a in equation.reads] == ["M[i,j]", "x[tok[i]]"]


def test_a_program_knows_who_writes_what() -> None:
    more = eq(read("z", i), 1, accumulate=True)
    inner = eq(read("h", t), 1, scan=t)
    program = written(Z, Scan(t, (inner,)), more)
    assert program.defining("z") == (Z, more)
    assert program.defining("h") == (inner,)
    assert program.defining("s") == ()
    assert [tensor.name for tensor in program.of_role("input", "loss")] == ["x", "tok", "L"]


def test_mapping_a_program_replaces_inserts_and_drops() -> None:
    inner = eq(read("h", t), 1, scan=t)
    program = written(Z, Scan(t, (inner,)))
    assert program.map(lambda e: ()).statements == (Scan(t, ()),)
    twice = program.map(lambda e: (e, e))
    assert twice.statements == (Z, Z, Scan(t, (inner, inner)))
    assert program.map(lambda e: e) == program


def test_run_time_sizes_are_sorted() -> None:
    tensors = (Tensor("u", (Size("T"), N)), Tensor("v", (Size("A", 1),)))
    assert Program(tensors, ()).sizes == ("A", "N", "T")
