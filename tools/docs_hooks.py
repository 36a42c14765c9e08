"""What mkdocs calls while it builds the site: pages that are made join those in docs/, and a site that fetches anything is refused."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

from tools import docs_pages as pages

log = logging.getLogger("mkdocs.hooks")


def on_config(config: Any) -> Any:
    """List the notebooks in the navigation, under the page that leads to them."""
    for part in config.nav:
        for entry in next(iter(part.values())) if isinstance(part, dict) else ():
            if isinstance(entry, dict) and "Notebooks" in entry:
                entry["Notebooks"] += [{title: f"notebooks/{path.stem}.md"} for path, title in pages.list_titles()]
    return config


def on_files(files: Files, config: Any) -> Files:
    """Add the reference, the notebooks and the files from the top of the house."""
    made: dict[str, str | bytes] = {"reference.md": pages.write_reference(pages.list_public())}
    made |= {name: (pages.HOUSE / file).read_text(encoding="utf-8") for file, name in pages.FROM_THE_TOP.items()}
    made |= make_notebooks()
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    return files


def make_notebooks() -> dict[str, str | bytes]:
    """Return the pages and pictures of the notebooks, and the page that leads to them."""
    titles = pages.list_titles()
    made: dict[str, str | bytes] = {"notebooks/index.md": pages.write_list(titles)}
    for path, _ in titles:
        log.info("Running %s", path.name)
        page = pages.render_notebook(pages.run_notebook(path), path.stem)
        made[f"notebooks/{path.stem}.md"] = page.text
        made |= {f"notebooks/{name}": picture for name, picture in page.pictures.items()}
    return made


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Lead links to where their targets are on the site."""
    return pages.mend_links(markdown, page.file.src_uri)


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Say to screen readers which pages are in Dutch, and what the search is."""
    spoken = output.replace('data-md-component="search" role="dialog"', 'data-md-component="search" role="dialog" aria-label="Search"', 1)
    return spoken.replace("<article ", '<article lang="nl" ', 1) if page.file.src_uri.startswith("nl/") else spoken


def on_post_build(config: Any) -> None:
    """Refuse a site that would fetch something from elsewhere."""
    if foreign := list(pages.list_foreign_in_site(Path(config.site_dir))):
        raise PluginError("The site fetches things from elsewhere:\n" + "\n".join(foreign))
