"""The words by which Vietnamese forms tell what a cell is for; all patterns are on folded texts."""

import re

from expr.text import fold

NATIONAL = re.compile(r"cong hoa xa hoi|doc lap\W+tu do|dang cong san|^\W*$|^(uy ban nhan dan|ubnd|hdnd)\b")
_OFFICE = re.compile(
    r"(sở|bộ|phòng|ban|cục|chi cục|hội đồng nhân dân|tổng cục|tỉnh ủy|huyện ủy|đảng ủy|trường|viện|trung tâm|"
    r"tỉnh|huyện|xã|phường|đơn vị|cơ quan|tên)\b"
)
ABOUT = re.compile(
    r"^(bieu|mau|phu luc|phu bieu)\b.{0,40}\d|^\(?(ban hanh|kem theo) |^\(?theo .*\d"
    r"|^don vi (bao cao|nhan|gui)|^co quan (bao cao|nhan)|^ngay nhan|^ky bao cao|^noi nhan|^thong tu|^so:"
    r"|^tu ngay|^den ngay|^thoi diem|^han nop|^nguoi (bao cao|nhan)"
)
UNIT_LINE = re.compile(r"^\(?\s*(?:don vi tinh|dvt|don vi)\s*:")
FORM_CODE = re.compile(
    r"(?:Biểu|Mẫu|Phụ lục|Phụ biểu)(?:\s+mẫu|\s+biểu)?(?:\s+số|\s+sổ)?\s*:?\s*([\w.]+(?:[-/][\w.]+)*)",
    re.IGNORECASE,
)
SIGNATURE = re.compile(
    r"^(nguoi (lap|ghi|tong hop)|thu truong|ke toan|thu quy|giam doc|chu tich|pho |truong (phong|ban)"
    r"|(kt|tm|tl|tuq|q)\. ?|\(?ky[,: ]|noi nhan|dai dien|lanh dao |lap bieu|kiem tra|phu trach)"
)
DATE_LINE = re.compile(r"ngay\W.{0,12}thang\W.{0,12}nam")
NOTE = re.compile(
    r"^\W*(ghi chu|chu thich|chu y|luu y|nguon|giai thich|huong dan)\b\s*[:.(]|^(\*|\(\*+\)|\(\d+\))\s*\S"
)

ORDINAL_HEAD = re.compile(r"^(tt|stt|so tt|so thu tu|thu tu|no\.|#)$")
UNIT_HEAD = re.compile(r"^(don vi( tinh)?|dvt|unit|don vi do)$")
CODE_HEAD = re.compile(r"^(ma( so| chi tieu| bieu| dong| tieu chi| hieu)?|ms)$")
OWN_CODE_HEAD = re.compile(  # where codes stand below; else whoever fills gives them
    r"^(ma (so )?(du an|cong trinh|loai|nganh|nhom|hang|muc|don vi|quan he)|so hieu)\b"
)
NOTE_HEAD = re.compile(
    r"ghi chu|thuyet minh|giai trinh|nguyen nhan|nhan xet|mo ta|dia chi|dien giai|can cu"
    r"|^so (quyet dinh|hieu|van ban)|^(co quan|don vi|ho va ten|ho ten|ten|chuc (vu|danh)|trinh do|dan toc"
    r"|gioi tinh|que quan|nghe nghiep|nguoi (phu trach|chu tri|dung dau|theo doi)|dien thoai|email)\b"
)
TITLE_HEAD = re.compile(
    r"^(ten |cac )?(chi tieu|noi dung|danh muc|linh vuc|dien giai|hang muc|nhiem vu|tieu chi|hoat dong)\b"
    r"|^(ten|khoan muc|loai)\b"
)
AMOUNT_HEAD = re.compile(
    r"^(tong |uoc )?(so(?! (quyet dinh|hieu|van ban))|gia tri|kinh phi|dien tich|von|tien|muc|khoi luong)\b"
)
DATE_HEAD = re.compile(r"^(ngay|thoi gian|thoi diem|ngay thang)\b")
AGENCY_HEAD = re.compile(
    r"^(ten )?(don vi|co quan|dia ban|dia phuong|xa|phuong|huyen|quan|tinh|so, nganh|cap xa)\b(?! tinh)"
)
AGENCY = re.compile(
    r"^(xa|phuong|thi tran|huyen|quan|thi xa|thanh pho|tp\.?|dac khu|tinh|so|ban|ubnd|don vi [a-z]\b"
    r"|thanh tra|chi cuc|cuc|phong|van phong|chi nhanh|trung tam|benh vien|truong|cong an|toa an|vien"
    r"|kho bac|hat|doi)\s+\S"
)

