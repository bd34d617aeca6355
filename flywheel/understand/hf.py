"""A Hugging Face model of the organisation's own, from a local folder: nothing is fetched, no code of it is run."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, field_validator, model_validator

from flywheel.domain.reading import Label, Readings, Texts, TopicRule
from flywheel.errors import ConfigError
from flywheel.ports import Analyzer, ProjectPath
from flywheel.understand.deep import with_sentiment
from flywheel.understand.fast import FastAnalyzer
from flywheel.understand.sentiment import LABELS
from flywheel.understand.softmax import softmax
from flywheel.understand.steady import steady
from flywheel.understand.tokens import own_words
from flywheel.understand.vocabulary import Array

GENERATION = "hf-1"
_NOISE = 1e-4
"""How far a score may differ when its text is padded to the length of others."""
_NEEDED = ("transformers", "torch")


class HfAnalyzer(Analyzer):
    """A text classification model whose labels are mapped to ours; needs `pip install transformers torch`.

    `labels` maps each label of the model to negative, neutral or positive; several may mean the same. The fast tier
    reads everything else: language, topics, intent, urgency. `languages` are those that the model was trained on; texts
    in others keep the fast tier's sentiment.
    """

    path: ProjectPath
    labels: dict[str, Label]
    languages: tuple[str, ...] = Field(default=("en",), min_length=1)
    fast: FastAnalyzer = FastAnalyzer()
    batch: int = Field(default=32, ge=1, le=1_024)
    most_tokens: int = Field(default=256, ge=8, le=8_192)

    @field_validator("path")
    @classmethod
    def _is_a_model(cls, path: Path) -> Path:
        if not (path / "config.json").is_file():
            raise ValueError("the folder holds no config.json: it must be a model as `save_pretrained` writes it")
        return path

    @model_validator(mode="after")
    def _packages_are_there(self) -> HfAnalyzer:
        missing = [name for name in _NEEDED if find_spec(name) is None]
        if missing:
            raise ValueError(f"kind: hf needs {' and '.join(missing)}: `pip install 'flywheel-cx[hf]'`")
        return self

    @property
    def model_name(self) -> str:
        """Return "hf-1" with a fingerprint of the settings, of the model's files and of the fast tier."""
        parts = (self.model_dump_json(exclude={"path", "batch"}), _fingerprint(self.path), self.fast.model_name)
        return f"{GENERATION}.{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:8]}"

    def read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        """Return one reading per text, in order; sentiment, label and confidence are the model's where it can read."""
        said = replace(self.fast.read(texts, taxonomy), model=self.model_name)
        known = [
            row
            for row, (status, language) in enumerate(zip(said.status, said.language, strict=True))
            if status == "read" and language in self.languages
        ]
        for start in range(0, len(known), self.batch):
            rows = known[start : start + self.batch]
            said = with_sentiment(said, np.array(rows), self._chances([own_words(texts.text[row]) for row in rows]))
        return said

    def _chances(self, own: list[str]) -> Array:
        scores = steady(self._scores(own), _NOISE, lambda row: self._scores([own[row]])[0])
        meant = np.array([[self.labels[name] == label for label in LABELS] for name in self._names()], np.float64)
        return np.asarray(softmax(scores) @ meant)

    def _names(self) -> list[str]:
        named: dict[int, str] = _loaded(self.path)[1].config.id2label
        names = [named[k] for k in sorted(named)]
        if set(names) != set(self.labels):
            raise ConfigError(f"kind: hf: the model's labels are {names}; `labels` must say what each of them means.")
        return names

    def _scores(self, own: list[str]) -> Array:
        import torch

        tokenizer, model = _loaded(self.path)
        asked = tokenizer(own, padding=True, truncation=True, max_length=self.most_tokens, return_tensors="pt")
        with torch.inference_mode():
            return np.asarray(model(**asked).logits.numpy(), dtype=np.float64)


@lru_cache(maxsize=1)
def _loaded(path: Path) -> tuple[Any, Any]:
    """Load a tokenizer and a model once; weights only as safetensors, for other formats can hold code."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    safe: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(path), **safe)
        model = AutoModelForSequenceClassification.from_pretrained(str(path), use_safetensors=True, **safe)
    except (OSError, ValueError) as error:
        raise ConfigError(f"kind: hf: the model in {str(path)!r} cannot be loaded ({type(error).__name__}).") from error
    return tokenizer, model.eval()


@lru_cache(maxsize=4)
def _fingerprint(path: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(one for one in path.iterdir() if one.is_file()):
        digest.update(file.name.encode() + b"\0")
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:16]
