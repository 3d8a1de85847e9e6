"""Which model is found, and what a folder without manifest shows."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pytest

from align.errors import LanguageError, ModelError
from align.models.add import add_model, describe_folder
from align.models.infer import languages_of_name
from align.models.languages import best_match, canonical, is_language, near
from align.models.manifest import Model, load_model, write_manifest
from align.models.smoke import smoke_test
from align.models.store import broken, default_pairs, embedded_models, find_model, get_model, home, installed
from tests.model_kit import Kit

STARTER = "opus-mt-nl-en-starter"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A CTranslate2 folder without manifest."""
    return Kit().ctranslate2(tmp_path / "my-nl-en")


def put(folder: Path, name: str, source: str = "nl", target: str = "en") -> Model:
    """Install a model under a name."""
    return add_model(folder, name=name, source=source, target=target)


def test_the_starter_is_found_without_installation(home: Path) -> None:
    model = find_model("nl", "en")
    assert (model.name, model.embedded) == (STARTER, True)
    assert model.path == embedded_models() / STARTER
    assert not model.append_source_eos
    assert [m.name for m in installed()] == [STARTER]


@pytest.mark.parametrize("source", ["nl", "nld", "dut", "NL", "nl-NL", "nl_BE"])
@pytest.mark.parametrize("target", ["en", "eng", "en-GB"])
def test_codes_are_compared_as_languages(home: Path, source: str, target: str) -> None:
    assert find_model(source, target).name == STARTER


def test_installed_models_are_preferred_and_official_ones_first(home: Path, folder: Path) -> None:
    for name in ("zeta", "alpha", "opus-mt-tc-nl-en", "opus-mt-nl-en"):
        put(folder, name)
        assert find_model("nl", "en").name == ("zeta" if name == "zeta" else name)
    models = installed()
    defaults = {model.name: default_pairs(model, models) for model in models}
    assert defaults == {
        "alpha": [], "zeta": [], "opus-mt-tc-nl-en": [], STARTER: [], "opus-mt-nl-en": [("nl", "en")],
    }  # fmt: skip
    assert find_model("nl", "en", STARTER).embedded


def test_a_model_is_named_by_name_or_by_folder(home: Path, folder: Path) -> None:
    put(folder, "mine")
    assert find_model("nl", "en", "mine").name == "mine"
    bare = find_model("nl", "en", str(folder))
    assert (bare.name, bare.sources, bare.targets) == ("my-nl-en", ("nl",), ("en",))
    anonymous = folder.rename(folder.with_name("model"))
    assert find_model("de", "fr", str(anonymous)).sources == ("de",)


def test_no_name_is_not_the_working_folder(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(ModelError, match="no model '' is installed"):
        get_model("")


def test_unknown_names_list_near_ones_and_what_is_installed(home: Path) -> None:
    with pytest.raises(ModelError, match=f"no model 'opus-nl-en-starter'.*did you mean {STARTER}"):
        find_model("nl", "en", "opus-nl-en-starter")
    with pytest.raises(ModelError, match=f"installed: {STARTER}"):
        find_model("nl", "en", "qqqqqqq")
    with pytest.raises(ModelError, match="is installed; run `align models pull opus-mt-nl-en`"):
        find_model("nl", "en", "opus-mt-nl-en")
    with pytest.raises(ModelError, match="translates nl to en, not fr to en"):
        find_model("fr", "en", STARTER)


@pytest.mark.parametrize(
    ("code", "hint"),
    [("dutch", "did you mean nl"), ("nlx1", "did you mean nl"), ("xx", "BCP-47"), ("", "BCP-47")],
)
def test_unknown_languages_get_hints(home: Path, code: str, hint: str) -> None:
    with pytest.raises(LanguageError, match=f"{code!r} is not a known language code.*{hint}"):
        find_model(code, "en")


def test_a_pair_without_model_says_what_is_there(home: Path) -> None:
    with pytest.raises(
        LanguageError, match=rf"no installed model translates nl to de; installed: {STARTER} \(nl to en\)"
    ):
        find_model("nl", "de")
    with pytest.raises(LanguageError, match="align models pull opus-mt-fr-en"):
        find_model("fr", "en")


def test_broken_models_are_passed_over_but_named(home: Path, folder: Path) -> None:
    model = put(folder, "opus-mt-nl-de", target="de")
    (model.path / "model.bin").unlink()
    (model.path / "source.spm").write_bytes(b"")
    assert [name for name, _ in broken()] == ["opus-mt-nl-de"]
    assert find_model("nl", "en").name == STARTER
    with pytest.raises(LanguageError, match="opus-mt-nl-de is broken"):
        find_model("nl", "de")
    with pytest.raises(ModelError, match=r"model\.bin is missing; source\.spm is empty"):
        find_model("nl", "de", "opus-mt-nl-de")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"name": 5}, "'name' is missing or not a text"),
        ({"sources": []}, "'sources' is missing"),
        ({"sources": ["nl", 1]}, "'sources' is missing"),
        ({"format": 2}, "format is not 1"),
        ({"max_source_tokens": 0}, "'max_source_tokens' is missing"),
        ({"append_source_eos": "yes"}, "'append_source_eos' is missing or not true or false"),
        ({"target_tokens": {"en": 1}}, "'target_tokens' does not give texts"),
        ({"files": {"../x": {"bytes": 1}}}, "not a plain file name"),
        ({"source_spm": "/etc/passwd"}, "not a plain file name"),
        ({"files": []}, "'files' is missing"),
    ],
)
def test_broken_manifests_are_one_line(
    home: Path, folder: Path, change: dict[str, object], fault: str
) -> None:
    model = put(folder, "mine")
    file = model.path / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(ModelError) as caught:
        load_model(model.path)
    assert fault in str(caught.value) and "\n" not in str(caught.value)
    file.write_text("{")
    with pytest.raises(ModelError, match="cannot be read as JSON"):
        load_model(model.path)


