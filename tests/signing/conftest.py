"""Documents in every state of their life, each made once a session from the one before."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.letters import Letter
from engine.pdfs import RenderedLetter
from engine.signatures import SignerRole
from signing.room import Room
from tests.signing.samples import DATE_LINE, NUMBER_LINE, a_letter, sign
from tests.support import pki
from tests.support.pki import CHAIRMAN, SEAL, Office

office = pki.office
fonts = pki.fonts


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One decision, from the page to the archive."""

    letter: Letter
    rendered: RenderedLetter
    prepared: bytes
    signed: bytes
    numbered: bytes
    sealed: bytes
    archived: bytes
    ended_at: datetime


@pytest.fixture(scope="session")
def room(office: Office) -> Room:
    """A room in this very process."""
    return Room(office.settings)


@pytest.fixture(scope="session")
def life(room: Room) -> Life:
    """A decision that went all the way."""
    letter = a_letter()
    rendered = room.render(letter, datetime.now(UTC))
    prepared = room.prepare_fields(rendered.content, rendered.layout)
    signed = sign(room, prepared, SignerRole.OFFICIAL, CHAIRMAN)
    numbered = room.fill_number(signed, NUMBER_LINE, DATE_LINE)
    sealed = sign(room, numbered, SignerRole.SEAL, SEAL)
    archived = room.extend(sealed, datetime.now(UTC))
    return Life(
        letter=letter,
        rendered=rendered,
        prepared=prepared,
        signed=signed,
        numbered=numbered,
        sealed=sealed,
        archived=archived,
        ended_at=datetime.now(UTC),
    )


@pytest.fixture(scope="session")
def archived_file(life: Life, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archived decision as a file, for programs."""
    path = tmp_path_factory.mktemp("archived") / "decision.pdf"
    path.write_bytes(life.archived)
    return path
