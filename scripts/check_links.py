"""Every relative link in the Markdown files leads to a file that git knows, and every anchor to a heading in it."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.*?) *#*$", re.MULTILINE)
CODE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def tracked(pattern: str) -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", pattern],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout
    return [ROOT / name for name in names.split("\0") if name]


def anchors(page: Path) -> set[str]:
    """The anchors GitHub makes for the headings of a page."""
    found: dict[str, int] = {}
    result = set()
    for heading in HEADING.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        anchor = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        count = found.get(anchor, 0)
        found[anchor] = count + 1
        result.add(f"{anchor}-{count}" if count else anchor)
    return result


def problems(page: Path, known: set[Path]) -> list[str]:
    found = []
    for groups in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        link = groups[0] or groups[1]
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (page.parent / name).resolve() if name else page
        inside = target in known or any(target in path.parents for path in known)
        if not inside:
            found.append(f"{page.relative_to(ROOT)}: {link} does not exist")
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            found.append(f"{page.relative_to(ROOT)}: {link} has no such heading")
    return found


def main() -> int:
    known = set(tracked("."))
    pages = [path for path in tracked("*.md") if path.exists()]
    found = [problem for page in pages for problem in problems(page, known)]
    for problem in found:
        print(problem, file=sys.stderr)
    print(f"{len(pages)} pages checked, {len(found)} broken links")
    return 1 if found or not pages else 0


sys.exit(main())
