"""What happens to a question on its way: heard twice, too slow, broken, hostile, and asked after an import."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa

from bot.app import chat_handlers
from bot.chat import answering as module
from bot.chat import context as context_module
from bot.chat.answering import Answering
from bot.chat.context import Handler, MessageContext, Response
from bot.chat.handlers.editorial import EditorialInbox
from bot.chat.message import CommandLine, Content, Incoming, IncomingFile, Reply
from bot.chat.operator_commands import OperatorCommands
from bot.chat.router import Router
from bot.project import open_project
from bot.state.schema import QUESTIONS
from bot.state.store import State, open_state
from digests.document import Document, Facts, Heading, Paragraph, plain
from metrics.centre import Centre
from tests.kit import MOSCOW, House, answered
from tests.stories.centre import ANNA, found
from warehouse.messages import UserError, note

_NUMBERS = count(1)


def incoming(text: str, event: str | None = None) -> Incoming:
    return Incoming("telegram", str(ANNA), str(ANNA), True, text, event or f"made {next(_NUMBERS)}", "en")


def words(reply: Reply | None) -> str:
    assert reply is not None
    said = []
    for block in reply.document.blocks:
        if isinstance(block, Paragraph):
            said.append("".join(span.text for span in block.spans))
        elif isinstance(block, Heading):
            said.append(block.text)
        elif isinstance(block, Facts):
            said += [f"{row.label}: {row.value} {' '.join(row.remarks)}" for row in block.rows]
    return "\n".join(said)


def outcomes(state: State) -> list[tuple[str, str, str | None]]:
    with state.engine.connect() as connection:
        rows = connection.execute(sa.select(QUESTIONS.c.text, QUESTIONS.c.outcome, QUESTIONS.c.detail)).all()
    return [(row.text, row.outcome, row.detail) for row in rows]


Story = Callable[[Router, State], Awaitable[None]]


@pytest.fixture
def play(tmp_path: Path) -> Callable[..., None]:
    """The centre of the stories, answered in this process; `more` is all that stands under [questions]."""
    found(tmp_path, "en", "http://127.0.0.1:9", "http://127.0.0.1:9")

    def played(
        story: Story, more: str = "", desk: EditorialInbox | None = None, commands: Sequence[Handler] = ()
    ) -> None:
        path = tmp_path / "svodka.toml"
        path.write_text(path.read_text("utf-8").replace("per_minute = 7\n", f"{more}\n"), "utf-8")

        async def telling() -> None:
            project = open_project(tmp_path, None)
            state = open_state(project.config.state.url, tmp_path)
            answering = Answering(project, state, project.clock)
            try:
                await answering.ready()
                orders = OperatorCommands(project.config, answering.access, {})
                handlers = chat_handlers(project.config, answering, orders, editorial=desk, commands=commands)
                await story(Router(project, state, answering, handlers), state)
            finally:
                answering.close()
                state.close()

        asyncio.run(telling())

    return played


def test_a_delivery_that_is_repeated_is_answered_once_also_after_a_restart(play: Callable[..., None]) -> None:
    async def story(router: Router, _: State) -> None:
        assert await router(incoming("/lines", "77")) is not None
        assert await router(incoming("/lines", "77")) is None

    async def after_a_restart(router: Router, _: State) -> None:
        assert await router(incoming("/lines", "77")) is None
        assert await router(incoming("/lines", "78")) is not None

    play(story)
    play(after_a_restart)


def test_pictures_alone_get_one_sentence_in_private_and_silence_in_groups(play: Callable[..., None]) -> None:
    async def fetch() -> bytes:
        raise AssertionError("nobody asked for it")

    def shown(event: str, text: str = "", **more: Any) -> Incoming:
        pictures = Content((), (IncomingFile("a.png", "image/png", 9, fetch),))
        return replace(incoming(text, event), content=pictures, **more)

    async def story(router: Router, state: State) -> None:
        said = "I do not read pictures and files: ask in words, such as /sl or /calls yesterday; /help has more."
        assert words(await router(shown("1"))) == said
        assert words(await router(shown("2", album="7"))) == said
        assert await router(shown("3", album="7")) is None
        assert words(await router(shown("4", album="8"))) == said
        assert "Inhouse" in words(await router(shown("5", "/sl", album="9")))
        assert await router(shown("6", album="9")) is None
        assert await router(shown("7", private=False, chat="-400")) is None

        assert [text for text, *_ in outcomes(state)] == ["", "", "", "/sl"]

    play(story)


def test_talk_where_nobody_named_us_is_left_alone_and_a_question_is_answered(play: Callable[..., None]) -> None:
    def aside(text: str) -> Incoming:
        return replace(incoming(text), content=Content((Paragraph(plain(text)),)), aside=True)

    async def story(router: Router, state: State) -> None:
        for talk in ("thanks, I will look at it tomorrow", "", "issue is fine by me", "sl is bad, who is on shift?"):
            assert await router(aside(talk)) is None
        assert "8 of 10 calls" in words(await router(aside("sl inhouse today text")))
        assert [text for text, *_ in outcomes(state)] == ["sl inhouse today text"]

    play(story)


def test_a_question_while_a_column_is_written_is_answered_and_not_taken(play: Callable[..., None]) -> None:
    class Column:
        taken: ClassVar[list[str]] = []

        async def awaits(self, incoming: Incoming) -> bool:
            return incoming.content is not None and not incoming.text.startswith("/")

        async def take(self, incoming: Incoming, words: object) -> None:
            self.taken.append(incoming.text)

        async def answer(self, incoming: Incoming, line: CommandLine, words: object) -> None:
            return None

    async def story(router: Router, _: State) -> None:
        titles = ["We were ten in June", "Итоги мая", "Лето в чатах", "Звонки и чаты", "SL вырос", "План на июнь"]
        for text in ("sl inhouse today text", "The service level of our line was fine.", *titles):
            reply = await router(replace(incoming(text), content=Content((Paragraph(plain(text)),))))
            if reply:
                assert "8 of 10 calls" in words(reply)
                assert "not added to your text" in str(reply.document.blocks[-1])
        assert Column.taken == ["The service level of our line was fine.", *titles]
        for text in ("сколько звонков сегодня?", "звонки вчера", "why sl inhouse"):
            reply = await router(replace(incoming(text), content=Content((Paragraph(plain(text)),))))
            assert reply is not None
            assert len(Column.taken) == 1 + len(titles), text

    play(story, desk=Column())


def test_a_workbook_stands_beside_its_answer(play: Callable[..., None]) -> None:
    async def story(router: Router, _: State) -> None:
        shapes = [await router(incoming(f"/sl inhouse today {shape}")) for shape in ("text", "xlsx")]
        assert [reply and reply.beside for reply in shapes] == [False, True]

    play(story)


def test_a_slow_question_gets_a_sentence_and_holds_up_no_other(
    play: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    go, replied = threading.Event(), module.replied

    def slow(snapshot: object, request: object, role: object, said: object) -> Document:
        if request.selection and request.selection.metric == "aht":  # type: ignore[attr-defined]
            go.wait(10)
        return replied(snapshot, request, role, said)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "replied", slow)

    async def story(router: Router, state: State) -> None:
        waiting = asyncio.ensure_future(router(incoming("/aht inhouse today text")))
        assert "8 of 10 calls" in words(await router(incoming("/sl inhouse today text")))
        assert "takes too long" in words(await waiting)
        go.set()
        # It went on being computed: who asks again has it at once.
        assert "60 s" in words(await router(incoming("/aht inhouse today text")))
        assert [outcome for _, outcome, _ in outcomes(state)] == ["answered", "late", "answered"]

    play(story, "timeout_s = 1.5")


def test_what_breaks_is_a_reference_to_the_log_and_nothing_else(
    play: Callable[..., None], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> Document:
        raise RuntimeError("SELECT secret FROM /var/lib/svodka")

    monkeypatch.setattr(module, "replied", broken)

    async def story(router: Router, state: State) -> None:
        with caplog.at_level(logging.ERROR):
            said = words(await router(incoming("/sl")))
        ((_, outcome, detail),) = outcomes(state)
        assert outcome == "failed"
        assert detail is not None
        assert said == f"Something broke on our side, {detail}."
        assert detail.removeprefix("ref ") in caplog.text
        assert "SELECT secret" in caplog.text

    play(story)


@pytest.mark.parametrize(
    "text",
    [
        "/sl '; DROP TABLE calls; --",
        '/sl agent="x\' OR 1=1"',
        "/sl <b>inhouse</b> &amp; *_`~",
        "/sl \u202einhouse\u202c \x00\x07",
        "/sl " + "inhouse " * 500,
        "/" + "ы" * 4000,
        "/sl " + '"' * 301,
        "\ud800 /sl",
    ],
)
def test_whatever_is_said_is_answered_in_one_way_or_another(play: Callable[..., None], text: str) -> None:
    async def story(router: Router, state: State) -> None:
        assert words(await router(incoming(text)))
        assert outcomes(state)[0][1] in ("answered", "unclear", "refused")

    play(story)


def test_after_an_import_the_next_answer_has_the_new_calls(play: Callable[..., None], tmp_path: Path) -> None:
    async def story(router: Router, _: State) -> None:
        assert "8 of 10 calls" in words(await router(incoming("/sl inhouse today text")))
        house = House(tmp_path / "records", Centre(timezone=MOSCOW), now="2026-06-16 12:00")
        late = {"call_id": "late news", "line": "inhouse", "agent_id": "c3"}
        house.calls(answered("2026-06-16T11:50", wait=10, **late), complete_to="2026-06-16 12:00")
        house.put("agents", [{"agent_id": "c3", "name": "Vera Newcomer", "team": None}])
        assert "9 of 11 calls" in words(await router(incoming("/sl inhouse today text")))
        # A name that is new is known a moment later.
        for _attempt in range(100):
            said = words(await router(incoming("/calls agent=Newcomer today text")))
            if said.startswith("Inbound calls, Vera Newcomer, today, June\xa016: 1"):
                break
            await asyncio.sleep(0.05)
        assert said.startswith("Inbound calls, Vera Newcomer, today, June\xa016: 1")

    play(story)


def test_a_handler_of_ones_own_is_one_more_in_the_list(play: Callable[..., None]) -> None:
    async def ping(context: MessageContext) -> Response | None:
        return context.respond(note("pong")) if context.command_line.name == "ping" else None

    async def story(router: Router, state: State) -> None:
        assert words(await router(incoming("/ping"))) == "pong"
        assert "8 of 10 calls" in words(await router(incoming("/sl inhouse today text")))
        # What goes before it in the list goes for it too: nobody's strangers, and so many a minute.
        assert "your id is telegram:3000" in words(await router(replace(incoming("/ping"), person="3000")))
        assert "2 questions within a minute" in words(await router(incoming("/ping")))
        assert await router(incoming("/ping")) is None
        assert outcomes(state) == [
            ("/ping", "answered", None),
            ("/sl inhouse today text", "answered", None),
            ("/ping", "refused", "unknown"),
            ("/ping", "throttled", None),
            ("/ping", "throttled", None),
        ]

    play(story, "per_minute = 2", commands=[ping])


def test_a_message_is_read_once_whoever_is_asked_for_an_answer(
    play: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(name: str, reading: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given: (read.append(name), reading(*given))[1]

    for name in ("command_line", "understanding"):
        monkeypatch.setattr(context_module, name, counted(name, getattr(context_module, name)))

    class Column:
        async def awaits(self, incoming: Incoming) -> bool:
            return True

        async def take(self, incoming: Incoming, words: object) -> None:
            raise AssertionError("it is a question")

        async def answer(self, incoming: Incoming, line: CommandLine, words: object) -> None:
            return None

    async def story(router: Router, _: State) -> None:
        reply = await router(replace(incoming("sl inhouse today text"), content=Content(())))
        assert "8 of 10 calls" in words(reply)
        assert sorted(read) == ["command_line", "understanding"]

    play(story, desk=Column())


OWN_WORDS = """per_minute = 20

