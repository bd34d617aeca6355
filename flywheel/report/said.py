"""The room "They said": how much was heard, what it was about, what moved, and in whose words."""

from __future__ import annotations

from dataclasses import dataclass

from flywheel.domain.feedback import Voice
from flywheel.domain.intervals import z_for
from flywheel.domain.summary import BrandCount, GroupCount
from flywheel.report.cycle_report import Block, Cell, Chart, Column, Figure, Mark, Phrase, Section, Sentences, Table
from flywheel.report.figures import is_real
from flywheel.report.heard import hearing_blocks, quotes
from flywheel.report.moved import split_block
from flywheel.report.stand_found import moved_blocks, scores_moved
from flywheel.report.themes import theme_blocks
from flywheel.report.touched import touchpoint_blocks
from flywheel.report.view import VOICES, View, mentions, negative
from flywheel.report.words import name_of, sentence

_MOST_TOPICS = 8
WHO: dict[Voice, str] = {"customer": "customers", "employee": "employees"}


@dataclass(frozen=True, slots=True)
class _TopicRow:
    topic: str
    texts: Figure
    now: Figure
    before: Figure | None
    change: Figure | None
    mood: Figure


def said_section(view: View) -> Section:
    """Return what people said in this period, and what moved since the last one."""
    blocks: list[Block] = [_voices_table(view)] if any(view.count(voice) for voice in VOICES) else []
    blocks += split_block(view)
    blocks += _topic_blocks(view, "customer")
    blocks += touchpoint_blocks(view)
    blocks += quotes(view)
    blocks += _topic_blocks(view, "employee")
    blocks += moved_blocks(view)
    blocks += theme_blocks(view)
    blocks += hearing_blocks(view)
    return Section(id="said", title="They said", finding=said_finding(view), blocks=tuple(blocks))


def said_finding(view: View) -> Phrase:
    """Return what our customers wrote about most, how they felt, and whether that moved."""
    whole = view.count("customer")
    if whole is None or not whole.n_read:
        return _scored(view)
    top = view.topics("customer").now[:1]
    if not top:
        return mood_answer(view)
    share = view.make.share(_topic_key("customer", top[0].name, "now"), _label(top[0].name), mentions(top[0], whole))
    lead = f"{sentence(name_of(top[0].name))} is what people wrote about most ("
    return (lead, share, " of our customers' texts). ", *mood_answer(view))


def mood_answer(view: View) -> Phrase:
    """Return whether it got better and whether that is more than chance: the verdict comes first."""
    whole = view.count("customer")
    if whole is None or not whole.n_read:
        return _scored(view)
    mood = view.make.share(_mood_key("customer"), "Negative texts of our customers", negative(whole))
    is_negative = " of what our customers write is negative"
    before = view.count("customer", before=True)
    if before is None or not before.n_read:
        return ("There is nothing earlier to compare with: ", mood, f"{is_negative}.")
    past = view.make.share("said/mood/customer/before", "Negative texts of our customers, before", negative(before))
    change = _mood_change(view, "customer", whole, before)
    if not is_real(change):
        return (
            "We cannot tell: ",
            mood,
            f"{is_negative}, ",
            past,
            " before; the change may be chance (",
            change,
            ").",
        )
    verdict = "It got worse: " if (change.value or 0) > 0 else "It got better: "
    return (verdict, mood, f"{is_negative}, ", past, " before; that is more than chance (", change, ").")


def scores_clause(view: View) -> Phrase:
    """Return what scores say, as a clause of the first sentence; empty where texts were read, or nothing was asked."""
    whole, moved = view.count("customer"), scores_moved(view)
    if (whole is not None and whole.n_read) or not moved:
        return ()
    return (moved[0].model_copy(update={"text": moved[0].text.rstrip(".")}),)


def mood_figure(view: View) -> Figure | None:
    """Return the negative share of our customers' texts, None where too few could be read."""
    whole = view.count("customer")
    if whole is None or not whole.n_read:
        return None
    return view.make.share(_mood_key("customer"), "Negative texts of our customers", negative(whole))


def _scored(view: View) -> Phrase:
    """Return what scores say where no text could be read."""
    moved = scores_moved(view)
    if moved:
        return (moved[0],)
    if view.count("customer") is None:
        return ("Too little was heard from our customers to tell what they care about.",)
    return ("None of what our customers wrote could be read.",)


def _mood_change(view: View, voice: Voice, now: BrandCount, before: BrandCount) -> Figure:
    label = f"Change of the negative share of our {WHO[voice]}"
    return view.make.change(f"said/mood/{voice}/change", label, negative(now), negative(before))


def _voices_table(view: View) -> Table:
    rows = tuple(_voice_row(view, voice, now) for voice in VOICES if (now := view.count(voice)) is not None)
    columns = (
        Column(name="Who"), Column(name="Texts", numeric=True), Column(name="Negative now", numeric=True),
        Column(name="Before", numeric=True), Column(name="Change", numeric=True), Column(name="In words"),
    )  # fmt: skip
    return Table(id="said-voices", caption="How much we heard, and how it sounded", columns=columns, rows=rows)


