use crate::examples::{function, with_function};
use audit::{Control, Outcome, Problem, Rule, Scope, Severity, Verdict, check};
use inventory::{Call, CodeSigning, CodeSigningMode, Fact, Function};

check! {
    /// A function's deployments are not verified: its code-signing configuration only warns, or,
    /// in strict audits, it has none.
    ///
    /// Code signing is a choice, so its absence is reported as low and with `--strict` only. A
    /// configuration in `Warn` mode is always reported: it looks like a control and stops nothing.
    /// Container images cannot be signed this way and are not concerned.
    ///
    /// ## Why it matters
    /// Whoever can call `lambda:UpdateFunctionCode`, be it a leaked deployment key, replaces the
    /// code. With `Enforce`, Lambda refuses what your signing profile has not signed.
    ///
    /// ## Fix
    /// Once deployments are signed, refuse unsigned ones:
    ///
    /// ```sh
    /// aws lambda update-code-signing-config --code-signing-config-arn CONFIG_ARN \
    ///   --code-signing-policies UntrustedArtifactOnDeployment=Enforce
    /// aws lambda put-function-code-signing-config --function-name FUNCTION \
    ///   --code-signing-config-arn CONFIG_ARN
    /// ```
    ///
    /// or in CloudFormation, with the function's `CodeSigningConfigArn` set to it:
    ///
    /// ```yaml
    /// Type: AWS::Lambda::CodeSigningConfig
    /// Properties:
    ///   AllowedPublishers:
    ///     SigningProfileVersionArns: [!GetAtt Profile.ProfileVersionArn]
    ///   CodeSigningPolicies:
    ///     UntrustedArtifactOnDeployment: Enforce
    /// ```
    "SVC-301" "code-signing-missing": "Deployments are not verified by code signing",
    severity: Severity::Low,
    controls: &[Control::CodeIntegrity],
    references: &[
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html",
        "CWE-494",
    ],
    calls: &[
        Call::LambdaListFunctions,
        Call::LambdaListCodeSigningConfigs,
        Call::LambdaListFunctionsByCodeSigningConfig,
    ],
    rules: &[Rule::Function(run)],
    bad: || with_function(signed(CodeSigningMode::Warn)),
    good: || with_function(signed(CodeSigningMode::Enforce)),
}

fn run(function: &Function, scope: &Scope) -> Outcome {
    if function.package_type == "Image" {
        return Ok(Verdict::NotApplicable);
    }
    let name = &function.name;
    let Some(config) = function.code_signing.read()? else {
        let missing = || Problem::new(format!("{name} has no code-signing configuration"));
        return Ok(if scope.inventory.assumptions.strict {
            Verdict::fail(missing())
        } else {
            Verdict::NotApplicable
        });
    };
    Ok(if config.mode.read()? == Some(&CodeSigningMode::Enforce) {
        Verdict::Pass
    } else {
        let message =
            format!("the code-signing configuration of {name} warns of unsigned code and deploys it");
        let problem = Problem::new(message).evidence(format!("{} is in Warn mode", config.arn));
        Verdict::fail(problem.severity(Severity::Medium))
    })
}

fn signed(mode: CodeSigningMode) -> Function {
    let arn = "arn:aws:lambda:eu-west-1:111122223333:code-signing-config:csc-0123456789abcdef0";
    Function {
        code_signing: Fact::Known(CodeSigning { arn: arn.into(), mode: Fact::Known(mode) }),
        ..function("orders")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::laws::outcomes;
    use audit::{Kind, evaluate};
    use inventory::{Account, Assumptions, Inventory};

    fn unsigned(package_type: &str) -> Account {
        let code_signing = Fact::Absent;
        let package_type = package_type.into();
        with_function(Function { code_signing, package_type, ..function("orders") })
    }

    #[test]
    fn having_none_is_a_finding_for_the_strict_only() {
        assert_eq!(outcomes(&CHECK, unsigned("Zip")), [Kind::NotApplicable]);
        let strict = |package_type| {
            let inventory = Inventory {
                accounts: vec![unsigned(package_type)],
                assumptions: Assumptions { strict: true, ..Assumptions::default() },
                ..Inventory::default()
            };
            let found = evaluate(&inventory, &[CHECK]);
            (found[0].outcome, found[0].severity)
        };
        assert_eq!(strict("Zip"), (Kind::Fail, Severity::Low));
        assert_eq!(strict("Image").0, Kind::NotApplicable);
    }

    #[test]
    fn a_mode_that_nobody_could_read_is_unknown() {
        let mut function = signed(CodeSigningMode::Enforce);
        let config = CodeSigning { arn: "arn".into(), mode: Fact::default() };
        function.code_signing = Fact::Known(config);
        assert_eq!(outcomes(&CHECK, with_function(function)), [Kind::Unknown]);
    }
}
