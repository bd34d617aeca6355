"""The room "Where we stand": our customers' and employees' experience beside each competitor's."""

from __future__ import annotations

from flywheel.domain.feedback import Voice
from flywheel.domain.standing import Standing
from flywheel.domain.summary import BrandCount
from flywheel.report.cycle_report import Block, Cell, Chart, Column, Figure, Mark, Phrase, Section, Table
from flywheel.report.stand_found import found_blocks
from flywheel.report.stand_gaps import gap_blocks, gap_size, one_of_each_peer, toward
from flywheel.report.view import VOICES, View, mentions, negative
from flywheel.report.words import listed, name_of, sentence

_MOST_TOPICS = 6
_MOST_NAMED = 3


def stand_section(view: View) -> Section:
    """Return our customers' and employees' experience beside the competition's."""
    blocks: list[Block] = [block for voice in VOICES for block in _share_chart(view, voice)]
    blocks += gap_blocks(view, told_standings(view))
    blocks += found_blocks(view)
    blocks += _peer_topics(view)
    return Section(id="stand", title="Where we stand", finding=stand_finding(view), blocks=tuple(blocks))


def told_standings(view: View) -> list[Standing]:
    """Return the standings whose both sides are large enough to be told of."""
    least = view.facts.min_group
    return [one for one in view.facts.standings if min(one.n_own or least, one.n_peer or least) >= least]


def stand_finding(view: View) -> Phrase:
    """Return against whom we are behind, ahead or level, the largest gap first."""
    standings = told_standings(view)
    if not standings:
        return ("There is nobody to compare us with yet.",)
    parts: list[Phrase] = []
    for verdict in ("behind", "ahead", "level"):
        for voice in VOICES:
            found = [one for one in standings if one.verdict == verdict and one.voice == voice]
            if found:
                parts.append(_clause(view, voice, verdict, found))
    if not parts:
        return ("For none of the ", _number_of(view, standings), " comparisons can we tell who is ahead.")
    phrase: Phrase = ("We are ",)
    for at, part in enumerate(parts):
        phrase = (*phrase, *(("; ",) if at else ()), *part)
    return (*phrase, ".")


def stand_answer(view: View) -> Phrase:
    """Return where we lose and against whom, first of all; without a loss, where we stand at all."""
    standings = told_standings(view)
    behind = [one for one in standings if one.verdict == "behind"]
    if not behind:
        nowhere = "" if any(one.verdict == "ahead" for one in standings) else "Nowhere that anybody could tell. "
        return (nowhere, *stand_finding(view)) if standings else stand_finding(view)
    phrase: Phrase = ()
    for voice in VOICES:
        found = [one for one in behind if one.voice == voice]
        if found:
            phrase = (*phrase, *(("; ",) if phrase else ()), *_clause(view, voice, "behind", found))
    also = _also(behind)
    return ("We are ", *phrase, f"; also on {listed(also)}." if also else ".")


def _also(behind: list[Standing]) -> list[str]:
    """Return on which other measures our customers put us behind."""
    customers = [one for one in behind if one.voice == "customer"]
    told = {one.measure for one in one_of_each_peer(customers)}
    others = dict.fromkeys(
        name_of(one.measure.removeprefix("pillar: ")) for one in customers if one.measure not in told
    )
    return list(others)[:_MOST_NAMED]


def _clause(view: View, voice: Voice, verdict: str, found: list[Standing]) -> Phrase:
    told = one_of_each_peer(found)
    about = "" if voice == "customer" else " in our employees' eyes"
    if verdict == "level":
        return (f"level with {listed([one.peer for one in told[:_MOST_NAMED]])}{about}",)
    phrase: Phrase = ()
    measures = list(dict.fromkeys(name_of(one.measure) for one in told[:_MOST_NAMED]))
    for at, one in enumerate(told[:_MOST_NAMED]):
        joint = "" if at == 0 else " and " if at == len(told) - 1 else ", "
        what = f" ({name_of(one.measure)})" if len(measures) > 1 else ""
        phrase = (*phrase, f"{joint}{one.peer} by ", gap_size(view, one), what)
    more = " and others" if len(told) > _MOST_NAMED else ""
    what = f" ({measures[0]})" if len(measures) == 1 else ""
    return (f"{toward(verdict)} ", *phrase, f"{more}{about}{what}")


