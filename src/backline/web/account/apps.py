from django.apps import AppConfig


class AccountPages(AppConfig):
    name = "backline.web.account"
    label = "account_pages"
