"""Words and letters: strict, sandboxed, in the person's language; a key for the act, a hash for the words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flywheel.act.letters import Addressee, compose, delivery_key, payload_hash
from flywheel.act.words import Letterhead, Words, Wordsmith, letter_date
from flywheel.assets import folder
from flywheel.domain.play import Decision
from flywheel.errors import PermanentError

FIELDS = Letterhead(
    brand="Own", play="help", topic="delay", topic_words="delay", touchpoint=None, said_on="1 March 2026"
)
Write = Callable[..., Words]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(text: str, languages: tuple[str, ...] = ("en",), name: str = "t.en.j2") -> Words:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return Wordsmith([tmp_path]).write("t", languages, FIELDS)

    return written


def test_a_template_has_a_subject_and_a_body(write: Write) -> None:
    words = write("Subject: About {{ topic_words }}\n\nHello,\n\n{{ brand }}\n")
    assert words == Words(language="en", subject="About delay", body="Hello,\n\nOwn")


@pytest.mark.parametrize(
    "text",
    [
        "{{ customer_name }}", "{{ brand.owner }}", "{{ brand['owner'] }}", "{{ topic.x.y }}",
        "{% if nothing %}a{% endif %}",
        "{{ brand.__class__ }}", "{{ ''.__class__.__mro__ }}", "{{ brand._private }}", "{{ self.__init__ }}",
        "{{ cycler.__init__.__globals__ }}", "{{ brand.format.__self__ }}", "{{ '{0.__class__}'.format(brand) }}",
        "{% set brand.x = 1 %}", "{{ 1 / 0 }}", "{{ brand + 1 }}", "{{ range(10 ** 9) | list }}",
        "{% include 'gone' %}",
        "{% import 'os' as os %}", "{{", "{% for %}", "{{ brand[7] }}", "{{ [].append(1) }}", "{{ brand | nosuch }}",
        "{{ 'x'.encode('nope') }}", "{{ dict(a=1).update(b=2) }}",
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_used_or_reaches_further_is_refused(write: Write, text: str) -> None:
    with pytest.raises(PermanentError, match=r"template t\."):
        write(f"Subject: s\n\n{text}\n")


@pytest.mark.parametrize("text", ["", "Hello", "Subject: s", "Subject: s\n\n  \n", "subject: s\n\nbody"])
def test_a_template_without_subject_or_body_is_refused(write: Write, text: str) -> None:
    with pytest.raises(PermanentError, match="needs `Subject"):
        write(text)


def test_words_of_a_customer_are_text_and_never_a_template(tmp_path: Path) -> None:
    (tmp_path / "t.en.j2").write_text("Subject: s\n\n{{ topic_words }}", encoding="utf-8")
    odd = FIELDS.model_copy(update={"topic_words": "{{ 7 * 7 }}<b>"})
    assert Wordsmith([tmp_path]).write("t", ["en"], odd).body == "{{ 7 * 7 }}<b>"


def test_the_first_language_that_there_is_is_written(write: Write) -> None:
    write("Subject: s\n\nHello")
    assert write("Subject: s\n\nCześć", ("pl", "en"), "t.pl.j2").body == "Cześć"
    assert write("Subject: s\n\nHello", ("de", "en")).language == "en"
    with pytest.raises(PermanentError, match=r"no template t\.LANGUAGE\.j2 in any of: de, fr"):
        write("Subject: s\n\nHello", ("de", "fr"))


def test_a_projects_own_template_goes_before_ours(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for at, place in enumerate((own, tmp_path)):
        (place / "t.en.j2").write_text(f"Subject: s\n\nbody {at}", encoding="utf-8")
    assert Wordsmith([own, tmp_path]).write("t", ["en"], FIELDS).body == "body 0"


def test_a_template_outside_the_folders_cannot_be_named(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.en.j2").write_text("Subject: s\n\nsecret", encoding="utf-8")
    with pytest.raises(PermanentError, match="no template"):
        Wordsmith([tmp_path / "inside"]).write("../secret", ["en"], FIELDS)


@pytest.mark.parametrize("topic", [None, "delay"])
def test_every_template_that_ships_can_be_written_with_and_without_a_topic(topic: str | None) -> None:
    smith = Wordsmith([folder("templates") / "messages"])
    fields = FIELDS.model_copy(update={"topic": topic, "topic_words": topic})
    for file in sorted((folder("templates") / "messages").glob("*.j2")):
        name, language, _ = file.name.split(".")
        words = smith.write(name, [language], fields)
        assert "None" not in words.subject + words.body, file.name
        assert "{" not in words.subject + words.body, file.name


@pytest.mark.parametrize(("language", "told"), [("en", "2 March 2026"), ("pl", "02.03.2026"), ("xx", "2 March 2026")])
def test_a_date_is_that_of_the_persons_own_day(language: str, told: str) -> None:
    assert letter_date(datetime(2026, 3, 1, 23, 30, tzinfo=UTC), "Europe/Warsaw", language) == told


TO = Addressee(languages=("en",), zone="UTC", topics=("lost_bag",), touchpoint="")


def test_a_letter_knows_the_topic_and_the_day_of_its_occasion(
    tmp_path: Path, decision: Callable[..., Decision]
) -> None:
    (tmp_path / "t.en.j2").write_text("Subject: {{ topic_words }}\n\n{{ brand }} {{ said_on }} {{ play }}", "utf-8")
    words = compose(decision(), TO, "t", "Own", Wordsmith([tmp_path]))
    assert (words.subject, words.body) == ("lost bag", "Own 2 March 2026 help")


def test_the_key_is_that_of_the_act_and_not_of_the_attempt(decision: Callable[..., Decision], noon: datetime) -> None:
    key = delivery_key(decision())
    later = decision(cycle_id="c2", id="d2", decided_at=noon + timedelta(days=1), score=0.9)
    assert delivery_key(later) == key
    others = [
        decision(**change) for change in ({"person_id": "p2"}, {"play": "x"}, {"channel": "sms"}, {"occasion": "f2"})
    ]
    assert len({key, *(delivery_key(one) for one in others), delivery_key(decision(status="shadow"))}) == 6


def test_the_hash_is_that_of_exactly_what_leaves() -> None:
    one = payload_hash("p1", "mail", "subject", "body")
    assert one == payload_hash("p1", "mail", "subject", "body")
    others = {("p2", "mail", "subject", "body"), ("p1", "sms", "subject", "body"), ("p1", "mail", "subjec", "tbody")}
    assert one not in {payload_hash(*other) for other in others}
    assert len(payload_hash("p", "c", "\ud800", "")) == 64
