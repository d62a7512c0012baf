"""Dossiers in motion: submitted, supplemented, accepted, decided, refused, withdrawn; each with its leaf.

Actions call these for people, operations for procedures; both hold the dossier's row until the commit. Nothing here
asks who may do it: the caller does, or the procedure says who.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from engine.audit import Plain
from engine.dossier_events import (
    DossierAccepted,
    DossierDecided,
    DossierOpened,
    DossierRefused,
    DossierSubmitted,
    DossierWithdrawn,
    SupplementAsked,
)
from engine.dossiers import (
    Dossier,
    DossierKind,
    DossierState,
    PartRule,
    Submission,
    SupplementRequest,
    digest_of,
    manifest,
    parts_of,
)
from engine.events import Private
from engine.ids import AgencyId, DocumentId, DossierId, LocalityId, PersonId
from engine.messages import Sending, SendingKind
from engine.people import Person
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDossier:
    """A dossier about to be opened; the fields are those of Dossier, *parts* the rules of its kind."""

    kind: DossierKind
    receiver_id: AgencyId
    subject: str
    rules_id: str
    parts: Sequence[PartRule]
    locality_id: LocalityId | None = None
    own_document_id: DocumentId | None = None
    received_document_id: DocumentId | None = None
    submit_by: date | None = None


def begin(new: NewDossier, *, by: Person, at: datetime, work: UnitOfWork) -> Dossier:
    """Open a dossier of the person's agency; the caller has judged the fields."""
    dossier = Dossier(
        id=DossierId(work.new_id()),
        kind=new.kind,
        agency_id=by.agency_id,
        receiver_id=new.receiver_id,
        subject=" ".join(new.subject.split()),
        rules_id=new.rules_id,
        opened_at=at,
        opened_by=by.id,
        locality_id=new.locality_id,
        own_document_id=new.own_document_id,
        received_document_id=new.received_document_id,
        submit_by=new.submit_by,
        parts=parts_of(new.parts),
    )
    work.dossiers.add(dossier)
    work.record(
        DossierOpened(
            by=by.id,
            at=at,
            agency_id=by.agency_id,
            dossier_id=dossier.id,
            kind=dossier.kind.value,
            receiver_id=dossier.receiver_id,
            rules=dossier.rules_id,
        )
    )
    return dossier


ANSWERED: Final = "dossier_answered"
"""The message that tells the procedure of who composed a dossier what became of it; its correlation is its id."""
WITHDRAWN: Final = "dossier_withdrawn"
"""The message that tells the procedure of who decides on a dossier that it was taken back.

Its correlation is the id of the dossier, or of the document it came as.
"""
_PASS_MESSAGE: Final = "pass_message"  # noqa: S105  a job's name


def tell(
    dossier: Dossier, agency_id: AgencyId, name: str, work: UnitOfWork, document_id: DocumentId | None = None
) -> None:
    """Have the worker tell the agency's procedure that waits for this message how the dossier stands, if one does.

    It is known by the dossier, or by the document it works on: of *document_id*, where that is given.
    """
    correlation = str(document_id or dossier.id)
    if not work.messages.waiting(agency_id, SendingKind.MESSAGE, name, correlation):
        return
    asked = dossier.supplement
    until = asked.until.isoformat() if asked and asked.until else None
    said = {"state": dossier.state.value, "until": until, "submission": len(dossier.submissions)}
    sending = Sending(
        id=work.new_id(), agency_id=agency_id, name=name, correlation=correlation, payload=json.dumps(said)
    )
    work.jobs.defer(_PASS_MESSAGE, sending.arguments())


def submit(
    dossier: Dossier,
    content: Mapping[str, Plain] | None = None,
    *,
    by: PersonId,
    at: datetime,
    work: UnitOfWork,
    rules_id: str | None = None,
) -> Dossier:
    """Submit a locked dossier: what it consists of is listed in a manifest, whose digest becomes a leaf.

    Args:
        dossier: Locked, with all its files.
        content: What its kind has beside files, as ``engine.dossiers.manifest`` takes it.
        by: Who submits.
        at: When.
        work: The transaction.
        rules_id: The version of the rules it is judged by, where it is another than it was composed under.

    Raises:
        DossierNotInState, SubmittedTooLate, PartsMissing, RulesPinned: It cannot be submitted.
    """
    ordinal = len(dossier.submissions) + 1
    pinned = replace(dossier, rules_id=rules_id or dossier.rules_id)
    listed = manifest(pinned, ordinal, content)
    submission = Submission(ordinal=ordinal, at=at, by=by, manifest_sha256=digest_of(listed))
    submitted = work.dossiers.save(dossier.submitted(submission, rules_id))
    work.dossiers.add_submission(dossier.id, submission, listed)
    work.record(_submitted(submitted))
    return submitted


