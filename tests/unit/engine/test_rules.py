# ruff: noqa: E501 (tables are read across)
"""One line for each thing the language promises: a rule, the figures it meets, what it says of them.

Figures are `TH.3=30`; those of other reports stand behind `prev:`, `back2:`, `yoy:`, `last:`, `ytd1:`, `kid1:`
or the code of another form, attributes are `kỳ.tháng=3` and `đơn_vị.cấp=xã`. A figure `none` makes the report be
there and empty. The answer is one verdict, or verdicts by target, or the code of what is wrong with the rule.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from engine.check import check_form
from engine.context import ChildReport, Context
from engine.figures import read_figures
from engine.program import Program, compile_form, compile_rule
from engine.sheet import Sheet
from tests.grids import form_of, read_grid, rule

PAPER = """
                              | 3 .0 (triệu đồng) Kế hoạch | 4 .0 (triệu đồng) Thực hiện | 5 percent Tỷ lệ | 6 .0 (triệu đồng) Lũy kế | 7 .0 (người) Số người | 8 text Ghi chú | 9 date | 10 date | 11 .1 | 12 .1
    TH #1 Thu ngân sách
      ND #1.1 Thu nội địa
      XNK #1.2 Thu xuất nhập khẩu
      DAT Trong đó thu tiền đất part=of_which
    CH #2 Chi ngân sách
      DT #2.1 Chi đầu tư
      TX #2.2 Chi thường xuyên
    A1 #3 Chỉ tiêu
"""
OTHER = """
                    | gia_tri #1 .0 (triệu đồng)
    TONG #1 Tổng số
"""
OTHERS = {"B02": form_of(read_grid(OTHER, code="T"), code="B02")}
PROGRAM = compile_form(form_of(read_grid(PAPER)), OTHERS)

ROWS = """
    dòng 1 = dòng 1.1 + dòng 1.2                     | TH.3=30 ND.3=10 XNK.3=20 TH.4=31 ND.4=10 XNK.4=20 | 3=pass 4=fail 6=na:blank 7=na:blank
    dòng 1 = dòng 1.1 + dòng 1.2 trong cột 3         | TH.3=30 ND.3=10 XNK.3=20            | 3=pass
    dòng 1 = dòng 1.1 + dòng 1.2 trong cột (3; 4)    |                                     | 3=na:blank 4=na:blank
    dòng 1 = dòng 1.1 + dòng 1.2 trong cột 3 đến 5   |                                     | 3=na:blank 4=na:blank 5=na:blank
    dòng 1 = dòng 1.1 + dòng 1.2 trừ cột (11; 12)    |                                     | 3=na:blank 4=na:blank 6=na:blank 7=na:blank
    dòng 1 = dòng 1.1 trong mọi cột                  | TH.5=1.00                           | 3=na:blank 4=na:blank 5=fail 6=na:blank 7=na:blank 11=na:blank 12=na:blank
    dòng 1 = dòng 1.1 trong mọi cột trừ cột 5        |                                     | 3=na:blank 4=na:blank 6=na:blank 7=na:blank 11=na:blank 12=na:blank
    dòng 1 = tổng(dòng con của 1) trong cột 3        | TH.3=30 ND.3=10 XNK.3=20 DAT.3=7    | 3=pass
    dòng 1 = tổng(dòng 1.1 đến 1.2) trong cột 3      | TH.3=30 ND.3=10 XNK.3=20            | 3=pass
    dòng 1 = tổng(dòng (1.1; 1.2)) trong cột 3       | TH.3=30 ND.3=10 XNK.3=20            | 3=pass
    dòng 1 >= ô [A1; 3] trong cột (3; 4)             | TH.3=5 TH.4=3 A1.3=4                | 3=pass 4=fail
    dòng cha = tổng(dòng con)                        | TH.3=30 ND.3=10 XNK.3=20 CH.3=7 DT.3=3 TX.3=5 | TH/3=pass CH/3=fail TH/4=na:blank CH/7=na:blank
    dòng cha = tổng(dòng con) trong cột 3            | TH.3=1                              | TH/3=fail CH/3=na:blank
    dòng cha = tổng(dòng con) trong cột 3 trừ dòng 2 | TH.3=1                              | TH/3=fail
    dòng cha = tổng(dòng con) trong dòng 2 trong cột 3 | TH.3=1                            | CH/3=na:blank
    ô [dòng cha; 3] = tổng(ô [dòng con; 3])          | TH.3=1 CH.3=8 DT.3=8                | TH=fail CH=pass
    dòng cha <= dòng cha của kỳ trước trong cột 3    | TH.3=1 prev:TH.3=1                  | TH/3=pass CH/3=na:blank
    tổng(mọi dòng) = 10 trong cột 3                  | TH.3=99 ND.3=1 XNK.3=2 DAT.3=50 DT.3=3 TX.3=3 A1.3=1 | 3=pass
    đếm(dòng 1.1 đến 1.2) = 2 trong cột 3            | ND.3=0                              | 3=fail
