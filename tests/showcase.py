"""The README's pictures, made from what the program really says: `python -m tests.showcase DEMO DIRECTORY`.

DEMO is a project of `svodka demo`. A conversation is drawn in the manner of Telegram from the very parts that the
channel would send: their HTML, their pictures, their buttons. It takes a Chromium.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from markupsafe import Markup, escape
from PIL import Image

from bot.channels.telegram.render import Album, Photo, Rows, TextMessage, parts
from bot.chat.access import FULL
from bot.chat.message import Reply
from bot.chat.own_words import OwnWords
from bot.chat.replies import presented, replied
from bot.chat.snapshot import Snapshots
from bot.chat.understanding import ContextualUtterance, Meaning, understanding
from bot.chat.wording import Wording
from bot.project import Project, open_project
from digests.document import Document
from metrics.periods import to_local

WIDTH, SCALE = 430, 2
QUESTIONS = {"en": ("sl inhouse today",), "ru": ("sl инхаус сегодня",)}
STYLE = """
body { margin: 0; background: #c9d8c2; font: 15px/1.35 "DejaVu Sans", sans-serif; width: 430px; }
main { display: flex; flex-direction: column; gap: 8px; padding: 14px 10px; }
.said, .told { border-radius: 14px; padding: 8px 12px; max-width: 350px; overflow-wrap: anywhere;
  white-space: pre-wrap; }
.said { align-self: flex-end; background: #e3fbd0; }
.told { align-self: flex-start; background: #fff; }
.told img { display: block; width: calc(100% + 24px); margin: -8px -12px 8px; border-radius: 14px 14px 0 0; }
.keys { display: flex; flex-wrap: wrap; gap: 4px; width: 374px; }
.keys span { flex: 1 1 30%; background: #7d977aaa; color: #fff; border-radius: 9px; padding: 8px 4px;
  text-align: center; font-size: 13px; }
pre, code { font: 12.5px/1.35 "DejaVu Sans Mono", monospace; margin: 0; white-space: pre-wrap; }
"""


def answer(project: Project, question: str) -> Document:
    """What the bot says to a question in a chat."""
    snapshot = Snapshots(project).current(project.clock())
    vocabulary = snapshot.vocabulary(FULL)
    own_words = OwnWords(project.config.words, project.config.shifts)
    said = own_words.read(question, to_local(project.clock(), vocabulary.timezone))
    meant = understanding(ContextualUtterance(said), vocabulary, project.clock())
    assert isinstance(meant, Meaning), f"{question!r} is not understood"
    reply = Reply(replied(snapshot, meant.request, FULL, project.localizer))
    return presented(reply, meant, Wording(vocabulary, project.localizer)).document


def conversation(project: Project) -> str:
    """A page with the questions and what the channel would send to each."""
    bubbles = []
    for question in QUESTIONS[project.config.centre.language]:
        bubbles.append(Markup('<div class="said">{}</div>').format(question))
        bubbles += _bubbles(answer(project, question))
    body = Markup("").join(bubbles)
    return f"<!DOCTYPE html><meta charset='utf-8'><style>{STYLE}</style><body><main>{body}</main></body>"


def _bubbles(document: Document) -> Iterator[Markup]:
    for part in parts(document):
        match part:
            case TextMessage(html, buttons):
                yield Markup('<div class="told">{}</div>').format(Markup(html))
                yield _keys(buttons)
            case Photo(_, image, caption, buttons):
                yield Markup('<div class="told"><img src="{}">{}</div>').format(_data(image), Markup(caption))
                yield _keys(buttons)
            case Album(photos):
                for photo in photos:
                    yield Markup('<div class="told"><img src="{}">{}</div>').format(
                        _data(photo.image), Markup(photo.caption)
                    )
            case _:
                pass


def _keys(rows: Rows) -> Markup:
    labels = Markup("").join(Markup("<span>{}</span>").format(escape(key.label)) for row in rows for key in row)
    return Markup('<div class="keys">{}</div>').format(labels) if labels else Markup("")


def _data(image: bytes) -> str:
    return f"data:image/png;base64,{b64encode(image).decode()}"


def shot(page: Path, width: int, height: int, scale: int = SCALE) -> Image.Image:
    """A page as a browser shows it, without the empty ground below it."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with TemporaryDirectory() as directory:
        target = Path(directory) / "shot.png"
        size = (f"--window-size={width},{height}", f"--force-device-scale-factor={scale}")
        quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars")
        subprocess.run(
            [browser, *quiet, *size, f"--screenshot={target}", page.as_uri()], check=True, capture_output=True
        )
        image = Image.open(target).convert("RGB")
    ground = image.getpixel((0, image.height - 1))
    rows = range(image.height - 1, 0, -1)
    last = next(y for y in rows if image.crop((0, y, image.width, y + 1)).getcolors(1) != [(image.width, ground)])
    return image.crop((0, 0, image.width, min(last + 12 * scale, image.height)))


def keep(image: Image.Image, target: Path) -> None:
    """Write a picture with a palette, which takes a third of the bytes."""
    buffer = BytesIO()
    image.convert("RGB").quantize(192, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    target.write_bytes(buffer.getvalue())
    print(f"{target}: {len(buffer.getvalue()) // 1024} KB")


def main(home: Path, target: Path) -> None:
    """Make them all."""
    target.mkdir(parents=True, exist_ok=True)
    project = open_project(home, None)
    issue = next((home / "digests").glob("biweekly-*"))
    keep(Image.open(issue / "pictures" / "scoreboard.png"), target / "scoreboard.png")
    keep(shot((issue / "digest.html").absolute(), 1100, 1000, 1), target / "page.png")
    post_mortem = issue.parent / "incident-7" / "inside.html"
    if post_mortem.exists():
        keep(shot(post_mortem.absolute(), 900, 1900, 1), target / "post-mortem.png")
    with TemporaryDirectory() as directory:
        page = Path(directory) / "chat.html"
        page.write_text(conversation(project), "utf-8")
        keep(shot(page, WIDTH, 3000), target / "chat.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
