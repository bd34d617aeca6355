"""A play's condition in SQL fits the same persons as the same tree evaluated by hand."""

from __future__ import annotations

import operator
import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, Float, Integer, MetaData, Table, column, select, true

from flywheel.domain.expression import Comparison, Expression, Flag, Junction, Kind, Negation, parse_condition
from flywheel.domain.play import CONDITION_FIELDS
from flywheel.store import Store
from flywheel.store.codec import insert_new
from flywheel.store.condition import compile_condition, topics_of
from flywheel.store.shelves.waiting import Found, Waiting
from flywheel.store.tables import MentionRow
from flywheel.store.tables.row import Words

FIELDS: dict[str, Kind] = {"number": "number", "other": "number", "word": "text", "flag": "flag", "topics": "set"}
NUMBERS, WORDS, TOPICS = [-1.0, 0.0, 0.5, 1.0], ["a", "A", "b", "%", "'; DROP TABLE mention; --"], ["delay", "refund"]
COMPARE = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
MODEL = "m1"


def meant(tree: Expression, row: dict[str, Any]) -> bool | None:
    """Evaluate a tree: unknown (None) as in SQL, but what is unknown is surely not equal to any value."""
    if isinstance(tree, Junction):
        parts = [meant(part, row) for part in tree.parts]
        decisive = tree.word == "or"
        return decisive if decisive in parts else (None if None in parts else not decisive)
    if isinstance(tree, Negation):
        part = meant(tree.part, row)
        return None if part is None else not part
    if isinstance(tree, Flag):
        return row[tree.field] is True
    return compared(tree, row[tree.field])


def compared(tree: Comparison, value: Any) -> bool | None:
    if tree.field == "topics":
        return (tree.values[0] in value) == (tree.operator == "in")
    if value is None:
        return True if tree.operator in ("!=", "not in") else None
    if tree.operator in ("in", "not in"):
        return (value in tree.values) == (tree.operator == "in")
    return COMPARE[tree.operator](value, tree.values[0])


def written(dice: random.Random, depth: int) -> str:
    """Write a random condition."""
    if depth and dice.random() < 0.6:
        left, right = written(dice, depth - 1), written(dice, depth - 1)
        return dice.choice([f"({left} and {right})", f"({left} or {right})", f"not ({left})"])
    number, word = dice.choice(NUMBERS), repr(dice.choice(WORDS))
    return dice.choice([
        f"number {dice.choice(list(COMPARE))} {number}", f"other {dice.choice(list(COMPARE))} {number}",
        f"number in ({number}, 0.5)", f"number not in [{number}]", f"word {dice.choice(['==', '!='])} {word}",
        f"word in ({word}, 'b')", f"word not in ({word}, 'b')", "flag", f"'{dice.choice(TOPICS)}' in topics",
        f"'{dice.choice(TOPICS)}' not in topics",
    ])  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_a_compiled_condition_agrees_with_the_tree(store: Store, seed: int) -> None:
    dice = random.Random(seed)
    rows = [
        {
            "seq": seq, "number": dice.choice([None, *NUMBERS]), "other": dice.choice([None, *NUMBERS]),
            "word": dice.choice([None, *WORDS]), "flag": dice.choice([None, True, False]),
            "topics": dice.sample(TOPICS, dice.randint(0, 2)),
        }
        for seq in range(30)
    ]  # fmt: skip
    mentions = [
        {"feedback_seq": row["seq"], "model": MODEL, "topic": topic, "touchpoint": "", "evidence": "e"}
        for row in rows for topic in row["topics"]
    ]  # fmt: skip
    other = [one | {"model": "old", "topic": topic} for one in mentions for topic in TOPICS]
    with store.write(None) as shelves:
        connection = shelves._connection
        insert_new(connection, MentionRow, [*mentions, *other])
        tried = Table(
            "tried", MetaData(), Column("seq", Integer), Column("number", Float), Column("other", Float),
            Column("word", Words), Column("flag", Boolean),
        )  # fmt: skip
        tried.create(connection)
        connection.execute(tried.insert(), [{one.name: row[one.name] for one in tried.columns} for row in rows])
        columns = dict(tried.c)
        for _ in range(60):
            text = written(dice, 4)
            tree = parse_condition(text, FIELDS)
            fits = compile_condition(tree, columns, {"topics": topics_of(tried.c.seq, MODEL)})
            found = set(connection.execute(select(tried.c.seq).where(fits)).scalars())
            assert found == {row["seq"] for row in rows if meant(tree, row)}, text


def test_every_field_of_a_condition_can_be_asked_of_an_empty_store(store: Store, cycle: Any) -> None:
    tests = {"number": "{} > 0", "text": "{} == 'a'", "flag": "{}", "set": "'a' in {}"}
    conditions = {
        f"by_{name}": parse_condition(tests[kind].format(name), CONDITION_FIELDS)
        for name, kind in CONDITION_FIELDS.items()
    }
    with store.read() as shelves:
        nobody = [Waiting(seq=1, person_id="p1", known=True)]
        found = shelves.waiting.candidates(cycle, MODEL, conditions, nobody, longest=timedelta(days=14))
    assert found == Found(candidates=[], late=[], unfitted=[])


def test_values_are_bound_and_never_part_of_the_statement() -> None:
    tree = parse_condition('word == "x\' OR 1=1 --"', FIELDS)
    compiled = compile_condition(tree, {"word": column("word")}, {})
    assert "OR 1=1" not in str(select(true()).where(compiled))
