"""Makes Meridian in a folder: its files, its systems of record, its people. Doing it again changes nothing."""

from __future__ import annotations

import base64
import json
import secrets
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from backline.demo import meridian
from backline.demo.cast import PASSWORD, STAFF, TEAMS, Colleague, Customer, customers
from backline.demo.systems import house, membership, recordkeeper

PARTS = ("brand", "connectors", "types", "views")
TOKENS = ("printshop", "clinic")
ZONE = ZoneInfo("Europe/Berlin")
KARINS_MANDATE = "everything"


def lay_out(folder: Path) -> None:
    """The folder with its files and databases; what is there already stays as it is."""
    (folder / "systems").mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        _copy_new(meridian.FOLDER / part, folder / part)
    for name in TOKENS:
        path = folder / "systems" / f"{name}.token"
        if not path.exists():
            path.write_text(secrets.token_urlsafe(24), encoding="ascii")
            path.chmod(0o600)
    secret = folder / "systems" / "telephony.secret"
    if not secret.exists():
        secret.write_text(base64.b64encode(secrets.token_bytes(24)).decode(), encoding="ascii")
        secret.chmod(0o600)
    membership.create(folder / "systems" / "membership.sqlite3")
    recordkeeper.create(folder / "systems" / "recordkeeper.sqlite3")
    house.create(folder / "systems" / "house.sqlite3", [(one.email, one.name) for one in STAFF])


def write_settings(folder: Path, *, base_url: str, smtp_port: int, lmtp_port: int) -> None:
    """``backline.yaml`` with the addresses of this run."""
    told = (meridian.FOLDER / "backline.yaml").read_text(encoding="utf-8")
    ports = f"mail:\n  host: 127.0.0.1\n  port: {smtp_port}\n  lmtp_port: {lmtp_port}\n"
    told = told.replace("mail:\n", ports, 1)
    (folder / "backline.yaml").write_text(f"{told}base_url: {base_url}\n", encoding="utf-8")


def populate(folder: Path, *, now: datetime) -> None:
    """Case types, colleagues and customers; everybody who is shown on the start page."""
    people = customers(now.astimezone(ZONE).date())
    _publish(folder, now)
    for key, name in TEAMS.items():
        _add_team(key, name)
    for colleague in STAFF:
        _add_colleague(colleague, now)
    for customer in people:
        _add_customer(customer, now)
    _note_parent(child="lena", parent="karin", people=people, now=now)
    _write_log_ins(folder, people)


def _copy_new(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        copy = target / path.relative_to(source)
        if path.is_file() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def _publish(folder: Path, now: datetime) -> None:
    from backline.catalogue.publishing import publish
    from backline.people.actors import SYSTEM

    for path in sorted((folder / "types").iterdir()):
        if (path / "type.yaml").is_file():
            publish(folder=path, by=SYSTEM, now=now, note="As Meridian began")


def _add_team(key: str, name: str) -> None:
    from backline.people.actors import SYSTEM
    from backline.people.staffing import add_team

    add_team(by=SYSTEM, key=key, name=name)


def _add_colleague(colleague: Colleague, now: datetime) -> None:
    from backline.people.actors import SYSTEM
    from backline.people.models import Account
    from backline.people.staffing import add_staff

    if Account.objects.filter(email=colleague.email).exists():
        return
    add_staff(
        by=SYSTEM, name=colleague.name, email=colleague.email, now=now, teams=colleague.teams, leads=colleague.leads,
        skills=colleague.skills, duties=colleague.duties, language=colleague.language, password=PASSWORD,
    )  # fmt: skip


def _add_customer(customer: Customer, now: datetime) -> None:
    from allauth.account.models import EmailAddress

    from backline.people.accounts import account_for, prove_address
    from backline.people.models import Account
    from backline.people.parties import create_party

    if Account.objects.filter(email=customer.email).exists():
        return
    create_party(
        name=customer.name, birth_date=customer.born, language=customer.language, now=now,
        verified={"email": customer.email, **dict(customer.known_by)},
    )  # fmt: skip
    account = account_for(email=customer.email, now=now)
    if account is not None:
        prove_address(account=account, email=customer.email, now=now)
        account.set_password(PASSWORD)
        account.save(update_fields=["password"])
        EmailAddress.objects.filter(user=account).update(verified=True, primary=True)


def _note_parent(*, child: str, parent: str, people: tuple[Customer, ...], now: datetime) -> None:
    """The mandate that a parent had since long; it ended on the child's 18th birthday."""
    from backline.people.actors import SYSTEM
    from backline.people.mandates import grant
    from backline.people.models import Mandate
    from backline.people.parties import find_by_identifier

    emails = {customer.key: customer.email for customer in people}
    giver, holder = (find_by_identifier("email", emails[key]) for key in (child, parent))
    if giver is None or holder is None or Mandate.objects.filter(giver=giver, holder=holder).exists():
        return
    grant(
        by=SYSTEM, giver=giver, holder=holder, services=[KARINS_MANDATE], basis="parent", now=now,
        purpose="Parent of a child under 18", starts_at=now - timedelta(days=3 * 365),
    )  # fmt: skip


def _write_log_ins(folder: Path, people: tuple[Customer, ...]) -> None:
    """What the start page of the demonstration shows."""
    shown = [{"name": one.name, "about": one.part, "login": one.email, "kind": "customer"} for one in people]
    shown += [{"name": one.name, "about": one.part, "login": one.email, "kind": "staff"} for one in STAFF]
    told = {"password": PASSWORD, "people": shown}
    (folder / "demonstration.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
