"""The record: how tables are kept, found by, and paid for."""

from judging.reading import Template, of_type


def test_the_record_outlives_the_stack_and_can_be_restored(template: Template) -> None:
    tables = {n: r for n, r in template["Resources"].items() if r["Type"] == "AWS::DynamoDB::Table"}

    assert len(tables) == 18
    for name, table in tables.items():
        assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Retain", name
        properties = table["Properties"]
        assert properties["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}, name
        assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] == {
            "Fn::If": ["OnAws", True, False]
        }, name
        assert properties["SSESpecification"] == {"SSEEnabled": True}, name
        assert properties["BillingMode"] == "PAY_PER_REQUEST", name


def test_a_new_stack_protects_its_tables(template: Template) -> None:
    assert template["Parameters"]["DeletionProtection"]["Default"] == "true"


def test_indexes_carry_what_is_read_of_them(template: Template) -> None:
    keys_only = {"ProjectionType": "KEYS_ONLY"}
    with_reason = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["waits_for"]}
    indexes = {
        (name, index["IndexName"]): ([key["AttributeName"] for key in index["KeySchema"]], index["Projection"])
        for name, table in of_type(template, "AWS::DynamoDB::Table").items()
        for index in table.get("GlobalSecondaryIndexes", [])
    }

    assert indexes == {
        ("AuditTable", "subject"): (["subject_id", "place"], {"ProjectionType": "ALL"}),
        ("ChecksTable", "number"): (["number"], keys_only),
        ("ChecksTable", "outstanding"): (["outstanding_shard", "mailed_on"], {"ProjectionType": "ALL"}),
        ("InboxTable", "deal"): (["deal_id", "received_at"], keys_only),
        ("InboxTable", "received"): (
            ["listed", "place"],
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["outcome", "program"]},
        ),
        ("InboxTable", "recipient"): (["recipient_id", "place"], keys_only),
        ("InboxTable", "undecided"): (["undecided_shard", "look_at"], keys_only),
        ("InboxTable", "waiting"): (["waiting_shard", "waiting_since"], with_reason),
        ("JournalTable", "reward"): (["reward_id", "posted_at"], keys_only),
        ("PayoutsTable", "advocate"): (["advocate_id", "place"], keys_only),
        ("PayoutsTable", "listed"): (
            ["listed", "place"],
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["channel", "program", "status"]},
        ),
        ("PayoutsTable", "open"): (["open_shard", "look_at"], keys_only),
        ("PayoutsTable", "waiting"): (["waiting_shard", "waiting_since"], with_reason),
        ("ReconciliationTable", "month"): (["month", "found_at"], {"ProjectionType": "ALL"}),
        ("ReconciliationTable", "open"): (["open_shard", "found_at"], {"ProjectionType": "ALL"}),
        ("StatementsTable", "reference"): (["reference"], keys_only),
        ("StatementsTable", "unmatched"): (["unmatched_shard", "booked_on"], {"ProjectionType": "ALL"}),
        ("PeopleTable", "email"): (["email_key"], keys_only),
        ("ProgramsTable", "heads"): (["row_kind", "program"], keys_only),
    }


def test_sessions_are_forgotten(template: Template) -> None:
    sessions = of_type(template, "AWS::DynamoDB::Table")["SessionsTable"]

    assert sessions["TimeToLiveSpecification"] == {"AttributeName": "forgotten_at", "Enabled": True}
