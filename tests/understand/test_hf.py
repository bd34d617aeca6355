"""A Hugging Face model of one's own; transformers and torch stand in for themselves as two small modules here.

The real ones (900 MB) were tried by hand, with a tiny random model (2026-11-22, torch 2.15, transformers 5.23, CPU).
"""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from flywheel.checks import check_analyzer
from flywheel.domain.reading import Readings, Texts
from flywheel.errors import ConfigError
from flywheel.understand import hf
from flywheel.understand.fast import FastAnalyzer
from flywheel.understand.hf import HfAnalyzer

LABELS = {"BAD": "negative", "AWFUL": "negative", "FINE": "positive"}


class Tokenizer:
    def __call__(self, texts: list[str], **how: Any) -> dict[str, Any]:
        assert how["truncation"]
        assert how["padding"]
        return {"texts": texts}


class Model:
    """Counts exclamation marks: many are FINE, none is BAD; the longer the batch, the more its numbers tremble."""

    config = SimpleNamespace(id2label={0: "BAD", 1: "AWFUL", 2: "FINE"})

    def eval(self) -> Model:
        return self

    def __call__(self, texts: list[str]) -> Any:
        rows = [[1.0, 1.0, 1.5 * text.count("!") + 1e-6 * len(texts)] for text in texts]
        return SimpleNamespace(logits=SimpleNamespace(numpy=lambda: np.array(rows, np.float32)))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Put the small modules in place; return how they were asked for a model."""
    found: list[dict[str, Any]] = []

    def load(made: object) -> Any:
        return SimpleNamespace(from_pretrained=lambda path, **how: (found.append(how), made)[1])

    transformers, torch = ModuleType("transformers"), ModuleType("torch")
    transformers.__dict__.update(AutoTokenizer=load(Tokenizer()), AutoModelForSequenceClassification=load(Model()))
    torch.__dict__["inference_mode"] = nullcontext
    monkeypatch.setitem(sys.modules, "transformers", transformers)
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setattr(hf, "find_spec", lambda name: name)
    hf._loaded.cache_clear()
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "small"}))
    return tmp_path


def read(analyzer: HfAnalyzer | FastAnalyzer, *texts: str, language: str = "en") -> Readings:
    n = len(texts)
    return analyzer.read(Texts(list(texts), [language] * n, [None] * n, ["Own"] * n), ())


def test_labels_of_the_model_are_mapped_and_their_chances_added_up(asked, folder) -> None:
    said = read(HfAnalyzer(path=folder, labels=LABELS), "It was late", "Great!!!")

    assert said.label == ["negative", "positive"]
    assert said.confidence[0] == pytest.approx(2 * np.e / (2 * np.e + 1), abs=0.01)


def test_nothing_is_fetched_no_code_is_run_and_only_safetensors_are_read(asked, folder) -> None:
    read(HfAnalyzer(path=folder, labels=LABELS), "late")

    assert all(how["local_files_only"] is True and how["trust_remote_code"] is False for how in asked)
    assert [how.get("use_safetensors") for how in asked] == [None, True]


def test_a_text_is_read_alike_alone_and_among_others(asked, folder) -> None:
    texts = [f"It was {'!' * (k % 4)} number {k}" for k in range(20)]
    analyzer = HfAnalyzer(path=folder, labels=LABELS, batch=7)

    together = read(analyzer, *texts).sentiment.tolist()

    assert together == [read(analyzer, text).sentiment[0] for text in texts]


def test_what_it_was_not_trained_on_keeps_the_fast_reading(asked, folder) -> None:
    said = read(HfAnalyzer(path=folder, labels=LABELS), "Bardzo źle!!!", language="pl")
    fast = read(FastAnalyzer(), "Bardzo źle!!!", language="pl")

    assert said.label == fast.label
    assert said.confidence[0] == fast.confidence[0]


def test_labels_that_the_model_does_not_have_are_a_mistake_in_the_configuration(asked, folder) -> None:
    with pytest.raises(ConfigError, match="BAD"):
        read(HfAnalyzer(path=folder, labels={"LABEL_0": "negative"}), "late")


def test_a_folder_without_a_model_is_refused_before_anything_is_read(asked, tmp_path) -> None:
    with pytest.raises(ValidationError, match=r"config\.json"):
        HfAnalyzer(path=tmp_path, labels=LABELS)


def test_it_is_an_analyzer_as_others_are(asked, folder) -> None:
    check_analyzer(HfAnalyzer(path=folder, labels=LABELS))


def test_other_files_are_another_model(asked, folder) -> None:
    first = HfAnalyzer(path=folder, labels=LABELS).model_name
    (folder / "model.safetensors").write_bytes(b"weights")
    hf._fingerprint.cache_clear()

    assert HfAnalyzer(path=folder, labels=LABELS).model_name != first


def test_without_the_packages_the_command_to_type_is_named(folder, monkeypatch) -> None:
    monkeypatch.setattr(hf, "find_spec", lambda name: None if name == "torch" else find_spec("json"))

    with pytest.raises(ValidationError, match=r"torch: `pip install 'flywheel-cx\[hf\]'`"):
        HfAnalyzer(path=folder, labels=LABELS)
