"""Every page for people who are signed in, and every page about accounts, in every state, by a name that says which."""

from collections.abc import Callable
from dataclasses import dataclass

from django.test.utils import override_settings
from playwright.sync_api import Page

from reporting.models import DraftSave
from tests.accounts.pages import sign_in as sign_in_quickly
from tests.browser.desk import box, press, sign_in
from tests.browser.staff_world import StaffWorld

Act = Callable[[Page, StaffWorld], None]
Path = str | Callable[[StaffWorld], str]
YEAR = "/filing/fenland-better-services-plan/2021/"
PEOPLE = "/filing/departments/ministry-1/people/"


@dataclass(frozen=True)
class State:
    """`ends`: the name of the address where the page stands in the end; empty where it has none."""

    ends: str
    path: Path
    who: str = ""  # nobody
    act: Act | None = None
    status: int = 200
    stale: bool = False  # signed in too long ago to change how one signs in

    def address(self, world: StaffWorld) -> str:
        return self.path if isinstance(self.path, str) else self.path(world)


def report(number: int, more: str = "") -> str:
    return f"{YEAR}ministry-{number}/{more}"


# How a page comes into its state ------------------------------------------------------------------------

SEND = """([path, fields, token]) => {
  const form = document.createElement("form");
  [form.method, form.action] = ["post", path || location.href];
  const add = (name, value) => {
    const input = document.createElement("textarea");
    [input.name, input.value] = [name, value];
    form.append(input);
  };
  add("csrfmiddlewaretoken", token || document.querySelector("[name=csrfmiddlewaretoken]").value);
  for (const [name, value] of fields) add(name, value);
  document.body.append(form);
  form.submit();
}"""


def send(path: str = "", fields: dict[str, str] | None = None, token: str = "") -> Act:
    """As another form could have sent it, to this address or to another."""

    def act(page: Page, world: StaffWorld) -> None:
        with page.expect_navigation():
            page.evaluate(SEND, [path, list((fields or {}).items()), token])

    return act


def pressed(*words: str) -> Act:
    """An empty or unchanged form."""

    def act(page: Page, world: StaffWorld) -> None:
        for one in words:
            press(page, one)

    return act


def filled(button: str, **fields: str) -> Act:
    """`fields` by their labels, with _ for a space."""

    def act(page: Page, world: StaffWorld) -> None:
        for label, value in fields.items():
            box(page, label.replace("_", " ")).fill(value)
        press(page, button)

    return act


def signed_out(page: Page, world: StaffWorld) -> None:
    """While somebody was writing: their text is kept."""
    page.context.clear_cookies(name="sessionid")
    fields = {"progress": "The herons were counted.", "planned": "Count them again.", "status": "behind"}
    send(fields=fields)(page, world)


def signed_in_again(page: Page, world: StaffWorld) -> None:
    signed_out(page, world)
    sign_in(page, world.people["dora"], "Sign in and go back")


def guessed(page: Page, world: StaffWorld) -> None:
    for _ in range(5):
        sign_in_quickly("guessed@example.invalid", "wrong")
    box(page, "E-mail address").fill("guessed@example.invalid")
    box(page, "Password").fill("wrong")
    press(page, "Sign in")


def asked_for_a_code(page: Page, world: StaffWorld) -> None:
    sign_in(page, world.people["phil"])


def wrong_code(page: Page, world: StaffWorld) -> None:
    asked_for_a_code(page, world)
    filled("Sign in", Code="000")(page, world)


def too_big(page: Page, world: StaffWorld) -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100):
        send(fields={"progress": "Lamps. " * 100})(page, world)


def on_offer(page: Page, world: StaffWorld) -> None:
    """This computer has text that it never heard to be saved."""
    page.evaluate(
        """() => {
          const pairs = [["progress", "The herons were counted."]];
          const key = `stocktake ${document.querySelector("form[data-autosave]").dataset.author} ${location.pathname} x`;
          localStorage.setItem(key, JSON.stringify({ at: Date.now(), pairs }));
        }"""
    )
    page.reload()
    page.get_by_text("This computer has text of").wait_for()


