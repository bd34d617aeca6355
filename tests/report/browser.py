"""Debian's chromium, driven by Playwright: pages are opened without a network, and what they ask for or run is kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or ""


@contextmanager
def chromium() -> Iterator[Any]:
    """Yield a browser; the test is skipped where there is none, with what to install."""
    if not CHROMIUM:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install playwright: it drives chromium")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


class Reader:
    """Somebody who reads a page at a width in a light or dark scheme, and what happened behind their back."""

    def __init__(self, browser: Any, *, width: int = 390, scheme: str = "light", scripts: bool = True) -> None:
        self._context = browser.new_context(
            viewport={"width": width, "height": 844}, color_scheme=scheme, java_script_enabled=scripts
        )
        self.page = self._context.new_page()
        self.asked: list[str] = []
        self.ran: list[str] = []
        self._context.on("request", lambda request: self.asked.append(request.url))
        self.page.on("dialog", self._dialog)
        self.page.on("popup", lambda popup: self.ran.append(f"popup {popup.url}"))
        self.page.on("pageerror", lambda error: self.ran.append(f"script {error}"))

    def open(self, file: Path) -> Any:
        """Open a file; what is asked for afterwards stands in `asked`."""
        self.page.goto(file.resolve().as_uri())
        self.asked.remove(file.resolve().as_uri())
        return self.page

    def close(self) -> None:
        self._context.close()

    def _dialog(self, dialog: Any) -> None:
        self.ran.append(f"dialog {dialog.message}")
        dialog.dismiss()
