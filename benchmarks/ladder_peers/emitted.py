"""What symbp emits: the workspace, and the plain function."""

from benchmarks.ladders.case import Case, Program


def workspace(case: Case) -> Program:
    module = case.module()
    sizes = (case.rung.batch, case.rung.steps) if case.X.ndim == 3 else (case.rung.batch,)
    made = module.Workspace(*sizes, case.dtype)
    p = module.Parameters(*case.p)
    return Program(lambda: made.loss_and_grad(p, case.X, case.Y), lambda result: result)


def plain(case: Case) -> Program:
    module = case.module()
    p = module.Parameters(*case.p)
    return Program(lambda: module.loss_and_grad(p, case.X, case.Y), lambda result: result)
