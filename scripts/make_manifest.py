"""Write the manifest of a model that comes with the package.

    python scripts/make_manifest.py models/opus-mt-nl-en-starter --licence CC-BY-4.0 --origin "align"

The folder's name is the model's name and shows its languages. Run it again whenever a file of the model, its
README among them, has changed.
"""

from __future__ import annotations

import argparse

import ctranslate2

from align.models.add import describe_folder


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the manifest of a model that comes with the package.")
    parser.add_argument("folder", help="a CTranslate2 folder with SentencePiece files")
    parser.add_argument("--licence", required=True, help="licence of the weights, such as CC-BY-4.0")
    parser.add_argument("--origin", required=True, help="where the weights came from")
    parser.add_argument(
        "--converter",
        default=f"ctranslate2 {ctranslate2.__version__} OpusMTConverter, int8",
        help="what made it",
    )
    given = parser.parse_args()
    model = describe_folder(
        given.folder, licence=given.licence, origin=given.origin, converter=given.converter
    )
    print(f"{model.path / 'manifest.json'}: {model.name}, {model.sources} to {model.targets}")


if __name__ == "__main__":
    main()
