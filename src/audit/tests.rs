//! Evaluating and scoring, with toy checks.

use crate::{
    Check, Confidence, Finding, Kind, Outcome, Problem, Rule, Scope, Severity, Verdict, evaluate, score,
};
use inventory::{Account, Fact, Function, Gap, Inventory, Listing, Reason, Region, Role};

/// The day that tests judge by.
pub(crate) const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 22);

const UNTRACED: Check = Check {
    code: "FN-900",
    name: "untraced",
    title: "untraced",
    severity: Severity::High,
    docs: " Finds it.\n\n ## Why it matters\n Because.\n\n ## Fix\n Trace.\n",
    rules: &[Rule::Function(untraced)],
    ..Check::BASE
};

const NAMELESS: Check = Check {
    code: "DOWN-900",
    name: "nameless-role",
    severity: Severity::Critical,
    rules: &[Rule::ExecutionRole(nameless)],
    ..Check::BASE
};

fn untraced(function: &Function, _: &Scope) -> Outcome {
    Ok(match function.tracing_active.read()? {
        Some(true) => Verdict::Pass,
        Some(false) => Verdict::fail(Problem::new("it is not traced")),
        None => Verdict::NotApplicable,
    })
}

#[expect(clippy::unnecessary_wraps, reason = "the form of a rule")]
fn nameless(role: &Role, _: &Scope) -> Outcome {
    Ok(if role.name.is_empty() { Verdict::fail(Problem::new("it has no name")) } else { Verdict::Pass })
}

fn gap(reason: Reason) -> Gap {
    Gap { action: "lambda:ListFunctions".into(), reason, ..Gap::default() }
}

fn function(name: &str, tracing: Fact<bool>) -> Function {
    let arn = format!("arn:aws:lambda:eu-west-1:111122223333:function:{name}");
    let role = "arn:aws:iam::111122223333:role/r".into();
    Function { arn, role, name: name.into(), tracing_active: tracing, ..Function::default() }
}

fn inventory(functions: Listing<Function>) -> Inventory {
    let region = Region { name: "eu-west-1".into(), functions, ..Region::default() };
    let role = Role { arn: "arn:aws:iam::111122223333:role/r".into(), name: "r".into(), ..Role::default() };
    let account = Account {
        id: "111122223333".into(),
        regions: Listing::complete(vec![region]),
        roles: Listing::complete(vec![role]),
        ..Account::default()
    };
    Inventory { accounts: vec![account], ..Inventory::default() }
}

fn of(tracing: &[Fact<bool>]) -> Inventory {
    let functions = tracing.iter().enumerate().map(|(i, it)| function(&format!("f{i}"), it.clone()));
    inventory(Listing::complete(functions.collect()))
}

fn kinds(findings: &[Finding]) -> Vec<Kind> {
    findings.iter().map(|it| it.outcome).collect()
}

fn points(tracing: &[Fact<bool>]) -> (u8, u8) {
    let inventory = of(tracing);
    let card = score(&inventory, &evaluate(&inventory, &[UNTRACED, NAMELESS]));
    (card.accounts[0].worst, card.accounts[0].best)
}

#[test]
fn every_outcome_is_told_apart() {
    let facts = [Fact::Known(false), Fact::Known(true), Fact::Absent, Fact::Unread(gap(Reason::Denied))];
    let findings = evaluate(&of(&facts), &[UNTRACED]);
    assert_eq!(kinds(&findings), [Kind::Fail, Kind::Pass, Kind::NotApplicable, Kind::Unknown]);
    assert_eq!(findings[3].message, "cannot tell: lambda:ListFunctions denied ()");
    assert_eq!(findings[0].remediation, "Trace.");
    assert_eq!(findings[0].id.len(), 64);
}

#[test]
fn a_cut_listing_leaves_one_unknown_outcome_for_the_rest() {
    let cut = Listing::cut(vec![function("f", Fact::Known(true))], gap(Reason::Throttled));
    let findings = evaluate(&inventory(cut), &[UNTRACED]);
    assert_eq!(kinds(&findings), [Kind::Unknown, Kind::Pass]);
    assert_eq!(findings[0].resource.arn, "arn:aws:lambda:eu-west-1:111122223333:function:*");
}

