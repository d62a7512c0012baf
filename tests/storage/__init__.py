"""Tests of storage, on the real PostgreSQL and real object stores."""
