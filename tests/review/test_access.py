"""Who may open and write what under /review/. Written from the roles, not recorded from a run.

| role                     | may                                                                       |
| reviewer                 | all of it: read what was sent, start review, comment, return, assess, accept, excuse |
| anybody else             | nothing: it looks as if nothing were there                                |

A leader, a contributor, an auditor or an administrator has no part in it by that role alone.
"""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from reporting.domain import people, review
from reporting.models import Comment, Entry, Event, Mail, Report, Return
from tests.filing.cast import ACTORS, Cast
from tests.filing.test_access import names_under, opened, turned_away

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # who may is asked of the rules, not of the engine

REVIEWERS = {"reviewer"}
NOBODY: set[str] = set()
ANY, ROUND, REPORT, ENTRY = "any", "round", "report", "entry"
IN_REVIEW, ACCEPTED, DRAFT = "in review", "accepted", "draft"

# By the name of the address: what it is about, in what state, who may open it and who may write on it.
REVIEW: dict[str, tuple[str, str, set[str], set[str]]] = {
    "review": (ANY, IN_REVIEW, REVIEWERS, NOBODY),
    "review-reasons": (ANY, IN_REVIEW, REVIEWERS, NOBODY),
    "review-reasons-csv": (ANY, IN_REVIEW, REVIEWERS, NOBODY),
    "review-round": (ROUND, IN_REVIEW, REVIEWERS, NOBODY),
    "review-chase": (ROUND, IN_REVIEW, REVIEWERS, REVIEWERS),
    "review-accept-many": (ROUND, IN_REVIEW, REVIEWERS, REVIEWERS),
    "review-report": (REPORT, IN_REVIEW, REVIEWERS, REVIEWERS),
    "review-entry": (ENTRY, IN_REVIEW, REVIEWERS, REVIEWERS),
    "review-return": (REPORT, IN_REVIEW, REVIEWERS, REVIEWERS),
    "review-accept": (REPORT, IN_REVIEW, REVIEWERS, REVIEWERS),
    "review-reopen": (REPORT, ACCEPTED, REVIEWERS, REVIEWERS),
    "review-excuse": (REPORT, DRAFT, REVIEWERS, REVIEWERS),
}
TYPED = {"message": "Change it.", "reason": "Because.", "outcome": "nothing", "note": "Mine.", "do": "return"}


def address(cast: Cast, name: str, department: str = "ministry-1", number: int = 1, year: int = 2021) -> str:
    about = REVIEW[name][0]
    of = [cast.report.round.strategy.slug, year, department, number]
    return reverse(name, args=of[: {ANY: 0, ROUND: 2, REPORT: 3, ENTRY: 4}[about]])


def bring_about(cast: Cast, state: str) -> None:
    """From a draft."""
    if state == DRAFT:
        return
    cast.submitted()
    report = review.start_review(actor=cast.people["reviewer"], report=cast.report)
    if state == ACCEPTED:
        review.accept_report(actor=cast.people["reviewer"], report=report)


def rows() -> tuple[Any, ...]:
    kept = [model.objects.count() for model in (Comment, Event, Mail, Return)]
    return (*kept, *Report.objects.order_by("pk").values_list("state", flat=True))


def test_every_address_has_its_row() -> None:
    assert names_under("review/") == set(REVIEW)
    for name, (_, _, readers, writers) in REVIEW.items():
        assert writers <= readers <= set(ACTORS), name
        assert 0 < len(readers) < len(ACTORS), f"{name}: somebody may, and somebody may not"


@pytest.mark.parametrize("state", [IN_REVIEW, ACCEPTED, DRAFT])
def test_who_may_open(cast: Cast, state: str) -> None:
    bring_about(cast, state)
    for actor in ACTORS:
        client = cast.client(actor)
        for name, (_, wanted, readers, _) in REVIEW.items():
            if wanted != state:
                continue
            for method in ("get", "head"):
                response = getattr(client, method)(address(cast, name))
                found = (name, actor, method, response.status_code)
                assert opened(response) if actor in readers else turned_away(actor, response), found


@pytest.mark.parametrize("name", [name for name, row in REVIEW.items() if row[3]])
def test_who_may_write(cast: Cast, name: str) -> None:
    bring_about(cast, REVIEW[name][1])
    url, writers = address(cast, name), REVIEW[name][3]
    for actor in sorted(ACTORS, key=lambda actor: actor in writers):  # those who may not come first
        before = rows()
        response = cast.client(actor).post(url, TYPED)
        if actor in writers:
            assert opened(response), (actor, response.status_code)
            assert (rows() != before) == (name not in {"review-accept-many", "review-report"})
        else:
            assert turned_away(actor, response, writing=True), (actor, response.status_code)
            assert rows() == before, actor


def test_other_methods_are_refused_and_change_nothing(cast: Cast) -> None:
    bring_about(cast, IN_REVIEW)
    before = rows()
    for actor in ACTORS:
        client = cast.client(actor)
        for name, (_, _, _, writers) in REVIEW.items():
            for method in ("put", "patch", "delete", *([] if writers else ["post"])):
                assert getattr(client, method)(address(cast, name)).status_code == 405, (name, actor, method)
    assert rows() == before


