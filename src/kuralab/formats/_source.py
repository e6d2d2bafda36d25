"""A file's bytes, its text, and its name for error messages."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kuralab.errors import InputError
from kuralab.model import RawFile

# Reading is in memory; what is larger is no measurement of one cell.
LARGEST = 2 * 1024**3
_LOST = "Copy it again from the instrument's computer."

_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive (also .xlsx, .docx, .ndax)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89HDF", "an HDF5 file"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x00\x01\x00\x00Standard Jet DB", "an Access database (Arbin .res)"),
    (b"\xd0\xcf\x11\xe0", "an old Office document (.xls, .doc)"),
    (b"NEWARE", "a Neware .nda file"),
)
_JAPANESE = re.compile("[\u3041-\u30fe]|周波数|抵抗|実部|虚部|実数|虚数|位相|時間|電圧|電位|電流|温度")
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f]")


@dataclass(frozen=True)
class Source:
    """What a reader gets: the bytes, and where they came from."""

    path: Path
    content: bytes
    raw: RawFile

    @property
    def file(self) -> str:
        """The file's name as the user gave it."""
        return str(self.path)

    @cached_property
    def text(self) -> str | None:
        """The content as text, or None when it is binary."""
        return decode_text(self.content)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text as an editor numbers them, the first being number 1."""
        return re.split(r"\r\n|\n|\r", self.text or "")

    def error(
        self, message: str, *, hint: str = "", line: int | None = None, field: str | None = None
    ) -> InputError:
        """An error that names this file."""
        return InputError(message, file=self.file, hint=hint, line=line, field=field)


def load_source(path: Path, *, if_empty: str = _LOST) -> Source:
    """Read and hash a file; if_empty: what to do about one without content.

    Raises
    ------
    InputError
        There is no such file, it is a folder or empty, too large, or may not be read.
    """
    file = str(path)
    try:
        if path.is_dir():
            raise InputError("this is a folder", file=file, hint="Give the files in it.")
        if not path.exists():
            raise InputError("there is no such file", file=file, hint="Check the name and the folder.")
        if not path.is_file():
            raise InputError("this is no ordinary file", file=file, hint="Give a data file.")
        if path.stat().st_size > LARGEST:
            raise InputError(
                "the file is larger than 2 GiB", file=file, hint="Export a part of the measurement."
            )
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"cannot be read ({reason})", file=file, hint="Check the name and the permissions."
        ) from error
    if not content:
        raise InputError("the file is empty", file=file, hint=if_empty)
    raw = RawFile(name=path.name, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    return Source(path=path, content=content, raw=raw)


def decode_text(content: bytes) -> str | None:
    """Text in UTF-8, UTF-16, Shift-JIS (cp932) or Latin-1; None when the bytes are no text."""
    encoding = _encoding_of(content)
    if encoding is None:
        return None
    text = content.decode(encoding, errors="replace").removeprefix("\ufeff")
    sample = text[:65536]
    return None if len(_CONTROL.findall(sample)) > len(sample) // 200 else text


def _encoding_of(content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    head = content[:4096]
    if head.count(0) > len(head) // 50:
        # UTF-16 without its mark: every other byte of Western text is zero.
        for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
            if zeros.count(0) > 0.7 * len(zeros) and head.count(0) < 0.6 * len(head):
                return encoding
        return None
    for encoding in ("utf-8", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Accented Western letters also decode as rare kanji, so Japanese has to be seen.
        if encoding == "utf-8" or _JAPANESE.search(text):
            return encoding
    return "latin-1"


def what_binary_is(content: bytes) -> str:
    """A name for bytes that no reader takes."""
    for magic, name in _MAGIC:
        if content.startswith(magic):
            return name
    return "a binary file of an unknown kind"


def same_form(text: str) -> str:
    """One spelling for look-alikes: full-width letters, primes, minus signs, ohm and micro."""
    text = unicodedata.normalize("NFKC", text)
    return text.translate(_LOOK_ALIKES)


_LOOK_ALIKES = str.maketrans(
    {"′": "'", "’": "'", "‘": "'", "`": "'", "´": "'", "″": "''", "”": "''", "“": "''", '"': "''",
     "−": "-", "–": "-", "—": "-", "‐": "-", "μ": "u", "Ω": "ohm"}
)  # fmt: skip
