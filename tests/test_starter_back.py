"""Back-translation and training on an accelerator: sentences, filters, arrays, search, frozen weights."""

from __future__ import annotations

import gzip
import random
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from scripts.starter import english  # noqa: E402
from scripts.starter.backward import Swapped, faulty  # noqa: E402
from scripts.starter.pairs import BACK, BACK_FILE, Pair, read_pairs, weight  # noqa: E402

PAGE = (
    """<page><title>Albedo</title><ns>{space}</ns><revision><text bytes="9">{text}</text></revision></page>"""
)
PROSE = "'''Albedo''' is the measure of the [[diffuse reflection|reflection]] of solar radiation from a body."


def test_factbook_texts_that_are_sentences() -> None:
    background = "The islands were settled by sailors from the north in the ninth century of our era."
    entry = {"Introduction": {"Background": {"text": background}}, "Area": {"land": {"text": "33,893 sq km"}}}
    assert list(english.factbook(entry)) == [background]


def test_wordnet_examples_become_sentences() -> None:
    data = '  1 licence text | "no example at all"\n00001 03 n | breath; "he drew a very deep breath"; "ah"'
    assert list(english.wordnet(data)) == ["He drew a very deep breath."]


def test_wikipedia_without_markup_and_redirects() -> None:
    pytest.importorskip("mwparserfromhell")
    dump = PAGE.format(
        space=0,
        text=f"{PROSE}&lt;ref&gt;A book.&lt;/ref&gt;\n== {'Heading ' * 5} ==",
    )
    dump += PAGE.format(space=0, text="#REDIRECT [[Albedo]]") + PAGE.format(space=1, text=PROSE)
    assert list(english.wikipedia(dump)) == [
        "Albedo is the measure of the reflection of solar radiation from a body."
    ]


def test_prose_is_cut_and_markup_dropped() -> None:
    paragraph = "The first sentence has quite enough words. Too short. This one still has {{markup}} in it."
    assert list(english.prose([paragraph])) == ["The first sentence has quite enough words."]


@pytest.mark.parametrize(
    ("dutch", "text", "score", "reason"),
    [
        ("De koning stierf in 1519.", "The king died in 1519.", -0.2, ""),
        (
            "De koning stierf in 1591.",
            "The king died in 1519.",
            -0.2,
            "",
        ),  # the same digits: order is not looked at
        ("De koning stierf in 151.", "The king died in 1519.", -0.2, "digits"),
        ("", "The king died.", -0.2, "length"),
        ("De man en de man en de man", "The garden of the old king", -0.2, "repetition"),
        ("Hij bezocht toen de stad", "He then visited Samarkand and Bukhara", -0.2, "names"),
        ("De koning stierf jong.", "The king died young.", -0.9, "doubtful"),
    ],
)
def test_faulty_back_translations(dutch: str, text: str, score: float, reason: str) -> None:
    assert faulty(dutch, text, score) == reason


def test_swapped_pairs_are_turned_round() -> None:
    class Same:
        def __call__(self, pair: Pair, rng: random.Random) -> Pair:
            return pair

    pair = Swapped(Same())(Pair("hond", "dog", "tatoeba"), random.Random(1))  # type: ignore[arg-type]
    assert pair == Pair("dog", "hond", "tatoeba")


def test_back_translated_pairs_name_their_source() -> None:
    with gzip.open(BACK_FILE, "rt", encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    assert all(len(line.split("\t")) == 3 for line in lines)
    pairs = list(read_pairs(BACK_FILE))
    assert len(pairs) == len(lines) > 20_000
    assert {pair.source for pair in pairs} == {
        f"{BACK}/{name}" for name in ("wikipedia", "factbook", "wordnet")
    }
    assert weight("back/wikipedia") == weight(BACK)


def test_batches_as_arrays() -> None:
    pytest.importorskip("torch")
    from scripts.starter.batches import Example
    from scripts.starter.feed import padded

    batch = padded([Example([5, 6, 0], [7, 0], [(1, 0)]), Example([8, 0], [9, 4, 0], [])])
    assert batch.source.tolist() == [[5, 6, 0], [8, 0, 0]]
    assert batch.labels.tolist() == [[7, 0, -1], [9, 4, 0]]
    assert batch.target.tolist() == [[7, 0, 0], [9, 4, 0]]
    assert batch.lengths.tolist() == [3, 2]
    assert batch.links.tolist() == [[0, 0, 1]]
    assert batch.tokens == 5


def test_other_processes_draw_batches() -> None:
    pytest.importorskip("torch")
    from scripts.starter.batches import Example
    from scripts.starter.feed import drawn_apart

    class Fixed:
        def chunk(self, size: int, rng: random.Random) -> list[Example]:
            return [Example([rng.randrange(2, 9), 0], [3, 0], []) for _ in range(size)]

    chunk = iter(next(drawn_apart(Fixed(), 8, 16, 2, 1)))  # type: ignore[arg-type]
    for _ in range(6):
        (part,) = next(chunk)
        assert part.source.shape == (4, 2)


def test_search_takes_the_likeliest_piece_in_a_batch_as_alone() -> None:
    torch = pytest.importorskip("torch")
    from scripts.starter.model import Marian, Shape
    from scripts.starter.search import greedy

    torch.manual_seed(8)
    model = Marian(Shape(11, 13, width=16, inner=32, heads=2, layers=1, positions=64))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0, 0.5)
        model.bias[0] = 2.0
    sources = [[4, 7, 0], [5, 0], [3, 8, 9, 2, 0]]
    together = greedy(model, sources, "cpu")
    for source, (ids, score) in zip(sources, together, strict=True):
        ((alone, same),) = greedy(model, [source], "cpu")
        assert ids == alone
        assert score == pytest.approx(same, abs=1e-4)
    assert [len(ids) for ids, _ in together] == [3, 1, 1]


def test_the_decoder_stays_frozen_on_an_accelerator() -> None:
    torch = pytest.importorskip("torch")
    from dataclasses import replace

    from scripts.starter.model import Marian, Shape
    from scripts.starter.train import Trainer, accelerated

    plan = replace(accelerated(1.0, "cpu"), workers=1)
    trainer = Trainer(Marian(Shape(11, 13, width=16, inner=32, heads=2, layers=1)), plan, torch.arange(13))
    trainer.seconds = 59.0
    trainer.set_rates()
    trained = {name for name, parameter in trainer.names.items() if parameter.requires_grad}
    assert "encoder.embed_tokens.weight" in trained
    assert any(name.startswith("decoder") and "encoder_attn" in name for name in trained)
    assert not any(name.startswith("decoder") and "encoder_attn" not in name for name in trained)


def test_the_plan_goes_by_device_and_start() -> None:
    pytest.importorskip("torch")
    from scripts.starter.__main__ import parser
    from scripts.starter.build import Build

    given = ["--data", "d", "--vocabulary", "v", "--shortlist", "s", "--minutes", "9"]
    going_on = ["--start-from", "m"]
    plans = [
        Build(parser("x", None).parse_args(given + more)).plan()
        for more in (
            ["--device", "cpu"],
            ["--device", "cpu", *going_on],
            ["--device", "cpu", *going_on, "--base-decoder"],
            ["--device", "cuda", *going_on, "--base-decoder"],
        )
    ]
    assert [plan.minutes for plan in plans] == [9.0] * 4
    assert [plan.thaw < 1 for plan in plans] == [True, True, False, False]
    assert plans[0].rate > plans[1].rate and plans[3].tokens > plans[2].tokens > plans[1].tokens
