"""Arguments that are formulas: they may begin with a minus, which options do as well."""

from __future__ import annotations

import click


class WithFormulas(click.Command):
    """A command whose arguments may begin with a minus, as ``-delta1 * x^T`` does."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options = {name for p in self.get_params(ctx) for name in p.opts}
        formulas = (a.startswith("-") and a.partition("=")[0] not in options for a in args)
        return super().parse_args(ctx, [f" {a}" if is_one else a for a, is_one in zip(args, formulas, strict=True)])
