"""Personal data that nobody has: e-mail addresses, cards, IBANs, phones, national ids, handles, words around them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta


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


ISSUERS = ["4", "51", "55", "2221", "2699", "2720", "6011", "65", "649", "3528", "3589", "62", "5018", "6304"]


def a_card(dice: random.Random) -> str:
    gap = dice.choice(["", " ", "-"])
    if dice.random() < 0.3:
        return in_groups(luhn(dice.choice(["34", "37"]) + digits(dice, 12)), (4, 6, 5), gap)
    return in_groups(luhn((dice.choice(ISSUERS) + digits(dice, 14))[:15]), (4, 4, 4, 4), gap)


def a_national_id(dice: random.Random) -> str:
    kind = dice.choice(["ssn", "nino", "pesel"])
    if kind == "ssn":
        area = dice.choice([*range(1, 666), *range(667, 900)])
        return f"{area:03}-{dice.randint(1, 99):02}-{dice.randint(1, 9999):04}"
    if kind == "nino":
        gap = dice.choice(["", " "])
        number = in_groups(digits(dice, 6), (2, 2, 2), gap)
        return f"{dice.choice(['AB', 'CE', 'JG', 'wp', 'SR'])}{gap}{number}{gap}{dice.choice('ABCD')}"
    born = datetime(1900, 1, 1, tzinfo=UTC) + timedelta(days=dice.randrange(125 * 365))
    month = born.month + (20 if born.year >= 2000 else 0)
    ten = f"{born.year % 100:02}{month:02}{born.day:02}{digits(dice, 4)}"
    weighed = sum(int(sign) * weight for sign, weight in zip(ten, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), strict=True))
    return ten + str(-weighed % 10)


def a_handle(dice: random.Random) -> str:
    return "@" + dice.choice(["jan_k", "MariaGold", "x.y", "user", "ann-lee"]) + digits(dice, 2)


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
        "1-800-###-####", "###.###.####", "(###)###-####", "+1-###-###-####", "+1##########",
        "06 ## ## ## ##", "06########",
        "020 #### ####", "07### ######", "07#########", "0### #######", "030/#######", "+55 11 9####-####",
        "+7 9## ###-##-##", "+91 ##### #####", "+353 86 ### ####",
    ])  # fmt: skip
    return "".join(dice.choice("23456789") if sign == "#" else sign for sign in form)


KINDS = {
    "[e-mail]": an_email, "[card]": a_card, "[iban]": an_iban, "[phone]": a_phone, "[national id]": a_national_id,
    "@someone": a_handle,
}  # fmt: skip
AROUND = [
    "please write to {} today", "{}", "({})", "My number: {}.", "CALL ME {} PLEASE NOW", "numer {}, dziękuję",
    "_{}_ asap",
    "is it {}?", "line\n{}\nline",
]  # fmt: skip


def sayings(kind: str, n: int, seed: int = 7) -> Iterator[tuple[str, str]]:
    """Yield made-up values of a kind, each with a text that holds it, until there are `n`."""
    dice = random.Random(seed)
    given = 0
    while given < n:
        value, around = KINDS[kind](dice), dice.choice(AROUND)
        if "_" in around and kind != "[e-mail]":
            continue  # a word character before a number makes it part of a name
        given += 1
        yield value, around.format(value)


def is_found(kind: str, value: str, told: str) -> bool:
    """Return whether a redacted text says that something of this kind was there, and nothing of it is left."""
    return value not in told and kind in told and sum(map(str.isdigit, told)) <= 3
