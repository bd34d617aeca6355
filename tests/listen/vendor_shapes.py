"""Seven records as each vendor's published API shape has them, three to a page; not the live services."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

N, PER_PAGE = 7, 3
FIRST = datetime(2026, 2, 1, 9, tzinfo=UTC)
MOMENTS = [FIRST + timedelta(hours=n) for n in range(N)]
EPOCHS = [int(one.timestamp()) for one in MOMENTS]
ISO = [one.strftime("%Y-%m-%dT%H:%M:%SZ") for one in MOMENTS]

Params = dict[str, str]
Told = tuple[Any, dict[str, str]]


def answer(path: str, params: Params, body: Any) -> Told:
    """Return what the vendor whose path this is would say."""
    vendor = next(found for start, found in _PATHS.items() if path.startswith(start))
    return vendor(path, params, body)


def _zendesk(_path: str, params: Params, _body: Any) -> Told:
    assert ("cursor" in params) != ("start_time" in params)
    at = (
        int(params.get("cursor", "c0")[1:])
        if "cursor" in params
        else sum(one < int(params["start_time"]) for one in EPOCHS)
    )
    tickets = [
        {"id": n, "subject": "Delay", "description": f"Ticket {n} was late", "requester_id": 9000 + n,
         "created_at": ISO[n], "updated_at": ISO[n], "status": "open", "priority": None, "via": {"channel": "web"},
         "satisfaction_rating": {"score": "good" if n % 2 else "unoffered"}}
        for n in range(at, min(at + PER_PAGE, N))
    ]  # fmt: skip
    end = at + len(tickets)
    return {"tickets": tickets, "after_cursor": f"c{end}", "after_url": "", "end_of_stream": end == N}, {}


def _intercom(_path: str, _params: Params, body: Any) -> Told:
    assert body["query"]["field"] == "updated_at"
    found = [n for n in range(N) if EPOCHS[n] > body["query"]["value"]]
    at = int(body["pagination"].get("starting_after", 0))
    part = found[at : at + PER_PAGE]
    more = {"next": {"page": 2, "starting_after": str(at + PER_PAGE)}} if at + PER_PAGE < len(found) else {}
    conversations = [
        {"type": "conversation", "id": str(n), "created_at": EPOCHS[n], "updated_at": EPOCHS[n], "state": "closed",
         "priority": "not_priority",
         "source": {"subject": "",
                    "body": f"<p>Conversation {n} &amp; delay</p>", "author": {"type": "user", "id": f"u{n}"}},
         "conversation_rating": {"rating": 1 + n % 5, "remark": None}}
        for n in part
    ]  # fmt: skip
    return {"type": "conversation.list", "pages": {"type": "pages", **more}, "conversations": conversations}, {}


def _freshdesk(path: str, params: Params, _body: Any) -> Told:
    since = datetime.fromisoformat(params["updated_since"])
    found = [n for n in range(N) if MOMENTS[n] >= since]
    at = (int(params.get("page", "1")) - 1) * PER_PAGE
    tickets = [
        {"id": n, "subject": f"Ticket {n}", "description_text": "It was late", "requester_id": 50 + n, "status": 2,
         "priority": 1, "type": None, "created_at": ISO[n], "updated_at": ISO[n]}
        for n in found[at : at + PER_PAGE]
    ]  # fmt: skip
    query = f"updated_since={params['updated_since']}&per_page=100&page={at // PER_PAGE + 2}"
    return tickets, {"Link": f'<{path}?{query}>; rel="next"'} if at + PER_PAGE < len(found) else {}


def _typeform(_path: str, params: Params, _body: Any) -> Told:
    newest = list(range(N))[::-1]
    if "before" in params:
        newest = [n for n in newest if n < int(params["before"][1:])]
    items = [
        {"landing_id": f"l{n}", "token": f"t{n}", "response_id": f"t{n}", "submitted_at": ISO[n],
         "hidden": {"user_id": f"u{n}"},
         "answers": [
             {"field": {"id": "a", "type": "opinion_scale", "ref": "nps"}, "type": "number", "number": n % 11},
             {"field": {"id": "b", "type": "long_text", "ref": "why"}, "type": "text", "text": f"Answer {n}"},
         ]}
        for n in newest[:PER_PAGE]
    ]  # fmt: skip
    return {"total_items": N, "page_count": 1, "items": items}, {}


def _formbricks(_path: str, params: Params, _body: Any) -> Told:
    assert params["surveyId"] == "s1"
    newest, at = list(range(N))[::-1], int(params["skip"])
    data = [
        {"id": f"r{n}", "createdAt": ISO[n], "updatedAt": ISO[n], "surveyId": "s1", "finished": True, "language": "en",
         "data": {"nps": n % 11, "comment": f"Answer {n}"}, "contact": {"id": f"k{n}", "userId": f"u{n}"}, "tags": []}
        for n in (newest[at : at + PER_PAGE] if at < PER_PAGE else newest[PER_PAGE:] if at == 50 else [])
    ]  # fmt: skip
    return {"data": data}, {}


def _chatwoot(_path: str, params: Params, _body: Any) -> Told:
    at = (int(params["page"]) - 1) * PER_PAGE
    rows = [
        {"id": n, "rating": 1 + n % 5, "feedback_message": f"Chat {n}" if n % 2 else None, "account_id": 3,
         "contact": {"id": 70 + n}, "conversation_id": n, "assigned_agent": {"id": 2}, "created_at": EPOCHS[n]}
        for n in list(range(N))[::-1][at : at + PER_PAGE]
    ]  # fmt: skip
    return rows, {}


def _discourse(_path: str, params: Params, _body: Any) -> Told:
    before = int(params.get("before", "99"))
    posts = [
        {"id": n + 1, "username": f"user{n}", "created_at": ISO[n], "updated_at": ISO[n], "raw": f"Post {n}",
         "cooked": f"<p>Post {n}</p>", "topic_slug": "delays", "category_id": 4, "topic_id": n // 2, "staff": n == 1}
        for n in list(range(N))[::-1] if n + 1 < before
    ]  # fmt: skip
    return {"latest_posts": posts[:PER_PAGE]}, {}


def _trustpilot(_path: str, params: Params, _body: Any) -> Told:
    since = datetime.fromisoformat(params["startDateTime"]) if "startDateTime" in params else FIRST
    found = [n for n in range(N) if MOMENTS[n] >= since]
    at = (int(params["page"]) - 1) * PER_PAGE
    reviews = [
        {"id": f"r{n}", "consumer": {"id": f"u{n}", "displayName": "Somebody"}, "stars": 1 + n % 5,
         "title": f"Review {n}",
         "text": "It was late", "language": "en", "createdAt": ISO[n], "updatedAt": None}
        for n in found[at : at + PER_PAGE]
    ]  # fmt: skip
    return {"links": [], "reviews": reviews}, {}


_PATHS = {
    "/api/v2/incremental/tickets/cursor.json": _zendesk, "/conversations/search": _intercom,
    "/api/v2/tickets": _freshdesk,
    "/forms/f1/responses": _typeform, "/api/v1/management/responses": _formbricks,
    "/api/v1/accounts/3/csat_survey_responses": _chatwoot, "/posts.json": _discourse,
    "/v1/private/business-units/b1/reviews": _trustpilot,
}  # fmt: skip

VENDORS: dict[str, dict[str, Any]] = {
    "zendesk": {"subdomain": "own", "email": "a@own.example"}, "intercom": {}, "freshdesk": {"subdomain": "own"},
    "typeform": {"form": "f1"}, "formbricks": {"survey": "s1"}, "chatwoot": {"account": 3}, "discourse": {},
    "trustpilot": {"business_unit": "b1"},
}  # fmt: skip
"""What each wants to know besides its token."""
