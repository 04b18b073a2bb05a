"""One line per audience."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("reporting.public.urls")),
]
handler404 = "reporting.public.views.not_found"
handler500 = "reporting.public.views.broken"