def _voice_row(view: View, voice: Voice, now: BrandCount) -> tuple[Cell, ...]:
    heard = view.make.count(f"said/heard/{voice}", f"Texts heard from our {WHO[voice]}", now.n, "v_feedback")
    if not now.n_read:
        return (sentence(WHO[voice]), heard, None, None, None, "without words")
    mood = view.make.share(_mood_key(voice), f"Negative texts of our {WHO[voice]}", negative(now))
    before = view.count(voice, before=True)
    if before is None:
        return (sentence(WHO[voice]), heard, mood, None, None, _verdict(None))
    past = view.make.share(f"said/mood/{voice}/before", f"Negative texts of our {WHO[voice]}, before", negative(before))
    change = _mood_change(view, voice, now, before)
    return (sentence(WHO[voice]), heard, mood, past, change, _verdict(change))


def _topic_blocks(view: View, voice: Voice) -> list[Block]:
    whole, topics = view.count(voice), view.topics(voice)
    if whole is None or not topics.now:
        return _hidden(view, voice) if whole is not None and whole.n_read else []
    told = topics.now[:_MOST_TOPICS]
    past = {group.name: group for group in topics.before}
    rows = [_topic_row(view, voice, group, past.get(group.name), z_for(len(told))) for group in told]
    return [_topic_chart(view, voice, rows), *_hidden(view, voice)]


def _topic_row(view: View, voice: Voice, group: GroupCount, past: GroupCount | None, z: float) -> _TopicRow:
    name, whole, before = name_of(group.name), view.count(voice), view.count(voice, before=True)
    assert whole is not None  # nothing is told of topics where nothing is told of their voice
    share = mentions(group, whole)
    then = change = None
    few = past is not None and 0 < past.n < view.facts.min_group
    if before is not None and not few:
        earlier = mentions(past, before)
        then = view.make.share(_topic_key(voice, group.name, "before"), f"{_label(group.name)}, before", earlier)
        change = view.make.change(_topic_key(voice, group.name, "change"), f"Change of {name}", share, earlier, z=z)
    mood = f"Negative where {name} is mentioned"
    return _TopicRow(
        topic=sentence(name),
        texts=view.make.count(_topic_key(voice, group.name, "mentions"), f"Texts that mention {name}", group.n),
        now=view.make.share(_topic_key(voice, group.name, "now"), _label(group.name), share),
        before=then,
        change=change,
        mood=view.make.share(_topic_key(voice, group.name, "mood"), mood, negative(group)),
    )


def _topic_chart(view: View, voice: Voice, rows: list[_TopicRow]) -> Chart:
    names = ("Topic", "Texts", "Share now", "Share before", "Change", "In words", "Negative when mentioned")
    columns = tuple(Column(name=name, numeric=name not in ("Topic", "In words")) for name in names)
    what = f"Share of our {WHO[voice]}' texts that mention each topic"
    cells = tuple((r.topic, r.texts, r.now, r.before, r.change, _verdict(r.change), r.mood) for r in rows)
    data = Table(id=f"said-topics-{voice}-data", caption=what, columns=columns, rows=cells, folded=True)
    marks = tuple(Mark(label=row.topic, figure=row.now, second=row.before, tone="ours") for row in rows)
    return Chart(
        id=f"said-topics-{voice}", shape="before and now", title=f"What our {WHO[voice]} wrote about",
        description=(f"{what}, now and before. ", *_what_moved(view, voice, rows)), marks=marks, data=data,
    )  # fmt: skip


def _what_moved(view: View, voice: Voice, rows: list[_TopicRow]) -> Phrase:
    if view.count(voice, before=True) is None:
        return ("There is no earlier period to compare with.",)
    moved = [row for row in rows if row.change and is_real(row.change)]
    if not moved:
        return ("No topic moved by more than chance; the intervals allow for looking at all of them together.",)
    phrase: Phrase = ("More than chance, looked at all together: ",)
    for at, row in enumerate(moved):
        phrase = (*phrase, f"{', ' if at else ''}{row.topic.lower()} (", row.change or "", ")")
    return (*phrase, ".")


def _hidden(view: View, voice: Voice) -> list[Block]:
    hidden = view.hidden_topics(voice)
    if not hidden:
        return []
    few = view.make.count(f"said/hidden/{voice}", f"Topics too small to tell of ({voice}s)", hidden)
    least = view.make.count("said/least", "The smallest group that is told of", view.facts.min_group, "min_group")
    return [Sentences(items=(("Topics not shown because fewer than ", least, " texts mention them: ", few, "."),))]


def _verdict(change: Figure | None) -> str:
    if change is None or change.value is None:
        return "nothing to compare with"
    if not is_real(change):
        return "cannot tell"
    return "more than before" if change.value > 0 else "less than before"


def _label(topic: str) -> str:
    return f"Texts of ours that mention {name_of(topic)}"


def _mood_key(voice: Voice) -> str:
    return f"said/mood/{voice}/now"


def _topic_key(voice: Voice, topic: str, what: str) -> str:
    return f"said/topic/{what}/{voice}/{topic}"
