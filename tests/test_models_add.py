"""Adding models of every kind, on tiny ones that are converted for real."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from align.errors import LanguageError, ModelError, OutputError
from align.models import add as adding
from align.models import smoke
from align.models.add import add_model, remove_model, verify_model
from align.models.manifest import load_model
from align.models.store import find_model, installed, user_models
from align.translate.engine import Translator
from tests.model_kit import Kit, sentencepiece_model, zipped

README = """# opus-2020-02-26.zip

* dataset: opus
* model: transformer-align
* source language(s): nl
* target language(s): en
* pre-processing: normalization + SentencePiece
"""
CC_BY = "Attribution 4.0 International\n\n====\n"
WEIGHTS = "model.bin"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A release folder."""
    return Kit().release(tmp_path / "opus-2020-02-26", README, CC_BY)


def nothing_left() -> bool:
    """Tell whether the models folder is empty, hidden entries counted."""
    return not user_models().exists() or not list(user_models().iterdir())


def test_a_release_is_added_with_its_facts(home: Path, release: Path) -> None:
    model = add_model(release)
    assert model.path == home / "models" / "opus-mt-nl-en"
    assert (model.name, model.sources, model.targets) == ("opus-mt-nl-en", ("nl",), ("en",))
    assert (model.licence, model.origin) == ("CC-BY-4.0", "opus-2020-02-26")
    assert "MarianConverter, int8" in model.converter
    assert not model.append_source_eos and not model.target_tokens
    files = json.loads((model.path / "manifest.json").read_text())["files"]
    assert set(files) == {path.name for path in model.path.iterdir()} - {"manifest.json"}
    assert {"README.md", "LICENSE", WEIGHTS, "source.spm"} <= set(files)
    assert verify_model("opus-mt-nl-en") == (len(files), [])
    assert find_model("nl", "en") == model
    assert [path.name for path in user_models().iterdir()] == ["opus-mt-nl-en"]


@pytest.mark.parametrize("separate", [False, True])
def test_all_kinds_give_the_same_model(home: Path, tmp_path: Path, separate: bool) -> None:
    kit = Kit(separate=separate)
    makers: dict[str, Callable[[], Path]] = {
        "release": lambda: kit.release(tmp_path / "release"),
        "release-zip": lambda: zipped(kit.release(tmp_path / "r"), tmp_path / "r.zip"),
        "hub-zip": lambda: kit.hugging_face(tmp_path / "hub-zip", "zip"),
        "hub-stream": lambda: kit.hugging_face(tmp_path / "hub-stream", "stream"),
        "hub-safetensors": lambda: kit.hugging_face(tmp_path / "hub-safe", "safetensors"),
        "ctranslate2": lambda: kit.ctranslate2(tmp_path / "ct2"),
        "argos": lambda: kit.argos(tmp_path / "translate-nl_en.argosmodel"),
    }
    models = {name: add_model(make(), name=name, source="nl", target="en") for name, make in makers.items()}
    weights = {name: (model.path / WEIGHTS).read_bytes() for name, model in models.items()}
    assert len(set(weights.values())) == 1
    vocabularies = {
        tuple(sorted(p.read_text() for p in model.path.glob("*vocabulary.json"))) for model in models.values()
    }
    assert len(vocabularies) == 1
    assert "<pad>" not in "".join(vocabularies.pop())
    translated = {
        tuple(r.text for r in Translator(model, beam_size=2).translate(["de kat slaapt", "het regent ."]))
        for model in models.values()
    }
    assert len(translated) == 1


def test_a_hugging_face_folder_tells_its_languages(home: Path, tmp_path: Path) -> None:
    folder = Kit().hugging_face(tmp_path / "download", readme="---\nlicense: apache-2.0\n---\n")
    (folder / "tokenizer_config.json").write_text('{"source_lang": "nld", "target_lang": "eng"}')
    model = add_model(folder)
    assert (model.name, model.sources, model.targets) == ("opus-mt-nl-en", ("nl",), ("en",))
    assert model.licence == "Apache-2.0"


def test_argos_packages_tell_their_languages(home: Path, tmp_path: Path) -> None:
    model = add_model(Kit().argos(tmp_path / "p.argosmodel", "de", "fr"))
    assert (model.name, model.sources, model.targets) == ("argos-de-fr", ("de",), ("fr",))
    assert model.source_spm == model.target_spm == "sentencepiece.model"
    assert not list(model.path.glob("stanza*"))


def test_multi_target_models_keep_their_tokens(home: Path, tmp_path: Path) -> None:
    kit = Kit(tokens=(">>nld<<", ">>afr<<", ">>zho_Hant<<"))
    model = add_model(kit.hugging_face(tmp_path / "opus-mt-en-gem"), source="en")
    assert model.target_tokens == {"nl": ">>nld<<", "af": ">>afr<<", "zh-Hant": ">>zho_Hant<<"}
    assert model.targets == ("nl", "af", "zh-Hant")
    assert model.target_token("dut") == ">>nld<<"
    assert find_model("en", "af").name == model.name == "opus-mt-en-gem"
    assert next(Translator(model, target="nl").translate(["the cat"])).text is not None
    one = add_model(tmp_path / "opus-mt-en-gem", name="one", source="en", target="nld")
    assert one.targets == ("nl",) and one.target_tokens == {"nl": ">>nld<<"}
    with pytest.raises(ModelError, match="writes af, nl, zh-Hant, not de"):
        add_model(tmp_path / "opus-mt-en-gem", name="two", source="en", target="de")


