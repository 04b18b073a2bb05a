"""Who may open and write what, on every staff address. Written from the roles, not recorded from a run.

| role                     | may                                                              |
| contributor              | write the entries they were given                                |
| digital leader           | the same, and invite contributors, sign off, recall              |
| reviewer                 | read every report that was sent to the centre                    |
| auditor                  | read everything, change nothing                                  |
| administrator            | strategies, actions, departments, rounds, people                 |

Who may not is answered as if nothing were there: 404. Who isn't signed in is led to the sign-in page.
"""

import uuid
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from reporting.domain import links
from reporting.models import DraftSave, Event, Membership, Report
from tests.filing.cast import ACTORS, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # who may is asked of the rules, not of the engine

SIGNED_IN = {*ACTORS} - {"anonymous", "closed_leader"}
OWN = {"contributor", "of_action_1", "of_action_2", "leader"}
READS = {"auditor"}
NOBODY: set[str] = set()

# By the name of the address: its arguments, who may open it, and who may write on it.
FILING: dict[str, tuple[Any, set[str], set[str]]] = {
    "filing": (None, SIGNED_IN, NOBODY),
    "filing-report": ((), OWN | READS, NOBODY),
    "filing-entry": (
        (1,),
        {"contributor", "of_action_1", "leader"} | READS,
        {"contributor", "of_action_1", "leader"},
    ),
    "filing-saves": ((1,), {"contributor", "of_action_1", "leader"} | READS, NOBODY),
    "filing-save": (
        (1, "save"),
        {"contributor", "of_action_1", "leader"} | READS,
        {"contributor", "of_action_1", "leader"},
    ),
    "filing-both": (
        (1, "beside"),
        {"contributor", "of_action_1", "leader"} | READS,
        {"contributor", "of_action_1", "leader"},
    ),
    "filing-nil": ((), {"leader"}, {"leader"}),
    "filing-preview": ((), {"contributor", "leader"} | READS, NOBODY),
    "filing-sign-off": ((), {"leader"}, {"leader"}),
    "filing-signed-off": ((), {"contributor", "leader"} | READS, NOBODY),
    "filing-recall": ((), {"leader"}, {"leader"}),
    "filing-people": ("department", {"leader"}, NOBODY),
    "filing-invite": ("department", {"leader"}, {"leader"}),
    "filing-person": ("person", {"leader"}, {"leader"}),
}
# Each for the person who is signed in, about nobody else.
ACCOUNT_OF_ONES_OWN = {
    "account",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "account_logout",
}
# For whoever can't sign in yet. What they lead to asks for a password, a code or a link.
BEFORE_SIGN_IN = {
    "account_login",
    "mfa_authenticate",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_welcome",
    "oidc_start",
    "oidc_callback",
    "socialaccount_login_cancelled",
}


def some(*actors: str) -> pytest.MarkDecorator:
    """Some of them every day; all of them where there is time."""
    everybody = pytest.param(tuple(ACTORS), marks=pytest.mark.long, id="everybody")
    return pytest.mark.parametrize("actors", [pytest.param(actors, id="some"), everybody])


def names_under(prefix: str) -> set[str]:
    return {name for route, name in every_address() if route.startswith(prefix)}