#[test]
fn regions_that_could_not_be_listed_leave_every_check_unknown() {
    let mut inventory = of(&[Fact::Known(true)]);
    inventory.accounts[0].regions.gap = Some(gap(Reason::Denied));
    let unknown = |inventory: &Inventory| {
        evaluate(inventory, &[UNTRACED]).iter().filter(|it| it.outcome == Kind::Unknown).count()
    };
    assert_eq!(unknown(&inventory), 1);
    inventory.accounts[0].regions.gap = Some(Gap { not_asked: true, ..gap(Reason::Unavailable) });
    assert_eq!(unknown(&inventory), 0);
}

#[test]
fn a_role_that_no_function_uses_is_not_an_execution_role() {
    let outcome = |inventory: &Inventory| kinds(&evaluate(inventory, &[NAMELESS]));
    assert_eq!(outcome(&of(&[])), [Kind::NotApplicable]);
    assert_eq!(outcome(&of(&[Fact::Absent])), [Kind::Pass]);
    assert_eq!(outcome(&inventory(Listing::cut(Vec::new(), gap(Reason::Denied)))), [Kind::Unknown]);
}

#[test]
fn ids_depend_on_the_object_alone() {
    let finding = |severity| {
        let check = Check { severity, title: "another title", ..UNTRACED };
        evaluate(&of(&[Fact::Known(false)]), &[check])[0].id.clone()
    };
    assert_eq!(finding(Severity::Low), finding(Severity::Critical));
    let other = evaluate(&of(&[Fact::Absent, Fact::Known(false)]), &[UNTRACED])[1].id.clone();
    assert_ne!(finding(Severity::Low), other);
}

#[test]
fn scores_are_bounded_and_fall_with_every_failure() {
    let (good, bad) = (Fact::Known(true), Fact::Known(false));
    assert_eq!(points(&[good.clone(), good.clone()]), (100, 100));
    let one = points(&[good.clone(), bad.clone()]);
    let two = points(&[bad.clone(), bad]);
    assert!(two.0 < one.0 && one.0 < 100, "{one:?} {two:?}");
    let terrible: Vec<_> = (0..500).map(|_| Fact::Known(false)).collect();
    assert!(points(&terrible).0 <= two.0);
}

#[test]
fn unknown_is_never_better_than_a_pass_nor_worse_than_a_failure() {
    let (worst, best) = points(&[Fact::Unread(gap(Reason::Denied))]);
    assert_eq!((worst, best), (points(&[Fact::Known(false)]).0, points(&[Fact::Known(true)]).0));
}

#[test]
fn contributions_explain_what_was_lost() {
    let mut inventory = of(&[Fact::Known(false)]);
    inventory.accounts[0].roles.items[0].name.clear();
    let findings = evaluate(&inventory, &[UNTRACED, NAMELESS]);
    let card = score(&inventory, &findings);
    let function = &card.functions[0];
    let lost: f64 = function.contributions.iter().map(|it| it.points).sum();
    assert_eq!(function.score, 26, "0.40 for the role times 0.65 for the function");
    assert!((100.0 - lost - f64::from(function.score)).abs() < 1e-6);
    assert_eq!(function.contributions[0].check, "DOWN-900");
    assert_eq!(findings.iter().map(|it| it.confidence).max(), Some(Confidence::High));
}

#[test]
fn nothing_judged_has_no_score_and_pulls_up_none() {
    assert_eq!(score(&Inventory::default(), &[]).overall, None);
    let mut inventory = of(&[Fact::Known(false)]);
    let overall = |inventory: &Inventory| score(inventory, &evaluate(inventory, &[UNTRACED])).overall;
    let alone = overall(&inventory);
    let region = Region { functions: Listing::complete(Vec::new()), ..Region::default() };
    let empty = Account {
        id: "444455556666".into(),
        regions: Listing::complete(vec![region]),
        roles: Listing::complete(Vec::new()),
        ..Account::default()
    };
    inventory.accounts.push(empty);
    assert_eq!(overall(&inventory), alone);
}

#[test]
fn an_account_that_was_not_read_is_unknown_and_scores_nothing() {
    let account = Account { id: "111122223333".into(), ..Account::default() };
    let inventory = Inventory { accounts: vec![account], ..Inventory::default() };
    let findings = evaluate(&inventory, &[UNTRACED]);
    assert_eq!(kinds(&findings), [Kind::Unknown]);
    let card = score(&inventory, &findings);
    assert_eq!((card.accounts[0].worst, card.overall), (0, Some(0)));
}
