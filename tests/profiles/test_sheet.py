"""CSV files as they come: encodings, delimiters, quotes, and wrong rows among right ones."""

import csv
import io

import pytest
from hypothesis import given, strategies as st

from movierec_cli.errors import MovieRecError
from movierec_cli.profiles.sheet import read_sheet


def values(content: bytes, column: str) -> list[str]:
    return [record.values.get(column, "") for record in read_sheet(content, "f.csv").records]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Title,Rating\nAmélie,5\n".encode(), "UTF-8"),
        ("Title,Rating\nAmélie,5\n".encode("utf-8-sig"), "UTF-8"),
        ("Title,Rating\nAmélie,5\n".encode("utf-16"), "UTF-16"),
        ("Title,Rating\nAmélie,5\n".encode("utf-16-le"), "UTF-16"),
        ("Title,Rating\nAmélie,5\n".encode("utf-16-be"), "UTF-16"),
        ("\ufeffTitle,Rating\nAmélie,5\n".encode("utf-16-be"), "UTF-16"),
        ("Title,Rating\nAmélie,5\n".encode("latin-1"), "Windows-1252"),
        ("Title,Rating\nAmélie,5\n".encode("latin-1") + b"\x81,4\n", "Latin-1"),
    ],
)
def test_encodings(content: bytes, encoding: str) -> None:
    sheet = read_sheet(content, "f.csv")
    assert sheet.encoding == encoding
    assert sheet.columns == ("title", "rating")
    assert sheet.records[0].values == {"title": "Amélie", "rating": "5"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    rows = [["Title", "Your Rating"], ["Good, the Bad and the Ugly; or\tnot", "5"], ["Heat", "4,5"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    sheet = read_sheet(text.getvalue().encode(), "f.csv")
    assert [tuple(record.values.values()) for record in sheet.records] == [tuple(row) for row in rows[1:]]
    assert [record.line for record in sheet.records] == [2, 3]


def test_a_title_with_semicolons_does_not_change_the_delimiter() -> None:
    assert values(b'"a;b;c",rating\nHeat,4\n', "rating") == ["4"]


def test_blank_lines_are_no_rows_and_do_not_shift_line_numbers() -> None:
    sheet = read_sheet(b"\n\nTitle,Rating\n\nHeat,4\n ,\nAlien,5\n", "f.csv")
    assert [(record.line, record.values["title"]) for record in sheet.records] == [(5, "Heat"), (7, "Alien")]


def test_line_breaks_within_quotes() -> None:
    content = b'Title,Review,Rating\nHeat,"long\n\nand, ""good""\n",4\nAlien,,5\n'
    sheet = read_sheet(content, "f.csv")
    assert [(record.line, record.values["rating"]) for record in sheet.records] == [(2, "4"), (6, "5")]
    assert sheet.records[0].values["review"] == 'long\n\nand, "good"'


@pytest.mark.parametrize(
    "bad",
    [
        b'"Heat,1995,4',  # never closed
        b'Heat,"1995,4',
        b'"Heat"",1995,4',
        b"Heat,1995,4,5,6",
        b"Heat, the,1995,4",
        b'"' + b"x" * 200_000 + b'",1995,4',  # longer than the csv module takes
    ],
    ids=["open", "open within", "closed twice", "more fields", "comma in the title", "too long"],
)
def test_one_bad_row_is_told_and_ends_nothing(bad: bytes) -> None:
    content = b"Title,Year,Rating\nAlien,1979,5\n" + bad + b'\n"Fargo",1996,4\n"Brazil ""x""",1985,3\n'
    records = read_sheet(content, "f.csv").records
    assert [record.line for record in records if record.problem] == [3]
    assert [record.values["title"] for record in records if not record.problem] == [
        "Alien",
        "Fargo",
        'Brazil "x"',
    ]


@pytest.mark.parametrize("line", ['5" of Film,1995,4', '"Heat" (cut),1995,4'])
def test_quotes_in_the_middle_of_a_field_are_text(line: str) -> None:
    records = read_sheet(f"Title,Year,Rating\n{line}\nAlien,1979,5\n".encode(), "f.csv").records
    assert [record.problem for record in records] == [None, None]
    assert [record.values["year"] for record in records] == ["1995", "1979"]


def test_spaces_may_stand_before_fields_in_quotes() -> None:
    text = 'Score, Film Name, Year, Writer(s)\n90, "Charade", 1963, "A Writer, Another"\n'
    assert read_sheet(text.encode(), "f.csv").records[0].values == {
        "score": "90",
        "filmname": "Charade",
        "year": "1963",
        "writers": "A Writer, Another",
    }


def test_columns_without_a_name_and_repeated_names() -> None:
    sheet = read_sheet(b",title,title,rating\n0,Heat,other,4\n", "f.csv")
    assert sheet.records[0].values == {"title": "Heat", "rating": "4"}


def test_short_rows_have_fewer_values() -> None:
    record = read_sheet(b"title,year,rating\nHeat\n", "f.csv").records[0]
    assert (record.values, record.problem) == ({"title": "Heat"}, None)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file(content: bytes) -> None:
    with pytest.raises(MovieRecError, match=r"f\.csv is empty"):
        read_sheet(content, "f.csv")


@given(st.binary())
def test_any_bytes_are_rows_or_a_sentence(content: bytes) -> None:
    try:
        sheet = read_sheet(content, "f.csv")
    except MovieRecError:
        return
    lines = [record.line for record in sheet.records]
    assert lines == sorted(set(lines))


CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=8)


@given(st.lists(st.tuples(CELL, CELL), max_size=6), st.sampled_from([",", ";", "\t"]))
def test_what_the_csv_module_writes_is_read_back(rows: list[tuple[str, str]], delimiter: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([("title", "rating"), *rows])
    sheet = read_sheet(text.getvalue().encode(), "f.csv")
    expected = [(a.strip(), b.strip()) for a, b in rows if a.strip() or b.strip()]
    assert [(r.values["title"], r.values["rating"]) for r in sheet.records] == expected
    assert not any(record.problem for record in sheet.records)