def not_saved(page: Page, world: StaffWorld) -> None:
    page.context.clear_cookies(name="sessionid")
    box(page, "Progress during 2021").fill("The herons were counted.")
    page.get_by_text("You are signed out").wait_for()


def unfold(page: Page, world: StaffWorld) -> None:
    page.get_by_label("Carried forward", exact=True).first.check()
    page.get_by_label("Not applicable", exact=True).check()


LONG = {"progress": "The lamps were counted twice, and once more at night.\nThere are twelve.", "status": "behind"}
MANY = {f"evidence-{number}-title": "x" for number in range(1001)}
SENT = "Sign off and send to Cabinet Office"


def a_save(**of: object) -> Callable[[StaffWorld], str]:
    def path(world: StaffWorld) -> str:
        rows = DraftSave.objects.filter(entry__report=world.report(1), **of)
        save = rows.order_by("saved_at").first()
        assert save
        return report(1, f"actions/{save.entry.action.number}/saves/{save.pk}/")

    return path


def both(world: StaffWorld) -> str:
    assert world.conflict
    return report(1, f"actions/3/both/{world.conflict.pk}/")


def settled(world: StaffWorld) -> str:
    assert world.settled
    return report(9, f"actions/3/both/{world.settled.pk}/")


def invited(world: StaffWorld) -> str:
    assert world.invited
    return f"{PEOPLE}{world.invited.pk}/"


