"""Writing the trained network as an OPUS-MT release and converting it to CTranslate2 int8."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from .embed import Vocabularies

# Marian's name of each sub-layer; {x} stands for the letters of its linear maps.
_BLOCKS = {"self_attn": "self", "encoder_attn": "context"}
_LINEAR = {"q_proj": "q", "k_proj": "k", "v_proj": "v", "out_proj": "o"}


def marian_tensors(weights: dict[str, Tensor], bias: Tensor) -> dict[str, Tensor]:
    """The network's tensors under Marian's names and in Marian's layout (matrices transposed)."""
    out = {
        "encoder_Wemb": weights["encoder.embed_tokens.weight"],
        "decoder_Wemb": weights["decoder.embed_tokens.weight"],
        "decoder_ff_logit_out_b": bias[None],
    }
    for name, tensor in weights.items():
        if ".layers." not in name:
            continue
        side, _, number, *path, kind = name.split(".")
        scope = f"{side}_l{int(number) + 1}"
        if path[-1] in _LINEAR:
            key = f"{scope}_{_BLOCKS[path[0]]}_{'W' if kind == 'weight' else 'b'}{_LINEAR[path[-1]]}"
        elif path[-1] in ("fc1", "fc2"):
            key = f"{scope}_ffn_{'W' if kind == 'weight' else 'b'}{path[-1][-1]}"
        else:
            norm = path[-1].removesuffix("_layer_norm")
            block = "ffn_ffn" if norm == "final" else f"{_BLOCKS[norm]}_Wo"
            key = f"{scope}_{block}_ln_{'scale' if kind == 'weight' else 'bias'}"
        out[key] = tensor.t() if tensor.dim() == 2 else tensor[None]
    return out


def marian_config(layers: int, heads: int, sources: int, targets: int) -> str:
    """The ``special:model.yml`` of a post-norm transformer with a guided alignment head in the last layer."""
    settings = {
        "type": "transformer",
        "enc-depth": layers,
        "dec-depth": layers,
        "transformer-heads": heads,
        "dim-emb": 512,
        "dim-vocabs": [sources, targets],
        "transformer-dim-ffn": 2048,
        "transformer-ffn-activation": "swish",
        "transformer-decoder-autoreg": "self-attention",
        "transformer-guided-alignment-layer": "last",
        "transformer-no-projection": False,
        "transformer-preprocess": "",
        "transformer-postprocess": "dan",
        "transformer-postprocess-emb": "d",
        "transformer-postprocess-top": "",
        "tied-embeddings": True,
    }
    return json.dumps(settings)  # JSON is YAML


def write_vocabulary(pieces: Sequence[str], path: Path) -> None:
    lines = [f"{json.dumps(piece, ensure_ascii=False)}: {i}\n" for i, piece in enumerate(pieces)]
    path.write_text("".join(lines), encoding="utf-8")


def write_release(
    weights: dict[str, Tensor], bias: Tensor, vocabularies: Vocabularies, spm: dict[str, Path], folder: Path
) -> None:
    """An OPUS-MT release folder: Marian npz, ``decoder.yml``, vocabularies and SentencePiece models."""
    import numpy as np

    tensors = {k: t.detach().float().contiguous().numpy() for k, t in marian_tensors(weights, bias).items()}
    layers = 1 + max(int(n.split(".")[2]) for n in weights if ".layers." in n)
    config = marian_config(layers, 8, len(vocabularies.sources), len(vocabularies.targets)) + "\0"
    tensors["special:model.yml"] = np.frombuffer(config.encode(), dtype=np.int8)
    np.savez(folder / "model.npz", **tensors)  # type: ignore[arg-type]
    write_vocabulary(vocabularies.sources, folder / "source.vocab.yml")
    write_vocabulary(vocabularies.targets, folder / "target.vocab.yml")
    decoder = {"models": ["model.npz"], "vocabs": ["source.vocab.yml", "target.vocab.yml"], "beam-size": 4}
    (folder / "decoder.yml").write_text(json.dumps(decoder), encoding="utf-8")
    for name, path in spm.items():
        shutil.copy(path, folder / name)


def load_weights(checkpoint: Path) -> tuple[dict[str, Tensor], Tensor]:
    """Weights of a checkpoint and the output bias."""
    state = torch.load(checkpoint, weights_only=True, map_location="cpu")
    return state["weights"], state["bias"]


def blended(trained: dict[str, Tensor], start: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """Weights between those that training began with and those it came to (WiSE-FT, Wortsman 2022)."""
    return {name: share * tensor + (1 - share) * start[name] for name, tensor in trained.items()}


def export(
    weights: dict[str, Tensor], bias: Tensor, vocabularies: Vocabularies, spm: dict[str, Path], out: Path
) -> None:
    """Write the CTranslate2 int8 folder ``out``, SentencePiece models included.

    Other files in the folder stay.
    """
    from ctranslate2.converters import OpusMTConverter

    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        write_release(weights, bias, vocabularies, spm, Path(scratch))
        converted = Path(scratch, "converted")
        OpusMTConverter(scratch).convert(str(converted), quantization="int8")
        for path in converted.glob("*_vocabulary.json"):  # unescaped they are a quarter smaller
            tokens = json.loads(path.read_text(encoding="utf-8"))
            path.write_text(json.dumps(tokens, ensure_ascii=False, indent=0), encoding="utf-8")
        for path in (*converted.iterdir(), *(Path(scratch, name) for name in spm)):
            shutil.copyfile(path, out / path.name)
