"""The demonstration: an installation made from nothing, with its own database, keys, offices and people."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from api.province import Office, council_members, localities, province
from api.settings import Settings
from api.wiring import House, now
from engine.access import AUDITS
from engine.actions.add_localities import add_localities
from engine.actions.deploy_definition import deploy_definition
from engine.actions.found_agency import found_agency
from engine.actions.found_council import FoundCouncil, found_council
from engine.actions.load_criteria_set import load_criteria_set
from engine.actions.load_shipped_criteria import load_shipped_criteria
from engine.actions.record_stand_in import RecordStandIn, record_stand_in
from engine.criteria_files import read_set
from engine.deadlines import office_date
from engine.people import Role
from engine.queries import NewPerson
from engine.stand_ins import Basis, StandInKind
from signing import demo_pki
from signing.demo_pki import DemoPki, Holder
from signing.settings import FONTS

MODELS: Final = Path(__file__).resolve().parent.parent / "bpmn"
CRITERIA: Final = Path(__file__).resolve().parent / "demo_criteria"
"""What the demonstration's province judges by beside the national sets; made up, and marked so."""
SHIPPED: Final = (
    "joint_document",
    "incoming_document",
    "outgoing_document",
    "document_copy",
    "ntm_registration",
    "recognise",
    "review",
    "one_stop",
    "case_opinion",
    "appraise",
    "ntm_recognition",
    "ntm_revocation",
    "ntm_dossier",
    "ocop_sheet",
    "ocop_rating",
    "ocop_proposal",
)
COUNCILS: Final = (
    (
        "ntm",
        "Hội đồng thẩm định xét, công nhận xã đạt chuẩn nông thôn mới tỉnh Thử Nghiệm",
        "Quyết định số 15/QĐ-UBND ngày 05 tháng 01 năm 2026 của Chủ tịch Ủy ban nhân dân tỉnh Thử Nghiệm",
    ),
    (
        "ocop",
        "Hội đồng đánh giá, phân hạng sản phẩm OCOP tỉnh Thử Nghiệm",
        "Quyết định số 16/QĐ-UBND ngày 05 tháng 01 năm 2026 của Chủ tịch Ủy ban nhân dân tỉnh Thử Nghiệm",
    ),
)
"""The councils of the demonstration: purpose, name, and the decision that founded it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFolder:
    """What the demonstration keeps in its data folder besides database and contents."""

    root: Path

    @property
    def postgres(self) -> Path:
        """The embedded database server."""
        return self.root / "postgres"

    @property
    def keys(self) -> Path:
        """PKCS#12 files and signature images."""
        return self.root / "keys"

    @property
    def pki(self) -> Path:
        """The demonstration's certificate authority."""
        return self.root / "pki"

    def secret(self, name: str, given: str | None = None) -> tuple[str, bool]:
        """Return a secret and whether it is new: kept from before, whatever is given now, else as given, else made."""
        path = self.root / "secrets" / name
        if path.exists():
            return path.read_text(encoding="utf-8").strip(), False
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        value = given or secrets.token_urlsafe(12)
        path.touch(mode=0o600)
        path.write_text(value + "\n", encoding="utf-8")
        return value, True

    def pki_port(self, wanted: int) -> int:
        """Return the port of the PKI; it stands in every certificate, so it stays what it was at first."""
        path = self.pki / "port"
        if path.exists():
            return int(path.read_text(encoding="utf-8"))
        self.pki.mkdir(parents=True, exist_ok=True)
        port = wanted or _free_port()
        path.write_text(str(port), encoding="utf-8")
        return port


def demo_settings(settings: Settings, folder: DemoFolder, database_url: str, owner_url: str) -> Settings:
    """Return the settings of the demonstration's processes: its own database, keys, trust and time-stamps."""
    passphrase, _ = folder.secret("key_passphrase", settings.key_passphrase)
    pki = make_pki(folder, settings, passphrase)
    trust = folder.root / "trust"
    trust.mkdir(exist_ok=True)
    (trust / "demo-root.pem").write_bytes(pki.root.read_bytes())
    return replace(
        settings,
        database_url=database_url,
        database_owner_url=owner_url,
        keys=folder.keys,
        key_passphrase=passphrase,
        trust=trust,
        tsa_url=pki.tsa_urls,
        public_url=settings.public_url or f"http://{settings.host}:{settings.port}",
    )


