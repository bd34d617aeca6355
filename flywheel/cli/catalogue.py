"""Which commands there are: what each does in a line, an example, and where it lives; imports none of them."""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """One command; `place` is `module:function` below flywheel.cli."""

    name: str
    place: str
    does: str
    example: str


class Family(NamedTuple):
    """Commands under one word, as `flywheel sources list`."""

    name: str
    does: str
    members: tuple[Entry, ...]


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
        "explain",
        "explain:explain",
        "Show where a figure, decision, learning or other id comes from: formula, inputs, rows.",
        "flywheel explain 3f2a91",
    ),
    Entry(
        "export",
        "export:export",
        "Write a view as CSV or JSON Lines; no cell is a spreadsheet formula.",
        "flywheel export v_decision --format csv --out decisions.csv",
    ),
    Entry("plugins", "look:plugins", "List the installed plugins by socket.", "flywheel plugins --json"),
    Family(
        "sources",
        "What is listened to.",
        (
            Entry(
                "list",
                "sources:list_sources",
                "Show how far each source was read, how fresh it is, and how much it gave.",
                "flywheel sources list",
            ),
            Entry(
                "reset",
                "sources:reset",
                "Read a source from its beginning next time; what is stored is not stored twice.",
                "flywheel sources reset reviews",
            ),
            Entry(
                "replay",
                "sources:replay",
                "Try again what was set aside of a source, once its settings are mended.",
                "flywheel sources replay reviews",
            ),
        ),
    ),
    Family(
        "initiatives",
        "The outer loop's register: causes to remove, their owners, and what came of it.",
        (
            Entry(
                "list",
                "initiatives:list_initiatives",
                "Show the register, soonest due first.",
                "flywheel initiatives list --status open",
            ),
            Entry(
                "show",
                "initiatives:show",
                "Show one: cause, evidence, what is expected, what happened so far.",
                "flywheel initiatives show 3f2a91",
            ),
            Entry(
                "close",
                "initiatives:close",
                "Say that the work is done, or given up; whether it helped, the data say.",
                'flywheel initiatives close 3f2a91 --by "Ada Fox" --reason "new timetable since Monday"',
            ),
        ),
    ),
    Family(
        "plays",
        "The catalogue: what each play is believed to do, and what is paused.",
        (
            Entry(
                "list",
                "plays:list_plays",
                "Show what each play is believed to change, and whether it can ever know.",
                "flywheel plays list",
            ),
            Entry(
                "resume",
                "plays:resume",
                "Switch on again a play that the wheel has paused because it harms.",
                'flywheel plays resume thank_you --reason "other words since Monday"',
            ),
        ),
    ),
    Family(
        "outcomes",
        "What happened to people afterwards.",
        (
            Entry(
                "import",
                "outcomes:import_file",
                "Read outcomes from a CSV file; the same ones twice are stored once.",
                "flywheel outcomes import orders.csv",
            ),
        ),
    ),
    Family(
        "corrections",
        "What people say that a text really says; it teaches the organisation's own heads.",
        (
            Entry(
                "import",
                "corrections:import_file",
                "Store corrections from a file; they stand in place of the model's answer, also when it is read again.",
                "flywheel corrections import checked.csv",
            ),
            Entry(
                "list",
                "corrections:list_corrections",
                "Show what was corrected, by whom, and how the heads have done.",
                "flywheel corrections list --field sentiment",
            ),
            Entry(
                "train",
                "corrections:train",
                "Train a challenger for each head; it goes live when it has surely won twice running.",
                "flywheel corrections train",
            ),
            Entry(
                "rollback",
                "corrections:back",
                "Let the head before the live one read again, or none.",
                'flywheel corrections rollback sentiment --reason "too many false alarms"',
            ),
        ),
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
    Family(
        "store",
        "The database.",
        (
            Entry(
                "status",
                "store:status",
                "Show where the store is, its schema, and how much is in it.",
                "flywheel store status",
            ),
            Entry(
                "migrate",
                "store:migrate",
                "Create the store, or bring it to this version's schema.",
                "flywheel store migrate",
            ),
            Entry(
                "backup",
                "store:backup",
                "Write the whole store into one new file, while others work with it.",
                "flywheel store backup /safe/place",
            ),
            Entry(
                "restore",
                "store:restore",
                "Put a backup back into an empty store; nothing is sent twice.",
                "flywheel store restore /safe/place/flywheel-20260302T120000Z.db",
            ),
            Entry(
                "rebuild",
                "rebuild:rebuild",
                "Prove the daily roll-ups equal to a scan of what they count, or put them right.",
                "flywheel store rebuild --check",
            ),
        ),
    ),
    Entry(
        "completion",
        "completion:completion",
        "Print a completion script for bash, zsh or fish.",
        'eval "$(flywheel completion bash)"',
    ),
)

GROUPS: tuple[tuple[str, tuple[Entry | Family, ...]], ...] = (
    ("Start", START),
    ("Turn the wheel", TURN),
    ("Look and tend", LOOK),
)
