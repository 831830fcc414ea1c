//! What the cases exercised: how often which operator, in which form, decided for which verdict.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use policy::{Case, Condition, Operator, Qualifier};
use serde_json::Value;

use crate::forms;
use crate::verdict::{self, Verdict};

/// The ways in which a form decides: its condition met or not, and the verdict on the request.
pub const WAYS: [&str; 5] = ["met", "unmet", "allowed", "explicitly denied", "implicitly denied"];

/// How often a form decided, in each of the [`WAYS`].
pub type Count = [usize; WAYS.len()];

/// The account of many cases.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// How many cases.
    pub cases: usize,
    /// How many of them were allowed.
    pub allowed: usize,
    /// How many were explicitly denied.
    pub denied: usize,
    /// By operator in its form, as AWS writes it.
    forms: BTreeMap<String, Count>,
}

impl Coverage {
    /// Takes a case into account. A condition counts where the decision hinges on it: were it always met, or
    /// never, the request would be allowed in one of the two and not in the other. So an explicit denial
    /// counts for a condition of the Deny that alone stops the request, an implicit one for a condition of an
    /// Allow that alone is missing.
    pub fn add(&mut self, case: &Value, verdict: Verdict) {
        self.cases += 1;
        self.allowed += usize::from(verdict == Verdict::Allowed);
        self.denied += usize::from(verdict == Verdict::ExplicitlyDenied);
        for (form, met) in decisive(case, verdict) {
            let decided = [
                met,
                !met,
                verdict == Verdict::Allowed,
                verdict == Verdict::ExplicitlyDenied,
                verdict == Verdict::ImplicitlyDenied,
            ];
            add(self.forms.entry(form).or_default(), &decided.map(usize::from));
        }
    }

    /// Both accounts together.
    pub fn merge(&mut self, other: &Self) {
        self.cases += other.cases;
        self.allowed += other.allowed;
        self.denied += other.denied;
        for (form, more) in &other.forms {
            add(self.forms.entry(form.clone()).or_default(), more);
        }
    }

    /// The count of an operator in its form, as AWS writes it.
    pub fn of(&self, form: &str) -> Count {
        self.forms.get(form).copied().unwrap_or_default()
    }

    /// How many of a hundred cases were allowed.
    pub fn percent_allowed(&self) -> usize {
        self.allowed * 100 / self.cases.max(1)
    }

    /// The forms that decided fewer than so many times in one of the ways, with that way and how often; set
    /// operators with `IfExists` besides are extra and have no minimum.
    pub fn below(&self, minimum: usize) -> Vec<(String, &'static str, usize)> {
        let rare = |form: &str| form.contains(':') && form.ends_with("IfExists");
        let required = forms::all().into_iter().filter(|form| !rare(form));
        required
            .flat_map(|form| {
                let count = self.of(&form);
                WAYS.into_iter().zip(count).map(move |(way, times)| (form.clone(), way, times))
            })
            .filter(|(_, _, times)| *times < minimum)
            .collect()
    }

    /// Whether it has something that another account has too little of.
    pub fn fills(&self, other: &Self, minimum: usize) -> bool {
        self.forms.iter().any(|(form, own)| {
            own.iter().zip(other.of(form)).any(|(own, theirs)| *own > 0 && theirs < minimum)
        })
    }

    /// As a table.
    pub fn table(&self) -> String {
        let row = |name: &str, cells: [String; WAYS.len()]| {
            cells.iter().fold(format!("{name:<44}"), |row, cell| format!("{row}{cell:>19}")) + "\n"
        };
        let mut out = row("operator", WAYS.map(str::to_owned));
        for form in forms::all() {
            out += &row(&form, self.of(&form).map(|times| times.to_string()));
        }
        let _ = writeln!(
            out,
            "{} cases: {} allowed ({} %), {} explicitly denied, {} implicitly denied",
            self.cases,
            self.allowed,
            self.percent_allowed(),
            self.denied,
            self.cases - self.allowed - self.denied
        );
        out
    }
}

fn add(count: &mut Count, more: &Count) {
    count.iter_mut().zip(more).for_each(|(count, more)| *count += more);
}

/// The conditions that a decision hinges on, each as its operator in its form, and whether it was met.
fn decisive(case: &Value, verdict: Verdict) -> Vec<(String, bool)> {
    let mut case = verdict::read(case);
    let all: Vec<Condition> = conditions(&mut case).map(|condition| condition.clone()).collect();
    let mut found = Vec::new();
    for (nth, condition) in all.into_iter().enumerate() {
        let mut allowed = |instead: Condition| {
            conditions(&mut case).skip(nth).take(1).for_each(|place| *place = instead.clone());
            policy::decide(&case).decision == Verdict::Allowed
        };
        let (if_met, if_unmet) = (allowed(always(true)), allowed(always(false)));
        let form = form(&condition);
        allowed(condition);
        if if_met != if_unmet {
            found.push((form, (verdict == Verdict::Allowed) == if_met));
        }
    }
    found
}

/// The conditions of a case.
fn conditions(case: &mut Case) -> impl Iterator<Item = &mut Condition> {
    let levels = [&mut case.service_control_policies, &mut case.resource_control_policies];
    let levels = levels.into_iter().flatten().flat_map(|level| &mut level.policies);
    let lists = [&mut case.identity_policies, &mut case.session_policies, &mut case.permission_boundaries];
    let policies = lists.into_iter().flatten().chain(&mut case.resource_policy).chain(levels);
    policies
        .flat_map(|policy| &mut policy.document.statements)
        .flat_map(|statement| &mut statement.conditions)
}

/// A condition that is met by every request, or by none.
fn always(met: bool) -> Condition {
    Condition {
        operator: Operator::Null,
        qualifier: None,
        if_exists: false,
        key: "example:NeverThere".to_owned(),
        values: vec![met.to_string()],
    }
}

/// The operator in its form, as AWS writes it.
fn form(condition: &Condition) -> String {
    let set = match condition.qualifier {
        None => "",
        Some(Qualifier::ForAllValues) => "ForAllValues:",
        Some(Qualifier::ForAnyValue) => "ForAnyValue:",
    };
    let if_exists = if condition.if_exists { "IfExists" } else { "" };
    format!("{set}{}{if_exists}", condition.operator.name())
}
