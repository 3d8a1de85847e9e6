"""Hugging Face's Marian models turned back into what Marian itself would have written.

Marian's names of the parameters, and the padding token that the Hugging Face port adds as the decoder's
start, are as in the port's own conversion script (transformers, convert_marian_to_pytorch.py), read
backwards.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from align.errors import ModelError
from align.models.weights import read_weights

if TYPE_CHECKING:
    from align.models.weights import Array

WEIGHT_FILES = ("model.safetensors", "pytorch_model.bin")
_ACTIVATIONS = {"swish": "swish", "silu": "swish", "relu": "relu"}
_REQUIRED = {
    "model_type": "marian",
    "normalize_before": False,
    "normalize_embedding": False,
    "add_final_layer_norm": False,
    "scale_embedding": True,
    "static_position_embeddings": True,
}
_DEFAULTS = {"normalize_before": False, "normalize_embedding": False, "add_final_layer_norm": False} | {
    "scale_embedding": False,
    "static_position_embeddings": True,
}
_COUNTS = ("encoder_layers", "decoder_layers", "encoder_attention_heads", "d_model")


def read_config(folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Return a folder's config.json and what is wrong with it; settings without a counterpart are faults."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except FileNotFoundError:
        return {}, ["config.json is missing"]
    except (OSError, ValueError) as error:
        return {}, [f"config.json is not JSON ({error})"]
    if not isinstance(config, dict):
        return {}, ["config.json is not an object"]
    faults = [
        f"config.json: {key} is {config.get(key, _DEFAULTS.get(key))!r}, only {value!r} can be converted"
        for key, value in _REQUIRED.items()
        if config.get(key, _DEFAULTS.get(key)) != value
    ]
    for key in _COUNTS:
        if not isinstance(config.get(key), int) or not 0 < config[key] < 10_000:
            faults.append(f"config.json: {key} is missing or no number")
    if config.get("activation_function") not in _ACTIVATIONS:
        faults.append(
            f"config.json: activation_function {config.get('activation_function')!r} is not supported"
        )
    if config.get("decoder_attention_heads") != config.get("encoder_attention_heads"):
        faults.append("config.json: encoder and decoder have different numbers of attention heads")
    return config, faults


def read_vocabulary(file: Path) -> list[str]:
    """Return the tokens of a vocab.json in the order of their ids.

    Raises:
        ValueError: if it is no mapping from tokens to the ids 0, 1, 2 …
    """
    ids = json.loads(file.read_text("utf-8"))
    if not isinstance(ids, dict) or not ids:
        raise ValueError("no mapping from tokens to ids")
    if sorted(ids.values()) != list(range(len(ids))):
        raise ValueError("its ids have gaps or double entries")
    return sorted(ids, key=ids.__getitem__)


def vocabularies(folder: Path) -> tuple[list[list[str]], list[str]]:
    """Return a folder's one or two vocabularies, source first, and what is wrong with them."""
    names = ["vocab.json"]
    if (folder / "target_vocab.json").is_file():
        names.append("target_vocab.json")
    tokens, faults = [], []
    for name in names:
        try:
            tokens.append(read_vocabulary(folder / name))
        except FileNotFoundError:
            faults.append(f"{name} is missing")
        except (OSError, ValueError, TypeError) as error:
            faults.append(f"{name} is broken ({error})")
    return tokens, faults


def write_release(folder: Path, out: Path) -> None:
    """Write Marian's model.npz, decoder.yml and vocabularies from a Hugging Face folder.

    The guided alignment head is taken to be the first of the last layer, where OPUS-MT trains it; the
    Hugging Face configuration does not keep it.

    Args:
        folder: a folder whose config and vocabularies have no faults.
        out: an existing folder.

    Raises:
        ModelError: if the weights are broken, or do not belong to configuration and vocabulary.
    """
    import numpy as np

    config, _ = read_config(folder)
    tokens, _ = vocabularies(folder)
    file = next(folder / name for name in WEIGHT_FILES if (folder / name).is_file())
    weights = read_weights(file)
    pads = [_padding(vocabulary, config) for vocabulary in tokens]
    try:
        arrays = _marian_arrays(weights, config, pads)
    except KeyError as error:
        raise ModelError(f"has no tensor {error.args[0]}", file=file, remedy="get the file again") from error
    for array, vocabulary, pad in zip(
        _embeddings(arrays), (tokens[0], tokens[-1]), (pads[0], pads[-1]), strict=True
    ):
        size = len(vocabulary) - (pad is not None)
        if array.shape != (size, config["d_model"]):
            raise ModelError(
                f"embeddings of shape {array.shape} do not belong to a vocabulary of {size:,} tokens",
                file=file,
            )
    arrays["special:model.yml"] = _settings(config, len(tokens) > 1)
    np.savez(out / "model.npz", allow_pickle=False, **arrays)
    names = ["vocab.yml"] if len(tokens) == 1 else ["source.vocab.yml", "target.vocab.yml"]
    for name, vocabulary, pad in zip(names, tokens, pads, strict=True):
        write_vocabulary(out / name, [token for at, token in enumerate(vocabulary) if at != pad])
    decoder = {"models": ["model.npz"], "vocabs": [names[0], names[-1]], "relative-paths": True}
    (out / "decoder.yml").write_text(json.dumps(decoder) + "\n", "utf-8")


