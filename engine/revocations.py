"""What the table of revocation (bpmn/ntm_revocation/revocation.dmn) asks: how many criteria fail, and which weigh.

Source: Decision 18/2022/QĐ-TTg: a locality is held against the set in force now. The criteria that weigh are named by
it for the sets of 2021–25; for those of 2026–30 no text is known here, so none of theirs is marked as key.
"""

from dataclasses import dataclass

from engine.criteria import SetFinding, Verdict


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
