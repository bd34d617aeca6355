"""`flywheel approvals drafts`: a complaint that all can read gets a drafted reply, for a person to finish and send."""

from __future__ import annotations


def test_complaints_in_public_are_drafted_for_until_somebody_says_they_are_answered(flywheel, project):
    assert "No complaint in public" in flywheel("approvals", "drafts").out
    (project / "reviews.csv").write_text(
        "id,written,company,body\n"
        "r1,2026-01-03,Lumen Rail,The train was late again and nobody told us. Terrible.\n"
        "r2,2026-01-04,Lumen Rail,Lovely crew and thank you very much.\n"
        "r3,2026-01-05,Tern Rail,The train was late again and nobody told us. Terrible.\n"
    )
    turned = flywheel("run", "--engine", "local", "--steps", "listen,understand", "--until", "2026-02-01")
    assert turned.code == 0
    [draft] = flywheel("approvals", "drafts", "--json").document
    assert "We are sorry about the delay" in draft["reply"]
    assert "[Say here what you found out" in draft["reply"]
    shown = flywheel("approvals", "drafts").out
    assert "we do not know who it is" in shown
    assert "owner: CX team" in shown
    assert not (project / "outbox").exists()
    start = draft["complaint"]["feedback_id"][:8]
    assert flywheel("approvals", "answered", start).code == 0
    assert flywheel("approvals", "drafts", "--json").document == []
    again = flywheel("approvals", "answered", start)
    assert (again.code, "No complaints that wait" in again.err) == (2, True)
    assert '"answer in public"' in flywheel("export", "v_audit", "--format", "csv").out
