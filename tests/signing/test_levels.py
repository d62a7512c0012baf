"""Levels of PAdES: each is exactly what it says, and one that cannot be reached is refused, never made lower."""

import asyncio
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import ades_basic_validation, ades_lta_validation, ades_with_time_validation
from pyhanko.sign.validation.policy_decl import LocalKnowledge

from engine.renewals import LevelUnreachable
from engine.signatures import SignerRole, TimestampUnavailable
from engine.validations import Level, Verdict
from signing.levels import level_of
from signing.room import Room
from signing.trust import Trust, fetching, live
from tests.signing.conftest import Life
from tests.signing.samples import sign
from tests.support.pki import CHAIRMAN, Office


@pytest.fixture(scope="module")
def plain(office: Office) -> Room:
    """A room whose signatures carry no time-stamp."""
    return Room(replace(office.settings, level=Level.BASIC))


@pytest.fixture(scope="module")
def levels(room: Room, plain: Room, life: Life) -> dict[Level, bytes]:
    """The same page at each level."""
    stamped = sign(room, life.prepared, SignerRole.OFFICIAL, CHAIRMAN)
    return {
        Level.BASIC: sign(plain, life.prepared, SignerRole.OFFICIAL, CHAIRMAN),
        Level.TIMED: stamped,
        Level.LONG_TERM: room.extend(stamped, datetime.now(UTC), Level.LONG_TERM),
        Level.ARCHIVAL: room.extend(stamped, datetime.now(UTC), Level.ARCHIVAL),
    }


def opinions(content: bytes, office: Office, *, online: bool) -> list[str]:
    """Return what pyHanko says of the file as B-B, as B-T and as B-LTA."""
    trust = Trust.load(office.settings.roots, algorithms=office.settings.algorithms)
    (signature,) = PdfFileReader(BytesIO(content)).embedded_regular_signatures
    signature.compute_integrity_info()
    how = {"timing_info": live(datetime.now(UTC)), "raw_digest": signature.compute_digest()}

    async def asked() -> list[str]:
        async with fetching() if online else nullcontext() as backend:
            specification = trust.specification(LocalKnowledge(), backend)
            plain = specification.signature_validation_spec
            basic = await ades_basic_validation(signature.signed_data, plain, **how)
            timed = await ades_with_time_validation(signature.signed_data, plain, **how)
            lasting = await ades_lta_validation(signature, specification, live(datetime.now(UTC)))
        return [str(found.ades_subindic.standard_name) for found in (basic, timed, lasting)]

    return asyncio.run(asked())


@pytest.mark.parametrize("level", list(Level))
def test_each_level_is_what_it_says(office: Office, levels: dict[Level, bytes], level: Level) -> None:
    content = levels[level]
    basic, timed, _ = opinions(content, office, online=True)
    *_, alone = opinions(content, office, online=False)

    assert level_of(PdfFileReader(BytesIO(content))) is level
    assert basic == "OK"
    assert (timed == "OK") == (level is not Level.BASIC)
    assert (alone == "OK") == (level is Level.ARCHIVAL)


def test_a_file_with_proofs_is_valid_without_asking_anybody(office: Office, levels: dict[Level, bytes]) -> None:
    offline = Room(replace(office.settings, online=False))

    verdicts = [offline.validate(levels[level], datetime.now(UTC)).verdict for level in (Level.TIMED, Level.LONG_TERM)]

    assert verdicts == [Verdict.REVIEW, Verdict.VALID]


def test_a_file_that_has_reached_its_level_stays_as_it_is(room: Room, levels: dict[Level, bytes]) -> None:
    for level in Level:
        assert room.extend(levels[level], datetime.now(UTC), level) == levels[level]
        assert room.extend(levels[Level.ARCHIVAL], datetime.now(UTC), level) == levels[Level.ARCHIVAL]


def test_a_signature_without_a_time_stamp_can_be_stamped_and_sealed_but_is_never_called_provable(
    room: Room, levels: dict[Level, bytes]
) -> None:
    stamped = room.extend(levels[Level.BASIC], datetime.now(UTC), Level.TIMED)
    sealed = room.extend(levels[Level.BASIC], datetime.now(UTC), Level.ARCHIVAL)

    assert [level_of(PdfFileReader(BytesIO(each))) for each in (stamped, sealed)] == [Level.TIMED, Level.ARCHIVAL]
    with pytest.raises(LevelUnreachable, match="B-LT"):
        room.extend(levels[Level.BASIC], datetime.now(UTC), Level.LONG_TERM)
    with pytest.raises(LevelUnreachable):
        room.renew(levels[Level.TIMED], datetime.now(UTC))


def test_where_no_authority_is_set_nothing_is_signed_without_its_time_stamp(office: Office, life: Life) -> None:
    nobody = Room(replace(office.settings, tsa_urls=()))

    with pytest.raises(TimestampUnavailable):
        sign(nobody, life.prepared, SignerRole.OFFICIAL, CHAIRMAN)
