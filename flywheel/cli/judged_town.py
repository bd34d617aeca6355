"""One drawn town: turned for weeks as any project is, through its files alone, and then held against the truth."""

from __future__ import annotations

import json
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from flywheel import town as the_town
from flywheel.cli.init import make_project
from flywheel.cli.town import public_key
from flywheel.domain.play import MERCY_TIERS
from flywheel.town.events import KINDS
from flywheel.town.judgement import Judged, harmful, others
from flywheel.town.life import DAY, Life
from flywheel.town.others import CAP, NOON, SAME_PLAY, gains
from flywheel.town.people import inhabitants
from flywheel.town.plan import OURS
from flywheel.town.specification import CATALOGUE, Specification
from flywheel.turn import TurnRequest, turn_local
from flywheel.wheel import Flywheel

_WHEN = {
    "safety": 'intent in ("hardship", "legal or safety") or urgency == "high"',
    "complaint": 'label == "negative" and ("refund" in topics or intent in ("threat to leave", "gone"))',
    "friction": 'label == "negative" or intent in ("question", "request")',
    "relationship": 'label == "positive"',
    "offer": 'label in ("neutral", "positive") and confidence >= 0.5 and complaints_90d == 0 and tenure_days > 180',
}
_TEMPLATES = {"call_back": "fix_it_for_you", "small_voucher": "make_it_right", "tell_us_more": "thank_you"}
_HELD_OUT = 0.2
_LEARN = "learn:\n  sure_at: 0.8\n  holdout_floor: 0.03\n  control: 0.01\n"
"""Who counts what is retained holds fewer people out, and sooner, than who wants to publish an effect."""
_RULES = [
    {"kind": "consent"},
    {"kind": "care_first", "complaints": 1_000},
    {"kind": "contact_cap", "max_contacts": 1, "days": CAP / DAY, "same_play_days": SAME_PLAY / DAY},
    {"kind": "quiet_hours", "start": "21:00", "end": "08:00", "zone": "Europe/Warsaw"},
]
"""The rules that bind all who are compared alike; of more than these the others know nothing."""
_CHANNELS = [{"id": "mail", "kind": "file", "folder": "outbox"}]
_IN_NEED = ("hardship", "refund", "leaving")
"""The experiences that call for mercy."""


def judged(spec: Specification, weeks: int) -> Judged:
    """Turn the wheel in one town for some weeks, in a folder that is thrown away, and judge it."""
    begin = time.process_time()
    with tempfile.TemporaryDirectory(prefix="town") as name:
        folder = Path(name)
        project(folder, spec)
        for week in range(1, weeks + 1):
            turned(folder, spec, week)
        lives = the_town.witness(folder, spec.plan.start + timedelta(days=7 * (weeks + 1)))
        known, misread = _in_need_held_out(folder, spec, lives)
    wheel = gains(lives.reactions, weeks)
    weekly = lives.reactions["at"] // (7 * DAY) - 1
    return Judged(
        number=spec.number, held_out=spec.held_out, people=spec.plan.customers, wheel=tuple(wheel),
        others=others(spec, weeks), messages=tuple(int((weekly == week).sum()) for week in range(weeks)),
        harmful=harmful(spec, lives.reactions, weeks), mercy_held_out=known, misread_need_held_out=misread,
        cpu_seconds=time.process_time() - begin,
    )  # fmt: skip


def turned(folder: Path, spec: Specification, week: int) -> None:
    """Turn the wheel on the Monday after a week, at noon, once the town has lived so far.

    Not a moment less: a message reaches people where the town stopped, and nobody is moved before it was decided.
    """
    noon = spec.plan.start + timedelta(days=7 * week, seconds=NOON)
    the_town.live(folder, noon)
    request = TurnRequest(config=folder / "config", flow="cycle", until=noon, as_of=noon)
    if turn_local(request).status != "completed":
        raise RuntimeError(f"Cycle {week} in town {spec.number} did not complete.")


def project(folder: Path, spec: Specification) -> None:
    """Make the project as `init` does, with the plays of the drawn towns: of all of them the same is believed."""
    make_project(folder, key=public_key(spec.seed))
    plays = [
        {
            "name": one.name, "tier": one.tier, "channel": "mail",
            "when": f'voice == "customer" and ({_WHEN[one.tier]})',
            "template": _TEMPLATES.get(one.name, one.name), "purpose": "marketing" if one.marketing else "service",
            "approval": "required" if one.approved_by_hand else "none", "not_after_days": 10, "metric": "returned",
            "metric_days": 3, "mode": "live", "expected_effect": 0.02, "expected_effect_sd": 0.05,
            "holdout": 0 if one.tier in MERCY_TIERS else _HELD_OUT,
        }
        for one in CATALOGUE
    ]  # fmt: skip
    rules = {"policies": _RULES, "channels": _CHANNELS}
    settings = {
        "plays": {"plays": plays},
        "policies": rules,
        "reports": {"report": {"formats": ["json"], "quotations": 0}},
    }
    for name, document in settings.items():
        (folder / "config" / f"{name}.yaml").write_text(json.dumps(document, indent=1), "utf-8")  # JSON is YAML
    orient = folder / "config" / "orient.yaml"
    orient.write_text(orient.read_text("utf-8").replace("learn:\n", _LEARN), "utf-8")
    the_town.build(folder, spec.seed, spec.plan)


def _in_need_held_out(folder: Path, spec: Specification, lives: Life) -> tuple[int, int]:
    """Return how many people in need were held out: such as the wheel knew to be in need, and such as it misread."""
    talked = lives.talked()
    people = inhabitants(spec.plan, spec.seed, OURS)
    with Flywheel.open(folder / "config") as wheel, wheel.store.read() as shelves:
        index = {wheel.vault.pseudonym(one.id): one.index for one in people}
        names, rows = shelves.views.rows("v_decision")
        decided = [dict(zip(names, row, strict=True)) for row in rows]
    held = [one for one in decided if one["arm"] in ("holdout", "control")]
    known = sum(one["tier"] in MERCY_TIERS for one in held)
    misread = 0
    for one in held:
        noon = (datetime.fromisoformat(one["decided_at"]) - spec.plan.start).total_seconds()
        own = talked[(talked["index"] == index[one["person_id"]]) & (talked["at"] < noon) & (talked["play"] < 0)]
        misread += bool(len(own)) and KINDS[own[own["at"].argmax()]["kind"]] in _IN_NEED
    return known, misread
