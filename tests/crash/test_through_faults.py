"""Messages through a network that fails in every way: each once where keys are honoured, never twice where not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from approved import act_once, decide_many, listed_as_in_doubt, states, told_wrong, wheel_for
from fault_proxy import FAULTS, Fault, Proxy, proxied
from other_ends import SECRET, desk, post
from pydantic import SecretStr
from small_project import UNTIL
from soak import SOAK

from flywheel.act.email_channel import EmailChannel
from flywheel.act.webhook_channel import WebhookChannel
from flywheel.ports import Channel

SEED, SECONDS = 7, 0.3
MESSAGES = 300 if SOAK else 16
"""In the suite all faults are mixed; in the soak each has so many messages of its own."""
MIXES: list[tuple[Fault, ...]] = [(fault,) for fault in FAULTS] if SOAK else [FAULTS]
DOUBTFUL = {"drop request", "drop response", "reset", "slow", "garbage"}


@pytest.mark.parametrize("faults", MIXES, ids="+".join)
def test_who_honours_keys_does_each_message_once(faults: tuple[Fault, ...], folder: Path) -> None:
    with desk() as end, proxied(end.port, faults, SEED, mail=False) as proxy:
        said, listed = sent_through(proxy, folder, webhook(proxy.port))
        print(f"\n{told(proxy, said)}; {end.asked.total()} requests for {len(end.done)} messages")
        assert set(proxy.made) == set(faults)
        assert said == dict.fromkeys(said, "sent")
        assert end.done == dict.fromkeys(said, 1)
        assert listed == set()


@pytest.mark.parametrize("faults", MIXES, ids="+".join)
def test_who_does_not_gets_none_twice_and_what_is_in_doubt_is_listed(faults: tuple[Fault, ...], folder: Path) -> None:
    with post() as end, proxied(end.port, faults, SEED, mail=True) as proxy:
        said, listed = sent_through(proxy, folder, mail(proxy.port))
        print(f"\n{told(proxy, said)}, {len(set(end.done) & listed)} of those in doubt had arrived")
        assert set(proxy.made) == set(faults)
        assert told_wrong(said, end.done, listed) == []
        assert bool(listed) == bool(DOUBTFUL.intersection(faults))
        assert len(end.done) + len(set(said) - set(end.done)) == MESSAGES


def sent_through(proxy: Proxy, folder: Path, channel: Channel) -> tuple[dict[str, str], set[str]]:
    """Send many messages, at first with trouble; return their states, and which are shown to a person."""
    url = f"sqlite:///{folder / 'flywheel.db'}"
    decide_many(url, folder, channel.id, MESSAGES)
    wheel = wheel_for(url, folder, channel)
    for turn in range(6):
        proxy.trouble = turn < 2
        act_once(wheel, UNTIL + timedelta(hours=turn))
    found = states(wheel), listed_as_in_doubt(wheel)
    wheel.store.close()
    return found


def told(proxy: Proxy, said: dict[str, str]) -> str:
    counts = {status: list(said.values()).count(status) for status in sorted(set(said.values()))}
    return f"{len(proxy.made)} faults ({', '.join(sorted(set(proxy.made)))}), {counts}"


def webhook(port: int) -> WebhookChannel:
    place = f"127.0.0.1:{port}"
    return WebhookChannel(
        id="out", url=f"http://{place}/", secret=SecretStr(SECRET), inside=(place,), timeout_seconds=SECONDS
    )


def mail(port: int) -> EmailChannel:
    return EmailChannel(
        id="out", host="127.0.0.1", port=port, security="none", sender="help@own.example", domain="own.example",
        unsubscribe="https://own.example/out", postal_address="1 High Street, Town", timeout_seconds=SECONDS,
    )  # fmt: skip
