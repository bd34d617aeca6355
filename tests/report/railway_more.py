"""More of the small railway: what was found, foreseen, judged and earned, with names and statements full of digits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, get_args

from flywheel.domain.care import CaseSummary
from flywheel.domain.finding import Finding
from flywheel.domain.loop import STAGES, Criterion
from flywheel.domain.objecting import Question, StandingObjection
from flywheel.domain.outcome import Appraisal
from flywheel.domain.summary import GroupCount, PredictionSummary, Promptness, TeamLeavers, Worth
from flywheel.domain.theme import Theme
from flywheel.report.facts import TeamFacts, TouchpointFacts, WaitingFacts

OURS = "Amber Rail"


def more(until: datetime) -> dict[str, Any]:
    """Return the facts that a wheel with everything in it gives beside the plain ones."""
    return {
        "touchpoints": _touchpoints(), "findings": _findings(), "themes": _themes(), "theme_quotes": {"t1": "Gate 7?!"},
        "teams": (TeamLeavers(team="Onboard 2", n=40, left=8, value=1_000.0),),
        "worth": Worth(n=1_204, value=(350_236.0, 300_000.0, 410_000.0), n_at_risk=1_204,
                       at_risk=(46_431.0, 15_458.0, 127_039.0), model="clv-margin-1"),
        "satisfaction": PredictionSummary(n=300, mean=0.61, standard_error=0.01, above=200,
                                          model="satisfaction-linear-1.ab12", drivers={}),
        "promptness": Promptness(n=163, heard=(0.125, 0.08, 0.21), said=(2.3, 2.1, 2.6)),
        "waiting": (WaitingFacts(play="weekend_ticket", owner="Sales 24", n=6, due=until + timedelta(days=3)),),
        "cases": _cases(), "objections": _objections(until),
        "resting": {"mail 2": until + timedelta(days=1)}, "watched": ("say_sorry_2",),
        "appraisals": _appraisals(), "maturity": _maturity(), "owners": _owners(),
    }  # fmt: skip


def _cases() -> tuple[CaseSummary, ...]:
    return (
        CaseSummary(owner="Operations", n=30, open=8, overdue=3, answered=22, in_time=20, reopened=2, heard_again=9,
                    recovered=6),
        CaseSummary(owner="Stations 24", n=4, open=1, overdue=0, answered=3, in_time=3, reopened=0, heard_again=0,
                    recovered=0),
    )  # fmt: skip


def _objections(until: datetime) -> tuple[StandingObjection, ...]:
    plain = {"cycle_id": "c1", "question": get_args(Question)[0], "subject": "wifi", "value": 0.1, "low": 0.05,
             "high": 0.2, "n": 90, "raised_at": until, "expires": until + timedelta(days=9),
             "answered_at": None}  # fmt: skip
    return (
        StandingObjection.model_validate(
            plain | {"id": "o1", "plan": "play:weekend_ticket", "finding": "Of 90 people 9 complained within 7 days.",
                     "state": "open", "actor": None, "reason": None, "harmed": False}
        ),
        StandingObjection.model_validate(
            plain | {"id": "o2", "plan": "play:thank_you_call", "finding": "Of 60 people 12 were called twice.",
                     "state": "overridden", "actor": "dana", "reason": "we promised 24 hours", "harmed": True}
        ),
    )  # fmt: skip


def _touchpoints() -> tuple[TouchpointFacts, ...]:
    return (
        TouchpointFacts(name="gate_7", owner="Stations 24", now=_group("gate_7", 60, 31),
                        before=_group("gate_7", 58, 30)),
        TouchpointFacts(name="punctuality", owner="Operations", moment_of_truth=True,
                        now=_group("punctuality", 300, 260), before=_group("punctuality", 230, 150)),
    )  # fmt: skip


def _group(name: str, n: int, negative: int) -> GroupCount:
    return GroupCount(name=name, n=n, n_read=n, n_negative=negative, n_positive=n // 10)


def _findings() -> tuple[Finding, ...]:
    share, score = {"basis": "text", "unit": "share"}, {"basis": "survey", "unit": "score"}
    return (
        _finding("move", "share of negative feedback", 0.055, verdict="more", n=844, **share,
                 statement="share of negative feedback went from 54.9 % to 60.4 %, up 5.5 points."),
        _finding("move", "share of negative feedback", 0.012, part="language: mix", n=844, **share, statement="mix"),
        _finding("move", "share of negative feedback", 0.04, part="language: rate", n=844, **share, statement="rate"),
        _finding("measure", "csat 1..5", 3.9, n=400, **score, statement="csat 1..5 is 3.9"),
        _finding("cx gap", "punctuality", 1.4, verdict="more", n=120, **score,
                 statement="punctuality: 8.1 of 10 expected, 6.7 delivered."),
        _finding("blind spot", "loudest 5 %", 0.13, n=445, **share, statement="The loudest 5 % wrote 13 % of all."),
        _finding("elsewhere", "delay", -1.6, part="Line 66", verdict="less", n=988, **score,
                 statement="delay: 2.96 of 10 here, 4.58 at Line 66: better there."),
        _finding("oddity", "nps", None, **score, statement="NPS of 2019 and 2020 is the same to 4 digits."),
        _finding("warning", "wifi", 9.0, verdict="sure", n=61, basis="text", unit="number",
                 statement="wifi: 61 texts, 20 to 35 were to be expected."),
    )  # fmt: skip


def _finding(kind: str, subject: str, value: float | None, **values: Any) -> Finding:
    given = {"id": f"{len(kind + subject + values.get('part', '')):02d}{kind}{subject}{values.get('part', '')}"}
    ends = {} if value is None else {"low": value - 0.01, "high": value + 0.01}
    plain = {"cycle_id": "c1", "kind": kind, "voice": "customer", "brand": OURS, "subject": subject, "value": value}
    return Finding.model_validate(given | ends | plain | values)


def _themes() -> tuple[Theme, ...]:
    return (
        Theme(cycle_id="c1", id="t1", brand=OURS, voice="customer", language="en", name="gate, 7, closed",
              state="new", came_from=(), n=44, share=0.05, words={"gate": 3.0, "7": 2.0, "closed": 1.0},
              examples=("f1",), listed=None, period=3),
        Theme(cycle_id="c1", id="t2", brand=OURS, voice="customer", language="en", name="track, 9", state="gone",
              came_from=(), n=0, share=0.0, words={"track": 1.0}, examples=(), listed=None, period=3),
    )  # fmt: skip


def _appraisals() -> tuple[Appraisal, ...]:
    def judged(subject: str, measure: str, value: float, verdict: str, statement: str) -> Appraisal:
        return Appraisal.model_validate(
            {"id": f"a-{subject}-{measure}", "cycle_id": "c1", "subject": subject, "measure": measure, "value": value,
             "n": 90, "verdict": verdict, "statement": statement}
        )  # fmt: skip

    return (
        judged("play:weekend_ticket", "prospect", -1.0, "past", "With 31 people a cycle it can never know +2.0 %."),
        judged("prediction:churn", "calibration", 0.1, "watch", "Of 90 foreseen to leave at 20 %, 14 did."),
        judged("care:language pl", "ratio", 0.4, "past", "Polish speakers are helped 0.4 times as often."),
        judged("momentum", "momentum", 0.025, "said", "Momentum +0.025"),
        judged("momentum", "coverage", 0.99, "said", "coverage is 0.99"),
        judged("momentum", "speed", 0.42, "said", "speed is 0.42"),
    )


def _maturity() -> tuple[Criterion, ...]:
    return (
        Criterion(
            cycle_id="c1",
            part=STAGES[0],
            name="texts",
            words="texts of our customers",
            value=1_966,
            needed=100,
            met=True,
        ),
        Criterion(
            cycle_id="c1", part="culture", name="culture", words="2 teams, from 3 to 4", value=3.5, needed=3, met=True
        ),
    )


def _owners() -> tuple[TeamFacts, ...]:
    return (
        TeamFacts(name="Operations", touchpoints=("punctuality",), plays=("thank_you_call",),
                  thanks={"punctuality": 30}),
        TeamFacts(name="Stations 24", touchpoints=("gate_7",), thanks={"gate_7": 6}),
        TeamFacts(name="Sales 24", plays=("weekend_ticket",)),
    )  # fmt: skip
