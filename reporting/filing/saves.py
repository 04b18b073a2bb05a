"""The history of an entry: every save is kept, each can be restored, and two texts can become one."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from reporting import rules
from reporting.domain import filing
from reporting.domain.filing import Draft, draft_of
from reporting.domain.merging import Difference
from reporting.domain.text import clean, words
from reporting.filing.forms import key_of, new_id, values
from reporting.models import Answer, Category, DraftSave, Entry, Status
from reporting.web import keeping
from reporting.web.access import Desk, action_or_404, desk_or_404
from reporting.web.pages import show_staff, staff, staff_button, staff_form
from strategy.models import Action

PER_PAGE = 50
LABELS = {
    "status": "Status",
    "category": "Category",
    "reason": "Why the action is not applicable",
    "progress": "Progress",
    "planned": "Planned activities",
}
WORDS = {str(value): str(label) for kind in (Status, Category, Answer) for value, label in kind.choices}


@staff
def history(request: HttpRequest, strategy: str, year: int, department: str, number: int) -> HttpResponse:
    """Newest first; `before` is the time of the last one on the page before."""
    desk, action, entry = _load(request, strategy, year, department, number)
    rows = DraftSave.objects.filter(entry=entry).select_related("author").order_by("-saved_at", "-id")
    if before := _moment(request.GET.get("before", "")):
        rows = rows.filter(saved_at__lt=before)
    found = list(rows[: PER_PAGE + 1])
    context = {
        "desk": desk,
        "action": action,
        "entry": entry,
        "saves": found[:PER_PAGE],
        "word_count": words,
        "earlier": found[PER_PAGE - 1].saved_at.isoformat() if len(found) > PER_PAGE else "",
    }
    return show_staff(request, "filing/history.html", context, back=_back(desk, action))


def _moment(typed: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(typed)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _load(
    request: HttpRequest, strategy: str, year: int, department: str, number: int
) -> tuple[Desk, Action, Entry]:
    desk = desk_or_404(request, strategy, year, department)
    if not desk.sees_history:
        raise Http404
    action = action_or_404(desk, number, write=request.method == "POST")
    entry = get_object_or_404(Entry.objects.select_related("head__author"), report=desk.report, action=action)
    return desk, action, entry


def _back(desk: Desk, action: Action) -> tuple[str, str]:
    return f"Action {action.number}", desk.address("filing-entry", action.number)


@staff_button
def save(
    request: HttpRequest, strategy: str, year: int, department: str, number: int, save: uuid.UUID
) -> HttpResponse:
    """One save as it was. Restoring it is a new save with its words: nothing is undone."""
    desk, action, entry = _load(request, strategy, year, department, number)
    found = get_object_or_404(DraftSave.objects.select_related("author"), pk=save, entry=entry)
    if request.method == "POST":
        kept = filing.save_draft(
            author=request.user,
            report=desk.report,
            action=action,
            base=entry.head,
            settles=found if found.beside else None,
            save_id=key_of(request.POST.get("save_id")),
            **draft_of(found).fields(),
        )
        if kept.beside:
            return redirect(desk.address("filing-both", action.number, kept.pk))
        messages.success(request, "The text is restored. What stood there before is in the history.")
        return redirect(desk.address("filing-entry", action.number))
    context = {
        "desk": desk,
        "action": action,
        "entry": entry,
        "save": found,
        "rows": [
            (_label(name), WORDS.get(value, value)) for name, value in sorted(values(draft_of(found)).items())
        ],
        "restorable": desk.may_write(action) and rules.may_edit(desk.report) and entry.head_id != found.pk,
        "save_id": new_id(),
    }
    back = ("History", desk.address("filing-saves", action.number))
    return show_staff(request, "filing/save.html", context, back=back)


def _label(name: str) -> str:
    """“Progress”; “Planned activity 2: answer”; “Evidence 1: title”."""
    if name in LABELS:
        return LABELS[name]
    kind, *middle, part = name.split("-")
    if kind == "evidence":
        return f"Evidence {int(middle[0]) + 1}: {part}"
    body, number = "-".join(middle[:-1]), middle[-1]
    of = "" if body == "own" else f" of {body}"
    words = {"answer": "answer", "reason": "reason", "carried": "carried forward to"}[part]
    return f"Planned activity {number}{of}: {words}"


@staff_form
def both(
    request: HttpRequest, strategy: str, year: int, department: str, number: int, save: uuid.UUID
) -> HttpResponse:
    """Two texts, what differs, and a choice for each part. Both stay in the history whatever is chosen."""
    desk, action, entry = _load(request, strategy, year, department, number)
    beside = get_object_or_404(
        DraftSave.objects.select_related("author", "base"), pk=save, entry=entry, beside=True
    )
    posted = keeping.posted_or_kept(request)
    if posted is None and beside.settled_by.exists():
        return redirect(desk.address("filing-entry", action.number))
    # Beside the text that was on the page, not beside what stands there now: the choices are about that.
    head = _head_of(entry, posted)
    differences = _differences(beside, head)
    chosen, missing = _chosen(posted or {}, differences)
    if request.method == "POST" and not missing:
        kept = filing.save_draft(
            author=request.user,
            report=desk.report,
            action=action,
            base=head,
            settles=beside,
            save_id=key_of(request.POST.get("save_id")),
            **_with(draft_of(head), chosen).fields(),
        )
        keeping.forget(request)
        more = [kept.pk] if kept.beside else []
        return redirect(desk.address("filing-both" if more else "filing-entry", action.number, *more))
    missing = missing if request.method == "POST" else []
    context = {
        "desk": desk,
        "action": action,
        "beside": beside,
        "head": head,
        "own": beside.author_id == request.user.pk,
        "rows": [(_label(one.name), one) for one in differences],
        "missing": missing,
        "chosen": posted or {},
        "words": WORDS,
        "save_id": new_id(),
        "has_errors": bool(missing),
        "editable": desk.may_write(action) and rules.may_edit(desk.report),
    }
    status = 422 if missing else 200
    return show_staff(request, "filing/both.html", context, back=_back(desk, action), status=status)


def _head_of(entry: Entry, posted: Mapping[str, str] | None) -> DraftSave:
    key = key_of(posted.get("head")) if posted else None
    shown = DraftSave.objects.filter(pk=key, entry=entry).select_related("author").first() if key else None
    head = shown or entry.head
    assert head is not None  # a save is only ever kept beside one
    return head


def _differences(beside: DraftSave, head: DraftSave) -> list[Difference]:
    mine, theirs, base = values(draft_of(beside)), values(draft_of(head)), values(draft_of(_common(beside)))
    names = sorted({*mine, *theirs}, key=lambda name: (name not in LABELS, name))
    return [
        Difference(name, base.get(name, ""), mine.get(name, ""), theirs.get(name, ""))
        for name in names
        if mine.get(name, "") != theirs.get(name, "")
    ]


def _common(beside: DraftSave) -> DraftSave | None:
    """The save that both began from: the first one before it that was not kept beside."""
    base = beside.base
    while base is not None and base.beside:
        base = base.base
    return base


def _chosen(posted: Mapping[str, str], differences: list[Difference]) -> tuple[dict[str, str], list[Difference]]:
    """The value for each part, and the parts for which nothing was chosen."""
    found, missing = {}, []
    for one in differences:
        choice = posted.get(f"choice-{one.name}", "")
        if choice in {"mine", "theirs"}:
            found[one.name] = getattr(one, choice)
        elif choice == "text" and not one.is_choice:
            found[one.name] = clean(posted.get(f"text-{one.name}", ""))[0]
        else:
            missing.append(one)
    return found, missing


def _with(draft: Draft, chosen: dict[str, str]) -> Draft:
    """The draft with these values under the names of the form's fields."""
    plain = {name: value for name, value in chosen.items() if name in LABELS}
    answers = {(row.get("department") or "own", row["activity"]): dict(row) for row in draft.answers}
    evidence = [dict(row) for row in draft.evidence]
    for name, value in chosen.items():
        if name in LABELS:
            continue
        kind, *middle, part = name.split("-")
        if kind == "evidence":
            _put(evidence, int(middle[0]), part, value)
        else:
            key = ("-".join(middle[:-1]), int(middle[-1]))
            row = answers.setdefault(key, _new_answer(*key))
            row["carried_words" if part == "carried" else part] = value
    fields = {**draft.fields(), **plain, "evidence": evidence, "answers": list(answers.values())}
    return Draft(**fields)


def _new_answer(body: str, number: int) -> dict[str, Any]:
    row: dict[str, Any] = {"activity": number, "answer": "", "reason": ""}
    return row if body == "own" else row | {"department": body}


def _put(evidence: list[dict[str, str]], place: int, part: str, value: str) -> None:
    while len(evidence) <= place:
        evidence.append({"address": "", "title": "", "date": ""})
    evidence[place][part] = value