[words]
"колцентр" = "inhouse"
"дозвон" = "sl"
"с утра пораньше" = "09:00-10:00"
"""


def test_a_centres_own_words_are_read_as_what_they_stand_for(play: Callable[..., None]) -> None:
    async def story(router: Router, state: State) -> None:
        said = words(await router(incoming("дозвон по Колцентру сегодня текст")))
        assert "8 из 10 звонков" in said
        # Of the calls from nine to ten, all four were in time.
        morning = words(await router(incoming("дозвон колцентр сегодня с утра  пораньше, текст")))
        assert "4 из 4 звонков" in morning

    play(story, OWN_WORDS)


def test_an_own_word_that_stands_for_nothing_stops_the_start(play: Callable[..., None]) -> None:
    async def story(router: Router, state: State) -> None:
        raise AssertionError("it did not start")

    with pytest.raises(UserError, match='words: "колцентр" stands for "inhause"'):
        play(story, 'per_minute = 20\n[words]\n"колцентр" = "inhause"')


def test_help_is_for_who_asked_and_an_unknown_command_is_no_metric(play: Callable[..., None]) -> None:
    async def story(router: Router, state: State) -> None:
        helped = await router(replace(incoming("/help"), private=False, chat="-400"))
        assert helped is not None
        assert helped.quiet
        assert words(await router(incoming("/weather"))).startswith("There is no command /weather:")
        assert "There is no metric" in words(await router(incoming("/m weather")))

    play(story, "per_minute = 20")
