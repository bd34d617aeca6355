"""Commands that look: reports, where things come from, how good something is."""

from __future__ import annotations

from flywheel.cli.catalogue.entry import Entry, Family

LOOK = (
    Entry(
        "cycles", "look:cycles", "Show the history: windows, states, tallies, durations.", "flywheel cycles --limit 5"
    ),
    Entry(
        "report",
        "report:report",
        "Write the report of a cycle again, from the facts frozen with it.",
        "flywheel report --format md --out .",
    ),
    Entry(
        "replay",
        "report:replay",
        "Render the report of a cycle again from what was recorded, and prove that every byte is the same.",
        "flywheel replay 5b1c",
    ),
    Entry(
        "explain",
        "explain:explain",
        "Show where a figure, decision, learning or other id comes from: formula, inputs, rows.",
        "flywheel explain 3f2a91",
    ),
    Entry(
        "export",
        "export:export",
        "Write a view as CSV, JSON Lines or Parquet; no cell is a spreadsheet formula.",
        "flywheel export v_decision --format csv --out decisions.csv",
    ),
    Entry(
        "trial",
        "trial:trial",
        "Measure the effect in an experiment of your own: intervals, verdict, what to beware of.",
        "flywheel trial test.csv --arm group --control none --metric bought --randomised",
    ),
    Family(
        "evaluate",
        "How good something is, on a file of your own.",
        (
            Entry(
                "churn",
                "evaluate_churn:churn",
                "Foresee who leaves from every other column, and say how well that can be done.",
                "flywheel evaluate churn customers.csv --label left",
            ),
            Entry(
                "sentiment",
                "evaluate_text:sentiment",
                "Judge sentiment on labelled texts, by a tier or by a head learned from a part of them.",
                "flywheel evaluate sentiment r.csv --text t --label stars --map negative=1,2,neutral=3,positive=4,5",
            ),
            Entry(
                "emotion",
                "evaluate_text:emotion",
                "Judge emotions on labelled texts.",
                "flywheel evaluate emotion posts.csv --text post --label emotions --several ;",
            ),
            Entry(
                "topic",
                "evaluate_text:topic",
                "Judge topics on labelled texts, by the taxonomy or learned from a part of them.",
                "flywheel evaluate topic comments.csv --text comment --label theme --fit",
            ),
            Entry(
                "intent",
                "evaluate_text:intent",
                "Judge intents on labelled texts, by the rules or learned from a part of them.",
                "flywheel evaluate intent questions.csv --text question --label intent --fit",
            ),
            Entry(
                "policy",
                "evaluate:policy",
                "Value a new policy on logged decisions, before it goes live.",
                "flywheel evaluate policy log.csv --action play --reward answered --propensity chance --new new_chance",
            ),
        ),
    ),
)
