"""Meetings that propose recognition, as rows."""

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select

from engine.ids import DossierId, FileId, PersonId
from engine.proposal_meetings import ProposalMeeting
from storage.schema import proposal_meetings
from storage.statements import AnyRow, Fixed, Statements

_OF = Fixed(
    select(proposal_meetings)
    .where(proposal_meetings.c.dossier_id == bindparam("dossier"))
    .order_by(proposal_meetings.c.ordinal.desc())
)


class PostgresProposalMeetings:
    """Meetings, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def of_dossier(self, dossier_id: DossierId) -> Sequence[ProposalMeeting]:
        """Return them, the newest first."""
        return [_meeting(row) for row in self._connection.ask(_OF, {"dossier": dossier_id})]

    def find_newest(self, dossier_id: DossierId) -> ProposalMeeting | None:
        """Return the newest, or None."""
        return next(iter(self.of_dossier(dossier_id)), None)

    def add(self, meeting: ProposalMeeting) -> None:
        """Keep a new one."""
        self._connection.execute(
            insert(proposal_meetings), {column.name: getattr(meeting, column.name) for column in proposal_meetings.c}
        )


def _meeting(row: AnyRow) -> ProposalMeeting:
    return ProposalMeeting(
        dossier_id=DossierId(row.dossier_id),
        ordinal=row.ordinal,
        held_at=row.held_at,
        place=row.place,
        chair=row.chair,
        secretary=row.secretary,
        present=row.present,
        agreed=row.agreed,
        disagreed=row.disagreed,
        said=row.said,
        file_id=FileId(row.file_id),
        recorded_at=row.recorded_at,
        recorded_by=PersonId(row.recorded_by),
        wanted=row.wanted,
    )
