"""Proposals of OCOP products and the sheets of their councils, as rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from engine.documents import VersionKind
from engine.ids import AgencyId, DocumentId, DossierId, OcopProductId, OcopSheetId, PersonId, RubricId
from engine.ocop_products import ProductMoved
from engine.ocop_proposals import CommuneCheck, Finding, MemberSheet, Proposal, ProposalNotFound
from engine.ocop_terms import Purpose
from engine.rubrics import Knockout
from engine.scoring import Score, Sheet
from storage.schema import document_versions, dossiers, ocop_proposals, ocop_sheets
from storage.statements import AnyRow, Fixed, Statements

_P, _S = ocop_proposals.c, ocop_sheets.c
_ONE = select(ocop_proposals).where(_P.dossier_id == bindparam("dossier"))
_GET, _LOCK = Fixed(_ONE), Fixed(_ONE.with_for_update())
_OF_DOCUMENT = Fixed(
    select(ocop_proposals)
    .join(dossiers, dossiers.c.id == _P.dossier_id)
    .where(dossiers.c.received_document_id == bindparam("document"))
)
_OF_PRODUCT = Fixed(select(ocop_proposals).where(_P.product_id == bindparam("product")).order_by(_P.dossier_id.desc()))
_signed = (
    select(document_versions.c.document_id)
    .where(document_versions.c.document_id == _S.document_id, document_versions.c.kind == VersionKind.SIGNED.value)
    .exists()
)
_SHEETS = Fixed(
    select(ocop_sheets, _signed.label("signed"))
    .where(_S.dossier_id == bindparam("dossier"), _S.replaced_by.is_(None))
    .order_by(_S.id)
)


class PostgresOcopProposals:
    """What OCOP dossiers have beside their files, as one transaction sees it."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def get(self, dossier_id: DossierId) -> Proposal:
        """Return the proposal, or raise ProposalNotFound."""
        return self._found(_GET, dossier_id)

    def lock(self, dossier_id: DossierId) -> Proposal:
        """Return the proposal for changing, or raise ProposalNotFound."""
        return self._found(_LOCK, dossier_id)

    def _found(self, statement: Fixed, dossier_id: DossierId) -> Proposal:
        row = self._connection.ask_one(statement, {"dossier": dossier_id})
        if row is None:
            raise ProposalNotFound
        return _proposal(row)

    def find_of_document(self, document_id: DocumentId) -> Proposal | None:
        """Return the proposal whose dossier is handled with this incoming document, or None."""
        row = self._connection.ask_one(_OF_DOCUMENT, {"document": document_id})
        return None if row is None else _proposal(row)

    def of_product(self, product_id: OcopProductId) -> Sequence[Proposal]:
        """Return the proposals of a product, the newest first."""
        return [_proposal(row) for row in self._connection.ask(_OF_PRODUCT, {"product": product_id})]

    def add(self, proposal: Proposal) -> None:
        """Keep a new proposal."""
        self._connection.execute(insert(ocop_proposals), _values(proposal))

    def save(self, proposal: Proposal) -> None:
        """Keep the new value of a locked proposal; raises ProductMoved if its rev is not the next one."""
        changed = update(ocop_proposals).where(_P.dossier_id == proposal.dossier_id, _P.rev == proposal.rev - 1)
        if not self._connection.execute(changed.values(**_values(proposal))).rowcount:
            raise ProductMoved

    def sheets(self, dossier_id: DossierId) -> Sequence[MemberSheet]:
        """Return the members' sheets that count, in the order of their filling in."""
        return [_sheet(row) for row in self._connection.ask(_SHEETS, {"dossier": dossier_id})]

    def put_sheet(self, sheet: MemberSheet) -> None:
        """Keep a member's sheet; one the member filled in before stays, replaced."""
        mine = (_S.dossier_id == sheet.dossier_id, _S.member_id == sheet.member_id, _S.replaced_by.is_(None))
        self._connection.execute(update(ocop_sheets).where(*mine).values(replaced_by=sheet.id))
        values = {
            "id": sheet.id,
            "dossier_id": sheet.dossier_id,
            "member_id": sheet.member_id,
            "rubric_id": sheet.sheet.rubric_id,
            "choices": dict(sheet.sheet.choices),
            "case_number": sheet.sheet.case,
            "knockouts": {
                "named": [each.value for each in sheet.sheet.knockouts],
                "all": [each.value for each in sheet.score.knockouts],
            },
            "points": {"items": dict(sheet.score.points), "parts": dict(sheet.score.parts)},
            "total": sheet.score.total,
            "filled_at": sheet.filled_at,
            "document_id": sheet.document_id,
            "scoring_round": sheet.scoring_round,
        }
        self._connection.execute(insert(ocop_sheets), values)

    def note_document(self, sheet: MemberSheet, document_id: DocumentId) -> None:
        """Note which document the sheet became."""
        self._connection.execute(update(ocop_sheets).where(_S.id == sheet.id).values(document_id=document_id))


def _values(proposal: Proposal) -> dict[str, Any]:
    plain = {column.name: getattr(proposal, column.name) for column in ocop_proposals.c}
    findings = {
        check.value: {"confirmed": finding.confirmed, "note": finding.note}
        for check, finding in proposal.findings.items()
    }
    return plain | {"purpose": proposal.purpose.value, "findings": findings}


def _proposal(row: AnyRow) -> Proposal:
    plain = {column.name: getattr(row, column.name) for column in ocop_proposals.c}
    findings = {CommuneCheck(check): Finding(**found) for check, found in row.findings.items()}
    ids = {
        "dossier_id": DossierId(row.dossier_id),
        "product_id": OcopProductId(row.product_id),
        "agency_id": AgencyId(row.agency_id),
    }
    return Proposal(**plain | ids | {"purpose": Purpose(row.purpose), "findings": findings})


def _sheet(row: AnyRow) -> MemberSheet:
    return MemberSheet(
        id=OcopSheetId(row.id),
        dossier_id=DossierId(row.dossier_id),
        member_id=PersonId(row.member_id),
        sheet=Sheet(
            rubric_id=RubricId(row.rubric_id),
            choices=row.choices,
            case=row.case_number,
            knockouts=tuple(Knockout(word) for word in row.knockouts["named"]),
        ),
        score=Score(
            points=row.points["items"],
            total=row.total,
            parts=row.points["parts"],
            knockouts=tuple(Knockout(word) for word in row.knockouts["all"]),
        ),
        filled_at=row.filled_at,
        document_id=None if row.document_id is None else DocumentId(row.document_id),
        signed=row.signed,
        scoring_round=row.scoring_round,
    )
