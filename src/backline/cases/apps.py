from django.apps import AppConfig


class Cases(AppConfig):
    name = "backline.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
