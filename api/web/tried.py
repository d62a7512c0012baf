"""A form of a work item that was sent and refused, to be shown again."""

from dataclasses import dataclass

from api.web.forms import Form
from api.web.uploads import Uploads
from engine.errors import NeighbourAway, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What was tried: which outcome or other deed, what was typed and brought, why it was refused."""

    outcome: str
    form: Form
    refusal: Refusal | NeighbourAway
    uploads: Uploads | None = None
