"""Reports as ETSI TS 119 102-2 has them."""

from dataclasses import replace

from pyhanko.generated.etsi import ts_11910202 as ts
from xsdata.formats.dataclass.parsers import XmlParser

from signing.room import Room
from tests.signing.conftest import Life


def test_a_report_as_xml_says_of_each_signature_what_the_report_says(room: Room, life: Life) -> None:
    report = room.validate(life.archived, life.ended_at)

    xml = room.etsi_report(report)

    told = XmlParser().from_bytes(xml, ts.ValidationReport)
    official, seal, stamp = told.signature_validation_report
    assert official.signature_validation_status is not None
    assert official.signature_validation_status.main_indication == "urn:etsi:019102:mainindication:total-passed"
    assert official.signer_information is not None
    assert official.signer_information.signer == "Nguyễn Văn Đức"
    assert [
        one.signature_validation_process.signature_validation_process_id.rsplit(":", 1)[-1]
        for one in (official, seal, stamp)
        if one.signature_validation_process and one.signature_validation_process.signature_validation_process_id
    ] == ["LTA", "LTA", "BasicTimestamp"]
    assert told.signature_validation_objects is not None
    named = {one.id for one in told.signature_validation_objects.validation_object}
    assert f"vo-certificate-{report.signatures[0].certificate}" in named


def test_a_name_that_xml_cannot_hold_is_told_without_what_it_cannot(room: Room, life: Life) -> None:
    report = room.validate(life.archived, life.ended_at)
    strange = replace(report.signatures[0], signer="Nguyễn\x01 Văn\x00 Đức\ufffe")

    told = XmlParser().from_bytes(room.etsi_report(replace(report, signatures=(strange,))), ts.ValidationReport)

    (official,) = told.signature_validation_report
    assert official.signer_information is not None
    assert official.signer_information.signer == "Nguyễn\ufffd Văn\ufffd Đức\ufffd"
