"""The language of conditions: what it can say, and that it can say nothing else."""

from __future__ import annotations

import pytest

from flywheel.domain.expression import Comparison, Expression, Flag, Junction, Kind, Negation, parse_condition

FIELDS: dict[str, Kind] = {"value": "number", "label": "text", "topics": "set", "vip": "flag", "tenure_days": "number"}
NEGATIVE = Comparison("label", "==", ("negative",))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('label == "negative"', NEGATIVE),
        ("value >= -1", Comparison("value", ">=", (-1.0,))),
        ("value in (1, 2.5)", Comparison("value", "in", (1.0, 2.5))),
        ("label not in ['a', 'b']", Comparison("label", "not in", ("a", "b"))),
        ('"delay" in topics', Comparison("topics", "in", ("delay",))),
        ('"delay" not in topics', Comparison("topics", "not in", ("delay",))),
        ("vip", Flag("vip")),
        ("not vip", Negation(Flag("vip"))),
        ('label == "negative" and\n  not vip', Junction("and", (NEGATIVE, Negation(Flag("vip"))))),
        ("vip or vip and value > 1",
         Junction("or", (Flag("vip"), Junction("and", (Flag("vip"), Comparison("value", ">", (1.0,))))))),
    ],
)  # fmt: skip
def test_a_condition_is_read_into_a_tree(text: str, tree: Expression) -> None:
    assert parse_condition(text, FIELDS) == tree


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "cannot be read"), ("value <", "cannot be read"), ("value = 1", "cannot be read"),
        ("value", "not yes or no"), ("1 < value", "Write the field first"), ("1 < value < 2", "two things at a time"),
        ("value == 'a'", "cannot be compared"), ("label < 3", "cannot be compared"), ("label is 'a'", "does not exist"),
        ("label in 'abc'", "list of values"), ("label in ()", "list of values"), ("topics == 'delay'", "is a set"),
        ("'delay' in label", "Only a set of words"), ("1 in topics", "Only a set of words"), ("vip == 1", "is a flag"),
        ("vlaue > 1", "Did you mean 'value'"), ("tenure_day > 1", "Did you mean 'tenure_days'"),
        ("'a' in topic", "Did you mean 'topics'"), ("value + 1 > 2", "does not begin with one"),
        ("-vip", "cannot hold"),
        ("value > tenure_days", "is not a value"), ("value > None", "is not a value"), ("value > 1j", "is not a value"),
        ("label == b'a'", "is not a value"), ("value == value", "is not a value"),
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse_condition(text, FIELDS)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('id')", "vip.__class__", "label.upper() == 'A'", "(lambda: 1)()",
        "[x for x in topics]",
        "vip if vip else vip", "f'{label}' == 'a'", "label == f'{vip}'", "(vip := 1)", "value[0] > 1", "{1: 2}", "...",
        "*vip", "await vip", "yield", "vip; vip", "value > ~1", "value > +1", "value > 2**99", "import os",
        "\x00", "\ud800",
        "value > 1" + "0" * 1_900, "(" * 900 + "vip" + ")" * 900, "value > " + "-" * 1_900 + "1",
        "value > " + "-" * 300 + "1", "vip and " * 300, "vip or " * 400, "a" * 2_001, "value > " + "[" * 90 + "]" * 90,
        "vip" + ".x" * 900,
    ],
)  # fmt: skip
def test_a_hostile_condition_is_refused_and_never_run(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w \w"):
        parse_condition(text, FIELDS)


def test_a_long_but_honest_condition_is_read() -> None:
    text = " or ".join(f"value == {n}" for n in range(120))
    tree = parse_condition(text, FIELDS)
    assert isinstance(tree, Junction)
    assert len(tree.parts) == 120
