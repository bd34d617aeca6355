"""A language model behind an OpenAI-compatible address: a second opinion on what the fast tier is unsure of.

It is off unless it is configured. It is sent nothing but redacted text, one text a request, and no tools; whatever the
text or the model says, only one of three words is taken from the answer, and that word counts as evidence of bounded
weight: it never decides alone, and where it differs from the fast tier the reading is marked uncertain.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from pydantic import Field, SecretStr, field_validator

from flywheel.domain.reading import Label, Readings, Texts, TopicRule
from flywheel.ports import Analyzer, ProjectPath
from flywheel.understand.columns import Index
from flywheel.understand.deep import with_sentiment
from flywheel.understand.endpoint_answer import PROMPT_VERSION
from flywheel.understand.endpoint_asker import Asker, Patience
from flywheel.understand.endpoint_kept import Kept, Spent
from flywheel.understand.fast import FastAnalyzer
from flywheel.understand.head import chances
from flywheel.understand.sentiment import LABELS
from flywheel.understand.tokens import own_words

_log = logging.getLogger("flywheel")

GENERATION = "endpoint-1"
EVIDENCE = 3.0
"""The likelihood ratio that the model's word counts for: it can turn odds of at most 3 to 1."""
UNCERTAIN = 0.5
"""The most confidence a reading has on which the model and the fast tier differ."""


class EndpointAnalyzer(Analyzer):
    """The fast tier, and a language model asked about texts of which its confidence is at most `below`.

    `most_texts` is the spend cap: so many requests a cycle, retries counted; beyond it, and wherever the model gives no
    usable answer, the fast tier's reading stands. Answers are kept in `kept`, under a hash of the text, the model and
    the version of the prompt: the same question is paid for once.
    """

    url: str = Field(description="Up to and without /chat/completions.")
    model: str
    key: SecretStr | None = None
    fast: FastAnalyzer = FastAnalyzer()
    below: float = Field(default=0.6, ge=0.0, le=1.0)
    most_texts: int = Field(default=500, ge=0)
    most_characters: int = Field(default=2_000, ge=50, le=20_000)
    at_once: int = Field(default=4, ge=1, le=32)
    patience: Patience = Patience()
    kept: ProjectPath = Field(default=Path(".flywheel/endpoint"), validate_default=True)
    cycle_id: str | None = Field(default=None, exclude=True, description="Set by the cycle: whose spending is counted.")

    @field_validator("url")
    @classmethod
    def _private(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
            raise ValueError("customers' words go over https only (http is for this machine: 127.0.0.1, localhost)")
        return url.rstrip("/")

    @property
    def model_name(self) -> str:
        """Return "endpoint-1" with a fingerprint of what could change a reading."""
        parts = (self.url, self.model, PROMPT_VERSION, f"{self.below} {self.most_characters}", self.fast.model_name)
        return f"{GENERATION}.{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:8]}"

    def for_cycle(self, cycle_id: str) -> EndpointAnalyzer:
        """Return the same analyzer, which counts what it spends to a cycle."""
        return self.model_copy(update={"cycle_id": cycle_id})

    def read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        """Return one reading per text, in order; only sentiment, label and confidence differ from the fast tier's."""
        said = replace(self.fast.read(texts, taxonomy), model=self.model_name)
        asked = np.flatnonzero(said.confidence <= self.below)
        own = [own_words(texts.text[row]).strip()[: self.most_characters] for row in asked.tolist()]
        words = self._answers(list(dict.fromkeys(own)))
        heard = [(row, words[text]) for row, text in zip(asked.tolist(), own, strict=True) if text in words]
        return _weighed(said, heard) if heard else said

    def _answers(self, texts: list[str]) -> dict[str, Label]:
        kept = Kept(self.kept / "answers.jsonl")
        keys = {text: self._key(text) for text in texts}
        known = {text: kept.known[keys[text]] for text in texts if keys[text] in kept.known}
        unknown = [text for text in texts if text not in known]
        if not unknown:
            return known
        spent = Spent(self.kept / f"{self.cycle_id}.spent" if self.cycle_id else None, self.most_texts)
        secret = None if self.key is None else self.key.get_secret_value()
        with Asker(self.url, self.model, secret, self.patience, spent) as asker:
            for text, label in asker.ask(unknown, self.at_once):
                kept.keep(keys[text], label)
                known[text] = label
        _tell(asker.troubles)
        return known

    def _key(self, text: str) -> str:
        parts = (self.url, self.model, PROMPT_VERSION, text)
        return hashlib.sha256(chr(0).join(parts).encode("utf-8", "replace")).hexdigest()


_HERE = frozenset({"127.0.0.1", "localhost", "::1"})


def _weighed(said: Readings, heard: list[tuple[int, Label]]) -> Readings:
    """Return readings with the model's word as evidence beside the fast tier's probabilities."""
    rows: Index = np.array([row for row, _ in heard], np.int64)
    word = np.array([LABELS.index(label) for _, label in heard])
    share = chances(said)[rows] * np.where(np.arange(len(LABELS)) == word[:, None], EVIDENCE, 1.0)
    share /= share.sum(axis=1, keepdims=True)
    differ = np.array([said.label[row] != label for row, label in heard], np.bool_)
    weighed = with_sentiment(said, rows, share)
    weighed.confidence[rows[differ]] = np.minimum(weighed.confidence[rows[differ]], UNCERTAIN)
    return weighed


def _tell(troubles: Counter[str]) -> None:
    """Log why texts were left to the fast tier: kinds and counts, no words."""
    if troubles:
        listed = ", ".join(f"{reason} ({n})" for reason, n in sorted(troubles.items()))
        _log.warning("The endpoint left texts to the fast tier: %s.", listed)
