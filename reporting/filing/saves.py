"""The history of an entry: every save is kept, each can be restored, and two texts can become one."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from reporting.domain import filing
from reporting.domain.filing import Draft, draft_of
from reporting.domain.merging import Difference
from reporting.domain.text import clean, words
from reporting.filing.advising import may_edit
from reporting.filing.forms import new_id, values
from reporting.models import Answer, Category, DraftSave, Entry, Status
from reporting.web.access import Desk, action_or_404, desk_or_404
from reporting.web.pages import show_staff, staff, staff_form
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
    except ValueError:
        return None
    return found if found.tzinfo else None


def _load(
    request: HttpRequest, strategy: str, year: int, department: str, number: int
) -> tuple[Desk, Action, Entry]:
    desk = desk_or_404(request, strategy, year, department)
    action = action_or_404(desk, number, write=request.method == "POST")
    entry = get_object_or_404(Entry.objects.select_related("head__author"), report=desk.report, action=action)
    return desk, action, entry


def _back(desk: Desk, action: Action) -> tuple[str, str]:
    return f"Action {action.number}", desk.address("filing-entry", action.number)


@staff_form
def save(
    request: HttpRequest, strategy: str, year: int, department: str, number: int, save: uuid.UUID
) -> HttpResponse:
    """One save as it was. Restoring it is a new save with its words: nothing is undone."""
    desk, action, entry = _load(request, strategy, year, department, number)
    found = get_object_or_404(DraftSave.objects.select_related("author"), pk=save, entry=entry)
    if request.method == "POST":
        filing.save_draft(
            author=request.user,
            report=desk.report,
            action=action,
            base=entry.head,
            settles=found if found.beside else None,
            save_id=_id(request),
            **draft_of(found).fields(),
        )
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
        "restorable": desk.may_write(action) and may_edit(desk.report) and entry.head_id != found.pk,
        "save_id": new_id(),
    }
    back = ("History", desk.address("filing-saves", action.number))
    return show_staff(request, "filing/save.html", context, back=back)


def _id(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get("save_id", ""))
    except ValueError:
        return None


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
    head = entry.head
    assert head is not None  # a save is only ever kept beside one
    if beside.settled_by.exists():
        return redirect(desk.address("filing-entry", action.number))
    differences = _differences(beside, head)
    if request.method == "POST":
        chosen, missing = _chosen(request, differences)
        if not missing:
            kept = filing.save_draft(
                author=request.user,
                report=desk.report,
                action=action,
                base=DraftSave.objects.filter(pk=request.POST.get("head") or None, entry=entry).first(),
                settles=beside,
                save_id=_id(request),
                **_with(draft_of(head), chosen).fields(),
            )
            name = "filing-both" if kept.beside else "filing-entry"
            return redirect(desk.address(name, action.number, *([kept.pk] if kept.beside else [])))
    else:
        chosen, missing = {}, []
    context = {
        "desk": desk,
        "action": action,
        "beside": beside,
        "head": head,
        "own": beside.author_id == request.user.pk,
        "rows": [(place, _label(one.name), one) for place, one in enumerate(differences)],
        "missing": missing,
        "chosen": request.POST,
        "words": WORDS,
        "save_id": new_id(),
        "has_errors": bool(missing),
        "editable": desk.may_write(action) and may_edit(desk.report),
    }
    status = 422 if missing else 200
    return show_staff(request, "filing/both.html", context, back=_back(desk, action), status=status)


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


def _chosen(request: HttpRequest, differences: list[Difference]) -> tuple[dict[str, str], list[int]]:
    """The value for each part, and the places where nothing was chosen."""
    found, missing = {}, []
    for place, one in enumerate(differences):
        choice = request.POST.get(f"choice-{place}", "")
        if choice in {"mine", "theirs"}:
            found[one.name] = getattr(one, choice)
        elif choice == "text" and one.name not in WORDS_ONLY:
            found[one.name] = clean(request.POST.get(f"text-{place}", ""))[0]
        else:
            missing.append(place)
    return found, missing


WORDS_ONLY = {"status", "category"}  # chosen from a list: one or the other, never something else


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
