"""Drawing a form from a workbook: reading, rules from formulas, figures held against a second calculator.

python -m tests.benchmarks.bench_workbook
"""

import io
import time
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from designer.excel.drawing import draw

SIZES = ((100, 20), (300, 30), (500, 50))


def workbook(rows: int, columns: int) -> bytes:
    """Groups of ten rows under their sum, the last column the sum of the others."""
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["BIỂU TỔNG HỢP"])
    sheet.append(["TT", "Chỉ tiêu", "Đơn vị tính", *(f"Cột {number}" for number in range(columns))])
    sheet.append(["A", "B", "C", *range(1, columns + 1)])
    letters = [get_column_letter(at + 4) for at in range(columns)]
    for number in range(rows):
        at, group = number + 4, number // 10 + 1
        across = f"=SUM({letters[0]}{at}:{letters[-2]}{at})"
        if number % 10 == 0:
            sums = [f"=SUM({letter}{at + 1}:{letter}{at + 9})" for letter in letters[:-1]]
            sheet.append([f"{group}", f"Nhóm {group}", "người", *sums, across])
        else:
            figures = [number * column % 97 for column in range(columns - 1)]
            sheet.append([f"{group}.{number % 10}", f"Chi tiết {number}", "người", *figures, across])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def main() -> None:
    """Print one line a size."""
    draw(workbook(20, 5), "bieu.xlsx", {})  # the libraries are imported once
    for rows, columns in SIZES:
        data = workbook(rows, columns)
        begun, busy = time.perf_counter(), time.process_time()
        drawing = draw(data, "bieu.xlsx", {})
        taken, busy = time.perf_counter() - begun, time.process_time() - busy
        rules = sum(len(section.data.get("rules", ())) for section in drawing.sections)
        print(f"{rows}×{columns}: {taken:.2f} s, processor {busy:.2f} s, {rules} rules")


if __name__ == "__main__":
    main()