FILING = {
    "home": State("filing", "/filing/", "max"),
    "home-nobody": State("filing", "/filing/", "nora"),
    "home-nothing": State("filing", "/filing/", "neil"),
    "home-no-phone-yet": State("mfa_activate_totp", "/filing/", "new"),
    "report-draft": State("filing-report", report(1), "dora"),
    "report-some-actions": State("filing-report", report(1), "carl"),
    "report-to-read": State("filing-report", report(1), "ada"),
    "report-returned": State("filing-report", report(2), "max"),
    "report-submitted": State("filing-report", report(3), "max"),
    "report-nil": State("filing-report", report(4), "max"),
    "report-excused": State("filing-report", report(5), "max"),
    "report-ready": State("filing-report", report(6), "max"),
    "report-in-review": State("filing-report", report(7), "max"),
    "report-not-started": State("filing-report", report(8), "max"),
    "entry-empty": State("filing-entry", report(8, "actions/1/"), "max"),
    "entry-unfolded": State("filing-entry", report(8, "actions/2/"), "max", unfold),
    "entry-full": State("filing-entry", report(1, "actions/2/"), "dora"),
    "entry-advice": State("filing-entry", report(6, "actions/1/"), "max"),
    "entry-comments": State("filing-entry", report(2, "actions/1/"), "max"),
    "entry-comment": State("filing-entry", report(2, "actions/2/"), "max"),
    "entry-two-texts": State("filing-entry", report(1, "actions/3/"), "dora"),
    "entry-two-texts-own": State("filing-entry", report(1, "actions/3/"), "carl"),
    "entry-not-applicable": State("filing-entry", report(9, "actions/1/"), "max"),
    "entry-reason-missing": State("filing-entry", report(9, "actions/2/"), "max"),
    "entry-to-read": State("filing-entry", report(1, "actions/2/"), "ada"),
    "entry-empty-to-read": State("filing-entry", report(8, "actions/3/"), "ada"),
    "entry-submitted": State("filing-entry", report(3, "actions/1/"), "max"),
    "entry-kept": State("filing-entry", report(1, "actions/1/"), "dora", signed_in_again),
    "entry-on-offer": State("filing-entry", report(8, "actions/1/"), "max", on_offer),
    "entry-not-saved": State("filing-entry", report(8, "actions/1/"), "max", not_saved, 401),
    "entry-error": State(
        "filing-entry", report(8, "actions/1/"), "max", send(fields={**LONG, "status": "splendid"}), 422
    ),
    "both": State("filing-both", both, "dora"),
    "both-other": State("filing-both", both, "carl"),
    "both-to-read": State("filing-both", both, "ada"),
    "both-error": State("filing-both", both, "dora", send(), 422),
    "both-same": State("filing-both", settled, "max"),
    "history": State("filing-saves", report(1, "actions/3/saves/"), "dora"),
    "save": State("filing-save", a_save(entry__action__number=2), "dora"),
    "save-earlier": State("filing-save", a_save(entry__action__number=3), "dora"),
    "save-beside": State("filing-save", a_save(beside=True), "carl"),
    "nil": State("filing-nil", report(1, "nil/"), "dora"),
    "nil-error": State("filing-nil", report(1, "nil/"), "dora", pressed("Save as a nil return"), 422),
    "preview": State("filing-preview", report(1, "preview/"), "dora"),
    "preview-nil": State("filing-preview", report(4, "preview/"), "max"),
    "preview-to-read": State("filing-preview", report(2, "preview/"), "ada"),
    "sign-off-problems": State("filing-sign-off", report(1, "sign-off/"), "dora"),
    "sign-off-reasons-missing": State("filing-sign-off", report(9, "sign-off/"), "max"),
    "sign-off-warnings": State("filing-sign-off", report(6, "sign-off/"), "max"),
    "sign-off-nil": State("filing-sign-off", report(4, "sign-off/"), "max"),
    "sign-off-undeclared": State("filing-sign-off", report(6, "sign-off/"), "max", pressed(SENT), 422),
    "sign-off-not-possible": State("filing-sign-off", report(7, "sign-off/"), "max"),
    "sign-off-refused": State("filing-sign-off", report(7, "sign-off/"), "max", send(fields={"agreed": "on"}), 409),
    "signed-off": State("filing-signed-off", report(3, "signed-off/"), "max"),
    "signed-off-in-review": State("filing-signed-off", report(7, "signed-off/"), "max"),
    "recall": State("filing-recall", report(3, "recall/"), "max"),
    "people": State("filing-people", PEOPLE, "dora"),
    "invite": State("filing-invite", f"{PEOPLE}invite/", "dora"),
    "invite-errors": State("filing-invite", f"{PEOPLE}invite/", "dora", pressed("Send the invitation"), 422),
    "invite-no-action": State(
        "filing-invite",
        f"{PEOPLE}invite/",
        "dora",
        send(fields={"name": "Ivo", "email": "dora@example.invalid", "scope": "some"}),
        422,
    ),
    "person": State("filing-person", invited, "dora"),
    "person-error": State("filing-person", invited, "dora", send(fields={"scope": "some"}), 422),
    "given-back-refused": State("filing-entry", report(3, "actions/1/"), "max", send(fields=LONG), 409),
    "given-back-stale": State(
        "filing-entry", report(8, "actions/1/"), "max", send(fields=LONG, token="x" * 64), 403
    ),
    "given-back-signed-out": State(
        "filing-entry", "/account/sign-in/", "", send(report(8, "actions/1/"), fields=LONG), 403
    ),
    "given-back-not-yours": State("filing-nil", "/filing/", "dora", send(report(2, "nil/"), fields=LONG), 404),
    "given-back-no-database": State("", "/filing/", "dora", send("/filing/without-database/", fields=LONG), 503),
    "not-yours": State("filing-entry", report(2, "actions/1/"), "dora", status=404),
    "too-much": State("filing-entry", report(8, "actions/1/"), "max", send(fields=MANY), 400),
    "too-big": State("filing-entry", report(8, "actions/1/"), "max", too_big, 400),
}

