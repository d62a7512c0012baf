"""What a process keeps of the completions it has made: nothing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from api.settings import Settings
from api.wiring import House, open_house
from bench.houses import one_round, register, upload
from bench.rows import Rows
from engine.ids import InstanceId
from tests.support.office import a_pdf

COMPLETIONS: Final = 20_000
WARM: Final = 2_000
DOCUMENTS: Final = 8


def measure(settings: Settings, rows: Rows) -> None:
    """Add the memory of a process after 20,000 completions; the ratio is to what it was after 2,000."""
    with open_house(settings, connections=1) as house:
        instances = [register(house, upload(house, a_pdf()), number) for number in range(DOCUMENTS)]
        _complete(house, instances, WARM)
        warm = _resident_mb()
        _complete(house, instances, COMPLETIONS - WARM)
        last = _resident_mb()
    rows.add(f"memory_{COMPLETIONS}", last, "MB", f"after {WARM}", ratio=last / warm)


def _complete(house: House, instances: Sequence[InstanceId], many: int) -> None:
    done = 0
    while done < many:
        for make in one_round(house, instances):
            make()
            done += 1


def _resident_mb() -> float:
    """Return the resident memory of this process (Linux)."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
