from toolkit.errors import DefinitionError, Problem


def test_an_error_tells_file_line_key_and_mend_of_every_problem() -> None:
    error = DefinitionError(
        [Problem("study.toml", "Unknown key 'colour'.", "Did you mean 'contact'?", 3, "colour"), Problem("a.csv", "The file is empty.")]
    )
    assert str(error) == "study.toml, line 3, [colour]: Unknown key 'colour'. Did you mean 'contact'?\na.csv: The file is empty."
    assert len(error.problems) == 2


def test_a_plain_sentence_is_a_problem_too() -> None:
    assert str(DefinitionError("Nothing to do.")) == "Nothing to do."
