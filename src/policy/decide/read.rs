//! JSON to cases.

use super::principal::is_account;
use super::{Case, Level, Policy};
use crate::json::{Json, Parsed, Place};
use crate::{Context, Document, PolicyType};
use serde::{Deserialize, Deserializer, de};

const CASE: Place<'static> = Place::Top("case");

const FIELDS: &str = "`principal`, `action`, `resource`, `resourceAccount`, `context`, `identityPolicies`, \
    `sessionPolicies`, `resourcePolicy`, `permissionBoundaries`, `serviceControlPolicies` and \
    `resourceControlPolicies`";

impl Case {
    /// Reads a case from its JSON text.
    ///
    /// # Errors
    /// Text that is not a case, with the place.
    pub fn parse(text: &str) -> Parsed<Self> {
        Self::read(Json::parse(text)?)
    }

    fn read(json: Json) -> Parsed<Self> {
        let mut case = Self::default();
        for (name, value) in json.object(CASE)? {
            let place = Place::Field(&CASE, &name);
            match name.as_str() {
                "principal" => case.principal = principal(value, place)?,
                "action" => case.action = action(value, place)?,
                "resource" => case.resource = resource(value, place)?,
                "resourceAccount" => case.resource_account = account(value, place)?,
                "context" => case.context = optional(value, |it| Context::read(it, place))?,
                "identityPolicies" => case.identity_policies = policies(value, PolicyType::Identity, place)?,
                "sessionPolicies" => case.session_policies = policies(value, PolicyType::Identity, place)?,
                "resourcePolicy" => {
                    case.resource_policy =
                        optional(value, |it| policy(it, PolicyType::Resource, place).map(Some))?;
                }
                "permissionBoundaries" => {
                    case.permission_boundaries = policies(value, PolicyType::Identity, place)?;
                }
                "serviceControlPolicies" => {
                    case.service_control_policies = levels(value, PolicyType::ServiceControl, place)?;
                }
                "resourceControlPolicies" => {
                    case.resource_control_policies = levels(value, PolicyType::ResourceControl, place)?;
                }
                _ => return CASE.fail(format!("unknown field `{name}`; the fields are {FIELDS}")),
            }
        }
        for (name, text) in
            [("principal", &case.principal), ("action", &case.action), ("resource", &case.resource)]
        {
            if text.is_empty() {
                return CASE.fail(format!("has no `{name}`"));
            }
        }
        Ok(case)
    }
}

impl<'de> Deserialize<'de> for Case {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Json::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

fn principal(value: Json, place: Place) -> Parsed<String> {
    let text = value.text(place)?;
    let arn = text.starts_with("arn:") && text.splitn(6, ':').count() == 6;
    let service = text.contains('.') && !text.contains(':');
    let canonical_user = text.len() == 64 && text.bytes().all(|it| it.is_ascii_hexdigit());
    let one = (arn || service || canonical_user || is_account(&text)) && !text.contains(['*', '?']);
    if one || matches!(text.as_str(), "anonymous" | "*") {
        return Ok(text);
    }
    place.fail(
        "must be an ARN such as arn:aws:iam::111122223333:role/r, twelve digits, a service such as \
         s3.amazonaws.com, or anonymous",
    )
}

fn action(value: Json, place: Place) -> Parsed<String> {
    let text = value.text(place)?;
    let whole = |(service, name): (&str, &str)| !service.is_empty() && !name.is_empty();
    if text.split_once(':').is_some_and(whole) && !text.contains(['*', '?']) {
        return Ok(text);
    }
    place.fail("must be one action such as s3:GetObject")
}

fn resource(value: Json, place: Place) -> Parsed<String> {
    let text = value.text(place)?;
    if text == "*" || text.starts_with("arn:") {
        return Ok(text);
    }
    place.fail("must be an ARN, or \"*\" for an action that is on no resource")
}

fn account(value: Json, place: Place) -> Parsed<Option<String>> {
    optional(value, |value| {
        let text = value.text(place)?;
        if is_account(&text) {
            return Ok(Some(text));
        }
        place.fail("must be an account's twelve digits")
    })
}

/// What `null` stands for as well: the field left out.
fn optional<T: Default>(value: Json, read: impl FnOnce(Json) -> Parsed<T>) -> Parsed<T> {
    if value == Json::Null { Ok(T::default()) } else { read(value) }
}

fn policies(value: Json, policy_type: PolicyType, place: Place) -> Parsed<Vec<Policy>> {
    let read = |list: Vec<Json>| {
        let list = list.into_iter().enumerate();
        list.map(|(index, value)| policy(value, policy_type, Place::Index(&place, index))).collect()
    };
    optional(value, |value| match value {
        Json::List(list) => read(list),
        _ => place.fail("must be a list of policies"),
    })
}

/// A document, or a document with its name.
fn policy(value: Json, policy_type: PolicyType, place: Place) -> Parsed<Policy> {
    let is_named = matches!(&value, Json::Object(members) if members.iter().any(|(field, _)| {
        matches!(field.as_str(), "name" | "policy")
    }));
    if !is_named {
        return Ok(Policy { name: None, document: document(value, policy_type, place)? });
    }
    let (mut name, mut policy) = (None, None);
    for (field, value) in value.object(place)? {
        let at = Place::Field(&place, &field);
        match field.as_str() {
            "name" => name = Some(value.text(at)?).filter(|name| !name.is_empty()),
            "policy" => policy = Some(document(value, policy_type, at)?),
            _ => return place.fail(format!("unknown field `{field}`; the fields are `name` and `policy`")),
        }
    }
    match policy {
        Some(document) => Ok(Policy { name, document }),
        None => place.fail("has no `policy`"),
    }
}

fn document(value: Json, policy_type: PolicyType, place: Place) -> Parsed<Document> {
    let document = Document::read(value, place)?;
    document.check(policy_type, place)?;
    Ok(document)
}

/// A list of levels, or of policies for one single level.
fn levels(value: Json, policy_type: PolicyType, place: Place) -> Parsed<Vec<Level>> {
    let Json::List(list) = value else {
        return optional(value, |_| place.fail("must be a list of levels"));
    };
    if list.is_empty() {
        return Ok(Vec::new());
    }
    let all = list.len();
    match list.iter().filter(|item| is_level(item)).count() {
        0 => {
            let policies = policies(Json::List(list), policy_type, place)?;
            Ok(vec![Level { org_identifier: None, policies }])
        }
        some if some == all => {
            let list = list.into_iter().enumerate();
            list.map(|(index, value)| level(value, policy_type, Place::Index(&place, index))).collect()
        }
        _ => place.fail("mixes levels and policies; write a list of lists, one for each level"),
    }
}

fn is_level(value: &Json) -> bool {
    match value {
        Json::List(_) => true,
        Json::Object(members) => {
            members.iter().any(|(field, _)| matches!(field.as_str(), "orgIdentifier" | "policies"))
        }
        _ => false,
    }
}

fn level(value: Json, policy_type: PolicyType, place: Place) -> Parsed<Level> {
    if let Json::List(_) = value {
        return Ok(Level { org_identifier: None, policies: policies(value, policy_type, place)? });
    }
    let mut level = Level::default();
    for (field, value) in value.object(place)? {
        let at = Place::Field(&place, &field);
        match field.as_str() {
            "orgIdentifier" => level.org_identifier = Some(value.text(at)?),
            "policies" => level.policies = policies(value, policy_type, at)?,
            _ => {
                let known = "`orgIdentifier` and `policies`";
                return place.fail(format!("unknown field `{field}`; the fields are {known}"));
            }
        }
    }
    Ok(level)
}