def _number_of(view: View, standings: list[Standing]) -> Figure:
    return view.make.count("stand/compared", "Comparisons made", len(standings))


def _share_chart(view: View, voice: Voice) -> list[Block]:
    brands = (view.facts.brand, *view.facts.competitors)
    counts = [row for brand in brands if (row := view.count(voice, brand=brand)) is not None and row.n_read]
    if len(counts) < 2:
        return []
    counts.sort(key=lambda row: (-negative(row).part / negative(row).whole, row.brand))
    shares = {row.brand: _negative_share(view, voice, row) for row in counts}
    rows = tuple((row.brand, _texts(view, voice, row), shares[row.brand]) for row in counts)
    marks = tuple(_share_mark(view, brand, share) for brand, share in shares.items())
    columns = (Column(name="Brand"), Column(name="Texts", numeric=True), Column(name="Negative", numeric=True))
    title = f"Negative share of what {voice}s wrote in this period"
    ranked = list(shares)
    lead = f"One bar for each brand, longest first; less is better. {ranked[0]} has the most, {ranked[-1]} the least"
    place: Phrase = ("; ours is number ", _place(view, voice, ranked)) if view.facts.brand in ranked else ()
    description: Phrase = (lead, *place, ". The thin line is the interval.")
    data = Table(id=f"stand-{voice}-data", caption=title, columns=columns, rows=rows, folded=True)
    return [Chart(id=f"stand-{voice}", shape="bars", title=title, description=description, marks=marks, data=data)]


def _place(view: View, voice: Voice, ranked: list[str]) -> Figure:
    at = ranked.index(view.facts.brand) + 1
    return view.make.count(f"stand/rank/{voice}", f"Our place by the negative share of {voice}s, the most first", at)


def _negative_share(view: View, voice: Voice, row: BrandCount) -> Figure:
    label = f"Negative share of what {voice}s of {row.brand} wrote"
    return view.make.share(f"stand/negative/{voice}/{row.brand}", label, negative(row))


def _texts(view: View, voice: Voice, row: BrandCount) -> Figure:
    return view.make.count(f"stand/texts/{voice}/{row.brand}", f"Texts of {voice}s of {row.brand}", row.n)


def _share_mark(view: View, brand: str, share: Figure) -> Mark:
    ours = brand == view.facts.brand
    return Mark(label=brand, figure=share, tone="ours" if ours else "plain", note="us" if ours else "")


def _peer_topics(view: View) -> list[Block]:
    peers = [brand for brand in view.facts.competitors if view.count("customer", brand=brand) is not None]
    ours = view.topics("customer").now[:_MOST_TOPICS]
    if not peers or not ours:
        return []
    rows: list[tuple[Cell, ...]] = []
    for topic in ours:
        cells = [_topic_share(view, topic.name, brand) for brand in (view.facts.brand, *peers)]
        rows.append((sentence(name_of(topic.name)), *cells))
    columns = (Column(name="Topic"), *(Column(name=brand, numeric=True) for brand in (view.facts.brand, *peers)))
    caption = "How often customers of each brand write about our main topics"
    return [Table(id="stand-topics", caption=caption, columns=columns, rows=tuple(rows), folded=True)]


def _topic_share(view: View, topic: str, brand: str) -> Figure | None:
    whole = view.count("customer", brand=brand)
    group = next((one for one in view.topics("customer", brand).now if one.name == topic), None)
    if whole is None or group is None:
        return None
    label = f"Texts about {brand} that mention {name_of(topic)}"
    return view.make.share(f"stand/topic/{brand}/{topic}", label, mentions(group, whole))
