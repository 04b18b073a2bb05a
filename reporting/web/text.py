"""The words of departments as HTML. References follow the words of a statement, never stand between them."""

from markupsafe import Markup, escape

from reporting.domain import references, text
from reporting.domain.published import ActivityView, AnswerView, EntryView


def said(source: str, prefix: str) -> Markup:
    """A text whose statements can be linked to: their ids are the prefix and a number from 1."""
    return Markup(text.render(source, id_for=lambda index: f"{prefix}-{index + 1}"))  # noqa: S704 - made safe there


def planned(entry: EntryView, story: str = "") -> Markup:
    """The planned text; after each planned activity its reference, and what became of it.

    `story`: the address where all years of the pair stand, for a page that may not show where one was carried to.
    """
    by_statement = {activity.statement: activity for activity in entry.activities}

    def after(index: int) -> str:
        activity = by_statement.get(index)
        return f" {_reference(activity)}{_outcome(activity, story)}" if activity else ""

    def id_for(index: int) -> str | None:
        activity = by_statement.get(index)
        return references.anchor(activity.reference) if activity else None

    return Markup(text.render(entry.planned, after=after, id_for=id_for))  # noqa: S704 - made safe there


def _reference(activity: ActivityView) -> Markup:
    return Markup(
        '<a class="govuk-link st-ref" href="#{}" aria-label="Link to planned activity {}">{}/{}</a>'
    ).format(references.anchor(activity.reference), activity.reference, activity.year, activity.number)


def _outcome(activity: ActivityView, story: str) -> Markup:
    if activity.answer:
        return _answer(activity.answer, story)
    if activity.unanswered:
        return Markup(
            '<span class="st-answer st-answer--gap">'
            '<strong class="govuk-tag st-tag st-tag--gap">Unanswered</strong> '
            "The report for {} doesn’t say what became of it.</span>"
        ).format(activity.year)
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
