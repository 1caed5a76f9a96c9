"""The kinds of questions, each a function that says what of its kind can be asked at a desk."""

from symbp.sheets.asking import Kind
from symbp.sheets.kinds.choosing import gradient_choice, shape, which_mistake, which_transpose, wrong_line
from symbp.sheets.kinds.computing import (
    error_signal,
    forward_value,
    local_derivative,
    loss_value,
    path_gradient,
    small_change,
    update_step,
    weight_gradient,
)
from symbp.sheets.kinds.counting import parameter_count, path_count, term_count, window_sizes
from symbp.sheets.kinds.formulas import missing_factor, which_formula
from symbp.sheets.kinds.reasoning import (
    dead_relu,
    looks_ahead,
    same_sample_twice,
    single_step,
    sums_to_zero,
    vanishing,
)

# In the order in which a sheet asks them.
KINDS: tuple[Kind, ...] = (
    Kind("shape", "choices", 1, shape),
    Kind("parameter-count", "numbers", 1, parameter_count),
    Kind("window-sizes", "numbers", 2, window_sizes),
    Kind("path-count", "numbers", 1, path_count),
    Kind("term-count", "numbers", 1, term_count),
    Kind("forward-value", "numbers", 2, forward_value),
    Kind("loss-value", "numbers", 2, loss_value),
    Kind("local-derivative", "numbers", 2, local_derivative),
    Kind("error-signal", "numbers", 3, error_signal),
    Kind("weight-gradient", "numbers", 3, weight_gradient),
    Kind("path-gradient", "numbers", 4, path_gradient),
    Kind("update-step", "numbers", 2, update_step),
    Kind("small-change", "numbers", 2, small_change),
    Kind("gradient-choice", "choices", 2, gradient_choice),
    Kind("which-formula", "choices", 2, which_formula),
    Kind("missing-factor", "choices", 2, missing_factor),
    Kind("wrong-line", "choices", 2, wrong_line),
    Kind("which-mistake", "choices", 3, which_mistake),
    Kind("which-transpose", "choices", 2, which_transpose),
    Kind("dead-relu", "choices", 1, dead_relu),
    Kind("sums-to-zero", "choices", 1, sums_to_zero),
    Kind("looks-ahead", "choices", 1, looks_ahead),
    Kind("single-step", "choices", 1, single_step),
    Kind("same-sample-twice", "choices", 1, same_sample_twice),
    Kind("vanishing", "numbers", 1, vanishing),
)

__all__ = ["KINDS"]
