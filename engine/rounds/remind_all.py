"""Everything the worker reminds people of, in one round."""

from engine.neighbours import Services
from engine.rounds.circulate import remind_late
from engine.rounds.remind import remind
from engine.rounds.remind_councils import remind_members


def remind_all(*, services: Services) -> None:
    """Remind of work, of circulated documents and of opinions that are due."""
    for tell in (remind, remind_late, remind_members):
        tell(services=services)
