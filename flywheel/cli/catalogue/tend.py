"""Commands that tend: plugins, sources, outcomes, corrections, the store."""

from __future__ import annotations

from flywheel.cli.catalogue.entry import Entry, Family

TEND = (
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