def test_languages_that_nothing_shows_must_be_named(home: Path, tmp_path: Path) -> None:
    folder = Kit().hugging_face(tmp_path / "mine")
    with pytest.raises(ModelError, match="name them with --from and --to"):
        add_model(folder)
    with pytest.raises(ModelError, match=r"name them with --to$"):
        add_model(folder, source="nl")
    with pytest.raises(LanguageError, match="did you mean nl"):
        add_model(folder, source="dutch", target="en")
    assert add_model(folder, source="dut", target="eng").name == "opus-mt-nl-en"


def test_the_source_ends_as_the_configuration_says(home: Path, tmp_path: Path) -> None:
    folder = Kit().ctranslate2(tmp_path / "ct2-nl-en")
    config = json.loads((folder / "config.json").read_text())
    assert not add_model(folder, name="marian").append_source_eos
    config["add_source_eos"] = False
    (folder / "config.json").write_text(json.dumps(config))
    assert not add_model(folder, name="opennmt").append_source_eos
    (folder / "config.json").write_text(json.dumps(config | {"decoder_start_token": "</s>"}))
    assert add_model(folder, name="hub").append_source_eos


def test_names(home: Path, release: Path) -> None:
    for bad in ("", "../x", "a/b", ".hidden", "a b", "x" * 101):
        with pytest.raises(ModelError, match="cannot be a model's name"):
            add_model(release, name=bad)
    add_model(release, name="mine")
    with pytest.raises(ModelError, match="already installed; give another with --name, or first"):
        add_model(release, name="mine")
    with pytest.raises(ModelError, match=r"already installed; give another with --name$"):
        add_model(release, name="opus-mt-nl-en-starter")


def test_an_installed_model_can_be_added_elsewhere_with_its_manifest(
    home: Path, release: Path, tmp_path: Path
) -> None:
    model = add_model(release)
    copy = shutil.copytree(model.path, tmp_path / "copy")
    remove_model(model.name)
    again = add_model(copy)
    assert (again.name, again.licence, again.origin, again.converter) == (
        model.name, model.licence, model.origin, model.converter,
    )  # fmt: skip
    (copy / "README.md").write_text("another")
    with pytest.raises(ModelError, match=r"its manifest does not hold: README\.md has changed"):
        add_model(copy, name="second")


@pytest.mark.parametrize("name", ["decoder.yml", "model.npz", "vocab.yml", "source.spm", "target.spm"])
@pytest.mark.parametrize("how", ["missing", "empty", "broken"])
def test_a_broken_release_is_refused(home: Path, release: Path, name: str, how: str) -> None:
    if how == "missing":
        (release / name).unlink()
    else:
        (release / name).write_bytes(b"" if how == "empty" else b"\x00\xff broken")
    with pytest.raises(ModelError) as caught:
        add_model(release)
    assert name in str(caught.value) or (name, how) == ("vocab.yml", "broken")
    assert "\n" not in str(caught.value)
    assert nothing_left()


def test_all_faults_are_named_at_once(home: Path, tmp_path: Path) -> None:
    folder = Kit().hugging_face(tmp_path / "opus-mt-nl-en")
    (folder / "source.spm").unlink()
    (folder / "vocab.json").write_text('{"a": 0, "b": 5}')
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"scale_embedding": False, "d_model": "x"}))
    with pytest.raises(ModelError) as caught:
        add_model(folder)
    for fault in ("source.spm is missing", "gaps", "scale_embedding is False", "d_model is missing"):
        assert fault in str(caught.value)


def test_models_that_cannot_be_used_say_why(home: Path, tmp_path: Path) -> None:
    bpe = Kit().release(tmp_path / "bpe-nl-en")
    (bpe / "source.spm").rename(bpe / "source.bpe")
    with pytest.raises(ModelError, match="BPE instead of SentencePiece"):
        add_model(bpe)
    (tmp_path / "pictures").mkdir()
    with pytest.raises(ModelError, match=r"is no model: it has none of model\.bin"):
        add_model(tmp_path / "pictures")
    with pytest.raises(ModelError, match="does not exist"):
        add_model(tmp_path / "nowhere.zip")
    with zipfile.ZipFile(tmp_path / "pictures.zip", "w") as archive:
        archive.writestr("pictures/a.txt", "no picture")
    with pytest.raises(ModelError, match=r"pictures\.zip(/pictures)?: is no model") as caught:
        add_model(tmp_path / "pictures.zip")
    assert ".adding" not in str(caught.value)
    foreign = Kit().release(tmp_path / "foreign-nl-en")
    (foreign / "vocab.yml").write_text("".join(f"x{i}: {i}\n" for i in range(len(Kit().vocabularies()[0]))))
    with pytest.raises(ModelError, match="belongs to another model"):
        add_model(foreign)
    assert nothing_left()


