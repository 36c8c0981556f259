"""Chromium, launched so that it speaks to this machine only."""

from __future__ import annotations

from contextlib import contextmanager

from playwright.sync_api import sync_playwright

from scripts.find_chromium import find_chromium

# Neither a word to its maker nor any name resolved: what a page asks of another machine fails.
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@contextmanager
def chromium():
    """Launch the Chromium of this machine without a window."""
    program, _ = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
