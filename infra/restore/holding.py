"""Keep a stack's functions from running while its tables are brought back, and let them run again.

A function with no concurrency is not invoked: queues keep their messages, the workflow tries again, and the open routes
answer 5xx, which senders try again.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient


def hold(client: "LambdaClient", stack: str) -> list[str]:
    """Have no function of the stack run; their names."""
    names = functions_of(client, stack)
    for name in names:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    return names


def release(client: "LambdaClient", stack: str) -> list[str]:
    """Let every function of the stack run; their names. What PayConcurrency reserves comes with the next deployment."""
    names = functions_of(client, stack)
    for name in names:
        client.delete_function_concurrency(FunctionName=name)
    return names


def functions_of(client: "LambdaClient", stack: str) -> list[str]:
    """The stack's functions, which are named after it."""
    pages = client.get_paginator("list_functions").paginate()
    names = (function["FunctionName"] for page in pages for function in page["Functions"])
    return sorted(name for name in names if name.startswith(f"{stack}-"))
