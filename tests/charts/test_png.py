"""The bytes are a PNG that other programs read, with the very pixels and the alt text."""

import io
import threading

import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from PIL import Image

import charts
from charts.canvas import theme
from charts.canvas.render import encode, paint, rasterise
from tests.charts.samples import JUNE


@pytest.mark.parametrize("name", JUNE)
def test_a_picture_decodes_to_the_pixels_that_matplotlib_paints(name: str) -> None:
    picture = JUNE[name]
    scene = charts.scene(picture)
    image = Image.open(io.BytesIO(charts.draw(picture)))
    assert image.size == (scene.width, scene.height)
    ordinary = RendererAgg(scene.width, scene.height, 72)
    paint(scene, ordinary)
    assert np.array_equal(np.asarray(image), np.asarray(ordinary.buffer_rgba())), "as matplotlib's own renderer paints"
    assert image.info["Description"] == picture.titles.alt_text


@pytest.mark.parametrize("name", JUNE)
def test_a_picture_is_opaque_paper_with_ink_on_it(name: str) -> None:
    picture = JUNE[name]
    pixels = rasterise(charts.scene(picture))
    assert (pixels[..., 3] == 255).all()
    paper = [int(theme.PAPER[index : index + 2], 16) for index in (1, 3, 5)]
    share = (pixels[..., :3] == paper).all(axis=-1).mean()
    assert 0.3 < share < 0.95


def test_a_hatched_picture_is_painted_the_same_each_time() -> None:
    """A clip that is gone leaves its address to the next one, which Agg then takes for it: a bar without its hatch."""
    scene = charts.scene(JUNE["wings"])
    first = rasterise(scene)
    assert all(np.array_equal(first, rasterise(scene)) for _ in range(6))


def test_noise_survives_the_encoder() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (37, 53, 4), dtype=np.uint8)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(encode(noise, "шум")))), noise)


def test_pictures_fit_a_messenger() -> None:
    for name, picture in JUNE.items():
        assert len(charts.draw(picture)) < 400_000, name


def test_threads_draw_the_same_picture() -> None:
    picture = JUNE["service-level"]
    alone = charts.draw(picture)
    drawn: list[bytes] = []
    threads = [threading.Thread(target=lambda: drawn.append(charts.draw(picture))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [alone] * 4


def test_words_that_no_file_holds_are_replaced() -> None:
    pixel = np.full((1, 1, 4), 255, np.uint8)
    image = Image.open(io.BytesIO(encode(pixel, "a\0b \ud800")))
    assert image.info["Description"] == "a b ?"
