"""The bot's connections to Slack: tokens, sockets and requests, an absent network, and a good end."""

from __future__ import annotations

import asyncio
from socket import create_server

import pytest
from aiohttp import ClientSession, web

from bot.channels.slack.settings import SLACK_APP, SLACK_BOT, SLACK_SIGNING
from bot.chat.message import Reply
from bot.settings import Tokens
from tests.channels.slack_bot import GIVEN, Answers, bot_on, channel_on, titles
from tests.channels.slack_documents import answer, picture
from tests.doubles.clock import LONGEST_S
from tests.doubles.slack import Fault, Slack
from warehouse.messages import UserError


def test_forged_old_and_strange_requests_are_refused_and_slacks_own_check_is_answered() -> None:
    async def told() -> None:
        async with Slack() as slack, bot_on(slack, "http") as answers:
            body = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": {"type": "app_mention"}}
            assert (await slack.request("events_api", body, secret="another"))[0] == 401
            assert (await slack.request("events_api", body, age=6 * 60))[0] == 401
            check = {"type": "url_verification", "challenge": "abc"}
            status, text = await slack.request("events_api", check)
            assert (status, "abc" in text) == (200, True)
            assert answers.incoming == []

    asyncio.run(told())


def test_connections_come_and_go_and_nothing_is_lost() -> None:
    async def told() -> None:
        async with Slack() as slack, bot_on(slack):
            await slack.until(lambda: slack.opened == 1)
            await slack.disconnect()
            await slack.command("U1", "C1", "/one")
            await slack.cut()
            await slack.until(lambda: slack.opened == 3)
            await slack.command("U1", "C1", "/two")
            await slack.go()
            await asyncio.sleep(0.3)
            await slack.come(slack.port)
            await slack.until(lambda: slack.opened == 4)
            await slack.command("U1", "C1", "/three")
            await slack.until(lambda: len(titles(slack)) == 3)
            assert slack.wrongs == []

    asyncio.run(told())


def test_a_network_that_is_away_at_the_start_is_waited_for() -> None:
    async def told() -> None:
        async with Slack() as slack:
            slack.channel("C1", "U1")
            await slack.go()
            channel = channel_on(slack, Answers())
            await channel.start()
            await slack.come(slack.port)
            await slack.command("U1", "C1", "/sl")
            await slack.until(lambda: titles(slack))
            await channel.stop()

    asyncio.run(told())


def test_tokens_that_are_missing_or_refused_are_named_and_not_shown() -> None:
    async def told(mode: str, name: str, value: str | None) -> str:
        async with Slack() as slack:
            channel = channel_on(slack, Answers(), mode)
            channel._tokens = Tokens(
                {**{n: v for n, v in GIVEN.items() if n != name}, **({name: value} if value else {})}
            )
            with pytest.raises(UserError) as caught:
                await channel.start()
            (finding,) = await channel.check([])
            assert (finding.fine, str(finding.text)) == (False, str(caught.value))
            return str(caught.value)

    for mode, name, value in (
        ("socket", SLACK_BOT, None),
        ("socket", SLACK_BOT, "xoxb-wrong-token"),
        ("socket", SLACK_APP, None),
        ("socket", SLACK_APP, "xapp-wrong-token"),
        ("http", SLACK_SIGNING, None),
    ):
        said = asyncio.run(told(mode, name, value))
        assert name in said
        assert "xoxb" not in said
        assert "xapp" not in said


def test_a_token_that_is_revoked_later_ends_the_channel_with_a_word() -> None:
    async def told() -> None:
        async with Slack() as slack:
            channel = channel_on(slack, Answers())
            await channel.start()
            await slack.until(lambda: slack.sockets)
            slack.faults["apps.connections.open"] = Fault("refuse", "invalid_auth", times=9)
            await slack.cut()
            said = await asyncio.wait_for(channel.failed(), LONGEST_S)
            assert SLACK_APP in str(said)
            await channel.stop()

    asyncio.run(told())


def test_a_port_that_is_taken_is_said() -> None:
    async def told() -> None:
        async with Slack() as slack:
            channel = channel_on(slack, Answers(), "http")
            taken = create_server(("127.0.0.1", int(channel._settings.listen.rpartition(":")[2])))
            with taken, pytest.raises(UserError, match=r"slack\.listen"):
                await channel.start()

    asyncio.run(told())


def test_stopping_lets_answers_come_to_their_end() -> None:
    async def told() -> None:
        async with Slack() as slack:
            slack.channel("C1", "U1")
            answers = Answers()
            answers.gate.clear()
            channel = channel_on(slack, answers)
            await channel.start()
            await slack.command("U1", "C1", "/sl")
            await slack.until(lambda: answers.incoming)
            stopping = asyncio.ensure_future(channel.stop())
            await asyncio.sleep(0)
            assert titles(slack) == []
            answers.gate.set()
            await stopping
            assert titles(slack) == ["Answer to: /sl"]
            assert slack.sockets == []

    asyncio.run(told())


def test_check_says_of_scopes_and_chats_what_to_mend() -> None:
    async def told() -> list[tuple[bool, str]]:
        async with Slack() as slack:
            slack.channel("C1", "U1")
            slack.channel("C2").members.clear()
            slack.channel("C3", archived=True)
            slack.channel("D1", "U1")
            slack.scopes = (
                "chat:write,commands,app_mentions:read,channels:read,groups:read,im:read,mpim:read,files:write"
            )
            found = await channel_on(slack, Answers()).check(["C1", "C2", "C3", "C4", "D1"])
            return [(finding.fine, str(finding.text)) for finding in found]

    found = asyncio.run(told())
    assert [fine for fine, _ in found] == [True, False, True, False, False, False, True]
    assert found[0][1] == "Slack: signed in as @svodka in Centre."
    assert (
        "lacks channels:history, files:read, groups:history, im:history, metadata.message:read, mpim:history, "
        "users:read." in found[1][1]
    )
    assert "#c1 can be posted to" in found[2][1]
    assert "/invite @svodka" in found[3][1]
    assert "archived" in found[4][1]
    assert "no channel C4" in found[5][1]


def test_a_proxy_is_used_where_one_is_set() -> None:
    passed: list[str] = []

    async def forwarded(request: web.Request) -> web.Response:
        passed.append(request.path)
        async with (
            ClientSession() as session,
            session.request(request.method, request.url, data=await request.read(), headers=request.headers) as answer,
        ):
            return web.Response(status=answer.status, body=await answer.read(), content_type=answer.content_type)

    async def told() -> None:
        app = web.Application()
        app.router.add_route("*", "/{any:.*}", forwarded)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with Slack() as slack:
            slack.channel("C1", "U1")
            answers = Answers()
            answers.set["/sl"] = Reply(answer("With a picture", picture()))
            answers.set["/no"] = Reply(answer("Refused"), quiet=True)
            channel = channel_on(slack, answers, "http", proxy=f"http://127.0.0.1:{runner.addresses[0][1]}")
            await channel.start()
            await slack.command("U1", "C1", "/sl")
            await slack.command("U1", "C1", "/no")
            await slack.until(lambda: len(titles(slack)) == 3)
            await channel.stop()
            assert sorted(path.split("/")[1] for path in passed) == [*["api"] * 5, "response", "upload"]
        await runner.cleanup()

    asyncio.run(told())
