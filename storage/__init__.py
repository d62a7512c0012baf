"""PostgreSQL and the object store: how what the engine knows is kept."""
