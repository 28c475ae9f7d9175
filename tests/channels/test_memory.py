"""What channels remember: the latest answers by their messages and names, and what came already."""

from __future__ import annotations

from bot.channels.memory import Memory, Recent, RememberedAnswer


def test_an_answer_is_found_by_any_of_its_messages_in_its_chat() -> None:
    memory: Memory[RememberedAnswer] = Memory()
    answer = RememberedAnswer()
    memory.add("chat", answer, 1, 2)

    assert memory.find("chat", 1) is memory.find("chat", 2) is answer
    assert memory.find("other", 1) is None


def test_of_answers_with_one_name_the_later_follows_the_earlier() -> None:
    memory: Memory[RememberedAnswer] = Memory()
    first, second, elsewhere = RememberedAnswer(), RememberedAnswer(), RememberedAnswer()

    assert memory.name("chat", first, "leaders") is None
    assert memory.name("chat", first, "leaders") is None, "it bears it already"
    assert memory.name("other", elsewhere, "leaders") is None
    assert memory.name("chat", second, "leaders") is first
    assert (first.name, second.name) == (None, "leaders")
    assert memory.name("chat", second, None) is None
    assert memory.name("chat", first, "leaders") is None, "nobody bears it any more"


def test_whose_name_was_forgotten_takes_it_from_nobody() -> None:
    memory: Memory[RememberedAnswer] = Memory(most=1)
    old, other, new = RememberedAnswer(), RememberedAnswer(), RememberedAnswer()
    memory.name("chat", old, "leaders")
    memory.name("chat", other, "status")  # there is room for one
    memory.name("chat", new, "leaders")
    memory.name("chat", old, None)

    assert memory.name("chat", RememberedAnswer(), "leaders") is new


def test_the_answers_that_nobody_came_back_to_make_room() -> None:
    memory: Memory[RememberedAnswer] = Memory(most=2)
    answers = [RememberedAnswer() for _ in range(3)]
    memory.add("chat", answers[0], 0)
    memory.add("chat", answers[1], 1)
    assert memory.find("chat", 0)
    memory.add("chat", answers[2], 2)

    assert [memory.find("chat", n) is not None for n in range(3)] == [True, False, True]


def test_a_chat_is_forgotten_as_a_whole_and_no_other() -> None:
    memory: Memory[RememberedAnswer] = Memory()
    for chat in ("a", "b"):
        memory.add(chat, RememberedAnswer(), 1)
        memory.name(chat, RememberedAnswer(), "leaders")
    memory.forget("a")

    assert [memory.find(chat, 1) is None for chat in ("a", "b")] == [True, False]
    assert [memory.name(chat, RememberedAnswer(), "leaders") is None for chat in ("a", "b")] == [True, False]


def test_what_comes_a_second_time_is_not_new() -> None:
    recent: Recent[str] = Recent(most=2)

    assert [recent.add(key) for key in ("a", "a", "b", "c", "a")] == [True, False, True, True, True]
    assert "c" in recent
    assert "b" not in recent
