"""`docs/thong-bao.md`: every finding, every reason for a rejected row and every error sentence.

Findings come from `schemas/checks.yml`, reasons from `data/reference/reject_reasons.csv`, errors
from the `raise` statements themselves: what a message leaves open is shown as `…`.
"""

from __future__ import annotations

import ast
from pathlib import Path

import yaml

from pipelines.checks import data_checks
from pipelines.reference import read_csv
from pipelines.workspace import packaged_reference

ROOT = Path(__file__).parents[2]
PATH = ROOT / "docs" / "thong-bao.md"
_SEVERITY = {"critical": "bắt buộc", "warning": "cần xem", "info": "để biết"}
_ERRORS = {
    "CommandError": "Lệnh chưa đúng (mã thoát 2)",
    "DataError": "Không làm tiếp được (mã thoát 1); số liệu đã công bố vẫn giữ nguyên",
    "UnreadableFile": "Một tệp không đọc được; các tệp khác vẫn được tính",
}
_HEAD = """\
# Các thông báo và việc cần làm

<!-- `make docs` viết tệp này từ schemas/checks.yml và mã nguồn. Không sửa tay. -->

Mỗi lần chạy, phần **Điều cần xem lại** nêu những điều dưới đây, kèm số lượng và vài ví dụ. Điều
*bắt buộc* làm lượt chạy dừng và không công bố gì; điều *cần xem* và *để biết* thì số liệu vẫn được
công bố.

"""


def actions() -> dict[str, str]:
    """Return for each check what a clerk does about it."""
    text = (Path(__file__).parent / "actions.yml").read_text(encoding="utf-8")
    loaded: dict[str, str] = yaml.safe_load(text)
    return loaded


def messages() -> str:
    """Return the page."""
    todo = actions()
    parts = [
        _HEAD,
        "## Điều cần xem lại\n\n",
        "| Mức | Thông báo | Việc cần làm |\n| --- | --- | --- |\n",
    ]
    for check in data_checks().values():
        told = f"**{check.title}:** {check.message}"
        parts.append(f"| {_SEVERITY[check.severity]} | {told} | {todo[check.check_id]} |\n")
    parts.append(
        "| bắt buộc | Một bảng công bố không giữ đúng cam kết của nó (schemas/published) | "
        "Đây là lỗi phần mềm. Giữ nguyên các tệp và báo người phụ trách. |\n"
    )
    parts.append("\n## Dòng bị loại\n\nMột dòng chỉ bị loại khi không thể xếp vào kỳ nào.\n\n")
    parts.append("| Lý do | Nghĩa là | Việc cần làm |\n| --- | --- | --- |\n")
    rows = read_csv(packaged_reference(), "reject_reasons")
    parts += [f"| `{r['reason']}` | {r['label_vi']} | {r['action_vi']} |\n" for r in rows]
    parts.append("\n## Lỗi\n\nMỗi lỗi là một câu nêu tệp, dòng hay giá trị và việc cần làm.\n")
    for kind, title in _ERRORS.items():
        lines = "".join(f"- {text}\n" for text in sorted(error_sentences(kind)))
        parts.append(f"\n### {title}\n\n{lines}")
    return "".join(parts)


def error_sentences(kind: str) -> set[str]:
    """Return the sentences with which the package raises `kind`."""
    found = set()
    for path in sorted((ROOT / "pipelines").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                text = _text(node.args[0], constants) if node.func.id == kind else ""
                if text.strip(" …"):
                    found.add(text.split("\n")[0].replace("|", "\\|"))
    return found


def _text(node: ast.expr, constants: dict[str, ast.expr]) -> str:
    """Return the sentence that an expression makes, `…` for what only a run knows."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_text(value, constants) for value in values)
        case ast.BinOp(left=left, right=right):
            return _text(left, constants) + _text(right, constants)
        case ast.Name(id=name) if name in constants:
            return _text(constants[name], constants)
    return "…"