def test_report_in_another_state_looks_as_if_it_were_not_there(cast: Cast) -> None:
    client, nowhere = cast.client("reviewer"), 404
    of_report = [name for name, row in REVIEW.items() if row[0] in {REPORT, ENTRY}]
    assert {client.get(address(cast, name)).status_code for name in of_report if name != "review-excuse"} == {
        nowhere
    }
    bring_about(cast, IN_REVIEW)
    assert [client.get(address(cast, name)).status_code for name in ("review-reopen", "review-excuse")] == [404] * 2
    review.return_report(actor=cast.people["reviewer"], report=cast.report, message="See.")
    names = ["review-report", "review-entry", "review-return", "review-accept", "review-reopen"]
    assert {client.get(address(cast, name)).status_code for name in names} == {nowhere}


def test_what_is_not_known_is_not_found(cast: Cast) -> None:
    bring_about(cast, IN_REVIEW)
    client = cast.client("reviewer")
    for name, (about, *_) in REVIEW.items():
        if about in {REPORT, ENTRY}:
            assert client.get(address(cast, name, department="ministry-99")).status_code == 404, name
        if about != ANY:
            assert client.get(address(cast, name, year=1999)).status_code == 404, name
    assert client.get(address(cast, "review-entry", number=99)).status_code == 404
    for query in ({"round": "none-2021"}, {"department": "nobody"}):
        assert client.get(reverse("review-reasons"), query).status_code == 404


def test_what_is_done_in_another_state_changes_nothing_and_gives_the_text_back(cast: Cast) -> None:
    """Somebody else was quicker."""
    client = cast.client("reviewer")
    bring_about(cast, IN_REVIEW)
    review.return_report(actor=cast.people["reviewer"], report=cast.report, message="See.")
    before = rows()
    for name in ("review-entry", "review-return", "review-accept", "review-reopen"):
        response = client.post(address(cast, name), {**TYPED, "comment": "Typed for an hour, and not lost."})
        assert response.status_code == 409, name
        assert b"Typed for an hour" in response.content, name
        assert b"FEN/D01/2021 is returned now" in response.content, name
    assert rows() == before


def test_who_signed_off_accepts_nothing(cast: Cast) -> None:
    """A reviewer who leads the department, too. Somebody else may."""
    leader = cast.people["leader"]
    people.give_role(actor=cast.world.reviewer, person=leader, role="reviewer", department=None)
    cast.world.leader = leader
    bring_about(cast, IN_REVIEW)
    client = cast.client("leader")
    assert b"You signed FEN/D01/2021 off yourself" in client.get(address(cast, "review-accept")).content
    assert client.post(address(cast, "review-accept")).status_code == 409
    many = address(cast, "review-accept-many")
    assert b'value="ministry-1"' not in client.get(many).content
    assert client.post(many, {"reports": ["ministry-1"], "do": "accept"}).status_code == 409
    assert Report.objects.get(pk=cast.report.pk).state == "in_review"
    assert b'value="ministry-1"' in cast.client("reviewer").get(many).content
    assert cast.client("reviewer").post(address(cast, "review-accept")).status_code == 302
    assert Report.objects.get(pk=cast.report.pk).accepted_by == cast.people["reviewer"]


def test_comment_of_somebody_else_is_not_taken_back(cast: Cast) -> None:
    bring_about(cast, IN_REVIEW)
    other = cast.people["leader"]
    people.give_role(actor=cast.world.reviewer, person=other, role="reviewer", department=None)
    comment = review.comment(actor=other, report=cast.report, action=cast.world.actions[0], text="Mine.")
    cast.client("reviewer").post(address(cast, "review-entry"), {"do": f"take-back-{comment.pk}"})
    assert Comment.objects.filter(pk=comment.pk).exists()
    cast.client("leader").post(address(cast, "review-entry"), {"do": f"take-back-{comment.pk}"})
    assert not Comment.objects.filter(pk=comment.pk).exists()


def test_second_factor_comes_first(cast: Cast, settings: Any) -> None:
    settings.SECOND_FACTOR = "central"
    for name in REVIEW:
        response = cast.client("reviewer").get(address(cast, name))
        assert (response.status_code, response.url) == (302, reverse("mfa_activate_totp")), name


def test_role_that_was_taken_ends_at_once(cast: Cast) -> None:
    bring_about(cast, IN_REVIEW)
    client: Client = cast.client("reviewer")
    people.take_role(actor=cast.world.reviewer, membership=cast.membership("reviewer"))
    responses: list[HttpResponse] = [client.get(address(cast, name)) for name in REVIEW]
    assert {one.status_code for one in responses} == {404}
    assert client.post(address(cast, "review-entry"), TYPED).status_code == 404
    assert not Entry.objects.exclude(assessment="").exists()
