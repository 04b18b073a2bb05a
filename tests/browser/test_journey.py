"""A department files the 2015 round on top of its imported 2014 report, in Chromium, with and without JavaScript.

A digital leader invites a contributor for actions 3 and 8; both file; the report is previewed, signed off,
recalled, signed off, returned with a comment, changed, signed off and accepted. All words filed are invented.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import cycle
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from reporting.domain import links, people, review, rounds
from reporting.domain.editions import ActivityAnswer, Content, Evidence, contents_of
from reporting.models import Answer, Edition, EditionActivity, EditionAnswer, Mail, Report, User
from strategy.models import Department, Strategy
from tests.browser.conftest import Open, Reader
from tests.browser.desk import PASSWORD, box, follow, press, sign_in
from tests.exchange.commands import prepare, run

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.once]

PLAN = "/strategies/government-digital-strategy/"
DESK = "/filing/government-digital-strategy/2015/ministry-of-defence/"
GIVEN = [3, 8]
NOT_APPLICABLE = 4
RETURNED = 5
STATUSES = {
    "not_started": "Not started",
    "on_track": "On track",
    "behind": "Behind",
    "completed": "Completed",
    "stopped": "Stopped",
}
LABELS = {str(value): str(label) for value, label in Answer.choices}


@dataclass
class Filing:
    """What was typed, to be found again in the edition."""

    typed: dict[int, Content] = field(default_factory=dict)
    asked: dict[int, list[str]] = field(default_factory=dict)  # references as the entry pages show them
    answers: Iterator[str] = field(default_factory=lambda: cycle(LABELS))
    statuses: Iterator[str] = field(default_factory=lambda: cycle(STATUSES))


@pytest.fixture
def report(own_site: str, shared_data: Path) -> Report:
    """Open, with last year's report of the department taken in; Dora leads, Ralph reviews."""
    prepare(shared_data)
    run("import_report", shared_data / "mod-report-2015.txt", "--strategy", "GDS")
    ralph = User.objects.create_user("ralph@example.invalid", name="Ralph Reviewer")
    people.give_role(actor=ralph, person=ralph, role="reviewer")
    rounds.open_round(
        actor=ralph,
        strategy=Strategy.objects.get(code="GDS"),
        year=2015,
        due=date(2099, 1, 29),
        asks_status=True,
        asks_answers=True,
    )
    mod = Department.objects.get(code="MOD")
    made = people.invite(
        actor=ralph, email="dora@example.invalid", name="Dora Leader", department=mod, role="leader"
    )
    people.set_password(actor=ralph, person=made.person, password=PASSWORD)
    return Report.objects.get(round__year=2015, department=mod)


# Every day without JavaScript; what it adds to filing is tried in test_saving.py.
@pytest.mark.parametrize(
    "script", [pytest.param(True, id="script", marks=pytest.mark.long), pytest.param(False, id="no-script")]
)
def test_department_files_its_year(
    report: Report, own_site: str, open_at: Open, reader: Reader, script: bool
) -> None:
    dora, ralph = (User.objects.get(email=f"{name}@example.invalid") for name in ("dora", "ralph"))
    actions = {action.number: action for action in report.round.strategy.actions.all()}
    filing = Filing()

    leader = open_at(own_site, "/filing/", java_script_enabled=script)
    sign_in(leader, dora)
    expect(leader).to_have_url(own_site + DESK)
    invite(leader)
    carl = User.objects.get(email="carl@example.invalid")
    assert Mail.objects.filter(person=carl, template="invitation").count() == 1

    contributor = open_at(own_site, links.invitation_address(carl), java_script_enabled=script)
    be_welcome(contributor, carl)
    follow(contributor, "Reports")
    assert tasks(contributor) == GIVEN
    for number in GIVEN:
        file_entry(contributor, filing, number)
    expect(contributor.locator("dl")).to_contain_text("2 of 2")
    reader.expected = 404
    for path in (f"{DESK}actions/1/", f"{DESK}sign-off/", f"{DESK}preview/"):
        answered = contributor.goto(own_site + path)
        assert answered
        assert answered.status == 404
    reader.expected = 200

    leader.goto(own_site + DESK)
    assert tasks(leader) == list(range(1, 17))
    expect(leader.locator("dl")).to_contain_text("2 of 16")
    expect(leader.locator(".st-section")).to_contain_text("Cannot start yet")
    sign_off_is_refused(leader, own_site)
    for number in range(1, 17):
        if number not in GIVEN:
            file_entry(leader, filing, number)
    rows = EditionActivity.objects.filter(activity__year=2015).select_related("activity__action")
    planned = {f"GDS-{row.activity.action.number}/MOD/2015/{row.activity.number}" for row in rows}
    assert len(planned) == 20
    shown = [reference for found in filing.asked.values() for reference in found]
    assert (len(shown), set(shown)) == (20, planned)
    given = [one.answer for content in filing.typed.values() for one in content.answers]
    assert set(given) == set(LABELS)

    preview(leader, own_site, filing)
    leader.goto(own_site + DESK)
    sign_off(leader, reader)
    recall(leader)
    sign_off(leader, reader)

    review.start_review(actor=ralph, report=report)
    words = "Say on which quay the lamps were counted."
    review.comment(actor=ralph, report=report, action=actions[RETURNED], field="progress", text=words)
    review.return_report(actor=ralph, report=report, message="One thing is missing.")
    leader.goto(own_site + DESK)
    change_what_came_back(leader, filing, words)
    sign_off(leader, reader)

    assert_not_public(filing)
    review.start_review(actor=ralph, report=report)
    edition = review.accept_report(actor=ralph, report=report)
    assert contents_of(edition) == filing.typed
    answers = EditionAnswer.objects.filter(entry__edition=edition)
    assert answers.count() == 20
    assert {answer.activity.year for answer in answers.select_related("activity")} == {2015}
    carried = answers.filter(answer="carried_forward").select_related("carried_to")
    assert {answer.carried_to.year for answer in carried if answer.carried_to} == {2016}
    assert all(answer.carried_to for answer in carried)
    assert_not_public(filing)


