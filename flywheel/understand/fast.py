"""The fast tier: everything it can say about thousands of texts a second, on one core, without a network."""

from __future__ import annotations

import numpy as np
from pydantic import Field, field_validator

from flywheel.domain.reading import Readings, ReadingStatus, Texts, TopicRule
from flywheel.ports import Analyzer
from flywheel.understand.draft import Draft, joined, part
from flywheel.understand.language import UNKNOWN, identify
from flywheel.understand.rules import load_rules
from flywheel.understand.sentiment import probabilities, readable_languages, version
from flywheel.understand.tokens import has_letters, has_signs, own_words
from flywheel.understand.topics import clause, finder


class FastAnalyzer(Analyzer):
    """Word lists, calibrated sentiment and stated rules; reads English and Polish.

    `languages` are those it reads, the first one also for texts of emoji alone; all others are "unsupported".
    Texts whose confidence is under `abstain_below` (0..1) are left "unscored", for a deeper tier or a person.
    """

    languages: tuple[str, ...] = Field(default=("en", "pl"), min_length=1)
    abstain_below: float = Field(default=0.0, ge=0.0, le=1.0)

    @field_validator("languages")
    @classmethod
    def _has_word_lists(cls, languages: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [language for language in languages if language not in readable_languages()]
        if unknown:
            raise ValueError(f"no word list for {unknown[0]!r}. Languages that can be read: {readable_languages()}.")
        return languages

    @property
    def model_name(self) -> str:
        """Return "fast-1" with a fingerprint of the settings and of the data files that the package ships."""
        return version(self.model_dump_json())

    def read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        """Return one reading per text, in order; the reading of a text does not depend on its neighbours."""
        try:
            return self._read(texts, taxonomy)
        except Exception:  # the outermost edge: halving finds the text that raises; it alone says "unscored"
            if len(texts) == 0:
                raise
            if len(texts) == 1:
                return Draft(1).readings(self.model_name, ["unscored"])
            half = len(texts) // 2
            first, second = part(texts, 0, half), part(texts, half, len(texts))
            return joined(self.read(first, taxonomy), self.read(second, taxonomy))

    def _read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        own = [own_words(text) for text in texts.text]
        draft, status = Draft(len(own)), self._statuses(own, texts.language)
        groups: dict[str, list[int]] = {}
        for row, (state, language) in enumerate(status):
            draft.language[row] = language
            if state == "read":
                groups.setdefault(language, []).append(row)
        for language, rows in groups.items():
            words = self.languages[0] if language == UNKNOWN else language
            draft.judge(rows, probabilities(words, [own[row] for row in rows]))
            _read_rules(draft, words, rows, own)
            _read_topics(draft, words, rows, own, texts.touchpoint, taxonomy)
        states = [state for state, _ in status]
        for row in np.flatnonzero(draft.confidence < self.abstain_below).tolist():
            draft.abstain(row)
            states[row] = "unscored"
        return draft.readings(self.model_name, states)

    def _statuses(self, own: list[str], declared: list[str | None]) -> list[tuple[ReadingStatus, str]]:
        statuses: list[tuple[ReadingStatus, str]] = []
        for text, known in zip(own, declared, strict=True):
            if has_letters(text):
                language = identify(text, known, self.languages)
                statuses.append(("read" if language in self.languages else "unsupported", language))
            else:
                statuses.append(("read" if has_signs(text) else "no text", UNKNOWN))
        return statuses


def _read_rules(draft: Draft, language: str, rows: list[int], own: list[str]) -> None:
    rules = load_rules(language)
    for row in rows if rules else ():
        label, lowered = draft.label[row], own[row].lower().replace("\u2019", "'")
        if rules and label:
            draft.say(row, rules.read(lowered, label, float(draft.confidence[row])))


def _read_topics(
    draft: Draft,
    language: str,
    rows: list[int],
    own: list[str],
    touchpoints: list[str | None],
    taxonomy: tuple[TopicRule, ...],
) -> None:
    """Add the mentions of the rows; each is judged by its own clause ("good crew, but my bag was lost")."""
    topics = finder(taxonomy, language)
    found = [(row, mention) for row in rows for mention in topics.find(own[row])]
    clauses = [clause(own[row], mention.start, mention.end) for row, mention in found]
    number = {said: place for place, said in enumerate(dict.fromkeys(clauses))}
    chances = probabilities(language, list(number))
    sentiments = (chances[:, 2] - chances[:, 0]).tolist()
    for (row, mention), said in zip(found, clauses, strict=True):
        sentiment = sentiments[number[said]]
        evidence = own[row][mention.start : mention.end]
        draft.mention(row, mention.topic, mention.touchpoint or touchpoints[row], sentiment, evidence)