"""
COLUMNS = """
    cột 5 = cột 4 / cột 3 * 100                      | TH.4=1 TH.3=3 TH.5=33.33 ND.4=2 ND.3=3 ND.5=66.66 CH.4=5 CH.3=0 CH.5=0 | TH=pass ND=fail CH=na:div0 DAT=na:blank
    cột 5 = tỷ_lệ(cột 4; cột 3)                      | TH.4=1 TH.3=3 TH.5=33.33            | TH=pass
    cột 5 = cột 4 / tổng(ô [mọi dòng; 4]) * 100      | ND.4=1 XNK.4=3 ND.5=25 XNK.5=75.01  | ND=pass XNK=fail
    cột 3 <= cột 4 trong dòng (1; 2)                 | TH.3=1 TH.4=1                       | TH=pass CH=na:blank
    cột 3 <= cột 4 trong dòng 1 đến 1.2              |                                     | TH=na:blank ND=na:blank XNK=na:blank
    cột 3 <= cột 4 trừ dòng 1 đến 2.2                | A1.3=2 A1.4=1                       | A1=fail
    cột 3 = tổng(cột 4 đến 4)                        | A1.3=2 A1.4=2                       | A1=pass
    0 <= cột 5 <= 100                                | TH.5=-1 ND.5=50 CH.5=100.01 A1.5=0  | TH=fail ND=pass CH=fail A1=pass XNK=na:blank
    cột 3 = cột 4 = cột 6                            | TH.3=1 TH.4=1 TH.6=1 ND.3=1 ND.4=1 ND.6=2 CH.3=1 CH.4=2 | TH=pass ND=fail CH=fail
    cột 3 < cột 4 < cột 6                            | TH.3=1 TH.4=2 TH.6=3 ND.3=1 ND.4=3 ND.6=2 | TH=pass ND=fail
    cột 9 <= cột 10                                  | TH.9=2025-01-01 TH.10=2025-01-02 ND.9=2025-02-01 ND.10=2025-01-31 CH.9=2025-01-01 | TH=pass ND=fail CH=na:blank
    cột 8 = "Đạt"                                    | TH.8=Đạt ND.8=đạt                   | TH=pass ND=fail CH=na:blank
    cột 8 phải nhập trong dòng 3                     |                                     | A1=fail
