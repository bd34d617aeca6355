"""What a person will probably need next: what others spoke of after the same topic, with how many they were."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pydantic import Field

from flywheel.domain.intervals import newcombe, wilson
from flywheel.domain.prediction import PersonHistory, Prediction, Turn
from flywheel.domain.record import Record
from flywheel.ports import Predictor

MODEL = "need-next-1"
_EARLIER = 2 / 3
"""Share of the turns, the earliest, that the later ones are foreseen from when it is asked whether it is worth it."""


class NeedLesson(Record):
    """What came of learning; `learned` is None where the last topic tells nothing of the next."""

    n: int
    says: str
    learned: str | None = None


class Need(Predictor):
    """The topic that a person's next text will most likely be about, as a share of others who spoke of the same before.

    `learned` is given by the wheel. Of topics after which fewer than `fewest` people spoke again nothing is said.
    """

    fewest: int = Field(default=30, ge=10)
    learned: str | None = None

    def predict(self, histories: Sequence[PersonHistory]) -> list[Prediction]:
        """Return the likeliest next topic of those whose last text named one, with Wilson's interval of its share."""
        if self.learned is None:
            return []
        follows: dict[str, _Follow] = {
            topic: _Follow(topic, n, dict(then)) for topic, n, then in json.loads(self.learned)["follows"]
        }
        name = f"{MODEL}.{hashlib.sha256(self.learned.encode()).hexdigest()[:8]}"
        found: list[Prediction] = []
        for one in histories:
            topics = one.lately[-1].topics if one.lately else ()
            known = [follows[topic] for topic in topics if topic in follows and follows[topic].n >= self.fewest]
            if known:
                found.append(_foreseen(one, max(known, key=lambda each: each.interval()[0]), name))
        return found


def learn_needs(turns: Iterable[Turn], fewest: int) -> NeedLesson:
    """Count what was spoken of after each topic, and ask of the latest third whether the earlier ones foretold it.

    A person counts once after a topic, with their first turn: people are independent, their turns are not. (Not with
    their last one: after the last time that somebody speaks of a topic they speak of another by definition.)
    """
    first: dict[tuple[str, str], Turn] = {}
    for one in turns:
        known = first.setdefault((one.person_id, one.topic), one)
        if one.at < known.at:
            first[one.person_id, one.topic] = one
    kept = sorted(first.values(), key=lambda one: (one.at, one.person_id, one.topic))
    cut = int(len(kept) * _EARLIER)
    earlier, later = _follows(kept[:cut]), kept[cut:]
    usual = Counter(topic for one in kept[:cut] for topic in one.then).most_common(1)
    asked = [one for one in later if one.topic in earlier and earlier[one.topic].n >= fewest]
    if not asked or not usual:
        return NeedLesson(n=len(kept), says=f"no topic after which {fewest} people spoke again and others later")
    hits = sum(earlier[one.topic].likeliest() in one.then for one in asked)
    plain = sum(usual[0][0] in one.then for one in asked)
    difference, low, high = newcombe(hits, len(asked), plain, len(asked))
    says = (
        f"the next topic was foretold in {hits} of {len(asked)} later turns, by the commonest topic alone in {plain} "
        f"(difference {difference:+.2f} [{low:+.2f}, {high:+.2f}])"
    )
    if low <= 0:
        return NeedLesson(n=len(kept), says=f"{says}: not surely better, nothing is foretold")
    counted = [(one.topic, one.n, sorted(one.then.items())) for one in _follows(kept).values()]
    learned = json.dumps({"model": MODEL, "follows": sorted(counted)}, ensure_ascii=False)
    return NeedLesson(n=len(kept), says=f"{says}: learned", learned=learned)


class _Follow(NamedTuple):
    """Of `n` people who spoke of `topic`, how many spoke of what in their next text."""

    topic: str
    n: int
    then: dict[str, int]

    def likeliest(self) -> str:
        return min(self.then, key=lambda topic: (-self.then[topic], topic))

    def interval(self) -> tuple[float, float]:
        return wilson(self.then[self.likeliest()], self.n)


def _follows(turns: Iterable[Turn]) -> dict[str, _Follow]:
    n: Counter[str] = Counter()
    then: dict[str, Counter[str]] = defaultdict(Counter)
    for one in turns:
        n[one.topic] += 1
        then[one.topic].update(set(one.then))
    return {topic: _Follow(topic, n[topic], dict(then[topic])) for topic in n}


def _foreseen(one: PersonHistory, follow: _Follow, name: str) -> Prediction:
    low, high = follow.interval()
    best = follow.likeliest()
    others = sorted(((-k, topic) for topic, k in follow.then.items() if topic != best))[:2]
    words = [
        f"next: {best}",
        f"{follow.then[best]} of {follow.n} who spoke of {follow.topic} spoke of {best} next",
        *(f"or {topic}: {-k} of {follow.n}" for k, topic in others),
    ]
    return Prediction(
        person_id=one.person_id, kind="need", as_of=one.as_of, model=name, value=follow.then[best] / follow.n,
        low=low, high=high, drivers=tuple(words),
    )  # fmt: skip
