"""What kinds, states and stages of dossiers are called on a page, in English."""

from collections.abc import Mapping
from typing import Final

from api.web.words import msgid
from engine.assessments import Opinion, Stage
from engine.contributions import ContributionSource
from engine.dossiers import DossierKind, DossierState

KINDS: Final[Mapping[DossierKind, str]] = {
    DossierKind.NTM: msgid("Recognition dossier"),
    DossierKind.OCOP: msgid("OCOP dossier"),
    DossierKind.CASE: msgid("One-stop case"),
}
STATES: Final[Mapping[DossierState, str]] = {
    DossierState.DRAFT: msgid("being composed"),
    DossierState.SUBMITTED: msgid("submitted to the province"),
    DossierState.SUPPLEMENT_ASKED: msgid("a supplement is asked"),
    DossierState.COMPLETE: msgid("found complete"),
    DossierState.DECIDED: msgid("decided on"),
    DossierState.REFUSED: msgid("refused by the province"),
    DossierState.WITHDRAWN: msgid("withdrawn by its agency"),
    DossierState.CLOSED: msgid("closed and archived"),
}
STAGES: Final[Mapping[Stage, str]] = {
    Stage.SELF: msgid("Self-assessed"),
    Stage.VERIFIED: msgid("Verified"),
    Stage.APPRAISED: msgid("Appraised"),
}
OPINIONS: Final[Mapping[Opinion, str]] = {
    Opinion.AGREED: msgid("agrees"),
    Opinion.AGREED_ON_CONDITION: msgid("agrees on condition"),
    Opinion.NOT_AGREED: msgid("does not agree"),
}
SOURCES: Final[Mapping[ContributionSource, str]] = {
    ContributionSource.ORGANISATION: msgid("Organisation"),
    ContributionSource.VILLAGE_MEETING: msgid("Village meeting"),
    ContributionSource.PEOPLE: msgid("People of the commune"),
}