def every_address(patterns: Any = None, before: str = "") -> Iterator[tuple[str, str]]:
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from every_address(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            yield route, one.name or ""


def address(cast: Cast, name: str) -> str:
    given = FILING[name][0]
    if given is None:
        return reverse(name)
    slug = cast.report.department.slug
    if given == "department":
        return reverse(name, args=[slug])
    if given == "person":
        return reverse(name, args=[slug, cast.membership("contributor").pk])
    named = {"save": cast.save.pk, "beside": cast.beside.pk}
    return cast.address(name, *[named.get(one, one) for one in given])


def opened(response: HttpResponse) -> bool:
    """Shown, or led on from there: never to the sign-in page, never “not found”."""
    return response.status_code in {200, 422} or (
        response.status_code == 302 and not response.url.startswith("/account/sign-in/")
    )


def turned_away(actor: str, response: HttpResponse, *, writing: bool = False) -> bool:
    if actor in {"anonymous", "closed_leader"}:
        to_sign_in = getattr(response, "url", "").startswith("/account/sign-in/")
        return to_sign_in or (writing and response.status_code == 403)
    return response.status_code == 404


def test_every_address_has_its_row() -> None:
    assert names_under("filing/") == set(FILING)
    assert names_under("account/") == ACCOUNT_OF_ONES_OWN | BEFORE_SIGN_IN
    for name, (_, readers, writers) in FILING.items():
        assert writers <= readers <= set(ACTORS), name
        assert 0 < len(readers) < len(ACTORS), f"{name}: somebody may, and somebody may not"


@some("leader", "foreign_leader")
def test_who_may_open(cast: Cast, actors: tuple[str, ...]) -> None:
    """Everybody opens each page; the head of it alone is asked for by these."""
    for actor in ACTORS:
        client = cast.client(actor)
        for name, (_, readers, _) in FILING.items():
            for method in ("get", *(["head"] if actor in actors else [])):
                response = getattr(client, method)(address(cast, name))
                found = (name, actor, method, response.status_code)
                assert opened(response) if actor in readers else turned_away(actor, response), found


def rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (DraftSave, Event, Membership))


@pytest.mark.parametrize("name", [name for name, row in FILING.items() if row[2]])
def test_who_may_write(cast: Cast, name: str) -> None:
    url, writers = address(cast, name), FILING[name][2]
    for actor in ACTORS:
        before = (rows(), Report.objects.get(pk=cast.report.pk).state)
        response = cast.client(actor).post(url, {"progress": f"By {actor}", "save_id": uuid.uuid4()})
        if actor in writers:
            assert opened(response) or response.status_code == 409, (actor, response.status_code)
        else:
            assert turned_away(actor, response, writing=True), (actor, response.status_code)
            assert (rows(), Report.objects.get(pk=cast.report.pk).state) == before, actor


@some("anonymous", "leader", "administrator")
def test_other_methods_are_refused_and_change_nothing(cast: Cast, actors: tuple[str, ...]) -> None:
    before = rows()
    for actor in actors:
        client = cast.client(actor)
        for name, (_, _, writers) in FILING.items():
            for method in ("put", "patch", "delete", *([] if writers else ["post"])):
                response = getattr(client, method)(address(cast, name))
                assert response.status_code == 405, (name, actor, method)
    assert rows() == before


def test_reviewer_reads_what_was_sent_to_the_centre(cast: Cast) -> None:
    names = ["filing-report", "filing-preview", "filing-signed-off"]
    urls = [address(cast, name) for name in names] + [cast.address("filing-entry", 1)]
    reviewer = cast.client("reviewer")
    assert [reviewer.get(url).status_code for url in urls] == [404] * 4
    cast.submitted()
    assert [reviewer.get(url).status_code for url in urls] == [200] * 4
    assert reviewer.post(urls[3], {"progress": "No."}).status_code == 404
    assert reviewer.get(cast.address("filing-recall")).status_code == 404


def test_what_is_not_there_looks_like_what_is_not_yours(cast: Cast) -> None:
    there = cast.client("foreign_leader").get(cast.address("filing-entry", 1))
    nowhere = cast.client("leader").get(cast.address("filing-entry", 99))
    assert (there.status_code, there.content) == (nowhere.status_code, nowhere.content)
    assert there.status_code == 404


def test_person_of_another_department_is_not_found(cast: Cast) -> None:
    slug = cast.report.department.slug
    for name in ("foreign_contributor", "leader"):  # the other one is no contributor
        url = reverse("filing-person", args=[slug, cast.membership(name).pk])
        assert cast.client("leader").get(url).status_code == 404
    url = reverse("filing-people", args=[cast.world.departments[1].slug])
    assert cast.client("leader").get(url).status_code == 404


