"""What every test may ask for: the shared data; and how many of the tests that want it ran."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from databases import Postgres

# before NumPy is there, as the command line does it: two threads that wait for each other cost 75 times one
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Return the folder of the shared data (FLYWHEEL_DATA, by default ../shared/data); skip where there is none."""
    folder = _data_folder()
    if not folder.is_dir():
        pytest.skip(f"no shared data in {folder}: set FLYWHEEL_DATA")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Return a PostgreSQL server that all tests share; each takes a database of its own."""
    server = Postgres().start()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of an empty database; a test that takes it runs on both kinds."""
    yield from _empty(request.param, tmp_path / "here", request)


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of another empty database, of either kind."""
    yield from _empty(request.param, tmp_path / "there", request)


@pytest.fixture
def elsewhere(database_url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of another empty database, of the same kind."""
    yield from _empty(database_url.partition(":")[0].partition("+")[0], tmp_path / "there", request)


@pytest.fixture
def noon() -> datetime:
    """Return the moment at which all tests of time take place: a Monday in winter, 12:00 UTC."""
    return datetime(2026, 3, 2, 12, tzinfo=UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what wants the shared data."""
    for item in items:
        if "data_dir" in getattr(item, "fixturenames", ()):
            item.add_marker("data")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    counts = _data_tests(config)
    if counts:
        terminalreporter.write_line(f"data tests: {counts['ran']} ran, {counts['skipped']} skipped")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI, a data test that was skipped although the data is there is a failure: nobody reads a skip."""
    skipped = _data_tests(session.config)["skipped"]
    if skipped and os.environ.get("CI") == "true" and _data_folder().is_dir():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _empty(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'flywheel.db'}"
        return
    server = request.getfixturevalue("postgres")
    url = server.fresh()
    yield url
    server.drop(url)


def _data_folder() -> Path:
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    return Path(os.environ.get("FLYWHEEL_DATA", beside))


def _data_tests(config: pytest.Config) -> Counter[str]:
    """Count the outcomes of data tests by what was reported: with several workers, nothing is collected here."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return Counter()  # a worker: the one who gathers the reports counts them
    return Counter(
        "skipped" if outcome == "skipped" else "ran"
        for outcome in ("passed", "failed", "skipped", "xfailed", "xpassed")
        for report in reporter.stats.get(outcome, ())
        if "data" in report.keywords
    )
