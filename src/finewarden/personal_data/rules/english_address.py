"""Addresses down to the door in English text, as the post writes them in the English-speaking world and in Europe.

Street types and secondary units are those of USPS Publication 28, appendix C, and the words that stand for "street" in
front of a name (rue, via, ulica) or at its end (-straße, -katu) elsewhere. A street type that is a plain word as well
("Key", "Point") needs a number before it and more of an address after it.
"""

from __future__ import annotations

from finewarden.personal_data.rules.english_words import COUNTRIES, LETTER, NAME, STATES, UPPER
from finewarden.personal_data.rules.rule import BY_CONTEXT, BY_SHAPE, rule

__all__ = ["DOORS", "RULES"]

_EDGE = rf"(?![{LETTER}0-9])"
_NUMBER = r"[0-9]{1,6}[A-Za-z]?(?:[-/ ][0-9]{1,5})?"
_TYPES = (
    "Alley|Ave(?:nue)?|Blvd|Boulevard|Cir(?:cle)?|Close|Court|Ct|Crescent|Cres|Drive|Dr|Esplanade|Expressway|Expwy"
    "|Freeway|Highway|Hwy|Lane|Ln|Mews|Parade|Parkway|Pkwy|Pike|Place|Pl|Plaza|Quay|Road|Rd|Row|Square|Sq|Street|St"
    "|Terrace|Terr?|Trail|Trl|Turnpike|Way"
)
# Plain words as well.
_WEAK_TYPES = (
    "Bend|Bluffs?|Branch|Bridge|Brooks?|Burgs?|Bypass|Camp|Canyon|Cape|Causeway|Centers?|Cliffs?|Club|Common|Corners?"
    "|Course|Coves?|Creek|Crest|Crossing|Crossroad|Curve|Dale|Dam|Divide|Estates?|Extensions?|Falls?|Ferry|Fields?"
    "|Flats?|Fords?|Forest|Forges?|Forks?|Fort|Gardens?|Gateway|Glens?|Greens?|Groves?|Harbors?|Haven|Heights|Hills?"
    "|Hollow|Inlet|Islands?|Isle|Junctions?|Keys?|Knolls?|Lakes?|Landing|Lights?|Loaf|Locks?|Lodge|Loop|Mall|Manors?"
    "|Meadows?|Mills?|Mission|Motorway|Mount|Mountains?|Neck|Orchard|Oval|Overpass|Park|Parkways|Pass|Passage|Path"
    "|Pines?|Plains?|Points?|Ports?|Prairie|Radial|Ramp|Ranch|Rapids?|Rest|Ridges?|River|Route|Run|Shoals?|Shores?"
    "|Skyway|Springs?|Spurs?|Station|Stravenue|Stream|Summit|Throughway|Trace|Track|Trafficway|Tunnel|Underpass|Unions?"
    "|Valleys?|Via|Viaduct|Views?|Villages?|Ville|Vista|Walks?|Wall|Wells?"
)
_BEFORE = (
    "[Rr]ue|[Aa]venue|[Bb]oulevard|[Cc]hemin|[Aa]llée|[Ii]mpasse|[Qq]uai|[Pp]lace|Chaussée|Calle|C/|Avenida|Avda?\\.|Paseo"
    "|Plaza|Carrer|Camino|Carretera|Rua|R\\.|Travessa|Praça|Quinta|Largo|Estrada|Via|Viale|Corso|Piazza|Vicolo|Strada"
    "|Contrada|ul\\.|Ulica|ulica|al\\.|pl\\.|os\\.|Trg|trg|Cesta|Náměstí|Str\\.|Am|An der|Auf der|Rruga|Bulevardi"
)
_BEHIND = (
    "straße|strasse|str\\.|gasse|weg|platz|allee|graben|ufer|damm|steig|vej|gade|gata|gatan|vägen|veien|vegen|stræde"
    "|gränd|stigen|straat|laan|plein|kade|dijk|dreef|katu|kuja|polku|tänav|braut|stræti|götu|iela"
)
_AFTER = "utca|útja|út|tér|körút|köz|utcája|põik|puiestee|sokak|caddesi|ulice|gade|plass|prospekt|ulitsa|tee|tie"
_UNIT = (
    r"(?:Apartment|Apt\.?|Suite|Ste\.?|Unit|Flat|Floor|Fl\.?|Room|Rm\.?|Building|Bldg\.?|Box|#|no\.|No\.) ?#? ?"
    r"[0-9A-Z][0-9A-Za-z\-]{0,6}"
)
_WORDS = (
    rf"{NAME}\.?(?: (?:{NAME}|[{UPPER}]\.?|of|the|de|da|do|di|del|della|des|du|la|le|van|von|der|den|na|nad|el)){{0,4}}"
)
_POST = (
    rf"(?:(?:{STATES}|[A-Z]{{2,3}}) [0-9]{{4,5}}(?:-[0-9]{{4}})?|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]"
    rf"|[A-Z]{{1,2}}[0-9][0-9A-Z]? ?[0-9][A-Z]{{2}}|[A-Z]{{1,2}}-[0-9]{{4,5}}|[0-9]{{3}} [0-9]{{2}}|[0-9]{{4,6}}(?:-[0-9]{{3,4}})?)"
)
_GAP = r"[ ]?[,\n]?[ \n>|]{0,4}"
# City, state, country, postcode, in the orders that are usual; it ends in a postcode, a country or a word in commas.
_TAIL = (
    rf"(?:{_GAP}{_UNIT}{_EDGE})?"
    rf"(?:(?:[ ]?[,\n][ \n>|]{{0,4}}{_WORDS}){{0,2}}{_GAP}(?:(?:{COUNTRIES}) )?(?:[A-Z]{{2,3}}{_GAP})?(?:(?:{COUNTRIES}){_GAP})?{_POST}{_EDGE}"
    rf"(?:[ ]?[,\n]?[ ]{{0,2}}{_WORDS}(?=[.,;\n]|$))?"
    rf"|(?:[ ]?[,\n][ \n>|]{{0,4}}{_WORDS}){{0,2}}[ ]?[,\n][ \n>|]{{0,4}}(?:{COUNTRIES}){_EDGE}"
    rf"|(?:[ ]?,[ \n>|]{{0,2}}{_WORDS}){{1,2}}(?=[.,;?!\n]|$))?"
)

