"""Commands that turn the wheel, and stop what it sends."""

from __future__ import annotations

from flywheel.cli.catalogue.entry import Entry

TURN = (
    Entry(
        "run",
        "run:run",
        "Turn the wheel once: listen, understand, predict, decide, act, learn, report.",
        "flywheel run --engine local --until 2026-01-12T00:00Z",
    ),
    Entry(
        "ooda",
        "run:ooda",
        "Turn the outer loop: hold the last cycles against the competition, change the next.",
        "flywheel ooda",
    ),
    Entry(
        "triage",
        "run:triage",
        "Turn the fast lane: new feedback only, what is urgent first.",
        "flywheel triage --shadow",
    ),
    Entry(
        "retry",
        "run:retry",
        "Do a cycle again from its first failed step, over the same window.",
        "flywheel retry 3f2a91",
    ),
    Entry(
        "schedule",
        "schedule:schedule",
        "Serve the configured schedules from this process, until Ctrl-C.",
        "flywheel schedule",
    ),
    Entry(
        "deploy",
        "schedule:deploy",
        "Register the configured schedules on a Prefect work pool.",
        "flywheel deploy --pool cx",
    ),
    Entry(
        "pause",
        "switch:pause",
        "Send nothing until `resume`; listening and learning go on, messages are held.",
        'flywheel pause --reason "wrong discount in a template"',
    ),
    Entry(
        "resume",
        "switch:resume",
        "Send again; what was held goes out with the next act, unless its time has passed.",
        "flywheel resume",
    ),
)
