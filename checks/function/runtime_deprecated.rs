use crate::examples::{function, with_function};
use crate::runtimes::{Lifecycle, RUNTIMES};
use audit::{Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Call, Function, Gap, Reason};
use jiff::civil::Date;

check! {
    /// The function's runtime has passed its deprecation date. From the day that AWS also blocks
    /// updates the finding is critical.
    ///
    /// Dates are AWS's, from a table that is shipped with this tool, judged by the day the
    /// inventory was taken or by `--as-of`. A runtime that the table does not know is unknown, not
    /// supported. Container images bring their own runtime and are not concerned.
    ///
    /// ## Why it matters
    /// A deprecated runtime gets no security patches: a flaw in the language or its operating system
    /// stays open. Once updates are blocked, you cannot even deploy a fix of your own code.
    ///
    /// ## Fix
    /// Move to a supported runtime, on a published version behind an alias so that you can go back:
    ///
    /// ```sh
    /// aws lambda update-function-configuration --function-name FUNCTION --runtime RUNTIME
    /// ```
    ///
    /// or in CloudFormation:
    ///
    /// ```yaml
    /// Type: AWS::Lambda::Function
    /// Properties:
    ///   Runtime: python3.14
    /// ```
    "FN-001" "runtime-deprecated": "Runtime is deprecated",
    severity: Severity::High,
    controls: &[Control::Runtime],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html",
        "CWE-1104",
        "FSBP Lambda.2",
    ],
    calls: &[Call::LambdaListFunctions],
    rules: &[Rule::Function(run)],
    bad: || example("python3.8"),
    good: || example("python3.14"),
}

fn run(function: &Function, scope: &Scope) -> Outcome {
    let Some(runtime) = function.runtime.as_deref().filter(|_| function.package_type != "Image") else {
        return Ok(Verdict::NotApplicable);
    };
    let Some(lifecycle) = RUNTIMES.of(runtime) else {
        return Err(unheard_of(runtime, function, scope));
    };
    let today = scope.inventory.today();
    let past = |date: Option<Date>| date.filter(|it| *it <= today);
    let Some(deprecated) = past(lifecycle.deprecated) else {
        return Ok(Verdict::Pass);
    };
    let name = &function.name;
    let problem = match past(lifecycle.block_update) {
        None => Problem::new(format!("{name} runs on {runtime}, deprecated since {deprecated}")),
        Some(day) => Problem::new(format!(
            "{name} runs on {runtime}, deprecated since {deprecated}, and cannot be updated since {day}"
        ))
        .severity(Severity::Critical),
    };
    Ok(Verdict::fail(Problem { evidence: dates(lifecycle), ..problem }))
}

fn dates(lifecycle: &Lifecycle) -> Vec<String> {
    let Lifecycle { deprecated, block_create, block_update } = *lifecycle;
    let line = |date: Option<Date>, what: &str| date.map(|it| format!("{what}: {it}"));
    let lines = [
        line(deprecated, "no patches from"),
        line(block_create, "no new functions from"),
        line(block_update, "no updates from"),
    ];
    lines.into_iter().flatten().collect()
}

/// AWS named a runtime that the table is too old, or too wrong, to know.
fn unheard_of(runtime: &str, function: &Function, scope: &Scope) -> Gap {
    Gap {
        action: Call::LambdaListFunctions.action().into(),
        account: scope.account.id.clone(),
        region: scope.region.name.clone(),
        resource: Some(function.arn.clone()),
        reason: Reason::Malformed,
        message: format!("the runtime {runtime} is not in the table of {}", RUNTIMES.as_of()),
        ..Gap::default()
    }
}

fn example(runtime: &str) -> Account {
    with_function(Function { runtime: Some(runtime.into()), ..function("orders") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::outcomes;
    use audit::{Kind, evaluate};
    use inventory::{Assumptions, Inventory};

    fn judged(runtime: &str, day: &str) -> (Kind, Severity) {
        let inventory = Inventory {
            accounts: vec![example(runtime)],
            assumptions: Assumptions { as_of: Some(day.parse().unwrap()), ..Assumptions::default() },
            ..Inventory::default()
        };
        let found = evaluate(&inventory, &[CHECK]);
        (found[0].outcome, found[0].severity)
    }

    #[test]
    fn a_runtime_ages_with_the_day() {
        assert_eq!(judged("nodejs20.x", "2026-04-29").0, Kind::Pass);
        assert_eq!(judged("nodejs20.x", "2026-04-30"), (Kind::Fail, Severity::High));
        assert_eq!(judged("nodejs20.x", "2027-03-02"), (Kind::Fail, Severity::High));
        assert_eq!(judged("nodejs20.x", "2027-03-03"), (Kind::Fail, Severity::Critical));
        assert_eq!(judged("python2.7", "2026-11-22"), (Kind::Fail, Severity::Critical));
        assert_eq!(judged("provided.al2023", "2026-11-22").0, Kind::Pass);
        assert_eq!(judged("java17.al2023", "2040-01-01").0, Kind::Pass, "no end announced");
    }

    #[test]
    fn an_unheard_of_runtime_is_unknown() {
        assert_eq!(outcomes(&CHECK, example("python4.0")), [Kind::Unknown]);
        assert_eq!(outcomes(&CHECK, example("")), [Kind::Unknown]);
    }

    #[test]
    fn container_images_bring_their_own() {
        let (runtime, package_type) = (None, "Image".into());
        let image = with_function(Function { runtime, package_type, ..function("orders") });
        assert_eq!(outcomes(&CHECK, image), [Kind::NotApplicable]);
    }
}
