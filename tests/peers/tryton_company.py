"""Run by the Python of Tryton's own environment: makes a database with a company, products, customers and stock.

``python tryton_company.py CONFIG DATABASE``. What is made here is what the tests of the connector know of it.
"""

import datetime
import sys
from decimal import Decimal

from proteus import Model
from proteus import config as pconfig
from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, get_accounts
from trytond.modules.account_invoice.tests.tools import create_payment_term, set_fiscalyear_invoice_sequences
from trytond.modules.company.tests.tools import create_company, get_company
from trytond.tests.tools import set_user

PASSWORD = "the-tryton-password"


def main(configuration: str, database: str) -> None:
    """All of it, in order."""
    config = pconfig.set_trytond(f"sqlite:///{database}", config_file=configuration)
    create_company(config=config)
    create_chart(config=config)
    _year()
    customer, product = _customer("Carla Customer", "CARLA"), _product("MUG", "Mug with our sign", Decimal("12.50"))
    _product("POSTER", "Poster", Decimal("8"))
    _inventory(product)
    _invoice(customer, product)
    _user()


def _year() -> None:
    year = set_fiscalyear_invoice_sequences(create_fiscalyear())
    year.click("create_period")


def _customer(name: str, code: str) -> object:
    party = Model.get("party.party")(name=name, code=code)
    party.addresses[0].street, party.addresses[0].city = "Hauptstraße 1", "Berlin"
    party.save()
    return party


def _product(code: str, name: str, price: Decimal) -> object:
    accounts = get_accounts()
    category = Model.get("product.category")(name=f"Category of {code}", accounting=True)
    category.account_expense, category.account_revenue = accounts["expense"], accounts["revenue"]
    category.save()
    (unit,) = Model.get("product.uom").find([("name", "=", "Unit")])
    template = Model.get("product.template")(name=name, default_uom=unit, type="goods", salable=True, list_price=price)
    template.account_category = category
    template.products[0].suffix_code = code
    template.save()
    return template.products[0]


def _inventory(product: object) -> None:
    (storage,) = Model.get("stock.location").find([("code", "=", "STO")])
    inventory = Model.get("stock.inventory")(location=storage)
    line = inventory.lines.new(product=product)
    line.quantity, line.expected_quantity = 100.0, 0.0
    inventory.click("confirm")


def _invoice(customer: object, product: object) -> None:
    term = create_payment_term()
    term.save()
    invoice = Model.get("account.invoice")(type="out")
    invoice.party, invoice.payment_term = customer, term
    invoice.invoice_date = datetime.date.today()  # noqa: DTZ011
    line = invoice.lines.new()
    line.product = product
    line.quantity, line.unit_price = 2.0, Decimal("12.50")
    invoice.click("post")


def _user() -> None:
    """The user of the connector: sales and accounts, no more."""
    groups = Model.get("res.group").find([("name", "in", ["Sales", "Accounting", "Party Administration", "Stock"])])
    user = Model.get("res.user")(name="Backline", login="backline", password=PASSWORD)
    company = get_company()
    user.companies.append(company)
    user.company = company
    for group in groups:
        user.groups.append(Model.get("res.group")(group.id))
    user.save()
    set_user(user.id)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
