"""Where a request may go: named hosts, public addresses, and never where a name points a moment later."""

from __future__ import annotations

import pytest

from flywheel.act.outside import aimed, is_public
from flywheel.errors import PermanentError

LOOPBACK = (
    "127.0.0.1", "127.1", "127.0.1", "0.0.0.0", "0", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1",
    "127.0.0.1.", "localhost", "LOCALHOST", "localhost.", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]",
    "[2001:0:0:0:0:0:80ff:fffe]", "169.254.169.254", "10.0.0.1", "192.168.0.1", "[fe80::1]",
)  # fmt: skip
ASKED = "hooks.example.org"


@pytest.mark.parametrize("spelling", LOOPBACK)
def test_no_spelling_of_an_inner_address_is_reached(spelling):
    host = spelling.strip("[]")
    with pytest.raises((PermanentError, OSError)):
        aimed(f"https://{spelling}/hook", [host, host.lower()], [])


@pytest.mark.parametrize("given", [["10.0.0.7"], ["93.184.215.14", "127.0.0.1"], ["2606:2800::1", "::ffff:10.1.1.1"]])
def test_a_name_that_points_inside_is_refused_also_beside_public_addresses(given):
    with pytest.raises(PermanentError, match="not public"):
        aimed(f"https://{ASKED}/hook", [ASKED], [], lambda *_: given)


def test_the_request_goes_to_the_address_that_was_judged_whatever_the_name_says_later():
    answers = iter((["93.184.215.14"], ["127.0.0.1"]))
    target = aimed(f"https://{ASKED}/hook?a=1", [ASKED], [], lambda *_: next(answers))
    assert (target.url, target.named) == ("https://93.184.215.14:443/hook?a=1", ASKED)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://elsewhere.example.org/hook", "not among the hosts"),
        (f"http://{ASKED}/hook", "https only"),
        (f"ftp://{ASKED}/hook", "https only"),
        (f"https://user:word@{ASKED}/hook", "password"),
        ("file:///etc/passwd", "https only"),
    ],
)
def test_what_is_not_listed_is_not_asked(url, says):
    with pytest.raises(PermanentError, match=says):
        aimed(url, [ASKED], [], lambda *_: ["93.184.215.14"])


def test_a_system_of_ones_own_is_asked_when_it_is_listed_with_its_port():
    target = aimed("http://127.0.0.1:8080/hook", [], ["127.0.0.1:8080"])
    assert target.url == "http://127.0.0.1:8080/hook"
    with pytest.raises(PermanentError):
        aimed("http://127.0.0.1:8081/hook", [], ["127.0.0.1:8080"])


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_are_public(address):
    assert is_public(address)
