"""The words of departments as HTML. References follow the words of a statement, never stand between them."""

from markupsafe import Markup, escape

from reporting.domain import references, text
from reporting.domain.published import ActivityView, AnswerView, EntryView


def said(source: str, prefix: str, cite: str = "") -> Markup:
    """A text whose statements can be linked to: their ids are the prefix and a number from 1.

    `cite`: the beginning of their permanent addresses, which end in the same number.
    """
    rendered = text.render(
        source,
        after=(lambda index: _cite(f"{cite}{index + 1}", f"{prefix}-{index + 1}")) if cite else None,
        id_for=lambda index: f"{prefix}-{index + 1}",
    )
    return Markup(rendered)  # noqa: S704 - made safe there


def _cite(address: str, name: str) -> Markup:
    """No words of its own, so that nobody who copies the text copies them too: the style sheet draws the sign."""
    return Markup(' <a class="st-cite" href="{}/" aria-label="Cite {}"></a>').format(address, name)


def planned(entry: EntryView, story: str = "", cite: str = "", code: str = "", silent: str = "") -> Markup:
    """The planned text; after each planned activity its reference, and what became of it.

    `story`: the address where all years of the pair stand, for a page that may not show where one was carried to.
    `cite`: the beginning of the statements' permanent addresses; `code`: of the names of those that aren't
    activities. `silent`: what is said of an activity that has no answer where none was asked for.
    """
    by_statement = {activity.statement: activity for activity in entry.activities}

    def after(index: int) -> str:
        activity, address = by_statement.get(index), f"{cite}{index + 1}"
        if activity:
            return f" {_reference(activity, address if cite else '')}{_outcome(activity, story, silent)}"
        return _cite(address, f"{code}-{entry.year + 1}-planned-{index + 1}") if cite else ""

    def id_for(index: int) -> str | None:
        activity = by_statement.get(index)
        return references.anchor(activity.reference) if activity else None

    return Markup(text.render(entry.planned, after=after, id_for=id_for))  # noqa: S704 - made safe there


def _reference(activity: ActivityView, address: str) -> Markup:
    to = f"{address}/" if address else f"#{references.anchor(activity.reference)}"
    return Markup(
        '<a class="govuk-link st-ref" href="{}" aria-label="Link to planned activity {}">{}/{}</a>'
    ).format(to, activity.reference, activity.year, activity.number)


def _outcome(activity: ActivityView, story: str, silent: str) -> Markup:
    if activity.answer:
        return _answer(activity.answer, story)
    if activity.unanswered:
        return Markup(
            '<span class="st-answer st-answer--gap">'
            '<strong class="govuk-tag st-tag st-tag--gap">Unanswered</strong> '
            "The report for {} doesn’t say what became of it.</span>"
        ).format(activity.year)
    if silent:
        return Markup(
            '<span class="st-answer st-answer--gap"><strong class="govuk-tag st-tag st-tag--gap">{}</strong></span>'
        ).format(silent)
    return Markup("")


def outcome(answer: AnswerView) -> Markup:
    """What became of an activity, where no link to another one is needed."""
    return _answer(answer, "")


def _answer(answer: AnswerView, story: str) -> Markup:
    carried = Markup("")
    if answer.carried_to:
        to = f"{story}#{references.anchor(answer.carried_to)}"
        carried = Markup(' Now <a class="govuk-link" href="{}">{}</a>.').format(to, answer.carried_to)
    reason = Markup(" {}").format(escape(answer.reason)) if answer.reason else ""
    if not answer.reason and answer.answer != "done":
        reason = Markup(" No reason is given.")
    return Markup(
        '<span class="st-answer"><strong class="govuk-tag st-tag st-tag--{}">{}</strong>'
        '<span class="govuk-visually-hidden">:</span>{}{}</span>'
    ).format(answer.answer.replace("_", "-"), answer.label, reason, carried)
