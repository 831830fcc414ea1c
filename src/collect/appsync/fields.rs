//! What a schema's directives open to each authorization mode.
//!
//! A field's own directives count; without any, those of its type; without either, the API's primary
//! mode. A directive opens the field to its mode alone, so that the primary mode needs one too there.
//! `@aws_auth` is not among them: AppSync heeds it only where Cognito is the only mode.
//! <https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#using-additional-authorization-modes>

use crate::call::{About, Caller};
use apollo_parser::{Parser, cst};
use aws_sdk_appsync::Client;
use aws_sdk_appsync::types::OutputType;
use cst::{CstChildren, Definition, Directive, Value};
use inventory::{AuthMode, AuthProvider, Call, Fact, OpenField, OpenFields, Reason};
use std::collections::{BTreeMap, BTreeSet};

/// AppSync takes schemas of 1 MB; its own printing of one may be somewhat longer.
const LONGEST: usize = 8 << 20;
/// The parser's own limits, against text that no schema looks like.
const DEEPEST: usize = 64;
const MOST_TOKENS: usize = 2_000_000;

/// What directives say of a type or field: the modes that they name, each with the Cognito groups
/// that it is limited to.
type Opened = BTreeMap<AuthMode, BTreeSet<String>>;

/// An object type, from its definition and its extensions.
#[derive(Default)]
struct Object {
    directives: Opened,
    fields: BTreeMap<String, Opened>,
}

/// What the schema opens to each mode. With one mode there is nothing to tell apart, and no schema is
/// asked for.
pub(super) async fn read(
    caller: Caller<'_>,
    client: &Client,
    about: About<'_>,
    id: &str,
    auth: &[AuthProvider],
) -> Fact<Vec<OpenFields>> {
    let mut modes = Vec::new();
    for provider in auth {
        match &provider.mode {
            Fact::Known(mode) if !modes.contains(mode) => modes.push(*mode),
            // Which fields a mode opens that nobody knows is not known either.
            Fact::Unread(gap) => return Fact::Unread(gap.clone()),
            _ => {}
        }
    }
    if modes.len() < 2 {
        return Fact::Absent;
    }
    let call = Call::AppSyncGetIntrospectionSchema;
    let send = || {
        let request = client.get_introspection_schema().api_id(id).format(OutputType::Sdl);
        request.include_directives(true).send()
    };
    let schema = match caller.ask(call, about, send).await {
        Ok(answer) => answer.and_then(|answer| answer.schema),
        Err(gap) => return Fact::Unread(gap),
    };
    let Some(schema) = schema else { return Fact::Absent };
    match open_fields(schema.as_ref(), &modes) {
        Ok(fields) => Fact::Known(fields),
        Err(message) => Fact::Unread(caller.gap(call, about, Reason::Malformed, message)),
    }
}

/// What the schema opens to each of the modes, the primary one first.
///
/// # Errors
/// In words, why the text is no schema.
fn open_fields(schema: &[u8], modes: &[AuthMode]) -> Result<Vec<OpenFields>, String> {
    let text = std::str::from_utf8(schema).map_err(|_| "the schema is not text".to_owned())?;
    if text.len() > LONGEST {
        return Err(format!("the schema has {} bytes", text.len()));
    }
    let parsed = Parser::new(text).recursion_limit(DEEPEST).token_limit(MOST_TOKENS).parse();
    // What the parser says may quote the schema: the place is enough.
    if let Some(error) = parsed.errors().next() {
        return Err(format!("the schema cannot be understood at byte {}", error.index()));
    }
    let mut objects: BTreeMap<String, Object> = BTreeMap::new();
    let mut roots = BTreeSet::new();
    for definition in parsed.document().definitions() {
        match definition {
            Definition::ObjectTypeDefinition(it) => {
                add(&mut objects, it.name(), it.directives().as_ref(), it.fields_definition().as_ref());
            }
            Definition::ObjectTypeExtension(it) => {
                add(&mut objects, it.name(), it.directives().as_ref(), it.fields_definition().as_ref());
            }
            Definition::SchemaDefinition(it) => roots.extend(named(it.root_operation_type_definitions())),
            Definition::SchemaExtension(it) => roots.extend(named(it.root_operation_type_definitions())),
            _ => {}
        }
    }
    if roots.is_empty() {
        roots.extend(["Query", "Mutation", "Subscription"].map(str::to_owned));
    }
    Ok(modes.iter().map(|mode| opened(*mode, modes.first(), &objects, &roots)).collect())
}

