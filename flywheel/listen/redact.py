"""Structured personal data taken out of texts before they are stored: e-mail, phone, card, IBAN.

Linear-time patterns only: every repetition is bounded. Ticket, claim, order and flight numbers stay: Act needs them.
Names and addresses in free text are not reliably found by any pattern, and nobody should think they were.
"""

from __future__ import annotations

import re
from string import digits

_DIGITS_OF_A_NUMBER = 7
_DOMAIN = r"(?:[\w\-]{1,63}\.){1,8}[^\W\d_]{2,24}"
_EMAIL = re.compile(rf"[\w.%+\-]{{1,64}}@{_DOMAIN}")
# A pattern that begins with one sign or with a set of signs is searched for several times faster than one that begins
# with a look behind: so each looks behind after its first sign, and what is costly to find has a cheap sign first.
_SIGN_OF_EMAIL = re.compile(rf"@(?<=[\w.%+\-]@){_DOMAIN}")
_SIGN_OF_IBAN = re.compile(r"[0-9](?<=[A-Za-z]{2}[0-9])[0-9] ?[A-Za-z0-9]{4}")
_IBAN = re.compile(
    r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])", re.IGNORECASE | re.ASCII
)
# Card numbers begin with 2 to 6; numbers of flight tickets mostly with 0, and Act needs those.
_CARD = re.compile(
    r"[2-6](?<![\d\-][2-6])(?:\d{3}(?:[ \-]?\d{4}){2}[ \-]?\d{1,7}|(?<=3)[47]\d{2}[ \-]?\d{6}[ \-]?\d{5})(?![\d\-])"
)
_PHONE = re.compile(
    r"[+(\d](?<![\w.\-][+(\d])(?:"
    r"(?:(?<=\+)|(?<=0)0)\d{1,3}[ .\-]?(?:\(\d{1,4}\)[ .\-]?)?\d{1,4}(?:[ .\-]?\d{2,4}){2,4}"
    r"|(?<=\()\d{3}\)[ .\-]?\d{3}[ .\-]\d{4}|(?<=\d)\d{2}[ .\-]\d{3}[ .\-]\d{3,4}|(?<=\d)\d \d{3} \d{2} \d{2}"
    r")(?![\w\-])"
)
_BREAK = "\x1e"
_NO_DIGITS = bytes(set(range(256)) - set(f"{digits}{_BREAK}".encode()))
_SHORTEST_IBAN = 15
_LARGEST_MOD = 97


def redact(texts: list[str]) -> list[str]:
    """Return the texts with personal data replaced by its kind in brackets."""
    redacted = list(texts)
    for at, (text, count) in enumerate(zip(texts, _digits(texts), strict=True)):
        if count >= _DIGITS_OF_A_NUMBER or "@" in text:
            redacted[at] = _redacted(text, count)
    return redacted


def _digits(texts: list[str]) -> list[int]:
    """Return how many digits each text has, counted in all texts at once: most have few, and are done with."""
    whole = _BREAK.join(texts).encode("utf-8", "surrogatepass")
    counts = list(map(len, whole.translate(None, _NO_DIGITS).split(_BREAK.encode())))
    return counts if len(counts) == len(texts) else [sum(map(text.count, digits)) for text in texts]


def _redacted(text: str, count: int) -> str:
    if _SIGN_OF_EMAIL.search(text):
        text = _EMAIL.sub("[e-mail]", text)
        count = sum(map(text.count, digits))
    if count < _DIGITS_OF_A_NUMBER:
        return text
    if _SIGN_OF_IBAN.search(text):
        text = _IBAN.sub(lambda match: _without_iban(match.group()), text)
    text = _CARD.sub(lambda match: "[card]" if _is_card(match.group()) else match.group(), text)
    return _PHONE.sub("[phone]", text)


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
    """Check the last digit by Luhn's formula (ISO/IEC 7812-1)."""
    digits = [int(sign) for sign in reversed(text) if sign.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0
