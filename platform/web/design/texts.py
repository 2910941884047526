"""What the designer's canvas says by itself, in the language of its reader."""

from collections.abc import Mapping

from flask_babel import gettext as _


def texts() -> Mapping[str, str]:
    """By the names that the client uses; braces are filled there."""
    return _on_paper() | _states() | _actions() | _deeds()


def _on_paper() -> dict[str, str]:
    return {
        "form_number": _("Biểu số %(code)s", code="{code}"),
        "issued_with": _("Ban hành theo %(number)s", number="{number}"),
        "reporter": _("Đơn vị báo cáo: %(agency)s", agency="{agency}"),
        "receiver": _("Đơn vị nhận báo cáo: %(agency)s", agency="{agency}"),
        "unit_line": _("Đơn vị tính: %(unit)s", unit="{unit}"),
        "period": _("Kỳ báo cáo: %(period)s", period="{period}"),
        "sign_here": _("(Ký, ghi rõ họ tên)"),
        "lead_ordinal": _("TT"),
        "lead_name": _("Nội dung"),
        "lead_unit": _("Đơn vị tính"),
        "open_row": _("(đơn vị thêm dòng)"),
        "attached": _("Văn bản đính kèm."),
        "list_rows": _("Các đơn vị tự thêm dòng khi điền."),
        "agency_rows": _("Mỗi đơn vị báo cáo là một dòng."),
        "agency_items": _("Các dòng trên lặp lại cho mỗi đơn vị báo cáo."),
    }


def _states() -> dict[str, str]:
    return {
        "saved": _("Đã lưu"),
        "saving": _("Đang lưu…"),
        "offline": _("Mất mạng, sẽ thử lại; {count} việc đang chờ"),
        "stopped": _("Chưa lưu được: {why}"),
        "sent_again": _("đã gửi lại {count} sửa đổi"),
        "again": _("Vẫn làm theo tôi"),
        "leave": _("Giữ như hiện tại"),
        "unnamed_form": _("(chưa có tên biểu)"),
        "unnamed_row": _("(chưa có tên dòng)"),
        "unnamed_column": _("(chưa có tên)"),
        "first_column": _(
            "Gõ tên cột đầu tiên rồi Enter để gõ tiếp cột sau; hoặc chép đầu biểu từ Excel dán vào đây"
        ),
        "first_row": _(
            "Gõ tên dòng đầu tiên rồi Enter để gõ tiếp dòng sau, Tab để thụt vào; "
            "hoặc chép cả khối tên dòng từ Excel dán vào đây"
        ),
        "new_column": _("Cột mới"),
        "new_row": _("Dòng mới"),
        "repeated": _("(lặp)"),
        "when": _("(có điều kiện)"),
        "locked": _("ô đã khóa"),
        "computed": _("ô tự tính"),
        "typing_form": _("Tên biểu"),
        "typing_section": _("Tên phần"),
        "typing_head": _("Tên cột"),
        "typing_number": _("Số của cột"),
        "typing_ordinal": _("Số thứ tự"),
        "typing_name": _("Tên dòng"),
        "typing_unit": _("Đơn vị tính"),
        "typing_cell": _("Giá trị có sẵn của ô, hoặc x"),
        "typing_new_column": _("Tên cột mới"),
        "typing_new_row": _("Tên dòng mới"),
        "pasted_rows": _("Đã dán {count} dòng."),
        "pasted_columns": _("Đã dán {count} cột."),
        "pasted_cells": _("Đã dán {count} ô."),
    }


def _actions() -> dict[str, str]:
    return {
        "do_rename": _("Sửa tên, giá trị tại chỗ"),
        "do_insert_after": _("Chèn cột, dòng phía sau"),
        "do_insert_before": _("Chèn cột, dòng phía trước"),
        "do_add_column": _("Gõ thêm cột ở cuối"),
        "do_add_row": _("Gõ thêm dòng ở cuối"),
        "do_remove": _("Xóa cột, dòng; bỏ khóa, giá trị của ô"),
        "do_group": _("Đặt một tiêu đề chung trên các cột đang chọn"),
        "do_ungroup": _("Bỏ tiêu đề chung"),
        "do_split": _("Tách một cột thành hai cột con"),
        "do_merge": _("Nhập các cột thành một"),
        "do_indent": _("Thụt dòng vào; đưa cột sang phải"),
        "do_outdent": _("Đưa dòng ra; đưa cột sang trái"),
        "do_up": _("Đưa dòng lên, cả dòng con"),
        "do_down": _("Đưa dòng xuống, cả dòng con"),
        "do_kind_data": _("Dòng số liệu"),
        "do_kind_group": _("Dòng tiêu đề, không có ô"),
        "do_kind_total": _("Dòng tổng"),
        "do_kind_open": _("Dòng mở: đơn vị thêm dòng bên dưới"),
        "do_of_which": _("Là phần “trong đó”"),
        "do_lock": _("Khóa ô, mở khóa"),
        "do_not_applicable": _("Ô không áp dụng (x)"),
        "do_transpose": _("Đổi dòng thành cột, cột thành dòng"),
        "do_units": _("Hiện cột đơn vị tính"),
        "do_undo": _("Hoàn tác"),
        "do_redo": _("Làm lại"),
    }


def _deeds() -> dict[str, str]:
    return {
        "did_rename": _("Sửa tên"),
        "did_number": _("Đánh số"),
        "did_ordinal": _("Sửa số thứ tự"),
        "did_unit": _("Sửa đơn vị tính"),
        "did_cell": _("Sửa ô"),
        "did_clear": _("Xóa trong ô"),
        "did_add_column": _("Thêm cột"),
        "did_add_row": _("Thêm dòng"),
        "did_delete_column": _("Xóa cột"),
        "did_delete_row": _("Xóa dòng"),
        "did_group": _("Đặt tiêu đề chung"),
        "did_ungroup": _("Bỏ tiêu đề chung"),
        "did_split": _("Tách cột"),
        "did_merge": _("Nhập cột"),
        "did_move": _("Chuyển chỗ"),
        "did_indent": _("Thụt vào"),
        "did_outdent": _("Đưa ra"),
        "did_kind": _("Đổi loại"),
        "did_paste_rows": _("Dán dòng"),
        "did_paste_columns": _("Dán cột"),
    }
