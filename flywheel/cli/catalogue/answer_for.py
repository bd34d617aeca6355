"""Commands by which people answer for what the wheel does: approve, object, take over, change the plays."""

from __future__ import annotations

from flywheel.cli.catalogue.entry import Entry, Family

ANSWER_FOR = (
    Family(
        "approvals",
        "The inbox of what waits for a person.",
        (
            Entry(
                "list",
                "approvals:list_approvals",
                "Show what waits, need before sale, what lapses soonest first.",
                "flywheel approvals list --json",
            ),
            Entry(
                "show",
                "approvals:show",
                "Show one: what the person said, why it waits, every word of the answer.",
                "flywheel approvals show 3f2a91",
            ),
            Entry(
                "approve",
                "approvals:approve",
                "Say yes to a message exactly as it stands; your token is in FLYWHEEL_TOKEN or a file.",
                "flywheel approvals approve 3f2a91 --token-file ~/.flywheel-token",
            ),
            Entry(
                "drafts",
                "public_replies:drafts",
                "Show complaints in public that nobody has answered, each with a drafted reply; nothing sends it.",
                "flywheel approvals drafts --limit 5",
            ),
            Entry(
                "answered",
                "public_replies:answered",
                "Say that a complaint in public has been answered: it leaves the list.",
                "flywheel approvals answered 3f2a91",
            ),
            Entry(
                "reject",
                "approvals:reject",
                "Say no to a message, with the reason: it is cancelled.",
                'flywheel approvals reject 3f2a91 --reason "she has been called already"',
            ),
        ),
    ),
    Family(
        "objections",
        "What the customers' advocate holds against plans.",
        (
            Entry(
                "list",
                "objections:list_objections",
                "Show what is held against plans, and which overrides were later found to harm.",
                "flywheel objections list --state open",
            ),
            Entry(
                "accept",
                "objections:accept",
                "Agree: while the objection stands, the play is not done.",
                'flywheel objections accept 3f2a91 --reason "we stop it until the words are better"',
            ),
            Entry(
                "override",
                "objections:override",
                "Go on all the same, with your name and a reason.",
                'flywheel objections override 3f2a91 --reason "the figure is from before the new words"',
            ),
        ),
    ),
    Entry(
        "review",
        "review:review",
        "Challenge a planned change from the customers' side, with figures; 1: something objects.",
        "flywheel review new-fares.yaml",
    ),
    Family(
        "cases",
        "The inner loop: who needs an answer from us, and until when.",
        (
            Entry(
                "list",
                "cases:list_cases",
                "Show who waits, soonest due first, and how each owner does.",
                "flywheel cases list --status open",
            ),
            Entry(
                "show",
                "cases:show",
                "Show one: everything they said, and what happened since.",
                "flywheel cases show 3f2a91",
            ),
            Entry(
                "close",
                "cases:close",
                "Say that somebody was answered: the cause, and what was done.",
                'flywheel cases close 3f2a91 --cause "points failure" --reason "called her, paid the taxi"',
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
                "try",
                "try_play:try_play",
                "Show whom a play would mean now, whom not, and why; nothing is decided or sent.",
                "flywheel plays try make_it_right",
            ),
            Entry(
                "resume",
                "plays:resume",
                "Switch on again a play that the wheel has paused because it harms.",
                'flywheel plays resume thank_you --reason "other words since Monday"',
            ),
            Entry(
                "live",
                "launches:live",
                "Let a new play reach people, or the rest go after its first messages.",
                'flywheel plays live thank_you --reason "read twenty of them"',
            ),
            Entry(
                "shadow",
                "launches:shadow",
                "Only watch a play: record whom it would be meant for, send nothing.",
                "flywheel plays shadow thank_you",
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
        "outbox",
        "Messages on their way, and their doubts.",
        (
            Entry(
                "list",
                "outbox:list_outbox",
                "Show how many messages stand in each state, which channels rest, and those in doubt.",
                "flywheel outbox list --status failed",
            ),
            Entry(
                "resolve",
                "outbox:resolve",
                "Say what became of a message in doubt, send it again, or ask the other end.",
                "flywheel outbox resolve 3f2a91 --check",
            ),
        ),
    ),
    Family(
        "users",
        "Accounts: who may approve messages, answer objections and launch plays.",
        (
            Entry(
                "add",
                "users:add",
                "Make an account and show its token, once; the first one is an admin.",
                "flywheel users add ada --role admin",
            ),
            Entry("list", "users:list_users", "Show the accounts and their roles.", "flywheel users list"),
            Entry(
                "remove",
                "users:remove",
                "Take an account's rights away at once.",
                "flywheel users remove ada",
            ),
        ),
    ),
)
