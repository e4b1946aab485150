from django.apps import AppConfig


class Ui(AppConfig):
    name = "backline.web.ui"
    label = "ui"