_STREET = (
    rf"(?:{_NUMBER},? (?:[NSEW]{{1,2}}\.? )?(?:(?:{NAME}|[0-9]{{1,3}}(?:st|nd|rd|th)|St\.|[{UPPER}]\.) ){{1,4}}(?:{_TYPES})\b\.?(?: [NSEW]{{1,2}}\b)?"
    rf"|(?:{_NUMBER},? )?(?:{_BEFORE}) ?(?:{NAME}|de|da|do|di|del|della|des|du|d'|la|le|l'|[0-9]{{1,2}})(?: (?:{NAME}|[{UPPER}]\.|de|da|do|dos|di|del|della|des|du|la|le|[0-9]{{1,2}}°?)){{0,4}},? [0-9]{{1,4}}[A-Za-z]?\b"
    rf"|{_NUMBER},? (?:{_BEFORE}) (?:{NAME}|de|da|do|di|del|della|des|du|la|le)(?: (?:{NAME}|[{UPPER}]\.|de|da|do|dos|di|del|della|des|du|la|le)){{0,4}}"
    rf"|(?:{_NUMBER},? )?(?:{NAME} ){{0,2}}[{UPPER}][{LETTER}\-]{{2,24}}(?:{_BEHIND}),? [0-9]{{1,4}}[A-Za-z]?\b"
    rf"|(?:{_NUMBER},? )?(?:{NAME} ){{1,3}}(?:{_AFTER}),? [0-9]{{1,4}}\.?\b)"
)

