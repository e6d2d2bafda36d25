"""Whatever is wrong with a file is one clear error with a remedy."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from kuralab.errors import InputError
from kuralab.formats import read
from tests.formats.mpr import mpr_file

HEADER = "freq/Hz\tZ'/ohm\tZ''/ohm\n"


def _error(path: Path | str) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.file == str(path)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (HEADER + "1000\t1\t-1\n100\tabc\t-1\n", 3, "expected a number"),
        (HEADER + "1000\t1\t-1\n\n-100\t1\t-1\n", 4, "negative"),
        (HEADER + "1000\t1\t-1\n100\t1\n", 3, "2 cells"),
        (HEADER + "1000\t1\t-1\t5\n", 2, "4 cells"),
        (HEADER + "1.000,5\t1\t-1\n", 2, "expected a number|points and commas"),
        (HEADER + "1_000\t1\t-1\n", 2, "expected a number"),
        (HEADER, 1, "no rows"),
        (HEADER + "0\t1\t-1\n", None, "no row has a usable number"),
        ("freq/Hz\tZ'/ohm cm2\tZ''/ohm cm2\n1\t1\t1\n", None, "does not fit"),
        ("freq/mhz\tZ'/ohm\tZ''/ohm\n1\t1\t1\n", None, "no table"),
        ("freq (bla)\tZ'/ohm\tZ''/ohm\n1\t1\t1\n", None, "'bla' does not fit"),
        ("x,y,z\n1,2,3\n", None, "no table"),
        ("1,2\n3,4\n", None, "no table"),
        ("data_Li6PS5Cl\n_cell_length_a 9.85\nloop_\n_atom_site_label\nLi\n", None, "crystal structure"),
        ("<html><body>404</body></html>", None, "no table"),
        ("\n\n \n", None, "no rows"),
        ("\n".join(f"{10 + 0.02 * i:.2f} {100 + i} {10 + i}" for i in range(50)), None, "equal steps"),
        ("1000,1,-1\n100,abc,-1\n", 2, "expected a number"),
        ("a" * 5_000_000, None, "no table"),
        ("1," * 2_000_000, None, "no table"),
        ("EC-Lab ASCII FILE\nNb header lines : 999999\n\n", 4, "header should end"),
        ("EC-Lab ASCII FILE\nNb header lines : -3\n", 2, "missing"),
        ("EC-Lab ASCII FILE\nNb header lines : 3\nfreq/Hz\tRe(Z)/Ohm\n1\t2\n", None, "neither"),
        ("EXPLAIN\nTAG\tEISPOT\nCURVE\tTABLE\n\tPt\tT\n\t#\ts\n\t0\t1\n", None, "no ZCURVE"),
        ("EXPLAIN\nZCURVE\tTABLE\n", 2, "no rows"),
        ("EXPLAIN\nZCURVE\tTABLE\n\tPt\tFreq\tZreal\tZimag\n\t#\tHz\tohm\tohm\n", None, "no rows"),
        ("ZPLOT2 ASCII\n  Date: 1\n", None, "End Comments"),
        ("ZPLOT2 ASCII\nEnd Comments\n1\t2\n", 3, "2 cells"),
        ("<Application>\nName=VersaStudio\n</Application>\n", None, "no segment"),
        ("Pt.\tFrequency(Hz)\tZre(ohms)\n1\t1\t1\n", None, "imaginary"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, None, "PNG image"),
        (bytes(range(256)) * 40, None, "binary"),
        (b"\x00" * 5000, None, "binary"),
        (b"", None, "empty"),
        (b"BIO-LOGIC MODULAR FILE\x1a", None, "no data module"),
        (b"BIO-LOGIC MODULAR FILE".ljust(52) + b"garbage" * 30, None, "damaged"),
    ],
)
def test_bad_content(
    content: str | bytes, line: int | None, message: str, write: Callable[..., Path]
) -> None:
    error = _error(write(content))
    assert error.line == line
    with pytest.raises(InputError, match=message):
        raise error


def test_folder_missing_and_special_files(tmp_path: Path) -> None:
    assert "folder" in _error(tmp_path).message
    assert "no such file" in _error(tmp_path / "nothing.mpr").message
    assert "no such file" in _error("bad\0name").message
    os.mkfifo(tmp_path / "pipe")
    assert "no ordinary file" in _error(tmp_path / "pipe").message


def test_zero_frequency_and_missing_numbers_are_left_out_with_a_warning(
    write: Callable[..., Path],
) -> None:
    text = HEADER + "1000\t1\t-1\n0\t5\t5\n100\t2\t-2\n10\tnan\t-3\n1\t4\t-4\n\t4\t-4\n"
    (measurement,) = read(write(text))
    assert measurement.values("frequency").tolist() == [1000, 100, 1]
    assert measurement.warnings == ("3 rows left out: frequency 0 or a missing number (lines 3, 5, 7)",)


def test_comma_as_decimal_and_as_separator_are_told_apart(write: Callable[..., Path]) -> None:
    error = _error(write("freq/Hz,Z'/ohm,Z''/ohm\n1000,5,1,2,-1,3\n"))
    assert (error.line, "decimal point" in error.hint) == (2, True)


class TestMpr:
    """Binary files made here, so that single bytes can be wrong."""

    def test_a_good_one(self, write: Callable[..., Path]) -> None:
        (measurement,) = read(write(mpr_file(), "a.mpr"))
        assert measurement.values("frequency").tolist() == [1000, 100, 10, 1]
        assert measurement.values("impedance_imaginary").tolist() == [-1, -2, -3, -4]

    def test_cut_short(self, write: Callable[..., Path]) -> None:
        content = mpr_file()
        for length in (60, 110, 130, len(content) - 1):
            assert _error(write(content[:length], "a.mpr")).message

    @pytest.mark.parametrize("rows", [0, 5, 0xFFFFFFFF])
    def test_wrong_number_of_rows(self, rows: int, write: Callable[..., Path]) -> None:
        _error(write(mpr_file(rows=rows), "a.mpr"))

    def test_length_beyond_the_file(self, write: Callable[..., Path]) -> None:
        content = bytearray(mpr_file())
        struct.pack_into("<Q", content, 52 + 45, 2**63 - 1)
        assert "cut short" in _error(write(bytes(content), "a.mpr")).message

    def test_unknown_version(self, write: Callable[..., Path]) -> None:
        assert "version 77" in _error(write(mpr_file(version=77), "a.mpr")).message

    def test_unknown_columns_are_passed_over(self, write: Callable[..., Path]) -> None:
        """Before the first unknown column from the front, after the last one from the end."""
        columns = [(32, "f"), (9999, "d"), (9998, "B"), (37, "f"), (38, "f")]
        (measurement,) = read(write(mpr_file(columns=columns), "a.mpr"))
        assert measurement.values("impedance_real").tolist() == [10, 20, 30, 40]
        assert measurement.values("frequency").tolist() == [1000, 100, 10, 1]
        assert "9999, 9998" in measurement.warnings[0]

    def test_a_known_column_of_another_width_is_refused(self, write: Callable[..., Path]) -> None:
        columns = [(32, "d"), (37, "f"), (38, "f")]
        assert "layout" in _error(write(mpr_file(columns=columns), "a.mpr")).message

    def test_flags_share_one_byte(self, write: Callable[..., Path]) -> None:
        columns = [(1, "B"), (3, ""), (32, "f"), (21, ""), (37, "f"), (38, "f")]
        (measurement,) = read(write(mpr_file(columns=columns), "a.mpr"))
        assert measurement.values("frequency").tolist() == [1000, 100, 10, 1]

    @pytest.mark.parametrize("version", [0, 2, 3])
    def test_older_versions(self, version: int, write: Callable[..., Path]) -> None:
        (measurement,) = read(write(mpr_file(version=version, long=False), "a.mpr"))
        assert measurement.values("impedance_real").tolist() == [10, 20, 30, 40]