# What they do -----------------------------------------------------------------------------------------


def invite(page: Page) -> None:
    follow(page, "People")
    press(page, "Invite a contributor")
    box(page, "Name").fill("Carl")
    box(page, "E-mail address").fill("carl@example.invalid")
    page.get_by_label("Only the actions that I choose").check()
    for number in GIVEN:
        page.get_by_label(re.compile(rf"GDS: {number} ")).check()
    press(page, "Send the invitation")
    expect(page.get_by_role("region", name="Important")).to_contain_text("An invitation is on its way")
    row = page.get_by_role("row", name="Carl")
    expect(row).to_contain_text("GDS-3, GDS-8")


def be_welcome(page: Page, person: User) -> None:
    box(page, "Your name").fill("Carl Contributor")
    box(page, "New password").fill(PASSWORD)
    press(page, "Open the account")
    sign_in(page, person)
    expect(page.locator(".st-signed-in")).to_contain_text("Carl Contributor")


def tasks(page: Page) -> list[int]:
    """The numbers of the actions in the task list."""
    words = page.locator(".st-tasks .govuk-task-list__link").all_inner_texts()
    return sorted(int(one.partition(".")[0]) for one in words)


def file_entry(page: Page, filing: Filing, number: int) -> None:
    """From the report's page, and back to it."""
    with page.expect_navigation():
        page.locator(f"a[href$='/actions/{number}/']").first.click()
    filing.asked[number] = [
        words.rpartition("· ")[2].strip() for words in page.locator(".st-asked .st-quiet").all_inner_texts()
    ]
    fill = not_applicable if number == NOT_APPLICABLE else applicable
    filing.typed[number] = fill(page, filing, number)
    page.get_by_label("Yes, it is ready").check()
    press(page, "Save and come back later" if page.get_by_role("button", name="later").count() else LAST)
    expect(page).to_have_url(re.compile(f"{DESK}$"))


LAST = "Save and go back to all entries"


def applicable(page: Page, filing: Filing, number: int) -> Content:
    status = next(filing.statuses)
    progress = f"The lampkeepers of quay {number} counted **{number * 12}** lamps.\n\n- Twice\n- And once more"
    next_steps = [f"Paint the lamps of quay {number} by May 2016.", f"The harbour master counts heron {number}."]
    planned = "".join(f"- {one}\n" for one in next_steps)
    evidence = (Evidence("https://lamps.example/quays", f"Lamps of quay {number}", "12 March 2015"),)
    page.get_by_label(STATUSES[status], exact=True).check()
    box(page, "Progress during 2015").fill(progress)
    box(page, "Planned activities in 2016").fill(planned)
    if number == 1:
        for part, value in zip(
            ("Address", "Title", "Date"), (evidence[0].address, evidence[0].title, evidence[0].date), strict=True
        ):
            box(page, f"{part} of page 1").fill(value)
    chosen = [next(filing.answers) for _ in filing.asked[number]]
    if "carried_forward" in chosen:
        press(page, "Save and stay here")  # what is planned now can be chosen from then on
    answers = tuple(
        answer_one(page, reference, answer, next_steps[1])
        for reference, answer in zip(filing.asked[number], chosen, strict=True)
    )
    return Content(status, progress, planned, "", answers, evidence=evidence if number == 1 else ())


def answer_one(page: Page, reference: str, answer: str, carried: str) -> ActivityAnswer:
    group = page.locator(".st-asked", has_text=reference)
    group.get_by_label(LABELS[answer], exact=True).check()
    number, reason = int(reference.rpartition("/")[2]), ""
    if answer != "done":
        reason = f"The paint for {number} was wet."
        group.get_by_label("Why?").fill(reason)
    if answer == "carried_forward":
        group.get_by_label("Where it is carried forward").select_option(carried)
    return ActivityAnswer(number, answer, reason, 2 if answer == "carried_forward" else None)


