"""Ids follow from content, whatever the content."""

from __future__ import annotations

import uuid

import pytest

from flywheel.domain.ids import NAMESPACE, content_id, content_ids, pseudonym

STRANGE = ["", "1", "zażółć", "\U0001f600", "\ud800", "a\x1fb", "\x00", "x" * 10_000]


def test_an_id_is_uuid5_of_kind_and_parts() -> None:
    assert content_id("feedback", "a", "b") == uuid.uuid5(NAMESPACE, "feedback\x1fa\x1fb").hex


def test_a_column_of_ids_equals_ids_made_one_by_one() -> None:
    assert content_ids("feedback", "talk", STRANGE) == [content_id("feedback", "talk", one) for one in STRANGE]


def test_other_content_has_another_id() -> None:
    ids = content_ids("feedback", "talk", STRANGE)
    assert len(set(ids)) == len(STRANGE)
    assert content_id("feedback", "talk", "1") != content_id("feedback", "talk2", "1")
    assert content_id("feedback", "talk", "1") != content_id("outcome", "talk", "1")


@pytest.mark.parametrize("text", STRANGE)
def test_any_text_has_an_id(text: str) -> None:
    assert len(content_id("set aside", "talk", text)) == 32


def test_a_pseudonym_is_stable_and_hangs_on_the_key() -> None:
    assert pseudonym(b"k" * 32, "c1") == pseudonym(b"k" * 32, "c1")
    assert pseudonym(b"k" * 32, "c1") != pseudonym(b"l" * 32, "c1")
    assert len({pseudonym(b"k" * 32, one) for one in STRANGE}) == len(STRANGE)
