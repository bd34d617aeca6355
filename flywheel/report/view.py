"""What the sections look up again and again: counts of a brand, topics of a voice, what became of decisions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flywheel.domain.feedback import Voice
from flywheel.domain.play import DecisionStatus
from flywheel.domain.summary import BrandCount, GroupCount
from flywheel.report.cycle_report import Words
from flywheel.report.facts import ReportFacts, TopicCounts
from flywheel.report.figures import FigureMaker, Part

VOICES: tuple[Voice, Voice] = ("customer", "employee")


@dataclass(frozen=True, slots=True)
class View:
    """The facts with the maker of this report's figures."""

    facts: ReportFacts
    make: FigureMaker

    @classmethod
    def of(cls, facts: ReportFacts) -> View:
        """Return the view of some facts."""
        return cls(facts, FigureMaker(facts.cycle.id))

    def count(self, voice: Voice, *, brand: str | None = None, before: bool = False) -> BrandCount | None:
        """Return the counts of a brand's voice, ours unless another is named; None below the smallest group told of."""
        rows = self.facts.counts_before if before else self.facts.counts
        name = self.facts.brand if brand is None else brand
        found = next((row for row in rows if row.brand == name and row.voice == voice), None)
        return found if found is not None and found.n >= self.facts.min_group else None

    def topics(self, voice: Voice, brand: str | None = None) -> TopicCounts:
        """Return the topics of a brand's voice, ours unless another is named, the most mentioned first."""
        name = self.facts.brand if brand is None else brand
        found = [one for one in self.facts.topics if one.brand == name and one.voice == voice]
        now = {group.name: group for one in found for group in one.now}
        before = {group.name: group for one in found for group in one.before}
        told = [group for group in now.values() if group.n >= self.facts.min_group]
        told.sort(key=lambda group: (-group.n, group.name))
        return TopicCounts(brand=name, voice=voice, now=tuple(told), before=tuple(before.values()))

    def hidden_topics(self, voice: Voice) -> int:
        """Return how many topics of ours too few people mentioned to tell of."""
        found = [one for one in self.facts.topics if one.brand == self.facts.brand and one.voice == voice]
        return sum(0 < group.n < self.facts.min_group for one in found for group in one.now)

    def decided(self, *statuses: DecisionStatus) -> int:
        """Return how many of this cycle's decisions ended in some states."""
        return self.facts.decisions.ended(*statuses)

    @property
    def changed(self) -> int:
        """Return how many decisions came out differently because of something learned or set before."""
        return max(self.facts.decisions.changed, max((use.changed for use in self.facts.learnings_used), default=0))

    def reason(self, words: str, *, of: str) -> Words:
        """Return why something was not done, in the words of the rule that said so; `of` is its name in `blocks`."""
        return Words(text=words, id=self.make.id(f"did/why/{of}"), kind="reason")

    @property
    def blocks(self) -> Counter[str]:
        """Return why plays that fitted were not done, with how often; what Decide counted too is counted once."""
        return Counter(self.facts.decisions.blocked) | Counter(self.facts.withheld)

    @property
    def ours_heard(self) -> int:
        """Return how many texts about our own brand were heard, of either voice."""
        return sum(row.n for row in self.facts.counts if row.brand == self.facts.brand)


def negative(row: BrandCount | GroupCount) -> Part:
    """Return the negative texts of those that could be read."""
    return Part.of(row.n_negative, row.n_read)


def mentions(group: GroupCount | None, whole: BrandCount) -> Part:
    """Return the texts that mention a topic, of all texts of that voice."""
    return Part.of(0 if group is None else group.n, whole.n)
