"""A commune and its province at work on dossiers: each method is one thing a person does, by the real action."""

# ruff: noqa: ANN401 - changes are fields of any type

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import Image

from engine.actions.add_dossier_file import AddDossierFile, add_dossier_file
from engine.actions.open_dossier import OpenDossier, open_dossier
from engine.dossier_kinds import NTM_PARTS
from engine.dossiers import Dossier, DossierKind
from engine.ids import AgencyId, DossierId
from tests.support.office import Office, a_pdf


def a_photo(kind: str = "JPEG", number: int = 0) -> bytes:
    """Return a small photo, another one for each number."""
    image = Image.linear_gradient("L").rotate(number).convert("RGB")
    out = BytesIO()
    image.save(out, kind, comment=f"photo {number}".encode()) if kind == "JPEG" else image.save(out, kind)
    return out.getvalue()


DRAFTER = "xa1.chuyenvien"


class Desk:
    """A commune and its province at work on one dossier."""

    def __init__(self, office: Office) -> None:
        self.office, self.services = office, office.house.services

    def do(self, action: Callable[..., Dossier], request: object, by: str = DRAFTER, **more: Any) -> Dossier:
        """Let somebody do one thing with a dossier."""
        with self.services.begin() as work:
            return action(request, by=self.office.people[by], at=self.services.clock(), work=work, **more)

    def open(self, by: str = DRAFTER, **changes: Any) -> Dossier:
        """Open a dossier of the commune for the province."""
        request: dict[str, Any] = {
            "kind": DossierKind.NTM,
            "receiver_id": self.office.people["vanthu"].agency_id,
            "subject": "Đề nghị công nhận xã Hoằng Thử đạt chuẩn nông thôn mới",
            "rules_id": "ntm-xa-2026",
            **changes,
        }
        return self.do(open_dossier, OpenDossier(**request), by)

    def add(self, dossier: Dossier, part: str = "bao_cao", pages: int = 1, **more: Any) -> Dossier:
        """Add a small PDF to a part."""
        file_id = self.office.upload(a_pdf(pages), DRAFTER)
        given = {"dossier_id": dossier.id, "part": part, "file_id": file_id, "name": "Báo cáo.pdf", **more}
        return self.do(add_dossier_file, AddDossierFile(**given))

    def full(self) -> Dossier:
        """Return a dossier with a file in every part."""
        dossier = self.open()
        for place, rule in enumerate(NTM_PARTS):
            dossier = self.add(dossier, rule.code, place + 1)
        return dossier

    def leaves(self, dossier_id: DossierId, agency_id: AgencyId) -> list[dict[str, Any]]:
        """Return what is on record about the dossier in this agency."""
        with self.services.begin() as work:
            return [json.loads(event.leaf) for event in work.audit.about(agency_id, [str(dossier_id)])]
