//! Toy checks: one for each layer, so that reports have something to show.

use audit::{Check, Confidence, Control, Outcome, Problem, Rule, Scope, Severity, Verdict};
use inventory::{Function, Method, MethodAuthorization, RestApi, Role, Stage};

/// All of them.
pub(crate) const ALL: &[Check] =
    &[edge::CHECK, source::CHECK, service::CHECK, function::CHECK, downstream::CHECK];

mod edge {
    use super::*;

    audit::check! {
        /// A stage that the internet reaches has no web ACL.
        ///
        /// ## Why it matters
        /// Floods and known attacks reach the function.
        ///
        /// ## Fix
        /// Associate a web ACL with the stage.
        ///
        /// ```sh
        /// aws wafv2 associate-web-acl --web-acl-arn ACL \
        ///   --resource-arn STAGE
        /// ```
        "EDGE-901" "stage-without-toy-acl": "Stage without a toy ACL",
        severity: Severity::Medium,
        controls: &[Control::Firewall],
        references: &["https://docs.aws.amazon.com/waf/latest/developerguide/", "CWE-693"],
        rules: &[Rule::RestStage(run)],
    }

    fn run(stage: &Stage, api: &RestApi, _: &Scope) -> Outcome {
        Ok(match stage.web_acl.read()? {
            Some(_) => Verdict::Pass,
            None => Verdict::fail(Problem::new(format!(
                "stage {} of API {} has no web ACL",
                stage.name, api.name
            ))),
        })
    }
}

mod source {
    use super::*;

    audit::check! {
        /// A method asks nobody who they are.
        ///
        /// ## Fix
        /// Demand IAM authorization. Or write an authorizer.
        "SRC-901" "method-without-toy-authorization": "Method without authorization",
        severity: Severity::High,
        controls: &[Control::Authentication],
        references: &["https://cwe.mitre.org/data/definitions/306.html"],
        rules: &[Rule::RestMethod(run)],
    }

    fn run(method: &Method, api: &RestApi, _: &Scope) -> Outcome {
        let open = method.authorization.read()? == Some(&MethodAuthorization::None);
        let problem = Problem::new(format!(
            "{} {} of API {} asks nobody who they are",
            method.verb, method.path, api.name
        ));
        Ok(match method.verb.as_str() {
            _ if !open => Verdict::Pass,
            "POST" => Verdict::fail(problem.severity(Severity::Critical)),
            _ => Verdict::fail(problem.confidence(Confidence::Medium)),
        })
    }
}

mod service {
    use super::*;

    audit::check! {
        /// The policy of a function lets anyone invoke it.
        ///
        /// ## Fix
        /// ```sh
        /// aws lambda remove-permission --function-name FUNCTION --statement-id SID
        /// ```
        "SVC-901" "open-toy-policy": "Function policy lets anyone in",
        severity: Severity::Critical,
        controls: &[Control::InvokePermission],
        rules: &[Rule::Function(run)],
    }

    fn run(function: &Function, _: &Scope) -> Outcome {
        Ok(match function.policy.read()? {
            Some(_) => Verdict::fail(
                Problem::new(format!("the policy of function {} lets anyone invoke it", function.name))
                    .detail("open")
                    .evidence("statement open: Principal *, Action lambda:InvokeFunction"),
            ),
            None => Verdict::Pass,
        })
    }
}

mod function {
    use super::*;

    audit::check! {
        /// A function is not traced.
        "FN-901" "untraced-toy": "Function is not traced",
        severity: Severity::Info,
        rules: &[Rule::Function(run)],
    }

    fn run(function: &Function, _: &Scope) -> Outcome {
        Ok(match function.tracing_active.read()? {
            Some(true) => Verdict::Pass,
            _ => Verdict::fail(Problem::new(format!("function {} is not traced", function.name))),
        })
    }
}

mod downstream {
    use super::*;

    audit::check! {
        /// An execution role has no permissions boundary.
        ///
        /// ## Fix
        /// Put a boundary on the role.
        "DOWN-901" "unbounded-toy-role": "Role without a boundary",
        severity: Severity::Low,
        controls: &[Control::LeastPrivilege],
        rules: &[Rule::ExecutionRole(run)],
    }

    fn run(role: &Role, _: &Scope) -> Outcome {
        Ok(match role.boundary.read()? {
            Some(_) => Verdict::Pass,
            None => Verdict::fail(Problem::new(format!("role {} has no permissions boundary", role.name))),
        })
    }
}
