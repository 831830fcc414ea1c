use crate::examples::{function, with_function};
use audit::{Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Account, Call, Fact, Function};

check! {
    /// X-Ray tracing of the function is not active, so Lambda itself starts no traces.
    ///
    /// A log format of plain text is noted beside it, since it makes the logs that are left hard to
    /// search.
    ///
    /// ## Why it matters
    /// After an incident the question is which requests touched what. Traces answer it across API,
    /// function and data store; without them there are only logs of single functions, joined by
    /// guesswork.
    ///
    /// ## Fix
    /// ```sh
    /// aws lambda update-function-configuration --function-name FUNCTION \
    ///   --tracing-config Mode=Active --logging-config LogFormat=JSON
    /// ```
    ///
    /// The execution role needs `xray:PutTraceSegments` and `xray:PutTelemetryRecords`. In
    /// CloudFormation:
    ///
    /// ```yaml
    /// Type: AWS::Lambda::Function
    /// Properties:
    ///   TracingConfig: { Mode: Active }
    ///   LoggingConfig: { LogFormat: JSON }
    /// ```
    "FN-302" "tracing-off": "Tracing is off",
    severity: Severity::Low,
    controls: &[Control::Observability],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html",
        "CWE-778",
        "FSBP Lambda.7",
    ],
    calls: &[Call::LambdaListFunctions],
    rules: &[Rule::Function(run)],
    bad: || example(false),
    good: || example(true),
}

fn run(function: &Function, _: &Scope) -> Outcome {
    if function.tracing_active.read()? == Some(&true) {
        return Ok(Verdict::Pass);
    }
    let mut evidence = vec!["TracingConfig.Mode is not Active".to_owned()];
    if function.log_format.as_deref() == Some("Text") {
        evidence.push("LoggingConfig.LogFormat is Text".into());
    }
    let message = format!("{} starts no traces", function.name);
    Ok(Verdict::fail(Problem { evidence, ..Problem::new(message) }))
}

fn example(active: bool) -> Account {
    let log_format = Some(if active { "JSON" } else { "Text" }.into());
    with_function(Function { tracing_active: Fact::Known(active), log_format, ..function("orders") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::findings;

    #[test]
    fn text_logs_are_noted_beside_it() {
        let evidence = |log_format: &str| {
            let mut account = example(false);
            account.regions.items[0].functions.items[0].log_format = Some(log_format.into());
            findings(&CHECK, account)[0].evidence.join("; ")
        };
        assert!(evidence("Text").contains("LogFormat"));
        assert!(!evidence("JSON").contains("LogFormat"));
    }
}
