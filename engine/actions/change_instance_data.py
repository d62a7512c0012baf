"""Change data: an administrator corrects what a procedure knows."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine import administration, procedures
from engine.administration import Administration
from engine.administration_events import InstanceDataChanged
from engine.definitions import Definition
from engine.errors import FieldError
from engine.events import Private
from engine.instances import AdministrationInvalid, Instance
from engine.people import Person
from engine.ports import UnitOfWork
from engine.runtime.errors import DataNotPlain, ExpressionFailed
from engine.runtime.xml import text_of

FIXED: Final = frozenset({"document_id", "agency_id"})
"""What a procedure is about does not change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeInstanceData(Administration):
    """New values by their names; names that are not there stay as they are."""

    data: Mapping[str, object]


def change_instance_data(asked: ChangeInstanceData, *, by: Person, at: datetime, work: UnitOfWork) -> Instance:
    """Put the new values in place of the old; open work goes to others where the values say so.

    Raises:
        InstanceNotFound, NotAllowed: As for every administration of instances.
        AdministrationInvalid: So too; or the data are empty, not plain, of a name that the model does not know, or an
            open step cannot do with them.
        DataTooLarge: The procedure would know too much.
        InstanceEnded: It is over.
    """
    before = administration.lock(asked, by=by, work=work)
    written = _check(asked.data)
    move = procedures.prepare(before, by=by.id, at=at, work=work, even_suspended=True)
    known = procedures.look(before, work).data
    if not set(asked.data) <= {*known, *_named(work.definitions.get(before.definition_id))}:
        raise _wrong("unknown", "The model knows no such name; take ids of its steps or names from its expressions.")
    replaced = {name: known[name] for name in asked.data if name in known}
    try:
        procedures.change_data(move, asked.data)
    except DataNotPlain as cause:
        raise _wrong("not_plain", "Data are text, numbers, truth values, lists and objects.") from cause
    except (ExpressionFailed, ValueError) as cause:
        raise _wrong("not_usable", "An open step of the procedure cannot do with these data.") from cause
    work.record(
        InstanceDataChanged(
            by=by.id,
            at=at,
            agency_id=before.agency_id,
            instance_id=before.id,
            document_id=before.document_id,
            names=sorted(asked.data),
            before=Private(value=_written(replaced)),
            after=Private(value=written),
            reason=Private(value=asked.why),
        )
    )
    return move.instance


def _check(data: Mapping[str, object]) -> str:
    """Return the data as the log keeps them."""
    if not data:
        raise _wrong("required", "This field must not be empty.")
    if FIXED & set(data):
        raise _wrong("fixed", "What the procedure is about cannot be changed: document_id and agency_id.")
    try:
        return _written(data)
    except (TypeError, ValueError, RecursionError) as cause:
        raise _wrong("not_plain", "Data are text, numbers, truth values, lists and objects.") from cause


def _named(definition: Definition) -> Iterator[str]:
    """Yield every word that stands in the model: all its ids and all its expressions name are among them."""
    for file, content in definition.files.items():
        if file.endswith((".bpmn", ".dmn")):
            yield from re.findall(r"\w+", text_of(content))


def _written(data: Mapping[str, object]) -> str:
    return json.dumps(dict(data), ensure_ascii=False, allow_nan=False, sort_keys=True)


def _wrong(code: str, message: str) -> AdministrationInvalid:
    return AdministrationInvalid(errors=[FieldError(field="data", code=code, message=message)])
