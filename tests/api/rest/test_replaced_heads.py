"""A head in whose post somebody else acts (Q.), over REST: they sign, read and direct nothing as head."""

from collections.abc import Callable

import pytest
from httpx2 import Response

from engine.signing_keys import KeyKind
from engine.stand_ins import StandIn, StandInKind
from tests.api.rest.callers import Caller, Callers, problem
from tests.support.elsewhere import Holder
from tests.support.house import RunJobs
from tests.support.office import Office

REPLACED = "signing.head_replaced"


def appoint(office: Office, substitute: str = "phochutich") -> StandIn:
    return office.stand_in("chutich", substitute, kind=StandInKind.ACTING)


@pytest.fixture
def item(office: Office) -> str:
    document_id = office.reviewed()
    appoint(office)
    return f"/work-items/{office.item(document_id, 'sign').id}"


def signs_here(_: Office, head: Caller, item: str) -> Response:
    return head.post(f"{item}/signature", {})


def signs_on_an_own_token(office: Office, head: Caller, item: str) -> Response:
    Holder(office=office, username="chutich").chosen()
    return head.post(f"{item}/signature/prepare", {})


def signs_with_the_plugin(office: Office, head: Caller, item: str) -> Response:
    Holder(office=office, username="chutich").chosen(KeyKind.PLUGIN)
    return head.post(f"{item}/signature/prepare", {})


def asks_a_remote_service_for_a_code(_: Office, head: Caller, item: str) -> Response:
    return head.post(f"{item}/signature/otp", {})


def has_it_made_out(_: Office, head: Caller, item: str) -> Response:
    return head.post(f"{item}/signer")


@pytest.mark.parametrize(
    "way",
    [signs_here, signs_on_an_own_token, signs_with_the_plugin, asks_a_remote_service_for_a_code, has_it_made_out],
)
def test_by_no_way_does_a_replaced_head_sign_and_each_says_who_acts_since_when(
    way: Callable[[Office, Caller, str], Response], office: Office, callers: Callers, item: str
) -> None:
    refused = problem(way(office, callers["chutich"], item), 403, REPLACED)

    assert office.people["phochutich"].name in refused["detail"]
    assert "12/QĐ-UBND" in refused["detail"]
    assert callers["chutich"].read(item)["state"] == "open"


def test_in_a_batch_every_document_of_a_replaced_head_is_refused_by_itself(
    office: Office, callers: Callers, item: str, run_jobs: RunJobs
) -> None:
    head = callers["chutich"]
    head.get(f"/documents/{head.read(item)['document_id']}/pages/1")

    batch = head.post("/signature-batches", {"work_item_ids": [item.removeprefix("/work-items/")]}).json()
    run_jobs()

    [done] = head.read(f"/signature-batches/{batch['id']}")["items"]
    assert (done["state"], done["code"]) == ("failed", REPLACED)
    assert office.people["phochutich"].name in done["message"]


def test_lists_and_powers_follow_who_leads_now_and_come_back_with_the_post(office: Office, callers: Callers) -> None:
    registered = str(office.register().document.id)
    head, acting = callers["chutich"], callers["truongphong"]

    def led(caller: Caller) -> tuple[bool, bool, bool, bool]:
        return (
            registered in [one["id"] for one in caller.read("/documents")["items"]],
            caller.get(f"/documents/{registered}").status_code == 200,
            registered in [one["document_id"] for one in caller.read("/work-items?mine=true")["items"]],
            "head" in caller.read("/me")["roles"],
        )

    appointed = appoint(office, "truongphong")
    assert [led(one) for one in (head, acting)] == [(False,) * 4, (True,) * 4]
    assert head.get("/stand-ins/" + str(appointed.id)).status_code == 200
    problem(head.ask("DELETE", f"/stand-ins/{appointed.id}"), 403, "access.not_allowed")

    office.revoke(appointed)
    assert [led(one) for one in (head, acting)] == [(True,) * 4, (False,) * 4]
