"""What was said, done and published: to be looked at. One thing is done here: a department is excused."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.text import Truncator

from reporting import rules
from reporting.admin.act import act
from reporting.admin.base import ReadOnlyAdmin, Rows
from reporting.admin.fields import ByDepartment, LongTextField, department_label, link, with_department
from reporting.domain import references, review
from reporting.domain.publication import reference_of
from reporting.models import (
    Coverage,
    Edition,
    EditionActivity,
    EditionAnswer,
    EditionEntry,
    Event,
    PlannedActivity,
    Report,
)
from strategy.models import Commitment, CommitmentVersion


class Versions(Rows):
    model = CommitmentVersion
    fields = readonly_fields = ["number", "state", "words", "notes", "dated", "known_from", "source_name"]

    @admin.display(description="what it says")
    def words(self, version: CommitmentVersion) -> str:
        if version.state == CommitmentVersion.State.NOT_APPLICABLE:
            return f"{version.get_category_display()}: {version.reason}"
        return version.text or "–"


@admin.register(Commitment)
class CommitmentAdmin(ReadOnlyAdmin):
    list_display = ["code", "named", "promised_action", "state_now"]
    list_filter = ["action__strategy", ByDepartment]
    search_fields = ["department__code", "department__names__name", "action__short_name", "versions__text"]
    fields = ["code", "named", "promised_action"]
    inlines = [Versions]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        newest = CommitmentVersion.objects.filter(commitment=OuterRef("pk")).order_by("-known_from", "-number")
        commitments = super().get_queryset(request).select_related("action__strategy")
        return commitments.prefetch_related(with_department()).annotate(state=Subquery(newest.values("state")[:1]))

    @admin.display(description="commitment", ordering=["action__strategy__code", "action__number"])
    def code(self, commitment: Commitment) -> str:
        return self.reference(commitment)

    @admin.display(description="department", ordering="department__code")
    def named(self, commitment: Commitment) -> str:
        return department_label(commitment.department)

    @admin.display(description="action", ordering="action__number")
    def promised_action(self, commitment: Commitment) -> str:
        return f"{commitment.action.strategy}: {commitment.action}"

    @admin.display(description="newest version", ordering="state")
    def state_now(self, commitment: Any) -> str:
        return str(CommitmentVersion.State(commitment.state).label) if commitment.state else "–"

    def reference(self, obj: Commitment) -> str:
        return references.pair(obj.action.strategy.code, obj.action.number, obj.department.code)


class Coverages(Rows):
    model = Coverage
    fields = readonly_fields = ["named"]
    verbose_name_plural = "it answers also for"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        coverages = super().get_queryset(request).select_related("report__round__strategy", "report__department")
        return coverages.prefetch_related(with_department())

    @admin.display(description="department")
    def named(self, coverage: Coverage) -> str:
        return department_label(coverage.department)


class Editions(Rows):
    model = Edition
    fields = readonly_fields = ["code", "department_name", "cut_at", "known_from", "change_note", "public"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        related = ["publication", "report__round__strategy", "report__department"]
        return super().get_queryset(request).select_related(*related)

    @admin.display(description="edition")
    def code(self, edition: Edition) -> str:
        return link(edition, reference_of(edition))

    def public(self, edition: Edition) -> str:
        return window_of(edition)


def window_of(edition: Edition) -> str:
    """“5 January 2015 to now”."""
    window = getattr(edition, "publication", None)
    if window is None:
        return "No date of publication is set"
    ends = f"until {window.ends:%-d %B %Y %H:%M} ({window.ending})" if window.ends else "with no end"
    return f"from {window.starts:%-d %B %Y %H:%M} {ends}"


class ExcuseForm(forms.Form):
    reason = LongTextField(help_text="Readers are told the reason, and so are the department's digital leaders.")


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ["code", "named", "round", "state", "number_of_editions"]
    list_filter = ["round__strategy", "round__year", "state", ByDepartment]
    search_fields = ["department__code", "department__names__name", "round__strategy__code"]
    fields = [
        "code",
        "round",
        "named",
        "state",
        "nil_reason",
        "excused_reason",
        "excuse",
        "submitted_by",
        "submitted_at",
        "accepted_by",
        "accepted_at",
    ]
    inlines = [Editions, Coverages]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        reports = super().get_queryset(request).select_related("round__strategy", "submitted_by", "accepted_by")
        return reports.prefetch_related(with_department()).annotate(number_of_editions=Count("editions"))

    @admin.display(description="excuse")
    def excuse(self, report: Report) -> str:
        if not rules.may_excuse(report):
            return "–"
        return format_html(
            '<a href="{}">Excuse the department</a>', reverse("admin:report_excuse", args=[report.pk])
        )

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.excuse_view)
        return [path("<int:pk>/excuse/", view, name="report_excuse"), *super().get_urls()]

    def excuse_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return act(
            self,
            request,
            pk,
            lambda report, said: review.excuse(actor=request.user, report=report, reason=said["reason"]),
            title="Excuse the department",
            button="Excuse the department",
            done="The department is excused.",
            form_class=ExcuseForm,
        )

    @admin.display(description="report", ordering=["round__strategy__code", "department__code", "round__year"])
    def code(self, report: Report) -> str:
        return self.reference(report)

    @admin.display(description="department", ordering="department__code")
    def named(self, report: Report) -> str:
        return department_label(report.department)

    @admin.display(description="editions", ordering="number_of_editions")
    def number_of_editions(self, report: Any) -> int:
        return report.number_of_editions

    def reference(self, obj: Report) -> str:
        return references.report(obj.round.strategy.code, obj.department.code, obj.round.year)


class Entries(Rows):
    model = EditionEntry
    template = admin.StackedInline.template  # long texts
    fields = readonly_fields = ["action", "status", "progress", "planned", "notes"]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("action", *OF_EDITION)


OF_EDITION = ["edition__report__round__strategy", "edition__report__department"]


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ["code", "department_name", "cut_at", "known_from", "public"]
    list_filter = ["report__round__strategy", "report__round__year"]
    search_fields = ["department_name", "department_acronym", "report__department__code"]
    fields = [
        "code",
        "report",
        "department_name",
        "department_acronym",
        "nil_reason",
        "change_note",
        "known_from",
        "source_name",
        "source_sha256",
        "cut_at",
        "digest",
        "public",
    ]
    inlines = [Entries]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        related = ["publication", "report__round__strategy", "report__department"]
        return super().get_queryset(request).select_related(*related)

    @admin.display(description="edition", ordering=["report__round__strategy__code", "report", "number"])
    def code(self, edition: Edition) -> str:
        return self.reference(edition)

    @admin.display(ordering="publication__starts")
    def public(self, edition: Edition) -> str:
        return window_of(edition)

    def reference(self, obj: Edition) -> str:
        return reference_of(obj)


class Activities(Rows):
    model = EditionActivity
    fields = readonly_fields = ["code", "statement", "text"]
    verbose_name_plural = "planned activities"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related(*of_activity("activity"), "entry__action")

    @admin.display(description="activity")
    def code(self, row: EditionActivity) -> str:
        return activity_reference(row.activity)


class Answers(Rows):
    model = EditionAnswer
    fields = readonly_fields = ["code", "answer", "reason", "carried"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related(*of_activity("activity"), *of_activity("carried_to"))

    @admin.display(description="activity")
    def code(self, row: EditionAnswer) -> str:
        return activity_reference(row.activity)

    @admin.display(description="carried forward to")
    def carried(self, row: EditionAnswer) -> str:
        return activity_reference(row.carried_to) if row.carried_to else "–"


def of_activity(path: str) -> list[str]:
    return [f"{path}__action__strategy", f"{path}__department"]


def activity_reference(activity: PlannedActivity) -> str:
    action = activity.action
    code = activity.department.code
    return references.activity(action.strategy.code, action.number, code, activity.year, activity.number)


@admin.register(EditionEntry)
class EditionEntryAdmin(ReadOnlyAdmin):
    """Reached from its edition: not in the menu."""

    list_display = ["__str__", "action", "status"]
    list_filter = ["edition__report__round__strategy", "edition__report__round__year", "status"]
    search_fields = ["edition__department_name", "progress", "planned"]
    fields = ["edition", "action", "status", "progress", "planned", "notes"]
    inlines = [Activities, Answers]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("action", *OF_EDITION)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def reference(self, obj: EditionEntry) -> str:
        return reference_of(obj.edition)

    def heading(self, obj: EditionEntry) -> str:
        return f"{self.reference(obj)}, action {obj.action}"


class Words(Rows):
    model = EditionActivity
    fields = readonly_fields = ["edition", "text"]
    verbose_name_plural = "its words, edition by edition"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        related = [f"entry__{path}" for path in OF_EDITION]
        return super().get_queryset(request).select_related("entry__action", *of_activity("activity"), *related)

    def edition(self, row: EditionActivity) -> str:
        return reference_of(row.entry.edition)


@admin.register(PlannedActivity)
class PlannedActivityAdmin(ReadOnlyAdmin):
    list_display = ["code", "named", "promised_action", "year", "words"]
    list_filter = ["action__strategy", "year", ByDepartment]
    search_fields = ["department__code", "department__names__name", "in_editions__text"]
    fields = ["code", "named", "promised_action", "year", "number"]
    inlines = [Words]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        newest = EditionActivity.objects.filter(activity=OuterRef("pk")).order_by("-entry__edition__cut_at")
        activities = super().get_queryset(request).select_related("action__strategy")
        return activities.prefetch_related(with_department()).annotate(text=Subquery(newest.values("text")[:1]))

    @admin.display(description="activity")
    def code(self, activity: PlannedActivity) -> str:
        return activity_reference(activity)

    @admin.display(description="department", ordering="department__code")
    def named(self, activity: PlannedActivity) -> str:
        return department_label(activity.department)

    @admin.display(description="action", ordering="action__number")
    def promised_action(self, activity: PlannedActivity) -> str:
        return f"{activity.action.strategy}: {activity.action}"

    @admin.display(description="newest words")
    def words(self, activity: Any) -> str:
        return Truncator(activity.text or "–").words(20)

    def reference(self, obj: PlannedActivity) -> str:
        year = obj.year - 1  # the round whose report planned it
        return references.report(obj.action.strategy.code, obj.department.code, year)

    def heading(self, obj: PlannedActivity) -> str:
        return activity_reference(obj)


class OfSubject(admin.SimpleListFilter):
    """The events of one thing and of what belongs to it: GDS-7/MOD with GDS-7/MOD/v1."""

    title = "subject"
    parameter_name = "of"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(self.value(), self.value())] if self.value() else []

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if not self.value():
            return queryset
        return queryset.filter(Q(subject=self.value()) | Q(subject__startswith=f"{self.value()}/"))


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["sequence", "at", "actor", "verb", "subject"]
    list_filter = [OfSubject, "verb", ("actor", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["actor"]
    search_fields = ["subject", "data"]
    fields = ["sequence", "at", "actor_id", "actor", "verb", "subject", "data", "previous", "digest", "id"]
    ordering = ["-sequence"]

    def reference(self, obj: Event) -> str:
        return obj.subject

    def heading(self, obj: Event) -> str:
        return f"{obj.sequence} {obj.verb}"
