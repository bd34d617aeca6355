"""Help before anything else: an airline's real complaints, moved to the present; and one complaint after a quiet year.

United's customers of one week in 2015, as they tweeted; what two people read in each tweet stands beside it in the file
and is what the wheel is held against. Everybody agreed to hear from us, and everybody would fit an offer.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flywheel.domain.cycle import Tally
from flywheel.turn import TurnRequest, turn_local

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TROUBLES = {"cancellation", "baggage"}
IN_NEED = ("safety", "complaint")
PLAYS = """
  - {name: rebook_you, tier: complaint, when: label != "positive" and "cancellation" in topics, channel: mail,
     mode: live, template: make_it_right, holdout: 0}
  - {name: find_your_bag, tier: complaint, when: label != "positive" and "baggage" in topics, channel: mail,
     mode: live, template: make_it_right, holdout: 0}
  - {name: call_in_person, tier: complaint, when: complaints_90d >= 3 and label == "negative", channel: mail,
     mode: live, template: make_it_right, holdout: 0, approval: required, expected_effect: 0.2}
  - {name: weekend_offer, tier: offer, when: feedback_90d > 0, channel: mail, mode: live, template: weekend_offer,
     purpose: marketing, expected_effect: 0.9, value: 100}
"""
TROUBLE = "{kind: care_first, trouble: [cancellation, baggage]}"
PEOPLE = """
people:
  - {id: crm, kind: csv, path: people.csv, brand: United, columns: {person: name}, contacts: {mail: mail},
     consents: [{channel: mail, purpose: service, column: yes_, granted: ["yes"], at: since},
                {channel: mail, purpose: marketing, column: yes_, granted: ["yes"], at: since}]}
"""
Rows = Callable[[Path, str], list[dict]]


@pytest.fixture(scope="module")
def united(
    data_dir: Path, tmp_path_factory: pytest.TempPathFactory, ready: Callable[[Path], Path]
) -> tuple[Path, dict]:
    """Turn once over United's week, moved so that it ended an hour ago."""
    project = tmp_path_factory.mktemp("united")
    with (data_dir / "01_multibrand_feedback" / "us_airline_tweets.csv").open(encoding="utf-8", newline="") as file:
        said = [row for row in csv.DictReader(file) if row["airline"] == "United"]
    last = max(_at(row) for row in said)
    for row in said:
        row["tweet_created"] = (_at(row) + (NOW - timedelta(hours=1) - last)).strftime("%Y-%m-%d %H:%M:%S %z")
    _write(project / "tweets.csv", said)
    names = sorted({row["name"] for row in said})
    _write(project / "people.csv", [
        {"name": name, "mail": f"{at}@example.com", "yes_": "yes", "since": "2025-01-01"}
        for at, name in enumerate(names)
    ])  # fmt: skip
    text = (Path(__file__).parent / "airline" / "config" / "airline.yaml").read_text(encoding="utf-8")
    text = text.replace("name: Delta", "name: United").replace("[United, US", "[Delta, US")
    text = text.replace("${FLYWHEEL_DATA}/01_multibrand_feedback/us_airline_tweets.csv", "tweets.csv")
    (project / "config").mkdir()
    (project / "config" / "all.yaml").write_text(
        text.replace("plays:\n", "plays:" + PLAYS).replace("{kind: care_first}", TROUBLE) + PEOPLE, encoding="utf-8"
    )
    result = turn_local(TurnRequest(config=ready(project), until=NOW, as_of=NOW, steps=_DECIDED))
    assert result.status == "completed"
    return project, {tally.step: tally for tally in result.steps}


_TO_CARE = ("listen", "understand", "predict", "decide", "act", "care")
_DECIDED = tuple(step for step in _TO_CARE if step != "act")


