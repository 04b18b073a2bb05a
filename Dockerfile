# The image of the web server. Everything it needs is fetched here, with hashes; nothing at start.

FROM node:20-bookworm-slim AS front-end
WORKDIR /front-end
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements/base.txt /tmp/base.txt
RUN /opt/venv/bin/pip install --quiet --no-input --require-hashes --requirement /tmp/base.txt
WORKDIR /app
COPY . .
COPY --from=front-end /front-end/node_modules node_modules
# These values last for this one command: collectstatic asks for production's storage, and uses no secret.
RUN /opt/venv/bin/python scripts/assets.py \
    && STOCKTAKE_ENV=production SECRET_KEY=only-for-collectstatic ALLOWED_HOSTS=build.invalid \
       DATABASE_URL=postgres://nobody@db.invalid/none SITE_ADDRESS=https://build.invalid \
       EMAIL_URL=smtp://mail.invalid MAIL_FROM=nobody@mail.invalid \
       CHECKPOINT_DIR=/nowhere CHECKPOINT_KEY=/nowhere \
       /opt/venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf node_modules static/vendor

FROM python:3.11-slim-bookworm
# A number, so that a platform can see that it is not root.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin stocktake
COPY --from=build /opt/venv /opt/venv
# Where checkpoints are kept: a volume that is mounted here belongs to the server.
RUN install --directory --owner 10001 /checkpoints
# Owned by root: the server can read its own code and change none of it.
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STOCKTAKE_ENV=production
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=4s --start-period=20s --retries=3 CMD ["python", "scripts/healthcheck.py"]
# Workers × blocking threads is the largest number of database connections: keep it below PostgreSQL's limit.
# Two workers, so that a slow page does not keep the quick ones waiting.
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers", "--no-ws", \
     "config.wsgi:application"]
