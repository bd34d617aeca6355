"""The room "We did": who was helped by which play, who was not and why, and what became of the messages."""

from __future__ import annotations

from collections import Counter

from flywheel.domain.play import DecisionStatus, Tier
from flywheel.report.cared import case_blocks, harmed_blocks, held_back
from flywheel.report.cycle_report import Block, Cell, Column, Figure, Phrase, Section, Sentences, Table
from flywheel.report.view import View
from flywheel.report.words import capital, counted, name_of, sentence

_TIERS: dict[Tier, str] = {
    "safety": "safety", "complaint": "a complaint", "friction": "a hitch", "relationship": "the relationship",
    "offer": "an offer",
}  # fmt: skip
_STATES = {
    "pending": "waiting to be sent", "claimed": "being sent", "sending": "being sent", "sent": "sent",
    "retry_wait": "to be tried again", "failed": "failed", "dead": "given up after several tries",
    "waiting": "waiting for approval", "unknown": "perhaps sent: somebody should look", "cancelled": "cancelled",
    "suppressed": "held back (no longer allowed)", "expired": "too late to be of use", "blocked": "blocked",
    "shadow": "not sent (shadow run)",
}  # fmt: skip
_MOST_REASONS = 10


def did_section(view: View) -> Section:
    """Return what was done for people, and what was left undone for which reason."""
    blocks: list[Block] = [*_offers(view), *_promptness(view)]
    if view.facts.decisions.n:
        blocks.append(_plays_table(view))
    blocks += case_blocks(view)
    blocks += _reasons(view)
    blocks += harmed_blocks(view)
    blocks += held_back(view)
    blocks += _deliveries(view)
    return Section(id="did", title="We did", finding=did_finding(view), blocks=tuple(blocks))


def did_finding(view: View) -> Phrase:
    """Return how many people were helped, and how many were not, in one sentence."""
    if not view.facts.decisions.n and view.blocks:
        return ("Nothing was done for anybody; what stood against it is listed below.",)
    if not view.facts.decisions.n:
        return ("Nobody's case asked for a decision in this period, so nothing was done.",)
    phrase = capital((*helped(view), *_offered(view)))
    others: tuple[tuple[str, DecisionStatus, str], ...] = (
        ("held", "held out", " held out, so that we can see what helping changes"),
        ("waiting", "waiting", " waiting for approval"),
        ("blocked", "blocked", " blocked by a rule"),
    )
    for key, status, words in others:
        n = view.decided(status)
        if n:
            phrase = (*phrase, "; ", view.make.count(f"did/{key}", f"Decisions {status}", n), words)
    return (*phrase, ".")


def helped(view: View) -> Phrase:
    """Return who was helped in words that claim no more than what was sent."""
    if view.facts.cycle.mode == "shadow":
        n = view.decided("shadow", "decided")
        would = view.make.count("did/would", "People who would have been offered help", n)
        return (would, f" {counted(n, 'person', 'people')} would have been offered help (shadow run: nothing was sent)")
    decided = view.decided("decided")
    sent = view.facts.deliveries.get("sent", 0)
    help_given = view.facts.decisions.helped
    if not decided:
        return ("nobody was offered help",)
    if sent < decided:
        out = view.make.count("did/sent", "Messages that were sent", sent)
        of = view.make.count("did/decided", "People to whom a message was decided", decided)
        return ("messages to ", out, " of ", of, " people went out")
    people = view.make.count("did/helped", "People who were offered help (sales offers not counted)", help_given)
    return (people, f" {counted(help_given, 'person was', 'people were')} offered help")


def people_helped(view: View) -> Figure | None:
    """Return to how many people help was decided, None where nothing was decided."""
    if not view.facts.decisions.n:
        return None
    n = view.facts.decisions.helped
    return view.make.count("did/helped", "People who were offered help (sales offers not counted)", n)


def how_fast(view: View) -> Phrase:
    """Return how soon after being heard people were helped: the median with its interval."""
    prompt = view.facts.promptness
    if prompt is None:
        return ()
    heard = _median(view, "heard", "From being heard to being helped, the median", prompt.n, prompt.heard)
    label = "From saying it (or from what happened) to being helped, the median"
    said = _median(view, "said", label, prompt.n, prompt.said)
    return ("Half of the help went out within ", heard, " of being heard, ", said, " of being said.")


