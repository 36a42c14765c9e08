import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.command import ROOT, begin, plg, type_plg
from toolkit import load_study
from toolkit.study.instruments import load_instrument


def test_a_first_study_goes_as_the_readme_says(tmp_path: Path) -> None:
    study = begin(tmp_path)
    checked = type_plg("check", study, folder=tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    ran = type_plg("run", study, folder=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-2:] == [
        "2 reports: reports/my_study/index.html",
        "Draft, not for sharing. 2 questions about the data are still open.",
    ]
    pages = list((tmp_path / "reports" / "my_study").glob("*.html"))
    assert sorted(page.name.split("-")[0] for page in pages) == ["index.html", "school", "summary"]
    for kind in ("school", "summary"):
        assert "My school" in next(page for page in pages if page.name.startswith(kind)).read_text(encoding="utf-8")


MESS = {
    "nl": [
        "Stopt · data/antwoorden.csv, rij 4, kolom ‘School’: School ‘Een Klavr’ is niet bekend. Meest gelijkende: Eén Klaver.",
        "Er is geen kolom voor deze vragen van energie_own9: energie_own9_i4. Meest gelijkende kop: ‘energie_own9_14’.",
        "Vraagt · data/antwoorden.csv, rij 3, kolom ‘energie_own9_i1’: ‘17’ valt buiten de schaal 0-6. Het telt als niet ingevuld.",
    ],
    "en": [
        "Stops · data/antwoorden.csv, row 4, column ‘School’: The school ‘Een Klavr’ is not known. Nearest: Eén Klaver.",
        "There is no column for these items of energie_own9: energie_own9_i4. Nearest header: ‘energie_own9_14’.",
        "Asks · data/antwoorden.csv, row 3, column ‘energie_own9_i1’: ‘17’ is outside the scale 0-6. It counts as not filled in.",
    ],
}
MARKS = {"nl": "NAKIJKEN", "en": "CHECK"}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_dutch_export_with_three_faults_is_begun_from_told_at_once_mended_and_run(tmp_path: Path, language: str) -> None:
    headers = ["Datum", "Code", "School", "Meting", *load_instrument("energie_own9").columns]
    rows = [
        [date, f"P{person}", "Eén Klaver", wave, *[str((person + item + shift) % 7) for item in range(9)]]
        for shift, (date, wave) in enumerate([("15-9-2025", "voor"), ("22-6-2026", "na")])
        for person in range(12)
    ]
    sound = "\r\n".join(";".join(row) for row in [headers, *rows])
    lines = sound.replace("energie_own9_i4", "energie_own9_14", 1).split("\r\n")
    lines[2] = lines[2].replace(";voor;1;", ";voor;17;")
    lines[3] = lines[3].replace("Eén Klaver", "Een Klavr")
    (tmp_path / "antwoorden.csv").write_bytes("\r\n".join(lines).encode("cp1252"))

    begun = plg("new", "mine", "--from", "antwoorden.csv", "-l", language, folder=tmp_path)
    assert begun.returncode == 0, begun.stderr
    for found in ("‘energie_own9_14’", "‘17’", "‘Een Klavr’"):
        assert found in begun.stdout
    study, data = tmp_path / "mine" / "study.toml", tmp_path / "mine" / "data" / "antwoorden.csv"
    text = study.read_text(encoding="utf-8")
    assert text.count(f"# {MARKS[language]}:") >= 6
    one_school = text.replace('\n[[schools]]\nid = "Een Klavr"\nname = "Een Klavr"\n', "")
    assert one_school != text
    study.write_text(one_school, encoding="utf-8")

    checked = plg("check", "mine", folder=tmp_path)
    assert checked.returncode == 1
    for message in MESS[language]:
        assert message in checked.stdout

    data.write_bytes(sound.encode("cp1252"))
    again = plg("check", "mine", folder=tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr
    assert not any(message in again.stdout for message in MESS[language])
    ran = plg("run", "mine", folder=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Eén Klaver" in next((tmp_path / "reports" / "mine").glob("school-*.html")).read_text(encoding="utf-8")


def test_beginning_from_what_is_no_export_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    begun = plg("new", "mine", "--from", "gone.csv", "-l", "en", folder=tmp_path)
    assert begun.returncode == 1
    assert "gone.csv: This file is not there." in begun.stderr
    assert not (tmp_path / "mine").exists()


def test_codes_that_look_alike_are_written_down_judged_and_followed(tmp_path: Path) -> None:
    study = begin(tmp_path)
    book = openpyxl.load_workbook(study / "data" / "after.xlsx")
    book.active["A2"].value = "P0000"
    book.save(study / "data" / "after.xlsx")
    before = openpyxl.load_workbook(study / "data" / "before.xlsx")
    before.active["A2"].value = "P000O"
    before.save(study / "data" / "before.xlsx")
    assert "The codes ‘p000o’ and ‘p0000’ look alike" in plg("check", study, folder=tmp_path).stdout
    matches = study / "matches.toml"
    assert "matches.toml" in (study / ".gitignore").read_text(encoding="utf-8").splitlines()
    matches.write_text(matches.read_text(encoding="utf-8").replace("# accepted = true", "accepted = true"), encoding="utf-8")
    said = plg("check", study, folder=tmp_path).stdout
    assert "According to matches.toml these codes belong to the same people: p000o = p0000." in said
    assert "look alike" not in said


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_new_study_is_right_as_it_stands(tmp_path: Path, language: str) -> None:
    assert plg("new", tmp_path / "mine", "-l", language).returncode == 0
    assert load_study(tmp_path / "mine").languages == (language,)
    again = plg("new", tmp_path / "mine")
    assert again.returncode == 1 and "There is a study here already." in again.stderr


def test_what_needs_mending_is_told_all_at_once_with_code_one_and_earlier_reports_stay(tmp_path: Path) -> None:
    study = begin(tmp_path)
    assert plg("run", study, folder=tmp_path).returncode == 0
    page = next((tmp_path / "reports" / "my_study").glob("school-*.html"))
    earlier = page.read_bytes()
    book = openpyxl.load_workbook(study / "data" / "after.xlsx")
    book.active["B3"].value = 17
    book.active["C5"].value = "maybe"
    book.save(study / "data" / "after.xlsx")
    (study / "data" / "before.xlsx").unlink()
    ran = plg("run", study, folder=tmp_path)
    assert ran.returncode == 1
    for expected in ("before.xlsx", "17", "maybe", "row 3", "row 5"):
        assert expected in ran.stderr
    assert "Traceback" not in ran.stderr
    assert page.read_bytes() == earlier


def test_a_wrong_study_file_is_told_by_line_and_nearest_key(tmp_path: Path) -> None:
    study = begin(tmp_path)
    text = (study / "study.toml").read_text(encoding="utf-8")
    (study / "study.toml").write_text(text.replace("confidence = 0.95", "confidense = 0.95"), encoding="utf-8")
    ran = plg("check", study)
    assert ran.returncode == 1
    assert "study.toml, line 10, [confidense]: Unknown key ‘confidense’. Is ‘confidence’ meant?" in ran.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["report", "datasets/zes_scholen", "--language", "fr"],
        ["report", "datasets/zes_scholen", "--page", "poster"],
        ["report", "datasets/zes_scholen", "--template", "school_report.ipynb"],
        ["report", "datasets/zes_scholen", "--template", "poster=mine.ipynb"],
        ["report", "datasets/zes_scholen", "-t", "school=a.ipynb", "-t", "school=b.ipynb"],
        ["nonsense"],
        ["instruments", "--loud"],
    ],
)
def test_a_wrong_command_ends_with_code_two(arguments: list[str]) -> None:
    assert plg(*arguments).returncode == 2


@pytest.mark.parametrize("command", [["new", "taken/mine"], ["check", ROOT / "datasets" / "zes_scholen", "--output", "taken"]])
def test_a_place_where_nothing_can_be_written_is_told_in_one_line(command: list[str | Path], tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder is asked for", encoding="utf-8")
    ran = plg(*command, folder=tmp_path)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    (line,) = ran.stderr.splitlines()
    assert line.startswith("taken/") and "Not a directory" in line and "choose another folder" in line


def test_an_unknown_school_is_told_with_the_nearest_code() -> None:
    ran = plg("report", "datasets/zes_scholen", "--school", "s11")
    assert ran.returncode == 1
    assert "Er is geen school ‘s11’. Is ‘s1’ bedoeld?" in ran.stderr


def test_pages_of_boards_need_boards_and_other_formats_need_a_browser() -> None:
    ran = plg("report", "datasets/univbct", "--page", "board")
    assert ran.returncode == 1 and "De studie noemt geen besturen." in ran.stderr
    command = [sys.executable, "-m", "toolkit.cli.main", "report", "datasets/univbct", "--pdf"]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/nowhere"}
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert ran.returncode == 1 and "Install chromium" in ran.stderr
    ran = subprocess.run([*command[:3], "doctor"], capture_output=True, text=True, cwd=ROOT, env=environment)
    assert ran.returncode == 0 and "missing  browser" in ran.stdout and "install chromium, or say in PLG_BROWSER where it is" in ran.stdout


@pytest.mark.browser
def test_one_kind_of_page_is_made_in_every_format_and_listed(tmp_path: Path) -> None:
    study, out = begin(tmp_path), tmp_path / "out"
    text = (study / "study.toml").read_text(encoding="utf-8")
    (study / "study.toml").write_text(text.replace("# board =", "board ="), encoding="utf-8")
    asked = ["--page", "board", "--page", "summary", "--school", "school1", "--language", "en", "--pdf", "--docx"]
    ran = plg("report", study, *asked, "--output", out)
    assert ran.returncode == 0, ran.stderr
    made = sorted(path.name.split("-")[0] + path.suffix for path in out.iterdir() if path.name.endswith(("en.html", "en.pdf", "en.docx")))
    assert made == ["board.docx", "board.html", "board.pdf", "summary.docx", "summary.html", "summary.pdf"]
    index = (out / "index.html").read_text(encoding="utf-8")
    assert all(f'href="{path.name}"' in index for path in out.iterdir() if path.stem.endswith("-en"))
    again = plg("report", study, "-p", "summary", "-s", "school1", "-l", "en", "--docx", "-o", out)
    assert again.returncode == 0, again.stderr


def test_a_study_folder_can_be_moved(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "datasets" / "univbct", tmp_path / "elsewhere")
    ran = plg("report", tmp_path / "elsewhere", "--school", "1022-HHC", "--language", "en", "--output", tmp_path / "out")
    assert ran.returncode == 0, ran.stderr
    assert len(list((tmp_path / "out").glob("school-*-en.html"))) == 1


def test_instruments_are_listed_and_shown() -> None:
    assert "energie_own9" in plg("instruments").stdout
    shown = plg("instruments", "uwes9").stdout
    assert "mean of 9, 7 needed" in shown and "Can also be scored as: uwes3" in shown
    assert plg("instruments", "uwes8").returncode == 1


def test_help_needs_no_heavy_library() -> None:
    code = "import sys, toolkit.cli.main; print([n for n in ('pandas', 'numpy', 'scipy', 'matplotlib', 'pydantic') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True).stdout.strip() == "[]"


def test_algebra_runs_on_one_thread_unless_somebody_says_otherwise() -> None:
    code = "import atexit, os, sys; from toolkit.cli.main import main"
    code += "; atexit.register(lambda: print(os.environ['OPENBLAS_NUM_THREADS'])); main()"
    for told, threads in ((None, "1"), ("3", "3")):
        env = {"PATH": "/usr/bin:/bin"} | ({"OPENBLAS_NUM_THREADS": told} if told else {})
        found = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True, cwd=ROOT, check=True, env=env)
        assert found.stdout.split()[-1] == threads


def test_a_notebook_for_researchers_becomes_an_internal_page_and_an_unknown_one_is_told(tmp_path: Path) -> None:
    made = plg("notebook", "first_look", ROOT / "datasets" / "univbct", "-l", "en", "-o", tmp_path / "out")
    assert made.returncode == 0, made.stdout + made.stderr
    internal = tmp_path / "out" / "internal"
    page = (internal / "01_first_look-en.html").read_text(encoding="utf-8")
    assert "<title>First look: from export to scores – Job attitudes in 43 units" in page
    assert {path.name for path in internal.iterdir()} == {
        ".gitignore", "README.txt", "run.lock", "01_first_look-en.html", "01_first_look-en.ipynb"
    }  # fmt: skip
    unknown = plg("notebook", "first_lok", ROOT / "datasets" / "univbct", folder=tmp_path)
    assert unknown.returncode == 1
    assert "‘first_lok’" in unknown.stderr and "first_look" in unknown.stderr and "Traceback" not in unknown.stderr


def test_a_shipped_template_is_copied_changed_and_makes_the_pages_of_schools(tmp_path: Path) -> None:
    study = begin(tmp_path)
    copied = plg("notebook", "copy", "summary", "mystudy", folder=tmp_path)
    assert copied.returncode == 0 and copied.stdout == "mystudy/summary.ipynb\n", copied.stderr
    again = plg("notebook", "copy", "summary", study)
    assert again.returncode == 1 and "There is a notebook with this name here already" in again.stderr
    template = study / "summary.ipynb"
    template.write_text(template.read_text(encoding="utf-8").replace("show_summary_title(view)", "show_terms(view)"), encoding="utf-8")
    template.write_text(template.read_text(encoding="utf-8").replace("show_summary_title", "show_terms"), encoding="utf-8")
    asked = ["mystudy", "--page", "summary", "--template", "summary=mystudy/summary.ipynb", "-o", "out"]
    made = plg("report", *asked, folder=tmp_path)
    assert made.returncode == 0, made.stderr
    [page] = (tmp_path / "out").glob("summary-*.html")
    assert "Terms</h2>" in page.read_text(encoding="utf-8")
    assert plg("verify", page, "--template", "summary=mystudy/summary.ipynb", folder=tmp_path).returncode == 0
    bare = plg("verify", page)
    assert bare.returncode == 1 and "plg verify REPORT STUDY --template summary=FILE" in bare.stderr
    missing = plg("report", *asked[:-2], "-t", "school=gone.ipynb", folder=tmp_path)
    assert missing.returncode == 1 and "There is no notebook ‘gone.ipynb’" in missing.stderr


def test_the_word_run_may_be_left_out_and_help_tells_of_both() -> None:
    shown = plg("notebook", "--help")
    assert shown.returncode == 0 and "copy" in shown.stdout and "run" in shown.stdout
    asked = ["-l", "en", "gone.ipynb", ROOT / "datasets" / "univbct"]
    told = [plg("notebook", *before, *asked).stderr for before in ([], ["run"])]
    assert told[0] == told[1] and "There is no notebook ‘gone.ipynb’" in told[0]


def test_an_instrument_of_ones_own_is_listed_and_shown_with_those_of_a_study(tmp_path: Path) -> None:
    (tmp_path / "instruments").mkdir()
    own = (ROOT / "toolkit" / "instruments" / "cijfer1.toml").read_text(encoding="utf-8").replace('id = "cijfer1"', 'id = "mijn1"')
    (tmp_path / "instruments" / "mijn1.toml").write_text(own, encoding="utf-8")
    assert "mijn1 " in plg("instruments", "--study", tmp_path).stdout
    assert plg("instruments", "mijn1", "--study", tmp_path).stdout.startswith("mijn1: ")
    assert plg("instruments", "mijn1").returncode == 1


def test_a_late_file_is_shown_as_a_diff_and_written_only_when_asked(tmp_path: Path) -> None:
    study = shutil.copytree(ROOT / "tests" / "data" / "situations" / "file_in_data_unnamed", tmp_path / "mine")
    before = (study / "study.toml").read_bytes()
    shown = plg("add", "mine", "data/late_school.csv", "--wave", "before", folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.startswith("--- study.toml\n+++ study.toml\n@@ ") and '+wave = "before"\n' in shown.stdout
    assert "with --write" in shown.stderr
    assert (study / "study.toml").read_bytes() == before
    assert plg("add", "mine", "data/late_school.csv", "-w", "before", "--write", folder=tmp_path).returncode == 0
    assert len(load_study(study).sources) == 3
    again = plg("add", "mine", "data/late_school.csv", "--write", folder=tmp_path)
    assert (again.returncode, again.stdout) == (0, "") and "is read already" in again.stderr
    gone = plg("add", "mine", "gone.csv", "--write", folder=tmp_path)
    assert gone.returncode == 1 and gone.stderr.startswith("gone.csv: This file is not there.")
