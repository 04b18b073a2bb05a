"""Every page for reviewers, and what departments see of a return and of a correction, in every state."""

from playwright.sync_api import Page

from tests.browser.staff_pages import Act, State, filled, pressed, send
from tests.review.world import (
    ACCEPTED,
    AGAIN,
    COPIED,
    CORRECTED,
    CORRECTING,
    DRAFT,
    EXCUSED,
    IN_REVIEW,
    NIL,
    OWN,
    RETURNED,
    ReviewWorld,
)

ROUND = "/review/fenland-better-services-plan/2021/"
FILING = "/filing/fenland-better-services-plan/2021/"
LONG = {"outcome": "nothing", "note": "The lamps were counted twice, and once more at night.\nThere are twelve."}
MESSAGE = {"message": "Two entries.\n\nRead the comments."}
WHY = {"reason": "The ministry was made in November, and has no service yet."}


def report(number: int, more: str = "") -> str:
    return f"{ROUND}ministry-{number}/{more}"


def filing(number: int, more: str = "") -> str:
    return f"{FILING}ministry-{number}/{more}"


def previewed(button: str = "") -> Act:
    """The message before it is sent; with a button, what that leads to."""

    def act(page: Page, world: ReviewWorld) -> None:
        filled("Preview the message", Message_to_the_department="Two entries.", Day="27", Month="3", Year="2099")(
            page, world
        )
        if button:
            pressed(button)(page, world)

    return act


def two_ticked(page: Page, world: ReviewWorld) -> None:
    for name in ("Ministry 1", "Ministry 9"):
        page.get_by_label(name, exact=True).check()
    pressed("Continue")(page, world)


def signed_out(page: Page, world: ReviewWorld) -> None:
    page.context.clear_cookies(name="sessionid")
    send(fields=LONG)(page, world)


STATES = {
    "rounds": State("review", "/review/?all", "rita"),
    "queue": State("review-round", ROUND, "rita"),
    "queue-filtered": State("review-round", f"{ROUND}?look=moved&reviewer=nobody", "rita"),
    "queue-filtered-empty": State("review-round", f"{ROUND}?look=late&reviewer=me", "rob"),
    "queue-of-last-year": State("review-round", ROUND.replace("2021", "2020"), "rita"),
    "chase": State("review-chase", f"{ROUND}chase/", "rita"),
    "chase-nobody": State("review-chase", f"{ROUND.replace('2021', '2020')}chase/", "rita"),
    "accept-many": State("review-accept-many", f"{ROUND}accept/", "rita"),
    "accept-many-nothing-ticked": State("review-accept-many", f"{ROUND}accept/", "rita", pressed("Continue"), 422),
    "accept-many-two": State("review-accept-many", f"{ROUND}accept/", "rita", two_ticked),
    "accept-many-nothing": State("review-accept-many", f"{ROUND.replace('2021', '2020')}accept/", "rita"),
    "report-submitted": State("review-report", report(COPIED), "rita"),
    "report-in-review": State("review-report", report(IN_REVIEW), "rita"),
    "report-again": State("review-report", report(AGAIN), "rita"),
    "report-own": State("review-report", report(OWN), "rob"),
    "report-nil": State("review-report", report(NIL), "rita"),
    "report-accepted": State("review-report", report(ACCEPTED), "rita"),
    "report-correction": State("review-report", report(CORRECTED), "rita"),
    "report-not-here": State("review-report", report(DRAFT), "rita", status=404),
    "entry": State("review-entry", report(IN_REVIEW, "actions/1/"), "rita"),
    "entry-marked": State("review-entry", report(IN_REVIEW, "actions/2/"), "rita"),
    "entry-nothing-flagged": State("review-entry", report(OWN, "actions/3/"), "rita"),
    "entry-changed": State("review-entry", report(AGAIN, "actions/1/?look=unanswered"), "rita"),
    "entry-changed-by-somebody": State("review-entry", report(AGAIN, "actions/1/"), "rob"),
    "entry-correction": State("review-entry", report(CORRECTED, "actions/1/"), "rita"),
    "entry-not-started": State("review-entry", report(COPIED, "actions/1/"), "rita"),
    "entry-accepted": State("review-entry", report(ACCEPTED, "actions/2/"), "rita"),
    "entry-errors": State(
        "review-entry",
        report(OWN, "actions/1/"),
        "rita",
        send(fields={"outcome": "change", "assessment": "evidenced"}),
        422,
    ),
    "entry-kept": State("account_login", report(OWN, "actions/2/"), "rita", signed_out),
    "entry-refused": State("review-entry", report(COPIED, "actions/1/"), "rita", send(fields=LONG), 409),
    "return": State("review-return", report(IN_REVIEW, "return/"), "rita"),
    "return-nothing-marked": State("review-return", report(OWN, "return/"), "rita"),
    "return-errors": State(
        "review-return",
        report(IN_REVIEW, "return/"),
        "rita",
        filled("Preview the message", Day="31", Month="2", Year="2099"),
        422,
    ),
    "return-previewed": State("review-return", report(IN_REVIEW, "return/"), "rita", previewed()),
    "return-changed": State("review-return", report(IN_REVIEW, "return/"), "rita", previewed("Change the message")),
    "accept": State("review-accept", report(AGAIN, "accept/"), "rita"),
    "accept-marked": State("review-accept", report(IN_REVIEW, "accept/"), "rita"),
    "accept-own": State("review-accept", report(OWN, "accept/"), "rob"),
    "reopen": State("review-reopen", report(ACCEPTED, "reopen/"), "rita"),
    "reopen-excused": State("review-reopen", report(EXCUSED, "reopen/"), "rita"),
    "reopen-error": State(
        "review-reopen", report(ACCEPTED, "reopen/"), "rita", pressed("Open the report again"), 422
    ),
    "excuse": State("review-excuse", report(DRAFT, "excuse/"), "rita"),
    "excuse-error": State("review-excuse", report(DRAFT, "excuse/"), "rita", pressed("Excuse Ministry 5"), 422),
    "reasons": State("review-reasons", "/review/reasons/", "rita"),
    "reasons-of-one": State(
        "review-reasons",
        "/review/reasons/?round=fenland-better-services-plan-2021&department=ministry-3",
        "rita",
    ),
    "reasons-none": State("review-reasons", "/review/reasons/?department=ministry-1", "rita"),
    "filing-returned": State("filing-report", filing(RETURNED), "max"),
    "filing-returned-entry": State("filing-entry", filing(RETURNED, "actions/1/"), "max"),
    "filing-correction": State("filing-sign-off", filing(CORRECTING, "sign-off/"), "max"),
    "filing-correction-errors": State(
        "filing-sign-off",
        filing(CORRECTING, "sign-off/"),
        "max",
        pressed("Sign off and send to Cabinet Office"),
        422,
    ),
    # What changes the world comes last.
    "entry-saved": State("review-entry", report(OWN, "actions/1/"), "rita", pressed("Save and stay here")),
    "queue-chased": State("review-round", f"{ROUND}chase/", "rita", pressed("Chase 3 departments")),
    "chase-again": State("review-chase", f"{ROUND}chase/", "rita"),
}
NO_PAGES = {"review-reasons-csv"}  # a file
