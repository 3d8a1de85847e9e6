"""`align models`."""

from __future__ import annotations

import click

from align.cli.options import quiet_option, teller


@click.group(short_help="List, download, add, verify and remove models.")
def models() -> None:
    """List, download, add, verify and remove models.

    A model is a folder that CTranslate2 reads, with its SentencePiece files and a manifest. Installed models
    lie in the user's data folder, or in $ALIGN_HOME/models if that variable is set; some come with the
    package.

    \b
    Examples:
      align models list                        what is installed, and what can be pulled
      align models pull opus-mt-nl-en          download an official model and install it
      align models add opus-2020-02-26.zip     install a model from a file or folder
      align models verify opus-mt-nl-en
      align models remove opus-mt-nl-en

    Nothing is ever downloaded but by `pull`.
    """


@models.command("list", short_help="Show installed models and those that can be pulled.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(as_json: bool) -> None:
    """Show installed models and those that can be pulled.

    The column DEFAULT names the pairs for which a model runs where --model is not given. Embedded models
    came with the package.

    \b
    Examples:
      align models list
      align models list --json | jq -r '.installed[].name'
    """
    from align.models.listing import overview

    found = overview()
    click.echo(found.json() if as_json else found.text())


@models.command(short_help="Download a model of the catalogue and install it.")
@click.argument("name")
@quiet_option
def pull(name: str, quiet: bool) -> None:
    """Download a model of the catalogue and install it.

    NAME is one that `align models list` shows as available. An interrupted download goes on where it
    stopped when the command is given again. The file must have the SHA-256 that the catalogue pins, or else
    the one recorded when it was first downloaded.

    \b
    Examples:
      align models pull opus-mt-nl-en
      ALIGN_CATALOGUE=mine.toml align models pull my-model

    Proxies are taken from the environment (https_proxy).
    """
    import sys

    from tqdm import tqdm

    from align.models.catalogue import find_entry
    from align.models.pull import pull_model

    say = teller(quiet)
    entry = find_entry(name)
    say(f"downloading {entry.url} (licence {entry.licence})")
    hidden = quiet or not sys.stderr.isatty()
    with tqdm(unit="B", unit_scale=True, delay=2, leave=False, disable=hidden, file=sys.stderr) as bar:

        def progress(done: int, total: int | None) -> None:
            bar.total = total
            bar.update(done - bar.n)

        model = pull_model(name, progress=progress)
    say(f"{model.name} is installed in {model.path}")


@models.command(short_help="Install a model from a folder or an archive.")
@click.argument("path")
@click.option(
    "--name", metavar="N", help="Name to install it under. [default: shown by its files or its name]"
)
@click.option("--from", "source", metavar="LANG", help="Language that it reads, where it does not show it.")
@click.option("--to", "target", metavar="LANG", help="Language that it writes, where it does not show it.")
@quiet_option
def add(path: str, name: str | None, source: str | None, target: str | None, quiet: bool) -> None:
    """Install a model from a folder or an archive.

    \b
    PATH is one of these, as a folder or as a zip archive of it:
      OPUS-MT release     decoder.yml, .npz, vocabulary, source.spm, target.spm
      Hugging Face        config.json, pytorch_model.bin or model.safetensors,
                          vocab.json, source.spm, target.spm (Marian models)
      CTranslate2         model.bin, vocabulary, SentencePiece files
      Argos               an .argosmodel package

    Weights are converted to int8 without torch. The model has to translate a sentence before it is
    installed; if anything is wrong, nothing is left behind.

    \b
    Examples:
      align models add opus-2020-02-26.zip
      align models add ./opus-mt-fr-en/ --name french
      align models add ./my-model/ --from nl --to en
      align models add translate-nl_en-1_8.argosmodel
    """
    from align.models.add import add_model
    from align.models.store import pairs_text

    model = add_model(path, name=name, source=source, target=target)
    say = teller(quiet)
    say(f"{model.name} ({pairs_text(model)}) is installed in {model.path}")
    if model.licence == "unknown":
        say(f"{model.name} does not state its licence: see where you got it before you pass it on")


@models.command(short_help="Recompute the hashes of a model's files.")
@click.argument("name")
@quiet_option
def verify(name: str, quiet: bool) -> None:
    """Recompute the hashes of a model's files and compare them with its manifest.

    NAME is an installed model or a folder. Exit code 1 if a file has changed, is missing or was added.

    \b
    Example:
      align models verify opus-mt-nl-en
    """
    from align.errors import ModelError
    from align.models.add import verify_model

    count, faults = verify_model(name)
    if faults:
        raise ModelError("; ".join(faults), file=name, remedy="remove the model and add it again")
    teller(quiet)(f"{name}: {count} files are as the manifest says")


@models.command(short_help="Print a model's manifest.")
@click.argument("name")
def info(name: str) -> None:
    """Print a model's manifest: languages, licence, origin, converter, size and SHA-256 of each file.

    NAME is an installed model or a folder. Of a folder without manifest it prints what its files show.

    \b
    Example:
      align models info opus-mt-nl-en
    """
    from align.models.listing import manifest_text

    click.echo(manifest_text(name))


@models.command(short_help="Remove an installed model.")
@click.argument("name")
@quiet_option
def remove(name: str, quiet: bool) -> None:
    """Remove an installed model. Those that came with the package stay.

    \b
    Example:
      align models remove opus-mt-nl-en
    """
    from align.models.add import remove_model

    folder = remove_model(name)
    teller(quiet)(f"{name} is removed from {folder.parent}")
