"""Words that are spelt in two ways, and which of them keys have."""

import re

_IN_TWO_WAYS = """
dr doctor, mr mister, st saint, vs versus, blvd boulevard, 1st first, 2nd second, 3rd third,
4th fourth, 5th fifth, 6th sixth, 7th seventh, 8th eighth, 9th ninth, 10th tenth, sgt sergeant,
capt captain, lt lieutenant, prof professor, jr junior, bros brothers, ave avenue, xmas christmas,
mt mount, nite night, thru through, ok okay, co company,
grey gray, theatre theater, centre center, fibre fiber, spectre specter, metre meter, metres meters,
kilometre kilometer, litre liter, sabre saber, calibre caliber, sombre somber, lustre luster,
defence defense, offence offense, licence license, pretence pretense, traveller traveler,
travellers travelers, travelling traveling, jewellery jewelry, jeweller jeweler,
marvellous marvelous, counsellor counselor, programme program, catalogue catalog, cheque check,
pyjamas pajamas, pyjama pajama, moustache mustache, mum mom, mums moms, judgement judgment,
aluminium aluminum, plough plow, cosy cozy, sceptic skeptic, sulphur sulfur, aeroplane airplane,
manoeuvre maneuver, tyre tire, tyres tires, enrol enroll, fulfil fulfill, storey story,
doughnut donut, yoghurt yogurt, whisky whiskey, axe ax, omelette omelet, mediaeval medieval,
archaeology archeology, encyclopaedia encyclopedia, organisation organization,
civilisation civilization, realise realize, organised organized, organise organize, analyse analyze,
mould mold, goodby goodbye, draught draft, gaol jail, kerb curb, dwarves dwarfs, hooves hoofs,
scarves scarfs
"""
"""Abbreviations and what they stand for, then British words and American ones."""
_IN_OUR = """
colour honour favour neighbour harbour labour humour rumour armour saviour behaviour flavour
odour parlour savour splendour vapour valour endeavour vigour tumour clamour ardour candour
fervour rancour
"""
"""British words that Americans end in "or"."""
_BEHIND_OUR = ("", "s", "ed", "ing", "ful", "less", "ite", "ites", "hood", "able", "ly")
ONE_SPELLING = dict(pair.split() for pair in _IN_TWO_WAYS.split(","))
"""Words of normalised titles that are spelt in two ways -> written out and as Americans spell them."""
ONE_SPELLING |= {word + end: word[:-3] + "or" + end for word in _IN_OUR.split() for end in _BEHIND_OUR}


_PLACES = {"los angeles": "la", "washington d c": "washington dc", "united states": "us"}
_IN_FULL = re.compile(rf"\b(?:{'|'.join(_PLACES)})\b")


def with_initials(key: str) -> str:
    """A normalised title with the initials of places in place of their names."""
    if not any(map(key.__contains__, _PLACES)):
        return key
    return _IN_FULL.sub(lambda name: _PLACES[name[0]], key)