def _submitted(dossier: Dossier) -> DossierSubmitted:
    submission = dossier.submissions[-1]
    return DossierSubmitted(
        by=submission.by,
        at=submission.at,
        agency_id=dossier.agency_id,
        dossier_id=dossier.id,
        ordinal=submission.ordinal,
        rules=dossier.rules_id,
        receiver_id=dossier.receiver_id,
        manifest_sha256=submission.manifest_sha256,
        files=len(dossier.files),
        document_id=dossier.own_document_id,
    )


def ask_supplement(
    dossier: Dossier, reason: str, until: date | None, *, by: PersonId, at: datetime, work: UnitOfWork
) -> Dossier:
    """Ask for a supplement of a locked dossier: from now on its files may change until it is submitted again.

    Raises:
        DossierNotInState: It is not under way.
        SupplementInvalid: No reason is given, or the day is over.
    """
    asked = SupplementRequest(asked_at=at, asked_by=by, reason=reason.strip(), until=until)
    waiting = work.dossiers.save(dossier.supplement_asked(asked))
    work.dossiers.ask(dossier.id, waiting.submissions[-1])
    work.record(
        SupplementAsked(
            by=by,
            at=at,
            agency_id=dossier.receiver_id,
            dossier_id=dossier.id,
            ordinal=waiting.submissions[-1].ordinal,
            until=until,
            reason=Private(value=asked.reason),
        )
    )
    tell(waiting, waiting.agency_id, ANSWERED, work)
    return waiting


def accept(dossier: Dossier, *, by: PersonId, at: datetime, work: UnitOfWork) -> Dossier:
    """Note that a locked dossier is complete; raises DossierNotInState."""
    accepted = work.dossiers.save(dossier.in_state(DossierState.COMPLETE))
    ordinal = accepted.submissions[-1].ordinal
    work.record(DossierAccepted(by=by, at=at, agency_id=dossier.receiver_id, dossier_id=dossier.id, ordinal=ordinal))
    return accepted


def decide(
    dossier: Dossier, document_id: DocumentId | None, *, by: PersonId, at: datetime, work: UnitOfWork
) -> Dossier:
    """Note that what a locked dossier asked for was decided, by this document; raises DossierNotInState."""
    decided = work.dossiers.save(dossier.in_state(DossierState.DECIDED))
    work.record(
        DossierDecided(by=by, at=at, agency_id=dossier.receiver_id, dossier_id=dossier.id, document_id=document_id)
    )
    tell(decided, decided.agency_id, ANSWERED, work)
    return decided


def refuse(dossier: Dossier, reason: str, *, by: PersonId, at: datetime, work: UnitOfWork) -> Dossier:
    """Refuse a locked dossier; raises DossierNotInState."""
    refused = work.dossiers.save(dossier.in_state(DossierState.REFUSED))
    work.record(
        DossierRefused(by=by, at=at, agency_id=dossier.receiver_id, dossier_id=dossier.id, reason=Private(value=reason))
    )
    tell(refused, refused.agency_id, ANSWERED, work)
    return refused


def withdraw(dossier: Dossier, reason: str, *, by: PersonId, at: datetime, work: UnitOfWork) -> Dossier:
    """Take a locked dossier back before it is decided on; raises DossierNotInState."""
    withdrawn = work.dossiers.save(dossier.in_state(DossierState.WITHDRAWN))
    work.record(
        DossierWithdrawn(by=by, at=at, agency_id=dossier.agency_id, dossier_id=dossier.id, reason=Private(value=reason))
    )
    tell(withdrawn, withdrawn.agency_id, ANSWERED, work)
    tell(withdrawn, withdrawn.receiver_id, WITHDRAWN, work)
    if withdrawn.received_document_id is not None:
        tell(withdrawn, withdrawn.receiver_id, WITHDRAWN, work, withdrawn.received_document_id)
    return withdrawn
