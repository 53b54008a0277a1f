"""Whether the process lives and can serve, and its figures for Prometheus."""

from __future__ import annotations

import asyncio

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, raw
from sanic.response import json as json_response

from clinic.storage import DatabaseUnavailable


def health_blueprint() -> Blueprint:
    """`/healthz`, `/readyz` and `/metrics`; none of them holds anything personal."""
    blueprint = Blueprint("health")

    @blueprint.get("/healthz")
    async def healthz(_request: Request) -> HTTPResponse:
        return json_response({"status": "ok"})

    @blueprint.get("/readyz")
    async def readyz(request: Request) -> HTTPResponse:
        checks = {"model": request.app.ctx.agent is not None, "database": True}
        try:
            await asyncio.to_thread(request.app.ctx.container.database.ping)
        except DatabaseUnavailable:
            checks["database"] = False
        return json_response(checks, status=200 if all(checks.values()) else 503)

    @blueprint.get("/metrics")
    async def metrics(_request: Request) -> HTTPResponse:
        return raw(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    return blueprint
