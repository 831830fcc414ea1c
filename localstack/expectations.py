"""What an audit must find in the estate, from what is declared beside each thing."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import limits
from estate import ESTATE
from estate.model import Api, Expect, Function, Region, RestApi, Thing
from limits import Limits

# The day the estate is judged on: runtimes run out.
AS_OF = "2026-11-22"
SENTENCE = re.compile(
    r"(?P<check>[A-Z]+-\d{3}) (?P<severity>low|medium|high|critical)"
    r"(?P<unknown> unknown(?P<qualifiers> for any qualifier)?)?"
    r"(?: at (?P<confidence>low|medium) confidence)?"
    r"(?: on (?P<detail>.+))?"
)


@dataclass(frozen=True, order=True)
class Finding:
    """A finding that must be in the report. `arn` has `*` for an id that AWS makes up, and for any alias."""

    region: str
    type: str
    name: str
    check: str
    detail: str
    outcome: str
    severity: str
    confidence: str
    arn: str


@dataclass(frozen=True)
class Subject:
    """Something that is judged: a declared thing with its name in reports."""

    type: str
    name: str
    region: str
    arn: str
    detail: str
    expect: Expect

    def findings(self) -> Iterator[Finding]:
        """What must be found."""
        for sentence in self.expect:
            words = SENTENCE.fullmatch(sentence)
            if words is None:
                raise ValueError(f"{self.name}: not a sentence of expectation: {sentence}")
            yield Finding(
                region=self.region,
                type=self.type,
                name=self.name,
                check=words["check"],
                detail=words["detail"] or self.detail,
                outcome="unknown" if words["unknown"] else "fail",
                severity=words["severity"],
                confidence=words["confidence"] or "high",
                arn=self.arn + (":*" if words["qualifiers"] else ""),
            )


def findings(emulator: str) -> list[Finding]:
    """Every finding of the estate's audit on that emulator."""
    table = Limits.of(emulator)
    found = {finding for subject in _subjects(table) for finding in subject.findings()}
    for blind in table.unknown:
        for subject in _subjects(table):
            of_this_kind = subject.type == blind["type"] and subject.region in blind["regions"]
            named = subject.name in blind.get("names", [subject.name])
            # A part of a thing, such as a statement, is not asked about by itself.
            if not of_this_kind or not named or subject.detail:
                continue
            failing = {it for it in subject.findings() if it.check == blind["check"]}
            found -= failing
            if failing or blind["of"] == "all":
                sentence = f"{blind['check']} {blind['severity']} unknown"
                found.update(Subject(**{**asdict(subject), "expect": (sentence,)}).findings())
    return sorted(found)


def document() -> dict[str, Any]:
    """`expected.json`: the default emulator in full, and how each other one differs."""
    default, *others = limits.names()
    base = findings(default)
    return {
        "schema": "lambastion/expected/1",
        "as_of": AS_OF,
        "emulator": default,
        "findings": [_row(it) for it in base],
        "gaps": Limits.of(default).gaps,
        "except": {name: _differences(base, name) for name in others},
    }


def _differences(base: list[Finding], emulator: str) -> dict[str, Any]:
    here = findings(emulator)
    return {
        "absent": [_row(it) for it in base if it not in here],
        "instead": [_row(it) for it in here if it not in base],
        "gaps": Limits.of(emulator).gaps,
    }


def _row(finding: Finding) -> dict[str, str]:
    return {name: value for name, value in asdict(finding).items() if value or name == "region"}


def _subjects(table: Limits) -> Iterator[Subject]:
    for role in ESTATE.roles:
        arn = f"arn:aws:iam::{{account}}:role/{role.name}"
        yield Subject("AWS::IAM::Role", role.name, "", arn, "", _expect(role, table))
    for region in ESTATE.regions:
        for function in region.functions:
            yield from _function(function, region, table)
        for api in region.rest_apis:
            yield from _api(api, "AWS::ApiGateway::RestApi", "restapis", api.methods, region, table)
        for v2 in region.apis:
            yield from _api(v2, "AWS::ApiGatewayV2::Api", "apis", v2.routes, region, table)
        for kind, apis in (
            ("AWS::AppSync::GraphQLApi", region.graphql_apis),
            ("AWS::AppSync::Api", region.event_apis),
        ):
            for thing in apis:
                arn = f"arn:aws:appsync:{region.name}:{{account}}:apis/*"
                yield Subject(kind, thing.name, region.name, arn, "", _expect(thing, table))


def _function(function: Function, region: Region, table: Limits) -> Iterator[Subject]:
    def subject(expect: Expect, detail: str = "", qualifier: str = "") -> Subject:
        arn = f"arn:aws:lambda:{region.name}:{{account}}:function:{function.name}{qualifier}"
        return Subject("AWS::Lambda::Function", function.name, region.name, arn, detail, expect)

    yield subject(_expect(function, table))
    url = function.url if table.holds("function-url") else None
    for grant in (*function.grants, *(url.grants if url else ())):
        if grant.expect:
            yield subject(_expect(grant, table), detail=grant.name)
    for grant in function.alias_grants:
        if grant.expect:
            yield subject(_expect(grant, table), detail=grant.name, qualifier=f":{function.alias}")
    if url and url.expect:
        yield subject(url.expect)


def _api(
    api: RestApi | Api, kind: str, path: str, parts: tuple[Thing, ...], region: Region, table: Limits
) -> Iterator[Subject]:
    arn = f"arn:aws:apigateway:{region.name}::/{path}/*"
    yield Subject(kind, api.name, region.name, arn, "", _expect(api, table))
    for part in (*parts, *api.authorizers):
        yield Subject(kind, api.name, region.name, arn, part.name, _expect(part, table))
    for stage in api.stages:
        name, own = f"{api.name}/{stage.name}", f"{arn}/stages/{stage.name}"
        stages = kind.rsplit("::", 1)[0] + "::Stage"
        yield Subject(stages, name, region.name, own, "", _expect(stage, table))


def _expect(thing: Thing, table: Limits) -> Expect:
    return thing.on.get(table.name, thing.expect)
