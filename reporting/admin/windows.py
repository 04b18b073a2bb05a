"""When editions and commitments are public: to be looked at. A typing error in a change note is mended here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html

from reporting.admin.act import act
from reporting.admin.base import ReadOnlyAdmin
from reporting.admin.fields import LongTextField
from reporting.domain import publication
from reporting.domain.publication import reference_of
from reporting.models import Publication


class NoteForm(forms.Form):
    note = LongTextField(
        help_text="Only a typing error is mended here: what was wrong in a report is corrected by a new edition. "
        "Readers see the note at once; both wordings stay in the history."
    )


@admin.register(Publication)
class PublicationAdmin(ReadOnlyAdmin):
    list_display = ["code", "starts", "ends", "ending", "dated", "date_stated"]
    list_filter = ["ending", "date_stated", "starts"]
    search_fields = ["edition__report__department__code", "version__commitment__department__code"]
    fields = ["code", "edition", "starts", "ends", "ending", "reason", "dated", "date_stated", "told", "mend"]

    @admin.display(description="change note")
    def told(self, window: Publication) -> str:
        return window.note or (window.edition.change_note if window.edition else "") or "–"

    @admin.display(description="mend the note")
    def mend(self, window: Publication) -> str:
        if window.edition is None:
            return "–"
        address = reverse("admin:publication_note", args=[window.pk])
        return format_html('<a href="{}">Mend a typing error in the change note</a>', address)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.note_view)
        return [path("<int:pk>/note/", view, name="publication_note"), *super().get_urls()]

    def note_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        window = get_object_or_404(Publication.objects.exclude(edition=None).select_related("edition"), pk=pk)
        return act(
            self,
            request,
            pk,
            lambda obj, said: publication.correct_note(obj.edition, actor=request.user, note=said["note"]),
            title="Mend a typing error in the change note",
            button="Save the note",
            done="The change note is mended.",
            form_class=lambda posted: NoteForm(posted, initial={"note": window.note or window.edition.change_note}),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            super()
            .get_queryset(request)
            .select_related(
                "edition__report__round__strategy",
                "edition__report__department",
                "version__commitment__action__strategy",
                "version__commitment__department",
            )
        )

    @admin.display(description="of")
    def code(self, window: Publication) -> str:
        return self.reference(window)

    def reference(self, obj: Publication) -> str:
        content = obj.edition or obj.version
        assert content
        return reference_of(content)

    def heading(self, obj: Publication) -> str:
        return f"of {self.reference(obj)}"
