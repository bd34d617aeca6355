"""Looking, checking and trying out: what they print, and that they store and send nothing."""

from __future__ import annotations

import json
import re

import pytest

from flywheel.store import Store


@pytest.fixture
def turned(flywheel, project):
    assert flywheel("run", "--engine", "local", "--until", "2026-01-20").code == 0
    return project


def _counts(project):
    store = Store(f"sqlite:///{project / '.flywheel' / 'flywheel.db'}")
    with store.read() as shelves:
        counts = {name: shelves.views.count(name) for name in shelves.views.names()}
    store.close()
    return counts


def test_init_makes_a_project_and_does_not_touch_it_again(flywheel, tmp_path, monkeypatch):
    monkeypatch.delenv("FLYWHEEL_DATABASE_URL", raising=False)
    folder = tmp_path / "mycx"
    first = flywheel("init", folder, "--json").document["made"]
    assert {"config/brand.yaml", "templates/messages/thank_you.en.j2", ".gitignore", ".flywheel/key"} <= set(first)
    (folder / "config" / "brand.yaml").write_text("brand: {name: Mine}\n")
    (folder / ".gitignore").write_text(".flywheel/\n")
    assert flywheel("init", folder, "--json").document["made"] == []
    assert (folder / "config" / "brand.yaml").read_text() == "brand: {name: Mine}\n"
    assert (folder / ".gitignore").read_text() == ".flywheel/\n"


def test_init_adds_the_key_that_is_missing(flywheel, project):
    (project / ".flywheel" / "key").unlink()
    (project / ".flywheel" / "flywheel.db").unlink()
    made = flywheel("init", ".", "--json").document["made"]
    assert ".flywheel/key" in made
    assert any(one.startswith("store ") for one in made)


def test_check_finds_nothing_in_a_good_project_and_stores_nothing(flywheel, project):
    before = _counts(project)
    screen = flywheel("check")
    assert screen.code == 0, screen.out
    assert "100% of dates" in screen.out
    assert "thank_you in en, pl" in screen.out
    assert _counts(project) == before
    assert not (project / "outbox").exists()


def test_check_names_a_missing_column_and_the_nearest_one(flywheel, project, configure):
    configure("text: body", "text: bodi")
    screen = flywheel("check")
    assert screen.code == 1
    assert "Did you mean 'body'?" in screen.out


def test_check_proposes_an_encoding(flywheel, project):
    rows = "".join(
        f"r{n},2026-01-02,Lumen Rail,Le train était en retard et le café fermé à la gare\n" for n in range(9)
    )
    (project / "reviews.csv").write_bytes(f"id,written,company,body\n{rows}".encode("cp1252"))
    screen = flywheel("check")
    assert screen.code == 1
    assert "no usable record; 9 records set aside" in screen.out
    assert re.search(r"Set `encoding: (cp1252|latin_1|cp125\d)`, which it seems to be", screen.out)


def test_check_tells_of_dates_in_two_ways(flywheel, project):
    rows = "r1,2026-01-02,Lumen Rail,late\nr2,31/01/2026,Lumen Rail,late again\n"
    (project / "reviews.csv").write_text(f"id,written,company,body\n{rows}")
    screen = flywheel("check")
    assert "are written in more than one way" in screen.out
    assert "'%d/%m/%Y'" in screen.out


def test_check_says_when_dates_cannot_be_read(flywheel, project):
    data = project / "reviews.csv"
    data.write_text(data.read_text().replace("2026-01-", "January "))
    screen = flywheel("check")
    assert "0% of dates" in screen.out
    assert "dates:" in screen.out


def test_check_finds_a_template_that_cannot_be_used(flywheel, project):
    (project / "templates" / "messages" / "thank_you.en.j2").write_text("Subject: Hi\n\n{{ name_of_person }}\n")
    screen = flywheel("check")
    assert screen.code == 1
    assert "thank_you.en.j2" in screen.out


def test_check_prints_a_schema_for_editors(flywheel):
    schema = flywheel("check", "--schema").document
    assert {"brand", "sources", "plays"} <= set(schema["properties"])


def test_doctor_finds_a_good_project_well(flywheel, turned):
    screen = flywheel("doctor")
    assert screen.code == 0, screen.out
    assert "fastapi" in screen.out
    assert "next at" in screen.out
    assert "completed" in screen.out


