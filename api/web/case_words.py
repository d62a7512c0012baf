"""What states, ways and levels of one-stop cases are called on a page, in English."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from api.web.words import msgid
from engine.case_procedures import ServiceLevel
from engine.case_slips import SlipKind
from engine.cases import CaseState, Channel, ReturnBy, Satisfaction
from engine.people import Role
from engine.service_index import Group

CASE_STATES: Final[Mapping[str, str]] = {
    CaseState.SUBMITTED: msgid("Handed in, to be checked"),
    CaseState.SUPPLEMENT_REQUIRED: msgid("Supplement asked for, not received yet"),
    CaseState.REFUSED: msgid("Refused"),
    CaseState.RECEIVED: msgid("Received"),
    CaseState.PROCESSING: msgid("Being handled"),
    CaseState.WAITING_SUPPLEMENT: msgid("Waiting for a supplement"),
    CaseState.PENDING_SIGN: msgid("Result is being signed"),
    CaseState.RESULT_READY: msgid("Result is ready"),
    CaseState.RETURNED: msgid("Result returned"),
    CaseState.STOPPED: msgid("Handling stopped"),
    CaseState.WITHDRAWN: msgid("Taken back by the applicant"),
}
TONES: Final[Mapping[str, str]] = {
    CaseState.SUBMITTED: "new",
    CaseState.RETURNED: "done",
    CaseState.REFUSED: "stopped",
    CaseState.STOPPED: "stopped",
    CaseState.WITHDRAWN: "stopped",
}
CHANNELS: Final[Mapping[str, str]] = {
    Channel.DIRECT: msgid("At the counter"),
    Channel.POST: msgid("By the public post"),
    Channel.ONLINE: msgid("Online"),
}
RETURNS: Final[Mapping[str, str]] = {
    ReturnBy.COUNTER: msgid("At the counter"),
    ReturnBy.POST: msgid("By the public post"),
    ReturnBy.PAGE: msgid("As a file on the tracking page"),
}
LEVELS: Final[Mapping[str, str]] = {
    ServiceLevel.WHOLE: msgid("wholly online"),
    ServiceLevel.PARTLY: msgid("partly online"),
    ServiceLevel.NONE: msgid("not online"),
}
SLIPS: Final[Mapping[str, str]] = {
    SlipKind.RECEIPT: msgid("Receipt and appointment"),
    SlipKind.SUPPLEMENT: msgid("Request for a supplement"),
    SlipKind.REFUSAL: msgid("Refusal"),
    SlipKind.APOLOGY: msgid("Apology and new appointment"),
}
RATINGS: Final[Mapping[str, str]] = {
    Satisfaction.VERY_SATISFIED: msgid("Very satisfied"),
    Satisfaction.SATISFIED: msgid("Satisfied"),
    Satisfaction.NOT_SATISFIED: msgid("Not satisfied"),
}
STEP_ROLES: Final[Mapping[str, str]] = {
    Role.SPECIALIST: msgid("Specialist of the unit"),
    Role.HEAD_OF_UNIT: msgid("Head of the unit"),
    Role.CHIEF_OF_OFFICE: msgid("Chief of office"),
    Role.DEPUTY_HEAD: msgid("Deputy head of the agency"),
    Role.HEAD: msgid("Head of the agency"),
    Role.CLERK: msgid("One-stop desk"),
}
GROUPS: Final[Mapping[str, str]] = {
    Group.OPENNESS: msgid("Openness"),
    Group.PROGRESS: msgid("Progress of cases"),
    Group.DIGITISATION: msgid("Digitisation"),
    Group.ONLINE: msgid("Online services"),
    Group.SATISFACTION: msgid("Satisfaction"),
}
ITEMS: Final[Mapping[str, str]] = {
    "published": msgid("Procedures and results are made public"),
    "on_time": msgid("Cases finished by the day first promised"),
    "papers_scanned": msgid("Papers taken in as scans"),
    "results_electronic": msgid("Results issued as signed files"),
    "cases_online": msgid("Cases handed in online"),
    "online_payment": msgid("Fees paid online"),
    "satisfied": msgid("Applicants who were satisfied"),
    "feedback_in_time": msgid("Feedback answered in time"),
}


def figure(value: Decimal | int | str, language: str) -> str:
    """Return a figure as it is written in the language: with a decimal comma in Vietnamese."""
    return str(value).replace(".", ",") if language == "vi" else str(value)


def days_of(half_days: int, language: str) -> str:
    """Return working half days as days, '1,5'."""
    return figure(Decimal(half_days * 5).scaleb(-1) if half_days % 2 else half_days // 2, language)


def money(amount: int) -> str:
    """Return an amount in đồng as it is written, '100.000 đồng'."""
    return f"{amount:,} đồng".replace(",", ".")