"""
CELLS = """
    ô [3; 4] <= ô [3; 3]                             | A1.4=5 A1.3=5                       | pass
    ô ["Thu nội địa"; "Kế hoạch"] = 5                | ND.3=5                              | pass
    ô ["thu noi dia"; "ke hoach"] = 5                | ND.3=5                              | pass
    ô [A1; 3] > 0 hoặc ô [1; 3] > 0                  | TH.3=1                              | pass
    ô [A1; 3] + ô [1; 3] = 0,5                       | A1.3=1                              | fail
    ô [A1; 11] + ô [A1; 12] = 0,3                    | A1.11=0.1 A1.12=0.2                 | pass
    ô [A1; 11] * 3 = ô [A1; 12]                      | A1.11=0.1 A1.12=0.3                 | pass
    ô [A1; 3] = 9.007.199.254.740.993                | A1.3=9007199254740993               | pass
    ô [A1; 3] = 9.007.199.254.740.993                | A1.3=9007199254740992               | fail
    ô [A1; 3] + ô [1; 3] = 18.400.000.000.000.000.000 | A1.3=9200000000000000000 TH.3=9200000000000000000 | pass
    ô [A1; 3] * ô [A1; 3] = 84.640.000.000.000.000.000.000.000.000.000.000.000 | A1.3=9200000000000000000 | E_LIMIT.digits
    ô [A1; 3] = 0,4                                  | A1.3=0                              | fail
    ô [A1; 11] = ô [A1; 3] / 3                       | A1.11=0.3 A1.3=1                    | pass
    ô [A1; 3] = ô [A1; 11]                           | A1.3=2 A1.11=2.4                    | fail
    ô [A1; 3] = ô [A1; 11] + 0                       | A1.3=2 A1.11=2.4                    | pass
    ô [A1; 3] = ô [A1; 11] + 0                       | A1.3=3 A1.11=2.5                    | pass
    ô [A1; 3] = ô [A1; 11] + 0                       | A1.3=-3 A1.11=-2.5                  | pass
    ô [A1; 3] / 3 + 0 = ô [1; 3] / 3 + 0             | A1.3=1 TH.3=1                       | pass
    ô [A1; 3] / 3 * 3 = ô [1; 3] * 1                 | A1.3=1 TH.3=1                       | pass
    làm_tròn(2,5; 0) = 3 và làm_tròn(-2,5; 0) = -3   |                                     | pass
    làm_tròn(0,125; 2) = 0,13                        |                                     | pass
    ô [A1; 3] <= 50% * ô [A1; 4]                     | A1.3=50 A1.4=100                    | pass
    ô [A1; 5] = 100%                                 | A1.5=100                            | pass
    ô [A1; 5] + 10% = 60%                            | A1.5=50                             | pass
    ô [A1; 11] = 50%                                 | A1.11=0.5                           | pass
    tỷ_lệ(ô [A1; 4]; ô [A1; 3]) <= 100%              | A1.4=2 A1.3=1                       | fail
    ô [A1; 4] / ô [A1; 3] <= 100%                    | A1.4=1 A1.3=1                       | pass
    ô [A1; 5] = 150% * 100                           | A1.5=150                            | pass
    ô [A1; 3] * 0,001 = đổi(ô [A1; 4]; "tỷ đồng")    | A1.3=5 A1.4=5                       | E_UNIT
    đổi(ô [A1; 4]; "tỷ đồng") >= 1,5                 | A1.4=1500                           | pass
    đổi(ô [A1; 4]; "đồng") = 1.500.000.000           | A1.4=1500                           | pass
    ô [A1; 8] thuộc ("Đạt"; "Không đạt")             | A1.8=Đạt                            | pass
    ô [A1; 8] thuộc ("Đạt"; "Không đạt")             | A1.8=ĐẠT                            | fail
    ô [A1; 8] không thuộc ("Đạt"; "Không đạt")       | A1.8=Khác                           | pass
    ô [A1; 8] thuộc ("Đạt"; "Không đạt")             |                                     | na:blank
    ô [A1; 3] thuộc (1; 2; 3)                        | A1.3=2                              | pass
    ô [A1; 9] thuộc (01/01/2025; 02/01/2025)         | A1.9=2025-01-02                     | pass
    ô [A1; 9] >= 01/01/2025                          | A1.9=2024-12-31                     | fail
    năm(ô [A1; 9]) = 2024 và tháng(ô [A1; 9]) = 12   | A1.9=2024-12-31                     | pass
    số_ngày(ô [A1; 9]; ô [A1; 10]) = 366             | A1.9=2024-01-01 A1.10=2025-01-01    | pass
    số_ngày(ô [A1; 9]; ô [A1; 10]) = -1              | A1.9=2024-01-02 A1.10=2024-01-01    | pass
    số_ngày(ô [A1; 9]; ô [A1; 10]) > 0               | A1.9=2024-01-02                     | na:blank
    độ_dài(ô [A1; 8]) <= 3                           | A1.8=Đạt                            | pass
    độ_dài(ô [A1; 8]) <= 3                           |                                     | na:blank
    ô [1; 3] = max(ô [1.1; 3]; ô [1.2; 3])           | TH.3=9 ND.3=9 XNK.3=2               | pass
    ô [1; 3] = min(ô [1.1; 3]; ô [1.2; 3])           | TH.3=9 ND.3=9                       | pass
    ô [1; 3] = trung_bình(ô [1.1 đến 1.2; 3])        | TH.3=2 ND.3=1 XNK.3=2               | pass
    ô [1; 3] = avg(ô [1.1 đến 1.2; 3])               | TH.3=1 ND.3=1 XNK.3=2               | fail
    đếm(ô [mọi dòng; 3]) = 2                         | ND.3=0 XNK.3=- DT.3=x TX.3=... TH.3=5 | pass
    count_if(ô [1.1 đến 1.2; 3]; > 5) = 1            | ND.3=5 XNK.3=6                      | pass
    đếm_nếu(ô [mọi dòng; 8]; "Đạt") = 2              | ND.8=Đạt XNK.8=đạt A1.8=Đạt         | pass
    tổng_nếu(ô [1.1 đến 1.2; 3]; > 5) = 6            | ND.3=5 XNK.3=6                      | pass
    tổng_nếu(ô [1.1 đến 1.2; 8]; "Đạt"; ô [1.1 đến 1.2; 3]) = 6 | ND.8=Sai XNK.8=Đạt ND.3=5 XNK.3=6 | pass
    tổng_nếu(ô [1.1 đến 1.2; 3]; >= ô [A1; 3]) = 6   | ND.3=5 XNK.3=6 A1.3=6               | pass
    trị_tuyệt_đối(ô [1; 3]) = 5                      | TH.3=-5                             | pass
    nếu_trống(ô [1; 3]; 7) = 7                       |                                     | pass
    ifblank(ô [1; 3]; ô [2; 3]) = 7                  | CH.3=7                              | pass
    chọn(ô [1; 3] > 0; ô [1; 4]; ô [1; 6]) = 5       | TH.3=1 TH.4=5                       | pass
    chọn(ô [1; 3] > 0; ô [1; 4]; ô [1; 6]) = 5       | TH.4=5                              | na:blank
    chọn(ô [1; 3] > 0; "có"; "không") = ô [1; 8]     | TH.3=1 TH.8=có                      | pass
    tong(ô [1; 3]; ô [2; 3]) = 5                     | TH.3=2 CH.3=3                       | pass
    LAM_TRON(ô [1; 3] / 2; 0) = 2                    | TH.3=3                              | pass
    sum(ô [1.1 đến 1.2; 3 đến 4]) = 10               | ND.3=1 ND.4=2 XNK.3=3 XNK.4=4       | pass
