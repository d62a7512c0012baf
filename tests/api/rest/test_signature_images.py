"""Images of signatures and seals by REST."""

from tests.api.rest.callers import Callers, problem
from tests.signing.test_images import BLUE, drawn
from tests.support.office import Office, a_pdf


def test_rest_sets_reads_and_takes_off_an_image(callers: Callers, office: Office) -> None:
    caller, own = callers["chutich"], office.people["chutich"].id
    path = f"/signature-images/{own}"

    problem(caller.ask("PUT", path, files={"file": ("a.png", a_pdf(), "image/png")}), 422, "image.not_png")
    problem(caller.get(path + "/content"), 404, "image.not_found")
    made = caller.ask("PUT", path, files={"file": ("a.png", drawn(BLUE), "image/png")}).json()
    shown = caller.get(path + "/content")
    gone = caller.ask("DELETE", path).json()

    assert (made["kind"], made["owner_id"]) == ("hand", str(own))
    assert shown.content.startswith(b"\x89PNG")
    assert gone["file_id"] is None
    assert [image["file_id"] for image in caller.read(path)["items"]] == [None, made["file_id"]]
    problem(callers["vanthu"].get(path), 403, "access.not_allowed")
