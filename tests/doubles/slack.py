"""A Slack of one workspace: as much of its Web API, Socket Mode and signed requests as the bot meets.

It refuses what Slack refuses, keeps what people would see, and notes in `wrongs` what no app may do: a late
acknowledgement, a call before Retry-After is over, blocks beyond a limit.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from aiohttp import ClientSession, WSMsgType, web

from bot.channels.slack.manifest import SCOPES
from tests.doubles.clock import LONGEST_S, until
from tests.doubles.limits import Limit
from tests.doubles.slack_blocks import complaints, unescaped
from tests.doubles.slack_channels import BOT, Channel, Json, Message
from tests.doubles.slack_files import Shared

BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-of-the-double", "xapp-of-the-double", "0123456789abcdef0123456789abcdef"
_MESSAGES = ("chat.postMessage", "files.completeUploadExternal")


@dataclass
class Fault:
    """`refuse` says `word`; `429` wants `seconds`; `status` answers so; `reset` and `slow` come before or after."""

    kind: str
    word: str = ""
    seconds: float = 1
    times: int = 1
    after: bool = True


class _Refused(Exception):
    pass


class Slack:
    """Use it as a context; addresses are loopback's."""

    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        self.calls: list[tuple[str, Json]] = []
        self.wrongs: list[str] = []
        self.faults: dict[str, Fault] = {}
        self.scopes = ",".join(SCOPES)
        self.locales: dict[str, str] = {}
        """The languages that people have chosen, such as "en-US", by their ids."""
        self.hook: str | None = None
        self.tells_shares = True
        self.patience = LONGEST_S
        self.now: Callable[[], float] = time.monotonic
        """By which the bot is to wait as long as it is asked to."""
        self.limit: Limit | None = None
        """Of a channel's messages; without it, as many as one likes."""
        self.refused: list[str] = []
        """What was over the limit."""
        self.sockets: list[web.WebSocketResponse] = []
        self.opened = 0
        self._owed: dict[tuple[str, str], float] = {}
        self._waiting: dict[str, float] = {}
        self.shared = Shared(BOT_TOKEN)
        """What people share."""
        self._files: dict[str, Json] = {}
        self._urls: dict[str, Json] = {}
        self._count = 0

    async def __aenter__(self) -> Slack:
        app = web.Application(client_max_size=50_000_000)
        app.router.add_post("/api/{method}", self._api)
        app.router.add_get("/api/{method}", self._api)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_get("/files-pri/{place}/download/{name}", self._shared_file)
        app.router.add_get("/signin", self.shared.sign_in)
        app.router.add_get("/socket", self._socket)
        app.router.add_post("/response/{id}", self._respond)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self.come()
        self._http = ClientSession()
        return self

    async def __aexit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._http.close()
        await self._runner.cleanup()

    async def come(self, port: int = 0) -> None:
        """Listen; at the former port after `go`."""
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.base = self.shared.base = f"http://127.0.0.1:{self.port}"

    async def go(self) -> None:
        """Be away: connections break, new ones are refused."""
        for site in list(self._runner.sites):
            await site.stop()
        for socket in list(self.sockets):
            await socket.close()

    def channel(self, name: str, *members: str, **how: Any) -> Channel:
        return self.channels.setdefault(name, Channel(name, {BOT, *members}, **how))

    async def until(self, holds: Callable[[], object]) -> None:
        await until(holds, lambda: f"{[method for method, _ in self.calls]}, {self.wrongs}")

    @property
    def unacknowledged(self) -> bool:
        """Whether something that was delivered has not been taken yet."""
        return bool(self._waiting)

    def called(self, method: str) -> list[Json]:
        return [args for name, args in self.calls if name == method]

    # What people do

    async def command(self, user: str, channel: str, command: str, text: str = "", *, twice: bool = False) -> None:
        body = {"command": command, "text": text, "channel_id": channel, "user_id": user, "team_id": "T1"}
        body |= {"response_url": self._url(channel, user), "trigger_id": self._id("trigger."), "api_app_id": "A1"}
        await self.deliver("slash_commands", body, twice=twice)

    async def say(self, user: str, channel: str, text: str, thread: str | None = None, **more: Any) -> str:
        """A message, and the mention in it; its ts."""
        ts = self._ts()
        event = {"type": "message", "user": user, "text": text, "ts": ts, "channel": channel, "event_ts": ts, **more}
        event |= {"channel_type": "im" if channel.startswith("D") else "channel"}
        if thread:
            event["thread_ts"] = thread
            if root := next((each for each in self.channels[channel].messages if each.ts == thread), None):
                event["parent_user_id"] = root.user
        self.channels[channel].messages.append(Message(ts, user, text, thread=thread))
        await self.event(event)
        if f"<@{BOT}>" in text and not channel.startswith("D"):
            mention = {key: value for key, value in event.items() if key not in ("subtype", "channel_type")}
            await self.event({**mention, "type": "app_mention"})
        return ts

    async def share(
        self, user: str, channel: str, *files: Json, text: str = "", thread: str | None = None, **more: Any
    ) -> str:
        """Files, and what is written with them."""
        more = {"subtype": "file_share", "files": list(files), "upload": False, **more}
        return await self.say(user, channel, text, thread, **more)

    async def edit(self, user: str, channel: str, ts: str, text: str, before: str) -> None:
        edited = {"user": user, "ts": self._ts()}
        message = {"type": "message", "user": user, "ts": ts, "text": text, "edited": edited}
        event = {"type": "message", "subtype": "message_changed", "channel": channel, "ts": edited["ts"]}
        await self.event({**event, "message": message, "previous_message": {**message, "text": before}})

    async def event(self, event: Json, *, twice: bool = False) -> None:
        body = {
            "type": "event_callback",
            "event": event,
            "event_id": self._id("Ev"),
            "team_id": "T1",
            "api_app_id": "A1",
        }
        await self.deliver("events_api", body, twice=twice)

    async def press(self, user: str, message: Message, label: str, channel: str, *, twice: bool = False) -> None:
        block, action = message.buttons[label]
        elements = next(b["elements"] for b in message.blocks if b.get("block_id") == block)
        button = next(each for each in elements if each["action_id"] == action)
        pressed = {"type": "button", "action_id": action, "block_id": block, "value": button["value"]}
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel,
            "is_ephemeral": bool(message.to),
        }
        body = {"type": "block_actions", "user": {"id": user}, "team": {"id": "T1"}, "container": container}
        body |= {"channel": {"id": channel}, "actions": [{**pressed, "action_ts": self._ts()}], "api_app_id": "A1"}
        body |= {"response_url": self._url(channel, user, message), "trigger_id": self._id("trigger.")}
        if not message.to:
            body["message"] = {"ts": message.ts, "text": message.text, "user": BOT, "thread_ts": message.thread}
        await self.deliver("interactive", body, twice=twice)

    async def deliver(self, kind: str, body: Json, *, twice: bool = False) -> None:
        for attempt in range(1 + twice):
            if self.hook:
                status, _ = await self.request(kind, body, retry=attempt)
                assert status == 200
            else:
                await self.until(lambda: self.sockets)
                envelope = {"type": kind, "envelope_id": self._id("E"), "payload": body}
                self._waiting[envelope["envelope_id"]] = time.monotonic()
                await self.sockets[-1].send_json(envelope)

    async def request(
        self, kind: str, body: Json, *, secret: str = SECRET, age: float = 0, retry: int = 0
    ) -> tuple[int, str]:
        """A signed request of the mode http; its status and text."""
        if kind == "events_api":
            data, form = json.dumps(body), "application/json"
        else:
            fields = {"payload": json.dumps(body)} if kind == "interactive" else body
            data, form = urllib.parse.urlencode(fields), "application/x-www-form-urlencoded"
        stamp = str(int(time.time() - age))
        signature = hmac.new(secret.encode(), f"v0:{stamp}:{data}".encode(), hashlib.sha256).hexdigest()
        headers = {"Content-Type": form, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}"}
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        began = time.monotonic()
        async with self._http.post(self.hook or "", data=data, headers=headers) as answer:
            self._on_time(began, kind)
            return answer.status, await answer.text()

    async def disconnect(self) -> None:
        """Ask for another connection, and close the old one once it is there."""
        old, before = self.sockets[-1], self.opened
        await old.send_json({"type": "disconnect", "reason": "refresh_requested"})
        await self.until(lambda: self.opened > before)
        await old.close()

    async def cut(self) -> None:
        """Break the connection without a word."""
        for socket in list(self.sockets):
            request = socket._req
            if request and request.transport:
                request.transport.abort()

    # The service

    def _id(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def _ts(self) -> str:
        self._count += 1
        return f"{int(time.time())}.{self._count:06}"

    def _url(self, channel: str, user: str, message: Message | None = None) -> str:
        name = self._id("r")
        self._urls[name] = {"channel": channel, "user": user, "message": message, "uses": 0}
        return f"{self.base}/response/{name}"

    def _on_time(self, began: float, what: str) -> None:
        if time.monotonic() - began > self.patience:
            self.wrongs.append(f"{what}: acknowledged after {self.patience} s")

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        sent = await request.json() if request.content_type == "application/json" else dict(await request.post())
        args = {**request.query, **{name: value for name, value in sent.items() if value is not None}}
        for name in ("blocks", "metadata", "files"):
            if isinstance(args.get(name), str):
                args[name] = json.loads(args[name])
        self.calls.append((method, args))
        place = (method, str(args.get("channel") or args.get("channel_id")))
        if self.now() < self._owed.get(place, 0) - 0.02:
            self.wrongs.append(f"{method} before Retry-After was over")
        fault = self._fault(method)
        if self.limit and method in _MESSAGES and not self.limit.takes(place[1]):
            self.refused.append(f"{method} {place[1]}")
            fault = Fault("429")
        if fault and fault.kind == "429":
            self._owed[place] = self.now() + fault.seconds
            headers = {"Retry-After": str(int(fault.seconds))}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        if fault and fault.kind == "status":
            return web.Response(status=int(fault.word), text="<html>upstream</html>", content_type="text/html")
        if fault and not fault.after:
            await self._hurt(fault, request)
        try:
            if fault and fault.kind == "refuse":
                raise _Refused(fault.word)
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if token != (APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN):
                raise _Refused("invalid_auth")
            body = {"ok": True, **getattr(self, "_" + method.replace(".", "_"))(args)}
        except _Refused as refused:
            body = {"ok": False, "error": str(refused)}
        if fault and fault.after:
            await self._hurt(fault, request)
        return web.json_response(body, headers={"X-OAuth-Scopes": self.scopes})

    def _fault(self, method: str) -> Fault | None:
        fault = self.faults.get(method)
        if fault:
            fault.times -= 1
            if fault.times <= 0:
                del self.faults[method]
        return fault

    async def _hurt(self, fault: Fault, request: web.Request) -> None:
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "reset" and request.transport:
            request.transport.abort()
            await asyncio.sleep(0.01)

    def _in(self, args: Json, key: str = "channel") -> Channel:
        channel = self.channels.get(str(args.get(key)))
        if channel is None or (channel.private and BOT not in channel.members):
            raise _Refused("channel_not_found")
        return channel

    def _open_to_us(self, args: Json, key: str = "channel") -> Channel:
        channel = self._in(args, key)
        if channel.archived:
            raise _Refused("is_archived")
        if BOT not in channel.members:
            raise _Refused("not_in_channel")
        return channel

    def _checked(self, args: Json) -> tuple[str, list[Json]]:
        text, blocks = str(args.get("text") or ""), args.get("blocks") or []
        wrong = complaints(blocks) if blocks else []
        wrong += [*unescaped(text), *(["text of 4,000"] if len(text) > 4000 else [])]
        if not text:
            wrong.append("no text for notifications")
        if wrong:
            self.wrongs += wrong
            raise _Refused("invalid_blocks")
        return text, blocks

    def _auth_test(self, args: Json) -> Json:
        return {"user_id": BOT, "bot_id": "B1", "team_id": "T1", "user": "svodka", "team": "Centre"}

    def _users_info(self, args: Json) -> Json:
        person = str(args["user"])
        asked = str(args.get("include_locale")).lower() in ("1", "true")
        known = {"locale": self.locales[person]} if asked and person in self.locales else {}
        return {"user": {"id": person, **known}}

    def _apps_connections_open(self, args: Json) -> Json:
        return {"url": f"ws://127.0.0.1:{self.port}/socket"}

    def _chat_postMessage(self, args: Json) -> Json:  # noqa: N802
        channel = self._open_to_us(args)
        text, blocks = self._checked(args)
        message = Message(self._ts(), BOT, text, blocks, thread=args.get("thread_ts"), metadata=args.get("metadata"))
        channel.messages.append(message)
        return {"channel": channel.id, "ts": message.ts}

    def _chat_postEphemeral(self, args: Json) -> Json:  # noqa: N802
        channel = self._open_to_us(args)
        if args["user"] not in channel.members:
            raise _Refused("user_not_in_channel")
        if (root := args.get("thread_ts")) and not any(each.thread == root for each in channel.messages):
            self.wrongs.append("for one person in a thread that is none yet: nobody sees it")
        text, blocks = self._checked(args)
        message = Message(self._ts(), BOT, text, blocks, thread=root, to=args["user"])
        channel.messages.append(message)
        return {"message_ts": message.ts}

    def _ours(self, args: Json) -> tuple[Channel, Message]:
        channel = self._in(args)
        for message in channel.messages:
            if message.ts == args["ts"] and message.user == BOT and not message.to:
                return channel, message
        raise _Refused("message_not_found")

    def _chat_update(self, args: Json) -> Json:
        channel, message = self._ours(args)
        message.text, message.blocks = self._checked(args)
        message.edited = True
        return {"channel": channel.id, "ts": message.ts}

    def _chat_delete(self, args: Json) -> Json:
        channel, message = self._ours(args)
        channel.messages.remove(message)
        return {}

    def _files_getUploadURLExternal(self, args: Json) -> Json:  # noqa: N802
        if int(args["length"]) <= 0:
            raise _Refused("invalid_arguments")
        name = self._id("F")
        self._files[name] = {"id": name, "name": args["filename"], "length": int(args["length"]), "shares": {}}
        self._files[name]["alt_txt"] = args.get("alt_txt")
        return {"upload_url": f"{self.base}/upload/{name}", "file_id": name}

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        file, data = self._files[request.match_info["id"]], await request.read()
        fault = self._fault("upload")
        if fault and fault.kind == "status":
            return web.Response(status=int(fault.word))
        if len(data) != file["length"]:
            self.wrongs.append("another length than announced")
            return web.Response(status=400)
        file["content"] = data
        return web.Response(text=f"OK - {len(data)}")

    def _files_completeUploadExternal(self, args: Json) -> Json:  # noqa: N802
        channel = self._open_to_us(args, "channel_id")
        files = [{**self._files[each["id"]], "title": each.get("title")} for each in args["files"]]
        if not all("content" in file for file in files):
            raise _Refused("file_not_found")
        message = Message(self._ts(), BOT, args.get("initial_comment", ""), thread=args.get("thread_ts"), files=files)
        channel.messages.append(message)
        for file in files:
            self._files[file["id"]]["shares"] = {"public": {channel.id: [{"ts": message.ts}]}}
        return {"files": [{"id": file["id"], "title": file["title"]} for file in files]}

    async def _shared_file(self, request: web.Request) -> web.StreamResponse:
        self.shared.scopes = self.scopes
        return await self.shared.get(request)

    def _files_info(self, args: Json) -> Json:
        if "files:read" not in self.scopes.split(","):
            raise _Refused("missing_scope")
        if file := self.shared.info(args["file"]):
            return {"file": file}
        if args["file"] not in self._files:
            raise _Refused("file_not_found")
        return {
            "file": {"id": args["file"], "shares": self._files[args["file"]]["shares"] if self.tells_shares else {}}
        }

    def _conversations_history(self, args: Json) -> Json:
        said = [each for each in self._open_to_us(args).messages if not each.to and each.thread in (None, each.ts)]
        return self._page(said[::-1], args)

    def _conversations_replies(self, args: Json) -> Json:
        said = [
            each for each in self._open_to_us(args).messages if not each.to and args["ts"] in (each.ts, each.thread)
        ]
        return self._page(said, args)

    def _page(self, said: list[Message], args: Json) -> Json:
        said = [each for each in said if float(each.ts) >= float(args.get("oldest", 0))]
        start, limit = int(args.get("cursor") or 0), int(args.get("limit", 100))
        more = {"next_cursor": str(start + limit) if start + limit < len(said) else ""}
        with_metadata = str(args.get("include_all_metadata", "")).lower() in ("1", "true")
        shown = [self._listed(each, with_metadata) for each in said[start : start + limit]]
        return {"messages": shown, "has_more": bool(more["next_cursor"]), "response_metadata": more}

    def _listed(self, message: Message, with_metadata: bool) -> Json:
        files = [{"id": file["id"]} for file in message.files]
        told = {"ts": message.ts, "user": message.user, "text": message.text, **({"files": files} if files else {})}
        if message.user == BOT:
            told["bot_id"] = "B1"
        legible = with_metadata and message.metadata and "metadata.message:read" in self.scopes
        return {**told, "metadata": message.metadata} if legible else told

    def _files_delete(self, args: Json) -> Json:
        if self._files.pop(args["file"], None) is None:
            raise _Refused("file_not_found")
        return {}

    def _conversations_info(self, args: Json) -> Json:
        channel = self._in(args)
        is_im = channel.id.startswith("D")
        about = {"id": channel.id, "is_archived": channel.archived, "is_member": BOT in channel.members, "is_im": is_im}
        return {"channel": about if is_im else {**about, "name": channel.id.lower()}}

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        url, args = self._urls[request.match_info["id"]], await request.json()
        self.calls.append(("response_url", args))
        url["uses"] += 1
        if url["uses"] > 5:
            self.wrongs.append("a response_url more than 5 times")
            return web.Response(status=404, text="used_url")
        channel, message = self.channels.setdefault(url["channel"], Channel(url["channel"], set())), url["message"]
        if args.get("delete_original") or args.get("replace_original"):
            channel.messages = [each for each in channel.messages if each is not message]
        if args.get("delete_original"):
            return web.Response(text="ok")
        try:
            text, blocks = self._checked(args)
        except _Refused as refused:
            return web.Response(status=400, text=str(refused))
        to = None if args.get("response_type") == "in_channel" else url["user"]
        channel.messages.append(Message(self._ts(), BOT, text, blocks, to=to))
        return web.Response(text="ok")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets) + 1})
        self.sockets.append(socket)
        self.opened += 1
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    began = self._waiting.pop(json.loads(message.data)["envelope_id"])
                    self._on_time(began, "envelope")
        finally:
            self.sockets.remove(socket)
        return socket
