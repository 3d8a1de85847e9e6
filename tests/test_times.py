"""Times of day: read with a colon, and right in English."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.models.manifest import load_model
from align.translate.engine import Translator
from align.translate.times import mend_times, with_colon

STARTER = Path(__file__).parent.parent / "models" / "opus-mt-nl-en-starter"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("om 12.30 uur", "om 12:30 uur"),
        ("van 9.00 tot 17.00 uur", "van 9:00 tot 17:00 uur"),
        ("22.15-23.00 uur", "22:15-23:00 uur"),
        ("um 7.30 Uhr", "um 7:30 Uhr"),
        ("12.30 euro op 3.12 in 1.30 minuten", "12.30 euro op 3.12 in 1.30 minuten"),
        ("1.250.30 uur en 25.00 uur", "1.250.30 uur en 25.00 uur"),
    ],
)
def test_times_are_read_with_a_colon(text: str, wanted: str) -> None:
    assert with_colon(text) == wanted


@pytest.mark.parametrize(
    ("source", "target", "wanted"),
    [
        ("om 07.00 uur", "at 5 p.m.", "at 7 a.m."),
        ("om 07.00 uur.", "at 5 pm.", "at 7 am."),
        ("om 02:35 uur", "at 2:35 p.m. today", "at 2:35 a.m. today"),
        ("van 12.00 tot 17.00 uur", "from 10 am to 5 pm", "from noon to 5 pm"),
        ("om 00.15 uur", "at 1:15 a.m.", "at 12:15 a.m."),
        ("om 24.00 uur", "at noon", "at midnight"),
        ("om 20.00 uur.", "at 20 o'clock.", "at 8 p.m."),
        ("om 15.00 uur", "at 3 o'clock", "at 3 o'clock"),
        ("om 01.00 uur.", "at 0 1 o'clock.", "at 1 a.m."),
        ("om 14.30 uur", "at 13:30", "at 14:30"),
        ("om 14.30 uur", "at 2:30", "at 14:30"),
        ("om 9.15 uur", "at 9:15 am", "at 9:15 am"),
        ("om 9.15 of 9.30 uur", "at 9:15 am", "at 9:15 am"),  # which is missing cannot be known
        ("in 12 uur", "in 12 hours at 5 p.m.", "in 12 hours at 5 p.m."),
    ],
)
def test_wrong_times_are_put_right(source: str, target: str, wanted: str) -> None:
    assert mend_times(source, target) == wanted


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_right_time_stays(hour: int, minute: int) -> None:
    source = f"De trein vertrekt om {hour:02}.{minute:02} uur van spoor 3."
    late = f"{hour % 12 or 12}:{minute:02} {'p' if hour >= 12 else 'a'}.m."
    for time in (f"{hour}:{minute:02}", f"{hour:02}:{minute:02}", late, late.replace(".", "")):
        target = f"The train leaves at {time} from track 3."
        assert mend_times(source, target) == target


def test_every_hour_comes_out_right() -> None:
    texts = [f"De les begint om {hour:02}.00 uur." for hour in range(24)]
    translator = Translator(load_model(STARTER), beam_size=1)
    for text, result in zip(texts, translator.translate(texts), strict=True):
        assert mend_times(text, result.text) == result.text
        assert any(c.isdigit() for c in result.text) or "noon" in result.text or "midnight" in result.text
