"""A channel that writes each message into a folder: for trying out, and for tools that pull."""

from __future__ import annotations

import json
import os
from typing import ClassVar

from flywheel.domain.delivery import Message, Receipt
from flywheel.ports import Channel, ProjectPath
from flywheel.whole_file import write_whole


class FileChannel(Channel):
    """One JSON file per message, named by its key: a message that is there already is not written again."""

    honours_keys: ClassVar[bool] = True
    at_once: ClassVar[int] = 250

    folder: ProjectPath

    def send(self, message: Message) -> Receipt:
        """Write the message; whole or not at all."""
        target = self.folder / f"{message.key}.json"
        try:
            if target.exists():
                return Receipt(answer="ok", provider_id=target.name, detail="was there already")
            write_whole(target, _content(message))
        except OSError as error:
            return Receipt(answer="not sent", detail=f"the folder cannot be written ({error.strerror})")
        return Receipt(answer="ok", provider_id=target.name)

    def look_up(self, key: str) -> Receipt:
        """Say whether the message lies in the folder; whoever takes messages out leaves us in doubt."""
        there = (self.folder / f"{key}.json").exists()
        return Receipt(answer="ok" if there else "in doubt", detail="" if there else "it does not lie in the folder")

    def ready(self) -> str | None:
        """Say what is missing, if the folder could not be written."""
        parent = next(folder for folder in (self.folder, *self.folder.parents) if folder.exists())
        return (
            None if parent.is_dir() and os.access(parent, os.W_OK) else f"the folder {str(parent)!r} cannot be written"
        )


def _content(message: Message) -> bytes:
    plain = message.model_dump(exclude={"address", "person_id", "leaves_at"}) | {
        "person": message.person_id,
        "address": message.address.get_secret_value() if message.address else None,
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=1).encode("utf-8", "replace")
