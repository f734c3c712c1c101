"""The one API: its routes, what they may call, what is logged of a request."""

import json
import re

from judging.reading import Template, names_in, of_type


def test_the_only_open_routes_are_the_two_whose_bodies_are_signed_and_the_consoles(template: Template) -> None:
    routes = of_type(template, "AWS::ApiGatewayV2::Route").values()

    assert {route["RouteKey"] for route in routes} == {
        "ANY /console",
        "ANY /console/{proxy+}",
        "POST /events/{connection}",
        "POST /provider-updates/{provider}",
    }


def test_the_api_may_call_only_the_functions_behind_its_routes(template: Template) -> None:
    permissions = of_type(template, "AWS::Lambda::Permission").values()
    from_api = [permission for permission in permissions if permission["Principal"] == "apigateway.amazonaws.com"]

    assert sorted(permission["FunctionName"]["Ref"] for permission in from_api) == [
        "FinanceConsoleFunction",
        "ReceiveEventFunction",
        "ReceiveProviderUpdateFunction",
    ]
    assert all("Api" in names_in(permission["SourceArn"]) for permission in permissions if permission in from_api)


def test_the_api_logs_neither_bodies_nor_addresses(template: Template) -> None:
    stage = of_type(template, "AWS::ApiGatewayV2::Stage")["ApiStage"]

    logged = set(re.findall(r"\$context\.([\w.]+)", stage["AccessLogSettings"]["Format"]))
    assert logged == {"requestId", "routeKey", "status", "responseLatency", "responseLength", "integrationErrorMessage"}
    assert json.loads(stage["AccessLogSettings"]["Format"])["status"] == "$context.status"


def test_the_api_is_throttled(template: Template) -> None:
    settings = of_type(template, "AWS::ApiGatewayV2::Stage")["ApiStage"]["DefaultRouteSettings"]

    assert settings == {"ThrottlingBurstLimit": 200, "ThrottlingRateLimit": 100}
