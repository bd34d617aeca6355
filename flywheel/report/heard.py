"""The rest of the room "They said": quotations with the rule that chose them, and what could not be read."""

from __future__ import annotations

from flywheel.domain.summary import GroupCount, Quotation
from flywheel.report.cycle_report import Block, Cell, Column, Phrase, Quote, Quotes, Sentences, Table
from flywheel.report.view import View
from flywheel.report.words import counted, name_of

_LONGEST_QUOTE = 320
RULE = (
    "Chosen by a rule, not by hand: on the topics that were mentioned most, texts of the mood that prevails there, "
    "those whose reading is surest, the oldest first, none that repeats itself or another. Addresses and numbers of "
    "persons were taken out when they were heard. The marked words are what the topic rests on."
)


def quotes(view: View) -> list[Block]:
    """Return the quotations on topics that enough people mentioned."""
    told = {group.name for group in view.topics("customer").now}
    chosen = [one for one in view.facts.quotations if one.topic in told][: view.facts.quotations_asked]
    if not chosen:
        return []
    return [Quotes(title="In their own words", rule=RULE, items=tuple(_quote(one) for one in chosen))]


def hearing_blocks(view: View) -> list[Block]:
    """Return what could be read and what not, by language."""
    counts = view.facts.readings
    total = counts.read + counts.unsupported + counts.no_text + counts.unscored
    if not total:
        return []
    heard = view.make.count("said/texts", "Texts of this period, all brands", total)
    read = view.make.count("said/read", "Texts that could be read", counts.read)
    phrase: Phrase = ("Of ", heard, f" {counted(total, 'text')} about all brands, ", read, " could be read")
    for key, n, words in (
        ("unsupported", counts.unsupported, " in a language that we cannot read (counted, never called neutral)"),
        ("no_text", counts.no_text, " without words"),
        ("unscored", counts.unscored, " that could not be scored"),
        ("undated", counts.undated, " without a date (read, but left out of trends)"),
    ):
        if n:
            phrase = (*phrase, "; ", view.make.count(f"said/{key}", f"Texts{words}", n), words)
    return [Sentences(title="What we could read", items=((*phrase, "."),)), *_languages(view)]


def _languages(view: View) -> list[Block]:
    told = [group for group in view.facts.languages if group.n >= view.facts.min_group]
    rest = [group for group in view.facts.languages if group.n < view.facts.min_group]
    rows = [_language(view, group.name or "unknown", group) for group in told]
    if rest:
        together = GroupCount(
            name="", n=sum(one.n for one in rest), n_read=sum(one.n_read for one in rest), n_negative=0, n_positive=0
        )
        rows.append(_language(view, "all other languages", together))
    if len(rows) < 2:
        return []
    columns = (Column(name="Language"), Column(name="Texts", numeric=True), Column(name="Read", numeric=True))
    caption = "Languages of what our customers wrote"
    return [Table(id="said-languages", caption=caption, columns=columns, rows=tuple(rows), folded=True)]


def _language(view: View, name: str, group: GroupCount) -> tuple[Cell, ...]:
    texts = view.make.count(f"said/language/texts/{name}", f"Texts in {name}", group.n)
    return (name, texts, view.make.count(f"said/language/read/{name}", f"Texts read in {name}", group.n_read))


def _quote(one: Quotation) -> Quote:
    return Quote(
        feedback_id=one.feedback_id, text=_shortened(one.text, one.evidence), evidence=one.evidence,
        topic=name_of(one.topic), label=one.label, language=one.language,
    )  # fmt: skip


def _shortened(text: str, evidence: str) -> str:
    """Cut a long text around the words that the topic rests on."""
    if len(text) <= _LONGEST_QUOTE:
        return text
    at = max(text.casefold().find(evidence.casefold()), 0)
    start = max(min(at - _LONGEST_QUOTE // 2, len(text) - _LONGEST_QUOTE), 0)
    end = start + _LONGEST_QUOTE
    return f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"