def not_applicable(page: Page, filing: Filing, number: int) -> Content:
    """Last year's reason, carried over and edited."""
    page.get_by_label("Not applicable", exact=True).check()
    why = box(page, "Why the action is not applicable")
    expect(why).to_have_value("")
    press(page, "Carry over last year’s reason and edit it")
    offered = why.input_value()
    assert len(offered) > 20
    expect(page.get_by_label("Not applicable", exact=True)).to_be_checked()
    reason = offered + "\n\nNor are there lampkeepers."
    why.fill(reason)
    page.get_by_label("Category").select_option("No service of this kind")
    answers = tuple(answer_one(page, one, "dropped", "") for one in filing.asked[number])
    return Content("not_applicable", answers=answers, category="no_such_service", reason=reason)


def sign_off_is_refused(page: Page, server: str) -> None:
    """Before anything is ready: one line for each entry, each leading to it."""
    page.goto(server + DESK + "sign-off/")
    summary = page.locator(".govuk-error-summary")
    expect(page).to_have_title(re.compile("^Error: "))
    assert summary.locator("li").count() == 14
    expect(page.get_by_role("button", name="Sign off and send to Cabinet Office")).to_have_count(0)
    with page.expect_navigation():
        summary.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(f"{DESK}actions/1/#"))
    expect(page.locator(":target")).to_have_count(1)
    page.goto(server + DESK)


def preview(page: Page, server: str, filing: Filing) -> None:
    """The public page: this year's words, and each answer beside last year's plan."""
    follow(page, "Preview the report as readers will see it")
    expect(page.locator(".govuk-inset-text").first).to_contain_text("Draft, not public.")
    while page.locator("details:not([open])").count():
        page.locator("details:not([open]) > summary").first.click()
    for number, content in filing.typed.items():
        section = page.locator(f"section[aria-labelledby='action-{number}']")
        words = section.inner_text()
        if number != NOT_APPLICABLE:
            assert f"lampkeepers of quay {number} counted {number * 12} lamps" in words
            assert f"Paint the lamps of quay {number} by May 2016." in words
        else:
            assert "Nor are there lampkeepers." in words
        assert "Unanswered" not in words
        for one in content.answers:
            beside = section.locator(f"#GDS-{number}-MOD-2015-{one.activity} .st-answer").inner_text()
            assert beside.startswith(LABELS[one.answer])
            assert one.reason in beside
            assert (f"GDS-{number}/MOD/2016/2" in beside) == (one.answer == "carried_forward")


def sign_off(page: Page, reader: Reader) -> None:
    follow(page, "Sign off and send to Cabinet Office")
    reader.expected = 422
    press(page, "Sign off and send to Cabinet Office")
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator(".govuk-error-summary")).to_contain_text("Tick the declaration before you sign off")
    reader.expected = 200
    page.get_by_label("I have read the report").check()
    press(page, "Sign off and send to Cabinet Office")
    expect(page.get_by_role("heading", level=1)).to_have_text("Report signed off")
    expect(page.locator(".govuk-panel")).to_contain_text("GDS/MOD/2015")


def recall(page: Page) -> None:
    follow(page, "Recall the report")
    press(page, "Recall the report")
    expect(page.locator("dl")).to_contain_text("16 of 16")


def change_what_came_back(page: Page, filing: Filing, words: str) -> None:
    """The returned entry stands first, the comment at its field."""
    expect(page.get_by_role("region", name="Important")).to_contain_text("was returned")
    group = page.locator(".st-tasks").first
    expect(group.get_by_role("heading")).to_have_text("Returned with comments")
    assert group.locator("li").count() == 1
    with page.expect_navigation():
        group.get_by_role("link").click()
    expect(page.locator("#part-progress .st-comment")).to_contain_text(words)
    before = filing.typed[RETURNED]
    progress = before.progress + "\n\nOn the north quay."
    box(page, "Progress during 2015").fill(progress)
    filing.typed[RETURNED] = Content(before.status, progress, before.planned, "", before.answers)
    page.get_by_label("Yes, it is ready").check()
    press(page, "Save and come back later")


# Nothing of it is public ------------------------------------------------------------------------------


def assert_not_public(filing: Filing) -> None:
    client, edition = Client(), Edition.objects.filter(report__round__year=2015).first()
    mod = "departments/ministry-of-defence/"
    paths = ["/", PLAN, f"{PLAN}{mod}", f"/{mod}", f"{PLAN}years/2015/", f"{PLAN}years/2014/"]
    paths += [f"{PLAN}actions/{number}/" for number in filing.typed]
    paths += [f"{PLAN}{mod}actions/{number}/" for number in filing.typed]
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        assert "lampkeepers" not in response.content.decode(), path
        assert "/MOD/2016/" not in response.content.decode(), path
    assert client.get(f"{PLAN}editions/ministry-of-defence/2015/1/").status_code == 404, edition
