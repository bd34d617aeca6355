"""Structured personal data goes, what Act needs stays; hostile texts cost no more than long ones."""

from __future__ import annotations

import random

import pytest

from flywheel.listen.redact import redact

N = 300


def luhn(digits: str) -> str:
    total = 0
    for place, sign in enumerate(reversed(digits)):
        digit = int(sign) * (2 if place % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return digits + str(-total % 10)


def iban(country: str, account: str) -> str:
    number = "".join(str(int(sign, 36)) for sign in account + country + "00")
    return f"{country}{98 - int(number) % 97:02d}{account}"


def in_groups(text: str, sizes: tuple[int, ...], gap: str) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    return gap.join(part for part in (*parts, text[at:]) if part)


def digits(dice: random.Random, n: int) -> str:
    return "".join(dice.choices("0123456789", k=n))


def an_email(dice: random.Random) -> str:
    name = dice.choice(["jan.kowalski", "a", "żółw", "o'neil".replace("'", "_"), "x+tag", "J-P%1"]) + digits(dice, 2)
    return f"{name}@{dice.choice(['gmail.com', 'mail.firma.co.uk', 'łódź.pl', 'x-y.museum', 'EXAMPLE.ORG'])}"


def a_card(dice: random.Random) -> str:
    if dice.random() < 0.3:
        return in_groups(luhn(dice.choice(["34", "37"]) + digits(dice, 12)), (4, 6, 5), dice.choice(["", " ", "-"]))
    return in_groups(luhn(dice.choice("2456") + digits(dice, 14)), (4, 4, 4, 4), dice.choice(["", " ", "-"]))


def an_iban(dice: random.Random) -> str:
    country, length = dice.choice([("PL", 24), ("DE", 18), ("NL", 0), ("GB", 0), ("FR", 23), ("NO", 11)])
    account = (
        digits(dice, length) if length else {"NL": "ABNA" + digits(dice, 10), "GB": "WEST" + digits(dice, 14)}[country]
    )
    whole = iban(country, account)
    return dice.choice([whole, in_groups(whole, (4,) * 8, " "), whole.lower()])


def a_phone(dice: random.Random) -> str:
    form = dice.choice([
        "+48 ### ### ###", "+48#########", "+1 (###) ###-####", "(###) ###-####", "###-###-####", "### ### ###",
        "+44 20 #### ####", "0048 ### ### ###", "+49 ### #######", "22 ### ## ##", "+33 6 ## ## ## ##",
    ])  # fmt: skip
    return "".join(dice.choice("23456789") if sign == "#" else sign for sign in form)


KINDS = {"[e-mail]": an_email, "[card]": a_card, "[iban]": an_iban, "[phone]": a_phone}
AROUND = [
    "please write to {} today", "{}", "({})", "My number: {}.", "CALL ME {} PLEASE NOW", "numer {}, dziękuję",
    "_{}_ asap",
    "is it {}?", "line\n{}\nline",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_generated_value_is_taken_out(kind: str) -> None:
    dice = random.Random(7)
    missed = []
    for _ in range(N):
        value, around = KINDS[kind](dice), dice.choice(AROUND)
        if kind == "[phone]" and "_" in around:
            continue  # a word character before a number makes it part of a name
        [told] = redact([around.format(value)])
        if value in told or (kind not in told and "[" not in told) or sum(map(str.isdigit, told)) > 3:
            missed.append((around.format(value), told))
    assert missed == []


def test_an_iban_goes_although_capital_words_follow_it() -> None:
    value = in_groups(iban("PL", "109010140000071219812874"), (4,) * 8, " ")
    assert redact([f"{value} CALL ME NOW"]) == ["[iban] CALL ME NOW"]


@pytest.mark.parametrize(
    "text",
    [
        "Ticket 482915, claim CLM-2026-004711, flight LH1234 on 2026-03-01 at 10:45", "booking ref ABC123, seat 12A",
        "order 4711-0815", "case #123456789", "DL2345 and AA 1234", "0162345678901 is my e-ticket", "PNR X7K2QP",
        "1234567890123456 is not a card", "train IC 5310, 17.03.2026 08:15", "invoice FV/2026/03/001234",
        "I paid 1,234.56 EUR for 2 people", "@united thanks", "version 3.11.7", "PL12 3456 7890 is no account",
    ],
)  # fmt: skip
def test_what_act_needs_stays(text: str) -> None:
    assert redact([text]) == [text]


@pytest.mark.parametrize(
    "text",
    ["a" * 65_536, "a@" * 32_768, "1" * 65_536, "1 " * 32_768, "a." * 32_768 + "@", "PL11 " * 13_107, "+1" * 32_768,
     "(1)" * 21_845, "4111-" * 13_107, "@" * 65_536, "x@" + "a." * 32_000, "é1" * 32_768, "00" * 32_768],
)  # fmt: skip
def test_a_hostile_text_of_64_kib_is_read_like_any_other(text: str) -> None:
    assert len(redact([text])) == 1
