"""A cycle of a small railway, made by hand: what the report has to tell of it is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from railway_more import more

from flywheel.domain.cycle import Cycle, Tally, Window
from flywheel.domain.initiative import Expectation, Initiative, Setting
from flywheel.domain.intervals import newcombe
from flywheel.domain.outcome import Learning, Lift
from flywheel.domain.play import DecisionStatus, Play, Tier
from flywheel.domain.standing import Standing, StandingVerdict
from flywheel.domain.summary import BrandCount, DecisionGroup, DecisionSummary, GroupCount, Quotation
from flywheel.report.facts import LearningUse, ReadCounts, ReportFacts, RiskSummary, SourceHealth, TopicCounts

Share = tuple[int, int]
UNTIL = datetime(2026, 3, 8, 23, tzinfo=UTC)
WEEK = timedelta(days=7)
OURS, COBALT, PINE = "Amber Rail", "Cobalt Rail", "Pine Coaches"
TEMPLATES = Path(__file__).parents[2] / "templates" / "reports"


@pytest.fixture
def templates() -> tuple[Path, ...]:
    return (TEMPLATES,)


@pytest.fixture
def facts() -> ReportFacts:
    return railway()


@pytest.fixture
def nothing() -> ReportFacts:
    return ReportFacts(brand=OURS, cycle=cycle())


@pytest.fixture
def shadow(facts: ReportFacts) -> ReportFacts:
    decided = (one for one in facts.decisions.groups if one.status == "decided")
    made = facts.decisions.model_copy(
        update={"groups": tuple(one.model_copy(update={"status": "shadow"}) for one in decided), "blocked": {}}
    )
    return facts.model_copy(update={"cycle": cycle("shadow"), "decisions": made, "deliveries": {"shadow": made.n}})


@pytest.fixture
def blocked() -> DecisionSummary:
    return DecisionSummary(
        groups=(group("apologise_for_delay", "complaint", "blocked", 57),),
        blocked={"no consent to service by file": 57},
    )


def railway() -> ReportFacts:
    return ReportFacts(
        brand=OURS, competitors=(COBALT, PINE), zone="Europe/Warsaw", cycle=cycle(),
        previous=Window(since=UNTIL - 2 * WEEK, until=UNTIL - WEEK),
        steps=_steps(), counts=_counts(), counts_before=_counts_before(), topics=_topics(),
        languages=(
            _group("en", 640, 640, 380, 120), _group("pl", 204, 204, 130, 40), _group("de", 46, 0, 0, 0),
            _group("fr", 4, 0, 0, 0),
        ),
        readings=ReadCounts(read=2_310, unsupported=61, no_text=12, unscored=3, undated=5), quotations=_quotations(),
        standings=_standings(), risks=(_risk(),), plays=_plays(), decisions=_decisions(),
        deliveries={"sent": 163, "suppressed": 2},
        withheld={"no consent to service by file": 14, "1 messages within 7 days already": 21, "no play fits": 9},
        offers_withheld=17, lifts=_lifts(), learnings=(_learning("learned-now", "this"),),
        learnings_used=(LearningUse(learning=_learning("learned-then", "last"), read=118, changed=12),),
        settings=(_setting(),), initiatives=_initiatives(), sources=_sources(),
        set_aside={"no text and no score": 4, "date cannot be read": 3},
        **more(UNTIL),
    )  # fmt: skip


def cycle(mode: str = "live") -> Cycle:
    return Cycle.model_validate(
        {
            "id": "c1c2e0" + "0" * 26, "flow": "cycle", "window": {"since": UNTIL - WEEK, "until": UNTIL},
            "as_of": UNTIL, "mode": mode, "period": 3, "config_hash": "abc", "fence": 1,
        }
    )  # fmt: skip


def group(play: str, tier: Tier, status: DecisionStatus, n: int) -> DecisionGroup:
    return DecisionGroup(play=play, tier=tier, status=status, n=n)


def _counts() -> tuple[BrandCount, ...]:
    return (
        _brand(OURS, "customer", 894, 844, 510, 174), _brand(OURS, "employee", 96, 92, 47, 20),
        _brand(COBALT, "customer", 812, 801, 420, 205), _brand(PINE, "customer", 533, 520, 370, 90),
        _brand(COBALT, "employee", 58, 57, 24, 15), _brand(PINE, "employee", 7, 7, 4, 1),
    )  # fmt: skip


def _counts_before() -> tuple[BrandCount, ...]:
    return (
        _brand(OURS, "customer", 870, 831, 456, 190), _brand(OURS, "employee", 88, 84, 45, 18),
        _brand(COBALT, "customer", 790, 780, 415, 190),
    )  # fmt: skip


def _brand(name: str, voice: str, n: int, read: int, negative: int, positive: int) -> BrandCount:
    return BrandCount(
        brand=name, voice=voice, last_day="2026-03-08", n=n, n_read=read, n_negative=negative,
        n_neutral=read - negative - positive, n_positive=positive,
    )  # fmt: skip


def _group(name: str, n: int, read: int, negative: int, positive: int) -> GroupCount:
    return GroupCount(name=name, n=n, n_read=read, n_negative=negative, n_positive=positive)


def _topics() -> tuple[TopicCounts, ...]:
    ours = (
        _group("delay", 312, 300, 260, 12), _group("refund", 141, 140, 112, 9), _group("staff", 120, 118, 31, 70),
        _group("seat_comfort", 84, 80, 33, 30), _group("wifi", 46, 46, 30, 8), _group("lost_luggage", 22, 22, 19, 1),
        _group("food", 4, 4, 2, 1),
    )  # fmt: skip
    then = (
        _group("delay", 236, 230, 190, 14), _group("refund", 139, 139, 110, 10), _group("staff", 128, 126, 36, 72),
        _group("seat_comfort", 90, 88, 40, 31), _group("wifi", 61, 60, 41, 10), _group("lost_luggage", 18, 18, 15, 1),
    )  # fmt: skip
    return (
        TopicCounts(brand=OURS, voice="customer", now=ours, before=then),
        TopicCounts(
            brand=OURS, voice="employee",
            now=(_group("shifts", 38, 38, 25, 6), _group("tools", 21, 21, 15, 2)),
            before=(_group("shifts", 30, 30, 19, 5), _group("tools", 17, 17, 11, 3)),
        ),
        TopicCounts(
            brand=COBALT, voice="customer", now=(_group("delay", 190, 188, 150, 10), _group("staff", 150, 150, 30, 90))
        ),
        TopicCounts(
            brand=PINE, voice="customer", now=(_group("delay", 201, 200, 170, 8), _group("refund", 80, 80, 60, 4))
        ),
    )  # fmt: skip


def _quotations() -> tuple[Quotation, ...]:
    return (
        _quotation("Third time this week the 7:12 is late. Nobody on the platform knew anything.", "delay", "late"),
        _quotation(
            "Still waiting for my refund after [number] days and four calls.", "refund", "waiting for my refund"
        ),
        _quotation("Opóźniony o godzinę, a w aplikacji cisza.", "delay", "Opóźniony", language="pl"),
        _quotation(
            "The conductor found me another train and carried my bag. Thank you!", "staff", "conductor", "positive"
        ),
    )


def _quotation(text: str, topic: str, evidence: str, label: str = "negative", language: str = "en") -> Quotation:
    return Quotation(feedback_id="f" + topic, text=text, label=label, language=language, topic=topic, evidence=evidence)


def _standings() -> tuple[Standing, ...]:
    return (
        _standing("customer", COBALT, (510, 844), (420, 801), "behind", "the whole interval is above the margin"),
        _standing("customer", PINE, (510, 844), (370, 520), "ahead", "the whole interval is below the margin"),
        _standing("employee", COBALT, (47, 92), (24, 57), "cannot tell", "fewer than 100 answers on either side"),
    )


def _standing(voice: str, peer: str, own: Share, theirs: Share, verdict: StandingVerdict, why: str) -> Standing:
    (s1, n1), (s2, n2) = own, theirs
    gap, low, high = newcombe(s1, n1, s2, n2)
    return Standing.model_validate(
        {
            "id": f"s-{voice}-{peer}", "cycle_id": cycle().id, "voice": voice,
            "basis": "text", "measure": "share of negative feedback",
            "brand": OURS, "peer": peer, "own": s1 / n1, "theirs": s2 / n2, "gap": gap, "low": low, "high": high,
            "n_own": n1, "n_peer": n2, "unit": "share", "as_of": UNTIL, "verdict": verdict, "reason": why,
        }
    )  # fmt: skip


def _risk() -> RiskSummary:
    return RiskSummary(
        n=1_204, threshold=0.5, above=131, mean=0.214, low=0.201, high=0.227, model="churn rule 1",
        drivers={"two or more complaints in 90 days": 88, "said that they want to leave": 31, "new customer": 4},
    )  # fmt: skip


def _plays() -> tuple[Play, ...]:
    return (
        Play(name="apologise_for_delay", tier="complaint", when="sentiment < 0", channel="file", template="a"),
        Play(name="thank_you_call", tier="relationship", when="sentiment > 0", channel="file", template="b"),
        Play(name="weekend_ticket", tier="offer", when="value > 0", channel="file", template="c"),
    )


def _decisions() -> DecisionSummary:
    return DecisionSummary(
        groups=(
            group("apologise_for_delay", "complaint", "blocked", 14),
            group("apologise_for_delay", "complaint", "decided", 121),
            group("thank_you_call", "relationship", "decided", 22),
            group("thank_you_call", "relationship", "held out", 9), group("weekend_ticket", "offer", "decided", 20),
            group("weekend_ticket", "offer", "held out", 11), group("weekend_ticket", "offer", "waiting", 6),
        ),
        helped=143, offered=20, changed=12, changed_by={"learned-then": 12},
        blocked={"no consent to service by file": 14},
    )  # fmt: skip


def _lifts() -> tuple[Lift, ...]:
    return (
        _lift("thank_you_call", "stayed", (190, 240), (150, 228), "works", "the whole interval is above the margin"),
        _lift(
            "weekend_ticket",
            "bought_again",
            (61, 210),
            (58, 204),
            "cannot tell",
            "the interval holds both good and harm",
        ),
    )


def _lift(play: str, metric: str, treated: Share, control: Share, verdict: str, why: str) -> Lift:
    (s1, n1), (s2, n2) = treated, control
    effect, low, high = newcombe(s1, n1, s2, n2)
    return Lift.model_validate(
        {
            "id": f"l-{play}", "cycle_id": cycle().id, "play": play, "variant": "a", "segment": "all", "metric": metric,
            "n_treated": n1, "n_control": n2, "treated": s1 / n1, "control": s2 / n2, "effect": effect, "low": low,
            "high": high, "anytime_low": low - 0.06, "anytime_high": high + 0.06, "verdict": verdict, "reason": why,
        }
    )  # fmt: skip


def _learning(name: str, week: str) -> Learning:
    return Learning(
        id=name, cycle_id="before", subject="play:thank_you_call", effect=0.134, low=0.052, high=0.214, n=468,
        statement=f"A thank-you call keeps about 13 of 100 people more than no call ({week} week)",
        change="thank_you_call is proposed more often", before=0.05, after=0.12,
    )  # fmt: skip


def _setting() -> Setting:
    return Setting(
        id="setting-1", cycle_id="before", name="focus.topics", value=["delay"], reason="behind Cobalt Rail on delays",
        evidence=("s-customer-Cobalt Rail",), decided_at=UNTIL - WEEK, expires=UNTIL + 8 * WEEK,
    )  # fmt: skip


def _initiatives() -> tuple[Initiative, ...]:
    return (
        Initiative(
            id="i1", cycle_id="before", voice="customer", topic="delay", touchpoint="punctuality",
            cause="delays on the 7:12 are not announced", owner="Operations", evidence_count=312,
            evidence=("f1", "f2"), opened_at=UNTIL - WEEK, due=UNTIL + 7 * WEEK, score=312,
            expected=Expectation(words="no past to learn from"), doubt="",
        ),
    )  # fmt: skip


def _sources() -> tuple[SourceHealth, ...]:
    return (
        SourceHealth(name="app_reviews", socket="source", rows=1_402, rows_ever=20_311, last_heard=UNTIL),
        SourceHealth(
            name="service_mail", socket="source", rows=998, rows_ever=9_120, last_heard=UNTIL - timedelta(hours=9),
            warnings=("2 rows without a date",),
        ),
    )  # fmt: skip


def _steps() -> tuple[Tally, ...]:
    return (
        Tally(step="listen", done=2_400, skipped=37, seconds=1.9, reasons={"duplicate": 30, "no text and no score": 7}),
        Tally(step="understand", done=2_386, seconds=4.2), Tally(step="predict", done=1_204, seconds=0.3),
        Tally(step="orient", done=3, seconds=0.1),
        Tally(step="decide", done=203, skipped=47, seconds=0.8, reasons={"contact cap": 21}),
        Tally(step="act", done=163, skipped=2, seconds=0.9), Tally(step="learn", done=2, seconds=0.2),
    )  # fmt: skip
