"""A manifest whose every text is code, and how to find what came of one in the page."""

from __future__ import annotations

from tests.injections import TEXTS

# Marks that nobody sees, or that turn the order of what is read: the page gives their numbers.
HIDDEN = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
# What rows and points are read from: without it little would be drawn.
READ = {"format", "rows", "positions"}
MADE = ".uw-review-page :is(script, iframe, img, svg, object, embed, link, style, base, meta)"
LISTENING = """() => [...document.querySelectorAll(".uw-review-page *")].filter((element) =>
  [...element.attributes].some(({ name, value }) =>
    name.startsWith("on") || /^\\s*javascript:/i.test(value))).map(({ outerHTML }) => outerHTML)"""


def filled(held, text):
    """Return what is held with this text in the place of every other."""
    if isinstance(held, str):
        return text
    if isinstance(held, list):
        return [filled(one, text) for one in held]
    if isinstance(held, dict):
        return {name: one if name in READ else filled(one, text) for name, one in held.items()}
    return held


def hostile(manifest):
    """Return a manifest of texts that are code: all in every field, and each in an entry."""
    everything = " ".join(TEXTS)
    held = filled(manifest, everything)
    for name in ("history", "decisions", "signoffs"):
        entry = {**manifest[name][0], "reason": "", "note": ""}
        held[name] = [filled(entry, text) for text in TEXTS]
    held["method"]["steps"] = [filled(manifest["method"]["steps"][0], text) for text in TEXTS]
    held["actors"] = held["diagnosis"]["reasons"] = held["removed"]["keys"] = TEXTS
    held["effect"]["certificate_reason"] = everything
    held["map"]["x_ends"] = [everything, everything]
    held["chain"].update(store=everything, hash=everything)
    for name in ("software", "fingerprints", "digests"):
        held[name].update(dict.fromkeys(TEXTS, everything))
    return {**held, **dict.fromkeys(TEXTS, everything)}
