"""The page of one entry: what was promised, last year's plan, and what is reported now."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from reporting import rules
from reporting.domain import filing, reasons, text, working
from reporting.domain.errors import NotPossible
from reporting.domain.filing import Draft, draft_of
from reporting.filing.forms import EntryForm, new_id, part_of, receipt
from reporting.models import Answer, DraftSave, Entry, Report, Status
from reporting.web import advising, keeping
from reporting.web.access import Desk, action_or_404, desk_or_404
from reporting.web.jinja import time_of_day
from reporting.web.pages import show_staff, staff_form
from strategy.models import Action

CARRY = "carry-reason"  # a button: last year's reason, to begin with
NEXT, BACK = "next", "back"


@staff_form
def entry(request: HttpRequest, strategy: str, year: int, department: str, number: int) -> HttpResponse:
    desk = desk_or_404(request, strategy, year, department)
    action = action_or_404(desk, number, write=request.method == "POST")
    if request.method == "POST":
        return _save(request, desk, action)
    kept = keeping.kept(request)
    if kept is None:
        return _show(request, desk, action, _form(desk, action))
    if not (desk.may_write(action) and rules.may_edit(desk.report)):
        sentence = f"{_can_not(desk.report)} Your text of {time_of_day(kept.at)} was not saved before."
        return keeping.given_back(request, sentence, status=200, posted=kept.body, again=False)
    messages.warning(request, f"Your text of {time_of_day(kept.at)} is below. Save it to go on.")
    form = _form(desk, action, kept.body)
    form.is_valid()
    return _show(request, desk, action, form, unsaved=True)


def _can_not(report: Report) -> str:
    return f"The report is {report.get_state_display()} now, or this entry is no longer yours to write."


def _entry_of(desk: Desk, action: Action) -> Entry | None:
    rows = Entry.objects.filter(report=desk.report, action=action).select_related("head__author", "action")
    return rows.first()


def _form(desk: Desk, action: Action, posted: Any = None) -> EntryForm:
    found = _entry_of(desk, action)
    head = found.head if found else None
    initial = {"save_id": new_id(), "base": str(head.pk) if head else "", "ready": "no", "author": desk.person.pk}
    if found and found.ready:
        initial["ready"] = "yes"
    return EntryForm(
        *([posted] if posted is not None else []),
        asked=working.asked(desk.report).get(action.number, []),
        year=desk.report.round.year,
        asks_status=desk.report.round.asks_status,
        draft=draft_of(head),
        initial=initial,
    )


def _save(request: HttpRequest, desk: Desk, action: Action) -> HttpResponse:
    form = _form(desk, action, request.POST)
    if not form.is_valid():
        if keeping.wants_json(request):
            return JsonResponse({"problem": " ".join(form.sentences())}, status=422)
        return _show(request, desk, action, form, unsaved=True, status=422)
    given, doing = form.cleaned_data, request.POST.get("do", "")
    if given["author"] not in {"", str(request.user.pk)}:
        raise NotPossible(
            f"Somebody else wrote this page. You are signed in as {request.user}: sign in as its author."
        )
    carried = _reason_of_last_year(desk.report, action) if doing == CARRY else None
    save = filing.save_draft(
        author=request.user,
        report=desk.report,
        action=action,
        base=_save_of(given["base"]),
        save_id=given["save_id"],
        ready={"yes": True, "no": False}.get(given["ready"]),
        **form.said(),
    )
    if carried and not save.beside:  # what was typed is kept first: the reason carried over takes its place
        words = draft_of(save).fields() | carried
        save = filing.save_draft(author=request.user, report=desk.report, action=action, base=save, **words)
    # Only now is it saved: the verb's transaction has been committed.
    keeping.forget(request)
    if keeping.wants_json(request):
        return JsonResponse(_acknowledged(desk, action, save, form) | {"then": _then(desk, action, doing)})
    for sentence in form.removed:
        messages.warning(request, sentence)
    if save.beside:
        return HttpResponseRedirect(desk.address("filing-both", action.number, save.pk))
    return HttpResponseRedirect(_then(desk, action, doing))


def _save_of(key: uuid.UUID | None) -> DraftSave | None:
    return DraftSave.objects.filter(pk=key).first() if key else None


def _acknowledged(desk: Desk, action: Action, save: DraftSave, form: EntryForm) -> dict[str, Any]:
    """What the page's script is told: read back from the row that was kept."""
    kept = DraftSave.objects.get(pk=save.pk)
    return {
        "id": str(kept.pk),
        "receipt": receipt(draft_of(kept), form.fields),
        "saved": time_of_day(kept.saved_at),
        "beside": kept.beside,
        "both": desk.address("filing-both", action.number, kept.pk) if kept.beside else "",
        "removed": form.removed,
    }


def _then(desk: Desk, action: Action, doing: str) -> str:
    """Where a saved entry leads: on, back, or to itself."""
    if doing == BACK:
        return desk.address()
    following = _next(desk, action) if doing == NEXT else None
    if doing == NEXT and following is None:
        return desk.address()
    return desk.address("filing-entry", (following or action).number)


def _next(desk: Desk, action: Action) -> Action | None:
    mine = [one for one in working.due_actions(desk.report) if desk.may_write(one)]
    return next((one for one in mine if one.number > action.number), None)


def _reason_of_last_year(report: Report, action: Action) -> dict[str, str]:
    """Why the action did not apply: as the report of the year before says, or the commitment."""
    before = working.last_year(report).get(action.number)
    found = advising.not_applicable_before(before, advising.promised(report, action).version)
    if not found:
        raise NotPossible("There is no reason of an earlier year to carry over: write one.")
    category, reason = found
    return {"status": Status.NOT_APPLICABLE.value, "category": category, "reason": reason}


def _show(
    request: HttpRequest, desk: Desk, action: Action, form: EntryForm, *, unsaved: bool = False, status: int = 200
) -> HttpResponse:
    report = desk.report
    found = _entry_of(desk, action)
    draft = _draft_shown(form, found, unsaved)
    beside = working.open_conflicts([found]).get(found.pk, []) if found else []
    comments = working.comments_on(report).get(action.number, [])
    returned = reasons.last_return(report)
    promised, before = advising.promised(report, action), working.last_year(report).get(action.number)
    context = {
        "desk": desk,
        "report": report,
        "action": action,
        "wording": promised.wording,
        "version": promised.version,
        "reference": promised.reference,
        "form": form,
        "entry": found,
        "draft": draft,
        "unsaved": unsaved,
        "has_errors": bool(form.errors),
        "editable": desk.may_write(action) and rules.may_edit(report),
        "last_year": before,
        "why": reasons.given(returned).get(action.number, ""),
        "changes_due": returned.due if returned else None,
        "comments": [(part_of(comment), comment) for comment in comments],
        "remarks": advising.remarks(desk, action, draft),
        "notes": advising.notes(desk, action, draft),
        "beside": beside,
        "following": _next(desk, action),
        "reason_before": advising.not_applicable_before(before, promised.version),
        "word_count": text.words,
        "words": {str(value): label for kind in (Status, Answer) for value, label in kind.choices},
        "total": len(working.due_actions(report)),
    }
    back = (f"All {context['total']} entries", desk.address())
    return show_staff(request, "filing/entry.html", context, back=back, status=status)


def _draft_shown(form: EntryForm, found: Entry | None, unsaved: bool) -> Draft:
    """What stands in the boxes: advice is about that."""
    if unsaved and form.is_bound and not form.errors:
        return Draft(**form.said())
    return draft_of(found.head if found else None)
