"""What symbp emits: the workspaces, and the plain function."""

from typing import Any

from benchmarks.ladders.case import Case, Program


def workspace(case: Case) -> Program:
    return stepping(case, case.module().Workspace(*sizes(case), case.dtype))


def parallel(case: Case) -> Program:
    module = case.module()
    if not hasattr(module, "ParallelWorkspace"):
        raise NotImplementedError("the module has none")
    return stepping(case, module.ParallelWorkspace(*sizes(case), case.dtype, threads=case.threads))


def sizes(case: Case) -> tuple[int, ...]:
    """What is known only when a workspace is made."""
    return (case.rung.batch, case.rung.steps) if case.X.ndim == 3 else (case.rung.batch,)


def stepping(case: Case, made: Any) -> Program:
    p = case.module().Parameters(*case.p)
    return Program(lambda: made.loss_and_grad(p, case.X, case.Y), lambda result: result)


def plain(case: Case) -> Program:
    module = case.module()
    p = module.Parameters(*case.p)
    return Program(lambda: module.loss_and_grad(p, case.X, case.Y), lambda result: result)