fn add(
    objects: &mut BTreeMap<String, Object>,
    name: Option<cst::Name>,
    directives: Option<&cst::Directives>,
    fields: Option<&cst::FieldsDefinition>,
) {
    // The types of introspection itself: every caller may ask for them, or none.
    let Some(name) = name.map(|it| it.text().to_string()).filter(|it| !it.starts_with("__")) else {
        return;
    };
    let object = objects.entry(name).or_default();
    note(&mut object.directives, directives);
    for field in fields.into_iter().flat_map(cst::FieldsDefinition::field_definitions) {
        if let Some(name) = field.name() {
            note(object.fields.entry(name.text().to_string()).or_default(), field.directives().as_ref());
        }
    }
}

fn note(opened: &mut Opened, directives: Option<&cst::Directives>) {
    for directive in directives.into_iter().flat_map(cst::Directives::directives) {
        let name = directive.name().map(|it| it.text().to_string());
        if let Some(mode) = name.as_deref().and_then(mode) {
            opened.insert(mode, groups(&directive));
        }
    }
}

fn mode(directive: &str) -> Option<AuthMode> {
    match directive {
        "aws_api_key" => Some(AuthMode::ApiKey),
        "aws_iam" => Some(AuthMode::AwsIam),
        "aws_cognito_user_pools" => Some(AuthMode::Cognito),
        "aws_oidc" => Some(AuthMode::OpenIdConnect),
        "aws_lambda" => Some(AuthMode::Lambda),
        _ => None,
    }
}

/// `cognito_groups: ["admins"]`; a list of one may stand without brackets.
fn groups(directive: &Directive) -> BTreeSet<String> {
    let arguments = directive.arguments();
    let mut arguments = arguments.iter().flat_map(cst::Arguments::arguments);
    let named = arguments.find(|it| it.name().is_some_and(|name| name.text() == "cognito_groups"));
    let values: Vec<_> = match named.and_then(|it| it.value()) {
        Some(Value::ListValue(list)) => list.values().collect(),
        value => value.into_iter().collect(),
    };
    let text = |value: Value| match value {
        Value::StringValue(text) => Some(text.into()),
        _ => None,
    };
    values.into_iter().filter_map(text).collect()
}

/// The types that a schema definition names for queries, mutations and subscriptions.
fn named(roots: CstChildren<cst::RootOperationTypeDefinition>) -> impl Iterator<Item = String> {
    roots.filter_map(|it| Some(it.named_type()?.name()?.text().to_string()))
}

/// What one mode opens.
fn opened(
    mode: AuthMode,
    primary: Option<&AuthMode>,
    objects: &BTreeMap<String, Object>,
    roots: &BTreeSet<String>,
) -> OpenFields {
    let by_default = Opened::from_iter(primary.map(|it| (*it, BTreeSet::new())));
    let of_roots = objects.iter().filter(|(name, _)| roots.contains(*name));
    let others = objects.iter().filter(|(name, _)| !roots.contains(*name));
    let mut found = OpenFields { mode, operations: 0, total: 0, fields: Vec::new() };
    for (object, Object { directives, fields }) in of_roots.chain(others) {
        for (field, own) in fields {
            let mut said = [own, directives].into_iter().filter(|it| !it.is_empty());
            let Some(groups) = said.next().unwrap_or(&by_default).get(&mode) else {
                continue;
            };
            found.total += 1;
            found.operations += usize::from(roots.contains(object));
            if found.fields.len() < OpenFields::MOST {
                let name = format!("{object}.{field}");
                found.fields.push(OpenField { name, groups: groups.iter().cloned().collect() });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
