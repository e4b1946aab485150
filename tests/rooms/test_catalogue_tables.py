"""Decision tables, and where their cells stand."""

from __future__ import annotations

from backline.catalogue.reading.fields import Complaints
from backline.catalogue.reading.tables import read_table
from backline.engine.definition import Table


def read(text: str) -> tuple[Table, list[str]]:
    complaints = Complaints()
    table = read_table("fees", text, "fees.csv", complaints)
    return table, [str(problem) for problem in complaints.problems]


def test_the_last_column_is_the_output_and_the_others_are_inputs() -> None:
    table, told = read("reason,amount,fee\nmedical,< 100 EUR,0 EUR\n,,5 EUR\n")
    assert told == []
    assert [cell.text for cell in table.inputs] == ["reason", "amount"]
    assert table.output == "fee"
    assert [[cell.text for cell in row] for row in table.rows] == [["medical", "< 100 EUR", "0 EUR"], ["", "", "5 EUR"]]


def test_each_cell_knows_its_line_and_column() -> None:
    table, _ = read('reason,fee\n\n"a, b", 5 EUR\n')
    assert [(cell.text, cell.place.line, cell.place.column) for cell in table.rows[0]] == [
        ("a, b", 3, 2),
        ("5 EUR", 3, 9),
    ]


def test_a_cell_with_a_line_break_does_not_shift_the_lines_after_it() -> None:
    table, _ = read('reason,fee\n"a\nb",1\nc,2\n')
    assert [(row[0].place.line, row[1].place.line, row[1].place.column) for row in table.rows] == [(2, 3, 4), (4, 4, 3)]


def test_quotes_inside_quotes_are_written_twice() -> None:
    table, _ = read('reason,fee\n"a ""b""",1\n')
    assert table.rows[0][0].text == 'a "b"'


def test_a_table_saved_by_a_german_spreadsheet_is_read() -> None:
    table, told = read("\ufeffreason;fee\r\nmedical;1,5\r\n")
    assert told == []
    assert [cell.text for cell in table.rows[0]] == ["medical", "1,5"]


def test_columns_of_remarks_are_left_out() -> None:
    table, _ = read("reason,# why,fee,# since\nmedical,the law,1,2020\n")
    assert [cell.text for cell in table.inputs] == ["reason"]
    assert [cell.text for cell in table.rows[0]] == ["medical", "1"]


def test_a_row_of_another_width_is_refused_at_its_place() -> None:
    assert read("reason,fee\na,1\nb,1,2\n")[1] == [
        "fees.csv:3:1: This row has 3 of 2 cells. Put a cell that holds the separator in double quotes."
    ]


def test_a_column_without_a_heading_is_refused_at_its_place() -> None:
    assert read("reason,,fee\na,b,1\n")[1] == [
        "fees.csv:1:8: This column has no heading. Write the fact that it looks at."
    ]


def test_an_empty_table_is_refused() -> None:
    assert read("\n\n")[1] == ["fees.csv:1:1: The decision table fees.csv is empty. Its first row names the columns."]


def test_a_table_with_too_many_rows_is_refused() -> None:
    told = read("reason,fee\n" + "a,1\n" * 5_001)[1]
    assert told == ["fees.csv:5001:1: The decision table fees.csv has more than 5,000 rows. Put it into a system."]
