"""One of the variants in variants.json, all of them written by symbp; nothing is computed here but which one."""

import json
import pathlib


def generate(data):
    """Choose a variant; the same seed has the same one."""
    variant = chosen(data)
    data["params"].update(variant["params"])
    data["correct_answers"].update(variant["correct_answers"])


def grade(data):
    """Tell a student whose number is what a known mistake gives which mistake that is."""
    known = chosen(data)["mistakes"]
    remarks = []
    for name, right in data["correct_answers"].items():
        value = number(data["submitted_answers"].get(name))
        if name not in known or value is None or data["partial_scores"].get(name, {}).get("score") == 1:
            continue
        near = [m for m in known[name] if abs(value - m["value"]) <= min(m["tolerance"], abs(value - right))]
        remarks += [m["remark"] for m in near[:1]]
    data["feedback"]["remarks"] = remarks


def chosen(data):
    """The variant of this seed."""
    path = pathlib.Path(data["options"]["question_path"]) / "variants.json"
    variants = json.loads(path.read_text(encoding="utf-8"))
    return variants[int(data["variant_seed"]) % len(variants)]


def number(answer):
    """A submitted number; None where there is none."""
    if isinstance(answer, dict):  # as PrairieLearn stores what JSON has no type for
        answer = answer.get("_value")
    try:
        return float(answer)
    except (TypeError, ValueError):
        return None
