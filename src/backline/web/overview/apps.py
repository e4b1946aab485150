from django.apps import AppConfig


class Overview(AppConfig):
    name = "backline.web.overview"
    label = "overview"