RULES = (
    rule(
        "STREET_ADDRESS",
        "street address",
        rf"(?<![{LETTER}0-9.\-/]){_STREET}{_TAIL}",
        BY_SHAPE,
        digits=1,
    ),
    rule(
        "STREET_ADDRESS",
        "street address with its town",
        rf"(?<![{LETTER}0-9.\-/])(?:[0-9]{{2,6}}|[0-9]) (?:{NAME} ){{1,4}}(?:{_WEAK_TYPES})(?:{_GAP}{_UNIT})?[ ]?[,\n][ \n>|]{{0,4}}{_WORDS}{_GAP}(?:[A-Z]{{2,3}}{_GAP})?(?:(?:{COUNTRIES}){_GAP})?{_POST}{_EDGE}",
        BY_SHAPE,
        digits=4,
    ),
    rule(
        "STREET_ADDRESS",
        "door and its town",
        rf"(?<![{LETTER}0-9.\-/]){_NUMBER},? (?:(?:{NAME}|[{UPPER}]\.|de|da|do|di|van) ?){{1,5}}(?:[0-9]{{1,4}}[A-Z]? ?)?{_GAP}(?:Apartment|Apt\.?|Suite|Ste\.|Unit|Flat) ?#? ?[0-9]{{1,5}}[A-Z]?{_EDGE}{_TAIL}",
        BY_SHAPE,
        anchors="apt apartment suite ste. unit flat",
        digits=1,
    ),
    rule(
        "STREET_ADDRESS",
        "military address",
        rf"(?<![{LETTER}0-9])(?:(?:PSC|CMR|Unit) [0-9]{{1,5}},? ?(?:Box|BOX) [0-9]{{1,5}}|US(?:S|NS|NV|CGC) {NAME})?[ ,]{{0,2}}\n?[ ]{{0,4}}(?:APO|FPO|DPO),? A[AEP] [0-9]{{5}}(?:-[0-9]{{4}})?{_EDGE}",
        BY_CONTEXT,
        anchors="apo fpo dpo",
        digits=5,
    ),
    rule(
        "STREET_ADDRESS",
        "post box",
        rf"(?<![{LETTER}0-9])(?:P\.? ?O\.?|Post Office|GPO) Box [0-9]{{1,6}}{_EDGE}{_TAIL}",
        BY_CONTEXT,
        anchors="box",
        digits=1,
    ),
    rule(
        "STREET_ADDRESS",
        "address that is announced",
        rf"(?:\b(?:(?:[Aa]ddress|residence)(?:es)?(?: (?:of [^.,\n]{{1,60}} )?(?:is|to|are|here they are|to the same))?:? ?"
        rf"|(?:lives?|living|lived|office is|offices are located|is located|return(?: it)?|taxi|arrived|sent|delivered|deliver|ship(?:ped)?|moved|one) (?:at|in|on|to) "
        rf"|ADDRESS:?\s{{0,3}}))"
        rf"(?P<value>(?:[0-9]{{1,6}}[A-Z]? ){{1,2}}{_WORDS}(?: [0-9]{{1,4}}[A-Za-z]?\b)?{_TAIL}"
        rf"|{_WORDS},? [0-9]{{1,4}}[A-Za-z]?\b(?! ?(?:years|days|weeks|minutes|hours|and|or)){_TAIL})",
        BY_CONTEXT,
        digits=1,
    ),
    rule(
        "STREET_ADDRESS",
        "corner of two streets",
        rf"\b(?P<value>(?:the )?corner of (?:{_NUMBER} )?(?:{_WORDS})(?: [0-9]{{1,4}})? and (?:{_NUMBER} )?{_WORDS}(?: [0-9]{{1,4}})?)",
        BY_CONTEXT,
        anchors="corner",
    ),
)

DOORS = tuple(each.pattern for each in RULES[:5])
"""What an address can start with."""
