"""Writes `docs/anh/*.png` again: the outputs as people see them, small, from the sample.

`python scripts/docs/screenshots.py REPORTS`, where REPORTS is the folder that `make report` has
written for 2023Q3; needs Chromium, LibreOffice, pdftoppm and ImageMagick.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parents[2] / "docs" / "anh"
_PERIOD = "2023Q3"
_WIDTH = 720
_TOP = f"{_WIDTH}x620+0+0"
_COLOURS = "16"  # enough for text and charts, and a third of the size


def main(reports: Path) -> None:
    """Write a picture of the Word report's first page, of Form 06 and of the page."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        pictures = {
            "bao-cao-word": _office_page(reports / f"bao-cao-{_PERIOD}.docx", folder),
            "bieu-06": _office_page(reports / f"bieu-06-{_PERIOD}.xlsx", folder),
            "trang-so-lieu": _web_page(reports / "index.html", folder),
        }
        for name, picture in pictures.items():
            _save(picture, FOLDER / f"{name}.png")


def _office_page(path: Path, folder: Path) -> Path:
    """Return a picture of the first printed page of a document or workbook."""
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", str(folder), str(path)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    target = folder / path.stem
    subprocess.run(
        ["pdftoppm", "-png", "-r", "110", "-singlefile", f"{target}.pdf", str(target)], check=True
    )
    return target.with_suffix(".png")


def _web_page(path: Path, folder: Path) -> Path:
    """Return a picture of the top of the page."""
    target = folder / "page.png"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.goto(path.resolve().as_uri())
        page.wait_for_function("() => document.body.dataset.state")
        page.screenshot(path=target)
        browser.close()
    return target


def _save(picture: Path, target: Path) -> None:
    subprocess.run(
        ["convert", str(picture), "-resize", f"{_WIDTH}x", "-crop", _TOP, "+repage", "+dither",
         "-colors", _COLOURS, "-strip",
         "-define", "png:exclude-chunks=date,time", str(target)],
        check=True,
    )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
