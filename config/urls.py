"""One line per audience."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("account/", include("reporting.accounts.urls")),
    path("admin/", admin.site.urls),
    path("audit/", include("reporting.audit.urls")),
    path("filing/", include("reporting.filing.urls")),
    path("publishing/", include("reporting.publishing.urls")),
    path("review/", include("reporting.review.urls")),
    path("", include("reporting.public.urls")),
]
handler400 = "reporting.web.errors.bad_request"
handler404 = "reporting.web.errors.not_found"
handler500 = "reporting.web.errors.broken"
