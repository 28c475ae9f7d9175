"""What may follow what under a draft."""

from __future__ import annotations

import pytest

from bot.editorial.model import DraftStatus, Leave, Press, after, leave


@pytest.mark.parametrize(
    ("status", "press", "then"),
    [
        ("open", "now", "now"),
        ("open", "schedule", "approved"),
        ("open", "hold", "held"),
        ("approved", "hold", "held"),
        ("approved", "now", "now"),
        ("held", "schedule", "approved"),
        ("held", "now", "now"),
        ("figures", "schedule", "approved"),
        ("open", "new", "void"),
        # Nothing comes of these.
        ("approved", "schedule", None),
        ("held", "hold", None),
        ("now", "hold", None),
        ("now", "now", None),
        ("void", "now", None),
        ("void", "new", None),
        ("open", "edit", None),
    ],
)
def test_a_press_and_what_the_draft_becomes(status: str, press: str, then: str | None) -> None:
    assert after(DraftStatus(status), Press(press)) == (then and DraftStatus(then))


@pytest.mark.parametrize("status", [None, *DraftStatus])
def test_when_it_is_due_only_an_approved_draft_is_posted_and_a_held_one_kept(status: DraftStatus | None) -> None:
    if status in (DraftStatus.APPROVED, DraftStatus.NOW):
        expected = [Leave.POST, Leave.POST]
    elif status is DraftStatus.HELD:
        expected = [Leave.KEEP, Leave.KEEP]
    else:
        expected = [Leave.FIGURES, Leave.KEEP]
    assert [leave(status, "figures"), leave(status, "hold")] == expected
