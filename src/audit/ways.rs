//! The ways to use a function, and what is known of requests that come in each.
//! <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>

use policy::Actions;

/// A way to use a function: an action, and what is known of every such request.
#[derive(Debug)]
pub struct Way {
    /// The IAM action.
    pub action: &'static str,
    /// What is known of every such request.
    pub context: Context,
}

/// What is known of requests: condition keys, with nothing for one that is missing.
pub type Context = &'static [(&'static str, Option<&'static str>)];

/// The ways that one kind of caller has.
#[derive(Debug)]
pub struct Ways {
    /// Those that matter most; findings name them.
    pub told: &'static [Way],
    /// What is known of requests for any other action.
    pub other: Context,
}

/// The action of function URLs: every request for it comes through one and says how that
/// authenticates.
pub const URL: &str = "lambda:InvokeFunctionUrl";
const URL_AUTH: &str = "lambda:FunctionUrlAuthType";
const VIA_URL: &str = "lambda:InvokedViaFunctionUrl";

/// The first action that a request to a URL without authentication needs.
/// <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>
pub const OPEN_URL: Way = Way { action: URL, context: &[(URL_AUTH, Some("NONE"))] };

/// The same of a request that must be signed.
pub const SIGN_URL: Way = Way { action: URL, context: &[(URL_AUTH, Some("AWS_IAM"))] };

/// The same, however the URL authenticates.
pub const ANY_URL: Way = Way { action: URL, context: &[] };

/// The second action, since October 2025.
pub const INVOKE_VIA_URL: Way = Way { action: "lambda:InvokeFunction", context: &[(VIA_URL, Some("true"))] };

/// Past any URL, which is asked twice: AWS does not say whether a direct call lacks the key of URLs.
pub const INVOKE_DIRECTLY: [Way; 2] =
    [direct("lambda:InvokeFunction"), Way { action: "lambda:InvokeFunction", context: NOT_VIA_URL }];

/// What is known of a request past any URL.
pub const DIRECT: Context = &[(URL_AUTH, None), (VIA_URL, None)];
const NOT_VIA_URL: Context = &[(URL_AUTH, None), (VIA_URL, Some("false"))];

/// What a signed caller can do to a function: run it, read it, change it, let others in.
/// A direct call is asked for twice, since AWS does not say whether it lacks the key of URLs.
pub const SIGNED: Ways = Ways {
    told: &[
        direct("lambda:InvokeFunction"),
        Way { action: "lambda:InvokeFunction", context: NOT_VIA_URL },
        SIGN_URL,
        direct("lambda:InvokeAsync"),
        direct("lambda:GetFunction"),
        direct("lambda:GetFunctionConfiguration"),
        direct("lambda:UpdateFunctionCode"),
        direct("lambda:UpdateFunctionConfiguration"),
        direct("lambda:UpdateAlias"),
        direct("lambda:AddPermission"),
        direct("lambda:PutResourcePolicy"),
        direct("lambda:DeleteFunction"),
    ],
    other: DIRECT,
};

/// How services use a function: as events, CloudFront through the URL, and however else they may.
pub const BY_SERVICES: Ways = Ways {
    told: &[Way { action: "lambda:InvokeFunction", context: &[] }, Way { action: URL, context: &[] }],
    other: &[],
};

/// The same of requests that come on that day or later.
pub fn from<'a>(day: &'a str, context: &[(&'a str, Option<&'a str>)]) -> Vec<(&'a str, Option<&'a str>)> {
    let time = [("aws:CurrentTime", Some(day))];
    time.iter().chain(context).copied().collect()
}

const fn direct(action: &'static str) -> Way {
    Way { action, context: DIRECT }
}

/// The other actions of Lambda to ask a statement for; a pattern stands for every action that it
/// matches.
pub fn other_actions(actions: &Actions) -> Vec<&str> {
    const ANY: &str = "lambda:*";
    match actions {
        Actions::AllBut(_) => vec![ANY],
        Actions::Only(list) => {
            let of_lambda = |it: &&String| it.get(..7).is_some_and(|it| it.eq_ignore_ascii_case("lambda:"));
            let mut own: Vec<_> = list
                .iter()
                .filter(of_lambda)
                .map(String::as_str)
                .filter(|it| !it.eq_ignore_ascii_case(URL))
                .collect();
            // `*` and the like match actions of all services.
            own.extend(list.iter().any(|it| it.contains(['*', '?']) && !of_lambda(&it)).then_some(ANY));
            own
        }
    }
}
