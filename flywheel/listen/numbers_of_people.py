"""Numbers that belong to a person, told from those of tickets, claims, orders and flights; checked where they can be.

IBAN (ISO 13616), cards (ISO/IEC 7812-1 and the ranges of issuers), PESEL (its check digit and its date), US SSN and UK
NINO (the numbers that are never given out are left alone), phones.
"""

from __future__ import annotations

import re
from datetime import date

LEAST_DIGITS = 7
"""A text with fewer digits holds none of these but a NINO."""
# A pattern that begins with one sign or with a set of signs is searched for several times faster than one that begins
# with a look behind: so each looks behind after its first sign, and what is costly to find has a cheap sign first.
_SIGN_OF_IBAN = re.compile(r"[0-9](?<=[A-Za-z]{2}[0-9])[0-9] ?[A-Za-z0-9]{4}")
_IBAN = re.compile(
    r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])", re.IGNORECASE | re.ASCII
)
_RUN = re.compile(r"\d(?:[ .\-/()]{0,3}\d){6}")
"""What every one of the following has: most texts with many digits hold some short numbers, and are done with."""
_CARD = re.compile(
    r"[2-6](?<![\d\-][2-6])(?:\d{3}(?:[ \-]?\d{4}){2}[ \-]?\d{1,7}"
    r"|(?<=3)[4-8]\d{2}[ \-]?\d{6}[ \-]?\d{4,5})(?![\d\-])",
    re.ASCII,
)
_ISSUERS = re.compile(
    r"4\d{15}(?:\d{3})?$"  # Visa
    r"|5[1-5]\d{14}$|2(?:2[2-9]|[3-6]\d|7[01])\d{13}$|2720\d{12}$"  # Mastercard
    r"|3[47]\d{13}$|3(?:6|8|0[0-5])\d{11,12}$|35(?:2[89]|[3-8]\d)\d{12}$"  # American Express, Diners Club, JCB
    r"|6(?:011|5\d\d|4[4-9]\d|2\d\d)\d{12}$|(?:5[06-8]|6\d)\d{14,17}$"  # Discover, UnionPay, Maestro
)
_ELEVEN = re.compile(r"\d(?<![\w\-.+]\d)\d{10}(?![\w\-])", re.ASCII)
_SSN = re.compile(r"\d(?<![\w\-.+]\d)\d{2}([ \-])\d{2}\1\d{4}(?![\w\-])", re.ASCII)
_NINO = re.compile(
    r"\b(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: ?\d{2}){3} ?[A-D]\b", re.IGNORECASE | re.ASCII
)
_SIGN_OF_NINO = re.compile(r"[0-9](?<=[0-9][0-9]) ?[A-Da-d]\b", re.ASCII)
_PHONE = re.compile(
    r"[+(\d](?<![\w.\-][+(\d])(?:"
    r"(?:(?<=\+)|(?<=0)0)\d{1,3}[ .\-]?(?:\(\d{1,4}\)[ .\-]?)?\d{1,4}(?:[ .\-]?\d{2,4}){2,4}"  # +48 601 ..., 0048 ...
    r"|(?<=\()\d{3}\)[ .\-]?\d{3}[ .\-]?\d{4}"  # (202) 555-0123
    r"|(?<=1)[ .\-]?\(?\d{3}\)?[ .\-]\d{3}[ .\-]\d{4}"  # 1-800-555-0123
    r"|(?<=\d)\d{2}[ .\-]\d{3}[ .\-]\d{3,4}"  # 202-555-0123, 601 700 800
    r"|(?<=\d)\d \d{3} \d{2} \d{2}"  # 22 123 45 67
    r"|(?<=0)[1-9](?:[ .\-]\d{2}){4}"  # 06 12 34 56 78
    r"|(?<=0)[1-9]\d{1,3}[ .\-/]\d{3,4}[ .\-]?\d{3,4}"  # 020 7946 0958, 07911 123456, 030/1234567
    r"|(?<=\d)\d{8,10}"  # all in one: what is before it must say that it is a phone, unless it begins like one
    r")(?![\w\-])"
)
# Three digits of an airline and ten of a document: 00 and a country's code look the same.
_TICKET = re.compile(r"00[156](?:[ \-]?\d{10})$")
_BEFORE = 48
_WORDS = re.compile(r"([^\W\d_]+)([\W_]*)")
_LINKS = frozenset((
    "number", "numbers", "num", "no", "nos", "nr", "numer", "nummer", "numéro", "code", "id", "is", "was", "of", "n",
))  # fmt: skip
_REFERENCES = frozenset((
    "ticket", "tickets", "eticket", "etickets", "tix", "tkt", "claim", "order", "booking", "reservation", "conf",
    "confirmation", "record", "locator", "reference", "ref", "case", "flight", "invoice", "pnr", "itinerary", "file",
    "tag",
    "tags", "tracking", "parcel", "serial", "commande", "billet", "facture", "pedido", "reserva", "billete", "factura",
    "prenotazione", "ordine", "biglietto",
))  # fmt: skip
_STEMS = (
    "bilet", "zamówieni", "zamowieni", "rezerwacj", "zgłoszeni", "zgloszeni", "reklamacj", "faktur", "bestell",
    "buchung", "rechnung", "vorgang",
)  # fmt: skip
_MOST_LINKS = 3
_SHORTENED = 4
"""Words of so few letters may be shortened: a full stop behind them ends no sentence."""
_CALLED = re.compile(
    r"\b(?:phone|call|tel|mobile|cell|text|whatsapp|fax|contact|reach|ring)\w{0,4}\W{0,3}(?:\w{1,6}\W{1,3}){0,3}$",
    re.IGNORECASE,
)
_SHORTEST_ABROAD = 11
"""Digits of a phone number that begins with 00: with fewer it is the tag of a bag."""
_SHORTEST_IBAN = 15
_LARGEST_MOD = 97
_PESEL_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
_CENTURIES = {8: 1800, 0: 1900, 2: 2000, 4: 2100, 6: 2200}
"""What PESEL adds to the month tells the century."""


