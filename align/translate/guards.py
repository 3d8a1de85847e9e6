"""Guards against what neural translation does wrong in silence: loops, blanks, copies, absurd lengths."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from unicodedata import category

from align.bitext import FLAGS
from align.translate.tokens import capital

LOOP_REPEATS = 4
"""Times that the same stretch of tokens stands in a row before it counts as a loop."""

LOOP_LENGTH = 12
"""Longest stretch, in tokens, that is looked for."""

LENGTH_SMOOTHING = 6
MAX_LENGTH_RATIO = 2.2
"""Bounds of (target pieces + smoothing) / (source pieces + smoothing), either way up.

Of 154,295 natural Dutch-English pairs in scripts/bench_guards.py, 2 are beyond, both loose translations.
"""

NAME_LIKENESS, WORD_LIKENESS = 0.7, 0.65
"""How like a name or a word another must be to be its misspelling, as `difflib.SequenceMatcher` has it."""

COPY_WORDS = 4
"""Fewest words in lower case that an untranslated copy has; names and codes are copied rightly."""


_SHOUTED = 10
"""Fewest letters of a text in capitals that is no row of abbreviations."""


def has_words(text: str) -> bool:
    """Tell whether there is anything to translate: a letter or a digit."""
    return any(c.isalnum() for c in text)


def verbatim(text: str) -> bool:
    """Tell whether a sentence is copied as it is: no letter or digit in it, or a lone address."""
    if not has_words(text):
        return True
    if any(c.isspace() for c in text):
        return False
    return "://" in text or text.startswith("www.") or ("@" in text[1:-1] and "." in text)


_ADDRESS = re.compile(r"(?<!\S)\S*(?:://|www\.|\w@\w)\S*")


def address_points(text: str) -> list[int]:
    """Return where web and e-mail addresses begin and where the text goes on, as offsets.

    A model garbles addresses; they are copied, and what stands around them is translated by itself.
    """
    points = []
    for match in _ADDRESS.finditer(text):
        points += [p for p in (match.start(), match.end()) if 0 < p < len(text)]
    return points


def shouted(text: str, known: Callable[[str], bool]) -> str:
    """Return a text in capitals in small letters, but for its first and for names; empty if it is not one.

    One or two words may be names, short ones abbreviations; what the model knows in capitals only stays so.

    Args:
        text: a sentence.
        known: tells whether a model knows a word as one piece.
    """
    words = _LETTERS.findall(text)
    if not text.isupper() or len(words) < 3 or sum(map(len, words)) < _SHOUTED or max(map(len, words)) < 4:
        return ""

    def small(match: re.Match[str]) -> str:
        word = match[0].lower()
        name = capital(word)
        if match.start() == first:
            return name
        return next((form for form in (word, name, match[0]) if known(form)), word)

    first = next(_LETTERS.finditer(text)).start()
    quiet = _LETTERS.sub(small, text)
    return quiet if len(quiet) == len(text) else ""


_MARKUP = re.compile(r"(?:[>#*|]+ +)+(?=\S)")
"""Marks of quotations, headings and lists that begin a line of Markdown or mail."""


def outer_symbols(text: str) -> tuple[str, str, str]:
    """Part a sentence into symbols at its beginning, the rest, and symbols at its end, spaces included.

    Pictographs and bullets are no model's vocabulary: they are kept out of translation and put back.
    """
    begin, end = 0, len(text)
    if not has_words(text):
        return "", text, ""
    if marks := _MARKUP.match(text):
        begin = marks.end()
    while begin < end and (_is_symbol(text[begin]) or (begin and text[begin] == " ")):
        begin += 1
    while end > begin and (_is_symbol(text[end - 1]) or (end < len(text) and text[end - 1] == " ")):
        end -= 1
    return text[:begin], text[begin:end], text[end:]


def _is_symbol(char: str) -> bool:
    """Tell whether a character is a pictograph, a part of one, or a bullet."""
    if char.isascii():
        return False
    return char in "•‣⁃\u200d\ufe0f" or "\U0001f3fb" <= char <= "\U0001f3ff" or category(char) == "So"


def longest_run(tokens: Sequence[str]) -> int:
    """Return how often, at most, a stretch of tokens is repeated back to back."""
    best = 1
    for size in range(1, min(LOOP_LENGTH, len(tokens) // 2) + 1):
        run = 0
        for i in range(size, len(tokens)):
            run = run + 1 if tokens[i] == tokens[i - size] else 0
            best = max(best, run // size + 1)
    return best


def _repeated_share(tokens: Sequence[str], size: int = 4) -> float:
    """Return the share of n-grams that are occurrences of one met at least three times."""
    grams = Counter(tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1))
    total = sum(grams.values())
    return sum(n for n in grams.values() if n >= 3) / total if total else 0.0


def repeats(source: Sequence[str], target: Sequence[str]) -> bool:
    """Tell whether a target loops though its source does not."""
    run = longest_run(target)
    if run >= LOOP_REPEATS and run > longest_run(source) + 1:
        return True
    return len(target) >= 16 and _repeated_share(target) > 0.5 + _repeated_share(source)


_PARTICLES = re.compile(
    r"(?<!\w)(?:van|von|de|den|der|di|da|del|du|la|le|zu)(?: de[nr]?| la)? (?=[^\W\d_a-z])"
)
"""Words in small letters that surnames begin with."""


def copied(source: str, target: str) -> bool:
    """Tell whether a target is its source, untranslated: most of its lower-case words in the same order."""
    words = [w.strip(".,;:!?\"'()«»“”„‘’") for w in _PARTICLES.sub("", source).split()]
    plain = [w for w in words if w.isalpha() and w.islower() and len(w) > 1]
    if len(plain) < COPY_WORDS:
        return False
    have = Counter(w.strip(".,;:!?\"'()«»“”„‘’") for w in target.split())
    kept = sum((Counter(plain) & have).values())
    return kept > 0.75 * len(plain)


def absurd_length(source: int, target: int) -> bool:
    """Tell whether numbers of source and target pieces are in a ratio that no translation has."""
    ratio = (target + LENGTH_SMOOTHING) / (source + LENGTH_SMOOTHING)
    return not 1 / MAX_LENGTH_RATIO <= ratio <= MAX_LENGTH_RATIO


_NUMBER = re.compile(r"\d+(?:[.,:\u202f\u00a0 ]\d{3}(?!\d)|[.,:]\d+)*")


_TIME = re.compile(r"(?:[01]?\d|2[0-4])[.:][0-5]\d")
"""Times of the day change their form: 14.00 is 2 pm."""


def lost_numbers(source: str, target: str, least: int = 2) -> int:
    """Return how many numbers of a source, of so many digits at least, its target lacks.

    Numbers are compared by their digits, so that 1.000,50 and 1,000.50 are the same; single digits, which
    are often written as words, do not count.
    """
    return len(missing_numbers(source, target, least))


def missing_numbers(source: str, target: str, least: int = 3) -> list[str]:
    """Return the numbers of a source, of so many digits at least, that its target lacks."""
    missing = Counter(_digits(source)) - Counter(_digits(target, times=True))
    found = [match[0] for match in _numbers_among(source, missing)]
    return [number for number in found if len(_only_digits(number)) >= least]


def mend_numbers(source: str, target: str, swap: bool) -> str:
    """Put the numbers of a source in the place of those that its target has invented.

    Only where there are as many invented as lost ones, in the same order, and each has as many digits as the
    other (then the separators stay those of the target) or is the other with a digit more or less.

    Args:
        source, target: the texts.
        swap: whether the languages differ in which of comma and point marks decimals.
    """
    lost = missing_numbers(source, target, 0)
    timed = any(_TIME.fullmatch(match[0]) for match in _NUMBER.finditer(source))
    invented = Counter(_digits(target, times=not timed)) - Counter(_digits(source, times=True))
    places = _numbers_among(target, invented)
    begun = [m for m in places if target.startswith((".", ","), m.start() - 1) and m.start()]  # .25 is 0.25
    if len(places) != len(lost) or begun:
        return target
    mended = [_mended_number(m[0], right, swap) for m, right in zip(places, lost, strict=True)]
    if None in mended:
        return target
    for match, number in reversed(list(zip(places, mended, strict=True))):
        target = f"{target[: match.start()]}{number}{target[match.end() :]}"
    return target


def _numbers_among(text: str, counted: Counter[str]) -> list[re.Match[str]]:
    """Return the numbers of a text whose digits have been counted, each as often as it was."""
    left, found = counted.copy(), list[re.Match[str]]()
    for match in _NUMBER.finditer(text):
        digits = _only_digits(match[0])
        if left[digits] > 0:
            left[digits] -= 1
            found.append(match)
    return found


def _mended_number(text: str, right: str, swap: bool) -> str | None:
    """Return what a wrong number must be, given the right one; None if they have little in common."""
    wrong, digits = _only_digits(text), _only_digits(right)
    if len(wrong) == len(digits):
        fresh = iter(digits)
        return "".join(next(fresh) if c.isdigit() else c for c in text)
    longer, shorter = sorted((wrong, digits), key=len, reverse=True)
    if len(longer) - len(shorter) > 1:
        return None
    if shorter in (longer[:at] + longer[at + 1 :] for at in range(len(longer))):
        return with_separators(right, swap)
    return None


def with_separators(number: str, swap: bool) -> str:
    """Return a number with the separators of the other language; dates and the like stay."""
    if swap and _AMOUNT.fullmatch(number):
        return number.translate(_SWAPPED)
    return number


def rejoin_numbers(source: str, target: str, swap: bool) -> str:
    """Put the numbers of a source in the place of those that fell apart in its target: ``1.25 0.00``.

    Args:
        source, target: the texts.
        swap: whether the languages differ in which of comma and point marks decimals.
    """
    lost = Counter(_digits(source)) - Counter(_digits(target))
    for match in _NUMBER.finditer(source):
        digits = _only_digits(match[0])
        if not lost[digits]:
            continue
        places = list(re.finditer(rf"(?<!\d){_BETWEEN_DIGITS.join(digits)}(?!\d)", target))
        if len(places) == 1 and " " in places[0][0]:
            right = with_separators(match[0], swap)
            target = target[: places[0].start()] + right + target[places[0].end() :]
            lost[digits] -= 1
    return target


_LETTERS = re.compile(r"[^\W\d_][\w-]*")


def mend_words(source: str, target: str, told: Sequence[str]) -> str:
    """Put words that a model was told in the place of what it misspelt.

    Args:
        source, target: the texts.
        told: words that the target should have; it may have other forms of those in lower case.
    """
    ours = set(_LETTERS.findall(source)).union(told)
    for word in told:
        if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", target, re.IGNORECASE):
            continue
        places = [m for m in _LETTERS.finditer(target) if m[0] not in ours and _misspelt(word, m[0])]
        if places:
            match = max(places, key=lambda m: _likeness(word, m[0]))
            right = capital(word) if match[0][0].isupper() else word
            target = target[: match.start()] + right + target[match.end() :]
    return target


def _likeness(word: str, other: str) -> float:
    return SequenceMatcher(None, word.lower(), other.lower()).ratio()


def _misspelt(word: str, other: str) -> bool:
    """Tell whether a word looks like a misspelling of another, and not like a form of it."""
    name = word[0].isupper()
    if name != other[0].isupper() or (not name and len(word) < 6) or word[0].lower() != other[0].lower():
        return False
    stem = max(4, len(word) - 3)
    inflected = not name and word[:stem].lower() == other[:stem].lower()
    return not inflected and _likeness(word, other) >= (NAME_LIKENESS if name else WORD_LIKENESS)


def close_quotes(source: str, target: str) -> str:
    """Take out the space after an opening quotation mark, where its source has none."""
    if target.count('"') % 2 or re.search(r'(?:^|\s)" ', source):
        return target
    return _LOOSE_QUOTE.sub('"', target)


_LOOSE_QUOTE = re.compile(r'(?<![^\s(])" +(?=\w[^"]*")')

_COMMA_DECIMAL = re.compile(r"(?<![\d.,])\d+,(?:\d{1,2}|\d{4,})(?![.,]?\d)")


def point_decimals(source: str, target: str) -> str:
    """Write with a point the decimals that a target has taken over with the comma of its source.

    For languages that write them with a point only; a comma before three digits may mark thousands.
    """
    taken = set(_COMMA_DECIMAL.findall(source))
    return _COMMA_DECIMAL.sub(lambda m: m[0].replace(",", ".") if m[0] in taken else m[0], target)


_BETWEEN_DIGITS = r"[.,\s]{0,2}"
_SWAPPED = str.maketrans(",.", ".,")
_AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+[.,]\d+")


def _only_digits(number: str) -> str:
    """Return a number without its separators."""
    return "".join(filter(str.isdigit, number))


def _digits(text: str, *, times: bool = False) -> Iterator[str]:
    """Yield the digits of each number of two digits or more, with those that may be times if asked for."""
    for match in _NUMBER.finditer(text):
        digits = _only_digits(match[0])
        if len(digits) > 1 and (times or not _TIME.fullmatch(match[0])):
            yield digits


def check(
    source: str,
    target: str,
    source_pieces: Sequence[str],
    target_pieces: Sequence[str],
    *,
    same_language: bool,
) -> tuple[str, ...]:
    """Return the flags that a translation deserves, in the order of `align.bitext.FLAGS`.

    Args:
        source, target: the texts.
        source_pieces, target_pieces: their SentencePiece pieces.
        same_language: True if source and target language are one, so that a copy is no fault.
    """
    found = set()
    if not target.strip():
        found.add("empty")
    else:
        if repeats(source_pieces, target_pieces):
            found.add("repetition")
        if not same_language and copied(source, target):
            found.add("copied")
        if absurd_length(len(source_pieces), len(target_pieces)):
            found.add("length")
    return ordered(found)


def ordered(flags: Iterable[str]) -> tuple[str, ...]:
    """Put flags in the order in which they are written."""
    have = set(flags)
    return tuple(flag for flag in FLAGS if flag in have)
