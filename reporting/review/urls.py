from django.urls import path

from reporting.review import views

urlpatterns = [
    path("", views.queue, name="review"),
]
