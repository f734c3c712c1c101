"""What the stack tells the command line, and that nothing in it refers to what is not there."""

from judging.reading import Template, names_in, of_type


def test_the_command_line_finds_every_table_queue_and_secret(template: Template) -> None:
    outputs = template["Outputs"]
    tables = set(of_type(template, "AWS::DynamoDB::Table"))
    secrets = set(of_type(template, "AWS::SecretsManager::Secret"))
    queues = {f"{name}Url" for name in of_type(template, "AWS::SQS::Queue")}

    assert set(outputs) == tables | secrets | queues | {
        "ApiId",
        "ApiUrl",
        "ConsoleClient",
        "ConsoleUrl",
        "ConsoleUsers",
        "EventBus",
        "FunctionsLog",
        "StateMachineArn",
    }


def test_each_resource_is_connected(template: Template) -> None:
    known = set(template["Resources"]) | set(template["Parameters"])

    unknown = {
        name
        for name in names_in([template["Resources"], template["Outputs"], template["Globals"]])
        if not name.startswith("AWS::") and name not in known | {"Domain"}
    }

    assert unknown == set()
