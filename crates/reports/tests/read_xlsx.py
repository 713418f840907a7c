"""Reads a workbook with openpyxl and compares it with the tables that it was made of, given as JSON.

    read_xlsx.py WORKBOOK TABLES.json
"""
import datetime, json, sys, zipfile
import xml.etree.ElementTree as xml
from decimal import Decimal

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])
tables = json.load(open(sys.argv[2]))
problems, cells = [], 0


MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def digits(number):
    """The figures of a sheet as they stand in the file: openpyxl makes floats of them, which have some fifteen digits."""
    with zipfile.ZipFile(sys.argv[1]) as archive:
        sheet = xml.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
    return {cell.get("r"): cell.findtext(MAIN + "v") for cell in sheet.iter(MAIN + "c")}


def same(kind, wanted, cell, figures):
    got = cell.value
    if wanted is None:
        return got is None
    if kind == "text":
        return got == wanted and cell.data_type in ("s", "inlineStr")
    if kind == "day":
        return isinstance(got, datetime.datetime) and got.date().isoformat() == wanted
    near = isinstance(got, (int, float)) and abs(Decimal(str(got)) - Decimal(str(wanted))) * 10**14 <= abs(Decimal(str(wanted)))
    return near and figures[cell.coordinate] == str(wanted)


for place, (sheet, table) in enumerate(zip(book.worksheets, tables), start=1):
    figures = digits(place)
    columns = table["columns"]
    wanted = [[row[column["name"]] for column in columns] for row in table["rows"]]
    if any(total is not None for total in table["totals"].values()):
        wanted.append([table["totals"][column["name"]] for column in columns])
    if [cell.value for cell in sheet[3]][: len(columns)] != [column["title"] for column in columns]:
        problems.append(f"{sheet.title}: other titles")
    if sheet.max_row != 3 + len(wanted):
        problems.append(f"{sheet.title}: {sheet.max_row} rows, wanted {3 + len(wanted)}")
    for number, row in enumerate(wanted, start=4):
        for place, (column, value) in enumerate(zip(columns, row), start=1):
            cells += 1
            cell = sheet.cell(number, place)
            if not same(column["kind"], value, cell, figures):
                problems.append(f"{sheet.title} {cell.coordinate}: {cell.value!r} ({cell.data_type}), wanted {value!r}")
            if cell.data_type == "f":
                problems.append(f"{sheet.title} {cell.coordinate}: a formula")
if len(book.worksheets) != len(tables) + 1 or book.worksheets[-1].title != "ties":
    problems.append(f"sheets: {book.sheetnames}")
for row in list(book.worksheets[-1].iter_rows(values_only=True))[1:]:
    if row[6] not in (None, 0):
        problems.append(f"a difference: {row}")
print(f"{len(tables)} sheets, {cells} cells, {len(problems)} problems")
print("\n".join(problems[:20]))
sys.exit(1 if problems else 0)
