use crate::examples::{function, with_function};
use audit::{Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Api, ApiStage, Call, Fact, Function, RestApi, SecretKind, Stage, Variable};

check! {
    /// A secret stands in plain text in a function's environment or in the variables of an API's
    /// stage.
    ///
    /// Values are judged by their shape (access keys, private keys, tokens of many vendors, URLs
    /// with a password) and by the variable's name (a literal under `DB_PASSWORD`, at medium
    /// confidence). They are dropped at once: neither reports nor inventories hold them. ARNs,
    /// dynamic references, parameter paths and placeholders are no secrets.
    ///
    /// ## Why it matters
    /// Whoever may list functions or stages reads the value: audit roles, support staff, every
    /// deployment pipeline. It also shows up in templates, in crash reports and in child processes.
    ///
    /// ## Fix
    /// Rotate the secret, since it has been seen. Keep the new one in Secrets Manager and give the
    /// function its name only:
    ///
    /// ```sh
    /// aws secretsmanager create-secret --name orders/db --secret-string file://new-password
    /// aws lambda update-function-configuration --function-name FUNCTION \
    ///   --environment 'Variables={DB_SECRET_NAME=orders/db}'
    /// ```
    ///
    /// and let the execution role read that one secret:
    ///
    /// ```json
    /// {
    ///   "Effect": "Allow",
    ///   "Action": "secretsmanager:GetSecretValue",
    ///   "Resource": "arn:aws:secretsmanager:REGION:ACCOUNT:secret:orders/db-*"
    /// }
    /// ```
    "FN-101" "secret-in-environment": "Secret in an environment or stage variable",
    severity: Severity::Critical,
    controls: &[Control::Secrets],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html",
        "CWE-526",
        "CWE-798",
    ],
    calls: &[
        Call::LambdaListFunctions,
        Call::ApiGatewayGetRestApis,
        Call::ApiGatewayGetStages,
        Call::ApiGatewayV2GetApis,
        Call::ApiGatewayV2GetStages,
    ],
    rules: &[Rule::Function(environment), Rule::RestStage(rest_stage), Rule::ApiStage(api_stage)],
    bad: || example(Some(SecretKind::PrivateKey)),
    good: || example(None),
}

fn environment(function: &Function, _: &Scope) -> Outcome {
    judge(&function.environment, &format!("the environment of {}", function.name))
}

fn rest_stage(stage: &Stage, api: &RestApi, _: &Scope) -> Outcome {
    judge(&stage.variables, &format!("stage {} of REST API {}", stage.name, api.name))
}

fn api_stage(stage: &ApiStage, api: &Api, _: &Scope) -> Outcome {
    judge(&stage.variables, &format!("stage {} of API {}", stage.name, api.name))
}

fn judge(variables: &Fact<Vec<Variable>>, place: &str) -> Outcome {
    let variables = variables.read()?.map(Vec::as_slice).unwrap_or_default();
    if variables.is_empty() {
        return Ok(Verdict::NotApplicable);
    }
    let secrets = variables.iter().filter_map(|it| Some((&it.name, it.secret?)));
    Ok(Verdict::of(secrets.map(|(name, kind)| problem(name, kind, place)).collect()))
}

fn problem(name: &str, kind: SecretKind, place: &str) -> Problem {
    let guessed = kind == SecretKind::NamedCredential;
    let by = if guessed { "its name" } else { "its shape" };
    Problem {
        detail: Some(name.into()),
        evidence: vec![format!("{name} was recognised by {by}; the value is not kept")],
        confidence: guessed.then_some(Confidence::Medium),
        ..Problem::new(format!("{name} in {place} holds {} in plain text", kind.words()))
    }
}

fn example(secret: Option<SecretKind>) -> Account {
    let name = "SIGNING_KEY".into();
    let environment = Fact::Known(vec![Variable { name, secret }]);
    with_function(Function { environment, ..function("orders") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{api, rest_api, with_api, with_rest_api};
    use crate::laws::{findings, outcomes};
    use audit::Kind;

    fn holding(name: &str, value: &str) -> Fact<Vec<Variable>> {
        Fact::Known(vec![Variable::judge("LOG_LEVEL", "debug"), Variable::judge(name, value)])
    }

    #[test]
    fn each_variable_is_a_finding_of_its_own() {
        let environment = Fact::Known(vec![
            Variable::judge("A_PASSWORD", "hunter2"),
            Variable::judge("B_URL", "redis://:hunter2@cache"),
            Variable::judge("C_URL", "redis://cache"),
        ]);
        let found = findings(&CHECK, with_function(Function { environment, ..function("orders") }));
        let seen: Vec<_> = found.iter().map(|it| (it.resource.detail.as_deref(), it.confidence)).collect();
        assert_eq!(seen, [(Some("A_PASSWORD"), Confidence::Medium), (Some("B_URL"), Confidence::High)]);
        assert!(!format!("{found:?}").contains("hunter2"));
    }

    #[test]
    fn stage_variables_are_judged_too() {
        let mut rest = rest_api();
        rest.stages.items[0].variables = holding("token", "abcdef");
        assert_eq!(outcomes(&CHECK, with_rest_api(rest)), [Kind::Fail]);
        let mut http = api();
        http.stages.items[0].variables = holding("lambdaAlias", "live");
        assert_eq!(outcomes(&CHECK, with_api(http)), [Kind::Pass]);
    }

    #[test]
    fn without_variables_there_is_nothing_to_judge() {
        assert_eq!(outcomes(&CHECK, with_function(function("orders"))), [Kind::NotApplicable]);
    }

    #[test]
    fn a_hostile_name_is_only_text() {
        let environment = holding("\u{1b}[31m<script>|`PASSWORD", "abcdef");
        let found = findings(&CHECK, with_function(Function { environment, ..function("orders") }));
        assert_eq!(found[0].resource.detail.as_deref(), Some("\u{1b}[31m<script>|`PASSWORD"));
    }
}