def test_saves_of_another_entry_are_not_found(cast: Cast) -> None:
    other = cast.world.draft(cast.report, 2, progress="Elsewhere.")
    for name in ("filing-save", "filing-both"):
        assert cast.client("leader").get(cast.address(name, 1, other.pk)).status_code == 404
    # A base of another entry is as good as none: the text is kept, nothing of the other entry moves.
    cast.client("leader").post(cast.address("filing-entry", 1), {"progress": "X", "base": other.pk})
    assert DraftSave.objects.get(progress="X").base is None


def test_second_factor_comes_first(cast: Cast, settings: Any) -> None:
    settings.SECOND_FACTOR = "everybody"
    for name in FILING:
        for method in ("get", *(["post"] if FILING[name][2] else [])):
            response = getattr(cast.client("leader"), method)(address(cast, name))
            assert (response.status_code, response.url) == (302, reverse("mfa_activate_totp")), name


@some("anonymous", "contributor", "reviewer", "administrator", "closed_leader")
def test_account_is_for_who_is_signed_in(cast: Cast, actors: tuple[str, ...]) -> None:
    clients = {actor: cast.client(actor) for actor in actors}
    for actor, name in product(actors, sorted(ACCOUNT_OF_ONES_OWN)):
        response = clients[actor].get(reverse(name))
        if actor in SIGNED_IN:
            assert response.status_code < 500
            if name in {"account", "mfa_index", "account_change_password"}:
                assert opened(response), actor
        else:
            assert response.status_code in {302, 404, 405}, (actor, response.status_code)
            assert response.content == b"" or response.status_code in {404, 405}


@some("anonymous", "closed_leader", "leader")
def test_before_sign_in_nobody_is_let_in(cast: Cast, actors: tuple[str, ...]) -> None:
    wrong = {"account_reset_password_from_key", "account_welcome"}
    for actor, name in product(actors, sorted(BEFORE_SIGN_IN)):
        url = reverse(name, args=["1", "wrong-key"] if name in wrong else [])
        client = cast.client(actor)
        for response in (client.get(url), client.post(url, {})):
            assert response.status_code < 500, (actor, response.status_code)
        if actor in {"anonymous", "closed_leader"}:
            assert client.get("/filing/").status_code == 302


def test_link_of_somebody_whose_account_is_closed_leads_nowhere(cast: Cast) -> None:
    closed = cast.people["closed_leader"]
    reset = links.password_reset_address(closed)
    closed.set_unusable_password()
    closed.save()
    for path in (links.invitation_address(closed), reset):
        response = cast.client("anonymous").get(path, follow=True)
        assert b'type="password"' not in response.content


def admin_addresses(cast: Cast) -> list[str]:
    """All of them: index, lists, add, change, history, and the pages of our own."""
    found = []
    for model, of in admin.site._registry.items():
        obj = model._base_manager.order_by("pk").first()
        for pattern in of.get_urls():
            wanted = list(pattern.pattern.converters)
            if pattern.name and (obj or not wanted):
                found.append(reverse(f"admin:{pattern.name}", args=[obj.pk for _ in wanted if obj]))
    return [*found, reverse("admin:index"), reverse("admin:app_list", args=["reporting"])]


@some("leader", "auditor")
def test_administration_is_for_administrators(cast: Cast, actors: tuple[str, ...]) -> None:
    """Nobody of the others: these ask for every address, and another one for each."""
    addresses = admin_addresses(cast)
    assert len(addresses) > 60
    others = [actor for actor in ACTORS if actor != "administrator"]
    clients = {actor: cast.client(actor) for actor in others}
    for place, url in enumerate(addresses):
        for actor in {*actors, others[place % len(others)]} - {"administrator"}:
            client = clients[actor]
            response = client.get(url)
            assert (response.status_code, response.url[:13]) == (302, "/admin/login/"), (actor, url)
            if actor == "leader":
                assert client.get(response.url).status_code == 404, url
            if actor == "leader" or len(actors) > 2:
                assert client.post(url, {}).status_code in {302, 403, 404, 405}
    client = cast.client("administrator")
    statuses = {url: client.get(url).status_code for url in addresses}
    assert set(statuses.values()) <= {200, 302, 403, 404, 405}, statuses
    assert sum(status == 200 for status in statuses.values()) > 30
