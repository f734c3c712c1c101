from adapters.dynamodb.engines import table_definitions
from guerdon.adapters.dynamodb.models import MODELS


def test_every_table_of_the_template_has_a_model_and_every_model_a_table() -> None:
    assert {model.table for model in MODELS} == set(table_definitions())


def test_the_keys_of_tables_and_of_the_indexes_that_are_read_are_the_templates() -> None:
    definitions = table_definitions()
    for model in MODELS:
        definition = definitions[model.table]
        types = {part["AttributeName"]: part["AttributeType"] for part in definition["AttributeDefinitions"]}
        keys = {column.attr_name: column for column in model.get_attributes().values()}
        for part in definition["KeySchema"]:
            column = keys[part["AttributeName"]]
            assert column.attr_type == types[column.attr_name]
            assert column.is_hash_key is (part["KeyType"] == "HASH")
            assert column.is_range_key is (part["KeyType"] == "RANGE")
        indexes = {index["IndexName"]: index for index in definition.get("GlobalSecondaryIndexes", [])}
        assert {index.Meta.index_name for index in model.indexes} <= set(indexes)
        for index in model.indexes:
            index_keys = {column.attr_name: column for column in index.Meta.attributes.values()}
            for part in indexes[index.Meta.index_name]["KeySchema"]:
                column = index_keys.pop(part["AttributeName"])
                assert column.attr_type == types[column.attr_name]
                assert column.is_hash_key is (part["KeyType"] == "HASH")
            carried = indexes[index.Meta.index_name]["Projection"].get("NonKeyAttributes", [])
            assert sorted(index_keys) == sorted(carried)
