"""The start of a procedure that opens a hundred tasks at once, in one transaction."""

import statistics
import time
from typing import Final

from api.settings import Settings
from api.wiring import House, now, open_house
from bench.houses import PEOPLE, register, upload
from bench.rows import Rows
from engine.actions.deploy_definition import deploy_definition
from tests.engine.runtime.drawing import event, flows, human, parallel
from tests.support.models import bundle
from tests.support.office import a_pdf

TASKS: Final = 100
STARTS: Final = 20


def measure(settings: Settings, rows: Rows) -> None:
    """Add the start of the shipped procedure and of one with a hundred tasks side by side.

    The model stays deployed, so whoever registers documents afterwards gets it: measure this last, or in a house of its
    own.
    """
    with open_house(settings, connections=1) as house:
        rows.add("start_1", _start_ms(house), "ms")
        steps = [f"step_{number}" for number in range(TASKS)]
        drawn = (event("start", "begin"), parallel("fork"), *map(human, steps), parallel("join"), event("end", "over"))
        ways = [way for step in steps for way in (f"fork > {step}", f"{step} > join")]
        with house.services.begin() as work:
            model = bundle(*drawn, flows("begin > fork", *ways, "join > over"))
            deploy_definition(model, by=PEOPLE["quantri"], at=now(), work=work)
        rows.add("start_100", _start_ms(house), "ms", "start_1")


def _start_ms(house: House) -> float:
    file_id = upload(house, a_pdf())
    took = []
    for number in range(STARTS):
        began = time.perf_counter()
        register(house, file_id, number)
        took.append(time.perf_counter() - began)
    return statistics.median(took[STARTS // 4 :]) * 1000
