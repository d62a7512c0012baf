"""Taking a number: the next of a register's year, printed with its symbol and entered, in one go."""

from engine.deadlines import office_date
from engine.ids import EntryId
from engine.operations.move import Move
from engine.registers import Register, RegisterEntry, printed_number


def enter(register: Register, symbol: str, move: Move) -> str:
    """Take the next number of today's year for the document of the move; return it as printed, '05/QĐ-UBND'.

    Source: Decree 30/2020/NĐ-CP, art. 15 and appendix I: each series runs from 1 January to 31 December.
    """
    document, work, today = move.outgoing(), move.work, office_date(move.at)
    number = work.registers.next_number(register.id, today.year)
    printed = printed_number(number, symbol)
    work.registers.add(
        RegisterEntry(
            id=EntryId(work.new_id()),
            register_id=register.id,
            agency_id=document.agency_id,
            year=today.year,
            number=number,
            printed=printed,
            document_id=document.id,
            entered_at=move.at,
            entered_by=move.by,
            entered_on=today,
        )
    )
    return printed
