"""The fast tier: everything it can say about thousands of texts a second, on one core, without a network."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator

import numpy as np
from pydantic import Field, field_validator

from flywheel.domain.reading import Mentions, Readings, ReadingStatus, Texts, TopicRule
from flywheel.ports import Analyzer
from flywheel.understand.clauses import clauses
from flywheel.understand.draft import Draft, joined, part
from flywheel.understand.language import UNKNOWN, identify
from flywheel.understand.lexicon import readable_languages
from flywheel.understand.mixed import MIXED
from flywheel.understand.mixed import parts as in_two_languages
from flywheel.understand.rules import load_rules
from flywheel.understand.sayings import answer
from flywheel.understand.sentiment import probabilities, version
from flywheel.understand.tokens import has_letters, has_signs, own_words
from flywheel.understand.topics import finder
from flywheel.understand.vocabulary import vocabulary

_log = logging.getLogger("flywheel")

_TEXTS, _CHARACTERS = 2_048, 500_000
"""Texts read together: enough for speed, few enough that no batch, however made, needs much memory."""


class FastAnalyzer(Analyzer):
    """Word lists, calibrated sentiment, emotions and stated rules, in eight languages.

    `languages` are those it reads, the first one also for texts of emoji alone; all others are "unsupported".
    Texts whose confidence is under `abstain_below` (0..1) are left "unscored", for a deeper tier or a person.
    """

    languages: tuple[str, ...] = Field(default=("en", "pl", "de", "fr", "es", "it", "pt", "nl"), min_length=1)
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
        raised: Counter[str] = Counter()
        readings = self._read_or_halve(texts, taxonomy, raised)
        for error, n in sorted(raised.items()):
            _log.warning("%d texts are left unscored: reading them raised %s.", n, error)
        return readings

    def _read_or_halve(self, texts: Texts, taxonomy: tuple[TopicRule, ...], raised: Counter[str]) -> Readings:
        try:
            return self._read(texts, taxonomy)
        except Exception as error:  # the outermost edge: halving finds the text that raises; it alone says "unscored"
            if len(texts) == 0:
                raise
            if len(texts) == 1:
                raised[type(error).__name__] += 1
                return Draft(1).readings(self.model_name, ["unscored"])
            half = len(texts) // 2
            first, second = part(texts, 0, half), part(texts, half, len(texts))
            return joined(*(self._read_or_halve(some, taxonomy, raised) for some in (first, second)))

    def _read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        own = list(map(own_words, texts.text))
        status, draft = self._statuses(own, texts.language, texts.usual), Draft(len(own))
        draft.language = [language for _, language in status]
        groups: dict[str, list[int]] = {}
        mixed: list[tuple[int, list[tuple[str, str]]]] = []
        for row, (state, language) in enumerate(status):
            parts = in_two_languages(own[row], self.languages) if state == "read" else []
            if parts:
                mixed.append((row, parts))
                draft.language[row] = MIXED
            elif state == "read":
                groups.setdefault(self.languages[0] if language == UNKNOWN else language, []).append(row)
        for language, rows in groups.items():
            for some in _handfuls(rows, own):
                _read_some(draft, language, some, [own[row] for row in some], texts.touchpoint, taxonomy)
        for row, parts in mixed:
            draft.take(row, _read_mixed(parts, texts.touchpoint[row], taxonomy))
        _hear_replies(draft, texts.reply)
        states = [state for state, _ in status]
        for row in np.flatnonzero(draft.chances.max(axis=1) < self.abstain_below).tolist():
            draft.abstain(row)
            states[row] = "unscored"
        return draft.readings(self.model_name, states)

    def _statuses(
        self, own: list[str], declared: list[str | None], usual: list[str | None]
    ) -> list[tuple[ReadingStatus, str]]:
        statuses: list[tuple[ReadingStatus, str]] = []
        for text, known, source in zip(own, declared, usual or [None] * len(own), strict=True):
            if has_letters(text):
                language = identify(text, known, self.languages, source)
                statuses.append(("read" if language in self.languages else "unsupported", language))
            else:
                statuses.append(("read" if has_signs(text) else "no text", UNKNOWN))
        return statuses


def _handfuls(rows: list[int], own: list[str]) -> Iterator[list[int]]:
    """Divide rows so that what is made of a part at once stays small, whatever comes."""
    some: list[int] = []
    room = _CHARACTERS
    for row in rows:
        if some and (len(own[row]) > room or len(some) == _TEXTS):
            yield some
            some, room = [], _CHARACTERS
        some.append(row)
        room -= len(own[row])
    if some:
        yield some


def _read_mixed(parts: list[tuple[str, str]], touchpoint: str | None, taxonomy: tuple[TopicRule, ...]) -> Draft:
    """Read a text of two languages, each part in its own; the parts count by their length."""
    drafts = [Draft(1), Draft(1)]
    for draft, (language, own) in zip(drafts, parts, strict=True):
        _read_some(draft, language, [0], [own], [touchpoint], taxonomy)
    size, less = (len("".join(own.split())) for _, own in parts)
    drafts[0].blend(drafts[1], less / (size + less))
    return drafts[0]


def _hear_replies(draft: Draft, replies: list[str | None]) -> None:
    """Judge what the company answered, in the language of what it answers to."""
    for row, reply in enumerate(replies):
        label = draft.label[row]
        if reply and label:
            draft.answers[row] = answer(reply, draft.language[row], went_wrong=label == "negative")


def _read_some(
    draft: Draft,
    language: str,
    rows: list[int],
    own: list[str],
    touchpoints: list[str | None],
    taxonomy: tuple[TopicRule, ...],
) -> None:
    """Read texts of one language; each mention is judged by its own clause ("good crew, but my bag was lost")."""
    words = vocabulary(language)
    chunks = words.chunked(own)
    chances = probabilities(language, chunks)
    labels = draft.judge(rows, chances)
    felt = chunks.felt()
    if felt is not None:
        draft.feel(rows, felt)
    rules = load_rules(language)
    if rules:
        draft.say(rows, rules.read(own, chunks.pieces(), labels, chances.max(axis=1).tolist()))
    found = finder(taxonomy, language).find(own)
    parts = clauses(own, found)
    number = {part: place for place, part in enumerate(dict.fromkeys(parts))}
    said = probabilities(language, words.chunked(list(number)))
    sentiments = (said[:, 2] - said[:, 0]).tolist()
    draft.mention(
        Mentions(
            row=[rows[place] for place in found.row],
            topic=found.topic,
            touchpoint=[own_ or touchpoints[rows[at]] for own_, at in zip(found.touchpoint, found.row, strict=True)],
            sentiment=[sentiments[number[part]] for part in parts],
            evidence=[own[at][start:end] for at, start, end in zip(found.row, found.start, found.end, strict=True)],
        )
    )
