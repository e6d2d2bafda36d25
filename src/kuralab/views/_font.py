"""The Japanese characters of a page, carried along for readers whose machine has no Japanese font."""

from __future__ import annotations

import base64
import io
import logging

from kuralab.views._style import japanese_font


def japanese_font_for(text: str) -> str:
    """The characters of ``text`` beyond Latin and Greek, as WOFF in base64.

    IPAexGothic; the IPA Font License lets documents embed it.
    """
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    # It reports every table that it drops.
    logging.getLogger("fontTools.subset").setLevel(logging.WARNING)
    font = TTFont(japanese_font(), recalcTimestamp=False)
    chooser = subset.Subsetter(subset.Options(hinting=False, layout_features=[], notdef_outline=True))
    chooser.populate(text="".join(sorted({c for c in text if ord(c) >= 0x3000})))
    chooser.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=None)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
