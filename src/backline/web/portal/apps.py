from django.apps import AppConfig


class Portal(AppConfig):
    name = "backline.web.portal"
    label = "portal"
