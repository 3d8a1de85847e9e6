"""Starting weights out of an exported model, so that training goes on where no checkpoint is left.

A CTranslate2 folder is read back without CTranslate2: int8 rows times their scales give float32 within half a
step of the rounding, which a few minutes of training make good.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from align.translate.tokens import MARK

from .embed import Vocabularies
from .model import Marian, Shape

_TYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)  # CTranslate2's numbering
_ATTENTION = {
    "self_attention": (("self_attn", ("q_proj", "k_proj", "v_proj")), ("self_attn", ("out_proj",))),
    "attention": (
        ("encoder_attn", ("q_proj",)),
        ("encoder_attn", ("k_proj", "v_proj")),
        ("encoder_attn", ("out_proj",)),
    ),
}
_NORMS = {
    "self_attention/layer_norm": "self_attn_layer_norm",
    "attention/layer_norm": "encoder_attn_layer_norm",
    "ffn/layer_norm": "final_layer_norm",
}


def read_variables(path: Path) -> dict[str, Tensor]:
    """Variables of a CTranslate2 ``model.bin`` by name, as stored.

    Layout (CTranslate2's ``model_spec.py``, binary version 6): version, name, revision, then for each
    variable its name, shape, type and bytes; strings are led by their length in 16 bits and closed by a zero.
    Raises ``ValueError`` on another version.
    """
    raw = path.read_bytes()
    at = 0

    def take(code: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from(f"<{code}", raw, at)
        at += struct.calcsize(code)
        return int(value)

    def text() -> str:
        nonlocal at
        size = take("H")
        at += size
        return raw[at - size : at - 1].decode()

    if (version := take("I")) != 6:
        raise ValueError(f"{path}: binary version {version}, not 6")
    text()
    take("I")
    found = {}
    for _ in range(take("I")):
        name = text()
        shape = [take("I") for _ in range(take("B"))]
        kind, size = _TYPES[take("B")], take("I")
        found[name] = torch.from_numpy(np.frombuffer(raw, kind, size // kind().itemsize, at).copy()).reshape(
            shape
        )
        at += size
    return found


def whole(variables: dict[str, Tensor], name: str) -> Tensor:
    """A variable in float32, its row scales applied."""
    value = variables[name].float()
    scale = variables.get(f"{name}_scale")
    return value if scale is None else value / (scale.float()[:, None] if value.dim() == 2 else scale.float())


def layer_weights(variables: dict[str, Tensor], scope: str) -> Iterator[tuple[str, Tensor]]:
    """Parameters of one layer, without its prefix."""
    for block, splits in _ATTENTION.items():
        for number, (target, maps) in enumerate(splits):
            for kind in ("weight", "bias"):
                name = f"{scope}/{block}/linear_{number}/{kind}"
                if name in variables:
                    parts = whole(variables, name).chunk(len(maps))
                    yield from ((f"{target}.{m}.{kind}", part) for m, part in zip(maps, parts, strict=True))
    for number in (0, 1):
        for kind in ("weight", "bias"):
            yield f"fc{number + 1}.{kind}", whole(variables, f"{scope}/ffn/linear_{number}/{kind}")
    for theirs, ours in _NORMS.items():
        if f"{scope}/{theirs}/gamma" in variables:
            yield f"{ours}.weight", whole(variables, f"{scope}/{theirs}/gamma")
            yield f"{ours}.bias", whole(variables, f"{scope}/{theirs}/beta")


def hint_tokens(folder: Path | None) -> list[str]:
    """The source tokens of an exported starter that stand for target pieces; none without a folder."""
    if folder is None:
        return []
    tokens = json.loads((folder / "source_vocabulary.json").read_text(encoding="utf-8"))
    return [token for token in tokens if token.startswith(MARK)]


def reopen(folder: Path, vocabularies: Vocabularies) -> Marian:
    """The network of an exported starter, in float32.

    Raises ``ValueError`` if its vocabularies are not the given ones.
    """
    for name, pieces in (("source", vocabularies.sources), ("target", vocabularies.targets)):
        if json.loads((folder / f"{name}_vocabulary.json").read_text(encoding="utf-8")) != pieces:
            raise ValueError(f"{folder}: another {name} vocabulary")
    variables = read_variables(folder / "model.bin")
    model = Marian(Shape(len(vocabularies.sources), len(vocabularies.targets)))
    state = {
        "bias": whole(variables, "decoder/projection/bias"),
        "encoder.embed_tokens.weight": whole(variables, "encoder/embeddings_0/weight"),
        "decoder.embed_tokens.weight": whole(variables, "decoder/embeddings/weight"),
    }
    for side in ("encoder", "decoder"):
        for number in range(model.shape.layers):
            for name, value in layer_weights(variables, f"{side}/layer_{number}"):
                state[f"{side}.layers.{number}.{name}"] = value.clone()
    model.load_state_dict(state, strict=True)
    return model
