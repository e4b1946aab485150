from django.apps import AppConfig


class Connectors(AppConfig):
    name = "backline.connectors"
    label = "connectors"
    default_auto_field = "django.db.models.BigAutoField"
