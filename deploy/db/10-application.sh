#!/bin/sh
# Run once by the database's image, when it has made an empty cluster: the application's role and database. The role
# is no superuser, so that triggers and constraints bind it; it may create databases, which the backup drill does.
set -eu

export APP_PASSWORD APP_ROLE="${APP_ROLE:-yipiao}" APP_DATABASE="${APP_DATABASE:-yipiao}"

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres <<'SQL'
\getenv role APP_ROLE
\getenv password APP_PASSWORD
\getenv database APP_DATABASE
CREATE ROLE :"role" LOGIN CREATEDB PASSWORD :'password';
CREATE DATABASE :"database" OWNER :"role" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
SQL