TOTAL = re.compile(r"^(tong( so| cong| chung)?|cong|total|grand total)\b")
BARE_TOTAL = re.compile(r"^(tong( so| cong| chung)?|cong|total|grand total)( \([^()]*\))?\W*$")
WHOLE_PLACE = re.compile(r"^(toan (tinh|quoc|huyen|xa|thanh pho|nganh|vung)|ca nuoc)( \([^()]*\))?\W*$")
OF_WHICH = re.compile(r"^[-+*\s]*(trong do|rieng|of which)\b\W*")
BREAKDOWN = re.compile(r"^[-+*\s]*(chia (ra|theo)|phan theo|gom|bao gom|phan ra)\b")
PERCENT = re.compile(r"%|\bty (le|trong|suat)\b|\bphan tram\b")
DOTS = re.compile(r"^[\s.…_-]*$")

_UNIT_IN = re.compile(r"\(\s*(?:đvt|đơn vị tính|đơn vị)?\s*:?\s*([^()]{1,30})\)\s*$", re.IGNORECASE)
# Things that come whole, and measures; a text in brackets that is none of them is no unit.
_COUNTED = """người, hộ, cái, con, lượt, vụ, hồ sơ, đơn, văn bản, xã, phường, trường, lớp, học sinh, giường,
    cơ sở, dự án, công trình, phòng, điểm, chiếc, nhân khẩu, phong trào, doanh nghiệp, cuộc, đoàn, kỳ, lần,
    vụ việc, hợp tác xã, thủ tục, lao động, trẻ em, giấy phép, bệnh nhân, đảng viên, thôn, khẩu"""
_MEASURED = """đồng, nghìn đồng, ngàn đồng, triệu đồng, tỷ đồng, tỉ đồng, nghìn tỷ đồng, 1000 đồng,
    1.000 đồng, %, ‰, ha, m, m2, m3, km, km2, kg, tạ, tấn, nghìn tấn, kwh, mw, usd, triệu usd, nghìn usd, lít,
    tạ/ha, tấn/ha, kg/người, triệu đồng/người, m², m³, km², giờ, ngày, tháng, năm, tuổi"""
COUNTED, MEASURED = (frozenset(" ".join(told.split()).split(", ")) for told in (_COUNTED, _MEASURED))


def is_heading(text: str, beside: int) -> bool:
    """Whether a line belongs to the national heading; the names of offices only where few stand `beside`."""
    if NATIONAL.search(fold(text)):
        return True
    return beside <= 2 and bool(_OFFICE.match(text.lower()))


def unit_in(title: str) -> str | None:
    """The unit that closes a title in brackets, where it is one: `Giá trị (triệu đồng)`."""
    found = _UNIT_IN.search(title)
    if not found:
        return None
    unit = found[1].strip()
    known = unit.lower() in MEASURED | COUNTED
    return unit if known or re.match(r"\(\s*(đvt|đơn vị)", found[0], re.IGNORECASE) else None


def unit_line(text: str) -> str | None:
    """The unit a line above a table gives to all of it."""
    if not UNIT_LINE.match(fold(text)):
        return None
    return text.split(":", 1)[1].strip(" ().") or None


def is_unit(text: str) -> bool:
    """Whether a text is a unit and nothing else, in brackets or not."""
    return all(part.strip() in MEASURED | COUNTED for part in text.strip("() ").lower().split("/"))


def is_counted(unit: str | None) -> bool:
    """Whether things of this unit come whole."""
    return unit is not None and unit.lower() in COUNTED
