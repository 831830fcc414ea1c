//! What function URLs make of a resource policy.
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>

use crate::grants::{
    ANY_URL, INVOKE_DIRECTLY, INVOKE_VIA_URL, OPEN_URL, Opening, SIGN_URL, URL, signed_by, unsigned,
};
use audit::Scope;
use inventory::{Arn, Invocable};
use policy::{Actions, Audience, Document, Principal, Principals, Statement};

const INVOKE: &str = "lambda:InvokeFunction";

/// The statements that let every AWS account invoke directly and were meant for the URL alone: they
/// allow nothing but invoking, and the policy opens the URL to everyone too.
pub(crate) fn loose<'a>(policy: &'a Document, invocable: &Invocable, scope: &Scope) -> Vec<Opening<'a>> {
    let urls = signed_by(policy, invocable, scope, &[ANY_URL]);
    if !urls.iter().any(|it| it.is_public() && names_url(it.statement)) {
        return Vec::new();
    }
    let mut direct = signed_by(policy, invocable, scope, &INVOKE_DIRECTLY);
    direct.retain(|it| it.is_public() && only_invokes(it.statement));
    direct
}

/// A statement that lets somebody use a URL.
pub(crate) struct OfUrl<'a> {
    /// Whom it lets in, and how.
    pub(crate) opening: Opening<'a>,
    /// Whether a wildcard in it allows more than URLs.
    pub(crate) is_for_more: bool,
}

/// The statements that concern URLs: that grant their action, or invoking through them alone.
pub(crate) fn grants<'a>(policy: &'a Document, invocable: &Invocable, scope: &Scope) -> Vec<OfUrl<'a>> {
    let ask = |ways| signed_by(policy, invocable, scope, ways);
    let direct = ask(&INVOKE_DIRECTLY);
    let calls = ask(&[ANY_URL]).into_iter();
    let mut found: Vec<_> =
        calls.map(|opening| OfUrl { is_for_more: !names_url(opening.statement), opening }).collect();
    let invokes = ask(&[INVOKE_VIA_URL]).into_iter().filter(|it| {
        let more =
            direct.iter().chain(found.iter().map(|it| &it.opening)).any(|known| known.same_statement(it));
        // The URLs of a function are read where a policy grants their action or invites everyone.
        !more && (!found.is_empty() || it.is_public())
    });
    let invokes: Vec<_> = invokes.map(|opening| OfUrl { is_for_more: false, opening }).collect();
    found.extend(invokes);
    found
}

/// A grant of the URL's action alone.
pub(crate) struct Half<'a> {
    /// The grant.
    pub(crate) opening: Opening<'a>,
    /// Whom it lets in and no grant of the other action does.
    pub(crate) lacking: Vec<Principal>,
}

/// The grants of the URL's action to somebody who is not granted the other one too; `open` where the URL
/// authenticates nobody.
pub(crate) fn halves<'a>(
    policy: &'a Document,
    invocable: &Invocable,
    scope: &Scope,
    open: bool,
) -> Vec<Half<'a>> {
    let (first, second) = if open {
        let ask = |way| unsigned(policy, invocable, scope, way);
        (ask(&OPEN_URL), ask(&INVOKE_VIA_URL))
    } else {
        let ask = |way| signed_by(policy, invocable, scope, way);
        (ask(&[SIGN_URL]), ask(&[INVOKE_VIA_URL]))
    };
    let own = |opening: &Opening, who: &Principal| {
        let narrowed = opening.grant.audience == Audience::OwnAccount && *who == Principal::Anyone;
        narrowed || account(who) == Some(&scope.account.id)
    };
    let half = |opening: Opening<'a>| {
        let mut lacking = principals(&opening);
        lacking.retain(|who| !own(&opening, who) && !second.iter().any(|it| completes(it, &opening, who)));
        (!lacking.is_empty()).then_some(Half { opening, lacking })
    };
    first.into_iter().filter_map(half).collect()
}

/// Whether the statement names the action of URLs itself, not by a wildcard.
fn names_url(statement: &Statement) -> bool {
    let is_url = |it: &String| it.eq_ignore_ascii_case(URL);
    matches!(&statement.actions, Actions::Only(list) if list.iter().any(is_url))
}

fn only_invokes(statement: &Statement) -> bool {
    let invokes = |it: &String| it.eq_ignore_ascii_case(INVOKE) || it.eq_ignore_ascii_case(URL);
    matches!(&statement.actions, Actions::Only(list) if list.iter().all(invokes))
}

/// Whether a grant of `lambda:InvokeFunction` lets in that principal of a grant of the URL's own action.
fn completes(second: &Opening, first: &Opening, who: &Principal) -> bool {
    let of_account = |it: &Principal| match it {
        Principal::Aws(text) if !text.contains('/') => account(it).is_some() && account(it) == account(who),
        _ => false,
    };
    let mut let_in = principals(second).into_iter();
    let named = let_in.any(|it| it == *who || it == Principal::Anyone || of_account(&it));
    let mut sources = first.values_of("aws:sourcearn");
    let same_source = sources.all(|source| {
        let mut others = second.values_of("aws:sourcearn").peekable();
        others.peek().is_none() || others.any(|other| policy::meets(other, source))
    });
    let as_wide =
        second.grant.audience >= first.grant.audience && second.grant.limited <= first.grant.limited;
    named && same_source && as_wide
}

/// The account of a principal that has one.
fn account(principal: &Principal) -> Option<&str> {
    match principal {
        Principal::Aws(text) => Some(Arn::parse(text).map_or(text, |arn| arn.account)),
        _ => None,
    }
}

/// The principals of the statement.
fn principals(opening: &Opening) -> Vec<Principal> {
    match &opening.statement.principals {
        Some(Principals::Only(list)) => list.clone(),
        // All but a few, or an element that is missing: the worst is assumed.
        _ => vec![Principal::Anyone],
    }
}
