# The image of pages, event stream, worker, beat, timers, migration and backup; docker-compose.yml starts it as each.
# Nothing secret is needed to build it. A test runs the build commands outside Docker (tests/deploy).

# --- front-end packages ---------------------------------------------------------------------------------------------
FROM node:22-trixie-slim AS front
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-fund --no-audit --loglevel=error

# --- pg_dump and pg_restore of the server's own version, which Debian does not have ------------------------------------
FROM postgres:18.6-trixie AS client
RUN mkdir -p /client/bin /client/lib \
    && cp /usr/lib/postgresql/18/bin/pg_dump /usr/lib/postgresql/18/bin/pg_restore /client/bin/ \
    && cp -L /usr/lib/*-linux-gnu/libpq.so.5 /client/lib/

# --- Python packages, locked by hash --------------------------------------------------------------------------------
FROM python:3.11-slim-trixie AS packages
COPY requirements.txt ./
RUN python -m venv /opt/venv \
    && /opt/venv/bin/python -m pip install --quiet --disable-pip-version-check --no-cache-dir --require-hashes \
        -r requirements.txt

# --- the application ------------------------------------------------------------------------------------------------
FROM python:3.11-slim-trixie AS app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=servicedesk.project.settings.prod \
    STATIC_ROOT=/srv/yipiao/static \
    MEDIA_ROOT=/srv/yipiao/media \
    BACKUP_ROOT=/srv/yipiao/backups
# Debian's libpq5 brings what the newer library of the client stage is linked with.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libpq5 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=client /client/bin/ /usr/local/bin/
COPY --from=client /client/lib/ /usr/local/lib/
# Here and not at the first backup it shows whether the programs start.
RUN ldconfig && pg_dump --version && pg_restore --version
RUN useradd --system --user-group --uid 10001 --no-create-home --home-dir /nonexistent yipiao \
    && install --directory --owner=yipiao --group=yipiao --mode=0700 /srv/yipiao/media /srv/yipiao/backups
WORKDIR /srv/yipiao/app
COPY --from=packages /opt/venv /opt/venv
COPY --from=front /build/node_modules node_modules
COPY manage.py pyproject.toml .env.example LICENSE THIRD_PARTY.md ./
COPY locale locale
COPY static static
COPY templates templates
COPY servicedesk servicedesk
COPY dispatch dispatch
COPY warranty warranty
COPY visits visits
# With the values of .env.example and secrets drawn for this one command, which stay nowhere.
RUN python -m servicedesk.project.quality.deployment build_translations \
    && python -m servicedesk.project.quality.deployment collectstatic --no-input --verbosity 0 \
    && python -m compileall -q servicedesk dispatch warranty visits
USER yipiao
EXPOSE 8000 8001
CMD ["gunicorn", "servicedesk.project.wsgi:application", "--bind", "0.0.0.0:8000", "--worker-class", "gthread"]
