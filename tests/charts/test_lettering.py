"""Text is measured before it is drawn."""

import threading
from dataclasses import replace

import pytest

from charts.canvas import lettering
from charts.canvas.lettering import fit, measure, outline, wrap
from charts.canvas.theme import INK, Style, Weight

BOLD = Weight.BOLD
STYLE = Style(30, BOLD, INK)


def test_all_digits_have_one_width() -> None:
    assert {measure(digit, STYLE) for digit in "0123456789"} == {measure("0", STYLE)}


def test_a_cut_text_fits_and_ends_with_an_ellipsis() -> None:
    cut = fit("Константиноэтажская-Верхнелифтовая", STYLE, 300)
    assert cut.endswith("…")
    assert measure(cut, STYLE) <= 300
    assert measure(cut, STYLE) > 270


def test_a_text_that_fits_its_own_width_is_not_cut() -> None:
    text = "+4 с к плану"
    assert fit(text, STYLE, measure(text, STYLE) - 1e-9) == text


def test_a_cut_leaves_no_dangling_punctuation() -> None:
    assert not fit("Звонки, лиды, чаты", STYLE, measure("Звонки, …", STYLE)).endswith(",…")


def test_no_break_spaces_keep_a_number_with_its_unit() -> None:
    lines = wrap("выполнено 80\u00a0% плана", STYLE, measure("выполнено 80", STYLE))
    assert lines == ["выполнено", "80\u00a0% плана"]


def test_an_outline_is_as_wide_as_measured() -> None:
    extent = outline("Года ТУ", BOLD).get_extents()
    assert extent.width == pytest.approx(measure("Года ТУ", replace(STYLE, size=lettering.EM)), rel=0.03)


def test_kerning_is_applied() -> None:
    apart = measure("Г", STYLE) + measure("о", STYLE)
    assert measure("Го", STYLE) < apart - 0.02 * STYLE.size


@pytest.mark.parametrize("text", ["→ ▲ ≥ ≤ − № ₽ ² Ё ё", "😀 ● ✕ ҚАЗ", "", " "])
def test_any_text_has_an_outline(text: str) -> None:
    assert measure(text, STYLE) >= 0
    outline(text, BOLD)


def test_a_character_the_font_lacks_comes_from_the_fallback() -> None:
    assert outline("●", BOLD).get_extents().width > 0
    assert measure("●", STYLE) != measure("✕", STYLE)


def test_glyphs_load_the_same_from_many_threads() -> None:
    text = "Съешь ещё этих мягких французских булок, да выпей же чаю"
    expected = measure(text, STYLE)
    lettering._glyph.cache_clear()
    lettering._kerning.cache_clear()
    widths: list[float] = []
    threads = [threading.Thread(target=lambda: widths.append(measure(text, STYLE))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert widths == [expected] * 8


@pytest.mark.parametrize("weight", Weight)
@pytest.mark.parametrize(
    "name",
    [
        "🏠 Inhouse",
        "👩‍👩‍👧 Семья",
        "漢字",
        "हिन्दी",
        "عربي",
        "ไทย",
        "a\u200bb\ufeff",
        "\u202eнад",
        "\ud800",
        "\U0010ffff",
        "\x00\x07\x85",
    ],
)
def test_whatever_is_in_a_name_it_is_measured_and_drawn(name: str, weight: Weight) -> None:
    assert measure(name, replace(STYLE, weight=weight)) > 0
    path = outline(name, weight)
    assert len(path.vertices) == 0 or path.codes is not None


def test_a_character_that_no_font_has_is_a_box() -> None:
    assert len(outline("漢", BOLD).vertices) == 10
    assert measure("漢字", STYLE) == 2 * measure("字", STYLE)
    # The second font has what the first has not, and the regular weight of the second what its bold has not.
    assert len(outline("→∀ب", BOLD).vertices) > 30


def test_what_does_not_show_takes_no_room_and_a_line_break_is_a_space() -> None:
    assert measure("In\u200b\u202ehouse", STYLE) == pytest.approx(measure("Inhouse", STYLE), abs=1)
    assert {measure(f"a{sign}b", STYLE) for sign in "\t\n\r\x00\u2028"} == {measure("a b", STYLE)}


def test_a_figure_at_the_end_of_a_cut_text_is_kept_whole() -> None:
    text = "план с переносом с мая 32"
    assert fit(text, STYLE, 1000) == text
    short = fit(text, STYLE, 220)
    assert short.endswith("… 32")
    assert text.startswith(short.removesuffix("… 32"))
    assert measure(short, STYLE) <= 220
    assert fit("Линия 12", STYLE, measure("Лин… 12", STYLE)) == "Лин… 12"
    assert fit("план на весь месяц", STYLE, 120).endswith("…")
