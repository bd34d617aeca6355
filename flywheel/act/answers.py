"""What an answer means for a message: sent, to be tried again, certainly not done, or in doubt."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flywheel.domain.delivery import Receipt

MAX_ATTEMPTS = 5
_FIRST_WAIT = timedelta(minutes=1)


def after(receipt: Receipt, attempts: int, *, honours_keys: bool, now: datetime) -> dict[str, Any]:
    """Return the change of a delivery after an attempt (reliability note 3.2).

    In doubt: sent again under the same key where the receiver does a key once, else `unknown` for a person to
    resolve; never sent twice by us. `dead` and `failed` mean certainly not done.
    """
    if receipt.answer == "ok":
        return {"status": "sent", "sent_at": now, "error": None}
    if receipt.answer == "rejected" and receipt.retry_after is None:
        return {"status": "failed", "error": receipt.detail}
    if receipt.answer == "in doubt" and not honours_keys:
        return {"status": "unknown", "error": receipt.detail}
    if attempts >= MAX_ATTEMPTS:
        return {"status": "unknown" if receipt.answer == "in doubt" else "dead", "error": receipt.detail}
    wait = receipt.retry_after or now + _FIRST_WAIT * 2 ** (attempts - 1)
    return {"status": "retry_wait", "next_at": wait, "error": receipt.detail}
