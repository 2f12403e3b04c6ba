"""A line in the log for each request that an API has answered: `gatewayq dev` shows them.

API Gateway writes such lines into its access log; ministack writes none. A line has no query and no header, which may
have secrets.
"""

import json
import time

from ministack import app

MARK = "gatewayq request: "


async def told(inner, scope, receive, send, request):
    """Passes a request to an API on, and tells of its answer."""
    if scope["type"] != "http":
        return await inner(scope, receive, send)
    began = time.monotonic()

    async def telling(message):
        if message["type"] == "http.response.start":
            print(MARK + line(request, message["status"], time.monotonic() - began), flush=True)
        await send(message)

    return await inner(scope, receive, telling)


def line(request, status, seconds):
    parsed = app._parse_execute_api_url(request.host, request.path)
    path = parsed[2] if parsed else request.path
    return json.dumps({"method": request.method, "path": path, "status": status,
                       "milliseconds": round(seconds * 1000)})
