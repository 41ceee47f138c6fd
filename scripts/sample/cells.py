"""How a dossier is worded in the cells of an export."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from unicodedata import normalize

from sample.dossiers import Dossier, Spoilt
from sample.states import State, state_on

LAYOUT_D = (
    "STT",
    "Mã hồ sơ",
    "Mã TTHC",
    "Tên thủ tục hành chính",
    "Lĩnh vực",
    "Chủ hồ sơ",
    "Số điện thoại",
    "Địa chỉ",
    "Đơn vị giải quyết",
    "Hình thức nộp",
    "Ngày tiếp nhận",
    "Ngày hẹn trả",
    "Ngày có kết quả",
    "Ngày trả kết quả",
    "Trạng thái",
)
LAYOUT_A = (
    "STT",
    "Đơn vị tiếp nhận",
    "Tên thủ tục hành chính",
    "Mã hồ sơ",
    "Trạng thái",
    "Địa chỉ",
    "Người nộp",
    "Chủ hồ sơ",
    "Ngày nộp hồ sơ",
    "Ngày nhận",
    "Ngày hẹn trả",
    "Ngày kết thúc xử lý",
)
_CHANNELS = {
    "online": ("Trực tuyến", "Nộp trực tuyến", "Qua mạng"),
    "in_person": ("Trực tiếp", "Tại một cửa"),
    "postal": ("Bưu chính công ích", "Bưu chính", "BCCI"),
    "": ("",),
}
_IMPOSSIBLE_DAY, _DATE_FOR_CODE = "31/02/2023", "05/06/2023"


@dataclass(frozen=True)
class Wording:
    """The habits of one office's export."""

    date_format: str = "%d/%m/%Y %H:%M"
    no_date: str = ""
    decomposed: bool = False
    """Text in NFD, as some Macs save it."""
    shouted: bool = False
    """Statuses in capitals."""
    untidy: bool = False
    """Invisible characters and line breaks in a few cells."""

    def moment(self, moment: datetime | None) -> str:
        """A date cell."""
        return self.no_date if moment is None else moment.strftime(self.date_format)

    def finish(self, text: str) -> str:
        """Any text cell, in the file's Unicode form."""
        return normalize("NFD" if self.decomposed else "NFC", text)


def layout_d_row(number: int, dossier: Dossier, day: date, wording: Wording) -> list[str]:
    """One row of the list, as text, as exported on `day`."""
    state = state_on(dossier, day)
    row = [
        str(number),
        code_cell(dossier, wording),
        dossier.procedure.code,
        dossier.procedure.name,
        dossier.procedure.field,
        dossier.applicant.name,
        dossier.applicant.phone,
        _address_cell(dossier, wording),
        dossier.unit,
        channel_cell(dossier),
        received_cell(dossier, wording.moment),
        wording.moment(dossier.due),
        wording.moment(state.finished),
        wording.moment(state.returned),
        status_cell(dossier, state, wording),
    ]
    return [wording.finish(cell) for cell in row]


def layout_a_row(number: int, dossier: Dossier, day: date, wording: Wording) -> list[str]:
    """One row of the list with one closing date, as text, as exported on `day`."""
    state = state_on(dossier, day)
    return [
        str(number),
        dossier.unit,
        dossier.procedure.name,
        code_cell(dossier, wording),
        status_cell(dossier, state, wording),
        _address_cell(dossier, wording),
        dossier.submitter.name,
        dossier.applicant.name,
        wording.moment(dossier.submitted),
        received_cell(dossier, wording.moment),
        wording.moment(dossier.due),
        wording.moment(state.finished or state.returned),
    ]


def code_cell(dossier: Dossier, wording: Wording) -> str:
    """The dossier's code, or what became of it."""
    if dossier.spoilt is Spoilt.NO_CODE:
        return ""
    if dossier.spoilt is Spoilt.SCIENTIFIC_CODE:
        return "2,30605E+14"
    if dossier.spoilt is Spoilt.DATE_CODE:
        return _DATE_FOR_CODE
    if wording.untidy and dossier.flavour < 0.02:
        return dossier.code + ("\u00a0" if dossier.flavour < 0.01 else "\u200b")
    return dossier.code


def received_cell(dossier: Dossier, moment: Callable[[datetime | None], str]) -> str:
    """The received date as text, or what became of it."""
    if dossier.spoilt is Spoilt.NO_RECEIVED_DATE:
        return moment(None)
    if dossier.spoilt is Spoilt.IMPOSSIBLE_DATE and dossier.received is not None:
        written = moment(dossier.received)
        return written.replace(dossier.received.strftime("%d/%m/%Y"), _IMPOSSIBLE_DAY)
    return moment(dossier.received)


def status_cell(dossier: Dossier, state: State, wording: Wording) -> str:
    """The status as this office writes it."""
    status = state.status.upper() if wording.shouted else state.status
    return status + " " if wording.untidy and dossier.flavour > 0.9 else status


def channel_cell(dossier: Dossier) -> str:
    """How the dossier was handed in; blank for a few."""
    texts = _CHANNELS[dossier.channel]
    return texts[int(dossier.flavour * len(texts))]


def _address_cell(dossier: Dossier, wording: Wording) -> str:
    address = dossier.applicant.address
    if wording.untidy and dossier.flavour > 0.97:
        return address.replace(", ", ",\n", 1)
    return address
