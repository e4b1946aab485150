from django.apps import AppConfig


class Workbench(AppConfig):
    name = "backline.web.workbench"
    label = "workbench"