def test_a_cancelled_flight_a_lost_bag_a_third_complaint_get_help_before_anything_else(united, rows: Rows) -> None:
    project, _ = united
    decisions = {one["person_id"]: one for one in rows(project, "v_decision")}
    newest, truth, complaints = _newest(project, rows)
    topics: dict[str, set[str]] = {one["id"]: set() for one in newest.values()}
    for one in rows(project, "v_mention"):
        topics.setdefault(one["feedback_id"], set()).add(one["topic"])
    meant = {
        person for person, one in newest.items() if truth[one["external_id"]] in ("Cancelled Flight", "Lost Luggage")
    }
    helped = Counter(decisions[one]["tier"] if one in decisions else "silence" for one in meant)
    often = [one for one in newest if complaints[one] >= 3 and newest[one]["label"] == "negative"]
    print(f"\n{len(meant)} people whose last word was of a cancelled flight or a lost bag, by hand: {dict(helped)}")
    print(f"{len(often)} people who complain for the third time or more: "
          f"{Counter((decisions[one]['play'], decisions[one]['status']) for one in often)}")  # fmt: skip
    for person in [*sorted(meant & set(decisions))[:3], *sorted(often)[:2]]:
        _explain(decisions[person], newest[person])
    assert len(meant) > 150
    machine = [one for one in meant if one in decisions and decisions[one]["status"] == "decided"]
    wrong = [one for one in machine if decisions[one]["tier"] not in IN_NEED]
    print(f"{len(wrong)} of them get something else from a machine: neither their words nor their topic were read")
    assert (helped["safety"] + helped["complaint"]) / len(meant) > 0.85
    assert len(wrong) / len(meant) < 0.08
    read_as = [
        one for one in newest if TROUBLES.intersection(topics[newest[one]["id"]]) and newest[one]["label"] != "positive"
    ]
    assert {decisions[one]["tier"] for one in read_as} <= set(IN_NEED)
    assert often
    assert all(decisions[one]["tier"] in IN_NEED and decisions[one]["status"] == "waiting" for one in often)


def test_nobody_who_is_unhappy_or_complained_lately_is_sold_to_and_it_is_counted(united, rows: Rows) -> None:
    project, tallies = united
    newest, _, complaints = _newest(project, rows)
    offered = [one for one in rows(project, "v_decision") if one["tier"] == "offer" and one["status"] != "blocked"]
    assert not [
        one for one in offered if newest[one["person_id"]]["label"] == "negative" or complaints[one["person_id"]]
    ]
    assert tallies["decide"].reasons["offer withheld: help comes first"] > 1_000


def test_everybody_in_need_has_a_case_with_the_owner_of_the_touchpoint_and_praise_earns_thanks(
    united, rows: Rows
) -> None:
    project, tallies = united
    cases, thanks = rows(project, "v_case"), rows(project, "v_thanks")
    helped = {
        one["person_id"] for one in rows(project, "v_decision") if one["tier"] in IN_NEED and one["status"] != "blocked"
    }
    assert helped <= {one["person_id"] for one in cases}
    by = Counter((one["team"], one["touchpoint"]) for one in thanks)
    print(f"\ncases by owner {dict(Counter(one['owner'] for one in cases))}, thanks {dict(by)}")
    assert {"Operations", "Ground services", "Cabin crew"} <= {one["owner"] for one in cases}
    assert by["Cabin crew", "crew"] > 10
    assert tallies["care"].done == len(cases)


