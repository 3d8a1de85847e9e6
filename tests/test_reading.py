"""Decoding, documents and folders."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.errors import InputError, UsageError
from align.text.reading import PIECE, decode, read_documents, read_lines, read_text

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def decoded(data: bytes, encoding: str | None = None) -> str:
    return "".join(decode(io.BytesIO(data), encoding, "x"))


@given(
    TEXT.filter(lambda t: not t.startswith("\ufeff")),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_what_was_encoded_is_decoded_whatever_the_mark(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == text


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255), min_size=8))
def test_utf16_without_mark_is_detected_for_latin_text(text: str) -> None:
    assert decoded(text.encode("utf-16-le")) == text
    assert decoded(text.encode("utf-16-be")) == text


def test_line_ends_are_untouched() -> None:
    assert decoded(b"a\r\nb\rc\n\x0cd\xe2\x80\xa8e") == "a\r\nb\rc\n\x0cd\u2028e"


@pytest.mark.parametrize(
    ("data", "offset"),
    [(b"abc\xe9d", 3), (b"a" * (PIECE - 1) + "é".encode() + b"\xff", PIECE + 1), (b"abc\xc3", 3)],
)
def test_what_is_not_utf8_is_refused_with_its_byte_offset(data: bytes, offset: int) -> None:
    with pytest.raises(InputError, match=f"not UTF-8 at byte offset {offset} .*--encoding"):
        decoded(data)


def test_a_given_encoding_is_used() -> None:
    assert decoded("café".encode("latin-1"), "latin-1") == "café"
    assert decoded("\ufeffcafé".encode(), "utf-8") == "café"


def test_nul_bytes_are_refused() -> None:
    with pytest.raises(InputError, match="NUL character near byte offset 2"):
        decoded(b"ab\0cd and so on, plain text")


@pytest.mark.parametrize("encoding", ["latin1x", "base64"])
def test_an_encoding_that_is_none_is_refused(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(UsageError, match="encoding"):
        read_documents([tmp_path / "a.txt"], encoding)


def test_a_folder_gives_its_texts_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt", "sub/c.txt", "d.pdf", ".hidden.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    documents = read_documents([tmp_path])
    assert [d.name for d in documents] == [str(tmp_path / n) for n in ("a.txt", "b.txt", "sub/c.txt")]
    assert [d.length for d in documents] == [5, 5, 9]


def test_missing_files_name_a_near_one(tmp_path: Path) -> None:
    (tmp_path / "article.txt").write_text("x")
    with pytest.raises(InputError, match=r"articel.txt: no such file; did you mean .*article.txt\?"):
        read_documents([tmp_path / "articel.txt"])


def test_a_file_named_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(UsageError, match="named twice"):
        read_documents([tmp_path / "a.txt", tmp_path / "." / "a.txt"])


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no \.txt file"):
        read_documents([tmp_path])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.srt", b"1\n", "subtitles"),
        ("a.html", b"<p>", "text is wanted; take its text with `align import"),
        ("a.pdf", b"%PDF-1.4 text", "is a PDF"), ("a.docx", b"PK\x03\x04....", "such as .docx"),
        ("a.tsv", b"doc\tpar\n", "bitext TSV.*target text with `align export"),
        ("", b"", "an input has an empty name"),
    ],
)  # fmt: skip
def test_what_is_no_plain_text_is_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    if name:
        (tmp_path / name).write_bytes(content)
    with pytest.raises((InputError, UsageError), match=message):
        read_documents([tmp_path / name if name else ""])


def test_lines_are_split_at_line_ends_only(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes("a\u2028b\r\nc\rd\n\ne".encode())
    assert read_lines(file) == ["a\u2028b", "c", "d", "", "e"]
    assert read_text(file) == "a\u2028b\r\nc\rd\n\ne"
