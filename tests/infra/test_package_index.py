from local.cloud.package_index import uv_environment


def test_uv_is_told_of_the_mirror_that_pip_knows() -> None:
    environment = uv_environment({"PATH": "/bin"}, {"index-url": "https://mirror.test/simple"})

    assert environment == {"PATH": "/bin", "UV_DEFAULT_INDEX": "https://mirror.test/simple"}


def test_what_uv_was_told_directly_wins() -> None:
    environment = uv_environment(
        {"UV_DEFAULT_INDEX": "https://chosen.test/simple"}, {"index-url": "https://mirror.test/simple"}
    )

    assert environment["UV_DEFAULT_INDEX"] == "https://chosen.test/simple"


def test_several_indexes_are_searched_as_pip_searches_them() -> None:
    environment = uv_environment({}, {"extra-index-url": "https://one.test/simple https://two.test/simple"})

    assert environment == {
        "UV_INDEX": "https://one.test/simple https://two.test/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_folders_of_wheels_are_listed_as_uv_lists_them() -> None:
    assert uv_environment({}, {"find-links": "/one /two"}) == {"UV_FIND_LINKS": "/one,/two"}


def test_a_machine_without_settings_changes_nothing() -> None:
    assert uv_environment({"PATH": "/bin"}, {}) == {"PATH": "/bin"}
