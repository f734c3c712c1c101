"""Who gets into the console, and by which doors."""

from guerdon.console.signin.principal import Role
from judging.reading import Template, of_type


def test_nobody_signs_themselves_up_for_the_console(template: Template) -> None:
    (pool,) = of_type(template, "AWS::Cognito::UserPool").values()

    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": ["email"]}
    assert pool["DeletionProtection"] == {"Fn::If": ["Protected", "ACTIVE", "INACTIVE"]}


def test_the_consoles_client_gets_codes_at_one_address_and_keeps_no_secret(template: Template) -> None:
    (client,) = of_type(template, "AWS::Cognito::UserPoolClient").values()

    assert client["CallbackURLs"] == [{"Fn::Sub": "${Api.ApiEndpoint}/console/signin/callback"}]
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["GenerateSecret"] is False
    assert client["PreventUserExistenceErrors"] == "ENABLED"


def test_nobody_can_change_the_address_that_the_books_know_them_by(template: Template) -> None:
    (client,) = of_type(template, "AWS::Cognito::UserPoolClient").values()

    # These need AWS rights, or a sign-in before. What a person could call alone gives a token that changes attributes.
    assert set(client["ExplicitAuthFlows"]) == {"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}
    assert "aws.cognito.signin.user.admin" not in client["AllowedOAuthScopes"]


def test_there_is_a_group_for_each_role(template: Template) -> None:
    groups = {group["GroupName"] for group in of_type(template, "AWS::Cognito::UserPoolGroup").values()}

    assert groups == {role.value for role in Role}
