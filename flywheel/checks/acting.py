"""The suites of what stands between us and a person: policies and channels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args

from pydantic import SecretStr

from flywheel.checks.settings import check_settings, fail, require
from flywheel.domain.delivery import AnswerClass, Message, Receipt
from flywheel.domain.person import Consent, Person
from flywheel.domain.play import TIERS, Contacted, Occasion, PersonView, Play, Ruling, Verdict
from flywheel.ports import Channel, Policy

_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_ADDRESS = "somebody.in.particular@example.org"


def check_policy(policy: Policy, plays: Sequence[Play] = (), views: Sequence[PersonView] = ()) -> None:
    """Check a policy on its own plays and persons, or on those of the suite, at four hours of a day.

    Every verdict has a reason; a batch is judged as one by one, each person for themselves, twice alike; the last
    look before a message leaves comes without an occasion.
    """
    check_settings(policy, Policy)
    pairs = list(product(plays or _plays(), views or _views()))
    for hour in range(0, 24, 6):
        now = _NOON + timedelta(hours=hour)
        alone = [policy.judge(play, view, now) for play, view in pairs]
        for verdict in alone:
            _check_verdict(verdict, policy)
        batch = policy.judge_batch([play for play, _ in pairs], [view for _, view in pairs], now)
        name = alone[0].policy
        require(batch == alone, f"Policy {name!r} judges a batch otherwise than one by one.")
        turned = policy.judge_batch([play for play, _ in pairs[::-1]], [view for _, view in pairs[::-1]], now)
        require(turned == alone[::-1], f"What policy {name!r} says of one person hangs on who stands beside them.")
        again = [policy.judge(play, view, now) for play, view in pairs]
        require(again == alone, f"Policy {name!r} says something else the second time: it may ask no clock, no dice.")
        require(len({verdict.policy for verdict in alone}) == 1, f"Policy {name!r} signs with several names.")
    require(policy.judge_batch([], [], _NOON) == [], "A policy that is asked nothing says nothing.")


def check_channel(channel: Channel, done: Callable[[], int], address: str = _ADDRESS) -> None:
    """Check a channel; `done()` tells how many messages have had an effect at the other end (a test's own receiver)."""
    check_settings(channel, Channel)
    name = channel.id
    require(isinstance(channel.honours_keys, bool), f"Channel {name!r} does not say whether it honours keys.")
    require(channel.at_once >= 1, f"Channel {name!r} takes {channel.at_once} messages at once: at least one, please.")
    before = done()
    missing = channel.ready()
    require(missing is None, f"Channel {name!r} is not ready ({missing}): hand the suite one that is.")
    require(done() == before, f"Asking channel {name!r} whether it is ready sent something: `ready` sends nothing.")
    first = _sent(channel, _message("key1", address))
    require(first.answer == "ok", f"Channel {name!r} answered {first.answer!r} ({first.detail}) to a plain message.")
    require(done() == before + 1, f"One message on channel {name!r} had {done() - before} effects.")
    if channel.honours_keys:
        second = _sent(channel, _message("key1", address))
        require(second.answer == "ok", f"Channel {name!r} answers {second.answer!r} to a key that it has done.")
        require(
            done() == before + 1, f"The same key on channel {name!r} had {done() - before} effects: one is promised."
        )
    _check_look_up(channel, done)
    for at, words in enumerate(_HOSTILE_WORDS):
        _sent(channel, _message(f"hostile{at}", address, words))
    _sent(channel, _message("nowhere", None))


def _check_look_up(channel: Channel, done: Callable[[], int]) -> None:
    before, name = done(), channel.id
    known, unknown = channel.look_up("key1").answer, channel.look_up("nobodys_key").answer
    require(known in ("ok", "in doubt"), f"Channel {name!r} says {known!r} of a message that it has sent.")
    require(unknown != "ok", f"Channel {name!r} says that it has sent a message that nobody gave it.")
    require(done() == before, f"Looking up a message on channel {name!r} sent something.")


_HOSTILE_WORDS = (
    "", "\x00", "two\r\nlines\r\nBcc: evil@example.org", "\U0001f600 zażółć", "\ud800", "x" * 100_000, "{{ 7 * 7 }}",
)  # fmt: skip


def _sent(channel: Channel, message: Message) -> Receipt:
    try:
        receipt = channel.send(message)
    except Exception as error:  # noqa: BLE001 - whatever a channel raises is what this suite is here to name
        fail(f"Channel {channel.id!r} raised {type(error).__name__}: answer with a Receipt that says what happened.")
    require(isinstance(receipt, Receipt), f"Channel {channel.id!r} gives {type(receipt).__name__}, not a Receipt.")
    require(receipt.answer in get_args(AnswerClass), f"Channel {channel.id!r} answers {receipt.answer!r}.")
    if message.address is not None:
        told = f"{receipt.detail} {receipt.provider_id}"
        plain = message.address.get_secret_value()
        require(plain not in told, f"Channel {channel.id!r} shows the address in its receipt, which is kept in clear.")
    return receipt


def _message(key: str, address: str | None, words: str = "We are sorry.") -> Message:
    return Message(
        key=key, channel="check", person_id="p" * 32, play="apology", variant="a",
        address=None if address is None else SecretStr(address), language="en", subject=words[:200], body=words,
        leaves_at=_NOON,
    )  # fmt: skip


def _check_verdict(verdict: Verdict, policy: Policy) -> None:
    require(isinstance(verdict, Verdict), f"{type(policy).__name__} gives {type(verdict).__name__}, not a Verdict.")
    require(verdict.policy.strip(), f"A verdict of {type(policy).__name__} does not say whose it is.")
    require(verdict.ruling in get_args(Ruling), f"Policy {verdict.policy!r} rules {verdict.ruling!r}.")
    require(verdict.reason.strip(), f"Policy {verdict.policy!r} rules {verdict.ruling!r} without a reason.")


def _plays() -> list[Play]:
    return [
        Play(name=f"{tier}_play", tier=tier, when="sentiment < 0", channel="mail", purpose=purpose, template="t")
        for tier, purpose in zip(TIERS, ("service", "service", "service", "service", "marketing"), strict=True)
    ]


def _views() -> list[PersonView]:
    yes = Consent(channel="mail", purpose="service", granted=True, at=_NOON - timedelta(days=9))
    no = Consent(channel="mail", purpose="service", granted=False, at=_NOON - timedelta(days=1))
    contact = Contacted(at=_NOON - timedelta(hours=5), channel="mail", purpose="service", play="complaint_play")
    zones, occasions = (None, "Pacific/Auckland"), (None, _occasion("negative"), _occasion("positive"))
    return [
        PersonView(
            person=Person(id=f"person{at}", voice="customer", brand="Own", time_zone=zone), occasion=occasion,
            consents=consents, contacts=(contact,) * (at % 3), reachable=("mail",) if at % 4 else (),
        )
        for at, (zone, occasion, consents) in enumerate(product(zones, occasions, ((), (yes,), (yes, no))))
    ]  # fmt: skip


def _occasion(label: str) -> Occasion:
    upset = label == "negative"
    return Occasion(
        feedback_id="f" * 32, at=_NOON - timedelta(hours=2), language="en", sentiment=-0.8 if upset else 0.8,
        label=label, confidence=0.9, urgency="high" if upset else "none", intent="hardship" if upset else "praise",
        effort=None, medium="mail", touchpoint="desk",
        topics=("delay",), churn_risk=None, feedback_90d=2, negative_90d=1, complaints_90d=int(upset),
    )  # fmt: skip
