"""What names and streets are written with, for the rules of English text: Latin letters, with marks and without."""

from __future__ import annotations

__all__ = ["COUNTRIES", "LETTER", "NAME", "STATES", "UPPER"]

UPPER = "A-ZÀ-ÖØ-ÞĀ-ſƀ-ɏ"
"""Letters that may start a name; from U+0100 on capitals and small letters take turns, and both are let in."""
LETTER = f"{UPPER}a-zß-öø-ÿ"
NAME = rf"[{UPPER}][{LETTER}'’\-]{{1,24}}"
"""A word with a capital, or all of capitals."""

# The fifty states, the district and the territories of USPS Publication 28, appendix B; the armed forces' with APO.
STATES = (
    "A[KLRSZ]|C[AOT]|D[CE]|FL|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEINOPST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AIT]"
    "|W[AIVY]"
)
COUNTRIES = (
    "Argentina|Australia|Austria|Belgium|Brazil|Canada|Chile|Croatia|Cyprus|Czech Republic|Denmark|England|Estonia"
    "|Finland|France|Germany|Greece|Greenland|Hungary|Iceland|India|Ireland|Italy|Japan|Kazakhstan|Latvia|Lithuania"
    "|Luxembourg|Mexico|Netherlands|New Zealand|Norway|Philippines|Poland|Portugal|Romania|Russia|Scotland|Serbia"
    "|Singapore|Slovakia|Slovenia|South Africa|Spain|Sweden|Switzerland|Tunisia|Turkey|Ukraine|United Kingdom"
    "|United States|Uruguay|USA|U\\.S\\.A\\.|UK|U\\.K\\.|Vietnam|Wales"
)