"""
BLANKS = """
    dòng 1 = dòng 1.1 + dòng 1.2 trong cột 3         | TH.3=10 ND.3=10                     | 3=pass
    dòng 1 = dòng 1.1 + dòng 1.2 trong cột 3         | ND.3=10                             | 3=fail
    dòng 1 = dòng 1.1 + dòng 1.2 trong cột 3         | TH.3=10                             | 3=fail
    dòng 1 = dòng 1.1 + dòng 1.2 trong cột 3         | TH.3=0                              | 3=pass
    dòng 1 = dòng 1.1 + dòng 1.2 trong cột 3         |                                     | 3=na:blank
    dòng 1 = dòng 1.1 + dòng 1.2 trong cột 3 trống là 0 |                                  | 3=pass
    dòng 1 = dòng 1.1 + dòng 1.2 trong cột 3 bỏ qua nếu trống | ND.3=10 XNK.3=5            | 3=na:blank
    dòng 1 = dòng 1.1 + dòng 1.2 trong cột 3 bỏ qua nếu trống | TH.3=10 ND.3=10            | 3=pass
    ô [1; 3] > 5                                     |                                     | na:blank
    ô [1; 3] > 5 trống là 0                          |                                     | fail
    ô [1; 8] thuộc ("a"; "b") trống là 0             |                                     | fail
    ô [1; 8] = ô [2; 8]                              | TH.8=a                              | fail
    ô [1; 9] = ô [2; 9]                              | TH.9=2025-01-01                     | na:blank
    ô [1; 3] phải nhập                               | TH.3=0                              | pass
    ô [1; 3] phải nhập                               | TH.3=-                              | pass
    ô [1; 3] phải nhập                               | TH.3=...                            | fail
    ô [1; 8] để trống                                |                                     | pass
    ô [1; 9] phải nhập                               | TH.9=2025-01-01                     | pass
    dòng 1 = dòng 1.1 + dòng 1.2 trong cột 3         | TH.3=6 ND.3=6 XNK.3=x               | 3=pass
    dòng 1 = dòng 1.1 + dòng 1.2 trong cột 3         | TH.3=x ND.3=6                       | 3=na:mark
    ô [1; 3] / ô [2; 3] = ô [3; 3] / 0               | TH.3=x CH.3=1 A1.3=1                | na:div0
    1 / 0 = ô [1; 3] của biểu B02                    |                                     | E_REF
    ô [1; 3] + ô [1; 3] của kỳ trước = 1 / 0         |                                     | na:no_period
    ô [1; 3] của kỳ trước = ô [TONG; gia_tri] của biểu B02 |                               | na:no_form
    ô [1; 3] của kỳ trước = tổng_đơn_vị_con(ô [1; 3]) |                                    | na:no_period
"""
LOGIC = """
    nếu ô [1; 3] > 0 thì ô [1; 8] phải nhập          | TH.3=5                              | fail
    nếu ô [1; 3] > 0 thì ô [1; 8] phải nhập          | TH.3=5 TH.8=a                       | pass
    nếu ô [1; 3] > 0 thì ô [1; 8] phải nhập          | TH.3=0                              | na:guard
    nếu ô [1; 3] > 0 thì ô [1; 8] phải nhập          |                                     | na:blank
    nếu ô [1; 3] > 0 thì ô [1; 8] phải nhập ngược lại ô [1; 8] để trống | TH.3=0 TH.8=a    | fail
    nếu ô [1; 3] > 0 thì 1 = 1 ngược lại nếu ô [1; 3] < 0 thì 1 = 2 ngược lại ô [1; 4] = 3 | TH.3=0 TH.4=3 | pass
    nếu ô [1; 3] > 0 thì nếu ô [1; 4] > 0 thì 1 = 2  | TH.3=1 TH.4=0                       | na:guard
    ô [1; 4] = 1 chỉ khi ô [1; 3] > 0                | TH.4=2 TH.3=1                       | fail
    ô [1; 4] = 1 chỉ khi ô [1; 3] > 0                | TH.4=2 TH.3=0                       | na:guard
    ô [1; 4] = 1 chỉ khi ô [1; 3] / 0 > 0            | TH.4=2 TH.3=0                       | na:div0
    ô [1; 3] > 0 và ô [1; 4] > 0                     | TH.3=0                              | fail
    ô [1; 3] > 0 và ô [1; 4] > 0                     | TH.3=1                              | na:blank
    ô [1; 3] > 0 và ô [1; 4] / 0 > 0                 | TH.4=1                              | na:blank
    ô [1; 4] / 0 > 0 và ô [1; 3] > 0                 | TH.4=1                              | na:div0
    ô [1; 3] > 0 hoặc ô [1; 4] > 0                   | TH.4=0                              | na:blank
    không phải (ô [1; 3] > 5 và ô [1; 4] > 5)        | TH.3=1                              | pass
    không phải ô [1; 3] > 5                          | TH.3=6                              | fail
    không phải ô [1; 3] > 5                          |                                     | na:blank
    ô [1; 3] = 1 và ô [1; 4] = 1 hoặc ô [1; 6] = 1   | TH.3=2 TH.4=1 TH.6=1                | pass
    nếu ô [1; 3] > 0 thì ô [1; 4] = ô [1; 6] sai số 5 | TH.3=0 TH.4=1 TH.6=9               | na:guard
    kỳ.đầu_năm                                       | kỳ.đầu_năm=đúng                     | pass
    không phải kỳ.đầu_năm                            | kỳ.đầu_năm=đúng                     | fail
    kỳ.đầu_năm                                       |                                     | na:blank
