"""Tiny models of every kind, with random weights: made in milliseconds, converted for real.

All kinds are written from one set of Marian tensors, so that every way into the store must give the same
model, byte for byte.
"""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

WIDTH, INNER, HEADS = 16, 32, 2
TEXT = [
    "de kat slaapt op de mat en de hond blaft",
    "het regent in de stad en op het land",
    "the cat sleeps on the mat and the dog barks",
    "it rains in the town and in the country",
    "1 2 3 4 5 6 7 8 9 0 . , ? !",
]
_TORCH_BLOCKS = {"self": "self_attn", "context": "encoder_attn"}

Tensors = dict[str, np.ndarray[Any, np.dtype[Any]]]


@cache
def sentencepiece_model(size: int = 70) -> bytes:
    """A SentencePiece model of a few pieces."""
    import sentencepiece

    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT * 20), model_writer=out, vocab_size=size, minloglevel=2,
        hard_vocab_limit=False,
    )  # fmt: skip
    return out.getvalue()


@cache
def pieces() -> tuple[str, ...]:
    """The pieces of `sentencepiece_model`, without its control tokens."""
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_proto=sentencepiece_model())
    return tuple(processor.id_to_piece(i) for i in range(3, processor.get_piece_size()))


@dataclass
class Kit:
    """A tiny Marian model: vocabulary and tensors under Marian's names.

    Attributes:
        tokens: tokens for the target language, such as ">>nld<<", put into the vocabulary.
        separate: whether source and target have embeddings and vocabularies of their own.
    """

    tokens: tuple[str, ...] = ()
    separate: bool = False
    seed: int = 0
    tensors: Tensors = field(init=False)

    def __post_init__(self) -> None:
        numbers = np.random.default_rng(self.seed)

        def random(*shape: int) -> np.ndarray[Any, np.dtype[Any]]:
            return numbers.normal(0, 0.3, shape).astype(np.float32)

        made: Tensors = {}
        for side, blocks in (("encoder", ["self"]), ("decoder", ["self", "context"])):
            for block in blocks:
                for part in "qkvo":
                    made[f"{side}_l1_{block}_W{part}"] = random(WIDTH, WIDTH)
                    made[f"{side}_l1_{block}_b{part}"] = random(1, WIDTH)
                made[f"{side}_l1_{block}_Wo_ln_scale"] = 1 + random(1, WIDTH)
                made[f"{side}_l1_{block}_Wo_ln_bias"] = random(1, WIDTH)
            made[f"{side}_l1_ffn_W1"], made[f"{side}_l1_ffn_b1"] = random(WIDTH, INNER), random(1, INNER)
            made[f"{side}_l1_ffn_W2"], made[f"{side}_l1_ffn_b2"] = random(INNER, WIDTH), random(1, WIDTH)
            made[f"{side}_l1_ffn_ffn_ln_scale"] = 1 + random(1, WIDTH)
            made[f"{side}_l1_ffn_ffn_ln_bias"] = random(1, WIDTH)
        sizes = [len(vocabulary) for vocabulary in self.vocabularies()]
        if self.separate:
            made["encoder_Wemb"], made["decoder_Wemb"] = random(sizes[0], WIDTH), random(sizes[1], WIDTH)
        else:
            made["Wemb"] = random(sizes[0], WIDTH)
        made["decoder_ff_logit_out_b"] = random(1, sizes[-1])
        self.tensors = made

    def vocabularies(self) -> list[list[str]]:
        """Vocabularies as Marian has them: one, or source and target."""
        shared = ["</s>", "<unk>", *self.tokens, *pieces()]
        return [shared, ["</s>", "<unk>", *reversed(pieces())]] if self.separate else [shared]

    def release(self, folder: Path, readme: str = "", licence: str = "") -> Path:
        """Write an OPUS-MT release folder."""
        folder.mkdir(parents=True, exist_ok=True)
        config = {
            "type": "transformer", "enc-depth": 1, "dec-depth": 1, "transformer-heads": HEADS,
            "transformer-ffn-activation": "swish", "transformer-preprocess": "",
            "transformer-postprocess": "dan", "transformer-postprocess-emb": "d",
            "transformer-decoder-autoreg": "self-attention", "transformer-no-projection": False,
            "transformer-guided-alignment-layer": "last",
        }  # fmt: skip
        special = np.frombuffer(json.dumps(config).encode() + b"\0", np.int8)
        np.savez(folder / "model.npz", **self.tensors, **{"special:model.yml": special})
        names = ["source.vocab.yml", "target.vocab.yml"] if self.separate else ["vocab.yml"]
        for name, vocabulary in zip(names, self.vocabularies(), strict=True):
            lines = [f"{json.dumps(token, ensure_ascii=False)}: {i}\n" for i, token in enumerate(vocabulary)]
            (folder / name).write_text("".join(lines), "utf-8")
        decoder = f"models:\n  - model.npz\nvocabs:\n  - {names[0]}\n  - {names[-1]}\nbeam-size: 6\n"
        (folder / "decoder.yml").write_text(decoder, "utf-8")
        return _with_papers(folder, readme, licence)

    def hugging_face(self, folder: Path, layout: str = "zip", readme: str = "") -> Path:
        """Write a Hugging Face folder with weights in the layout "zip", "stream" or "safetensors"."""
        folder.mkdir(parents=True, exist_ok=True)
        vocabularies = [[*vocabulary, "<pad>"] for vocabulary in self.vocabularies()]
        config = {
            "model_type": "marian", "activation_function": "swish", "d_model": WIDTH,
            "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": HEADS,
            "decoder_attention_heads": HEADS, "normalize_before": False, "normalize_embedding": False,
            "scale_embedding": True, "static_position_embeddings": True,
            "pad_token_id": len(vocabularies[-1]) - 1, "decoder_start_token_id": len(vocabularies[-1]) - 1,
        }  # fmt: skip
        (folder / "config.json").write_text(json.dumps(config), "utf-8")
        for name, vocabulary in zip(("vocab.json", "target_vocab.json"), vocabularies, strict=False):
            (folder / name).write_text(json.dumps({t: i for i, t in enumerate(vocabulary)}), "utf-8")
        tensors = self.torch_tensors()
        if layout == "safetensors":
            (folder / "model.safetensors").write_bytes(safetensors(tensors))
        else:
            write = torch_zip if layout == "zip" else torch_stream
            (folder / "pytorch_model.bin").write_bytes(write(tensors))
        return _with_papers(folder, readme, "")

    def torch_tensors(self) -> Tensors:
        """The tensors under the names, and in the orientation, of the Hugging Face port."""
        made: Tensors = {}
        for name, tensor in self.tensors.items():
            side, _, rest = name.partition("_l1_")
            if not rest:
                continue
            scope, _, what = rest.partition("_")
            layer = f"model.{side}.layers.0"
            kind = "weight" if what.endswith("scale") or (what[0] == "W" and "_ln_" not in what) else "bias"
            if what.startswith(("Wo_ln", "ffn_ln")):
                block = "final" if scope == "ffn" else _TORCH_BLOCKS[scope]
                key = f"{layer}.{block}_layer_norm.{kind}"
            elif scope == "ffn":
                key = f"{layer}.fc{what[1]}.{kind}"
            else:
                part = "out" if what[1] == "o" else what[1]
                key = f"{layer}.{_TORCH_BLOCKS[scope]}.{part}_proj.{kind}"
            made[key] = tensor.T if kind == "weight" and "_layer_norm" not in key else tensor[0]
        padding = np.zeros((1, WIDTH), np.float32)
        if self.separate:
            for side in ("encoder", "decoder"):
                made[f"model.{side}.embed_tokens.weight"] = np.concatenate(
                    [self.tensors[f"{side}_Wemb"], padding]
                )
        else:
            made["model.shared.weight"] = np.concatenate([self.tensors["Wemb"], padding])
        bias = self.tensors["decoder_ff_logit_out_b"]
        made["final_logits_bias"] = np.concatenate([bias, np.zeros((1, 1), np.float32)], axis=1)
        return made

    def ctranslate2(self, folder: Path) -> Path:
        """Write a CTranslate2 folder with SentencePiece files."""
        from ctranslate2.converters import OpusMTConverter

        release = self.release(folder.parent / f"{folder.name}.release")
        OpusMTConverter(str(release)).convert(str(folder), quantization="int8")
        return _with_papers(folder, "", "")

    def argos(self, file: Path, source: str = "nl", target: str = "en") -> Path:
        """Write an Argos package."""
        folder = self.ctranslate2(file.parent / f"{file.stem}.model")
        metadata = {"package_version": "1.9", "from_code": source, "to_code": target}
        root = f"translate-{source}_{target}-1_9"
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(f"{root}/metadata.json", json.dumps(metadata))
            archive.writestr(f"{root}/sentencepiece.model", sentencepiece_model())
            archive.writestr(f"{root}/stanza/tokenize.pt", b"never read")
            for path in folder.iterdir():
                if path.suffix != ".spm":
                    archive.write(path, f"{root}/model/{path.name}")
        return file


