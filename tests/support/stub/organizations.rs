//! Organizations: JSON over one path. Who may not ask is told by a fault.

use super::answer::{Answer, Pager};
use super::fault::Refusal;
use super::request::Request;
use super::world::{Organization, World};
use serde_json::{Value, json};

pub(crate) fn answer(world: &World, request: &Request, pager: &Pager<'_>) -> Answer {
    let account = world.account(&request.account);
    let organization = account.and_then(|it| it.organization.as_ref());
    let none = "Your account is not a member of an organization.".to_owned();
    let organization = organization.ok_or((400, "AWSOrganizationsNotInUseException", none))?;
    let field = |name: &str| request.field(name).unwrap_or_default();
    match request.operation.as_str() {
        "DescribeOrganization" => Ok(json!({ "Organization": organization.described })),
        "ListParents" => {
            let parent = parent(organization, &request.account, &field("ChildId"))?;
            pager.page("Parents", "NextToken", 20, &[parent])
        }
        "ListPoliciesForTarget" => {
            let attached = organization.attached.get(&field("TargetId"));
            let summaries = attached.into_iter().flatten().map(|it| &it["PolicySummary"]);
            let all: Vec<_> = summaries.filter(|it| it["Type"] == field("Filter")).cloned().collect();
            pager.page("Policies", "NextToken", 20, &all)
        }
        "DescribePolicy" => {
            let mut all = organization.attached.values().flatten();
            let policy = all.find(|it| it["PolicySummary"]["Id"] == field("PolicyId"));
            let missing = || (400, "PolicyNotFoundException", field("PolicyId"));
            Ok(json!({ "Policy": policy.ok_or_else(missing)? }))
        }
        other => Err((400, "UnknownOperationException", other.into())),
    }
}

fn parent(organization: &Organization, account: &str, child: &str) -> Result<Value, Refusal> {
    let line: Vec<_> =
        std::iter::once(account).chain(organization.above.iter().map(String::as_str)).collect();
    let at = line.iter().position(|it| *it == child);
    let parent = at.and_then(|at| line.get(at + 1));
    let parent = parent.ok_or((400, "ChildNotFoundException", child.to_owned()))?;
    let kind = if parent.starts_with("r-") { "ROOT" } else { "ORGANIZATIONAL_UNIT" };
    Ok(json!({ "Id": parent, "Type": kind }))
}