"""
TOLERANCE = """
    ô [1; 3] = ô [2; 3] + 0 sai số 1                 | TH.3=31 CH.3=30                     | pass
    ô [1; 3] = ô [2; 3] + 0 sai số 1                 | TH.3=32 CH.3=30                     | fail
    ô [1; 3] <= ô [2; 3] + 0 sai số 1                | TH.3=31 CH.3=30                     | pass
    ô [1; 3] < ô [2; 3] sai số 1                     | TH.3=31 CH.3=30                     | fail
    ô [1; 3] <> ô [2; 3] sai số 1                    | TH.3=31 CH.3=30                     | fail
    ô [1; 3] = ô [2; 3] sai số 0,5%                  | TH.3=1000 CH.3=995                  | pass
    ô [1; 3] = ô [2; 3] sai số 0,5%                  | TH.3=1000 CH.3=994                  | fail
    ô [1; 3] = ô [2; 3] sai số 10%                   | TH.3=-100 CH.3=-91                  | pass
    dòng 1 = dòng 1.1 + dòng 1.2 trong cột (3; 4) sai số tự động | TH.3=31 ND.3=10 XNK.3=20 TH.4=32 ND.4=10 XNK.4=20 | 3=pass 4=fail
    ô [1; 11] = ô [2; 11] sai số tự động             | TH.11=0.1 CH.11=0.2                 | pass
    ô [1; 11] = ô [2; 11] sai số tự động             | TH.11=0.1 CH.11=0.3                 | fail
    ô [1; 3] = 5 sai số tự động                      | TH.3=6                              | fail
    ô [1; 3] = 5,5 sai số tự động                    | TH.3=6                              | pass
    ô [1; 5] = ô [1; 4] / ô [1; 3] * 100 sai số tự động | TH.5=40 TH.4=2 TH.3=5            | pass
    ô [1; 5] = ô [1; 4] / ô [1; 3] * 100 sai số tự động | TH.5=90 TH.4=2 TH.3=5            | fail
    ô [1; 5] = ô [1; 4] / ô [1; 3] * 100 sai số tự động | TH.5=90 TH.4=2 TH.3=0            | na:div0
    ô [1; 4] = chọn(ô [1; 3] > 4; ô [2; 4]; ô [3; 4]) sai số tự động | TH.4=1 TH.3=5 CH.4=2 A1.4=9 | pass
    ô [1; 3] = -ô [2; 3] sai số tự động              | TH.3=-31 CH.3=30                    | pass
    ô [1; 3] = tổng(ô [1.1 đến 1.2; 3]) sai số tự động | TH.3=31 ND.3=10 XNK.3=20          | pass
    ô [1; 3] = max(ô [1.1 đến 1.2; 3]) sai số tự động | TH.3=21 ND.3=10 XNK.3=20           | pass
