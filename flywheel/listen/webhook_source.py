"""What others send to us as JSON: kept before they are answered, and read as an API's records are."""

from __future__ import annotations

import json
from collections.abc import Sequence

from flywheel.domain.feedback import Feedback
from flywheel.errors import RecordError
from flywheel.listen.json_path import values_at
from flywheel.listen.rest_shape import RecordShape, constants_of
from flywheel.ports import InboundSource


class WebhookSource(InboundSource):
    """Deliveries of a webhook; `shape` says where in one the records are, and where in a record things stand."""

    shape: RecordShape

    def parse(self, raw: str) -> Sequence[Feedback]:
        """Return what a delivery says; raises RecordError when any of it cannot be used."""
        try:
            document = json.loads(raw)
        except ValueError as error:
            raise RecordError("no JSON") from error
        found = values_at(document, self.shape.records)
        records = found[0] if len(found) == 1 and isinstance(found[0], list) else found
        if not records:
            raise RecordError("no records where they should be")
        return [self.shape.feedback(record, constants_of(self), "webhook") for record in records]
