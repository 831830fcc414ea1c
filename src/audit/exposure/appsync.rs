//! AppSync: the authorization modes of an API, and what each opens.
//! <https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html>

use super::{Callers, Exposure, Place, Proof};
use inventory::{AuthMode, AuthProvider, EventApi, Gap, GraphqlApi, Listing, OpenFields};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use policy::Audience;

/// When API keys run out.
type Keys = Listing<Option<i64>>;

/// Who can ask for root fields of a GraphQL API: the callers of each mode that opens some.
pub fn of_graphql_api(api: &GraphqlApi, today: Date) -> Exposure {
    let place = if api.private { Place::Vpc } else { Place::Internet };
    exposure(place, &api.auth, |provider, mode| {
        let opened = opened(api, mode);
        if opened.as_ref().is_ok_and(|it| it.is_some_and(|it| it.operations == 0)) {
            return None;
        }
        let mut callers = of_mode(provider, mode, &api.api_keys, today)?;
        match opened {
            Ok(None) => callers.opens.push("every field".into()),
            Ok(Some(fields)) => callers.opens.extend(names(fields)),
            Err(gap) => {
                callers.exact = false;
                callers.evidence.push(format!("which fields it opens could not be read: {}", gap.cause()));
            }
        }
        Some(callers)
    })
}

/// Who can connect to an event API, publish and subscribe, by the modes that its channels have unless
/// their namespace names others.
/// <https://docs.aws.amazon.com/appsync/latest/eventapi/configure-event-api-auth.html>
pub fn of_event_api(api: &EventApi, today: Date) -> Exposure {
    let operations = [("connect", &api.connection), ("publish", &api.publish), ("subscribe", &api.subscribe)];
    exposure(Place::Internet, &api.auth, |provider, mode| {
        let opening = operations.iter().filter(|(_, modes)| modes.contains(&mode));
        let opens: Vec<_> = opening.map(|(name, _)| (*name).to_owned()).collect();
        // A namespace may use what no default does.
        let exact = !opens.is_empty();
        of_mode(provider, mode, &api.api_keys, today).map(|it| Callers {
            opens,
            exact: it.exact && exact,
            ..it
        })
    })
}

/// The callers of every mode.
fn exposure(
    place: Place,
    modes: &Listing<AuthProvider>,
    callers: impl Fn(&AuthProvider, AuthMode) -> Option<Callers>,
) -> Exposure {
    let mut exposure = Exposure { place, gap: modes.gap.clone(), ..Exposure::default() };
    for provider in modes {
        match provider.mode.read() {
            Ok(mode) => exposure.callers.extend(mode.and_then(|it| callers(provider, *it))),
            Err(gap) => exposure.gap = Some(gap),
        }
    }
    exposure
}

/// What a mode of a GraphQL API opens; nothing where that is every field.
///
/// # Errors
/// The gap of the schema.
fn opened(api: &GraphqlApi, mode: AuthMode) -> Result<Option<&OpenFields>, Gap> {
    Ok(api.fields.read()?.and_then(|all| all.iter().find(|it| it.mode == mode)))
}

/// The days on which the known keys that have not run out do so; nothing where AWS names none that
/// makes sense.
fn valid(keys: &Keys, today: Date) -> Vec<Option<Date>> {
    let ends = keys.iter().map(|key| key.and_then(day));
    ends.filter(|end| end.is_none_or(|end| end >= today)).collect()
}

fn day(seconds: i64) -> Option<Date> {
    let time = Timestamp::from_second(seconds).ok()?;
    Some(time.to_zoned(TimeZone::UTC).date())
}

/// The callers of a mode; nobody where that is the API key and no key is valid.
fn of_mode(provider: &AuthProvider, mode: AuthMode, keys: &Keys, today: Date) -> Option<Callers> {
    let callers = |proof, audience, evidence: Vec<String>, exact| Callers {
        audience,
        limited: false,
        proof,
        opens: Vec::new(),
        restrictions: Vec::new(),
        evidence,
        exact,
    };
    Some(match mode {
        AuthMode::ApiKey => {
            let ends = valid(keys, today);
            let unlisted = keys.gap.as_ref().filter(|_| ends.is_empty());
            if ends.is_empty() && unlisted.is_none() {
                return None;
            }
            let line = unlisted.map_or_else(
                || lifetimes(&ends),
                |gap| format!("the keys could not be listed: {}", gap.cause()),
            );
            callers(Proof::ApiKey, Audience::Anonymous, vec![line], unlisted.is_none())
        }
        AuthMode::AwsIam => {
            callers(Proof::Signature, Audience::OwnAccount, vec!["mode AWS_IAM".into()], true)
        }
        AuthMode::Cognito => {
            let pool = provider.user_pool.as_deref().unwrap_or("the user pool");
            let denies = provider.default_action.as_deref() == Some("DENY");
            let mut lines = vec!["mode AMAZON_COGNITO_USER_POOLS".to_owned()];
            lines.extend(
                denies
                    .then(|| "its default action is DENY: a directive must name a group of the user".into()),
            );
            callers(Proof::Token(pool.into()), Audience::Anonymous, lines, !denies)
        }
        AuthMode::OpenIdConnect => {
            let oidc = provider.oidc.as_ref();
            let issuer = oidc.map_or("the issuer", |it| it.issuer.as_str());
            let any = oidc.is_none_or(|it| !it.client_pinned);
            let mut lines = vec!["mode OPENID_CONNECT".to_owned()];
            lines.extend(any.then(|| format!("tokens of every client of {issuer} will do")));
            callers(Proof::Token(issuer.into()), Audience::Anonymous, lines, true)
        }
        AuthMode::Lambda => {
            callers(Proof::Authorizer, Audience::Anonymous, vec!["mode AWS_LAMBDA".into()], true)
        }
    })
}

fn lifetimes(ends: &[Option<Date>]) -> String {
    let days = || ends.iter().flatten();
    match (days().min(), days().max()) {
        (Some(first), Some(last)) => {
            format!("valid keys: {}; the first runs out on {first}, the last on {last}", ends.len())
        }
        _ => format!("valid keys: {}", ends.len()),
    }
}

/// The root fields that are open, by name as far as names are kept.
fn names(open: &OpenFields) -> impl Iterator<Item = String> {
    let kept = open.fields.iter().take(open.operations);
    let named = kept.map(|it| match it.groups.as_slice() {
        [] => it.name.clone(),
        groups => format!("{} for {}", it.name, groups.join(", ")),
    });
    let more = open.operations.saturating_sub(open.fields.len());
    named.chain((more > 0).then(|| format!("{more} more")))
}
