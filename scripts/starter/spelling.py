"""American spelling for the English side: most of the pairs, and the base model, write that way.

Words in small letters only, so that names (Labour Party, Centre Pompidou) keep theirs.
"""

from __future__ import annotations

import re

_ISE = """
    apolog author capital categor central character civil colon critic decentral emphas equal familiar
    fertil final formal fossil general global harmon hospital immun industrial initial legal local material
    mobil modern monopol national neutral normal optim organ penal polar popular prior privat public radical
    rational real recogn revolution special stabil standard steril subsid summar symbol sympath synchron
    theor urban util vandal victim visual
"""
_STEMS = {
    "armour": "armor",
    "behaviour": "behavior",
    "colour": "color",
    "endeavour": "endeavor",
    "favour": "favor",
    "flavour": "flavor",
    "harbour": "harbor",
    "honour": "honor",
    "humour": "humor",
    "labour": "labor",
    "neighbour": "neighbor",
    "rumour": "rumor",
    "vapour": "vapor",
    "vigour": "vigor",
    "fibre": "fiber",
    "theatre": "theater",
    "metre": "meter",
    "litre": "liter",
    "defence": "defense",
    "offence": "offense",
    "licence": "license",
    "sceptic": "skeptic",
    "sulphur": "sulfur",
    "aluminium": "aluminum",
    "plough": "plow",
    "mould": "mold",
    "jewellery": "jewelry",
    "manoeuvre": "maneuver",
    "travell": "travel",
    "cancelled": "canceled",
    "labelled": "labeled",
    "modelled": "modeled",
    "fuelled": "fueled",
    "signalled": "signaled",
    "paralys": "paralyz",
    "channelled": "channeled",
    "tumour": "tumor",
    "baptis": "baptiz",
    "practis": "practic",
    "amphitheatre": "amphitheater",
    "centilitre": "centiliter",
    "analyse": "analyze",
    "analysing": "analyzing",
}
_WORDS = {
    "centre": "center",
    "centres": "centers",
    "centred": "centered",
    "per cent": "percent",
    "programme": "program",
    "programmes": "programs",
    "grey": "gray",
    "tyre": "tire",
    "tyres": "tires",
    "towards": "toward",
    "ageing": "aging",
    "whilst": "while",
    "pyjamas": "pajamas",
    "storey": "story",
    "storeys": "stories",
    "kilometre": "kilometer",
    "kilometres": "kilometers",
    "centimetre": "centimeter",
    "centimetres": "centimeters",
    "millimetre": "millimeter",
    "millimetres": "millimeters",
}
_ISED = re.compile(rf"\b((?:re|de|un|dis)?(?:{'|'.join(_ISE.split())}))is(e[sdr]?|ing|ation|ations|ers)\b")
_STEM = re.compile(rf"\b({'|'.join(sorted(_STEMS, key=len, reverse=True))})")
_WORD = re.compile(rf"\b({'|'.join(_WORDS)})\b")


def american(text: str) -> str:
    """The text with common British spellings written the American way."""
    text = _ISED.sub(r"\1iz\2", text)
    text = _STEM.sub(lambda found: _STEMS[found[0]], text)
    return _WORD.sub(lambda found: _WORDS[found[0]], text)
