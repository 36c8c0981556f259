"""The manifest of a forget set, ``*.forget.json``: what was removed, why, by whom, to what effect.

`build` makes one from what a session knows, `verify` computes everything in one again. The form is
described by ``schema.json`` in this package and by docs/manifest.md.
"""

from unlearn_widgets.manifest.build import Parts, build
from unlearn_widgets.manifest.reading import ManifestError, read_manifest
from unlearn_widgets.manifest.report import VerifyReport
from unlearn_widgets.manifest.shape import schema
from unlearn_widgets.manifest.signing import add_signoff
from unlearn_widgets.manifest.verify import verify
from unlearn_widgets.manifest.write import place_of, write_manifest

__all__ = [
    "ManifestError",
    "Parts",
    "VerifyReport",
    "add_signoff",
    "build",
    "place_of",
    "read_manifest",
    "schema",
    "verify",
    "write_manifest",
]
