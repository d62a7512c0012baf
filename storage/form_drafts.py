"""Forms filled in halfway, as rows; the end of a work item removes them (storage.work_items)."""

from collections.abc import Collection

from sqlalchemy import Text, all_, bindparam, delete, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from engine.form_drafts import FormDraft
from engine.ids import PersonId, WorkItemId
from storage.schema import form_drafts
from storage.statements import Fixed, Statements

_NAMES = tuple(column.name for column in form_drafts.c)
_ONE = (
    form_drafts.c.work_item_id == bindparam("of_item"),
    form_drafts.c.person_id == bindparam("of_person"),
)
_NEW = insert(form_drafts)
_SAVE = _NEW.on_conflict_do_update(
    index_elements=["work_item_id", "person_id"],
    set_={name: _NEW.excluded[name] for name in _NAMES if name not in ("work_item_id", "person_id")},
)

_KEEP_ONLY = Fixed(
    delete(form_drafts).where(
        form_drafts.c.work_item_id == bindparam("of_item"),
        form_drafts.c.outcome != all_(bindparam("outcomes", type_=ARRAY(Text))),
    )
)


class PostgresFormDrafts:
    """Drafts of forms, as one transaction sees them."""

    def __init__(self, connection: Statements) -> None:
        self._connection = connection

    def find(self, work_item_id: WorkItemId, person_id: PersonId) -> FormDraft | None:
        """Return the person's draft for the item, or None."""
        one = {"of_item": work_item_id, "of_person": person_id}
        row = self._connection.execute(select(form_drafts).where(*_ONE), one).one_or_none()
        return FormDraft(**{name: getattr(row, name) for name in _NAMES}) if row else None

    def save(self, draft: FormDraft) -> None:
        """Keep the draft, in place of the one before."""
        self._connection.later(_SAVE, {name: getattr(draft, name) for name in _NAMES})

    def remove(self, work_item_id: WorkItemId, person_id: PersonId) -> bool:
        """Forget the person's draft; say whether there was one."""
        one = {"of_item": work_item_id, "of_person": person_id}
        removed = delete(form_drafts).where(*_ONE).returning(form_drafts.c.outcome)
        return self._connection.execute(removed, one).one_or_none() is not None

    def keep_only(self, work_item_id: WorkItemId, outcomes: Collection[str]) -> None:
        """Forget everybody's drafts of the item for other outcomes than these."""
        self._connection.later(_KEEP_ONLY, {"of_item": work_item_id, "outcomes": sorted(outcomes)})
