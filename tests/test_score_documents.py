"""Scores of bitexts whose references are segmented in another way."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from align.bitext import Row
from align.errors import ScoreError, UsageError
from align.formats import tsv
from align.score.lineup import line_up_bitext, segment_text
from align.score.metrics import corpus_scores
from align.score.report import make_report
from tests.conftest import Run
from tests.model_kit import sentencepiece_model

DUTCH = [
    "De burgemeester opende dinsdag het nieuwe museum.", "Het gebouw ligt aan de haven.",
    "Er kwamen vierhonderd bezoekers.", "Buiten regende het hard.",
    "Het museum toont schilderijen uit de zeventiende eeuw.", "De toegang is gratis tot eind mei.",
]  # fmt: skip
ENGLISH = [
    "The mayor opened the new museum on Tuesday.", "The building is at the harbour.",
    "Four hundred visitors came.", "Outside it rained hard.",
    "The museum shows paintings from the seventeenth century.", "Access is free until the end of May.",
]  # fmt: skip
OTHER = [
    "The mayor has opened the museum Tuesday.", "The building lies on the port.",
    "There came four hundred visitors.", "It rained.",
    "The museum exhibits paintings of the seventeenth century.", "The entry is free until the end of May.",
]  # fmt: skip


def write(path: Path, targets: Sequence[str], sources: Sequence[str] = DUTCH) -> str:
    """Write a bitext of one paragraph a sentence."""
    rows, src, tgt = [], 0, 0
    for number, (source, target) in enumerate(zip(sources, targets, strict=True), 1):
        rows.append(Row("a", number, "1-1", src, src + len(source), tgt, tgt + len(target), source, target))
        src, tgt = src + len(source) + 1, tgt + len(target) + 1
    stream = io.BytesIO()
    tsv.write(rows, stream)
    path.write_bytes(stream.getvalue())
    return str(path)


@pytest.fixture
def bitext(tmp_path: Path) -> str:
    return write(tmp_path / "a.tsv", ENGLISH)


def text(path: Path, content: str) -> str:
    path.write_text(content, "utf-8")
    return str(path)


def test_equal_segmentation_gives_the_plain_number(bitext: str, tmp_path: Path) -> None:
    for content in ("\n".join(OTHER), " ".join(OTHER[:3]) + "\n\n" + " ".join(OTHER[3:])):
        lineup = line_up_bitext(bitext, [text(tmp_path / "r.txt", content)])
        assert lineup.scorable is None
        assert make_report(lineup).scores == corpus_scores(ENGLISH, [OTHER])


def test_merged_and_dropped_sentences_are_paired_first(bitext: str, tmp_path: Path) -> None:
    reference = text(
        tmp_path / "r.txt",
        "On Tuesday the mayor opened the new museum, which is at the harbour. Four hundred visitors came.\n\n"
        "The museum shows paintings from the seventeenth century. Photographs are forbidden everywhere "
        "inside. Admission is free until the end of May.\n",
    )
    lineup = line_up_bitext(bitext, [reference])
    assert lineup.hypotheses == [" ".join(ENGLISH[:2]), ENGLISH[2], *ENGLISH[4:]]
    assert lineup.references[0][1:3] == [ENGLISH[2], ENGLISH[4]]
    assert lineup.scorable is not None
    assert lineup.scorable.source_sentences == (5, 6)
    assert lineup.scorable.system_coverage[0].left_out == (4,)
    assert lineup.scorable.reference_coverage[0].left_out == (4,)


def test_two_references_of_different_segmentation_share_blocks(bitext: str, tmp_path: Path) -> None:
    first = text(tmp_path / "1.txt", "\n".join(OTHER))
    second = text(tmp_path / "2.txt", " ".join(OTHER[:2]).replace(".", ",", 1) + " " + " ".join(OTHER[2:]))
    lineup = line_up_bitext(bitext, [first, second])
    assert {len(lineup.hypotheses), *(len(r) for r in lineup.references)} == {5}


def test_a_baseline_is_compared_on_the_same_blocks(bitext: str, tmp_path: Path) -> None:
    baseline = write(tmp_path / "b.tsv", [" ".join(OTHER[:2]), *OTHER[2:]], [" ".join(DUTCH[:2]), *DUTCH[2:]])
    lineup = line_up_bitext(bitext, [text(tmp_path / "r.txt", "\n".join(ENGLISH))], baseline=baseline)
    assert lineup.baseline == [" ".join(OTHER[:2]), *OTHER[2:]]
    assert lineup.hypotheses == [" ".join(ENGLISH[:2]), *ENGLISH[2:]]
    comparison = make_report(lineup, ["chrf"]).comparisons[0]
    assert comparison.score > comparison.baseline
    told = make_report(lineup).text()
    assert all(told.count(f"{name} tokens") == 1 for name in ("hypothesis", "baseline", "reference"))
    assert comparison.p_value < 0.05
    assert "bs:1000" in comparison.signature


def test_what_has_nothing_in_common_is_said(bitext: str, tmp_path: Path) -> None:
    with pytest.raises((ScoreError, UsageError)):
        line_up_bitext(bitext, [text(tmp_path / "r.txt", " ".join(DUTCH))])


def test_coverage_is_reported(align: Run, bitext: str, tmp_path: Path) -> None:
    reference = text(tmp_path / "r.txt", " ".join(ENGLISH[:5]) + "\n")
    done = align("score", bitext, "--reference", reference)
    assert b"coverage\t5 of 6\tsource sentences, in 5 blocks" in done.stdout
    coverage = json.loads(align("score", bitext, "--reference", reference, "--json").stdout)["coverage"]
    assert coverage["source_sentences"] == {"scored": 5, "total": 6}
    assert coverage["hypotheses"][0]["left_out"] == [6]
    assert coverage["references"][0]["left_out"] == []


def test_equal_numbers_of_other_sentences_are_not_scored_in_order(bitext: str, tmp_path: Path) -> None:
    reference = text(
        tmp_path / "r.txt",
        "The mayor opened the new museum on Tuesday, and the building is at the harbour. Four hundred "
        "visitors came. Outside it rained hard. The museum shows paintings from the seventeenth century. "
        "Access is free. It is until the end of May.\n",
    )
    lineup = line_up_bitext(bitext, [reference])
    assert lineup.hypotheses == [" ".join(ENGLISH[:2]), *ENGLISH[2:]]
    assert lineup.references[0][1:3] == ENGLISH[2:4]


def test_a_baseline_of_another_source_is_refused(bitext: str, tmp_path: Path) -> None:
    reference = text(tmp_path / "r.txt", "\n".join(ENGLISH))
    other = [sentence.swapcase() for sentence in DUTCH]
    for targets, sources in ((OTHER, other), ([" ".join(OTHER)], [" ".join(other)])):
        baseline = write(tmp_path / "b.tsv", targets, sources)
        with pytest.raises(ScoreError, match=r"b\.tsv: its source is another text: 'dE BURGEMEESTER"):
            line_up_bitext(bitext, [reference], baseline=baseline)


def test_a_baseline_may_name_its_document_otherwise(bitext: str, tmp_path: Path) -> None:
    baseline = write(tmp_path / "b.tsv", [" ".join(OTHER[:2]), *OTHER[2:]], [" ".join(DUTCH[:2]), *DUTCH[2:]])
    Path(baseline).write_text(Path(baseline).read_text("utf-8").replace("\na\t", "\nb\t"), "utf-8")
    lineup = line_up_bitext(bitext, [text(tmp_path / "r.txt", "\n".join(ENGLISH))], baseline=baseline)
    assert lineup.baseline == [" ".join(OTHER[:2]), *OTHER[2:]]


@pytest.mark.parametrize("count", [6, 9])
def test_an_unrelated_reference_is_warned_of(align: Run, bitext: str, tmp_path: Path, count: int) -> None:
    book = segment_text((Path(__file__).parent / "data" / "pair" / "book.en.txt").read_text("utf-8"))
    reference = text(tmp_path / "r.txt", " ".join(book[18 : 18 + count]))
    done = align("score", bitext, "--reference", reference)
    assert done.returncode == 0
    assert done.stderr.decode() == (
        f"align: warning: {reference} has nothing in common with {bitext}: the scores mean nothing\n"
    )
    assert not align("score", bitext, "--reference", text(tmp_path / "r.txt", " ".join(OTHER))).stderr


def test_a_bitext_without_translation_is_refused(bitext: str, tmp_path: Path) -> None:
    reference = text(tmp_path / "r.txt", " ".join(ENGLISH))
    empty = write(tmp_path / "b.tsv", [""] * len(DUTCH))
    with pytest.raises(ScoreError, match=r"b\.tsv: every target is empty"):
        line_up_bitext(empty, [reference])
    with pytest.raises(ScoreError, match=r"b\.tsv: every target is empty"):
        line_up_bitext(bitext, [reference], baseline=empty)


def test_a_reference_that_is_the_source_is_noticed_in_any_segmentation(tmp_path: Path) -> None:
    bitext = write(
        tmp_path / "a.tsv", [" ".join(ENGLISH[:3]), *ENGLISH[3:]], [" ".join(DUTCH[:3]), *DUTCH[3:]]
    )
    with pytest.raises(ScoreError, match=r"r\.txt: the reference is the source text"):
        line_up_bitext(bitext, [text(tmp_path / "r.txt", " ".join(DUTCH))])


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("spm", "sacrebleu_tokenizer_spm.model"), ("flores101", "sacrebleu_tokenizer_spm.model"),
        ("flores200", "flores200sacrebleuspm"), ("spBLEU-1K", "spbleu-1k_tokenizer_spm.model"),
    ],
)  # fmt: skip
def test_no_tokenizer_is_downloaded(
    align: Run, bitext: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, file: str
) -> None:
    monkeypatch.setenv("SACREBLEU", str(tmp_path / "cache"))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    reference = text(tmp_path / "r.txt", "\n".join(OTHER))
    done = align("score", bitext, "--reference", reference, "--tokenize", name)
    path = tmp_path / "cache" / "models" / file
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().startswith(
        f"align: error: {path}: no such file, which the tokenizer {name!r}"
    )
    assert f"`sacrebleu --tokenize {name} REFERENCE -i HYPOTHESIS`" in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1 and not path.parent.exists()


def test_a_tokenizer_that_is_there_is_used(
    align: Run, bitext: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SACREBLEU", str(tmp_path / "cache"))
    path = tmp_path / "cache" / "models" / "flores200sacrebleuspm"
    path.parent.mkdir(parents=True)
    path.write_bytes(sentencepiece_model())
    reference = text(tmp_path / "r.txt", "\n".join(OTHER))
    done = align("score", bitext, "--reference", reference, "--tokenize", "flores200")
    assert done.returncode == 0 and b"tok:flores200" in done.stdout


def test_an_unknown_language_is_refused(align: Run, bitext: str, tmp_path: Path) -> None:
    reference = text(tmp_path / "r.txt", "\n".join(OTHER))
    done = align("score", bitext, "--reference", reference, "--to", "xx")
    assert (done.returncode, done.stderr.count(b"\n")) == (1, 1)
    assert b"'xx' is not a known language code" in done.stderr


def test_the_help_says_when_sentences_are_taken_in_order(align: Run) -> None:
    shown = b" ".join(align("score", "--help").stdout.split())
    assert b"as many sentences and they are the same ones" in shown