ACCOUNTS = {
    "sign-in": State("account_login", "/account/sign-in/"),
    "sign-in-for-filing": State("account_login", report(1)),
    "sign-in-for-administration": State("account_login", "/admin/"),
    "sign-in-empty": State("account_login", "/account/sign-in/", "", pressed("Sign in")),
    "sign-in-wrong": State("account_login", "/account/sign-in/", "", filled("Sign in", Password="guess")),
    "sign-in-too-many": State("account_login", "/account/sign-in/", "", guessed, 429),
    "sign-in-kept": State("account_login", report(1, "actions/1/"), "dora", signed_out),
    "sign-in-stale": State("account_login", "/account/sign-in/", "", send(token="x" * 64), 403),
    "sign-in-provider-down": State("oidc_start", "/account/oidc/", status=401),
    "sign-in-provider-broken": State("oidc_callback", "/account/oidc/callback/", status=401),
    "sign-in-provider-unknown": State("", "/account/unknown/", status=403),
    "sign-in-code": State("mfa_authenticate", "/account/sign-in/", "", asked_for_a_code),
    "sign-in-code-wrong": State("mfa_authenticate", "/account/sign-in/", "", wrong_code),
    "sign-out": State("account_logout", "/account/sign-out/", "dora"),
    "forgotten": State("account_reset_password", "/account/forgotten/"),
    "forgotten-empty": State("account_reset_password", "/account/forgotten/", "", pressed("Send the link")),
    "forgotten-done": State("account_reset_password_done", "/account/forgotten/done/"),
    "new-password": State("account_reset_password_from_key", StaffWorld.new_password),
    "new-password-short": State(
        "account_reset_password_from_key",
        StaffWorld.new_password,
        "",
        filled("Set the password", New_password="123"),
    ),
    "new-password-expired": State("account_reset_password_from_key", "/account/forgotten/1-x-y/", status=410),
    "welcome": State("account_welcome", StaffWorld.welcome),
    "welcome-empty": State("account_welcome", StaffWorld.welcome, "", pressed("Open the account")),
    "welcome-expired": State("account_welcome", "/account/welcome/1-x-y/", status=410),
    "account": State("account", "/account/", "dora"),
    "account-some-actions": State("account", "/account/", "carl"),
    "account-with-phone": State("account", "/account/", "rita"),
    "account-without-role": State("account", "/account/", "nora"),
    "change-password": State("account_change_password", "/account/password/", "dora"),
    "change-password-empty": State(
        "account_change_password", "/account/password/", "dora", pressed("Change the password")
    ),
    "again": State("account_reauthenticate", "/account/second-factor/phone/", "dora", stale=True),
    "again-wrong": State(
        "account_reauthenticate",
        "/account/second-factor/phone/",
        "dora",
        filled("Continue", Password="guess"),
        stale=True,
    ),
    "again-code": State("mfa_reauthenticate", "/account/again/code/", "rita", stale=True),
    "again-code-wrong": State(
        "mfa_reauthenticate", "/account/again/code/", "rita", filled("Continue", Code="000"), stale=True
    ),
    "second-factor": State("mfa_index", "/account/second-factor/", "dora"),
    "second-factor-needed": State("mfa_index", "/account/second-factor/", "rita"),
    "second-factor-not-needed": State("mfa_index", "/account/second-factor/", "phil"),
    "phone": State("mfa_activate_totp", "/account/second-factor/phone/", "dora"),
    "phone-moved": State("mfa_activate_totp", "/account/second-factor/phone/", "rita"),
    "phone-wrong": State(
        "mfa_activate_totp", "/account/second-factor/phone/", "dora", filled("Use this phone", Code="000")
    ),
    "turn-off": State("mfa_deactivate_totp", "/account/second-factor/off/", "phil"),
    "turn-off-refused": State("mfa_deactivate_totp", "/account/second-factor/off/", "rita"),
    "codes": State("mfa_view_recovery_codes", "/account/second-factor/codes/", "phil"),
    "new-codes": State("mfa_generate_recovery_codes", "/account/second-factor/codes/new/", "phil"),
}
STATES = FILING | ACCOUNTS
NO_PAGES = {"mfa_download_recovery_codes", "socialaccount_login_cancelled"}  # a file; a way back to sign-in
