"""What the table of revocation (bpmn/ntm_revocation/revocation.dmn) asks: how many criteria fail, and which weigh.

Source: Decision 18/2022/QĐ-TTg: a locality is held against the set in force now. The criteria that weigh are named by
it for the sets of 2021–25; for those of 2026–30 no text is known here, so none of theirs is marked as key.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from engine.criteria import CriteriaSet, SetFinding, Tier, Verdict
from engine.errors import Conflict

COMMUNES: Final = (Tier.COMMUNE, Tier.COMMUNE_ADVANCED, Tier.COMMUNE_MODEL, Tier.COMMUNE_MODERN)
"""Whose recognition the procedure revokes; districts ended on 1 July 2025, villages follow rules of their province."""
DISTRICTS: Final = (Tier.DISTRICT, Tier.DISTRICT_ADVANCED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationFacts:
    """Counts of criteria: that fail, that fail and weigh, of which something is not known, and all."""

    failed: int
    key_failed: int
    unknown: int
    total: int

    def parameters(self) -> dict[str, int]:
        """Return what a business rule task gives the table."""
        return {"failed": self.failed, "key_failed": self.key_failed, "total": self.total}


def revocation_facts(found: SetFinding) -> RevocationFacts:
    """Return the counts of a judged set; what is not known counts as not failing, and is told."""
    failing = [each.criterion for each in found.criteria if each.verdict is Verdict.NOT_MET]
    unknown = (Verdict.MISSING, Verdict.TO_BE_ENTERED)
    return RevocationFacts(
        failed=len(failing),
        key_failed=sum(criterion.key for criterion in failing),
        unknown=sum(each.verdict in unknown for each in found.criteria),
        total=len(found.criteria),
    )


def numbers_in(text: str, criteria: CriteriaSet) -> frozenset[int]:
    """Return the numbers of criteria in a text as '3, 10, 17'; none in an empty one.

    Raises:
        FailingUnreadable: Something in it is no number.
        FailingUnknown: The set has no criterion of that number.
    """
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    if any(not (part.isascii() and part.isdecimal()) or len(part) > len("999") for part in parts):
        raise FailingUnreadable
    numbers = frozenset(int(part) for part in parts)
    unknown = numbers - {each.number for each in criteria.criteria}
    if unknown:
        raise FailingUnknown(number=min(unknown), total=len(criteria.criteria))
    return numbers


def counted(criteria: CriteriaSet, failing: AbstractSet[int], *, says_key: bool) -> RevocationFacts:
    """Return the counts of what a person found failing.

    Where the set marks no criterion as key (see above), whoever checked says whether one of them weighs.
    """
    key = {each.number for each in criteria.criteria if each.key}
    weighing = len(failing & key) if key else int(says_key and bool(failing))
    return RevocationFacts(failed=len(failing), key_failed=weighing, unknown=0, total=len(criteria.criteria))


class FailingUnreadable(Conflict):
    """What is given as numbers of criteria is none."""

    code = "revocation.numbers_unreadable"
    template = (
        "Write the numbers of the criteria that fail with commas between, as in 3, 10, 17; leave it empty for none."
    )


class FailingUnknown(Conflict):
    """The set in force has no criterion of that number."""

    code = "revocation.criterion_unknown"
    template = "The criteria in force are numbered up to %(total)s; there is none of number %(number)s. Correct it."


class NotRevocable(Conflict):
    """It is no recognition of a commune."""

    code = "revocation.not_of_commune"
    template = "Only the recognition of a commune is revoked by this procedure. Choose one of its levels."


class DistrictNotRevocable(Conflict):
    """It is a recognition of a district: another decides, and there are none any more."""

    code = "revocation.of_district"
    template = (
        "Districts ended on 1 July 2025, and the Prime Minister decided on their recognition, not the province"
        " (Decision 18/2022/QĐ-TTg). Propose the revocation of a commune instead."
    )


class RevocationRunning(Conflict):
    """It was proposed before, and that proposal is being dealt with."""

    code = "revocation.running"
    template = (
        "The revocation of this recognition is proposed already, by the document that arrived under number"
        " %(number)s. Wait until it is decided on, or add your findings to that document."
    )
