"""What is taken out of texts beside what always is: other people's handles, and what a project's own patterns find."""

from __future__ import annotations

from pydantic import Field, field_validator

from flywheel.domain.record import Record


class Redaction(Record):
    """`own_handles` belong to brands and stay; so does a handle that is the name of a brand that feedback is about.

    `patterns` are written for RE2 (no look-around, no back-references: linear time, whatever the text); what one
    finds is replaced by its name in brackets.
    """

    handles: bool = True
    own_handles: tuple[str, ...] = ()
    patterns: dict[str, str] = Field(default_factory=dict)

    @field_validator("patterns")
    @classmethod
    def _is_re2(cls, patterns: dict[str, str]) -> dict[str, str]:
        if not patterns:
            return patterns
        try:
            import re2
        except ImportError as error:
            raise ValueError("own patterns need RE2: `pip install flywheel-cx[patterns]`") from error
        quiet = re2.Options()
        quiet.log_errors = False
        for name, pattern in patterns.items():
            try:
                empty = re2.compile(pattern, quiet).search("") is not None
            except re2.error as error:
                raise ValueError(f"the pattern {name!r} is none that RE2 can read ({error})") from error
            if empty:
                raise ValueError(f"the pattern {name!r} finds something in an empty text: it would be everywhere")
        return patterns
