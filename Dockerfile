# The site for production: charts built with Node, the program with Python, run by somebody without privileges.
FROM node:22-slim AS charts
WORKDIR /charts
COPY innocity/web/assets/ ./
RUN npm ci --ignore-scripts --no-fund --no-audit && npm run --silent build

FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# The typeface is for the charts in reports: without one for Chinese they are tables.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-wqy-microhei && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/source
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE glossary.yaml ./
COPY cities/ cities/
COPY innocity/ innocity/
COPY --from=charts /charts/dist/ innocity/web/assets/dist/
RUN pip install --no-cache-dir -c constraints.txt ".[site,postgres]" && useradd --system --home /srv/data innocity \
    && mkdir -p /srv/data && chown innocity /srv/data
USER innocity
WORKDIR /srv/data
ENV INNOCITY_VAR=/srv/data/var
EXPOSE 8000
# Asked as the proxy would ask, by a name that the site answers to.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD \
    python -c "import os, urllib.request as u; \
    host = os.environ.get('INNOCITY_ALLOWED_HOSTS', 'localhost').split(',')[0].strip().lstrip('*.') or 'localhost'; \
    u.urlopen(u.Request('http://127.0.0.1:8000/health/', headers={'X-Forwarded-Proto': 'https', 'Host': host}), timeout=4)"
CMD ["sh", "-c", "innocity records migrate && exec innocity serve --host 0.0.0.0 --city \"$INNOCITY_CITY\" --var /srv/data/var"]
