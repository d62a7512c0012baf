"""The state of the neighbours by REST."""

from dataclasses import replace

from api.mails import probes_of
from engine.rounds.look_around import look_around
from tests.api.rest.callers import Callers
from tests.support.office import Office


def test_the_administrator_sees_how_everything_is_and_the_certificates_of_the_own_agency(
    callers: Callers, office: Office
) -> None:
    assert callers["quantri"].read("/status") == {"state": "good", "checks": []}
    probes = replace(probes_of(office.house), disk_used=lambda: 0.99)
    look_around(services=office.house.services, probes=probes)

    status = callers["quantri"].read("/status")

    by_name = {check["name"]: check for check in status["checks"]}
    assert status["state"] == by_name["disk"]["state"] == "bad"
    assert "99" in by_name["disk"]["message"]
    holders = {check["subject"] for check in status["checks"] if check["subject"]}
    assert "Nguyễn Văn Đức" in holders
    assert "Lê Thị Mai" not in holders, "a certificate of another agency"
