"""The roles, from tight to administrator."""

from estate.model import Expect, Role, Statement
from estate.words import FOREIGN_ACCOUNT, TRUSTED_ACCOUNT, account, allow, queue, table

EU, US, AP = "eu-west-1", "us-east-1", "ap-southeast-2"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
VIA_DYNAMODB = {"StringEquals": {"kms:ViaService": f"dynamodb.{US}.amazonaws.com"}}
LOGS = allow("logs:CreateLogStream", "logs:PutLogEvents", on="arn:aws:logs:*:{account}:log-group:/aws/lambda/*")


def tight(name: str, *statements: Statement, expect: Expect = (), **guests: str) -> Role:
    """The role of one function, with what it needs; `guests` may wear it besides Lambda."""
    trusts = {"Service": "lambda.amazonaws.com", **guests}
    return Role(name=f"{name}-role", inline=(LOGS, *statements), trusts=trusts, expect=expect)


ROLES = (
    # eu-west-1
    tight("orders-create", allow("dynamodb:PutItem", on=table("orders", EU))),
    tight("orders-read", allow("dynamodb:GetItem", "dynamodb:Query", on=table("orders", EU))),
    tight("orders-authorizer"),
    tight("orders-fulfil", allow("sqs:ReceiveMessage", "sqs:DeleteMessage", on=queue("orders", EU))),
    tight("payments-webhook", allow("sqs:SendMessage", on=queue("refunds", EU))),
    tight("payments-charge", allow("dynamodb:UpdateItem", on=table("charges", EU))),
    tight("payments-refunds", allow("sqs:ReceiveMessage", "sqs:DeleteMessage", on=queue("refunds", EU))),
    # Wide on one service is not administration.
    Role(
        name="media-shared-role",
        inline=(LOGS, allow("s3:*", on="*")),
        expect=("DOWN-003 high", "DOWN-004 medium"),
    ),
    tight("storefront-bff", allow("dynamodb:Query", on=table("products", EU))),
    tight("storefront-basket", allow("dynamodb:GetItem", "dynamodb:PutItem", on=table("baskets", EU))),
    tight("courier-connect", allow("dynamodb:PutItem", on=table("couriers", EU))),
    tight("courier-position", allow("dynamodb:UpdateItem", on=table("couriers", EU))),
    # Every action on one object is not administration either.
    tight("invoices-render", allow("*", on="arn:aws:s3:::harbour-invoices/rendered/*")),
    # To pass an administrator's role leads nowhere by itself.
    tight(
        "stock-sync",
        allow("kinesis:GetRecords", on=f"arn:aws:kinesis:{EU}:{{account}}:stream/stock"),
        allow("iam:PassRole", on="arn:aws:iam::{account}:role/legacy-reporting-role"),
    ),
    # The audit is told to trust this account.
    tight(
        "partner-feed",
        allow("s3:GetObject", on="arn:aws:s3:::harbour-partner-feeds/*"),
        AWS=account(TRUSTED_ACCOUNT),
    ),
    # One role over two regions is shared all the same.
    Role(
        name="messaging-role",
        inline=(LOGS, allow("ses:SendEmail", on="arn:aws:ses:*:{account}:identity/harbour.example")),
        expect=("DOWN-004 medium",),
    ),
    # us-east-1
    tight("catalog-resolver", allow("dynamodb:Query", on=table("catalog", US))),
    tight("reviews-resolver", allow("dynamodb:Query", "dynamodb:PutItem", on=table("reviews", US))),
    tight("tickets-resolver", allow("dynamodb:Query", on=table("tickets", US))),
    tight("content-resolver", allow("s3:GetObject", on="arn:aws:s3:::harbour-content/*")),
    # Whoever holds a user's key has the user's permissions, whatever they are.
    tight(
        "graphql-authorizer",
        allow("iam:CreateAccessKey", on="arn:aws:iam::{account}:user/partners/*"),
        expect=("DOWN-002 high at medium confidence on iam-002",),
    ),
    tight("search-query", allow("es:ESHttpGet", on=f"arn:aws:es:{US}:{{account}}:domain/search/*")),
    # A function that it creates under that role, and invokes, does everything.
    tight(
        "search-index",
        allow("dynamodb:GetRecords", on=table("catalog/stream/*", US)),
        allow("iam:PassRole", on="arn:aws:iam::{account}:role/legacy-reporting-role"),
        allow("lambda:CreateFunction", "lambda:InvokeFunction", on=f"arn:aws:lambda:{US}:{{account}}:function:search-*"),
        expect=("DOWN-002 critical on lambda-001",),
    ),
    tight("marketing-signup", allow("dynamodb:PutItem", on=table("subscribers", US))),
    # Every bucket, though only to read.
    tight("marketing-preview", allow("s3:GetObject", on="arn:aws:s3:::*"), expect=("DOWN-003 medium",)),
    tight("marketing-links", allow("dynamodb:GetItem", on=table("links", US))),
    tight("recommendations", allow("dynamodb:Query", on=table("affinities", US))),
    tight("partner-catalog", allow("dynamodb:Query", on=table("catalog", US))),
    Role(name="legacy-reporting-role", inline=(EVERYTHING,), expect=("DOWN-001 critical",)),
    # A user of this account used to write the trail by hand.
    tight(
        "audit-trail",
        allow("s3:PutObject", on="arn:aws:s3:::harbour-audit/*"),
        AWS=account("{account}"),
        expect=("DOWN-005 medium on #1",),
    ),
    # Every key, but through one service alone.
    tight(
        "account-profile",
        allow("dynamodb:GetItem", on=table("profiles", US)),
        {**allow("kms:Decrypt", on="*"), "Condition": VIA_DYNAMODB},
        expect=("DOWN-003 low at medium confidence",),
    ),
    tight(
        "support-authorizer",
        allow("iam:PutRolePolicy", on="arn:aws:iam::{account}:role/support-authorizer-role"),
        expect=("DOWN-002 critical on iam-005",),
    ),
    # ap-southeast-2
    Role(
        name="loyalty-role",
        inline=(LOGS, allow("dynamodb:*", on=table("loyalty", AP))),
        expect=("DOWN-004 medium",),
    ),
    tight("returns-create", allow("dynamodb:PutItem", on=table("returns", AP))),
    tight("returns-authorizer"),
    tight(
        "returns-labels",
        allow("s3:PutObject", on="arn:aws:s3:::harbour-labels/*"),
        AWS=account(FOREIGN_ACCOUNT),
        expect=("DOWN-005 high on #1",),
    ),
    tight("kiosk-config", allow("ssm:GetParameter", on=f"arn:aws:ssm:{AP}:{{account}}:parameter/kiosk/*")),
    tight("kiosk-telemetry", allow("firehose:PutRecord", on=f"arn:aws:firehose:{AP}:{{account}}:deliverystream/kiosk")),
    # Every table of the region.
    tight("pos-sync", allow("dynamodb:BatchWriteItem", on=table("*", AP)), expect=("DOWN-003 high",)),
    tight("pos-receipts", allow("sqs:ReceiveMessage", "sqs:DeleteMessage", on=queue("receipts", AP))),
    tight("store-locator", allow("geo:SearchPlaceIndexForText", on=f"arn:aws:geo:{AP}:{{account}}:place-index/stores")),
    Role(name="data-export-role", customer_managed=(EVERYTHING,), expect=("DOWN-001 critical",)),
    Role(
        name="ops-runner-role",
        inline=(LOGS,),
        customer_managed=(allow("*", "iam:PassRole", on="*"),),
        trusts={"Service": "lambda.amazonaws.com", "AWS": "*"},
        expect=("DOWN-001 critical", "DOWN-005 critical on #1"),
    ),
    # An administrator, but no function runs under it.
    Role(name="break-glass", customer_managed=(EVERYTHING,), trusts={"AWS": account("{account}")}),
)
