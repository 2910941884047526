"""What the fill page says by itself, in the language of its reader."""

from collections.abc import Mapping

from flask_babel import gettext as _


def texts() -> Mapping[str, str]:
    """By the names that the client uses; braces are filled there."""
    return {
        "saved": _("Đã lưu"),
        "saving": _("Đang lưu…"),
        "offline": _("Mất mạng, sẽ thử lại"),
        "refused": _("Chưa lưu được"),
        "signed_out": _(
            "phiên làm việc đã hết; đăng nhập ở thẻ khác rồi tải lại trang này, số đã gõ vẫn còn"
        ),
        "other_version": _(
            "Biểu vừa được sửa; xong ô đang gõ, trang tải lại theo biểu mới. Số đã gõ vẫn còn."
        ),
        "computed": _("ô tự tính"),
        "opened": _("ô tự tính, gõ được vì thiếu số kỳ trước"),
        "locked": _("ô đã khóa"),
        "na": _("ô không áp dụng"),
        "error": _("Lỗi"),
        "warning": _("Cảnh báo"),
        "note": _("Lưu ý"),
        "counts": _("{errors} lỗi, {warnings} cảnh báo"),
        "more_findings": _("và {count} mục nữa"),
        "no_findings": _("không có lỗi"),
        "spot": _("dòng {row}"),
        "repair": _("Có thể sửa {cell} từ {was} thành {value} thì đúng {rules}."),
        "repair_do": _("Điền {value}"),
        "reason": _("Lý do:"),
        "not_kept": _("Chưa lưu được lý do; hãy thử lại."),
        "blank": _("(để trống)"),
        "conflict": _("{cell}: {actor} đã sửa thành {theirs} lúc {at}, còn bạn gõ {mine}. Giữ số nào?"),
        "keep_mine": _("Giữ số của tôi ({value})"),
        "take_theirs": _("Lấy số kia ({value})"),
        "row_before": _("‹ Dòng trước"),
        "row_after": _("Dòng sau ›"),
        "add_row": _("Thêm dòng"),
        "add_row_to": _("Thêm dòng vào “{title}”"),
        "row_name": _("Tên dòng"),
        "name_signs": _("Tên không được có các dấu | ; [ ]"),
        "name_taken": _("Đã có dòng tên này."),
        "add": _("Thêm"),
        "leave": _("Thôi"),
        "ask_style": _("{count} số có thể đọc theo hai cách"),
        "ask_style_example": _("Ví dụ “{given}”. Chọn cách đọc cho tất cả các số như vậy:"),
        "ask_reading": _("{given} là {reading}"),
        "ask_skip": _("Bỏ qua các ô này"),
        "which_reading": _("Số này có thể đọc theo hai cách:"),
        "wrong_number": _("Không đọc được số này. Gõ như 1.234,5; hoặc dấu - (không có), x, …"),
        "wrong_decimals": _("Ô này chỉ nhận {decimals} chữ số thập phân."),
        "wrong_whole": _("Ô này chỉ nhận số nguyên."),
        "wrong_large": _("Số này quá lớn."),
        "wrong_date": _("Không có ngày này; gõ ngày/tháng/năm."),
        "wrong_choice": _("Chọn một trong: {choices}."),
        "paste_wrong": _("{place}: không đọc được “{given}”, ô giữ nguyên."),
        "paste_skipped": _("{count} giá trị rơi vào ô không nhập được và được bỏ qua."),
        "words_conflict": _(
            "{cell}: {actor} đã viết lúc {at}: “{theirs}”, còn bạn viết: “{mine}”. Giữ lời văn nào?"
        ),
        "words_keep": _("Giữ lời văn của tôi"),
        "words_take": _("Lấy lời văn kia"),
        "words_stand": _("Lời văn vẫn đúng với số này"),
        "words_were": _("{field}: khi viết là {was}"),
        "file_remove": _("Bỏ"),
        "file_unsent": _("Chưa gửi được tệp; kiểm tra mạng rồi chọn lại tệp."),
        "send_unsaved": _("Còn số chưa lưu được; chờ có mạng rồi gửi."),
        "send_errors": _("Còn {count} lỗi phải sửa trước khi gửi."),
        "send_unexplained": _("Còn {count} cảnh báo chưa có lý do."),
    }
