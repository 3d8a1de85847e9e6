"""The recipe of the starter model, on made data: readers, filters, augmentation, leak guard, export."""

from __future__ import annotations

import gzip
import random
import struct
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from scripts.starter import grammar, lexical, pairs  # noqa: E402
from scripts.starter.augment import MONTHS, Augmenter, once  # noqa: E402
from scripts.starter.leak import Guard, sentences  # noqa: E402
from scripts.starter.names import Names, romanise  # noqa: E402
from scripts.starter.pairs import (  # noqa: E402
    AUTHORED,
    CLAUSES,
    LATER,
    LEXICON,
    WORDS,
    Pair,
    gather,
    usable,
    weight,
)
from scripts.starter.spelling import american  # noqa: E402
from scripts.starter.widen import (  # noqa: E402
    LEXICON_FILE,
    capitals,
    read_lexicon,
    sentence_starts,
    unused,
    widened,
)


def made_shortlist(rows: list[list[int]]) -> bytes:
    offsets = [0]
    for row in rows:
        offsets.append(offsets[-1] + len(row))
    ids = [i for row in rows for i in row]
    header = struct.pack("<6Q", 0xF11A, 0, 50, 50, len(offsets), len(ids))
    return header + struct.pack(f"<{len(offsets)}Q", *offsets) + struct.pack(f"<{len(ids)}I", *ids)


def test_shortlist_is_read(tmp_path: Path) -> None:
    rows = [[3, 1, 2], [], [5]]
    (tmp_path / "lex.bin").write_bytes(made_shortlist(rows))
    assert lexical.read_shortlist(tmp_path / "lex.bin") == rows


def test_truncated_shortlist_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lex.bin").write_bytes(made_shortlist([[1, 2]])[:-4])
    with pytest.raises(ValueError, match="truncated"):
        lexical.read_shortlist(tmp_path / "lex.bin")


def test_rare_candidates_weigh_more_and_noise_is_dropped() -> None:
    rows = [[1, 2]] + [[1]] * 50 + [[9]] * 700
    first = lexical.shortlist_weights(rows)[0]
    assert first[2] > first[1]
    assert lexical.shortlist_weights(rows)[-1] == {}


def test_links_are_counted() -> None:
    counts = lexical.count_links([([7, 8], [1, 2]), ([7], [1])], [[(0, 0), (1, 1)], [(0, 0)]])
    assert counts == {7: Counter({1: 2}), 8: Counter({2: 1})}
    assert lexical.read_links("0-1 2-0") == {(0, 1), (2, 0)}


def test_dictionary_keeps_known_single_words(tmp_path: Path) -> None:
    entries = [
        ("aardig", "aardig /x/\n1. kind, nice\n2. quitea"),
        ("bĳ", "bĳ /y/\nbee"),
        ("op zich", "op zich\nself"),
    ]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    body, index = b"", ""
    for head, text in entries:
        data = text.encode()
        start, size = len(body), len(data)
        index += f"{head}\t{alphabet[start // 64]}{alphabet[start % 64]}\t{alphabet[size]}\n"
        body += data
    (tmp_path / "d.index").write_text(index, encoding="utf-8")
    (tmp_path / "d.dict.dz").write_bytes(gzip.compress(body))
    found = lexical.read_dictionary(tmp_path / "d.index", {"kind", "nice", "bee", "self"})
    assert found == [("aardig", "kind"), ("bij", "bee")]


def test_pairs_are_filtered_and_unique(tmp_path: Path) -> None:
    rows = [
        "Het regent vandaag hard.\tIt is raining hard today.\ttatoeba",
        "Het regent vandaag hard.\tIt is raining hard today.\tstsb/stsb",
        "Kies <b>%s</b> uit de lijst\tChoose <b>%s</b> from the list\tdebian/ui_mo",
        "Annuleren\tCancel\tdebian/ui_mo",
        "Dit is een veel te lange zin voor zo weinig woorden in het Engels.\tNo.\ttatoeba",
    ]
    with gzip.open(tmp_path / "pairs.tsv.gz", "wt", encoding="utf-8") as out:
        out.write("\n".join(rows) + "\n")
    own = tmp_path / "own.tsv"
    own.write_text(
        "De kleur van het theater\tThe colour of the theatre\nzonder vertaling\n", encoding="utf-8"
    )
    kept = gather([own, tmp_path / "pairs.tsv.gz"])
    assert [(p.en, p.source) for p in kept] == [
        ("The color of the theater", AUTHORED),
        ("It is raining hard today.", "tatoeba"),
    ]


def test_interface_strings_weigh_least() -> None:
    assert weight("debian/ui_mo") < 0.1 < weight("tatoeba") < weight(AUTHORED) < weight(CLAUSES)
    assert weight("misc/whatever") == pairs.WEIGHTS["misc"]
    assert weight("nowhere") == 0.3


