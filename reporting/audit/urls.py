from django.urls import path

from reporting.audit import views

urlpatterns = [
    path("", views.history, name="audit"),
]
