use crate::examples::{method, rest_api, with_rest_api};
use crate::rest;
use audit::{Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Call, Gap, Listing, Method, RequestValidator, RestApi};

check! {
    /// API Gateway passes requests of a REST method on without checking what the method declares.
    ///
    /// A method that takes a body (`POST`, `PUT`, `PATCH`, `ANY`) needs a model and a bound validator
    /// that checks bodies; the built-in model `Empty`, which any body fulfils, is none. Any method that declares required headers or query parameters needs a bound
    /// validator that checks parameters. A validator that is defined but not bound to the method does
    /// nothing, and neither does a model without a validator. Methods that take no body and require no
    /// parameters have nothing to validate; `OPTIONS` methods and mock integrations are not concerned.
    ///
    /// ## Why it matters
    /// Malformed and oversized input is turned away before it costs an invocation and before it meets
    /// code that trusts it. Validation at the API is the same for every caller and cannot be forgotten
    /// in one handler.
    ///
    /// ## Fix
    /// Bind a validator and a model to the method, then deploy:
    ///
    /// ```sh
    /// aws apigateway create-request-validator --rest-api-id API_ID --name all \
    ///   --validate-request-body --validate-request-parameters
    /// aws apigateway update-method --rest-api-id API_ID --resource-id RESOURCE_ID --http-method POST \
    ///   --patch-operations op=replace,path=/requestValidatorId,value=VALIDATOR_ID \
    ///   op=add,path=/requestModels/application~1json,value=MODEL_NAME
    /// ```
    ///
    /// ```yaml
    /// Type: AWS::ApiGateway::Method
    /// Properties:
    ///   HttpMethod: POST
    ///   RequestValidatorId: !Ref Validator
    ///   RequestModels:
    ///     $default: !Ref OrderModel
    /// ```
    ///
    /// Split an `ANY` method into the methods you serve first.
    "SRC-401" "request-not-validated": "REST method does not validate requests",
    severity: Severity::Medium,
    controls: &[Control::RequestValidation],
    references: &[
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html",
        "CWE-20",
    ],
    calls: &[
        Call::ApiGatewayGetRestApis,
        Call::ApiGatewayGetResources,
        Call::ApiGatewayGetRequestValidators,
    ],
    rules: &[Rule::RestMethod(run)],
    bad: || example(Method { validator: None, ..method() }),
    good: || with_rest_api(rest_api()),
}

fn run(method: &Method, api: &RestApi, _: &Scope) -> Outcome {
    let body = matches!(method.verb.as_str(), "POST" | "PUT" | "PATCH" | "ANY");
    let parameters = checkable(method);
    if (!body && parameters.is_empty()) || rest::harmless(method)? {
        return Ok(Verdict::NotApplicable);
    }
    let mut lacking = Vec::new();
    match bound(method, api)? {
        Bound::Nothing => lacking.push("no request validator is bound to it".into()),
        Bound::Missing(id) => lacking.push(format!("its request validator {id} does not exist")),
        Bound::To(validator) => {
            if body && !validator.body {
                lacking.push("its request validator does not check bodies".into());
            }
            if !parameters.is_empty() && !validator.parameters {
                lacking.push(format!("its request validator does not check {}", parameters.join(", ")));
            }
        }
    }
    if body && method.models.is_empty() {
        lacking.push("it has no model of its body, or the built-in Empty only".into());
    }
    if lacking.is_empty() {
        return Ok(Verdict::Pass);
    }
    let message = format!("{} of REST API {} does not validate requests", rest::label(method), api.name);
    let mut problem = Problem::new(message);
    problem.evidence = lacking;
    Ok(Verdict::fail(problem))
}

/// The validator that a method is bound to.
enum Bound<'a> {
    Nothing,
    Missing(&'a str),
    To(&'a RequestValidator),
}

fn bound<'a>(method: &'a Method, api: &'a RestApi) -> Result<Bound<'a>, Gap> {
    let Some(id) = &method.validator else {
        return Ok(Bound::Nothing);
    };
    if let Some(validator) = api.validators.iter().find(|it| it.id == *id) {
        return Ok(Bound::To(validator));
    }
    api.validators.all()?;
    Ok(Bound::Missing(id))
}

/// The required parameters that a request can lack: one in the path is there, or the path differs.
fn checkable(method: &Method) -> Vec<&str> {
    let required = method.required_parameters.iter().map(String::as_str);
    let mut names: Vec<_> = required.filter(|it| !it.starts_with("method.request.path.")).collect();
    names.sort_unstable();
    names
}

fn example(method: Method) -> Account {
    with_rest_api(RestApi { methods: Listing::complete(vec![method]), ..rest_api() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::{findings, outcomes};
    use audit::Kind;

    fn get(required: &[&str], validator: Option<&str>) -> Method {
        Method {
            verb: "GET".into(),
            models: Vec::new(),
            required_parameters: required.iter().map(|&it| it.into()).collect(),
            validator: validator.map(Into::into),
            ..method()
        }
    }

    #[test]
    fn without_a_body_only_required_parameters_count() {
        for (method, kind) in [
            (get(&[], None), Kind::NotApplicable),
            (get(&["method.request.path.id"], None), Kind::NotApplicable),
            (get(&["method.request.querystring.q"], None), Kind::Fail),
            (get(&["method.request.querystring.q"], Some("v1")), Kind::Pass),
        ] {
            assert_eq!(outcomes(&CHECK, example(method)), [kind]);
        }
    }

    #[test]
    fn a_body_needs_a_model_and_a_validator_that_exists_and_checks_it() {
        let no_model = Method { models: Vec::new(), ..method() };
        let deleted = Method { validator: Some("gone".into()), ..method() };
        for method in [no_model, deleted.clone()] {
            assert_eq!(outcomes(&CHECK, example(method)), [Kind::Fail]);
        }
        let mut account = example(method());
        let api = &mut account.regions.items[0].rest_apis.items[0];
        api.validators.items[0].body = false;
        let found = findings(&CHECK, account);
        assert_eq!(found[0].evidence, ["its request validator does not check bodies"]);
        let mut account = example(deleted);
        account.regions.items[0].rest_apis.items[0].validators = Listing::default();
        assert_eq!(outcomes(&CHECK, account), [Kind::Unknown]);
    }
}
