from django.apps import AppConfig


class Api(AppConfig):
    name = "backline.web.api"
    label = "api"
