"""Invented people. Nobody here exists; the telephone numbers use a prefix no operator holds."""

from collections.abc import Callable
from dataclasses import dataclass

from sample.chance import Chance

_FAMILIES = (
    "Nguyễn|Trần|Lê|Phạm|Huỳnh|Võ|Đặng|Bùi|Lâm|Thạch|Kim|Sơn|Kiên|Trương|Dương|Hồ|Cao|Châu|Mạch|"
    "Quách"
)
_MIDDLES = "Thị|Văn|Ngọc|Mộng|Bích|Hoài|Thiên|Hạc|Quế|Đăng|Khả|Sa|Tú|Lệ|Hữu|Minh|Vĩnh|Diệu"
_FIRSTS = (
    "Sương|Rinh|Khươl|Vọng|Nhạn|Huê|Đào|Trinh|Phách|Quyên|Thoại|Lượm|Nghiệp|Thơm|Rết|Phol|Xuyến|"
    "Diễm|Hĩnh|Tuyền|Bảo|Vịnh|Khiêm|Tằm|Lụa|Nhẫn|Đợi|Mãnh|Thêu|Quỳ"
)
_LASTS = (
    "Nghi|Cảnh|Trâm|Ươl|Hạnh|Vui|Thoa|Rây|Miên|Duyên|Thuận|Đệ|Khôi|Lành|Nhiễu|Phước|Sanh|Thắm|"
    "Oanh|Tòng|Muội|Giao|Hển|Lợi|Xinh|Dẫn"
)
_NAME_PARTS = tuple(tuple(part.split("|")) for part in (_FAMILIES, _MIDDLES, _FIRSTS, _LASTS))
_HAMLETS = (
    "Giồng Nổi",
    "Rạch Gừa",
    "Bưng Sậy",
    "Cây Dầu Đôi",
    "Xẻo Lá",
    "Ô Kinh Mới",
    "Bến Đình Nhỏ",
    "Vàm Ấp Kho",
)


@dataclass(frozen=True)
class Person:
    """An invented applicant or official; an official has no telephone and no address."""

    name: str
    phone: str = ""
    address: str = ""

    def values(self) -> list[str]:
        """Every personal value of this person."""
        return [value for value in (self.name, self.phone, self.address) if value]


class People:
    """Makes people whose names, numbers and addresses are all different."""

    def __init__(self, seed: int) -> None:
        self._chance = Chance(seed)
        self._taken: set[str] = set()

    def citizen(self, place: str) -> Person:
        """A person living in `place` (as in an address: "xã Hòa Ân")."""
        address = self._fresh(
            lambda: (
                f"Số nhà {self._chance.between(11, 998)}/{self._chance.between(2, 19)}, "
                f"tổ {self._chance.between(1, 24)}, ấp {self._chance.pick(_HAMLETS)}, {place}"
            )
        )
        phone = self._fresh(lambda: f"0954{self._chance.between(100_000, 999_999)}")
        return Person(self._name(), phone, address)

    def official(self) -> Person:
        """A person who works at a desk or signs."""
        return Person(self._name())

    def _name(self) -> str:
        return self._fresh(lambda: " ".join(self._chance.pick(part) for part in _NAME_PARTS))

    def _fresh(self, make: Callable[[], str]) -> str:
        value = make()
        while value in self._taken:
            value = make()
        self._taken.add(value)
        return value
