"""What pages of OCOP call things."""

from collections.abc import Mapping
from typing import Final

from api.web.words import msgid
from engine.ocop_products import EntityKind, FileKind
from engine.ocop_proposals import CommuneCheck
from engine.ocop_ratings import RevocationGround
from engine.ocop_terms import Purpose
from engine.rubrics import Knockout

ENTITY_KINDS: Final[Mapping[EntityKind, str]] = {
    EntityKind.COOPERATIVE: msgid("Cooperative"),
    EntityKind.COOPERATIVE_GROUP: msgid("Cooperative group"),
    EntityKind.SMALL_ENTERPRISE: msgid("Small or medium enterprise"),
    EntityKind.FARM: msgid("Farm"),
    EntityKind.REGISTERED_HOUSEHOLD: msgid("Registered household business"),
    EntityKind.SOCIETY: msgid("Society (tourism only)"),
    EntityKind.ASSOCIATION: msgid("Association (tourism only)"),
    EntityKind.OPERATING_CENTRE: msgid("Operating centre (tourism only)"),
}
PURPOSES: Final[Mapping[Purpose, str]] = {
    Purpose.FIRST: msgid("First ranking"),
    Purpose.UPGRADE: msgid("Upgrade"),
    Purpose.RERANK: msgid("Ranking again"),
}
CHECKS: Final[Mapping[CommuneCheck, str]] = {
    CommuneCheck.ORIGIN: msgid("Origin and local material"),
    CommuneCheck.LABOUR: msgid("Local labour"),
    CommuneCheck.IDEA: msgid("Origin of the idea"),
    CommuneCheck.IDENTITY: msgid("Local identity"),
}
KNOCKOUTS: Final[Mapping[Knockout, str]] = {
    Knockout.FORGED: msgid("The dossier is forged"),
    Knockout.NO_SAFETY_CERTIFICATE: msgid("No certificate of food safety"),
    Knockout.NOT_AS_REGISTERED: msgid("The dossier is not what was registered"),
    Knockout.COMMON_PRODUCT: msgid("A common product without standing out"),
    Knockout.FOREIGN_MATTER: msgid("Dangerous foreign matter"),
    Knockout.IDENTICAL_PRODUCT: msgid("The same as another producer's product"),
    Knockout.FOREIGN_MATERIAL: msgid("All material imported or of unknown origin"),
    Knockout.NOT_DECLARED: msgid("Not declared as the law asks"),
    Knockout.INFRINGES_RIGHTS: msgid("Infringes intellectual property"),
    Knockout.ZERO_IN_TEST: msgid("0 points in a test of the senses"),
}
GROUNDS: Final[Mapping[RevocationGround, str]] = {
    RevocationGround.FORGED_INFORMATION: msgid("Forged information"),
    RevocationGround.CRITERIA_NOT_MET: msgid("Criteria no longer met"),
    RevocationGround.BREACH_OF_LAW: msgid("Breach of the law"),
    RevocationGround.MARK_MISUSED: msgid("Misuse of the OCOP mark"),
    RevocationGround.PRODUCTION_STOPPED: msgid("Production stopped"),
    RevocationGround.OTHER_CONCLUSION: msgid("Another conclusion of an authority"),
}
FILE_KINDS: Final[Mapping[FileKind, str]] = {
    FileKind.PHOTO: msgid("Photo"),
    FileKind.CERTIFICATE: msgid("Certificate of the product"),
}
