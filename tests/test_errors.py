from toolkit.errors import DefinitionError, Problem


def test_an_error_tells_file_line_key_and_mend_of_every_problem() -> None:
    error = DefinitionError(
        [
            Problem("study.toml", "Unknown key ‘colour’.", "Is ‘contact’ meant?", 3, "colour", "study.toml, regel 3, [colour]"),
            Problem("a.csv", "The file is empty."),
        ]
    )
    assert str(error) == "study.toml, regel 3, [colour]: Unknown key ‘colour’. Is ‘contact’ meant?\na.csv: The file is empty."
    assert len(error.problems) == 2


def test_a_plain_sentence_is_a_problem_too() -> None:
    assert str(DefinitionError("Nothing to do.")) == "Nothing to do."