def make_pki(folder: DemoFolder, settings: Settings, passphrase: str) -> DemoPki:
    """Make the demonstration's PKI, or find it, with a key for every person and agency."""
    pki = DemoPki(folder=folder.pki, port=folder.pki_port(settings.pki_port))
    holders = [holder for office in province() for holder in _holders(office)]
    demo_pki.ensure(pki, holders, keys=folder.keys, passphrase=passphrase, fonts=FONTS, at=now())
    return pki


def _holders(office: Office) -> Iterator[Holder]:
    agency = office.agency
    yield Holder(key=str(agency.id), name=agency.name, organization=agency.name)
    for person in office.people:
        if person.roles - AUDITS:
            yield Holder(key=str(person.id), name=person.name, organization=agency.name, title=person.title)


def settle(house: House, password: str) -> None:
    """Found the province's offices and councils and deploy the shipped models, unless that was done before."""
    for office in province():
        with house.services.begin() as work:
            if work.people.find_agency(office.agency.id) is None:
                hashed = house.hasher.hash(password)
                people = [NewPerson(person=person, password_hash=hashed) for person in office.people]
                found_agency(office.agency, office.units, people, at=now(), work=work)
    administrator = next(person for person in province()[0].people if person.holds(Role.ADMINISTRATOR))
    for name in SHIPPED:
        with house.services.begin() as work:
            if work.definitions.find_latest(name) is not None:
                continue
            deploy_definition(shipped_model(name), by=administrator, at=now(), work=work)
    with house.services.begin() as work:
        if not work.localities.all():
            add_localities(localities(), by=administrator, at=now(), work=work)
            load_shipped_criteria(by=administrator, at=now(), work=work)
            for path in sorted(CRITERIA.glob("*.toml")):
                load_criteria_set(read_set(path), by=administrator, at=now(), work=work)
    found_councils(house)


def found_councils(house: House) -> None:
    """Found the province's councils for new rural areas and for OCOP, unless they are there."""
    office = province()[0]
    clerk = next(person for person in office.people if person.holds(Role.CLERK))
    for purpose, name, basis in COUNCILS:
        with house.services.begin() as work:
            at = house.services.clock()
            if work.councils.find_for(office.agency.id, purpose, office_date(at)) is not None:
                continue
            request = FoundCouncil(
                name=name,
                purpose=purpose,
                basis=basis,
                members=council_members(),
                valid_from=office_date(at).replace(month=1, day=1),
            )
            found_council(request, by=clerk, at=at, work=work)


def deputise(house: House) -> None:
    """Have the province's deputy sign for its head (KT.), unless that is on record and holds."""
    head, deputy, administrator = (
        next(person for person in province()[0].people if person.holds(role))
        for role in (Role.HEAD, Role.DEPUTY_HEAD, Role.ADMINISTRATOR)
    )
    services = house.services
    with services.begin() as work:
        at = services.clock()
        if any(place.of.id == head.id for place in work.stand_ins.placed(deputy, at).places):
            return
        today = office_date(at)
        request = RecordStandIn(
            principal=head.id,
            substitute=deputy.id,
            kind=StandInKind.DEPUTY,
            first_day=today,
            last_day=today + timedelta(days=364),
            basis=Basis(text="Quyết định phân công công tác của Chủ tịch", number="12/QĐ-UBND", issued_on=today),
        )
        record_stand_in(request, by=administrator, at=at, work=work)


def shipped_model(name: str) -> dict[str, bytes]:
    """Return the files of a model that comes with Vanthu, name to content."""
    return {path.name: path.read_bytes() for path in sorted((MODELS / name).iterdir()) if path.is_file()}


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