"""
TIME = """
    cột 6 = cột 6 của kỳ trước + cột 4 trong dòng 1  | TH.6=15 TH.4=5 prev:TH.6=10         | TH=pass
    cột 6 = cột 6 của kỳ trước + cột 4 trong dòng 1  | TH.6=15 TH.4=5                      | TH=na:no_period
    cột 6 = cột 6 của kỳ trước + cột 4 trong dòng 1  | TH.6=5 TH.4=5 prev:none             | TH=pass
    cột 6 = cột 6 của kỳ trước trong năm + cột 4 trong dòng 1 | TH.6=5 TH.4=5 kỳ.đầu_năm=đúng | TH=pass
    cột 6 = cột 6 của kỳ trước trong năm + cột 4 trong dòng 1 | TH.6=5 TH.4=5 prev:TH.6=9 kỳ.đầu_năm=đúng | TH=pass
    cột 6 = cột 6 của kỳ trước trong năm + cột 4 trong dòng 1 | TH.6=5 TH.4=5 prev:TH.6=9 kỳ.đầu_năm=sai | TH=fail
    cột 6 = chọn(kỳ.đầu_năm; cột 4; cột 6 của kỳ trước + cột 4) trong dòng 1 | TH.6=5 TH.4=5 kỳ.đầu_năm=đúng | TH=pass
    cột 6 = chọn(kỳ.đầu_năm; cột 4; cột 6 của kỳ trước + cột 4) trong dòng 1 | TH.6=5 TH.4=5 kỳ.đầu_năm=sai | TH=na:no_period
    ô [1; 4] > ô [1; 4] của kỳ trước (2)             | TH.4=9 back2:TH.4=8                 | pass
    ô [1; 4] > ô [1; 4] của kỳ trước (3)             | TH.4=9 back2:TH.4=8                 | na:no_period
    ô [1; 4] <= ô [1; 4] của cùng kỳ năm trước * 2   | TH.4=21 yoy:TH.4=10                 | fail
    ô [1; 4] <= ô [1; 4] của cùng kỳ * 2             | TH.4=20 yoy:TH.4=10                 | pass
    ô [1; 4] <= ô [1; 4] của năm trước               | TH.4=20 last:TH.4=10                | fail
    ô [1; 4] <= ô [1; 4] của năm trước               | TH.4=20                             | na:no_period
    ô [1; 6] = lũy_kế(ô [1; 4])                      | TH.6=18 TH.4=5 ytd1:TH.4=6 ytd2:TH.4=7 | pass
    ô [1; 6] = lũy_kế(ô [1; 4])                      | TH.6=5 TH.4=5 kỳ.đầu_năm=đúng       | pass
    ô [1; 6] = lũy_kế(ô [1; 4])                      | TH.6=5 TH.4=5                       | na:no_period
    ô [1; 6] = lũy_kế(ô [1; 4])                      | TH.6=5 TH.4=5 kỳ.đầu_năm=sai        | na:no_period
    ô [1; 6] = lũy_kế(ô [1; 4])                      | TH.6=11 TH.4=5 ytd1:TH.4=6 ytd2:gap | na:no_period
    dòng 1 = ytd(dòng 2) trong cột 3                 | TH.3=3 CH.3=1 ytd1:CH.3=2           | 3=pass
    dòng 1 = tổng_đơn_vị_con(dòng 1) trong cột (3; 4) | TH.3=7 TH.4=9 kid1:TH.3=3 kid1:TH.4=3 kid2:TH.3=4 | 3=pass 4=fail
    ô [1; 3] = sum_children(ô [1; 3])                | TH.3=7                              | na:no_children
    ô [1; 3] = trung_bình_đơn_vị_con(ô [1; 3])       | TH.3=5 kid1:TH.3=3 kid2:TH.3=7 kid3:none | pass
    ô [1; 7] = đếm_đơn_vị_con(ô [1; 3] > 3)          | TH.7=1 kid1:TH.3=3 kid2:TH.3=7 kid3:none | pass
    ô [1; 7] = đếm_đơn_vị_con(đơn vị.mã = "X1")      | TH.7=1 kid1:TH.3=3 kid2:TH.3=7      | pass
    ô [1; 7] = đếm_đơn_vị_con(ô [1; 3] > 3)          | TH.7=1                              | na:no_children
    ô [1; 4] = ô [TONG; gia_tri] của biểu B02        | TH.4=5 B02:TONG.gia_tri=5           | pass
    ô [1; 4] = ô [TONG; gia_tri] của biểu "b02"      | TH.4=5 B02:TONG.gia_tri=6           | fail
    ô [1; 4] = ô [TONG; gia_tri] của biểu B02        | TH.4=5                              | na:no_form
    ô [1; 4] = ô [TONG; gia_tri] của biểu B02        | TH.4=5 B02:none                     | fail
    ô [1; 4] = ô [1; 4] của đơn vị "T01"             | TH.4=5                              | na:no_form
    ô [1; 4] = ô [1; 4] của biểu A                   | TH.4=5                              | pass
"""
ATTRIBUTES = """
    nếu đơn vị.cấp = "xã" thì ô [2.1; 3] = 0         | DT.3=5 đơn_vị.cấp=xã                | fail
    nếu đơn vị.cấp = "xã" thì ô [2.1; 3] = 0         | DT.3=5 đơn_vị.cấp=tỉnh              | na:guard
    nếu đơn vị.cấp = "xã" thì ô [2.1; 3] = 0         | DT.3=5                              | na:blank
    nếu unit.level = "xã" thì ô [2.1; 3] = 0         | DT.3=5 đơn_vị.cấp=xã                | fail
    nếu đơn vị.mã = "00123" thì ô [2.1; 3] = 0       | DT.3=5 đơn_vị.mã=00123              | fail
    nếu đơn vị.vùng = "1" thì ô [2.1; 3] = 0         | DT.3=5 đơn_vị.vùng=1                | fail
    nếu đơn vị.miền_núi = "có" thì ô [2.1; 3] = 0    | DT.3=5 đơn_vị.miền_núi=có           | fail
    nếu đơn vị.miền_núi thuộc ("có"; "một phần") thì ô [2.1; 3] = 0 | DT.3=5 đơn_vị.miền_núi=có | fail
    nếu đơn vị.miền_núi thì ô [2.1; 3] = 0           | DT.3=5 đơn_vị.miền_núi=có           | fail
    ô [1; 7] <= đơn vị.dân_số                        | TH.7=400 đơn_vị.dân_số=400          | pass
    ô [1; 7] <= đơn vị.dân_số                        | TH.7=400 đơn_vị.dân_số=nhiều        | fail
    ô [1; 7] <= đơn vị.dân_số + 1                    | TH.7=400 đơn_vị.dân_số=nhiều        | fail
    ô [1; 7] <= đơn vị.dân_số * 2                    | TH.7=400 đơn_vị.dân_số=nhiều        | fail
    ô [1; 7] <= max(đơn vị.dân_số; 5)                | TH.7=400 đơn_vị.dân_số=nhiều        | fail
    độ_dài(đơn vị.dân_số) <= 2                       | đơn_vị.dân_số=400                   | na:blank
    năm(đơn vị.thành_lập) = 2025                     | đơn_vị.thành_lập=xưa                | na:blank
    nếu kỳ.tháng = 12 thì ô [1; 3] phải nhập         | kỳ.tháng=12                         | fail
    nếu kỳ.quý >= 2 thì ô [1; 3] phải nhập           | kỳ.quý=1                            | na:guard
    nếu period.year = 2026 thì ô [1; 3] phải nhập    | kỳ.năm=2026                         | fail
    ô [1; 9] >= kỳ.từ và ô [1; 9] <= kỳ.đến          | TH.9=2026-07-01 kỳ.từ=2026-07-01 kỳ.đến=2026-09-30 | pass
    số_ngày(kỳ.từ; kỳ.đến) = 91                      | kỳ.từ=2026-07-01 kỳ.đến=2026-09-30  | pass
