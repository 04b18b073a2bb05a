from django.urls import path

from reporting.publishing import views

urlpatterns = [
    path("", views.rounds, name="publishing"),
]
