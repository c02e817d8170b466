"""What a model of names takes for a person in ordinary support text: products, assistants, words of a menu, user names.

A model sees capitals; "choose Settings" and "Use Chrome or Safari" have them. A span is somebody's as soon as one of
its words can be a name, so that "Alexa Baker" stays one.
"""

from __future__ import annotations

import re

__all__ = ["is_no_person", "may_be_name"]

# fmt: off
_PRODUCTS = (
    "acrobat adobe airbnb airpods alexa alipay amazon android apple asus bing bixby bluetooth canon chatgpt chrome "
    "chromebook copilot cortana debian dell discord docker dropbox ebay edge ethernet etsy evernote excel facebook "
    "fedex fedora firefox galaxy github gitlab gmail google hotmail huawei icloud instagram intel ios ipad iphone "
    "itunes javascript jira kindle kubernetes lenovo linkedin linux lyft mac macbook macos mastercard messenger "
    "microsoft mozilla netflix nintendo notion nvidia onedrive opera outlook paypal photoshop pinterest playstation "
    "powerpoint python reddit roku safari samsung sharepoint shopify siri skype slack snapchat spotify telegram "
    "tiktok trello twitter uber ubuntu unix ups usps venmo visa wechat whatsapp wi-fi wifi windows wordpress xbox "
    "xiaomi yahoo youtube zoom"
)
_MENU = (
    "about accept account accounts add admin administrator advanced agent allow app application apply apps "
    "assistant back backup billing bot browser cache cancel cart checkout choose clear click close confirm connect "
    "contact continue control cookies copy customer dashboard data dear delete desktop device devices disable "
    "disconnect display done download edit email enable enter error exit export extensions file folder forgot "
    "format general go hello help hey hi history home import inbox install internet keyboard language login logout "
    "mail manager menu mode network new next no notification notifications off ok okay on open option options order "
    "orders panel password paste payment permissions please power preferences press print printer privacy profile "
    "refresh refund register reload remove repair reset restart restore returns router run save scan screen search "
    "security select send server service setting settings setup shift shipping shutdown sign signin signup sir "
    "sorry sound start status stop storage submit subscription support sync system tab tap task team thank thanks "
    "tools troubleshoot turn uninstall update updates upgrade upload use user username version view welcome yes"
)
_ACRONYMS = (
    "ai api ascii bios cd cpu csv dns dvd eta etf eu exe faq gif gpt gpu gui id ide imei io ip iso isp it json lan "
    "led oauth oem oled os pc pin pos qa ram rom saas sdk seo sim sku smtp ssd ssl tls tv udp ui uk un uri url us "
    "usa usb utc ux vat vip vpn wan www xml yaml"
)
_SMALL = "a an and as at by for from in into it my of on or our the then this to via with your"
# fmt: on
_NOT_NAMES = frozenset(f"{_PRODUCTS} {_MENU} {_ACRONYMS} {_SMALL}".split())
_DO = (
    "choose click close configure copy delete disable download enable enter install launch open paste pick press "
    "print reinstall reset restart run select swipe tap toggle try type uninstall unplug update upgrade upload use "
    "using"
)
_ORDERS = frozenset(_DO.split())
"""Verbs that a text for users tells them what to do with; nobody is clicked or installed."""

_WORDS = re.compile(r"[^\s,;:/|>→+()\[\]\"“”]+")
_VOWEL = re.compile(r"[AEIOUY]")
_LATIN = re.compile(r"[A-Za-z]")
_LONGEST = 80


def is_no_person(value: str) -> bool:
    """Whether *value*, found as a name, has no word that can be one: a product, a word of a menu, an acronym, an
    account with digits or underscores; or is one word without a capital, or what a verb ("install Foo") is done to.

    Names in other letters than Latin ones are never looked at.
    """
    if len(value) > _LONGEST or any(char.isalpha() and char > "\u024f" for char in value):
        return False
    words = [word.strip("'’`.!?*#<>=&-") for word in _WORDS.findall(value)]
    if words and words[0] in _ORDERS and sum(map(may_be_name, words[1:])) < 2:
        return True
    names = [word for word in words if may_be_name(word)]
    return not names or (len(words) == 1 and names[0].islower())


def may_be_name(word: str) -> bool:
    """Whether one Latin *word* can be a part of a name, of all that is known of it alone."""
    word = word.removesuffix("'s").removesuffix("’s")
    if (
        len(word) < 2
        or not any(char.isalpha() for char in word)
        or any(char.isdigit() or char in "_@" for char in word)
    ):
        return False
    # Three or more consonants spell themselves (HTTP, SDK); Ng and Ngo are surnames.
    spelled = len(word) > 2 and word.isupper() and _LATIN.match(word) is not None and not _VOWEL.search(word)
    return not spelled and word.casefold() not in _NOT_NAMES
