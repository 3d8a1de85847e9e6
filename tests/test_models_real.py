"""The real Helsinki-NLP/opus-mt-fr-en: added from its Hugging Face folder and from a release made of it."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from align.models.add import add_model
from align.models.manifest import Model
from align.models.weights import read_weights
from align.translate.engine import Translator
from tests.model_kit import zipped

pytestmark = pytest.mark.download

ROOT = Path(__file__).parent.parent
CACHE = Path.home() / ".cache" / "align-starter" / "base-fr-en"
SENTENCES = """\
Le gouvernement a annoncé mardi une réforme des retraites.
La maison que nous avons achetée l'année dernière est trop petite.
Il pleuvait si fort que le match a été interrompu.
Les chercheurs ont découvert une nouvelle espèce de papillon en Guyane.
Je ne sais pas si elle viendra demain.
La ministre des Affaires étrangères se rendra à Berlin jeudi.
Le prix du pain a augmenté de 12 % en deux ans.
« Nous n'avons pas le choix », a déclaré le président de l'association.
Le train de 8 h 15 est arrivé avec vingt minutes de retard.
Cette recette demande trois œufs, du beurre et un peu de patience.
Deux personnes ont été blessées dans l'accident.
Le musée est fermé le lundi et les jours fériés.
Elle a appris le néerlandais en regardant la télévision.
Les négociations entre les deux pays ont repris à Genève.
Mon grand-père travaillait dans une mine de charbon.
L'entreprise emploie plus de quatre mille personnes en Europe.
Qui a mangé le dernier morceau de gâteau ?
La tempête a arraché les toits de plusieurs immeubles.
Ils se sont rencontrés à l'université il y a trente ans.
Le tribunal a condamné l'ancien maire à une amende.
N'oubliez pas d'éteindre la lumière en partant.
La population de la ville a doublé depuis 1990.
Le film raconte l'histoire d'un pêcheur qui perd son bateau.
Les élèves doivent rendre leurs devoirs avant vendredi.
Une fuite d'eau a inondé la cave.
Le vaccin est efficace contre la plupart des variants.
Nous avons marché toute la journée sous le soleil.
L'opposition réclame une enquête indépendante.
Ce livre est plus intéressant que le précédent.
Au revoir et merci pour tout.
""".splitlines()


@pytest.fixture(scope="module")
def folder() -> Path:
    """The Hugging Face folder, downloaded with pip (380 MB) unless it is there."""
    place = ROOT / "scripts" / "starter" / "fetch_base.py"
    spec = importlib.util.spec_from_file_location("fetch_base", place)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.fetch_base(CACHE)
    return CACHE


def marian_name(name: str) -> str | None:
    """Return Marian's name of a Hugging Face tensor; written apart from the package's own conversion."""
    if name in ("model.shared.weight", "final_logits_bias"):
        return "Wemb" if "shared" in name else "decoder_ff_logit_out_b"
    if ".layers." not in name:
        return None
    side, _, number, *path = name.removeprefix("model.").split(".")
    what = path.pop()
    block = {"self_attn": "self", "encoder_attn": "context"}
    if path[-1].startswith("fc"):
        tail = f"ffn_{'W' if what == 'weight' else 'b'}{path[-1][2]}"
    elif path[-1].endswith("layer_norm"):
        inner = path[-1].removesuffix("_layer_norm")
        scope = "ffn_ffn" if inner == "final" else f"{block[inner]}_Wo"
        tail = f"{scope}_ln_{'scale' if what == 'weight' else 'bias'}"
    else:
        tail = f"{block[path[0]]}_{'W' if what == 'weight' else 'b'}{path[1][0]}"
    return f"{side}_l{int(number) + 1}_{tail}"


@pytest.fixture(scope="module")
def release(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release zip as OPUS-MT publishes them, made of the Hugging Face files."""
    out = tmp_path_factory.mktemp("release")
    vocabulary = json.loads((folder / "vocab.json").read_text("utf-8"))
    assert vocabulary.pop("<pad>") == len(vocabulary)
    arrays = {}
    for name, tensor in read_weights(folder / "pytorch_model.bin").items():
        marian = marian_name(name)
        if marian == "Wemb":
            arrays[marian] = tensor[:-1]
        elif marian == "decoder_ff_logit_out_b":
            arrays[marian] = tensor[:, :-1]
        elif marian:
            arrays[marian] = tensor.T if tensor.ndim == 2 else tensor[None]
    settings = (
        "type: transformer\nenc-depth: 6\ndec-depth: 6\ntransformer-heads: 8\ndim-emb: 512\n"
        'transformer-ffn-activation: swish\ntransformer-preprocess: ""\ntransformer-postprocess: dan\n'
        "transformer-postprocess-emb: d\ntransformer-decoder-autoreg: self-attention\n"
        "transformer-no-projection: false\ntransformer-guided-alignment-layer: last\n\0"
    )
    arrays["special:model.yml"] = np.frombuffer(settings.encode(), np.int8)
    name = "opus.spm32k-spm32k.transformer-align.model1.npz.best-perplexity.npz"
    np.savez(out / name, **arrays)
    lines = [f"{json.dumps(token, ensure_ascii=False)}: {at}\n" for token, at in vocabulary.items()]
    (out / "opus.spm32k-spm32k.vocab.yml").write_text("".join(lines), "utf-8")
    vocabs = "  - opus.spm32k-spm32k.vocab.yml\n" * 2
    (out / "decoder.yml").write_text(f"relative-paths: true\nmodels:\n  - {name}\nvocabs:\n{vocabs}", "utf-8")
    (out / "README.md").write_text("* source language(s): fr\n* target language(s): en\n", "utf-8")
    (out / "LICENSE").write_text("Attribution 4.0 International\n", "utf-8")
    for spm in ("source.spm", "target.spm"):
        (out / spm).write_bytes((folder / spm).read_bytes())
    return zipped(out, out.parent / "opus-2020-02-26.zip")


@pytest.fixture(scope="module")
def models(
    folder: Path, release: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Model, Model]]:
    """The model by way of both."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALIGN_HOME", str(tmp_path_factory.mktemp("home")))
        yield add_model(folder, name="from-hub"), add_model(release)


def test_both_ways_give_the_same_translations(models: tuple[Model, Model]) -> None:
    hub, release = models
    assert (hub.sources, hub.targets) == (release.sources, release.targets) == (("fr",), ("en",))
    assert (release.name, release.licence) == ("opus-mt-fr-en", "CC-BY-4.0")
    first, second = ([r.text for r in Translator(m, beam_size=4).translate(SENTENCES)] for m in models)
    assert len(SENTENCES) == 30 and first == second
    assert first[3] == "Researchers discovered a new species of butterfly in Guyana."
    assert first[19] == "The court fined the former mayor."


def test_the_alignment_head_gives_word_links(models: tuple[Model, Model]) -> None:
    translator = Translator(models[0], beam_size=4, links=True)
    (result,) = translator.translate([SENTENCES[10]])
    source, target = SENTENCES[10].split(), result.text.split()
    linked = {(source[i], target[j]) for i, j in result.links or ()}
    assert {("Deux", "Two"), ("personnes", "people"), ("accident.", "accident.")} <= linked | {
        (a.removeprefix("l'"), b) for a, b in linked
    }
