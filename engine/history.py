"""History: what a procedure entered and left, as lines that stay."""

from datetime import datetime

from engine.ids import PersonId
from engine.instances import Activity, Instance
from engine.ports import UnitOfWork
from engine.runtime.progress import Progress


def record(progress: Progress, instance: Instance, *, by: PersonId, at: datetime, work: UnitOfWork) -> None:
    """Append what one trigger of the instance entered and left, in order."""
    work.instances.record(
        [
            Activity(
                instance_id=instance.id,
                agency_id=instance.agency_id,
                task_id=passed.task_id,
                element_id=passed.element_id,
                name=passed.name,
                kind=passed.kind,
                movement=passed.movement,
                at=at,
                actor=by,
                outcome=passed.outcome,
            )
            for passed in progress.activities
        ]
    )