def _with_papers(folder: Path, readme: str, licence: str) -> Path:
    """Write SentencePiece files, README and licence."""
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(sentencepiece_model())
    if readme:
        (folder / "README.md").write_text(readme, "utf-8")
    if licence:
        (folder / "LICENSE").write_text(licence, "utf-8")
    return folder


def zipped(folder: Path, file: Path) -> Path:
    """Pack a folder's files as a zip archive."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    return file


def safetensors(tensors: Tensors) -> bytes:
    """Return tensors in the safetensors format."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    numbers = b""
    for name, tensor in tensors.items():
        data = np.ascontiguousarray(tensor).tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(tensor.shape),
            "data_offsets": [len(numbers), len(numbers) + len(data)],
        }
        numbers += data
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + numbers


def torch_zip(tensors: Tensors) -> bytes:
    """Return tensors in PyTorch's format, a zip archive, written without torch."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/data.pkl", pickled(tensors))
        archive.writestr("archive/byteorder", "little")
        for at, tensor in enumerate(tensors.values()):
            archive.writestr(f"archive/data/{at}", np.ascontiguousarray(tensor).tobytes())
        archive.writestr("archive/version", "3\n")
    return out.getvalue()


def torch_stream(tensors: Tensors) -> bytes:
    """Return tensors in the format of PyTorch before 1.6, written without torch."""
    heads = [0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True}]
    out = b"".join(pickle.dumps(head, 2) for head in heads) + pickled(tensors, old=True)
    out += pickle.dumps([str(at) for at in range(len(tensors))], 2)
    for tensor in tensors.values():
        out += struct.pack("<q", tensor.size) + np.ascontiguousarray(tensor).tobytes()
    return out


def pickled(tensors: Tensors, old: bool = False) -> bytes:
    """Return the pickle that torch writes for a dictionary of tensors: opcodes put together by hand."""
    out = b"\x80\x02ccollections\nOrderedDict\n)R("
    for at, (name, tensor) in enumerate(tensors.items()):
        tail = (None,) if old else ()
        storage = (
            b"(" + _op("storage") + b"ctorch\nFloatStorage\n" + _ops((str(at), "cpu", tensor.size, *tail))
        )
        strides, step = [], 1
        for size in reversed(tensor.shape):
            strides.insert(0, step)
            step *= size
        out += _op(name) + b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"tQ"
        out += _ops((0, tensor.shape, tuple(strides), False)) + b"ccollections\nOrderedDict\n)RtR"
    return out + b"u."


def _ops(values: Iterable[object]) -> bytes:
    return b"".join(map(_op, values))


def _op(value: object) -> bytes:
    """Return the opcodes that push a value."""
    if value is None:
        return b"N"
    if isinstance(value, bool):
        return b"\x88" if value else b"\x89"
    if isinstance(value, int):
        return b"J" + struct.pack("<i", value)
    if isinstance(value, str):
        data = value.encode()
        return b"X" + struct.pack("<I", len(data)) + data
    assert isinstance(value, tuple)
    return b"(" + _ops(value) + b"t"
