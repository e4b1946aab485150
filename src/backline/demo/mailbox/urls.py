"""The addresses of the mailbox; there are none where Backline is no demonstration."""

from django.urls import path

from backline.demo.mailbox import pages

urlpatterns = [
    path("", pages.start, name="mailbox"),
    path("<str:address>/", pages.box, name="mailbox-box"),
    path("<str:address>/<str:key>/", pages.mail, name="mailbox-mail"),
    path("<str:address>/<str:key>/files/<int:position>", pages.attachment, name="mailbox-file"),
]
