"""Feeds of every shape, each item once, asked for only when they have changed; hostile ones are refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from listening_post import Post, sqlite
from source_server import Server

from flywheel.checks import check_source
from flywheel.domain.feedback import Cursor, Feedback
from flywheel.errors import PermanentError
from flywheel.listen.feed_items import read_feed
from flywheel.listen.http_pages import Auth, Patience
from flywheel.listen.rest_shape import Paging, RecordShape
from flywheel.listen.rest_source import RestSource
from flywheel.listen.rss_source import RssSource

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
RSS = """<?xml version="1.0" encoding="iso-8859-2"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Forum</title><link>https://own.example</link><item><image><title>not this</title></image>
<title>Late &amp;amp; dirty</title><link>https://own.example/2</link><guid>post-2</guid><dc:creator>anna</dc:creator>
<pubDate>Mon, 02 Mar 2026 10:00:00 +0100</pubDate><description>short</description>
<content:encoded><![CDATA[<p>The train was <b>late</b>.</p><p>Żółw &amp; 3 < 4</p>]]></content:encoded></item>
<item><title>No id</title><description>Nobody answered.</description></item>
<item><title>Far</title><guid>post-0</guid>
<pubDate>Thu, 01 Jan 2099 00:00:00 GMT</pubDate><description>From afar</description>
</item></channel></rss>""".encode("iso-8859-2")
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title><id>feed</id><link rel="self" href="/a"/>
<entry><id>tag:2</id><title type="html">Fast &amp;amp; kind</title><updated>2026-03-02T10:00:00+01:00</updated>
<source><id>elsewhere</id><title>not this</title></source><link href="https://own.example/2"/>
<author><name>Bob</name><uri>https://own.example/bob</uri></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">They <b>helped</b>:<br/>1 &lt; 2</div></content></entry>
<entry><id>tag:1</id><title>Empty</title><updated>never</updated></entry></feed>"""
STORE_XML = b"""<feed xmlns:im="http://itunes.apple.com/rss" xmlns="http://www.w3.org/2005/Atom"><id>reviews</id>
<entry><id>app</id><title>Own App</title><im:name>Own App</im:name><im:artist href="x">Own</im:artist></entry>
<entry><updated>2026-02-01T03:04:05-07:00</updated><id>11</id>
<title>Crashes</title><content type="text">It &lt;b&gt; crashes
daily.</content><im:voteSum>0</im:voteSum><im:rating>1</im:rating><im:version>3.2</im:version>
<author><name>kate</name><uri>https://itunes.apple.com/us/reviews/id77</uri></author>
<content type="html">&lt;table&gt;in html&lt;/table&gt;</content></entry></feed>"""
STORE_JSON = json.dumps({"feed": {"entry": [
    {"id": {"label": "11"}, "title": {"label": "Crashes"}, "content": {"label": "It <b> crashes\ndaily."},
     "im:rating": {"label": "1"}, "im:version": {"label": "3.2"}, "updated": {"label": "2026-02-01T03:04:05-07:00"},
     "author": {"name": {"label": "kate"}, "uri": {"label": "https://itunes.apple.com/us/reviews/id77"}}},
    {"im:artist": {"label": "Own"}, "id": {"label": "app"}, "title": {"label": "Own App"}},
], "link": [{"attributes": {"rel": "self", "href": "/x"}}]}}).encode()  # fmt: skip
JSON_FEED = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [
    {"id": "1", "content_html": "<p>Good <i>value</i></p>", "date_published": "2026-03-02T10:00:00Z"},
]}).encode()  # fmt: skip
BOMB = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel><item>&b;</item></channel></rss>'
READS_FILES = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss><channel><item>&f;</item></channel></rss>'


def serving(*bodies: bytes, **headers: str) -> Server:
    """Serve pages of a feed: the first at /, those after it at /2, /3, ..."""

    def answer(path: str, *_: Any) -> Any:
        return bodies[max(int(path.strip("/") or 1), 1) - 1], headers

    return Server(answer)


