"""What stands on the pages of a department, and what they lead to."""

import html
import re

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from reporting.domain import filing, review, working
from reporting.models import Comment, DraftSave, Entry, Mail, Membership, Report, User
from tests.filing.cast import Cast
from tests.world import SECRET

pytestmark = pytest.mark.django_db


def text_of(response: HttpResponse) -> str:
    """The visible words, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def test_home_leads_to_the_one_report_that_waits(cast: Cast) -> None:
    Report.objects.filter(round__year=2020).update(state="accepted")
    cast.world.report(2020).round.__class__.objects.filter(year=2020).update(closed_at=cast.save.saved_at)
    assert cast.client("leader").get("/filing/").url == cast.address("filing-report")
    assert "no report waits for you here" in text_of(cast.client("reviewer").get("/filing/"))


def test_report_says_how_far_it_is(cast: Cast) -> None:
    filing.mark_ready(actor=cast.people["leader"], report=cast.report, action=cast.world.actions[1])
    page = text_of(cast.client("leader").get(cast.address("filing-report")))
    for words in (
        "entries ready 1 of 3",
        "activities planned for 2021 answered 0 of 4",
        "Two texts wait for a choice",
        "Nobody has begun",
        "2 entries are not ready: action 1 , action 3 .",
    ):
        assert words in page, words


def test_contributor_to_some_actions_sees_those(cast: Cast) -> None:
    page = text_of(cast.client("of_action_2").get(cast.address("filing-report")))
    assert "entries ready 0 of 1" in page
    assert "Plain letters" in page
    assert "Boats online" not in page
    assert "Preview" not in page
    entry = cast.client("of_action_2").get(cast.address("filing-entry", 2)).content.decode()
    assert "One text." not in entry


def test_returned_entries_stand_first_with_their_comments(cast: Cast) -> None:
    cast.returned("planned", "Say who does it, <b>and</b> by when.")
    page = text_of(cast.client("leader").get(cast.address("filing-report")))
    assert page.index("Returned with comments") < page.index("Simpler services")
    assert "1 entry needs a change" in page
    entry = cast.client("leader").get(cast.address("filing-entry", 1)).content.decode()
    planned = entry[entry.index('id="part-planned"') :]
    assert "Say who does it, &lt;b&gt;and&lt;/b&gt; by when." in planned
    assert "Say who does it" not in entry[: entry.index('id="part-planned"')]


def test_private_comment_is_never_shown(cast: Cast) -> None:
    cast.submitted()
    reviewer = cast.people["reviewer"]
    review.start_review(actor=reviewer, report=cast.report)
    for text, private in ((SECRET, True), ("For you.", False)):
        review.comment(actor=reviewer, report=cast.report, action=cast.world.actions[0], text=text, private=private)
    leader = cast.client("leader")
    before = [
        leader.get(cast.address(name, *more)) for name, more in (("filing-entry", [1]), ("filing-report", []))
    ]
    assert not any(b"For you." in page.content for page in before)  # not before it is returned
    review.return_report(actor=reviewer, report=cast.report, message="Look again.")
    entry = leader.get(cast.address("filing-entry", 1)).content.decode()
    assert ("For you." in entry, SECRET in entry) == (True, False)
    assert Comment.objects.filter(private=True, sent_at=None).count() == 1


def test_reason_of_last_year_is_carried_over_and_editable(cast: Cast) -> None:
    world = cast.world
    world.reported(2020, world.departments[1], status="not_applicable", category="other", reason="No boats here.")
    url = cast.address("filing-entry", 1).replace("ministry-1", "ministry-2")
    client = cast.client("foreign_leader")
    assert "Carry over last year’s reason" in client.get(url).content.decode()
    sent = {"do": "carry-reason", "progress": "Kept.", "reason": "Typed before."}
    assert client.post(url, sent).status_code == 302
    typed, carried = DraftSave.objects.filter(progress="Kept.").order_by("saved_at")
    assert typed.reason == "Typed before."
    assert (carried.status, carried.category, carried.reason) == ("not_applicable", "other", "No boats here.")
    assert carried.base == typed


def test_carry_over_without_an_earlier_reason_gives_the_text_back(cast: Cast) -> None:
    response = cast.client("leader").post(
        cast.address("filing-entry", 3), {"do": "carry-reason", "progress": "Typed."}
    )
    assert response.status_code == 409
    assert "Typed." in response.content.decode()


def test_buttons_lead_on_back_and_to_the_same_page(cast: Cast) -> None:
    leader, url = cast.client("leader"), cast.address("filing-entry", 2)
    base = str(Entry.objects.get(report=cast.report, action__number=2).head_id)
    leads = {"next": cast.address("filing-entry", 3), "back": cast.address("filing-report"), "stay": url, "": url}
    for doing, to in leads.items():
        response = leader.post(url, {"do": doing, "progress": "Same.", "base": base, "ready": "no"})
        assert response.url == to
    last = leader.post(cast.address("filing-entry", 3), {"do": "next"})
    assert last.url == cast.address("filing-report")


def test_entry_is_marked_by_the_form_and_the_mark_is_an_event(cast: Cast) -> None:
    url = cast.address("filing-entry", 3)
    leader = cast.client("leader")
    leader.post(url, {"progress": "Done.", "status": "completed", "ready": "yes"})
    entry = Entry.objects.get(report=cast.report, action__number=3)
    assert entry.ready is True
    assert 'value="yes" checked' in leader.get(url).content.decode()


def test_advice_shows_the_passage_and_stops_nobody(cast: Cast) -> None:
    words = "The harbour office trained forty clerks in every district and wrote to all of them."
    url = cast.address("filing-entry", 3)
    leader = cast.client("leader")
    leader.post(url, {"progress": words, "planned": f"{words}\n\nWe will continue to do so.", "status": "behind"})
    page = leader.get(url)
    assert "things to know about this text. They do not stop you." in text_of(page)
    assert page.content.decode().count(words) >= 3  # the two boxes, and the passage


def test_preview_is_the_public_page_with_the_draft_in_it(cast: Cast) -> None:
    word = "Seen in the preview alone."
    leader = cast.client("leader")
    leader.post(
        cast.address("filing-entry", 3),
        {
            "progress": word,
            "status": "behind",
            "evidence-0-address": "https://example.org/x",
            "evidence-0-title": "T",
        },
    )
    page = leader.get(cast.address("filing-preview"))
    assert "Draft, not public" in text_of(page)
    assert word in text_of(page)
    assert '<a class="govuk-link" href="https://example.org/x" rel="nofollow">T</a>' in page.content.decode()
    public = leader.get(f"/strategies/{cast.world.strategy.slug}/departments/ministry-1/")
    assert public.status_code == 200
    assert word not in public.content.decode()


def test_sign_off_lists_what_stops_it_and_then_what_only_warns(cast: Cast) -> None:
    leader, url = cast.client("leader"), cast.address("filing-sign-off")
    first = leader.get(url)
    assert "<title>Error: " in first.content.decode()
    assert (
        "Action 1: select the status; choose between two texts that were saved; mark the entry as ready"
        in text_of(first)
    )
    assert leader.post(url, {"agreed": "on"}).status_code == 422
    world = cast.world
    world.draft(cast.report, 1, progress="Chosen.", base=cast.save, settles=cast.beside)
    world.write(cast.report)
    page = text_of(leader.get(url))
    assert "2 of 2 planned activities have no answer. The public page will say “Unanswered”" in page
    assert leader.post(url, {}).status_code == 422
    assert Report.objects.get(pk=cast.report.pk).state == "draft"
    done = leader.post(url, {"agreed": "on"})
    assert done.url == cast.address("filing-signed-off")
    assert leader.post(url, {"agreed": "on"}).url == done.url  # pressed twice
    assert Mail.objects.filter(template="report_signed_off", person=cast.people["leader"]).count() == 1
    assert "FEN/D01/2021" in text_of(leader.get(done.url))
    assert leader.post(cast.address("filing-recall")).status_code == 302
    assert leader.post(cast.address("filing-recall")).status_code == 302
    assert Report.objects.get(pk=cast.report.pk).state == "draft"


def test_problem_links_lead_to_the_field(cast: Cast) -> None:
    leader = cast.client("leader")
    links = re.findall(r'href="([^"]+)#([^"]+)"', leader.get(cast.address("filing-sign-off")).content.decode())
    targets = [(url, anchor) for url, anchor in links if "/actions/" in url]
    assert targets
    for url, anchor in targets:
        assert f'id="{anchor}"' in leader.get(url).content.decode(), (url, anchor)


def test_nil_return_and_back(cast: Cast) -> None:
    leader, url = cast.client("leader"), cast.address("filing-nil")
    assert "Enter the one reason" in text_of(leader.post(url, {"reason": "  "}))
    leader.post(url, {"reason": "Founded in December."})
    assert working.contents_of_drafts(Report.objects.get(pk=cast.report.pk)) == {}
    assert "Nil return." in text_of(leader.get(cast.address("filing-report")))
    assert "This is a nil return" in text_of(leader.get(cast.address("filing-sign-off")))
    leader.post(url, {"do": "undo"})
    assert len(working.contents_of_drafts(Report.objects.get(pk=cast.report.pk))) == 2


def test_invitation_gives_some_actions_and_is_sent_once(cast: Cast) -> None:
    leader, url = cast.client("leader"), f"/filing/departments/{cast.report.department.slug}/people/"
    key = cast.world.actions[2].pk
    said = {"name": "New Hand", "email": "Hand@Example.org", "scope": "some", "actions": [key]}
    assert leader.post(url + "invite/", {**said, "actions": []}).status_code == 422
    for _ in range(2):
        assert leader.post(url + "invite/", said).url == url
    person = User.objects.get(email="hand@example.org")
    membership = Membership.objects.get(person=person)
    assert (membership.some_actions, [one.pk for one in membership.actions.all()]) == (True, [key])
    assert Mail.objects.filter(person=person, template="invitation").count() == 1
    leader.post(f"{url}{membership.pk}/", {"do": "again"})
    assert Mail.objects.filter(person=person, template="invitation").count() == 2
    leader.post(f"{url}{membership.pk}/", {"scope": "all"})
    assert Membership.objects.get(person=person).some_actions is False
    leader.post(f"{url}{membership.pk}/", {"do": "remove"})
    assert not Membership.objects.filter(person=person).exists()


def test_leader_is_not_made_a_contributor_by_an_invitation(cast: Cast) -> None:
    url = f"/filing/departments/{cast.report.department.slug}/people/invite/"
    response = cast.client("leader").post(url, {"name": "L", "email": cast.people["leader"].email, "scope": "all"})
    assert response.status_code == 422
    assert "is a digital leader of this department" in text_of(response)
    assert cast.membership("leader").role == "leader"


@pytest.mark.parametrize("name", ["filing-report", "filing-entry", "filing-sign-off", "filing-preview"])
def test_number_of_queries_does_not_grow_with_the_report(cast: Cast, name: str) -> None:
    leader = cast.client("leader")
    more = [2] if name == "filing-entry" else []
    url = cast.address(name, *more)

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert leader.get(url).status_code == 200
        return len(queries)

    leader.get(url)
    before = count()
    cast.world.draft(cast.report, 3, progress="More words to read.", planned="- A\n- B\n- C")
    for _ in range(5):
        cast.world.draft(cast.report, 3, progress="Beside.", planned="- D")
    assert count() <= before
