from django.apps import AppConfig


class Mailbox(AppConfig):
    name = "backline.demo.mailbox"
    label = "demo_mailbox"
