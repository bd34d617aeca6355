"""No cell of an export is a spreadsheet formula, and numbers stay numbers."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flywheel.cells import guarded, guarded_row

_STARTS = "=+-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20"
_BEFORE = ["", " ", "\ufeff", "\u00a0", "\u200b", "\u3000", "\ufeff ", " \u200b\u00a0"]


@pytest.mark.parametrize("before", _BEFORE)
@pytest.mark.parametrize("start", _STARTS)
def test_a_formula_is_shown_as_text(start, before):
    assert guarded(f"{before}{start}cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize("value", [-3, -0.5, 1e300, 0, True, None])
def test_numbers_and_nothing_stay_what_they_are(value):
    assert guarded(value) is value


@pytest.mark.parametrize("text", ["", "plain", "5 > 3", "a=b", " a", "'quoted", "émile"])
def test_plain_text_is_left_alone(text):
    assert guarded(text) == text


@given(
    st.text(
        alphabet=st.one_of(st.sampled_from(_STARTS + " \ufeff\u00a0\u200b\u3000\x0b\x85\u2028ab'\""), st.characters())
    )
)
def test_no_random_cell_starts_like_a_formula(text):
    cell = guarded(text)
    seen = cell.lstrip("\ufeff\u200b").lstrip()
    assert not cell.startswith(tuple(_STARTS))
    assert not seen.startswith(tuple(_STARTS))
    assert cell.removeprefix("'") == text or cell == text


def test_a_written_file_reads_back_with_the_guards_in_place():
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_NONNUMERIC).writerow(guarded_row(["=1+1", -2, 'say "hi"\n', None]))
    assert file.getvalue() == '"\'=1+1",-2,"say ""hi""\n",""\r\n'
