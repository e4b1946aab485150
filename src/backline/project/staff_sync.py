"""Who works here, as a directory has it: read by its connector, planned by the people's door."""

from __future__ import annotations

from backline.connectors import systems
from backline.connectors.contract import UnknownOperation
from backline.connectors.ldap.asking import Away, SaidNo
from backline.connectors.ldap.connecting import LdapConnector
from backline.engine.definition import DefinitionProblems
from backline.people.directory import Listed, Plan, plan
from backline.project.command import Refused

DEADLINE_S = 60.0


def planned(system: str) -> Plan:
    """What the directory would change. Raises Refused where it can't be asked."""
    try:
        connector = systems.link_of(system).connector
        if not isinstance(connector, LdapConnector):
            raise Refused(f"'{system}' is no directory; its kind has to be 'ldap'.")
        people = connector.people(deadline_s=DEADLINE_S)
    except (UnknownOperation, DefinitionProblems, ValueError) as wrong:
        raise Refused(f"{system}: {wrong}") from wrong
    except Away as wrong:
        raise Refused(f"{system} does not answer: {wrong}. Nothing was changed.") from wrong
    except SaidNo as wrong:
        raise Refused(f"{system}: {wrong}. Nothing was changed.") from wrong
    listed = [Listed(identity=p.identity, name=p.name, email=p.email, teams=p.teams) for p in people]
    return plan(system=system, listed=listed, teams=connector.teams)
