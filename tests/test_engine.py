"""The translation engine on the model that ships."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import InputError, ModelError, UsageError
from align.models.manifest import Model, load_model
from align.translate.batches import Batches
from align.translate.engine import FIRST_WINDOW, Result, Translator, usable_cores, window_size
from align.translate.journal import Journal, journal_path
from align.translate.links import token_numbers
from align.translate.tokens import Tokenizer, readable, split_points

ROOT = Path(__file__).parent.parent
SENTENCES = [
    "De kat slaapt op de mat.",
    "Rusland beschuldigt Oekraïne en zijn bondgenoten.",
    "***",
    "Hij blijft nu aan tot september 2023.",
    "De kat slaapt op de mat.",
    "https://example.org/pagina",
]


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model(ROOT / "models" / "opus-mt-nl-en-starter")


@pytest.fixture(scope="module")
def translator(model: Model) -> Translator:
    return Translator(model, beam_size=1, links=True)


@pytest.fixture(scope="module")
def tokenizer(model: Model) -> Tokenizer:
    return Tokenizer(model.path / model.source_spm, model.path / model.target_spm)


def test_every_sentence_has_one_result_in_order(translator: Translator) -> None:
    results = list(translator.translate(SENTENCES))
    assert len(results) == len(SENTENCES)
    assert results[0].text == results[4].text
    assert "cat" in results[0].text.lower()
    assert "2023" in results[3].text
    assert results[2].text == "***"
    assert results[5].text == SENTENCES[5]
    assert all(r.score <= 0 and not r.flags for r in results)


def test_the_score_is_the_mean_log_probability_of_the_target_tokens(
    model: Model, translator: Translator
) -> None:
    result = next(translator.translate([SENTENCES[1]]))
    source = translator._tokenizer.encode(SENTENCES[1]).pieces
    target = translator._tokenizer.encode_target(result.text)
    scored = translator._engine.score_batch([source], [target])[0].log_probs
    assert result.score == pytest.approx(sum(scored) / len(scored), abs=0.02)


def test_links_stay_within_the_tokens(translator: Translator) -> None:
    for text, result in zip(SENTENCES, translator.translate(SENTENCES), strict=True):
        assert result.links
        for i, j in result.links:
            assert 0 <= i < len(text.split())
            assert 0 <= j < len(result.text.split())


def test_links_join_words_that_mean_the_same(translator: Translator) -> None:
    text = "Rusland beschuldigt Oekraïne."
    result = next(translator.translate([text]))
    pairs = {(text.split()[i], result.text.split()[j]) for i, j in result.links or ()}
    assert ("Rusland", "Russia") in pairs


def test_a_sentence_above_the_limit_is_translated_whole(translator: Translator) -> None:
    names = [f"dorp{n}" for n in range(120)]
    text = "Hij ging naar " + ", ".join(f"{name} en de stad {n}" for n, name in enumerate(names)) + "."
    result = next(translator.translate([text]))
    kept = sum(str(n) in result.text for n in range(120))
    assert kept > 110
    assert "truncated" not in result.flags
    assert max(i for i, _ in result.links or ()) == len(text.split()) - 1


def test_a_megabyte_without_a_space_is_survived(model: Model) -> None:
    translator = Translator(model, beam_size=1)
    translator._limit = 50
    text = "ij" * 2000
    result = next(translator.translate([text]))
    assert (result.text, result.flags) == (text, ("copied",))


def test_symbols_around_a_sentence_stay(translator: Translator) -> None:
    result = next(translator.translate(["• De kat slaapt. 😀"]))
    assert result.text.startswith("• ")
    assert result.text.endswith(" 😀")


def test_runners_up_are_searched_for_a_lost_number_without_a_second_search(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    translator = Translator(model)
    searches: list[int] = []
    plain = translator._batches.translate

    def counted(sources: Sequence[Sequence[str]], **options: object) -> list[tuple[Any, bool]]:
        searches.append(len(sources))
        results = plain(sources, **options)
        for result, _ in results:
            result.hypotheses[0][:] = [p for p in result.hypotheses[0] if not any(c.isdigit() for c in p)]
        return results

    monkeypatch.setattr(translator._batches, "translate", counted)
    result = next(translator.translate(["De gemeente telde in 2019 precies 84.512 inwoners."]))
    assert "2019" in result.text
    assert [n for n in searches if n] == [1]


def test_addresses_in_a_sentence_stay_whole(translator: Translator) -> None:
    text = "Kijk op https://example.nl/pad?x=1&y=2#z, of schrijf naar jan@voorbeeld.nl voor meer informatie."
    result = next(translator.translate([text]))
    assert "https://example.nl/pad?x=1&y=2#z," in result.text.split()
    assert "jan@voorbeeld.nl" in result.text.split()
    assert "information" in result.text
    pairs = {(text.split()[i], result.text.split()[j]) for i, j in result.links or ()}
    assert ("jan@voorbeeld.nl", "jan@voorbeeld.nl") in pairs


def test_what_the_model_cannot_read_is_copied_and_flagged(translator: Translator) -> None:
    result = next(translator.translate(["日本語の文章です"]))
    assert result.text == "日本語の文章です"
    assert result.flags == ("copied",)


def test_rows_come_before_the_input_ends(translator: Translator) -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield f"Zin nummer {taken % 3}."

    next(translator.translate(endless()))
    assert taken == FIRST_WINDOW


def test_windows_depend_on_the_number_done_alone() -> None:
    done, sizes = 0, []
    while done < 10_000:
        sizes.append(window_size(done))
        done += sizes[-1]
    assert sizes == sorted(sizes)
    assert sizes[0] == FIRST_WINDOW


@pytest.mark.parametrize("change", [{"beam_size": 0}, {"batch_tokens": 0}, {"threads": 0}])
def test_numbers_out_of_range_are_refused(model: Model, change: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        Translator(model, **change)  # type: ignore[arg-type]


def test_marks_that_the_model_does_not_know_are_read_as_plain_ones(tokenizer: Tokenizer) -> None:
    strange, plain = (
        "Hij zei: „Kom morgen” en «ga», 3 × ‘nee’.",
        'Hij zei: "Kom morgen" en "ga", 3 × \'nee\'.',
    )
    assert tokenizer.encode(strange).unknown == 0
    assert tokenizer.encode(strange) == tokenizer.encode(plain)
    assert tokenizer.encode("C:\\temp").unknown == 0


def test_fractions_are_read_as_decimals() -> None:
    assert readable("12½ procent, ¾ liter") == "12,5 procent, 0,75 liter"
    assert readable("12½ per cent", ".") == "12.5 per cent"


def test_batches_do_not_go_by_the_machine() -> None:
    lengths = [20, 31, 7, 12, 45, 9]
    assert len({str(list(Batches(None, threads, 512)._pack(lengths))) for threads in (1, 2, 8)}) == 1


def test_more_threads_than_cores_are_not_started(model: Model) -> None:
    assert Translator(model, threads=100_000)._batches._threads == usable_cores()


def test_a_broken_spm_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.spm").write_bytes(b"no model")
    with pytest.raises(ModelError, match="SentencePiece"):
        Tokenizer(tmp_path / "a.spm", tmp_path / "a.spm")


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.sampled_from("aeinrst ,.;éß日👍\u00a0"), min_size=1, max_size=300)
    .map(str.strip)
    .filter(bool),
    limit=st.integers(2, 30),
)
def test_parts_are_short_enough_and_lose_nothing(tokenizer: Tokenizer, text: str, limit: int) -> None:
    pieces = tokenizer.encode(text)
    points = split_points(text, pieces, limit)
    assert points[0] == 0
    assert points == sorted(set(points))
    starts = [a for a, _ in pieces.offsets]
    for begin, end in zip(points, [*points[1:], len(text) + 1], strict=True):
        assert sum(begin <= a < end for a in starts) <= limit + 1


def test_long_sentences_split_at_clauses(tokenizer: Tokenizer) -> None:
    text = "Eerst kwam de trein uit Utrecht aan; daarna vertrok de bus naar Zeist, en toen werd het stil."
    pieces = tokenizer.encode(text)
    points = split_points(text, pieces, len(pieces) - 4)
    assert [text[p:].strip()[:6] for p in points[1:]] == ["daarna"]


def test_silent_characters_do_not_reach_the_model(translator: Translator) -> None:
    plain, marked = translator.translate(["De minister sprak.", "De mi\u00adnister\u200b sprak\u202c."])
    assert plain.text == marked.text
    assert readable("a \u200b b") == "a \u200b b"


@given(st.lists(st.integers(1, 60), max_size=60), st.integers(1, 4), st.integers(1, 200))
def test_batches_hold_every_sentence_once_and_keep_their_size(
    lengths: list[int], threads: int, tokens: int
) -> None:
    batches = list(Batches(None, threads, tokens)._pack(lengths))
    assert sorted(n for batch in batches for n in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or max(lengths[n] for n in batch) * len(batch) <= tokens


def test_token_numbers_count_whitespace_tokens() -> None:
    assert token_numbers("ab c  d", [(0, 1), (1, 2), (2, 4), (4, 6), (6, 7)]) == [0, 0, 1, -1, 2]


class TestJournal:
    """A killed job goes on where it was."""

    JOB: ClassVar = {"model": "m", "beam_size": 4}
    WINDOWS: Sequence[tuple[list[str], list[Result]]] = (
        (["a", "b"], [Result("A", -0.1, (), ((0, 0),)), Result("B", -1 / 3, ("length",))]),
        (["c"], [Result("C\n", -2.0, ("copied", "length"), None)]),
    )

    def filled(self, out: Path) -> None:
        journal = Journal(out, self.JOB)
        for texts, results in self.WINDOWS:
            journal.record(texts, results)
        journal.close(done=False)

    def test_what_was_recorded_is_recalled(self, tmp_path: Path) -> None:
        out = tmp_path / "out.tsv"
        self.filled(out)
        journal = Journal(out, self.JOB, resume=True)
        assert [journal.recall(texts) for texts, _ in self.WINDOWS] == [r for _, r in self.WINDOWS]
        assert journal.recall(["d"]) is None
        journal.record(["d"], [Result("D", -1.0)])
        journal.close(done=True)
        assert not journal_path(out).exists()

    def test_a_window_cut_short_is_done_again(self, tmp_path: Path) -> None:
        out = tmp_path / "out.tsv"
        self.filled(out)
        path = journal_path(out)
        path.write_bytes(path.read_bytes()[:-3])
        journal = Journal(out, self.JOB, resume=True)
        assert journal.recall(["a", "b"]) == self.WINDOWS[0][1]
        assert journal.recall(["c"]) is None
        journal.record(*self.WINDOWS[1])
        journal.close(done=False)
        again = Journal(out, self.JOB, resume=True)
        assert [again.recall(texts) for texts, _ in self.WINDOWS] == [r for _, r in self.WINDOWS]

    def test_another_job_or_input_is_refused(self, tmp_path: Path) -> None:
        out = tmp_path / "out.tsv"
        self.filled(out)
        with pytest.raises(UsageError, match="another model or other settings"):
            Journal(out, {"model": "other"}, resume=True)
        with pytest.raises(InputError, match="not the one"):
            Journal(out, self.JOB, resume=True).recall(["x", "b"])

    def test_a_new_job_begins_anew(self, tmp_path: Path) -> None:
        out = tmp_path / "out.tsv"
        self.filled(out)
        journal = Journal(out, self.JOB)
        assert journal.recall(["a", "b"]) is None
        assert journal.put_aside and journal.put_aside.exists()
        journal.close(done=True)
        assert list(tmp_path.iterdir()) == []


def test_a_text_in_capitals_is_translated_in_capitals(translator: Translator) -> None:
    (result,) = translator.translate(["DE KAT SLAAPT VANDAAG OP DE MAT."])
    assert result.text.isupper() and "CAT" in result.text and "SLEEP" in result.text
    assert result.links and "copied" not in result.flags
