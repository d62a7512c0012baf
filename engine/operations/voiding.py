"""Signatures that count no more: what was given on a version of a document ends with that version."""

from engine.events import Private
from engine.operations.move import Move
from engine.signatures import is_signer_field
from engine.signer_events import SignaturesVoided
from engine.signings import SigningState


def void_signatures(move: Move, reason: str) -> None:
    """Take the signatures of people off the document of the move, and say so in the log if any had been given.

    What was prepared and not signed yet is dropped; a worker that signs it at this moment keeps nothing of it.
    """
    work, document = move.work, move.document
    dropped = [one for one in work.signings.of_document(document.id) if is_signer_field(one.field)]
    for signing in dropped:
        work.signings.save(signing.voided(reason or "–"))
    given = [signing for signing in dropped if signing.state is SigningState.SIGNED]
    if given:
        work.record(
            SignaturesVoided(
                by=move.by,
                at=move.at,
                agency_id=document.agency_id,
                document_id=document.id,
                reason=Private(value=reason),
                signatures=[signing.id for signing in given],
                signers=[signing.asked_by for signing in given],
                fields=[signing.field for signing in given],
                digests=[signing.digest for signing in given],
            )
        )
