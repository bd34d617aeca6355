"""`flywheel evaluate sentiment|emotion|topic|intent`: how well a model, or one's own labels, reads a labelled file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flywheel.assets import folder
from flywheel.cli.label_names import Kind
from flywheel.cli.labelled_texts import Asked, read_texts
from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer
from flywheel.cli.text_parts import TextPlan
from flywheel.cli.text_scores import fitted, read
from flywheel.cli.text_words import told
from flywheel.config import load
from flywheel.errors import ConfigError
from flywheel.plugins import plugin_class
from flywheel.ports import Analyzer
from flywheel.understand.head import FEWEST


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True, slots=True)
class TextOptions:
    """Which column is what, and whether to learn from a part of the file."""

    text: Annotated[str, Parameter(help="The column of the text.")]
    label: Annotated[str, Parameter(help="The column of the right label.")]
    map: Annotated[
        tuple[str, ...],
        Parameter(
            consume_multiple=True, negative=(), help="Names for the file's labels: negative=1,2,neutral=3,positive=4,5."
        ),
    ] = ()
    several: Annotated[str | None, Parameter(help="What stands between labels where a cell has several.")] = None
    tier: Annotated[str | None, Parameter(help="The kind of analyzer; default: the project's, else fast.")] = None
    language: Annotated[str | None, Parameter(help="The language of all texts, where it is known.")] = None
    fit: Annotated[bool, Parameter(help="Learn from a part of the file, score the rest.", negative=())] = False
    share: Annotated[float, Parameter(help="The part to learn from.")] = 0.8
    each: Annotated[int | None, Parameter(help="Learn from so many texts of each label instead.")] = None
    seed: Annotated[int, Parameter(help="The seed of the parts and of the bootstrap.")] = 1


LabelledFile = Annotated[Path, Parameter(name="FILE", help="CSV, JSON Lines, Excel or Parquet, one text a row.")]


def sentiment(
    file: LabelledFile,
    /,
    *,
    of: TextOptions,
    options: Options = PLAIN,
) -> int:
    """Judge sentiment."""
    return _evaluate("sentiment", file, of, options)


def emotion(
    file: LabelledFile,
    /,
    *,
    of: TextOptions,
    options: Options = PLAIN,
) -> int:
    """Judge emotions."""
    return _evaluate("emotion", file, of, options)


def topic(
    file: LabelledFile,
    /,
    *,
    of: TextOptions,
    options: Options = PLAIN,
) -> int:
    """Judge topics."""
    return _evaluate("topic", file, of, options)


def intent(
    file: LabelledFile,
    /,
    *,
    of: TextOptions,
    options: Options = PLAIN,
) -> int:
    """Judge intents."""
    return _evaluate("intent", file, of, options)


def _evaluate(kind: Kind, file: Path, of: TextOptions, options: Options) -> int:
    if not 0 < of.share < 1 or (of.each is not None and of.each < FEWEST):
        raise ConfigError(f"--share lies between 0 and 1, --each is at least {FEWEST}.")
    fit = of.fit or of.each is not None
    data = read_texts(file, Asked(kind, of.text, of.label, of.map, of.several, fit))
    settings = load(options.config) if options.config.is_dir() else load(folder("config"))
    analyzer = settings.analyzer if of.tier is None else _analyzer(of.tier)
    plan = TextPlan(kind, of.language, of.share, of.each, of.seed)
    found = (fitted if fit else read)(data, analyzer, settings.topics, plan)
    document = found[0].model_dump() | {
        "kind": kind, "left_out": data.without_label, "labels_left_out": data.unmapped,
        "compared": [one.model_dump() for one in found[1:]],
    }  # fmt: skip
    answer(options, document, told(found, data))
    return 0


def _analyzer(tier: str) -> Analyzer:
    made = plugin_class("analyzer", tier)()
    assert isinstance(made, Analyzer)
    return made
