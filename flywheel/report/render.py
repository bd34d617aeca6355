"""One report in several formats: file names to bytes, the same bytes for the same report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from flywheel.report.cycle_report import CycleReport
from flywheel.report.digest import digest_text
from flywheel.report.render_html import render_digest, render_html
from flywheel.report.render_markdown import render_markdown


def render(report: CycleReport, formats: Sequence[str], template_folders: Sequence[Path]) -> dict[str, bytes]:
    """Return `report.html`, `report.md`, `report.json` and both digests, as many as are asked for.

    `template_folders` hold `report.html` and `report.css`; the first that has one wins, so a project's own comes first.
    """
    found = {}
    for one in formats:
        match one:
            case "html":
                found["report.html"] = render_html(report, template_folders)
            case "md":
                found["report.md"] = render_markdown(report).encode("utf-8", "replace")
            case "json":
                found["report.json"] = _json(report)
            case "digest":
                found["digest.txt"] = digest_text(report).encode("utf-8", "replace")
                found["digest.html"] = render_digest(report, template_folders)
            case _:
                raise ValueError(f"There is no report format {one!r}: choose html, md, json or digest.")
    return found


def _json(report: CycleReport) -> bytes:
    data = report.model_dump(mode="json")
    return (json.dumps(data, sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")
