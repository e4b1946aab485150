from django.apps import AppConfig


class Studio(AppConfig):
    name = "backline.web.studio"
    label = "studio"