def test_after_a_quiet_import_of_an_old_year_one_complaint_is_answered_once(
    tmp_path: Path, ready: Callable[[Path], Path], rows: Rows
) -> None:
    text = """\
brand: {name: Lumen Rail}
competitors: [Tern Rail]
sources:
  - {id: post, kind: csv, path: said.csv, columns: {text: text, external_id: id, said_at: at, person: who, brand: to}}
analyzer: {kind: fast}
topics: [{topic: delay, words: {en: [late]}}]
channels: [{id: mail, kind: file, folder: outbox}]
policies: [{kind: consent}, {kind: care_first}, {kind: contact_cap}]
plays:
  - {name: sorry, tier: complaint, when: label == "negative", channel: mail, mode: live, template: make_it_right}
people:
  - {id: crm, kind: csv, path: people.csv, brand: Lumen Rail, columns: {person: who}, contacts: {mail: mail},
     consents: [{channel: mail, purpose: service, column: yes_, granted: ["yes"], at: since}]}
"""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "all.yaml").write_text(text, encoding="utf-8")
    who = [f"c{n}" for n in range(730)]
    old = [_word(n, NOW - timedelta(days=30 + n // 2), one) for n, one in enumerate(who)]
    _write(tmp_path / "said.csv", old)
    _write(tmp_path / "people.csv", [
        {"who": one, "mail": "" if one == "c2" else f"{one}@example.com", "yes_": "no" if one == "c1" else "yes",
         "since": "2025-01-01"} for one in who
    ])  # fmt: skip
    config = ready(tmp_path)
    first = _turn(config, NOW)
    assert (first["listen"].done, first["decide"].done, first["act"].done, first["care"].done) == (730, 0, 0, 0)
    new = [_word(1_000 + n, NOW + timedelta(hours=1), one) for n, one in enumerate(("c0", "c1", "c2"))]
    new += [_word(1_003, NOW + timedelta(hours=1), "t1", "Tern Rail"), _word(1_004, NOW + timedelta(hours=1), "nobody")]
    _write(tmp_path / "said.csv", old + new)
    second = _turn(config, NOW + timedelta(days=1))
    print(f"\nthe import: {first['decide'].reasons}; the day after: {second['decide'].reasons}")
    assert second["decide"].reasons == {
        "another brand's customer: no play is for them": 1, "no address for mail": 1,
        "no consent to service by mail": 1,
        "nothing is known of the person, so no consent either": 1,
    }  # fmt: skip
    assert second["act"].done == 1
    assert len([one for one in (tmp_path / "outbox").rglob("*") if one.is_file()]) == 1
    assert len(rows(tmp_path, "v_case")) == 4  # who cannot be written to still needs an answer from somebody
    again = _turn(config, NOW + timedelta(days=2))
    assert (again["decide"].done, again["act"].done) == (0, 0)


def _turn(config: Path, until: datetime) -> dict[str, Tally]:
    result = turn_local(TurnRequest(config=config, until=until, as_of=until, steps=_TO_CARE))
    assert result.status == "completed"
    return {tally.step: tally for tally in result.steps}


def _word(n: int, at: datetime, who: str, to: str = "Lumen Rail") -> dict[str, str]:
    return {
        "id": f"f{n}",
        "at": at.isoformat(),
        "who": who,
        "to": to,
        "text": "The train was late again, terrible service!",
    }


def _newest(project: Path, rows: Rows) -> tuple[dict[str, dict], dict[str, str], Counter[str]]:
    """Return each person's newest tweet with how it was read, what two people read in it, and their complaints."""
    read = {one["feedback_id"]: one for one in rows(project, "v_reading")}
    newest: dict[str, dict] = {}
    complaints: Counter[str] = Counter()
    for one in sorted(rows(project, "v_feedback"), key=lambda one: (one["said_at"], one["id"])):
        newest[one["person_id"]] = one | {"label": read[one["id"]]["sentiment_label"]}
        complaints[one["person_id"]] += read[one["id"]]["intent"] == "complaint"
    with (project / "tweets.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["tweet_id"]: row["negativereason"] for row in csv.DictReader(file)}
    return newest, truth, complaints


def _explain(decision: dict, said: dict) -> None:
    print(f"  {' '.join(said['text'].split())[:110]}")
    print(f"    -> {decision['play']} ({decision['tier']}, {decision['status']}): {json.loads(decision['reasons'])[0]}")


def _at(row: dict[str, str]) -> datetime:
    return datetime.strptime(row["tweet_created"], "%Y-%m-%d %H:%M:%S %z")


def _write(path: Path, found: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
