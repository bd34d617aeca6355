"""What `flywheel evaluate` says of texts: the figures, label by label, and which confidence can be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flywheel.cli.label_names import named
from flywheel.cli.labelled_texts import LabelledTexts
from flywheel.cli.screen import count, table
from flywheel.cli.text_scores import TextScore
from flywheel.domain.scoring import Figure

_MOST_LABELS = 30


def told(found: Sequence[TextScore], data: LabelledTexts) -> Iterator[str]:
    """Yield the lines."""
    yield from _left_out(data)
    first = found[0]
    yield from (f"Beware: {words}" for words in first.notices)
    if first.learned_from:
        yield f"Learned from {count(first.learned_from, 'text')} of the file, scored on the other {first.n:,}."
    for one in found:
        if one.not_read:
            states = ", ".join(f"{n:,} {state}" for state, n in one.not_read.items())
            yield f"{one.model} did not read {one.n - one.scored:,} of {one.n:,} texts ({states}); they are not scored."
    yield ""
    rows = [(one.model, one.scored, *_figures(one), f"{one.rows_per_second:,.0f}") for one in found]
    yield from table(("model", "scored", "macro-F1", "accuracy", "ECE", "Brier", "surest half", "texts/CPU s"), rows)
    yield ""
    yield from _labels(first)
    if first.thresholds:
        yield ""
        yield "From which confidence on to trust it (the others: a person, or a deeper tier):"
        rows = [
            (f"{one.wanted:.0%}", f"{one.confidence:.3f}", one.n, f"{one.share:.0%}", f"{one.right:.1%}")
            for one in first.thresholds
        ]
        yield from table(("wanted right", "confidence", "texts", "of all", "are right"), rows)


def _left_out(data: LabelledTexts) -> Iterator[str]:
    if data.without_label:
        which = f" (labels that are not judged: {named(data.unmapped)})" if data.unmapped else ""
        yield f"{count(data.without_label, 'row')} without a text or a label that is judged are left out{which}."


def _labels(found: TextScore) -> Iterator[str]:
    order = sorted(found.per_class.items(), key=lambda item: -item[1].n)
    rows = [(name, one.n, f"{one.precision:.3f}", f"{one.recall:.3f}", f"{one.f1:.3f}") for name, one in order]
    yield from table(("label", "texts", "precision", "recall", "F1"), rows[:_MOST_LABELS])
    if len(rows) > _MOST_LABELS:
        yield f"... and {len(rows) - _MOST_LABELS} more: --json has them all."


def _figures(one: TextScore) -> tuple[str, ...]:
    half = "-" if one.surest_half is None else f"{one.surest_half:.1%}"
    return _figure(one.macro_f1_interval), _figure(one.accuracy_interval), _figure(one.ece), _figure(one.brier), half


def _figure(one: Figure | None) -> str:
    return "-" if one is None else f"{one.value:.3f} [{one.low:.3f}, {one.high:.3f}]"
