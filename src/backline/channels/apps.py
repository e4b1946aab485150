from django.apps import AppConfig


class Channels(AppConfig):
    name = "backline.channels"
    label = "channels"
    default_auto_field = "django.db.models.BigAutoField"
