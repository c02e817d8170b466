"""What streets are called, in the English-speaking world and in Europe: words before a name, behind it, at its end.

Types and secondary units of the English-speaking world are those of USPS Publication 28, appendix C.
"""

from __future__ import annotations

__all__ = ["BEFORE", "BEHIND", "ENDINGS", "TYPES", "UNITS", "WEAK_TYPES"]

TYPES = (
    "Alley|Ave(?:nue)?|Blvd|Boulevard|Cir(?:cle)?|Close|Court|Ct|Crescent|Cres|Drive|Dr|Esplanade|Expressway|Expwy"
    "|Freeway|Highway|Hwy|Lane|Ln|Mews|Parade|Parkway|Pkwy|Pike|Place|Pl|Plaza|Quay|Road|Rd|Row|Square|Sq|Street|St"
    "|Terrace|Terr?|Trail|Trl|Turnpike|Way"
)
WEAK_TYPES = (
    "Bend|Bluffs?|Branch|Bridge|Brooks?|Burgs?|Bypass|Camp|Canyon|Cape|Causeway|Centers?|Cliffs?|Club|Common|Corners?"
    "|Course|Coves?|Creek|Crest|Crossing|Crossroad|Curve|Dale|Dam|Divide|Estates?|Extensions?|Falls?|Ferry|Fields?"
    "|Flats?|Fords?|Forest|Forges?|Forks?|Fort|Gardens?|Gateway|Glens?|Greens?|Groves?|Harbors?|Haven|Heights|Hills?"
    "|Hollow|Inlet|Islands?|Isle|Junctions?|Keys?|Knolls?|Lakes?|Landing|Lights?|Loaf|Locks?|Lodge|Loop|Mall|Manors?"
    "|Meadows?|Mills?|Mission|Motorway|Mount|Mountains?|Neck|Orchard|Oval|Overpass|Park|Parkways|Pass|Passage|Path"
    "|Pines?|Plains?|Points?|Ports?|Prairie|Radial|Ramp|Ranch|Rapids?|Rest|Ridges?|River|Route|Run|Shoals?|Shores?"
    "|Skyway|Springs?|Spurs?|Station|Stravenue|Stream|Summit|Throughway|Trace|Track|Trafficway|Tunnel|Underpass|Unions?"
    "|Valleys?|Via|Viaduct|Views?|Villages?|Ville|Vista|Walks?|Wall|Wells?"
)
"""Plain words as well, which say "street" only between a number and a town."""

BEFORE = (
    "[Rr]ue|[Aa]venue|[Bb]oulevard|[Cc]hemin|[Aa]llée|[Ii]mpasse|[Qq]uai|[Pp]lace|Chaussée|Calle|C/|Avenida|Avda?\\."
    "|Paseo|Plaza|Carrer|Camino|Carretera|Rua|R\\.|Travessa|Praça|Quinta|Largo|Estrada|Via|Viale|Corso|Piazza|Vicolo"
    "|Strada|Contrada|ul\\.|Ulica|ulica|al\\.|pl\\.|os\\.|Trg|trg|Cesta|Náměstí|Str\\.|Am|An der|Auf der|Rruga"
    "|Bulevardi"
)
"""French, Spanish, Portuguese, Italian, the Slavic languages, German, Albanian."""

ENDINGS = (
    "straße|strasse|str\\.|gasse|weg|platz|allee|graben|ufer|damm|steig|vej|gade|gata|gatan|vägen|veien|vegen|stræde"
    "|gränd|stigen|straat|laan|plein|kade|dijk|dreef|katu|kuja|polku|tänav|braut|stræti|götu|iela"
)
"""German, the Nordic languages, Dutch, Finnish, Estonian, Latvian."""

BEHIND = "utca|u\\.|útja|út|tér|körút|köz|utcája|põik|puiestee|sokak|caddesi|ulice|gade|plass|prospekt|ulitsa|tee|tie"
"""Hungarian, Estonian, Turkish, Czech, Norwegian, Russian, Finnish."""

UNITS = r"Apartment|Apt\.?|Suite|Ste\.?|Unit|Flat|Floor|Fl\.?|Room|Rm\.?|Building|Bldg\.?|Box|#|no\.|No\."