def without_nino(text: str) -> str:
    """Return the text without UK National Insurance numbers."""
    return _NINO.sub("[national id]", text) if _SIGN_OF_NINO.search(text) else text


def without_numbers(text: str) -> str:
    """Return the text without IBANs, cards, SSNs, PESELs and phones."""
    if _SIGN_OF_IBAN.search(text):
        text = _IBAN.sub(lambda match: _without_iban(match.group()), text)
    if not _RUN.search(text):
        return text
    text = _CARD.sub(lambda match: "[card]" if _is_card(match.group()) else match.group(), text)
    text = _SSN.sub(lambda match: "[national id]" if _is_ssn(match) else match.group(), text)
    text = _ELEVEN.sub(lambda match: "[national id]" if _is_pesel(match) else match.group(), text)
    return _PHONE.sub(lambda match: "[phone]" if _is_phone(match) else match.group(), text)


def _without_iban(text: str) -> str:
    """Replace an IBAN at the beginning of a match: words after it ("... 2874 PLEASE") may have been taken along."""
    ends = [len(text), *(at for at in range(len(text) - 1, 0, -1) if text[at] == " ")]
    end = next((end for end in ends if end >= _SHORTEST_IBAN and _is_iban(text[:end])), None)
    return text if end is None else "[iban]" + text[end:]


def _is_iban(text: str) -> bool:
    """Check the two digits of ISO 13616 (mod 97)."""
    plain = text.replace(" ", "")
    number = "".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])
    return int(number) % _LARGEST_MOD == 1


def _is_card(text: str) -> bool:
    """Check the range of the issuer, and the last digit by Luhn's formula (ISO/IEC 7812-1)."""
    plain = "".join(filter(str.isdigit, text))
    if not _ISSUERS.match(plain):
        return False
    found = [int(sign) for sign in reversed(plain)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in found[1::2])
    return (sum(found[::2]) + sum(doubled)) % 10 == 0


def _is_ssn(match: re.Match[str]) -> bool:
    """Leave alone what is never given out: areas 000, 666 and 9xx, group 00, serial 0000."""
    text = match.group()
    area, group, serial = text[:3], text[4:6], text[7:]
    given_out = area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"
    return given_out and not _is_reference(match)


def _is_pesel(match: re.Match[str]) -> bool:
    """Check the last digit and the date of birth."""
    found = list(map(int, match.group()))
    if sum(weight * digit for weight, digit in zip(_PESEL_WEIGHTS, found, strict=True)) % 10:
        return False
    century, month = _CENTURIES[found[2] // 2 * 2], found[2] % 2 * 10 + found[3]
    try:
        date(century + found[0] * 10 + found[1], month, found[4] * 10 + found[5])
    except ValueError:
        return False
    return not _is_reference(match)


def _is_phone(match: re.Match[str]) -> bool:
    """Tell a phone from a ticket: one that begins with + or ( is a phone, another is what the words before it say."""
    text = match.group()
    if text[0] in "+(":
        return True
    if _is_reference(match) or (text.startswith("00") and sum(map(str.isdigit, text)) < _SHORTEST_ABROAD):
        return False
    if _TICKET.match(text) or (text.isdigit() and text[0] != "0"):
        return _CALLED.search(_before(match)) is not None
    return True


def _is_reference(match: re.Match[str]) -> bool:
    """Return whether the words just before a number say that it is that of a ticket, a claim, an order, a flight."""
    before = _before(match).lower()
    words = _WORDS.findall(before)[-_MOST_LINKS - 1 :]
    if not words or not before.endswith("".join(words[-1])):
        return False
    for word, gap in reversed(words):
        if word not in _LINKS:
            ended = "\n" in gap or ("." in gap and len(word) > _SHORTENED)
            return not ended and (word in _REFERENCES or word.startswith(_STEMS))
    return False


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - _BEFORE) : match.start()]
