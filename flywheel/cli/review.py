"""The customers' advocate's challenge of a planned change: fixed questions, answered from what people said and did."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, count
from flywheel.domain.objecting import QUESTIONS, Change, Finding, StandingObjection
from flywheel.domain.record import Record
from flywheel.errors import ConfigError
from flywheel.wheel import Flywheel

_LARGEST = 100_000


class Challenge(Record):
    """What was planned, what the data say to each question, and the objections as they stand."""

    change: Change
    findings: tuple[Finding, ...]
    objections: tuple[StandingObjection, ...]


def review(
    file: Annotated[Path, Parameter(name="FILE", help="A YAML file: name, kind, what, topics, touchpoints, groups.")],
    /, *, options: Options = PLAIN,
) -> int:  # fmt: skip
    """Challenge a planned change of product, process, price or words from the customers' side; 1: something objects."""
    from flywheel.steps.challenging import review as reviewed

    change = _change(file)
    with Flywheel.open(options.config) as wheel:
        _require_known(change, wheel)
        findings, standing = reviewed(wheel, change)
    challenge = Challenge(change=change, findings=tuple(findings), objections=tuple(standing))
    answer(options, challenge, _lines(challenge))
    return int(any(one.state != "overridden" for one in standing))


def _change(file: Path) -> Change:
    try:
        text = file.read_text(encoding="utf-8")
        content = YAML(typ="safe").load(text) if len(text) <= _LARGEST else None
        return Change.model_validate(content)
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise ConfigError(f"{str(file)!r} cannot be read as YAML ({type(error).__name__}).") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ConfigError(f"{str(file)!r}: {place}: {first['msg']}.") from None


def _require_known(change: Change, wheel: Flywheel) -> None:
    if not (change.topics or change.touchpoints or change.media):
        raise ConfigError("Say what the change touches: `topics`, `touchpoints` or `media`.")
    settings = wheel.settings
    touchpoints = {point.name for stage in settings.journey for point in stage.touchpoints}
    touchpoints |= {rule.touchpoint for rule in settings.topics if rule.touchpoint}
    for what, given, known in (
        ("topic", change.topics, {rule.topic for rule in settings.topics}),
        ("touchpoint", change.touchpoints, touchpoints),
    ):  # fmt: skip
        for one in given:
            if one not in known:
                raise ConfigError(f"There is no {what} {one!r} here; there is {', '.join(sorted(known))}.")


def _lines(challenge: Challenge) -> list[str]:
    change, lines = challenge.change, []
    lines += [f"{change.name} ({change.kind}): {change.what}", ""]
    for question in QUESTIONS:
        lines.append(f"{question.capitalize()}?")
        own = [one for one in challenge.findings if one.question == question]
        lines += [f"  {'!' if one.objects else ' '} {one.says}" for one in own] or [
            "    cannot tell: too few people spoke"
        ]
    lines.append("")
    for one in challenge.objections:
        by = f" by {one.actor}: {one.reason}" if one.actor else ""
        lines.append(f"{one.id[:12]}  {one.state}{by}  ({one.question})")
    n = sum(one.state != "overridden" for one in challenge.objections)
    lines.append(f"{count(n, 'objection')}." if n else "No objection.")
    return lines
