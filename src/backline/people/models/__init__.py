"""What the people room stores: who somebody is, who works here, who may act for whom, who looked."""

from backline.people.models.accounts import Account
from backline.people.models.directory import DirectoryEntry
from backline.people.models.looks import Look
from backline.people.models.mandates import Mandate, MandateRevocation, MandateService
from backline.people.models.parties import Identifier, Party
from backline.people.models.staffing import Absence, Duty, Membership, Skill, Staff, Team
from backline.people.models.tokens import Token

__all__ = [
    "Absence",
    "Account",
    "DirectoryEntry",
    "Duty",
    "Identifier",
    "Look",
    "Mandate",
    "MandateRevocation",
    "MandateService",
    "Membership",
    "Party",
    "Skill",
    "Staff",
    "Team",
    "Token",
]
