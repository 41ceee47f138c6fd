"""Writes Vietnamese in the encodings before Unicode, from tables of its own.

TCVN3 byte by byte and VNI letter by letter as the tables of the Unikey input method have them.
"""

from __future__ import annotations

import unicodedata

# Letter → its byte.
TCVN3 = {
    letter: int(byte, 16)
    for letter, byte in (
        pair.split("=")
        for pair in [
            "à=B5",
            "ả=B6",
            "ã=B7",
            "á=B8",
            "ạ=B9",
            "ă=A8",
            "ằ=BB",
            "ẳ=BC",
            "ẵ=BD",
            "ắ=BE",
            "ặ=C6",
            "â=A9",
            "ầ=C7",
            "ẩ=C8",
            "ẫ=C9",
            "ấ=CA",
            "ậ=CB",
            "đ=AE",
            "è=CC",
            "ẻ=CE",
            "ẽ=CF",
            "é=D0",
            "ẹ=D1",
            "ê=AA",
            "ề=D2",
            "ể=D3",
            "ễ=D4",
            "ế=D5",
            "ệ=D6",
            "ì=D7",
            "ỉ=D8",
            "ĩ=DC",
            "í=DD",
            "ị=DE",
            "ò=DF",
            "ỏ=E1",
            "õ=E2",
            "ó=E3",
            "ọ=E4",
            "ô=AB",
            "ồ=E5",
            "ổ=E6",
            "ỗ=E7",
            "ố=E8",
            "ộ=E9",
            "ơ=AC",
            "ờ=EA",
            "ở=EB",
            "ỡ=EC",
            "ớ=ED",
            "ợ=EE",
            "ù=EF",
            "ủ=F1",
            "ũ=F2",
            "ú=F3",
            "ụ=F4",
            "ư=AD",
            "ừ=F5",
            "ử=F6",
            "ữ=F7",
            "ứ=F8",
            "ự=F9",
            "ỳ=FA",
            "ỷ=FB",
            "ỹ=FC",
            "ý=FD",
            "ỵ=FE",
            "Ă=A1",
            "Â=A2",
            "Ê=A3",
            "Ô=A4",
            "Ơ=A5",
            "Ư=A6",
            "Đ=A7",
        ]
    )
}
# Letter → the one or two letters of windows-1252 that stand for it.
VNI = dict(
    pair.split("=")
    for pair in [
        "á=aù",
        "à=aø",
        "ả=aû",
        "ã=aõ",
        "ạ=aï",
        "ă=aê",
        "ắ=aé",
        "ằ=aè",
        "ẳ=aú",
        "ẵ=aü",
        "ặ=aë",
        "â=aâ",
        "ấ=aá",
        "ầ=aà",
        "ẩ=aå",
        "ẫ=aã",
        "ậ=aä",
        "đ=ñ",
        "é=eù",
        "è=eø",
        "ẻ=eû",
        "ẽ=eõ",
        "ẹ=eï",
        "ê=eâ",
        "ế=eá",
        "ề=eà",
        "ể=eå",
        "ễ=eã",
        "ệ=eä",
        "í=í",
        "ì=ì",
        "ỉ=æ",
        "ĩ=ó",
        "ị=ò",
        "ó=où",
        "ò=oø",
        "ỏ=oû",
        "õ=oõ",
        "ọ=oï",
        "ô=oâ",
        "ố=oá",
        "ồ=oà",
        "ổ=oå",
        "ỗ=oã",
        "ộ=oä",
        "ơ=ô",
        "ớ=ôù",
        "ờ=ôø",
        "ở=ôû",
        "ỡ=ôõ",
        "ợ=ôï",
        "ú=uù",
        "ù=uø",
        "ủ=uû",
        "ũ=uõ",
        "ụ=uï",
        "ư=ö",
        "ứ=öù",
        "ừ=öø",
        "ử=öû",
        "ữ=öõ",
        "ự=öï",
        "ý=yù",
        "ỳ=yø",
        "ỷ=yû",
        "ỹ=yõ",
        "ỵ=î",
    ]
)
VNI |= {letter.upper(): letters.upper() for letter, letters in VNI.items()}


def in_tcvn3(text: str) -> bytes:
    """Return `text` in TCVN3, which has no accented capital: its fonts show small ones as such."""
    letters = (
        letter if letter.isascii() or letter in TCVN3 else letter.lower()
        for letter in unicodedata.normalize("NFC", text)
    )
    return b"".join(
        bytes([TCVN3[letter]]) if letter in TCVN3 else letter.encode("cp1252") for letter in letters
    )


def in_vni(text: str) -> bytes:
    """Return `text` in VNI-Windows."""
    return "".join(VNI.get(letter, letter) for letter in unicodedata.normalize("NFC", text)).encode(
        "cp1252"
    )


def in_cp1258(text: str) -> bytes:
    """Return `text` in windows-1258, where a tone is a character of its own, after the letter."""
    apart = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        tones = [part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323"]
        rest = "".join(part for part in parts if part not in tones)
        apart.append(unicodedata.normalize("NFC", rest) + "".join(tones))
    return "".join(apart).encode("cp1258")
