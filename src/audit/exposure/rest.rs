//! REST APIs: the resource policy and the method's authorizer together.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html>

use super::flow::{self, Authorizer};
use super::place::{Front, Way};
use super::{Callers, Exposure, Place, Proof};
use crate::ways;
use inventory::{Account, Arn, EndpointType, Gap, Method, MethodAuthorization, RestApi};
use jiff::civil::Date;
use policy::{
    Actions, Audience, Document, Effect, Grant, Principal, Principals, Request, Resources, Statement, who_can,
};
use std::borrow::Cow;

const INVOKE: &str = "execute-api:Invoke";

/// Condition keys that no request to an API outside VPCs carries.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html>
const NOT_IN_A_VPC: [(&str, Option<&str>); 3] =
    [("aws:SourceVpc", None), ("aws:SourceVpce", None), ("aws:VpcSourceIp", None)];

/// Condition keys that every request to a private API carries, so that `IfExists` means nothing.
const IN_A_VPC: [&str; 2] = ["aws:SourceVpc", "aws:SourceVpce"];

/// Condition keys that only signed requests carry.
const UNSIGNED: [(&str, Option<&str>); 7] = [
    ("aws:PrincipalAccount", None),
    ("aws:PrincipalArn", None),
    ("aws:PrincipalIsAWSService", None),
    ("aws:PrincipalOrgID", None),
    ("aws:PrincipalOrgPaths", None),
    ("aws:PrincipalServiceName", None),
    ("aws:userid", None),
];

/// Any text without a slash: a stage that may be there.
const ANY_STAGE: &str = "{";

/// Who can call a method, at the stages that are deployed.
///
/// # Errors
/// The gap of the authorization, of the policy, or of the stages where none that is known lets callers
/// from anywhere through.
pub fn of_method(method: &Method, api: &RestApi, account: &Account, today: Date) -> Result<Exposure, Gap> {
    let (authorizer, proof) = asked(method, api)?;
    let requests = requests(&method.verb, &method.path);
    exposure(Asked { requests: &requests, by: By::Callers(authorizer), proof: &proof }, api, account, today)
}

/// Whom the resource policy lets through to some method, whatever the methods ask for.
///
/// # Errors
/// As for [`of_method`].
pub fn of_policy(api: &RestApi, account: &Account, today: Date) -> Result<Exposure, Gap> {
    exposure(Asked { requests: "*", by: By::Anyone, proof: &Proof::Nothing }, api, account, today)
}

/// Whom the resource policy lets through to some method with a Lambda authorizer.
///
/// # Errors
/// As for [`of_method`].
pub fn of_authorizers(api: &RestApi, account: &Account, today: Date) -> Result<Exposure, Gap> {
    let by = By::Callers(Authorizer::Lambda);
    exposure(Asked { requests: "*", by, proof: &Proof::Authorizer }, api, account, today)
}

/// Where the requests of a REST API come from.
///
/// # Errors
/// The gap of the endpoint, or of the stages where none is known.
pub fn place_of_rest_api(api: &RestApi, account: &Account) -> Result<Place, Gap> {
    Ok(match front(api).leads_in(&api.stages, account)? {
        None => Place::Nowhere,
        Some(_) if is_private(api)? => Place::Vpc,
        Some(_) => Place::Internet,
    })
}

/// The requests to a method or route: `GET/orders/{`, where `{` is any text without a slash and `*` any text.
pub fn requests(verb: &str, path: &str) -> String {
    let verb = if verb == "ANY" { "{" } else { verb };
    let segments = path.split('/').map(|segment| match segment {
        greedy if greedy.ends_with("+}") => "*",
        parameter if parameter.starts_with('{') => "{",
        fixed => fixed,
    });
    let segments: Vec<_> = segments.collect();
    format!("{verb}{}", segments.join("/"))
}

/// What callers of a method must show.
///
/// # Errors
/// The gap of the authorization.
pub fn proof_of_method(method: &Method, api: &RestApi) -> Result<Proof, Gap> {
    asked(method, api).map(|(_, proof)| proof)
}

