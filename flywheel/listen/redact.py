"""Structured personal data taken out of texts before they are stored: e-mail, phone, card, IBAN.

Linear-time patterns only: every repetition is bounded. Ticket, claim, order and flight numbers stay: Act needs them.
Names and addresses in free text are not reliably found by any pattern, and nobody should think they were.
"""

from __future__ import annotations

import re

_DIGITS_OF_A_NUMBER = 7
_EMAIL = re.compile(r"[A-Za-z0-9._%+\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24}\b")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<![\d\-])\d{4}(?:[ \-]?\d{4}){2}[ \-]?\d{1,7}(?![\d\-])")
_PHONE = re.compile(
    r"(?<![\w.\-])(?:(?:\+|00)\d{1,3}[ .\-]?(?:\(\d{1,4}\)[ .\-]?)?\d{1,4}(?:[ .\-]?\d{2,4}){2,4}"
    r"|\(\d{3}\)[ .\-]?\d{3}[ .\-]\d{4}|\d{3}[ .\-]\d{3}[ .\-]\d{3,4}|\d{2} \d{3} \d{2} \d{2})(?![\w\-])"
)
_LARGEST_MOD = 97


def redact(texts: list[str]) -> list[str]:
    """Return the texts with personal data replaced by its kind in brackets."""
    return [_redacted(text) for text in texts]


def _redacted(text: str) -> str:
    if "@" in text:
        text = _EMAIL.sub("[e-mail]", text)
    if sum(map(text.count, "0123456789")) < _DIGITS_OF_A_NUMBER:
        return text
    text = _IBAN.sub(lambda match: "[iban]" if _is_iban(match.group()) else match.group(), text)
    text = _CARD.sub(lambda match: "[card]" if _is_card(match.group()) else match.group(), text)
    return _PHONE.sub("[phone]", text)


def _is_iban(text: str) -> bool:
    """Check the two digits of ISO 13616 (mod 97)."""
    plain = text.replace(" ", "")
    number = "".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])
    return int(number) % _LARGEST_MOD == 1


def _is_card(text: str) -> bool:
    """Check the last digit by Luhn's formula (ISO/IEC 7812-1)."""
    digits = [int(sign) for sign in reversed(text) if sign.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
