"""What can happen to procedure models besides being deployed."""

from dataclasses import dataclass

from engine.events import Event
from engine.ids import DefinitionId


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionActivated(Event):
    """A version was chosen for new instances; *instead_of* is the version they ran by until then."""

    action = "definition.activated"
    subject_type = "definition"
    definition_id: DefinitionId
    key: str
    version: int
    instead_of: DefinitionId | None
