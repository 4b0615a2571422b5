"""The event stream: `GET /events?token=…` as server-sent events, from Redis pub/sub.

A small ASGI program of its own: no database, no session, no Django request. The token, signed by a page's
view, says who listens to what and for how long. One subscription per process feeds all listeners. When Redis
went and came back, listeners get `resync`: they may have missed something and should look again. `GET
/healthz` tells about the process.
"""

import asyncio
import contextlib
import json
import logging
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import redis.asyncio
from django.conf import settings
from redis.exceptions import RedisError

from servicedesk.notify.live import Listener, read_token, topic

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.project.settings.dev")

log = logging.getLogger("events")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

HEARTBEAT_SECONDS = 15.0
# What waits for one slow page; a page that is further behind is cut off and looks again.
QUEUE_LENGTH = 100
LONGEST_PAUSE = 5.0


@dataclass(eq=False)
class Page:
    """One open page: what it may hear, and what waits for it. None in the queue ends its stream."""

    listener: Listener
    queue: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(QUEUE_LENGTH + 1))

    def offer(self, text: str) -> None:
        """Queue a message; a page too far behind gets its end instead."""
        if self.queue.qsize() >= QUEUE_LENGTH:
            with contextlib.suppress(asyncio.QueueFull):
                self.queue.put_nowait(None)
            return
        self.queue.put_nowait(text)


class Hub:
    """The subscription of this process and the pages it feeds."""

    def __init__(self) -> None:
        self.pages: set[Page] = set()
        self.connected = False
        self.task: asyncio.Task[None] | None = None

    def ensure_running(self) -> None:
        """Start the subscription, for servers that have no lifespan events too."""
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self.run())

    async def stop(self) -> None:
        """End the subscription and every stream."""
        for page in list(self.pages):
            with contextlib.suppress(asyncio.QueueFull):
                page.queue.put_nowait(None)
        if self.task is not None:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task

    async def run(self) -> None:
        """Listen for ever; while Redis is away try again, at most every five seconds."""
        pause, lost = 0.2, False
        while True:
            try:
                async for envelope in self.listen():
                    if envelope is None:
                        pause = 0.2
                        if lost:
                            self.broadcast_resync()
                    else:
                        self.dispatch(envelope)
            except (RedisError, OSError) as error:
                log.warning("The event stream lost Redis, next try in %.1f s: %s", pause, error)
            self.connected, lost = False, True
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def listen(self) -> AsyncIterator[bytes | None]:
        """Yield None once subscribed, then each envelope. Raises RedisError or OSError when the connection
        breaks.
        """
        client = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=2, socket_keepalive=True, health_check_interval=10
        )
        async with client, client.pubsub() as pubsub:
            await pubsub.subscribe(topic(settings.REDIS_URL))
            self.connected = True
            yield None
            while True:
                # Returns with nothing after the time-out, so that the health check sees a dead connection.
                message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=5.0)
                if message is not None and isinstance(message["data"], bytes):
                    yield message["data"]

    def dispatch(self, envelope: bytes) -> None:
        """Hand a message to the pages that listen to one of its channels."""
        try:
            content = json.loads(envelope)
            text = sse(content["type"], content["data"])
            channels = set(content["channels"])
        except (ValueError, KeyError, TypeError):
            log.warning("An envelope on the event topic was not understood (%d bytes).", len(envelope))
            return
        for page in self.pages:
            if not channels.isdisjoint(page.listener.channels):
                page.offer(text)

    def broadcast_resync(self) -> None:
        """Tell every page that it may have missed something."""
        for page in self.pages:
            page.offer(sse("resync", {}))


hub = Hub()


def sse(kind: str, data: Any) -> str:
    """Return one server-sent event; JSON has no raw line breaks, so one data line holds it."""
    name = kind.replace("\r", " ").replace("\n", " ")
    return f"event: {name}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI entry point."""
    if scope["type"] == "lifespan":
        await live(receive, send)
    elif scope["type"] == "http":
        await answer(scope, receive, send)
    else:
        raise NotImplementedError(f"The event stream does not speak {scope['type']}.")


async def live(receive: Receive, send: Send) -> None:
    """Start and stop the hub with the server."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            hub.ensure_running()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await hub.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """Route one request."""
    headers = cors_headers(scope)
    if scope["method"] != "GET":
        await reply(send, 405, {"code": "method_not_allowed"}, [*headers, (b"allow", b"GET")])
    elif scope["path"] == "/healthz":
        await reply(send, 200, {"redis": "ok" if hub.connected else "away", "pages": len(hub.pages)}, headers)
    elif scope["path"] != "/events":
        await reply(send, 404, {"code": "not_found"}, headers)
    else:
        token = parse_qs(scope["query_string"].decode("ascii", "replace")).get("token", [""])[0]
        listener = read_token(token)
        if listener is None:
            await reply(send, 401, {"code": "token_invalid"}, headers)
        else:
            await stream(listener, receive, send, headers)


async def stream(listener: Listener, receive: Receive, send: Send, headers: Headers) -> None:
    """Send events until the page leaves, its token expires or the server stops."""
    hub.ensure_running()
    page = Page(listener)
    hub.pages.add(page)
    gone = asyncio.create_task(wait_for_leaving(receive))
    feed = asyncio.create_task(feed_page(page, send, headers))
    try:
        done, _pending = await asyncio.wait({gone, feed}, return_when=asyncio.FIRST_COMPLETED)
        if feed in done:
            feed.result()
    except OSError:
        log.debug("A page left while it was written to.")
    finally:
        hub.pages.discard(page)
        for task in (gone, feed):
            task.cancel()
        await asyncio.gather(gone, feed, return_exceptions=True)


async def feed_page(page: Page, send: Send, headers: Headers) -> None:
    """Write the stream: what is queued, a comment every 15 seconds, `expired` at the end of the token."""
    kept = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store")]
    # The second keeps a proxy from collecting the stream before it passes it on.
    kept += [(b"x-accel-buffering", b"no"), *headers]
    await send({"type": "http.response.start", "status": 200, "headers": kept})
    await write(send, "retry: 3000\n\n")
    while (left := page.listener.expires_at - time.time()) > 0:
        try:
            text = await asyncio.wait_for(page.queue.get(), min(left, HEARTBEAT_SECONDS))
        except TimeoutError:
            text = ": still here\n\n"
        if text is None:
            break
        await write(send, text)
    else:
        await write(send, sse("expired", {}))
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def write(send: Send, text: str) -> None:
    """Write a piece of the stream."""
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def wait_for_leaving(receive: Receive) -> None:
    """Return when the client is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def reply(send: Send, status: int, content: dict[str, Any], headers: Headers) -> None:
    """Send a short JSON answer."""
    body = json.dumps(content).encode()
    kept = [(b"content-type", b"application/json"), (b"cache-control", b"no-store"), *headers]
    await send({"type": "http.response.start", "status": status, "headers": kept})
    await send({"type": "http.response.body", "body": body})


def cors_headers(scope: Scope) -> Headers:
    """Return the headers that let our own pages on another port read the answer; none for strangers."""
    origin = dict(scope["headers"]).get(b"origin", b"").decode("ascii", "replace")
    allowed = [(b"access-control-allow-origin", origin.encode())] if origin in settings.EVENTS_ORIGINS else []
    return [*allowed, (b"vary", b"origin")]
