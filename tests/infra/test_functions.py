"""Each function is a folder, has the layers that it uses, and logs under its name."""

from pathlib import Path

from judging.reading import Template, functions, machine, names_in


def test_a_layer_is_shipped_only_where_it_is_used(template: Template) -> None:
    extra = {
        name: names_in(function["Layers"]) for name, function in functions(template).items() if "Layers" in function
    }

    assert extra == {
        **{key: {"StripeLayer"} for key in ("PayBillCreditFunction", "ReconcileStripeFunction")},
        "FinanceConsoleFunction": {"ConsoleLayer"},
        "NotifyFunction": {"MailLayer"},
    }
    # SAM adds these to a function's own.
    assert names_in(template["Globals"]["Function"]["Layers"]) == {"CoreLayer", "DependenciesLayer"}


def test_every_function_is_a_folder_and_every_folder_a_function(template: Template, root: Path) -> None:
    folders = {path.parent.name for path in (root / "functions").glob("*/handler.py")}

    assert {function["Handler"].removesuffix(".handler.handle") for function in functions(template).values()} == folders


def test_a_function_logs_under_the_name_of_its_folder(template: Template) -> None:
    for function in functions(template).values():
        folder = function["Handler"].removesuffix(".handler.handle")
        assert function["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == folder


def test_the_workflow_is_of_the_kind_that_runs_once(template: Template) -> None:
    assert machine(template)["Type"] == "STANDARD"
