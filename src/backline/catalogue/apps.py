from django.apps import AppConfig


class Catalogue(AppConfig):
    name = "backline.catalogue"
    label = "catalogue"
    default_auto_field = "django.db.models.BigAutoField"