def test_a_changed_readme_breaks_nothing(home: Path, folder: Path) -> None:
    (folder / "README.md").write_text("first")
    model = put(folder, "mine")
    (model.path / "README.md").write_text("second edition")
    assert load_model(model.path) == model


def test_a_truncated_file_is_noticed_when_loading(home: Path, folder: Path) -> None:
    model = put(folder, "mine")
    (model.path / "model.bin").write_bytes(b"x")
    with pytest.raises(ModelError, match=r"model\.bin has 1 bytes where [\d,]+ are expected"):
        load_model(model.path)


def test_the_manifest_gives_back_the_model(folder: Path) -> None:
    model = dataclasses.replace(
        load_model(folder), name="é", licence="MIT", origin="here", target_tokens={"en": ">>eng<<"},
        max_source_tokens=99, append_source_eos=True,
    )  # fmt: skip
    write_manifest(model)
    assert load_model(folder) == model


def test_the_embedded_model_works_without_its_manifest(home: Path, tmp_path: Path) -> None:
    copy = tmp_path / STARTER
    shutil.copytree(embedded_models() / STARTER, copy, ignore=shutil.ignore_patterns("manifest.json"))
    model = load_model(copy, embedded=True)
    assert (model.sources, model.targets, model.embedded) == (("nl",), ("en",), True)
    smoke_test(model)


def test_links_and_strangers_in_the_models_folder(home: Path, folder: Path) -> None:
    models = home / "models"
    models.mkdir()
    (models / "notes.txt").write_text("x")
    (models / "empty").mkdir()
    (models / "linked").symlink_to(folder)
    assert [m.name for m in installed()] == ["linked", STARTER]
    assert get_model("linked").path == models / "linked"


def test_the_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ALIGN_HOME", str(tmp_path))
    assert home() == tmp_path
    monkeypatch.delenv("ALIGN_HOME")
    assert home().name == "align"


@pytest.mark.parametrize(
    ("name", "pair"),
    [
        ("opus-mt-nl-en-starter", ("nl", "en")), ("translate-nl_en-1_9", ("nl", "en")),
        ("nl-en", ("nl", "en")), ("my-nl-en", ("nl", "en")), ("nl-en-big", ("nl", "en")),
        ("opus-mt-tc-big-fr-en", ("fr", "en")), ("opus-mt-tc-nl-en", ("nl", "en")), ("nld-eng", ("nl", "en")),
        ("my-model", (None, None)), ("eng-zho_Hant", ("en", "zh-Hant")), ("opus-2019-12-05", (None, None)),
        ("ct2-opus-mt-mt-en-int8", ("mt", "en")), ("", (None, None)), ("x" * 5000, (None, None)),
    ],
)  # fmt: skip
def test_names_show_languages(name: str, pair: tuple[str | None, str | None]) -> None:
    assert languages_of_name(name) == pair


def test_language_codes() -> None:
    assert [canonical(c) for c in ("dut", "nl-nl", "cmn_Hans", "iw", "arb")] == [
        "nl",
        "nl-NL",
        "zh-Hans",
        "he",
        "ar",
    ]
    assert best_match("pt-BR", ["pt", "pt-BR"]) == "pt-BR"
    assert best_match("pt-PT", ["pt", "pt-BR"]) == "pt"
    assert best_match("nb", ["no"]) == "no"
    assert best_match("nl", ["de", "af"]) is None
    assert is_language("nl") and not is_language("xx") and not is_language("dutch")
    assert near("Dutch")[0] == "nl" and near("frensh")[0] == "fr"
    with pytest.raises(ValueError, match="not a language code"):
        canonical("not a code")


def test_a_manifest_is_written_where_the_model_stands(folder: Path) -> None:
    model = describe_folder(folder, licence="CC-BY-4.0", origin="here", converter="none")
    assert (model.name, model.sources, model.targets, model.path) == ("my-nl-en", ("nl",), ("en",), folder)
    again = describe_folder(folder, licence="MIT", origin="here", converter="none")
    assert again.licence == "MIT"
    with pytest.raises(ModelError, match="whose name shows its languages"):
        describe_folder(folder.rename(folder.with_name("mine")), licence="MIT", origin="", converter="")