def test_weights_of_another_model_are_refused(home: Path, tmp_path: Path) -> None:
    folder = Kit().hugging_face(tmp_path / "opus-mt-nl-en")
    vocabulary = json.loads((folder / "vocab.json").read_text())
    vocabulary["more"] = len(vocabulary)
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    with pytest.raises(ModelError, match="do not belong to a vocabulary"):
        add_model(folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"decoder_layers": 2}))
    with pytest.raises(ModelError, match=r"has no tensor model\.decoder\.layers\.1"):
        add_model(folder)


def test_decoder_yml_cannot_lead_elsewhere(home: Path, release: Path) -> None:
    (release / "decoder.yml").write_text("models: [../../model.npz]\nvocabs: [vocab.yml, vocab.yml]\n")
    with pytest.raises(ModelError, match="lies outside the folder"):
        add_model(release)


def test_a_damaged_ctranslate2_model_is_refused(home: Path, tmp_path: Path) -> None:
    folder = Kit().ctranslate2(tmp_path / "ct2-nl-en")
    weights = (folder / WEIGHTS).read_bytes()
    for damaged in (weights[: len(weights) // 2], b"\xff" * 100):
        (folder / WEIGHTS).write_bytes(damaged)
        with pytest.raises(ModelError, match="does not translate"):
            add_model(folder)
    assert nothing_left()


def test_a_model_that_brings_ctranslate2_down_is_refused(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crash = tmp_path / "crash"
    crash.write_text("#!/bin/sh\nkill -SEGV $$\n")
    crash.chmod(0o755)
    monkeypatch.setattr(smoke.sys, "executable", str(crash))
    with pytest.raises(ModelError, match=r"does not translate: it makes CTranslate2 crash \(SIGSEGV\)"):
        add_model(Kit().ctranslate2(tmp_path / "ct2-nl-en"))
    crash.write_text("#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr(smoke, "_LONGEST", 0.1)
    with pytest.raises(ModelError, match="does not come to an end"):
        add_model(tmp_path / "ct2-nl-en")
    assert nothing_left()


def test_an_interruption_leaves_nothing(home: Path, release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(adding, "smoke_test", interrupt)
    with pytest.raises(KeyboardInterrupt):
        add_model(release)
    assert nothing_left()


def test_what_a_killed_process_left_is_cleaned_up_later(home: Path, release: Path) -> None:
    old, young = user_models() / ".adding-old", user_models() / ".adding-young"
    old.mkdir(parents=True)
    young.mkdir()
    os.utime(old, (0, 0))
    add_model(release)
    assert not old.exists() and young.exists()
    assert [model.name for model in installed() if not model.embedded] == ["opus-mt-nl-en"]


def test_a_full_or_closed_disk_is_one_line(
    home: Path, release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device", str(user_models() / "x"))

    monkeypatch.setattr(adding, "convert", full)
    with pytest.raises(OutputError, match="No space left"):
        add_model(release)
    assert nothing_left()
    (home / "file").write_text("")
    monkeypatch.setenv("ALIGN_HOME", str(home / "file"))
    with pytest.raises(OutputError, match="cannot be installed here"):
        add_model(release)


def test_verify_names_every_change(home: Path, release: Path) -> None:
    model = add_model(release)
    (model.path / "source.spm").write_bytes(sentencepiece_model()[:-1] + b"x")
    (model.path / "target.spm").unlink()
    (model.path / "added.txt").write_text("x")
    _, faults = verify_model(model.name)
    assert faults == [
        "source.spm has changed", "target.spm is missing", "added.txt is not in the manifest",
    ]  # fmt: skip
    with pytest.raises(ModelError, match=r"target\.spm is missing"):
        find_model("nl", "en", model.name)


def test_remove(home: Path, release: Path) -> None:
    model = add_model(release)
    assert remove_model(model.name) == model.path
    assert nothing_left()
    with pytest.raises(ModelError, match="came with the package"):
        remove_model("opus-mt-nl-en-starter")
    with pytest.raises(ModelError, match=r"no model 'opus-mt-nl-em'.*did you mean opus-mt-nl-en-starter"):
        remove_model("opus-mt-nl-em")
    with pytest.raises(ModelError, match="only installed models can be removed"):
        remove_model(str(release))
    broken = add_model(release)
    (broken.path / WEIGHTS).unlink()
    assert remove_model(broken.name) == broken.path


def test_two_adds_at_once_install_one(home: Path, release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "check_free", lambda name: None)
    first = add_model(release)
    with pytest.raises(ModelError, match="already installed"):
        add_model(release)
    assert load_model(first.path) == first


def test_the_lexicon_of_a_model_is_added_with_it(home: Path, tmp_path: Path) -> None:
    folder = Kit().ctranslate2(tmp_path / "ct2-nl-en")
    (folder / "lexicon.tsv").write_text("kraakbeen\tcartilage\n", "utf-8")
    model = add_model(folder)
    assert model.lexicon == "lexicon.tsv"
    assert (model.path / "lexicon.tsv").read_text("utf-8") == "kraakbeen\tcartilage\n"