def _promptness(view: View) -> list[Block]:
    prompt = view.facts.promptness
    if prompt is None:
        return []
    return [Sentences(items=(how_fast(view),))]


def _median(view: View, key: str, label: str, n: int, of: tuple[float, float, float]) -> Figure:
    value, low, high = of
    return Figure(
        id=view.make.id(f"did/prompt/{key}"), label=label, value=value, unit="days", n=n, low=low, high=high,
        formula="median; interval by the order of the waits (binomial)", inputs=("v_delivery.sent_at",),
    )  # fmt: skip


def _offered(view: View) -> Phrase:
    people = view.facts.decisions.offered
    if not people or view.facts.deliveries.get("sent", 0) < view.decided("decided"):
        return ()
    return (", ", view.make.count("did/offered", "People who got a sales offer", people), " got a sales offer")


def _plays_table(view: View) -> Table:
    tally: Counter[tuple[str, DecisionStatus]] = Counter()
    for group in view.facts.decisions.groups:
        tally[group.play, group.status] += group.n
    tiers = {group.play: group.tier for group in view.facts.decisions.groups} | {
        play.name: play.tier for play in view.facts.plays
    }
    states: tuple[tuple[DecisionStatus, str], ...] = (
        ("shadow" if view.facts.cycle.mode == "shadow" else "decided", "Helped"), ("held out", "Held out"),
        ("waiting", "Waiting"), ("blocked", "Blocked"),
    )  # fmt: skip
    order = list(_TIERS)
    rows: list[tuple[Cell, ...]] = []
    for play in sorted(tiers, key=lambda name: (order.index(tiers[name]), name)):
        cells = tuple(
            view.make.count(f"did/play/{state}/{play}", f"{name_of(play)}: {word.lower()}", tally[play, state])
            for state, word in states
        )
        rows.append((sentence(name_of(play)), _TIERS[tiers[play]], *cells))
    first = "Would get it" if view.facts.cycle.mode == "shadow" else "Got it"
    names = (first, "Held out", "Waiting", "Blocked")
    columns = (Column(name="Play"), Column(name="Answers"), *(Column(name=name, numeric=True) for name in names))
    return Table(id="did-plays", caption="People by play and by what was decided", columns=columns, rows=tuple(rows))


def _offers(view: View) -> list[Block]:
    n = view.facts.offers_withheld
    if not n:
        return []
    offers = view.make.count("did/offers-withheld", "Offers withheld because help came first", n)
    return [
        Sentences(items=((offers, f" {counted(n, 'offer was', 'offers were')} withheld because help came first."),))
    ]


def _reasons(view: View) -> list[Block]:
    blocks = sorted(view.blocks.items(), key=lambda item: (-item[1], item[0]))
    if not blocks:
        return []
    rows: list[tuple[Cell, ...]] = [
        (view.reason(reason, of=reason), view.make.count(f"did/why/{reason}", f"Not done: {reason}", n))
        for reason, n in blocks[:_MOST_REASONS]
    ]
    rest = sum(n for _, n in blocks[_MOST_REASONS:])
    if rest:
        rows.append(("all other reasons", view.make.count("did/why-else", "Not done for all other reasons", rest)))
    columns = (Column(name="Why something that fitted was not done"), Column(name="Times", numeric=True))
    return [Table(id="did-why", caption="What was withheld, and why", columns=columns, rows=tuple(rows))]


def _deliveries(view: View) -> list[Block]:
    found = [(state, n) for state, n in view.facts.deliveries.items() if n]
    states = sorted(found, key=lambda item: (-item[1], item[0]))
    if not states:
        return []
    rows = tuple((_STATES.get(state, state), _delivered(view, state, n)) for state, n in states)
    columns = (Column(name="State"), Column(name="Messages", numeric=True))
    return [Table(id="did-deliveries", caption="What became of the messages", columns=columns, rows=rows, folded=True)]


def _delivered(view: View, state: str, n: int) -> Figure:
    return view.make.count(f"did/deliveries/{state}", f"Messages: {_STATES.get(state, state)}", n, "v_delivery")
