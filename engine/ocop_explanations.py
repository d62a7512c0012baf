"""Why the dossier of an OCOP product stands where it stands: points, levels that are missed, whose turn, what law.

It is computed from what is on record at each look and never kept. Source: Decision 26/2026/QĐ-TTg.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from engine.documents import IncomingDocument
from engine.dossier_turns import Turn, before_council, turns_of
from engine.dossiers import Dossier, DossierState
from engine.explanations import Sentence
from engine.ocop_proposals import CommuneCheck, Proposal
from engine.ocop_ratings import Rating
from engine.ocop_results import stars_in
from engine.ocop_terms import Purpose
from engine.ports import UnitOfWork
from engine.scoring import BANDS, LEAST_RECOGNISED

LAW: Final[Mapping[str, str]] = {
    "commune": "The commune has 15 working days from receipt; it assesses origin, labour, idea and identity alone.",
    "frozen": "What was submitted is frozen by its digest; it changes only when a supplement is asked for.",
    "clock": "While the commune supplies what is missing, the time limits of the province stand.",
    "bands": "The exact mean of the members' sheets counts: from 90 points 5 stars, from 70 4, from 50 3, from 30 2.",
    "gates": "A level marked with stars is the least to be reached in its item for that rank; points alone do not do."
    " That a rank is capped where one is missed is how this is read here; the decision does not say it.",
    "rerank": "A product is ranked again within 45 days of the full dossier, by opinions in writing.",
    "transition": "What was filed before 22/05/2026 is judged by the older decision, and finished by its last day.",
    "decider": "The chairman of the province recognises 3 and 4 stars, the minister 5; of 1 and 2 stars no decision is"
    " made.",
}
"""What the law says, by what it is about."""

CHECKED: Final = "The commune has answered %(done)s of %(all)s points of its report."
NOT_CONFIRMED: Final = "The commune did not confirm %(count)s of its points."
EMPTY: Final = "Required parts without a file: %(parts)s."
SIGNED: Final = "%(signed)s members of the council have signed their score sheets."
MEAN: Final = "The mean of %(sheets)s sheets is %(mean)s points: %(band)s stars by points alone."
CAPPED: Final = "Least levels that are missed leave it %(stars)s stars."
WANTING: Final = "%(short)s points are wanting for %(next)s stars."
EXCLUDED: Final = "A member found a ground for exclusion, so it has no stars."
RECOGNISED: Final = "It is recognised with %(stars)s stars by decision %(number)s until %(until)s."
NOT_RECOGNISED: Final = "Fewer than 3 stars are not recognised: no decision is made and no certificate given."
PROPOSED: Final = "The province approved the result; 5 stars are the minister's to recognise."
DUE: Final = "It is due on %(day)s."
OVER: Final = "Nothing more is to be done."
AGAINST: Final = frozenset({NOT_CONFIRMED, EMPTY, CAPPED, EXCLUDED, NOT_RECOGNISED})
"""What speaks against the product, so that pages say it louder."""
_OVER: Final = frozenset({DossierState.DECIDED, DossierState.REFUSED, DossierState.WITHDRAWN, DossierState.CLOSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedLevel:
    """A least level that the sheets do not reach: for which rank, what is asked, what the mean is, what is wanting.

    Attributes:
        below: How many sheets are below it.
    """

    item: str
    label: str
    star: int
    needed: int
    mean: Decimal
    short_by: Decimal
    below: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OcopExplanation:
    """Why the dossier stands where it stands.

    Attributes:
        stars: As the sheets came out; None before, and where it is excluded.
        missed: Least levels that are missed up to the rank its points would give.
        recognised: The certificate that this dossier led to, or None.
    """

    dossier: Dossier
    proposal: Proposal
    product: str
    mean: Decimal | None
    stars: int | None
    missed: tuple[MissedLevel, ...]
    turns: tuple[Turn, ...]
    said: tuple[Sentence, ...]
    law: tuple[str, ...]
    recognised: Rating | None


def explain(dossier: Dossier, work: UnitOfWork) -> OcopExplanation:
    """Return why the dossier stands where it stands; whoever asks may read it.

    Raises:
        ProposalNotFound: It is no dossier of OCOP.
    """
    proposal = work.ocop.proposals.get(dossier.id)
    result: Mapping[str, Any] = proposal.result or {}
    turns, recognised = turns_of(dossier, work), _recognised(dossier, proposal, work)
    return OcopExplanation(
        dossier=dossier,
        proposal=proposal,
        product=work.ocop.register.get(proposal.product_id).name,
        mean=Decimal(result["shown"]) if result else None,
        stars=stars_in(result) or None,
        missed=tuple(_missed(result)),
        turns=turns,
        said=(
            *_composed(dossier, proposal),
            *_scored(dossier, proposal, result, work),
            *before_council(dossier, work),
            *_ended(dossier, result, recognised, turns),
            *_due(dossier, work),
        ),
        law=tuple(LAW[about] for about in laws_about(dossier, proposal)),
        recognised=recognised,
    )


def _recognised(dossier: Dossier, proposal: Proposal, work: UnitOfWork) -> Rating | None:
    """Return the certificate by the decision on this very dossier; an earlier one of the product is not its own."""
    if dossier.received_document_id is None:
        return None
    answers = {one.id for one in work.documents.replies_to(dossier.received_document_id)}
    return next((one for one in work.ocop.ratings.of(proposal.product_id) if one.document_id in answers), None)


def _missed(result: Mapping[str, Any]) -> Iterator[MissedLevel]:
    for gate in result.get("unmet", ()):
        mean = Decimal(gate["mean"])
        yield MissedLevel(
            item=gate["item"],
            label=gate["label"],
            star=gate["star"],
            needed=gate["needed"],
            mean=mean,
            short_by=gate["needed"] - mean,
            below=gate["below"],
        )


def _composed(dossier: Dossier, proposal: Proposal) -> Iterator[Sentence]:
    """Say what the commune has done, and what is missing while the dossier is open."""
    doubted = sum(not one.confirmed for one in proposal.findings.values())
    if dossier.is_open:
        yield Sentence(template=CHECKED, facts={"done": len(proposal.findings), "all": len(CommuneCheck)})
        empty = [part.name for part in dossier.parts if part.required and not part.files]
        if empty:
            yield Sentence(template=EMPTY, facts={"parts": "; ".join(empty)})
    if dossier.supplement is not None:
        reason = dossier.supplement.reason
        yield Sentence(template="The commune supplies what was asked for: %(reason)s", facts={"reason": reason})
    if doubted:
        yield Sentence(template=NOT_CONFIRMED, facts={"count": doubted})


def _scored(dossier: Dossier, proposal: Proposal, result: Mapping[str, Any], work: UnitOfWork) -> Iterator[Sentence]:
    """Say what the sheets came to; before that, how many are signed."""
    if not result:
        if dossier.state is DossierState.COMPLETE:
            sheets = proposal.of_round(work.ocop.proposals.sheets(dossier.id))
            yield Sentence(template=SIGNED, facts={"signed": sum(sheet.signed for sheet in sheets)})
        return
    mean, band = Decimal(result["shown"]), result["band"]
    yield Sentence(template=MEAN, facts={"sheets": result["sheets"], "mean": mean, "band": band})
    if result["stars"] is None:
        yield Sentence(template=EXCLUDED)
    elif result["stars"] < band:
        yield Sentence(template=CAPPED, facts={"stars": result["stars"]})
    above = next((limit for limit in reversed(BANDS) if limit[1] == band + 1), None)
    if above is not None:
        yield Sentence(template=WANTING, facts={"short": above[0] - mean, "next": above[1]})


def _ended(
    dossier: Dossier, result: Mapping[str, Any], recognised: Rating | None, turns: tuple[Turn, ...]
) -> Iterator[Sentence]:
    if recognised is not None:
        facts = {"stars": recognised.stars, "number": recognised.decision, "until": recognised.holds_until}
        yield Sentence(template=RECOGNISED, facts=facts)
    elif dossier.state is DossierState.DECIDED and result:
        yield Sentence(template=PROPOSED if stars_in(result) >= LEAST_RECOGNISED else NOT_RECOGNISED)
    if dossier.state in _OVER and not turns:
        yield Sentence(template=OVER)


def _due(dossier: Dossier, work: UnitOfWork) -> Iterator[Sentence]:
    """Say until when whoever has the dossier is to be done with it; nothing while their clock stands."""
    held = dossier.received_document_id or dossier.own_document_id
    slip = work.documents.get(held) if held and dossier.state not in _OVER else None
    if isinstance(slip, IncomingDocument) and slip.pause is None and slip.due_date is not None:
        yield Sentence(template=DUE, facts={"day": slip.due_date})


def laws_about(dossier: Dossier, proposal: Proposal) -> Iterator[str]:
    """Give the keys of LAW that matter to the dossier as it stands."""
    yield "frozen" if dossier.submissions else "commune"
    if dossier.state is DossierState.SUPPLEMENT_ASKED:
        yield "clock"
    if proposal.finish_by is not None:
        yield "transition"
    if proposal.purpose is Purpose.RERANK:
        yield "rerank"
    yield "bands"
    if not proposal.result or proposal.result.get("unmet"):
        yield "gates"
    yield "decider"