"""
WRONG = """
    dòng 1 = dòng 1.9 + dòng 1.2                     | | E_REF.row_near
    cột 13 = cột 3                                   | | E_REF.column_near
    dòng "QQQQ" = 1                                  | | E_REF.row
    dòng "" = 1                                      | | E_REF.row
    tongg(dòng 1) = 1                                | | E_FUNC.near
    qwertyuiop(dòng 1) = 1                           | | E_FUNC
    làm_tròn(ô [1; 3]) = 1                           | | E_ARITY
    trị_tuyệt_đối(ô [1; 3]; 1) = 1                   | | E_ARITY
    tổng() = 1                                       | | E_ARITY
    đếm_nếu(ô [1; 3]) = 1                            | | E_ARITY
    cột 3 + cột 7 = cột 6                            | | E_UNIT
    cột 3 = cột 7                                    | | E_UNIT
    cột 3 > 50%                                      | | E_UNIT
    cột 3 + 10% = cột 4                              | | E_UNIT
    ô [1; 3] thuộc (ô [1; 7]; 1)                     | | E_UNIT
    tổng(ô [1; (3; 7)]) = 1                          | | E_UNIT
    đổi(cột 3; "ha") = 1                             | | E_UNIT.convert
    đổi(cột 3; 5) = 1                                | | E_TYPE.unit
    cột 8 > 5                                        | | E_TYPE.compare
    cột 8 > "a"                                      | | E_TYPE.order
    cột 8 + 1 = 2                                    | | E_TYPE.number
    cột 9 + 1 = 2                                    | | E_TYPE.number
    cột 9 = cột 3                                    | | E_TYPE.compare
    cột 9 = "a"                                      | | E_TYPE.compare
    cột 3                                            | | E_TYPE.condition
    cột 3 + 1                                        | | E_TYPE.condition
    nếu cột 3 thì cột 4 = 1                          | | E_TYPE.condition
    không phải cột 3                                 | | E_TYPE.condition
    (cột 3 = 1) phải nhập                            | | E_TYPE.filled
    (cột 3 = 1) + 1 = 2                              | | E_TYPE.number
    làm_tròn(cột 3; 7) = 1                           | | E_TYPE.digits
    làm_tròn(cột 3; 1,5) = 1                         | | E_TYPE.digits
    làm_tròn(cột 3; cột 4) = 1                       | | E_TYPE.digits
    năm(cột 3) = 2025                                | | E_TYPE.argument
    độ_dài(cột 3) = 2                                | | E_TYPE.argument
    tổng(cột 8) = 1                                  | | E_TYPE.number
    tổng(ô [1; (3; 8)]) = 1                          | | E_TYPE.set
    đếm_nếu(ô [1; 3]; 5) = 1                         | | E_TYPE.criterion
    đếm_nếu(ô [1; 8]; > 5) = 1                       | | E_TYPE.compare
    đếm_nếu(ô [1; 8]; > "a") = 1                     | | E_TYPE.order
    đếm_nếu(ô [1; 3]; "a") = 1                       | | E_TYPE.compare
    đếm_nếu(ô [1; 3]; > ô [1; 7]) = 1                | | E_UNIT
    tổng_nếu(ô [1.1 đến 1.2; 3]; > 5; ô [1; 3]) = 1  | | E_SET.sizes
    tổng_nếu(ô [1.1 đến 1.2; 8]; "a") = 1            | | E_TYPE.number
    tổng(> 5) = 1                                    | | E_TYPE.criterion
    chọn(cột 3; 1; 2) = 1                            | | E_TYPE.condition
    chọn(cột 3 > 0; 1; "a") = 1                      | | E_TYPE.compare
    lũy_kế(cột 3 + cột 4) = 1                        | | E_TYPE.reference
    lũy_kế(cột 5) = 1                                | | E_TYPE.rate
    lũy_kế(cột 3 của kỳ trước) = 1                   | | E_PERIOD.running
    tổng_đơn_vị_con(5) = 1                           | | E_TYPE.reference
    dòng 1 = cột 3                                   | | E_MIX
    dòng cha = cột 3                                 | | E_MIX
    dòng 2 đến 1 = 5                                 | | E_RANGE
    tổng(ô [1; 5 đến 3]) = 5                         | | E_RANGE
    dòng 1 đến 2 = 5                                 | | E_SET
    ô [mọi dòng; 3] = 5                              | | E_SET
    ô [(1; 2); 3] = 5                                | | E_SET
    dòng 1 = dòng con của 1                          | | E_SET
    lũy_kế(dòng 1 đến 2) = 1                         | | E_SET
    dòng 1 = tổng(dòng con của 1.1)                  | | E_NOKIDS
    dòng 1 = tổng(dòng con)                          | | E_SCOPE.children
    cột 3 = cột 4 trong cột 3                        | | E_SCOPE.narrowing
    dòng 1 = dòng 2 trong dòng 1                     | | E_SCOPE.narrowing
    ô [1; 3] = 5 trong cột 3                         | | E_SCOPE.narrowing
    ô [1; 3] phải nhập sai số 1                      | | E_SCOPE.clause
    ô [1; 8] = "a" sai số 1                          | | E_SCOPE.clause
    ô [1; 8] phải nhập trống là 0                    | | E_SCOPE.clause
    dòng 1 = 5 trong cột 8                           | | E_TYPE.compare
    dòng 1 = 5 trong cột 9                           | | E_TYPE.compare
    cột 5 = 5 trong dòng 99                          | | E_REF
    dòng 1 = 5 trừ mọi cột                           | | E_SCOPE.nowhere
    ô [1; 3] = ô [1; 1] của biểu B03                 | | E_FORM.near
    ô [1; 3] = ô [1; 3] của kỳ trước (0)             | | E_PERIOD.back
    ô [1; 3] = 1.000                                 | | E_NUM.ambiguous