def write_vocabulary(file: Path, tokens: list[str]) -> None:
    """Write tokens as one of Marian's YAML vocabularies."""
    lines = (f"{json.dumps(token, ensure_ascii=False)}: {at}\n" for at, token in enumerate(tokens))
    file.write_text("".join(lines), "utf-8", newline="\n")


def _padding(vocabulary: list[str], config: dict[str, Any]) -> int | None:
    """Return the id of the padding token that the port added, None if the vocabulary has none.

    Marian starts the decoder from a zero vector instead, and must never generate the token.
    """
    pad = config.get("pad_token_id")
    if isinstance(pad, int) and 0 <= pad < len(vocabulary) and vocabulary[pad] == "<pad>":
        return pad
    return vocabulary.index("<pad>") if "<pad>" in vocabulary else None


def _embeddings(arrays: dict[str, Array]) -> tuple[Array, Array]:
    """Return source and target embeddings."""
    if "Wemb" in arrays:
        return arrays["Wemb"], arrays["Wemb"]
    return arrays["encoder_Wemb"], arrays["decoder_Wemb"]


def _settings(config: dict[str, Any], separate: bool) -> Array:
    """Return Marian's special:model.yml: its settings in YAML (here the JSON subset), with a zero byte."""
    import numpy as np

    settings = {
        "type": "transformer",
        "enc-depth": config["encoder_layers"],
        "dec-depth": config["decoder_layers"],
        "dim-emb": config["d_model"],
        "transformer-heads": config["encoder_attention_heads"],
        "transformer-ffn-activation": _ACTIVATIONS[config["activation_function"]],
        "transformer-preprocess": "",
        "transformer-postprocess": "dan",
        "transformer-postprocess-emb": "d",
        "transformer-postprocess-top": "",
        "transformer-decoder-autoreg": "self-attention",
        "transformer-no-projection": False,
        "transformer-guided-alignment-layer": "last",
        "tied-embeddings-all": not separate,
        "tied-embeddings": separate,
    }
    return np.frombuffer(json.dumps(settings).encode("utf-8") + b"\0", np.int8)


def _marian_arrays(
    weights: dict[str, Array], config: dict[str, Any], pads: list[int | None]
) -> dict[str, Array]:
    """Return the tensors under Marian's names, in Marian's orientation, without the padding token."""
    arrays: dict[str, Array] = {}
    for side, depth in (("encoder", config["encoder_layers"]), ("decoder", config["decoder_layers"])):
        for layer in range(depth):
            _add_layer(
                arrays, weights, f"model.{side}.layers.{layer}", f"{side}_l{layer + 1}", side == "decoder"
            )
    shared = next((weights[k] for k in ("model.shared.weight", "lm_head.weight") if k in weights), None)
    source = weights.get("model.encoder.embed_tokens.weight", shared)
    target = weights.get("model.decoder.embed_tokens.weight", shared)
    if source is None or target is None:
        raise KeyError("model.shared.weight")
    if len(pads) == 1:
        arrays["Wemb"] = _without(source, pads[0])
    else:
        arrays["encoder_Wemb"] = _without(source, pads[0])
        arrays["decoder_Wemb"] = _without(target, pads[1])
    if config.get("tie_word_embeddings") is False:
        arrays["decoder_ff_logit_out_Wt"] = _without(weights["lm_head.weight"], pads[-1])
    bias = weights.get("final_logits_bias")
    if bias is not None:  # the port leaves a bias of zeros out of some files
        arrays["decoder_ff_logit_out_b"] = _without(bias.reshape(-1), pads[-1])[None]
    return arrays


def _without(array: Array, row: int | None) -> Array:
    """Return an array without one row."""
    import numpy as np

    return array if row is None else np.delete(array, row, axis=0)


def _add_layer(
    arrays: dict[str, Array], weights: dict[str, Array], theirs: str, marian: str, decoder: bool
) -> None:
    """Add one layer's tensors: attentions, feed-forward part and their layer norms."""

    def linear(name: str, weight: str, bias: str) -> None:
        arrays[f"{marian}_{weight}"] = weights[f"{theirs}.{name}.weight"].T
        arrays[f"{marian}_{bias}"] = weights[f"{theirs}.{name}.bias"][None]

    def norm(name: str, scope: str) -> None:
        arrays[f"{marian}_{scope}_ln_scale"] = weights[f"{theirs}.{name}.weight"][None]
        arrays[f"{marian}_{scope}_ln_bias"] = weights[f"{theirs}.{name}.bias"][None]

    attentions = [("self_attn", "self")] + ([("encoder_attn", "context")] if decoder else [])
    for name, scope in attentions:
        for part in "qkv":
            linear(f"{name}.{part}_proj", f"{scope}_W{part}", f"{scope}_b{part}")
        linear(f"{name}.out_proj", f"{scope}_Wo", f"{scope}_bo")
        norm(f"{name}_layer_norm", f"{scope}_Wo")
    linear("fc1", "ffn_W1", "ffn_b1")
    linear("fc2", "ffn_W2", "ffn_b2")
    norm("final_layer_norm", "ffn_ffn")
