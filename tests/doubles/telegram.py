"""Telegram's Bot API on loopback, as much of it as the bot needs: it shows what people see and refuses what it would.

    async with TelegramDouble() as far:
        far.says("/sl", person=5)
        await far.until(lambda: far.seen(5)[1:])

Faults are put before calls: `far.fault("429", "sendMessage", seconds=2)`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

from tests.doubles.clock import until
from tests.doubles.limits import Limit
from tests.doubles.telegram_files import Refused, Uploads
from tests.doubles.telegram_rich import RichText
from tests.doubles.telegram_text import Entity, Unparsed, parsed, units
from tests.doubles.telegram_told import GIFTS, ME, PERMISSIONS, Call, Fault, member, mentions
from tests.doubles.telegram_told import NAME as NAME

TOKEN = "4242:AAEtestsOnlyNotAToken-0123456789abcdef"
_JSON = {"reply_markup", "reply_parameters", "media", "rich_message", "commands", "scope", "allowed_updates"}
_JSON |= {"message_ids"}


@dataclass
class Seen:
    """A message as people see it."""

    id: int
    text: str
    entities: list[Entity] = field(default_factory=list)
    picture: bytes | None = None
    file: tuple[str, bytes] | None = None
    rich: RichText | None = None
    pictures: tuple[bytes, ...] = ()
    """Those of a rich message."""
    buttons: list[list[tuple[str, str]]] = field(default_factory=list)
    by_bot: bool = True
    thread: int | None = None
    reply_to: int | None = None
    album: int | None = None
    edited: bool = False
    frozen: bool = False
    """Too old to be edited."""

    @property
    def labels(self) -> list[str]:
        return [text for row in self.buttons for text, _ in row]

    def data(self, label: str) -> str:
        return next(data for row in self.buttons for text, data in row if text == label)


@dataclass
class Chat:
    id: int
    kind: str
    title: str = "A chat"
    messages: dict[int, Seen] = field(default_factory=dict)
    last: int = 0
    status: str = "member"
    moved_to: int | None = None
    topics: set[int] = field(default_factory=set)
    permissions: dict[str, bool] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        named = {"first_name": "Somebody"} if self.kind == "private" else {"title": self.title}
        return {"id": self.id, "type": self.kind, **named, **({"is_forum": True} if self.topics else {})}


class TelegramDouble:
    """The server, with one bot."""

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self.chats: dict[int, Chat] = {}
        self.calls: list[Call] = []
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.pressed: dict[str, str | None] = {}
        """What was said to each press; absent: not answered."""
        self.webhook: dict[str, Any] = {}
        self.pending: list[dict[str, Any]] = []
        self.me: dict[str, Any] = {**ME, "can_join_groups": True, "can_read_all_group_messages": False}
        self.token = TOKEN
        self.limits: dict[str, Limit] = {}
        """Of all messages, of a `chat`'s and of a `group`'s; without any, as many as one likes."""
        self.refused: list[str] = []
        """What was over a limit."""
        self._faults: list[Fault] = []
        self._updates = 1000
        self._albums = 0
        self.uploads = Uploads()
        self._poller: asyncio.Event | None = None
        self.url = ""

    async def __aenter__(self) -> TelegramDouble:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/bot{token}/{method}", self._handle)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, read_bufsize=64 * 1024 * 1024)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    # What people do

    def chat(self, chat: int, kind: str | None = None) -> Chat:
        made = Chat(chat, kind or ("private" if chat > 0 else "supergroup" if chat < -(10**12) else "group"))
        return self.chats.setdefault(chat, made)

    def says(self, text: str, person: int = 5, chat: int | None = None, **more: Any) -> int:
        """A person writes; `more` goes into the message, `reply_to` names another. Returns its id."""
        return self._told(text, person, chat, more)

    def _told(self, text: str, person: int, chat: int | None, more: dict[str, Any]) -> int:
        where = self.chat(chat or person)
        where.last += 1
        if above := where.messages.get(more.pop("reply_to", 0)):
            by = ME if above.by_bot else {"id": 77, "is_bot": False, "first_name": "Somebody else"}
            more["reply_to_message"] = {**self._json(where, above), "from": by}
        thread = more.get("message_thread_id")
        where.messages[where.last] = Seen(where.last, text, by_bot=False, thread=thread)
        if thread:
            where.topics.add(thread)
            more["is_topic_message"] = True
        self.push(
            "channel_post" if where.kind == "channel" else "message", self.said(where, where.last, person, **more)
        )
        return where.last

    def sends(
        self,
        content: bytes,
        name: str | None = None,
        *,
        caption: str = "",
        person: int = 5,
        chat: int | None = None,
        **more: Any,
    ) -> int:
        """A person sends a photo, or a file if it has a name, as `says` says; what they write is its caption."""
        sent = self.uploads.document(name, content) if name else self.uploads.photo(content)
        if caption:
            sent |= {"caption": caption, "caption_entities": mentions(caption)}
        return self._told("", person, chat, {"text": None, "entities": None, **sent, **more})

    def edits(self, chat: int, message: int, text: str, person: int = 5, **more: Any) -> None:
        self.chat(chat).messages[message].text = text
        edited = self.said(self.chat(chat), message, person, edit_date=int(time.time()), **more)
        self.push("edited_message", edited)

    @staticmethod
    def said(chat: Chat, message: int, person: int, **more: Any) -> dict[str, Any]:
        """A person's message as the bot is told it."""
        text = str(more.get("text", chat.messages[message].text))
        user = {"id": person, "is_bot": False, "first_name": "Somebody", "language_code": "en-GB"}
        said = {"message_id": message, "date": int(time.time()), "chat": chat.json(), "from": user, "text": text}
        told = {**said, "entities": mentions(text), **more}
        return {key: value for key, value in told.items() if value is not None}

    def presses(self, chat: int, message: int, data: str, person: int = 5) -> str:
        """A person presses a button. Returns the query's id."""
        query = f"query-{len(self.calls)}-{self._updates}"
        shown = self._json(self.chat(chat), self.chat(chat).messages[message])
        user = {"id": person, "is_bot": False, "first_name": "Somebody", "language_code": "ru"}
        press = {"id": query, "from": user, "message": shown, "data": data, "chat_instance": "1"}
        self.push("callback_query", press)
        return query

    def membership(self, chat: int, was: str, now: str, person: int = 5) -> None:
        where = self.chat(chat)
        where.status = now
        user = {"id": person, "is_bot": False, "first_name": "Somebody", "language_code": "en"}
        change = {"chat": where.json(), "from": user, "date": int(time.time())}
        members = {"old_chat_member": member(was), "new_chat_member": member(now)}
        self.push("my_chat_member", {**change, **members})

    def push(self, kind: str, payload: dict[str, Any]) -> None:
        self._updates += 1
        update = {"update_id": self._updates, kind: payload}
        if self.webhook:
            self._delivery = asyncio.create_task(self.deliver(update))
        else:
            self.pending.append(update)

    async def deliver(self, update: dict[str, Any], secret: str | None = None) -> int:
        """Hand an update to the webhook. Returns the bot's status."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret or self.webhook["secret_token"]}
        async with ClientSession() as http, http.post(self.webhook["url"], json=update, headers=headers) as response:
            return response.status

    # What tests look at

    def fault(self, kind: str, method: str, seconds: float = 1, times: int = 1) -> None:
        """429, 500, 502, garbage, before (reset, not accepted), after (reset, accepted), slow (accepted), conflict."""
        self._faults.append(Fault(kind, method, seconds, times))

    def seen(self, chat: int) -> list[Seen]:
        """What stands in a chat, in order."""
        return [message for _, message in sorted(self.chat(chat).messages.items())]

    def answers(self, chat: int) -> list[Seen]:
        return [message for message in self.seen(chat) if message.by_bot]

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def until(self, holds: Callable[[], object]) -> None:
        await until(holds, lambda: str([call.method for call in self.calls]))

    # The wire

    async def _handle(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        await request.content.wait_eof()  # a request that is cut off in its middle is none
        given, files = await self._read(request)
        self.calls.append(Call(time.monotonic(), method, given))
        try:
            if request.match_info["token"] != self.token:
                raise Refused(401, "Unauthorized")
            fault = self._due(method)
            if fault == "before":
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            if method == "getUpdates":
                return web.json_response({"ok": True, "result": await self._get_updates(given)})
            if method.startswith("send") and method != "sendChatAction":
                self._count(given["chat_id"], len(given.get("media", "1")))
            result = getattr(self, f"_do_{method}")(given, files)
            if fault == "garbage":
                return web.Response(text="<html>")
            if fault == "after":
                assert request.transport is not None
                request.transport.abort()
            if isinstance(fault, float):
                await asyncio.sleep(fault)
            return web.json_response({"ok": True, "result": result})
        except Refused as refusal:
            return web.json_response(refusal.body, status=refusal.code)

    async def _download(self, request: web.Request) -> web.Response:
        """A file by the address that getFile gave, which holds the token."""
        self.calls.append(Call(time.monotonic(), "download", {"path": request.match_info["path"]}))
        try:
            fault = self._due("download")
            if request.match_info["token"] != self.token:
                raise Refused(404, "Not Found")
            content = self.uploads.at(request.match_info["path"])
        except Refused as refusal:
            return web.json_response(refusal.body, status=refusal.code)
        if fault == "garbage":
            return web.Response(text="<html>a gateway's page", content_type="text/html")
        if fault == "before":
            assert request.transport is not None
            request.transport.abort()
        return web.Response(body=content, content_type="application/octet-stream")

    def _due(self, method: str) -> str | float | None:
        """The fault that meets this call: raised, or what is to be done to its answer (a float: be late)."""
        fault = next((fault for fault in self._faults if fault.method == method), None)
        if fault is None:
            return None
        fault.times -= 1
        if not fault.times:
            self._faults.remove(fault)
        if fault.kind == "429":
            raise Refused(429, f"Too Many Requests: retry after {fault.seconds}", retry_after=int(fault.seconds))
        if fault.kind == "conflict":
            raise Refused(409, "Conflict: terminated by other getUpdates request")
        if fault.kind.isdecimal():
            raise Refused(int(fault.kind), "Internal Server Error")
        return float(fault.seconds) if fault.kind == "slow" else fault.kind

    def _count(self, chat: str, messages: int) -> None:
        for name, limit in self.limits.items():
            counted = "" if name == "all" else chat
            if (name != "group" or chat.startswith("-")) and not limit.takes(counted, messages):
                self.refused.append(f"{name} {chat}")
                raise Refused(429, "Too Many Requests: retry after 1", retry_after=1)

    @staticmethod
    async def _read(request: web.Request) -> tuple[dict[str, Any], dict[str, tuple[str, bytes]]]:
        given: dict[str, Any] = {}
        files = {}
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = (value.filename, value.file.read())
            else:
                given[name] = json.loads(str(value)) if name in _JSON else str(value)
        return given, files

    async def _get_updates(self, given: dict[str, Any]) -> list[dict[str, Any]]:
        if self.webhook:
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active")
        if self._poller:
            self._poller.set()
        poller = self._poller = asyncio.Event()
        self.pending = [update for update in self.pending if update["update_id"] >= int(given.get("offset", 0))]
        end = time.monotonic() + float(given.get("timeout", 0))
        while not self.pending and time.monotonic() < end:
            await asyncio.sleep(0.01)
            if poller.is_set():
                raise Refused(409, "Conflict: terminated by other getUpdates request")
        return self.pending

    # Methods

    def _do_getMe(self, given: dict[str, Any], files: object) -> dict[str, Any]:  # noqa: N802
        return self.me

    def _do_deleteWebhook(self, given: dict[str, Any], files: object) -> bool:  # noqa: N802
        self.webhook = {}
        return True

    def _do_setWebhook(self, given: dict[str, Any], files: object) -> bool:  # noqa: N802
        self.webhook = given
        return True

    def _do_getMyCommands(self, given: dict[str, Any], files: object) -> list[dict[str, str]]:  # noqa: N802
        return self.commands.get((given["scope"]["type"], given.get("language_code", "")), [])

    def _do_setMyCommands(self, given: dict[str, Any], files: object) -> bool:  # noqa: N802
        if len(given["commands"]) > 100 or any(len(each["description"]) > 256 for each in given["commands"]):
            raise Refused(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        self.commands[given["scope"]["type"], given.get("language_code", "")] = given["commands"]
        return True

    def _do_sendMessage(self, given: dict[str, Any], files: object) -> dict[str, Any]:  # noqa: N802
        return self._accept(given, *self._words(given["text"], given, 4096, at_least=1))

    def _do_sendPhoto(self, given: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> dict[str, Any]:  # noqa: N802
        words = self._words(given.get("caption", ""), given, 1024)
        return self._accept(given, *words, picture=files["photo"][1])

    def _do_sendDocument(self, given: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> dict[str, Any]:  # noqa: N802
        words = self._words(given.get("caption", ""), given, 1024)
        return self._accept(given, *words, file=files["document"])

    def _do_sendMediaGroup(self, given: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> list[Any]:  # noqa: N802
        if not 2 <= len(given["media"]) <= 10:
            raise Refused(400, "Bad Request: wrong number of items in a media group")
        self._albums += 1
        words = [self._words(item.get("caption", ""), item, 1024) for item in given["media"]]
        pictures = [files[item["media"].removeprefix("attach://")][1] for item in given["media"]]
        return [
            self._accept(given, *said, picture=picture, album=self._albums)
            for said, picture in zip(words, pictures, strict=True)
        ]

    def _do_sendRichMessage(self, given: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> dict[str, Any]:  # noqa: N802
        return self._accept(given, **self._rich(given, files))

    def _do_getFile(self, given: dict[str, Any], files: object) -> dict[str, Any]:  # noqa: N802
        return self.uploads.file(given["file_id"])

    def _do_sendChatAction(self, given: dict[str, Any], files: object) -> bool:  # noqa: N802
        self._place(given)
        return True

    def _do_answerCallbackQuery(self, given: dict[str, Any], files: object) -> bool:  # noqa: N802
        if len(given.get("text", "")) > 200:
            raise Refused(400, "Bad Request: MESSAGE_TOO_LONG")
        self.pressed[given["callback_query_id"]] = given.get("text")
        return True

    def _do_editMessageText(self, given: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> dict[str, Any]:  # noqa: N802
        if "rich_message" in given:
            chat, message = self._own(given)
            return self._change(chat, message, given, **self._rich(given, files))
        text, entities = self._words(given["text"], given, 4096, at_least=1)
        chat, message = self._own(given)
        if message.picture or message.file:
            raise Refused(400, "Bad Request: there is no text in the message to edit")
        return self._change(chat, message, given, text=text, entities=entities, rich=None, pictures=())

    def _do_editMessageMedia(self, given: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> dict[str, Any]:  # noqa: N802
        media = given["media"]
        text, entities = self._words(media.get("caption", ""), media, 1024)
        chat, message = self._own(given)
        name, content = files[media["media"].removeprefix("attach://")]
        picture, file = (content, None) if media["type"] == "photo" else (None, (name, content))
        if message.album and picture is None:
            raise Refused(400, "Bad Request: message media in album can be edited only to photo or video")
        return self._change(chat, message, given, text=text, entities=entities, picture=picture, file=file)

    def _do_deleteMessages(self, given: dict[str, Any], files: object) -> bool:  # noqa: N802
        chat = self._place(given)
        for message in given["message_ids"]:
            chat.messages.pop(message, None)
        return True

    def _do_getChat(self, given: dict[str, Any], files: object) -> dict[str, Any]:  # noqa: N802
        chat = self._place(given, leave_in=True)
        required = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": GIFTS}
        permissions = {"permissions": {**dict.fromkeys(PERMISSIONS, True), **chat.permissions}}
        return {**chat.json(), **required, **(permissions if chat.kind.endswith("group") else {})}

    def _do_getChatMember(self, given: dict[str, Any], files: object) -> dict[str, Any]:  # noqa: N802
        return member(self._place(given, leave_in=True).status)

    # What the service does with them

    def _place(self, given: dict[str, Any], leave_in: bool = False) -> Chat:
        chat = self.chats.get(int(given["chat_id"]))
        if chat is None:
            raise Refused(400, "Bad Request: chat not found")
        if chat.moved_to:
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, text, migrate_to_chat_id=chat.moved_to)
        if chat.status == "kicked":
            raise Refused(403, "Forbidden: bot was kicked from the group chat")
        if chat.status == "left" and not leave_in:
            raise Refused(403, "Forbidden: bot is not a member of the group chat")
        thread = given.get("message_thread_id")
        if thread and int(thread) not in chat.topics:
            raise Refused(400, "Bad Request: message thread not found")
        return chat

    @staticmethod
    def _words(html: str, given: dict[str, Any], limit: int, at_least: int = 0) -> tuple[str, list[Entity]]:
        if html and given.get("parse_mode") != "HTML":
            raise Refused(400, "Bad Request: this double reads HTML")
        try:
            text, entities = parsed(html)
        except Unparsed as error:
            raise Refused(400, f"Bad Request: can't parse entities: {error}") from None
        if not at_least <= units(text) <= limit:
            raise Refused(400, f"Bad Request: message of {units(text)} units is empty or too long")
        return text, entities

    @staticmethod
    def _rich(given: dict[str, Any], files: dict[str, tuple[str, bytes]]) -> dict[str, Any]:
        message = given["rich_message"]
        if unknown := message.keys() - {"html", "media"}:
            raise Refused(400, f"Bad Request: this double reads HTML, and no {unknown}")
        try:
            read = RichText(message["html"])
        except Unparsed as error:
            raise Refused(400, f"Bad Request: can't parse rich message: {error}") from None
        media = {
            each["id"]: files[each["media"]["media"].removeprefix("attach://")][1] for each in message.get("media", [])
        }
        if set(read.photos) != media.keys():
            raise Refused(400, f"Bad Request: media {set(read.photos) ^ media.keys()} not found or not used")
        pictures = tuple(media[name] for name in read.photos)
        return {"text": "\n".join(read.lines), "entities": [], "rich": read, "pictures": pictures}

    @staticmethod
    def _buttons(given: dict[str, Any]) -> list[list[tuple[str, str]]]:
        rows = given.get("reply_markup", {}).get("inline_keyboard", [])
        # A button opens an address, or sends its data.
        shown = [[(button["text"], button.get("url") or button["callback_data"]) for button in row] for row in rows]
        if sum(map(len, shown)) > 100 or any(len(row) > 8 for row in shown):
            raise Refused(400, "Bad Request: REPLY_MARKUP_TOO_LONG")
        sent = [(label, data) for row in shown for label, data in row if not data.startswith("http")]
        if any(not label.strip() or not 1 <= len(data.encode()) <= 64 for label, data in sent):
            raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")
        return shown

    def _accept(self, given: dict[str, Any], text: str, entities: list[Entity], **more: Any) -> dict[str, Any]:
        chat, buttons = self._place(given), self._buttons(given)
        if more.get("picture") and chat.permissions.get("can_send_photos") is False:
            raise Refused(400, "Bad Request: not enough rights to send photos to the chat")
        reply = given.get("reply_parameters", {}).get("message_id")
        if reply and reply not in chat.messages:
            if not given["reply_parameters"].get("allow_sending_without_reply"):
                raise Refused(400, "Bad Request: message to be replied not found")
            reply = None
        chat.last += 1
        thread = given.get("message_thread_id")
        message = Seen(chat.last, text, entities, buttons=buttons, reply_to=reply, **more)
        message.thread = int(thread) if thread else None
        chat.messages[chat.last] = message
        return self._json(chat, message)

    def _own(self, given: dict[str, Any]) -> tuple[Chat, Seen]:
        chat = self._place(given)
        message = chat.messages.get(int(given["message_id"]))
        if message is None or not message.by_bot:
            raise Refused(400, "Bad Request: message to edit not found")
        if message.frozen:
            raise Refused(400, "Bad Request: message can't be edited")
        return chat, message

    def _change(self, chat: Chat, message: Seen, given: dict[str, Any], **new: Any) -> dict[str, Any]:
        new["buttons"] = self._buttons(given)
        if all(getattr(message, name) == value for name, value in new.items()):
            raise Refused(400, "Bad Request: message is not modified: it is exactly the same")
        for name, value in new.items():
            setattr(message, name, value)
        message.edited = True
        return self._json(chat, message)

    @staticmethod
    def _json(chat: Chat, message: Seen) -> dict[str, Any]:
        shown: dict[str, Any] = {"message_id": message.id, "date": int(time.time()), "chat": chat.json(), "from": ME}
        if message.thread:
            shown |= {"message_thread_id": message.thread, "is_topic_message": True}
        if message.picture is not None:
            size: dict[str, Any] = {"file_id": "p", "file_unique_id": "p", "width": 10, "height": 10}
            return {**shown, "photo": [size], "caption": message.text}
        if message.file is not None:
            return {**shown, "document": {"file_id": "d", "file_unique_id": "d"}, "caption": message.text}
        return {**shown, "text": message.text}
