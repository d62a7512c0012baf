"""Setting what a hand or a seal looks like: whose it is to set, from when it holds, what is on record."""

from io import BytesIO
from uuid import UUID

import pikepdf
import pytest

from engine.access import NotAllowed
from engine.actions.set_signature_image import SetSignatureImage, set_signature_image
from engine.ids import DocumentId
from engine.people import PersonNotFound
from engine.queries import PageRequest
from engine.signature_images import HandNotBlue, ImageKind, SealNotRed, SignatureImage
from engine.signatures import SEAL_FIELD, SIGNER_FIELD
from tests.signing.test_images import BLACK, BLUE, RED, drawn
from tests.support.office import Office


def put(office: Office, owner: UUID, png: bytes | None, by: str) -> SignatureImage:
    return set_signature_image(
        SetSignatureImage(owner_id=owner, png=png), by=office.people[by], services=office.house.services
    )


def image_size(office: Office, document_id: DocumentId, field: str) -> tuple[int, int]:
    """Return the size in pixels of what is drawn in a signature field."""
    content = office.house.services.read(office.outgoing(document_id).file_id)
    with pikepdf.open(BytesIO(content)) as opened:
        widget = next(one for one in opened.Root.AcroForm.Fields if str(one.T) == field)
        (image,) = (widget.AP.N.Resources.XObject[name] for name in widget.AP.N.Resources.XObject.keys())  # noqa: SIM118
        return int(image.Width), int(image.Height)


def test_the_image_set_is_drawn_from_then_on_and_the_one_beside_the_key_again_once_it_is_taken_off(
    office: Office,
) -> None:
    chairman, agency = office.people["chutich"], office.people["chutich"].agency_id
    put(office, chairman.id, drawn(BLUE, (640, 340)), "chutich")
    put(office, agency, drawn(RED, (440, 440)), "quantri")
    drawn_anew = office.issued()
    put(office, chairman.id, None, "chutich")
    as_beside = office.signed()

    assert image_size(office, drawn_anew, SIGNER_FIELD) == (601, 301)
    assert image_size(office, drawn_anew, SEAL_FIELD) == (401, 401)
    assert image_size(office, as_beside, SIGNER_FIELD) != (601, 301)


def test_every_image_stays_on_record_with_who_set_it_and_a_leaf(office: Office) -> None:
    chairman = office.people["chutich"]
    first = put(office, chairman.id, drawn(BLUE), "chutich")
    second = put(office, chairman.id, drawn(BLUE, (600, 300)), "quantri")

    with office.house.services.begin() as work:
        history = work.signature_images.history(chairman.id)
        leaves = work.audit.search(chairman.agency_id, PageRequest(limit=2)).items
    assert list(history) == [second, first]
    assert second.kind is ImageKind.HAND
    assert second.set_by == office.people["quantri"].id
    assert [leaf.action for leaf in leaves] == ["signature_image.set"] * 2


@pytest.mark.parametrize("by", ["vanthu", "chanhvanphong", "kiemtra"])
def test_only_administrators_set_another_s_image_and_the_seal(office: Office, by: str) -> None:
    for owner in (office.people["chutich"].id, office.people["chutich"].agency_id):
        with pytest.raises(NotAllowed):
            put(office, owner, drawn(BLUE), by)


def test_the_auditor_sets_no_image_not_even_their_own(office: Office) -> None:
    with pytest.raises(NotAllowed):
        put(office, office.people["kiemtra"].id, drawn(BLUE), "kiemtra")


def test_people_of_another_agency_are_not_there(office: Office) -> None:
    with pytest.raises(PersonNotFound):
        put(office, office.commune().id, drawn(BLUE), "quantri")


def test_a_refused_image_leaves_nothing_behind(office: Office) -> None:
    chairman = office.people["chutich"]
    with pytest.raises(HandNotBlue):
        put(office, chairman.id, drawn(BLACK), "chutich")
    with pytest.raises(SealNotRed):
        put(office, chairman.agency_id, drawn(BLUE), "quantri")

    with office.house.services.begin() as work:
        assert work.signature_images.find(chairman.id) is None
        assert work.signature_images.find(chairman.agency_id) is None