/// What a method asks its callers for.
fn asked(method: &Method, api: &RestApi) -> Result<(Authorizer, Proof), Gap> {
    Ok(match method.authorization.read()? {
        Some(MethodAuthorization::AwsIam) => (Authorizer::Iam, Proof::Signature),
        Some(MethodAuthorization::Custom) => (Authorizer::Lambda, Proof::Authorizer),
        Some(MethodAuthorization::Cognito) => {
            let named = api.authorizers.iter().find(|it| method.authorizer.as_ref() == Some(&it.id));
            let pools = named.map(|it| it.user_pools.join(", ")).filter(|it| !it.is_empty());
            (Authorizer::Cognito, Proof::Token(pools.unwrap_or_else(|| "the authorizer's user pools".into())))
        }
        Some(MethodAuthorization::None) | None if method.api_key_required => {
            (Authorizer::None, Proof::ApiKey)
        }
        Some(MethodAuthorization::None) | None => (Authorizer::None, Proof::Nothing),
    })
}

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Callers of methods with that authorizer.
    Callers(Authorizer),
    /// Whoever the policy speaks of.
    Anyone,
}

impl By {
    fn signs(self) -> bool {
        self == Self::Callers(Authorizer::Iam)
    }
}

/// What is asked of the API.
pub(super) struct Asked<'a> {
    pub(super) requests: &'a str,
    pub(super) by: By,
    pub(super) proof: &'a Proof,
}

fn front(api: &RestApi) -> Front<'_> {
    Front { arn: &api.arn, id: &api.id, default_disabled: api.default_endpoint_disabled }
}

fn is_private(api: &RestApi) -> Result<bool, Gap> {
    Ok(api.endpoint.read()? == Some(&EndpointType::Private))
}

fn exposure(asked: Asked, api: &RestApi, account: &Account, today: Date) -> Result<Exposure, Gap> {
    let Some(Way { doubt }) = front(api).leads_in(&api.stages, account)? else {
        return Ok(Exposure::nowhere());
    };
    let private = is_private(api)?;
    let place = if private { Place::Vpc } else { Place::Internet };
    let Some(policy) = api.policy.read()? else {
        // A private API without a policy answers nobody.
        let callers = (!private).then(|| without_policy(&asked, api));
        return Ok(Exposure { place, callers: callers.into_iter().collect(), doubt, gap: None });
    };
    let judge = Judge::new(policy, asked, private, api, (account, today));
    let callers: Vec<_> = api.stages.iter().flat_map(|stage| judge.callers(&stage.name)).collect();
    // Stages that did not arrive may let in everyone, unless the policy stops them at any stage.
    let open = |callers: &[Callers]| callers.iter().any(Callers::is_open);
    if api.stages.gap.is_some() && !open(&callers) && open(&judge.callers(ANY_STAGE)) {
        api.stages.all()?;
    }
    Ok(Exposure { place, callers, doubt, gap: api.stages.gap.clone() })
}

/// Without a policy the authorizer alone decides; nobody allows signers of other accounts.
fn without_policy(asked: &Asked, api: &RestApi) -> Callers {
    Callers {
        audience: if asked.by.signs() { Audience::OwnAccount } else { Audience::Anonymous },
        limited: false,
        proof: asked.proof.clone(),
        opens: api.stages.iter().map(|it| it.name.clone()).collect(),
        restrictions: Vec::new(),
        evidence: vec!["the API has no resource policy".into()],
        exact: true,
    }
}