def test_later_files_are_known_by_their_names(tmp_path: Path) -> None:
    for name in ("clause-a-01.tsv", "news-01.tsv", "wide-a-01.tsv", "word-a-01.tsv"):
        (tmp_path / name).write_text(f"Dit is {name}.\tThis is {name}.\n", encoding="utf-8")
    assert [p.source for p in gather(sorted(tmp_path.iterdir()))] == [CLAUSES, AUTHORED, LATER, WORDS]


def test_authored_pairs_are_sound() -> None:
    """The project's own pairs: two columns, usable, no pair twice."""
    seen: set[tuple[str, str]] = set()
    for path in sorted((ROOT / "scripts" / "starter" / "data").glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            cells = line.split("\t")
            assert len(cells) == 2 and all(cell.strip() for cell in cells), f"{path.name}:{number}"
            assert tuple(cells) not in seen, f"{path.name}:{number} repeats a pair"
            seen.add((cells[0], cells[1]))


def test_american_spelling_spares_names() -> None:
    assert american("Travellers organise a programme, rise at 5 per cent") == (
        "Travellers organize a program, rise at 5 percent"
    )
    assert american("the Labour Party and the exercise of four hours") == (
        "the Labour Party and the exercise of four hours"
    )


@pytest.fixture
def augmenter() -> Augmenter:
    names = Names()
    names.given = {"m": [("Sjevtsjenko", "Shevchenko")], "f": [("Anna", "Anna")]}
    names.family = [("Poetin", "Putin")]
    names.first = {"Tom": "m", "Mark": "m"}
    names.countries = [("Frankrijk", "France"), ("Polen", "Poland")]
    always = dict.fromkeys(
        ["name_chance", "place_chance", "number_chance", "date_chance", "quote_chance"], 1.0
    )
    return Augmenter(names, **always, stop_chance=0.0)


def test_names_change_on_both_sides(augmenter: Augmenter) -> None:
    for seed in range(20):
        pair = augmenter.people(Pair("Tom slaapt.", "Tom is asleep.", "tatoeba"), random.Random(seed))
        assert "Tom" not in pair.nl + pair.en
        assert "Sjevtsjenko" in pair.nl and "Shevchenko" in pair.en
        assert ("Poetin" in pair.nl) == ("Putin" in pair.en)
    full = Pair("Volgens Mark Rutte kan het.", "According to Mark Rutte it can be done.", AUTHORED)
    assert augmenter.people(full, random.Random(1)).en == "According to Shevchenko Putin it can be done."


def test_unequal_names_stay(augmenter: Augmenter) -> None:
    pair = Pair("Toms hond en Tom", "Tom's dog and Tom", "tatoeba")
    assert augmenter.people(pair, random.Random(0)) is pair


def test_places_numbers_and_dates_agree(augmenter: Augmenter) -> None:
    pair = Pair("In maart gaf Frankrijk 1,25 miljard uit.", "In March France spent 1.25 billion.", AUTHORED)
    for seed in range(20):
        changed = augmenter(pair, random.Random(seed))
        assert ("Polen" in changed.nl) == ("Poland" in changed.en)
        assert [once(nl, changed.nl) for nl, _ in MONTHS] == [once(en, changed.en) for _, en in MONTHS]
        number = changed.nl.split(" uit")[0].split()[-2]
        assert number.replace(",", ".") in changed.en


def test_quotation_marks_change_on_the_dutch_side_only(augmenter: Augmenter) -> None:
    pair = Pair('Hij zei "nee" en zweeg.', 'He said "no" and fell silent.', AUTHORED)
    changed = augmenter.noise(pair, random.Random(0))
    assert changed.nl != pair.nl and changed.en == pair.en


def test_dictionary_entries_are_left_alone(augmenter: Augmenter) -> None:
    pair = Pair("Frankrijk", "France", LEXICON)
    assert augmenter(pair, random.Random(0)) is pair


def test_cyrillic_names_have_two_spellings() -> None:
    assert romanise("Шевченко") == ("Sjevtsjenko", "Shevchenko")
    assert romanise("Чуйко") == ("Tsjoejko", "Chuyko")


def test_made_sentences_put_the_dutch_verb_in_its_place() -> None:
    names = Names()
    names.given, names.family = {"m": [("Jan", "Jan")], "f": [("Eva", "Eva")]}, [("Smit", "Smit")]
    names.countries = [("Polen", "Poland")]
    made = grammar.Grammar(names)
    verb = next(v for v in made.verbs if v.prefix == "goed")
    king, plan = grammar.Phrase("de koning", "the king"), grammar.Phrase("het plan", "the plan")
    clause = grammar.Clause(king, verb, plan, grammar.Phrase("vandaag", "today"), True, False)
    assert clause.nl_main() == "de koning keurde het plan vandaag goed"
    assert clause.nl_inverted() == "keurde de koning het plan vandaag goed"
    assert clause.nl_subordinate() == "de koning het plan vandaag goedkeurde"
    assert clause.en_main() == "the king approved the plan today"
    rng = random.Random(1)
    for _ in range(300):
        pair = made.draw(rng)
        assert pair.nl[0] in '"' + pair.nl[0].upper() and "  " not in pair.nl + pair.en
        assert pair.nl.endswith(".") and pair.en.endswith(".")


def test_regular_english_forms() -> None:
    assert grammar.english_forms("deny", "") == ("deny", "denies", "denied", "denied")
    assert grammar.english_forms("criticize", "") == ("criticize", "criticizes", "criticized", "criticized")
    assert grammar.english_forms("send", "sends/sent/sent") == ("send", "sends", "sent", "sent")


def test_guard_finds_evaluation_text(tmp_path: Path) -> None:
    text = "De minister gaf maandag toe dat het plan te laat kwam voor alle gemeenten. Kort erna viel hij."
    (tmp_path / "dev.nl").write_text(text + "\n", encoding="utf-8")
    guard = Guard(sentences([tmp_path / "dev.nl"]))
    leaked = [
        Pair("De minister gaf maandag toe dat het plan te laat kwam voor alle gemeenten", "x y z", "a"),
        Pair("x y z", "Gisteren: DE MINISTER gaf maandag toe, dat het plan te laat kwam!", "a"),
        Pair("Kort erna viel hij", "Soon after he fell", "a"),
    ]
    clean = Pair("De minister gaf maandag toe dat hij wegging.", "On Monday the minister admitted.", "a")
    assert guard.clean([*leaked, clean]) == [clean]


def test_usable_turns_away_program_text() -> None:
    assert usable(Pair("Hij woont in het oude huis.", "He lives in the old house.", "kdepo"))
    assert not usable(Pair("Gebruik de optie --help voor hulp.", "Use the option --help for help.", "kdepo"))
    assert not usable(Pair("Zie https://voorbeeld.nl voor meer", "See https://example.org for more", "kdepo"))


def test_loss_gradient_is_that_of_cross_entropy() -> None:
    torch = pytest.importorskip("torch")
    from scripts.starter.model import SampledLoss

    torch.manual_seed(0)
    states = torch.randn(6, 8, requires_grad=True)
    vectors = torch.randn(10, 8, requires_grad=True)
    bias, labels = torch.randn(10), torch.tensor([1, 4, -1, 0, 9, -1])
    SampledLoss.apply(states, vectors, bias, labels, 0.1).backward()
    got = states.grad.clone(), vectors.grad.clone()
    states.grad = vectors.grad = None
    logits = states @ vectors.t() + bias
    plain = torch.nn.functional.cross_entropy(logits, labels, ignore_index=-1, label_smoothing=0.1)
    plain.backward()
    assert torch.allclose(got[0], states.grad, atol=1e-5)
    assert torch.allclose(got[1], vectors.grad, atol=1e-5)


def test_export_has_marian_names() -> None:
    torch = pytest.importorskip("torch")
    from scripts.starter.export import marian_tensors
    from scripts.starter.model import Marian, Shape

    model = Marian(Shape(sources=5, targets=6, width=8, inner=16, heads=2, layers=1, positions=9))
    tensors = marian_tensors(dict(model.named_parameters()), torch.zeros(6))
    assert tensors["encoder_l1_self_Wq"].shape == (8, 8)
    assert tensors["decoder_l1_context_Wo_ln_scale"].shape == (1, 8)
    assert tensors["decoder_l1_ffn_W1"].shape == (8, 16)
    assert tensors["decoder_l1_ffn_ffn_ln_bias"].shape == (1, 8)
    assert len(tensors) == 3 + 16 + 26


def test_an_exported_model_is_read_back() -> None:
    """The network gives a sentence the probability that CTranslate2 gives it."""
    torch = pytest.importorskip("torch")
    import json

    import ctranslate2
    from sentencepiece import SentencePieceProcessor

    from scripts.starter.embed import Vocabularies
    from scripts.starter.warm import reopen

    folder = ROOT / "models" / "opus-mt-nl-en-starter"
    known = [json.loads((folder / f"{side}_vocabulary.json").read_text()) for side in ("source", "target")]
    spm = [SentencePieceProcessor(model_file=str(folder / f"{side}.spm")) for side in ("source", "target")]
    pieces = spm[0].encode("De kat slaapt op de mat.", out_type=str)
    wanted = spm[1].encode("The cat is sleeping on the mat.", out_type=str)
    scored = ctranslate2.Translator(str(folder), compute_type="float32").score_batch([pieces], [wanted])[0]
    model = reopen(folder, Vocabularies(*spm, *known, [])).eval()
    source = torch.tensor([[known[0].index(p) for p in pieces] + [0]])
    target = torch.tensor([[known[1].index(p) for p in wanted] + [0]])
    with torch.no_grad():
        states, _ = model(source, torch.zeros(1, 1, 1, source.size(1)), target)
        logits = states @ model.decoder.embed_tokens.weight.t() + model.bias
    ours = logits.log_softmax(-1)[0, range(target.size(1)), target[0]].tolist()
    assert ours == pytest.approx(scored.log_probs, abs=1e-3)
    with pytest.raises(ValueError, match="another target vocabulary"):
        reopen(folder, Vocabularies(*spm, known[0], known[1][1:], []))


def test_lexicon_is_sound() -> None:
    """Every form has a translation, none stands there twice, translations are short."""
    lexicon = read_lexicon(LEXICON_FILE)
    assert len(lexicon) == len(LEXICON_FILE.read_text(encoding="utf-8").splitlines()) > 20_000
    for form, translations in lexicon.items():
        assert form == form.strip() and " " not in form, form
        assert all(t.strip() == t != "" and len(t.split()) <= 5 for t in translations), form


def test_lexicon_lines_need_two_cells(tmp_path: Path) -> None:
    (tmp_path / "lexicon.tsv").write_text("liep\twalked; ran\nviel\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"lexicon.tsv:2: not two cells"):
        read_lexicon(tmp_path / "lexicon.tsv")


def test_sentence_starts_are_no_names() -> None:
    texts = [
        "Wegens regen dicht.",
        "Wegens brand dicht.",
        "Visser kwam.",
        "Dat zei Visser.",
        "Hij zag Visser.",
    ]
    made = [Pair(text, "x", "tatoeba") for text in [*texts, "Visser ging."]]
    assert sentence_starts(made) == ["Wegens"]


def test_unused_pieces_are_english_words() -> None:
    pieces = [
        "</s>",
        ".",
        "a",
        "▁de",
        "▁beautiful",
        "▁There",
        "▁there",
        "▁Craig",
        "▁ship",
        "heid",
        "ful",
        "▁loep",
    ]
    counts = {"▁de": 9, "▁there": 3, "▁ship": 2, "heid": 1}
    assert unused(pieces, counts, {"loep": ["loupe"]}) == {"▁beautiful", "▁There", "▁ship", "ful"}


def test_added_words_are_cut_no_more() -> None:
    pytest.importorskip("google.protobuf")
    from sentencepiece import SentencePieceProcessor

    spm = ROOT / "models" / "opus-mt-nl-en-starter" / "source.spm"
    before = SentencePieceProcessor(model_file=str(spm))
    words = ["Hottentottententen", "zandkasteelbouwer", "de"]
    after = SentencePieceProcessor(model_proto=widened(spm.read_bytes(), {"▁huis"}, words))
    assert after.get_piece_size() == before.get_piece_size() + 1
    text = "de zandkasteelbouwer ziet Hottentottententen."
    assert after.encode_as_pieces(text)[::2] == ["▁de", "▁ziet", "."]
    assert after.decode(after.encode(text)) == text
    assert "▁huis" in before.encode_as_pieces("het huis") and "▁huis" not in after.encode_as_pieces(
        "het huis"
    )


def test_a_known_word_is_predicted_from_its_translation() -> None:
    """Vectors of trained words are a linear map of those of their translations: a new one follows it."""
    torch = pytest.importorskip("torch")
    from scripts.starter.carry import Carrier

    class Pieces:
        def __init__(self, pieces: list[str]) -> None:
            self.sources = self.targets = pieces
            self.source = self

        def encode_target(self, text: str) -> list[int]:
            return [self.targets.index("▁" + text)]

        def encode_source(self, text: str) -> list[int]:
            return [0]

        def nbest_encode_as_pieces(self, word: str, size: int) -> list[list[str]]:
            return [["▁" + word]]

    torch.manual_seed(0)
    names = [f"▁w{i}" for i in range(400)]
    english = torch.randn(400, 8)
    source = english @ torch.linalg.qr(torch.randn(8, 8))[0]
    source[0] = 0.0
    counts = [100] * 399 + [0]
    lexicon = {f"w{i}": [f"w{i}"] for i in range(1, 400)}
    carrier = Carrier(source, english, Pieces(names), counts, lexicon)  # type: ignore[arg-type]
    guess = carrier.predicted("w399")
    assert torch.cosine_similarity(guess, source[399], 0) > 0.95
    assert float(guess.norm()) == pytest.approx(float(carrier.length), rel=1e-4)


def test_capitals_of_well_met_words() -> None:
    counts = {"▁reden": 300, "▁bakker": 50, "▁USB": 99, "▁zelden": 2, "heid": 500, "▁2e-hands": 40}
    assert capitals(counts, {"Bakker"}) == ["Reden"]