"""


def lines(*tables: str) -> list[list[str]]:
    return [
        [part.strip() for part in line.split("|")]
        for table in tables
        for line in table.splitlines()
        if line.strip()
    ]


def figures(words: str) -> Iterator[tuple[str, str, str]]:
    """(whose, place, value) of `prev:TH.3=30`."""
    for word in re.findall(r"\S+", words):
        whose, _, rest = word.rpartition(":")
        place, _, value = rest.partition("=")
        yield whose, place, value


def sheets(program: Program, words: str) -> dict[str, Sheet | None]:
    data: dict[str, dict[str, dict[str, str]] | None] = {"": {}}
    for whose, place, value in figures(words):
        if place.startswith(("kỳ.", "đơn_vị.")):
            continue
        report = data.setdefault(whose, {})
        row, _, column = place.partition(".")
        if place == "gap":
            data[whose] = None
        elif value:
            assert report is not None
            report.setdefault(row, {})[column] = value
    found: dict[str, Sheet | None] = {}
    for whose, report in data.items():
        other = program.others.get(whose)
        code = "T" if other else "A"
        sheet, findings = read_figures(other or program.layout, {code: report or {}})
        assert not findings, findings
        found[whose] = None if report is None else sheet
    return found


def context(program: Program, words: str, made: Mapping[str, Sheet | None]) -> Context:
    def numbered(prefix: str) -> dict[int, Sheet | None]:
        return {
            int(key[len(prefix) :]): sheet for key, sheet in made.items() if re.fullmatch(rf"{prefix}\d", key)
        }

    attributes: dict[str, dict[str, object]] = {"kỳ": {}, "đơn_vị": {}}
    for _, place, value in figures(words):
        owner, _, name = place.partition(".")
        if owner in attributes:
            attributes[owner][name] = value
    to_date, kids = numbered("ytd"), numbered("kid")
    return Context(
        previous=made.get("prev"),
        earlier={back: sheet for back, sheet in numbered("back").items() if sheet},
        same_period_last_year=made.get("yoy"),
        last_year=made.get("last"),
        year_to_date=list(to_date.values()) or None,
        children=[ChildReport({"mã": f"X{i}"}, sheet) for i, sheet in kids.items() if sheet],
        forms={"B02": made.get("B02")},
        agency=attributes["đơn_vị"],
        period=attributes["kỳ"],
    )


def answer(text: str, words: str) -> Any:
    """Verdicts, or the codes of what is wrong with the rule."""
    compiled, wrong, _ = compile_rule(PROGRAM, "A", rule(text))
    if compiled is None:
        return [fault.key for fault in wrong]
    program = replace(PROGRAM, rules=[compiled])
    made = sheets(program, words)
    sheet = made[""]
    assert sheet is not None
    return check_form(program, sheet, context(program, words, made)).verdicts["K"]


@pytest.mark.parametrize(
    ("text", "words", "wanted"),
    lines(ROWS, COLUMNS, CELLS, BLANKS, LOGIC, TOLERANCE, TIME, ATTRIBUTES, WRONG),
)
def test_rule(text: str, words: str, wanted: str) -> None:
    found = answer(text, words)
    if isinstance(found, list):
        assert wanted in found or wanted in [code.partition(".")[0] for code in found]
    elif "=" in wanted:
        assert {target: found[target] for target, _, _ in (w.partition("=") for w in wanted.split())} == dict(
            word.split("=") for word in wanted.split()
        )
    else:
        assert found == wanted


@pytest.mark.parametrize("text", ["dòng 1 = 5 trong cột (3; 4)", "dòng 1 = 5 trong mọi cột trừ cột 5 đến 12"])
def test_narrowing_leaves_nothing_else(text: str) -> None:
    assert set(answer(text, "")) == {"3", "4"}