def test_doctor_says_when_prefect_does_not_answer(flywheel, project, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    screen = flywheel("doctor")
    assert screen.code == 1
    assert "PREFECT_API_URL" in screen.out


def test_doctor_finds_a_schedule_that_never_happens(flywheel, project, configure):
    configure("0 7 * * 1", "61 7 * * 1")
    screen = flywheel("doctor")
    assert screen.code == 1
    assert "61 7 * * 1" in screen.out


def test_doctor_outside_of_a_project_says_what_to_type(flywheel, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    screen = flywheel("doctor")
    assert screen.code == 1
    assert "flywheel init" in screen.out


def test_try_guesses_the_text_column_outside_of_a_project(flywheel, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "any.csv"
    file.write_text("id;who;comment\n1;Anna;The train was very late and I am angry. Write to anna@example.org\n")
    screen = flywheel("try", file, "--json")
    assert screen.code == 0
    record = screen.document["records"][0]
    assert "[e-mail]" in record["text"]
    assert record["label"] == "negative"
    assert record["topics"][0]["topic"] == "delay"
    assert "'comment'" in screen.err
    assert list(tmp_path.iterdir()) == [file]


def test_try_reads_json_lines_and_a_named_column(flywheel, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "any.jsonl"
    file.write_text(json.dumps({"a": "x", "b": {"c": "I love it, wonderful crew"}}) + "\n")
    screen = flywheel("try", file, "--text", "b.c")
    assert screen.code == 0
    assert "positive" in screen.out


def test_try_names_the_columns_when_there_is_none_of_that_name(flywheel, project):
    screen = flywheel("try", "reviews.csv", "--text", "boddy")
    assert screen.code == 2
    assert "Did you mean 'body'?" in screen.err


def test_try_reads_a_configured_source_and_stores_nothing(flywheel, project):
    before = _counts(project)
    screen = flywheel("try", "--source", "reviews", "--limit", "2", "--json")
    assert len(screen.document["records"]) == 2
    assert _counts(project) == before


def test_a_report_is_written_again_with_the_same_bytes(flywheel, turned):
    first = next((turned / ".flywheel" / "reports").rglob("report.html")).read_bytes()
    screen = flywheel("report", "--out", turned / "again", "--json")
    assert screen.code == 0
    assert (turned / "again" / "report.html").read_bytes() == first
    assert {"report.html", "report.md", "report.json"} == {file.name for file in (turned / "again").iterdir()}


def test_a_report_is_replayed_to_the_same_bytes_and_a_changed_template_is_said(flywheel, turned):
    cycle = flywheel("cycles", "--json").document[0]["cycle_id"]
    screen = flywheel("replay", cycle[:8], "--out", turned / "replayed")
    assert screen.code == 0
    assert screen.out.count("the same as when it was written") == 3
    first = next((turned / ".flywheel" / "reports").rglob("report.html")).read_bytes()
    assert (turned / "replayed" / "report.html").read_bytes() == first
    own = turned / "templates" / "reports"
    own.mkdir(parents=True)
    (own / "report.html").write_text("{{ report.brand }}", encoding="utf-8")
    screen = flywheel("replay", cycle, "--json")
    assert (screen.code, [one["same"] for one in screen.document["files"]]) == (1, [False, True, True])
    assert flywheel("replay", "ffffff").code == 2


def test_the_digest_and_the_list_of_reports_are_written_on_demand(flywheel, turned):
    index = turned / ".flywheel" / "reports" / "index.html"
    index.unlink()
    files = flywheel("report", "--format", "digest", "--json").document["files"]
    assert [file.rpartition("/")[2] for file in files] == ["digest.txt", "digest.html", "index.html"]
    assert "Did it get better" in next(index.parent.rglob("digest.txt")).read_text(encoding="utf-8")
    assert index.exists()


def test_a_report_that_there_is_not_is_said(flywheel, project):
    assert flywheel("report").code == 2
    assert flywheel("report", "--format", "pdf").code == 2


def test_an_id_is_explained_and_what_is_none_is_said(flywheel, turned):
    cycle = flywheel("cycles", "--json").document[0]["cycle_id"]
    explained = flywheel("explain", cycle[:8], "--json").document
    assert (explained["kind"], explained["id"]) == ("cycle", cycle)
    assert "listen" in flywheel("explain", cycle).out
    for wrong, says in (("no-id", "is no id"), ("f" * 32, "Nothing has an id")):
        screen = flywheel("explain", wrong)
        assert (screen.code, says in screen.err) == (2, True)


def test_sources_are_listed_and_read_again_after_a_reset(flywheel, turned):
    (listed,) = flywheel("sources", "list", "--json").document
    assert (listed["source"], listed["rows"]) == ("reviews", 14)
    assert flywheel("sources", "reset", "reviewz").code == 2
    assert flywheel("sources", "reset", "reviews", "--json").document["reset"] is True
    again = flywheel("run", "--engine", "local", "--until", "2026-01-21", "--json").document["steps"][0]
    assert (again["done"], again["skipped"]) == (0, 14)


def test_outcomes_are_imported_once(flywheel, project):
    (project / "what.csv").write_text(
        "person,metric,value,happened_at\nc1,returned,1,2026-01-18\nc2,returned,1,never\n"
    )
    first = flywheel("outcomes", "import", "what.csv", "--json").document
    assert (first["new"], first["set_aside"]) == (1, 1)
    assert flywheel("outcomes", "import", "what.csv", "--json").document["new"] == 0
    assert _counts(project)["v_outcome"] == 1


def test_outcomes_of_unknown_columns_are_refused(flywheel, project):
    (project / "what.csv").write_text("who,when\nc1,2026-01-18\n")
    screen = flywheel("outcomes", "import", "what.csv")
    assert screen.code == 2
    assert "'person'" in screen.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_completion_script_knows_the_commands(flywheel, shell):
    screen = flywheel("completion", shell)
    assert screen.code == 0
    assert "triage" in screen.out


def test_every_command_has_a_help_with_an_example(flywheel):
    from flywheel.cli.catalogue import GROUPS, Family

    entries = [entry for _, group in GROUPS for entry in group]
    words = [(e.name, m.name) for e in entries if isinstance(e, Family) for m in e.members]
    words += [(e.name,) for e in entries if not isinstance(e, Family)]
    for command in words:
        screen = flywheel(*command, "--help")
        assert screen.code == 0
        assert "Example: " in screen.out or command == ("completion",)
        assert {"--config", "--json", "--debug"} <= set(screen.out.replace("│", " ").split()), command
