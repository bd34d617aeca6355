"""The conformance suites: what every plugin, ours or foreign, must keep; each is one line in a test.

    def test_our_tickets_keep_the_rules_of_a_source(): check_source(ZendeskSource(id="tickets", ...))

A suite raises AssertionError with a sentence: what is wrong, where, and what to do about it.
"""

from flywheel.checks.acting import check_channel, check_policy
from flywheel.checks.foreseeing import check_benchmark, check_predictor
from flywheel.checks.reading import check_analyzer
from flywheel.checks.settings import check_settings
from flywheel.checks.sources import (
    check_measure_source,
    check_outcome_source,
    check_person_source,
    check_signal_source,
    check_source,
)

__all__ = [
    "check_analyzer", "check_benchmark", "check_channel", "check_measure_source", "check_outcome_source",
    "check_person_source", "check_policy", "check_predictor", "check_settings", "check_signal_source", "check_source",
]  # fmt: skip
