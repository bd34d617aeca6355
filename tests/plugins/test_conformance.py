"""Every built-in plugin, found as a foreign one would be, keeps the rules of its socket."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sheets import write_xlsx
from vendor_shapes import VENDORS

from flywheel import checks
from flywheel.listen import table_file
from flywheel.plugins import SOCKETS, installed, plugin_class

Build = Callable[[Path], dict[str, Any]]

FEEDBACK = "id,said,who,when\n" + "".join(f'{n},"Row {n}",c{n % 3},2026-03-0{n % 9 + 1}\n' for n in range(10))
PEOPLE = "no,mail,yes,since,zone\n" + "".join(f"c{n},c{n}@example.org,yes,2026-01-01,Europe/Warsaw\n" for n in range(8))
OUTCOMES = "no,what,at\n" + "".join(f"c{n},returned,2026-02-0{n + 1}\n" for n in range(8))
COLUMNS = {"text": "said", "external_id": "id", "person": "who", "said_at": "when"}


def written(folder: Path, name: str, content: str) -> Path:
    (folder / name).write_text(content, encoding="utf-8")
    return folder / name


def json_lines(folder: Path) -> Path:
    lines = (f'{{"id": "{n}", "said": "Row {n}", "who": "c1", "when": "2026-03-01T0{n}:00:00Z"}}\n' for n in range(8))
    return written(folder, "in.jsonl", "".join(lines))


def sheet(folder: Path) -> Path:
    write_xlsx(folder / "in.xlsx", {"Talk": [line.split(",") for line in FEEDBACK.splitlines()]})
    return folder / "in.xlsx"


def parquet(folder: Path) -> Path:
    table, path = written(folder, "in.csv", FEEDBACK), folder / "in.parquet"
    duckdb.connect(":memory:").execute(
        f"COPY (FROM read_csv('{table}', all_varchar = true)) TO '{path}' (FORMAT parquet)"
    )
    return path


def shares(folder: Path) -> dict[str, Any]:
    return {
        "id": "staff", "voice": "employee", "columns": {"brand": "trust"}, "year": 2017, "provenance": "A survey",
        "measures": [{"column": "yes", "measure": "yes", "n": "n", "unit": "percent", "higher_is_better": True}],
        "path": folder,
    }  # fmt: skip


def csv_of_shares(folder: Path) -> dict[str, Any]:
    return shares(written(folder, "in.csv", "trust,yes,n\n" + "".join(f"T{n},{n},1{n}\n" for n in range(10))))


def sheet_of_shares(folder: Path) -> dict[str, Any]:
    write_xlsx(folder / "in.xlsx", {"A": [["trust", "yes", "n"], *([f"T{n}", n, 10] for n in range(10))]})
    return shares(folder / "in.xlsx")


SETTINGS: dict[tuple[str, str], Build] = {
    ("source", "csv"): lambda at: {
        "id": "talk", "brand": "Own", "path": written(at, "in.csv", FEEDBACK), "columns": COLUMNS,
    },
    ("source", "excel"): lambda at: {"id": "talk", "brand": "Own", "path": sheet(at), "columns": COLUMNS},
    ("source", "parquet"): lambda at: {"id": "talk", "brand": "Own", "path": parquet(at), "columns": COLUMNS},
    ("measure_source", "measures_csv"): csv_of_shares,
    ("measure_source", "measures_excel"): sheet_of_shares,
    ("source", "jsonl"): lambda at: {"id": "talk", "brand": "Own", "path": json_lines(at), "columns": COLUMNS},
    ("person_source", "csv"): lambda at: {
        "id": "crm", "brand": "Own", "path": written(at, "people.csv", PEOPLE),
        "columns": {"person": "no", "time_zone": "zone"}, "contacts": {"mail": "mail"},
        "consents": [{"channel": "mail", "purpose": "service", "column": "yes", "at": "since"}],
    },
    ("outcome_source", "csv"): lambda at: {
        "id": "orders", "path": written(at, "out.csv", OUTCOMES),
        "columns": {"person": "no", "metric": "what", "happened_at": "at"},
    },
    ("signal_source", "csv"): lambda at: {
        "id": "late", "path": written(at, "late.csv", OUTCOMES),
        "columns": {"person": "no", "signal": "what", "happened_at": "at"},
    },
    ("analyzer", "fast"): lambda _: {},
    ("predictor", "churn"): lambda _: {},
    ("predictor", "churn_rule"): lambda _: {},
    ("predictor", "lifetime"): lambda _: {"margin_per_year": 120.0},
    ("predictor", "satisfaction"): lambda _: {
        "learned": '{"weights": [0.6, 0.4, -0.1, -0.1, -0.2, 0.0], "error": 0.1}'
    },
    ("predictor", "need"): lambda _: {"learned": '{"follows": [["delay", 40, [["refund", 30], ["seats", 10]]]]}'},
    ("predictor", "trend"): lambda _: {},
    ("benchmark", "heard"): lambda _: {},
    ("benchmark", "table"): lambda _: {"source": "index"},
    ("policy", "consent"): lambda _: {},
    ("policy", "contact_cap"): lambda _: {"max_contacts": 1},
    ("policy", "quiet_hours"): lambda _: {"zone": "Europe/Warsaw"},
    ("policy", "care_first"): lambda _: {"vulnerable": ["frail"]},
    ("policy", "cool_off"): lambda _: {},
    ("policy", "fatigue"): lambda _: {"most_in_30_days": 2},
    ("policy", "ask_first"): lambda _: {"tiers": ["safety"], "second_value": 1000},
    ("channel", "file"): lambda at: {"id": "mail", "folder": at / "outbox"},
}  # fmt: skip


def kinds(socket: str) -> list[str]:
    """Return the kinds of a socket that this package brings; another package answers for its own."""
    return [kind for kind, point in installed(socket).items() if point.value.startswith("flywheel.")]


BESIDE_A_SERVER: dict[tuple[str, str], str] = {
    **{("source", kind): "listen/test_vendors.py" for kind in ("rest", *VENDORS)},
    ("source", "sql"): "listen/test_sql_and_webhook.py",
    ("source", "webhook"): "listen/test_sql_and_webhook.py",
    ("source", "imap"): "listen/test_imap.py",
    ("source", "rss"): "listen/test_feeds.py",
    ("source", "dlt"): "listen/test_dlt.py",
    ("source", "obsei_sql"): "listen/test_obsei.py",
    ("source", "obsei_parquet"): "listen/test_obsei.py",
    ("person_source", "sql"): "listen/test_sql_people.py",
    ("outcome_source", "sql"): "listen/test_sql_people.py",
    ("analyzer", "deep"): "understand/test_deep.py",
    ("analyzer", "endpoint"): "understand/test_endpoint.py",
    ("analyzer", "hf"): "understand/test_hf.py",
    ("channel", "email"): "act/test_email_channel.py",
    ("channel", "webhook"): "act/test_webhook_channel.py",
    ("channel", "export"): "act/test_export_channel.py",
    ("channel", "notify"): "act/test_notify_channel.py",
    ("channel", "ticket"): "act/test_ticket_channel.py",
}
"""What asks a server, a database or a model is checked beside one, in the file named here."""


def plain(socket: str) -> list[str]:
    """Return the kinds of a socket that need nothing but a folder."""
    return [kind for kind in kinds(socket) if (socket, kind) not in BESIDE_A_SERVER]


def built(socket: str, kind: str, folder: Path) -> Any:
    build = SETTINGS.get((socket, kind))
    assert build is not None, f"the built-in {socket} {kind!r} has no test: give its settings in SETTINGS"
    return plugin_class(socket, kind).model_validate(build(folder))


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "PAGE_ROWS", 3)


def test_every_socket_has_a_built_in_plugin() -> None:
    assert {socket for socket in SOCKETS if not kinds(socket)} == set()


@pytest.mark.parametrize(("socket", "kind"), BESIDE_A_SERVER)
def test_what_needs_a_server_is_checked_beside_one(socket: str, kind: str) -> None:
    assert kind in kinds(socket)
    checked = Path(__file__).parents[1] / BESIDE_A_SERVER[socket, kind]
    assert f"check_{socket}(" in checked.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", plain("source"))
def test_a_source_keeps_its_rules(kind: str, tmp_path: Path, small_pages: None) -> None:
    checks.check_source(built("source", kind, tmp_path))


@pytest.mark.parametrize("kind", plain("source"))
def test_a_source_without_ids_of_its_own_keeps_its_rules(kind: str, tmp_path: Path, small_pages: None) -> None:
    source = built("source", kind, tmp_path)
    anonymous = {name: column for name, column in source.columns.items() if name != "external_id"}
    checks.check_source(type(source).model_validate(source.model_dump() | {"columns": anonymous}))


@pytest.mark.parametrize("kind", plain("person_source"))
def test_a_person_source_keeps_its_rules(kind: str, tmp_path: Path, small_pages: None) -> None:
    checks.check_person_source(built("person_source", kind, tmp_path))


@pytest.mark.parametrize("kind", plain("signal_source"))
def test_a_signal_source_keeps_its_rules(kind: str, tmp_path: Path, small_pages: None) -> None:
    checks.check_signal_source(built("signal_source", kind, tmp_path))


@pytest.mark.parametrize("kind", plain("measure_source"))
def test_a_measure_source_keeps_its_rules(kind: str, tmp_path: Path, small_pages: None) -> None:
    checks.check_measure_source(built("measure_source", kind, tmp_path))


@pytest.mark.parametrize("kind", sorted(set(plain("outcome_source")) - {"feedback"}))  # it tells from the store alone
def test_an_outcome_source_keeps_its_rules(kind: str, tmp_path: Path, small_pages: None) -> None:
    checks.check_outcome_source(built("outcome_source", kind, tmp_path))


@pytest.mark.parametrize("kind", plain("analyzer"))
def test_an_analyzer_keeps_its_rules(kind: str, tmp_path: Path) -> None:
    checks.check_analyzer(built("analyzer", kind, tmp_path))


@pytest.mark.parametrize("kind", plain("predictor"))
def test_a_predictor_keeps_its_rules(kind: str, tmp_path: Path) -> None:
    checks.check_predictor(built("predictor", kind, tmp_path))


@pytest.mark.parametrize("kind", plain("benchmark"))
def test_a_benchmark_keeps_its_rules(kind: str, tmp_path: Path) -> None:
    checks.check_benchmark(built("benchmark", kind, tmp_path))


@pytest.mark.parametrize("kind", plain("policy"))
def test_a_policy_keeps_its_rules(kind: str, tmp_path: Path) -> None:
    checks.check_policy(built("policy", kind, tmp_path))


@pytest.mark.parametrize("kind", plain("channel"))
def test_a_channel_keeps_its_rules(kind: str, tmp_path: Path) -> None:
    channel = built("channel", kind, tmp_path)
    receivers = {"file": lambda: len(list((tmp_path / "outbox").glob("*.json")))}
    assert kind in receivers, f"the built-in channel {kind!r} needs a receiver that counts"
    checks.check_channel(channel, receivers[kind])