/// A policy, and what is asked of it.
pub(super) struct Judge<'a> {
    policy: Cow<'a, Document>,
    asked: Asked<'a>,
    /// The statement that stands for an authorizer's Allow, where the policy's silence does not undo that.
    authorizer: Option<usize>,
    private: bool,
    /// The ARN that requests to the API begin with.
    prefix: String,
    account: &'a Account,
    today: Date,
    context: Vec<(&'static str, Option<&'static str>)>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        policy: &'a Document,
        asked: Asked<'a>,
        private: bool,
        api: &RestApi,
        (account, today): (&'a Account, Date),
    ) -> Self {
        let allowed = match asked.by {
            By::Callers(authorizer) => allow_of(authorizer, account),
            By::Anyone => None,
        };
        let authorizer = allowed.as_ref().map(|_| policy.statements.len());
        let mut policy = if private { in_a_vpc(policy) } else { Cow::Borrowed(policy) };
        if let Some(statement) = allowed {
            policy.to_mut().statements.push(statement);
        }
        let mut context = Vec::new();
        if matches!(asked.by, By::Callers(_)) && !asked.by.signs() {
            context.extend(UNSIGNED);
        }
        if !private {
            context.extend(NOT_IN_A_VPC);
        }
        Self { policy, asked, authorizer, private, prefix: prefix(api, account), account, today, context }
    }

    /// Those whom the policy lets through at a stage.
    pub(super) fn callers(&self, stage: &str) -> Vec<Callers> {
        let day = self.today.to_string();
        let request = Request {
            action: INVOKE,
            resource: &format!("{}/{stage}/{}", self.prefix, self.asked.requests),
            owner: &self.account.id,
            signed: self.asked.by.signs(),
            context: &ways::from(&day, &self.context),
        };
        let grants = who_can(&self.policy, &request).into_iter();
        // Whose signature nobody looks at is nobody in particular.
        let asking = grants.filter(|it| match self.asked.by {
            By::Callers(Authorizer::Iam) | By::Anyone => true,
            By::Callers(_) => it.audience == Audience::Anonymous,
        });
        asking.map(|grant| self.told(stage, grant)).collect()
    }

    fn told(&self, stage: &str, grant: Grant) -> Callers {
        let by_authorizer = self.authorizer == Some(grant.statement);
        let Grant { label, reason, .. } = &grant;
        let why = if !by_authorizer {
            format!("stage {stage}: statement {label} of the resource policy: {reason}")
        } else if self.asked.by.signs() {
            format!(
                "stage {stage}: no Deny of the resource policy keeps out whom identity policies of the account let in"
            )
        } else {
            format!(
                "stage {stage}: no Deny of the resource policy keeps out whom the Lambda authorizer lets in"
            )
        };
        let mut evidence = vec![why];
        if self.private && grant.limited {
            evidence.push("policies of VPC endpoints were not read; they could only keep callers out".into());
        }
        Callers {
            audience: grant.audience,
            limited: grant.limited,
            proof: self.asked.proof.clone(),
            opens: vec![stage.to_owned()],
            restrictions: grant.restrictions,
            evidence,
            // Callers of a Lambda authorizer have no account to choose a table by: the wider is assumed.
            exact: grant.exact && (!by_authorizer || self.asked.by.signs()),
        }
    }
}

/// What the authorizer's Allow amounts to beside a silent policy, as a statement.
fn allow_of(authorizer: Authorizer, account: &Account) -> Option<Statement> {
    let principal = match authorizer {
        Authorizer::Iam => Principal::Aws(format!("arn:{}:iam::{}:root", account.partition, account.id)),
        _ => Principal::Anyone,
    };
    flow::silence_suffices(authorizer, true).then(|| allow(principal))
}

/// An Allow of every request of the principal.
pub(super) fn allow(principal: Principal) -> Statement {
    Statement {
        sid: None,
        effect: Effect::Allow,
        principals: Some(Principals::Only(vec![principal])),
        actions: Actions::Only(vec![INVOKE.into()]),
        resources: Some(Resources::Only(vec!["*".into()])),
        conditions: Vec::new(),
    }
}

/// The policy as requests of a private API meet it.
fn in_a_vpc(policy: &Document) -> Cow<'_, Document> {
    let mut policy = policy.clone();
    let conditions = policy.statements.iter_mut().flat_map(|it| &mut it.conditions);
    let always = conditions.filter(|it| IN_A_VPC.iter().any(|key| key.eq_ignore_ascii_case(&it.key)));
    always.for_each(|it| it.if_exists = false);
    Cow::Owned(policy)
}

/// The ARN that requests to the API begin with.
fn prefix(api: &RestApi, account: &Account) -> String {
    let region = Arn::parse(&api.arn).map_or("*", |arn| arn.region);
    format!("arn:{}:execute-api:{region}:{}:{}", account.partition, account.id, api.id)
}
