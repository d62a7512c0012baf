"""Drafts before the public as rows, and what people say of them; an opinion knows nobody."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import bindparam, func, insert, select, tuple_, update

from engine.assessments import read, written
from engine.ids import AgencyId, DossierId, LocalityId, PersonId
from engine.public_drafts import OpinionCount, PublicDraft, PublicOpinion, PublicOpinionNotFound
from storage.schema import public_drafts, public_opinions
from storage.statements import AnyRow, Fixed, Statements

_D, _O = public_drafts.c, public_opinions.c
_MOST: Final = 500
_NEWEST = Fixed(select(public_drafts).where(_D.dossier_id == bindparam("dossier")).order_by(_D.ordinal.desc()).limit(1))
_BY_CODE = Fixed(select(public_drafts).where(_D.code == bindparam("printed")).order_by(_D.ordinal.desc()).limit(1))
_HOLD = Fixed(
    select(_D.ordinal).where(_D.dossier_id == bindparam("dossier"), _D.ordinal == 1).with_for_update(key_share=True)
)
_LAST = select(_D.dossier_id, func.max(_D.ordinal)).group_by(_D.dossier_id)
_OPEN = Fixed(
    select(public_drafts)
    .where(_D.until >= bindparam("day"), tuple_(_D.dossier_id, _D.ordinal).in_(_LAST))
    .order_by(_D.published_at.desc(), _D.dossier_id)
    .limit(_MOST)
)
_OPINIONS = Fixed(select(public_opinions).where(_O.dossier_id == bindparam("dossier")).order_by(_O.number.desc()))
_ANSWERED = Fixed(
    select(public_opinions)
    .where(_O.dossier_id == bindparam("dossier"), _O.response.is_not(None))
    .order_by(_O.number.desc())
    .limit(bindparam("most"))
)
_COUNTED = Fixed(
    select(
        func.count().label("given"),
        func.count().filter(_O.agreed).label("agreed"),
        func.count().filter(_O.text != "", _O.response.is_(None)).label("unanswered"),
    ).where(_O.dossier_id == bindparam("dossier"))
)
_OPINION = Fixed(
    select(public_opinions)
    .where(_O.dossier_id == bindparam("dossier"), _O.number == bindparam("of_number"))
    .with_for_update()
)
_SAVE = (
    update(public_opinions)
    .where(_O.dossier_id == bindparam("dossier"), _O.number == bindparam("of_number"))
    .values(
        response=bindparam("said"),
        responded_at=bindparam("at"),
        responded_by=bindparam("who"),
        rev=bindparam("new_rev"),
    )
)


class PostgresPublicDrafts:
    """Drafts before the public, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def find_newest(self, dossier_id: DossierId) -> PublicDraft | None:
        """Return the dossier's newest publication, or None."""
        row = self._connection.ask_one(_NEWEST, {"dossier": dossier_id})
        return None if row is None else _draft(row)

    def find_by_code(self, code: str) -> PublicDraft | None:
        """Return the newest publication under this code, or None."""
        row = self._connection.ask_one(_BY_CODE, {"printed": code})
        return None if row is None else _draft(row)

    def lock(self, draft: PublicDraft) -> None:
        """Hold the dossier's first publication, so that opinions are numbered one after another, on whichever."""
        self._connection.ask_one(_HOLD, {"dossier": draft.dossier_id})

    def open_on(self, day: date) -> Sequence[PublicDraft]:
        """Return the newest publication of every dossier that takes opinions on this day, the newest first."""
        return [_draft(row) for row in self._connection.ask(_OPEN, {"day": day})]

    def add(self, draft: PublicDraft) -> None:
        """Keep a new one."""
        names = (column.name for column in public_drafts.c if column.name != "reported")
        values = {name: getattr(draft, name) for name in names}
        kept = {code: written(value) for code, value in draft.values.items()}
        self._connection.execute(insert(public_drafts), {**values, "reported": kept})

    def opinions_of(self, dossier_id: DossierId, most: int | None = None) -> Sequence[PublicOpinion]:
        """Return what people said, the newest first; with *most*, that many of those that were answered."""
        if most is None:
            rows = self._connection.ask(_OPINIONS, {"dossier": dossier_id})
        else:
            rows = self._connection.ask(_ANSWERED, {"dossier": dossier_id, "most": most})
        return [_opinion(row) for row in rows]

    def count_opinions(self, dossier_id: DossierId) -> OpinionCount:
        """Return how many opinions there are, without reading them."""
        (row,) = self._connection.ask(_COUNTED, {"dossier": dossier_id})
        return OpinionCount(given=row.given, agreed=row.agreed, unanswered=row.unanswered)

    def lock_opinion(self, dossier_id: DossierId, number: int) -> PublicOpinion:
        """Return an opinion for answering it, or raise PublicOpinionNotFound."""
        row = self._connection.ask_one(_OPINION, {"dossier": dossier_id, "of_number": number})
        if row is None:
            raise PublicOpinionNotFound
        return _opinion(row)

    def add_opinion(self, opinion: PublicOpinion) -> None:
        """Keep a new one."""
        self._connection.execute(
            insert(public_opinions), {column.name: getattr(opinion, column.name) for column in public_opinions.c}
        )

    def save_opinion(self, opinion: PublicOpinion) -> None:
        """Keep the answer to a locked one."""
        self._connection.execute(
            _SAVE,
            {
                "dossier": opinion.dossier_id,
                "of_number": opinion.number,
                "said": opinion.response,
                "at": opinion.responded_at,
                "who": opinion.responded_by,
                "new_rev": opinion.rev,
            },
        )


def _draft(row: AnyRow) -> PublicDraft:
    kept = {code: read(text) for code, text in row.reported.items()}
    return PublicDraft(
        dossier_id=DossierId(row.dossier_id),
        ordinal=row.ordinal,
        agency_id=AgencyId(row.agency_id),
        locality_id=LocalityId(row.locality_id),
        code=row.code,
        place=row.place,
        until=row.until,
        published_at=row.published_at,
        published_by=PersonId(row.published_by),
        values={code: value for code, value in kept.items() if value is not None},
    )


def _opinion(row: AnyRow) -> PublicOpinion:
    return PublicOpinion(
        dossier_id=DossierId(row.dossier_id),
        number=row.number,
        draft=row.draft,
        agreed=row.agreed,
        text=row.text,
        given_at=row.given_at,
        response=row.response,
        responded_at=row.responded_at,
        responded_by=None if row.responded_by is None else PersonId(row.responded_by),
        rev=row.rev,
    )
