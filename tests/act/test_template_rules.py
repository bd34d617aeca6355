"""24 hostile templates are refused before anything is made of them, good ones are not; the tone warns the author."""

from __future__ import annotations

from pathlib import Path

import pytest

from flywheel.act.template_rules import faults
from flywheel.act.tone import warnings
from flywheel.act.words import Letterhead, Wordsmith, spoken
from flywheel.assets import folder
from flywheel.config import load
from flywheel.errors import PermanentError

ROOT = Path(__file__).parents[2]
FIELDS = Letterhead(brand="Own", play="help", topic="delay", topic_words="delay", touchpoint=None, said_on="1 March")
HOSTILE = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].environ }}",
    "{{ self._TemplateReference__context }}",
    "{{ brand.__init__ }}",
    "{{ brand['__class__'] }}",
    "{{ brand | attr('__class__') }}",
    "{{ brand.format(brand) }}",
    "{{ '%s' % brand }}",
    "{{ '{0.__class__}' | format(brand) }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% from 'help.en.j2' import x %}",
    "{% extends 'help.en.j2' %}",
    "{% for x in range(1000000000) %}x{% endfor %}",
    "{% for a in brand %}{% for b in brand %}x{% endfor %}{% endfor %}",
    "{{ 'x' * 1000000000 }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ 'x' | center(1000000000) }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% set brand = 'Another' %}",
    "{% set ns = namespace(x=1) %}{% set ns.x = 2 %}",
    "{{ settings.api_key }}",
    "{{ person_address }}",
    "{{ topic ~ topic }}",
    "{% block b %}{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% call m() %}{% endcall %}",
    "{% autoescape true %}x{% endautoescape %}",
    "{% set w = {'a': brand} %}{{ w[brand][0] }}",
    "{% if a %}" * 900 + "{% endif %}" * 900,
    "{{ " + "(" * 9_000 + "1" + ")" * 9_000 + " }}",
    "{{ " + "-" * 15_000 + "1 }}",
    "x" * 20_001,
)
GOOD = """Subject: About {{ topic_words | default('your journey') }}
{%- set words = {'delay': 'the delay', 'price': 'the price'} %}

{% if touchpoint and topic in words %}{{ words[topic] | upper }}{% elif not topic %}-{% else %}{{ brand }}{% endif %}
on {{ said_on }}{{ ', cheaper' if topic == 'price' else '' }}
"""


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_template_is_refused_before_it_is_used(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.en.j2").write_text(f"Subject: s\n\n{text}\n", encoding="utf-8")
    assert list(faults(f"Subject: s\n\n{text}\n", Letterhead.model_fields))
    with pytest.raises(PermanentError, match=r"The template t.en.j2 cannot be used: "):
        Wordsmith([tmp_path]).write("t", ("en",), FIELDS)


def test_a_good_template_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "t.en.j2").write_text(GOOD, encoding="utf-8")
    words = Wordsmith([tmp_path]).write("t", ("en",), FIELDS)
    assert (words.subject, words.body) == ("About delay", "Own\non 1 March")


def test_what_we_ship_keeps_the_rules_and_the_tone() -> None:
    messages = folder("templates") / "messages"
    tiers = {play.template: play.tier for play in load(ROOT / "config").plays} | {"public_reply": "complaint"}
    for template, tier in tiers.items():
        for file in sorted(messages.glob(f"{template}.*.j2")):
            assert list(faults(file.read_text("utf-8"), Letterhead.model_fields)) == []
            language = file.name.split(".")[1]
            words = Wordsmith([messages]).write(template, (language,), FIELDS)
            assert list(warnings(f"{words.subject}\n{words.body}", language, tier)) == []


def test_the_tone_warns_of_blame_jargon_a_wrong_sorry_a_wrong_thank_you_and_of_selling() -> None:
    def told(text: str, tier, language: str = "en") -> str:
        return "; ".join(warnings(text, language, tier))

    assert "blames" in told("You should have read the notice.", "friction")
    assert "blames" in told("Jak już pisaliśmy, pociąg się spóźnił.", "friction", "pl")
    assert "jargon" in told("We regret any inconvenience, per our policy.", "complaint")
    assert "apologises" in told("We are sorry, and happy.", "relationship")
    assert "thanks somebody" in told("Thank you for your feedback!", "complaint")
    assert told("We are sorry. Thank you for telling us.", "complaint") == ""
    assert "sells" in told("Here is a discount.", "complaint")
    assert told("Here is a discount. Thank you.", "offer") == ""
    assert told("Your slant on this is welcome, unsports and all.", "friction") == ""  # no word within a word


def test_a_language_with_a_country_falls_back_to_the_language_then_to_the_brands() -> None:
    assert spoken(("pl-PL", "en")) == ["pl-PL", "pl", "en"]
    assert spoken(("EN_us", "en")) == ["EN_us", "en"]
