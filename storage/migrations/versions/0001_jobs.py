"""Extensions, folding of Vietnamese for search, and the job queue.

Revision: 0001, the first, 2026-11-22.
"""

from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy import text

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Marks and case do not matter in a search. PostgreSQL does not call its own function immutable, since its dictionary
# could be replaced; ours names the dictionary, and nobody replaces it.
FOLD = """
CREATE FUNCTION vanthu_fold(given text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(public.unaccent('public.unaccent'::regdictionary, normalize(given, NFC)))
"""

# The queue brings no way down of its own; its objects are found by their name.
DROP_QUEUE = """
DO $$
DECLARE
    found record;
BEGIN
    DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
    FOR found IN
        SELECT oid::regprocedure AS signature FROM pg_proc
        WHERE proname LIKE 'procrastinate\\_%' AND pronamespace = 'public'::regnamespace
    LOOP
        EXECUTE 'DROP FUNCTION ' || found.signature || ' CASCADE';
    END LOOP;
    DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type CASCADE;
END;
$$
"""


def upgrade() -> None:
    for extension in ("unaccent", "pg_trgm"):
        op.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension} WITH SCHEMA public"))
    op.execute(text(FOLD))
    # Many statements at once, and percent signs that are no parameters: the driver takes them as they are.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(SchemaManager.get_schema())
    cursor.close()


def downgrade() -> None:
    op.get_bind().exec_driver_sql(DROP_QUEUE.replace("%", "%%"))
    op.execute(text("DROP FUNCTION vanthu_fold(text)"))