def feed(server: Server, **more: Any) -> RssSource:
    quick = Patience(first_wait_seconds=0, attempts=2, max_bytes=1_000_000)
    return RssSource(**{"id": "feed", "brand": "Own", "url": f"{server.url}/", "patience": quick} | more)


def rows(source: RssSource, since: Cursor | None = None) -> list[Any]:
    return [row for page in source.fetch(since) for row in page.rows]


@pytest.mark.parametrize("body", [RSS, ATOM, STORE_XML, STORE_JSON, JSON_FEED])
def test_a_feed_of_each_shape_keeps_the_rules_of_a_source(body: bytes) -> None:
    with serving(body) as server:
        check_source(feed(server))


def test_rss_is_read_with_its_ids_dates_and_whole_texts() -> None:
    with serving(RSS) as server:
        far, nobody, late = rows(feed(server, author="name"))
    assert late.text == "Late & dirty\nThe train was late.\n\nŻółw & 3 < 4"
    assert (late.external_id, late.person, late.said_at) == ("post-2", "anna", datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert late.attributes == {"link": "https://own.example/2"}
    assert (nobody.text, nobody.said_at, nobody.person) == ("No id\nNobody answered.", None, None)
    assert far.said_at == datetime(2099, 1, 1, tzinfo=UTC)
    assert len({one.external_id for one in (far, nobody, late)}) == 3


def test_atom_is_read_with_its_markup_as_text_and_an_item_that_says_nothing_keeps_its_title() -> None:
    with serving(ATOM) as server:
        empty, kind = rows(feed(server))
    assert kind.text == "Fast & kind\nThey helped:\n1 < 2"
    assert (kind.external_id, kind.person) == ("tag:2", "https://own.example/bob")
    assert (empty.text, empty.said_at) == ("Empty", None)


@pytest.mark.parametrize("body", [STORE_XML, STORE_JSON])
def test_a_review_in_an_app_store_has_stars_and_a_version_in_both_shapes(body: bytes) -> None:
    with serving(body) as server:
        [review] = rows(feed(server))
    assert review.text == "Crashes\nIt <b> crashes\ndaily."
    assert [(one.kind, one.value, one.scale_low, one.scale_high) for one in review.scores] == [("stars", 1, 1, 5)]
    assert (review.external_id, review.person) == ("11", "https://itunes.apple.com/us/reviews/id77")
    assert review.attributes == {"version": "3.2"}
    assert review.said_at == datetime(2026, 2, 1, 10, 4, 5, tzinfo=UTC)


def test_a_feed_that_has_not_changed_is_not_sent_again() -> None:
    server: Server

    def answer(*_: Any) -> Any:
        asked = server.asked[-1][3]
        same = asked.get("If-None-Match") == '"v1"' and asked.get("If-Modified-Since") == "yesterday"
        return (b"", {}, 304) if same else (RSS, {"ETag": '"v1"', "Last-Modified": "yesterday"})

    with Server(answer) as server:
        [page] = feed(server).fetch(None)
        assert list(feed(server).fetch(page.cursor)) == []
        assert len(rows(feed(server), Cursor(value={"etag": '"v0"'}))) == 3


def test_a_turn_stores_what_is_new_once_and_an_item_of_2099_hides_nothing(tmp_path: Path) -> None:
    bodies = [RSS]
    with Server(lambda *_: (bodies[-1], {})) as server:
        post = Post(sqlite(tmp_path))
        post.hear(feed(server))
        assert post.turn(DAY).done == 3
        newer = b"<item><title>New</title><guid>post-3</guid><description>Fine.</description></item></channel>"
        bodies.append(RSS.replace(b"</channel>", newer))
        tally = post.turn(DAY + timedelta(hours=1))
        assert (tally.done, tally.reasons["duplicate"]) == (1, 3)
        post.close()


def test_older_pages_are_followed_on_the_same_server_and_no_further() -> None:
    def page(number: int, link: str) -> bytes:
        following = f'<link rel="next" href="{link}"/>' if link else ""
        entry = f"<entry><id>{number}</id><title>Post {number}</title></entry>"
        return f'<feed xmlns="http://www.w3.org/2005/Atom">{following}{entry}</feed>'.encode()

    elsewhere = "http://127.0.0.1:1/3"
    with serving(page(1, "/2"), page(2, elsewhere), page(3, "")) as server:
        assert [row.external_id for row in rows(feed(server))] == ["1", "2"]
        check_source(feed(server))
    with serving(page(1, "/2"), page(2, "/1"), ATOM) as server:
        assert [row.external_id for row in rows(feed(server))] == ["1", "2", "1"]
        assert [row.external_id for row in rows(feed(server, max_pages=1))] == ["1"]
    with serving(page(1, "http://[x")) as server:
        assert len(rows(feed(server))) == 1


@pytest.mark.parametrize(("body", "sentence"), [
    (BOMB, "declares entities"), (READS_FILES, "declares entities"), (b"<html><body>Gone</body></html>", "no feed"),
    (b"{}", "no feed"), (b"[" * 100_000, "no JSON"), (b"Not found", "no XML"), (b"", "no XML"),
    (b"<rss>" + b"<a>" * 5_000, "nested too deeply"), (b"<rss><channel><item>" + b"x" * 1_100_000, "more than"),
])  # fmt: skip
def test_what_is_no_feed_or_a_hostile_one_is_refused(body: bytes, sentence: str) -> None:
    with serving(body) as server, pytest.raises(PermanentError, match=sentence):
        rows(feed(server))


def test_of_a_feed_that_breaks_off_what_stands_before_is_read_and_it_is_said() -> None:
    with serving(ATOM[: ATOM.index(b"<entry><id>tag:1")] + b"<entry><id>") as server:
        [page] = feed(server).fetch(None)
    assert [row.external_id for row in page.rows if isinstance(row, Feedback)] == ["tag:2"]
    assert page.notices == ("Source 'feed': its feed breaks off; what stands before was read.",)


def test_a_feed_with_a_secret_does_not_follow_to_another_server_and_an_open_one_does() -> None:
    with serving(RSS) as there, Server(lambda *_: (b"", {"Location": f"{there.url}/"}, 302)) as here:
        assert len(rows(feed(here))) == 3
        with pytest.raises(PermanentError, match="answers 302"):
            rows(feed(here, auth=Auth(kind="header", name="X-Key", secret="hunter2")))
        assert all("X-Key" not in headers for *_, headers in there.asked)


def test_a_next_page_on_another_server_gets_no_token_of_an_api() -> None:
    with serving(b"[]") as there:
        link = {"Link": f'<{there.url}/2>; rel="next"'}
        with Server(lambda *_: ([{"id": 1, "text": "late"}], link)) as here:
            shape = RecordShape(fields={"text": "text", "external_id": "id"})
            api = RestSource(
                id="api", brand="Own", url=here.url, shape=shape, paging=Paging(kind="link"),
                auth=Auth(secret="hunter2"),
            )  # fmt: skip
            with pytest.raises(PermanentError, match="another server"):
                list(api.fetch(None))
        assert there.asked == []


def test_an_rdf_feed_and_one_without_anything_in_it_are_feeds() -> None:
    rdf = (
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        b'<item rdf:about="https://own.example/1"><title>Old</title></item></rdf:RDF>'
    )
    assert [(one.id, one.title) for one in read_feed(rdf).items] == [("https://own.example/1", "Old")]
    assert read_feed(b"<rss><channel/></rss>").items == []
    assert read_feed(b'{"feed": {"entry": {"id": {"label": "1"}, "title": {"label": "One"}}}}').items[0].id == "1"
