#!/bin/bash
# Run once by the PostgreSQL image, on an empty data folder: the owner of the tables and the application are two roles,
# so that the application cannot change the audit log. The same roles as storage/embedded.py makes.
set -euo pipefail
psql --no-psqlrc --set=ON_ERROR_STOP=1 --set=owner="$VANTHU_OWNER_PASSWORD" --set=app="$VANTHU_APP_PASSWORD" \
  --username "$POSTGRES_USER" --dbname postgres <<'SQL'
CREATE ROLE vanthu_owner LOGIN PASSWORD :'owner';
CREATE ROLE vanthu_app LOGIN PASSWORD :'app';
CREATE DATABASE vanthu OWNER vanthu_owner;
REVOKE ALL ON DATABASE vanthu FROM PUBLIC;
GRANT CONNECT ON DATABASE vanthu TO vanthu_app;
\connect vanthu
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
SQL
