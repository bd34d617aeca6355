"""Commands to begin with."""

from __future__ import annotations

from flywheel.cli.catalogue.entry import Entry, Family

START = (
    Entry(
        "init",
        "init:init",
        "Make a project folder, or add what an existing one lacks (key, store).",
        "flywheel init mycx",
    ),
    Entry(
        "doctor",
        "doctor:doctor",
        "Examine this machine and this project: what runs, what is missing, what to do.",
        "flywheel doctor",
    ),
    Entry(
        "try",
        "try_out:try_out",
        "Read a few records of a file or source and show them; store and send nothing.",
        "flywheel try reviews.csv --text comment",
    ),
    Family(
        "new",
        "Begin a plugin of your own: its code, and a test that passes.",
        (
            Entry("source", "new:source", "Begin a source of feedback.", "flywheel new source acme"),
            Entry("step", "new:step", "Begin a step of the wheel.", "flywheel new step translate"),
            Entry("policy", "new:policy", "Begin a policy.", "flywheel new policy no_sundays"),
            Entry("channel", "new:channel", "Begin a channel.", "flywheel new channel pager"),
        ),
    ),
    Entry(
        "check",
        "check:check",
        "Check the project: settings, one record per source, templates, channels.",
        "flywheel check --json",
    ),
    Family(
        "town",
        "The example: a synthetic town with a known truth.",
        (
            Entry(
                "build",
                "town:build",
                "Write the town's data into a project folder.",
                "flywheel town build --dir town --seed 1",
            ),
            Entry(
                "turn",
                "town:turn",
                "Build the town and turn two cycles on it, with triage and the outer loop between.",
                "flywheel town turn town --engine local",
            ),
            Entry(
                "judge",
                "town_judge:judge",
                "Turn the wheel for weeks in towns whose truth is known, and hold it against chance and the oracle.",
                "flywheel town judge --seeds 1 --weeks 4 --people 1000",
            ),
        ),
    ),
)
