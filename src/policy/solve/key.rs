//! One key: is there a value, or none at all, that does all that is demanded?

use super::clause::{Test, Texts};
use super::texts::some_text;
use super::{Allowance, Clause, Demand, Domain, Exists, Networks, Values};
use crate::pattern::Pattern;
use crate::{Operator, Qualifier};

impl Domain {
    /// Whether some request's values of the key do all that is demanded.
    pub(crate) fn allows(&self, demands: &[Demand], allowance: &Allowance) -> Exists {
        if self.missing && demands.iter().all(|demand| demand.if_missing()) {
            return Exists::Yes;
        }
        if !allowance.spend(demands.len()) {
            return Exists::Perhaps;
        }
        let present = self.with_the_key(demands, allowance);
        if self.sure { present } else { present.min(Exists::Perhaps) }
    }

    /// A request can have several values for some keys, but not where a condition compares a single one.
    fn with_the_key(&self, demands: &[Demand], allowance: &Allowance) -> Exists {
        let one_at_most = demands.iter().any(|it| it.clause.single_valued);
        let (mut each, mut some, mut single, mut sure) = (Vec::new(), Vec::new(), one_at_most, true);
        for demand in demands {
            let clause = demand.clause;
            match &clause.test {
                Test::Presence { present, .. } if *present == demand.holds => continue,
                Test::Presence { .. } => return Exists::No,
                // Whatever it depends on may be as demanded.
                Test::Unknown => {
                    sure = false;
                    continue;
                }
                _ => {}
            }
            let named = Named { clause, wanted: demand.holds != clause.negated() };
            let every = Qualifier::ForAllValues;
            match clause.condition.qualifier {
                None => {
                    single = true;
                    each.push(named);
                }
                Some(qualifier) if (qualifier == every) == demand.holds => each.push(named),
                Some(_) => some.push(named),
            }
        }
        let group = |more: &[Named]| {
            let tests: Vec<_> = each.iter().chain(more).copied().collect();
            self.values.some(&tests, allowance)
        };
        let found = if single || some.is_empty() {
            group(&some)
        } else {
            some.iter().map(|one| group(std::slice::from_ref(one))).min().unwrap_or(Exists::Yes)
        };
        // A condition that compares one value fails where there are several, if there can be.
        let plain = |it: &&Demand| it.clause.condition.qualifier.is_none();
        let one = one_at_most || matches!(self.values, Values::One(_));
        let several = !one && demands.iter().any(|it| !plain(&it));
        if found == Exists::No && single && several && !demands.iter().filter(plain).any(|it| it.holds) {
            let others: Vec<_> = demands.iter().filter(|it| !plain(it)).copied().collect();
            return self.with_the_key(&others, allowance).min(Exists::Perhaps);
        }
        if sure { found } else { found.min(Exists::Perhaps) }
    }
}

/// A test of one value: that the clause names it, or that it does not.
#[derive(Clone, Copy)]
struct Named<'a> {
    clause: &'a Clause<'a>,
    wanted: bool,
}

impl Named<'_> {
    fn passes(self, value: &str) -> bool {
        self.clause.names(value) == Some(self.wanted)
    }

    fn texts(&self) -> Option<&Texts<'_>> {
        match &self.clause.test {
            Test::Texts(texts) => Some(texts),
            _ => None,
        }
    }
}

impl Values {
    /// Whether one of the values passes all tests.
    fn some(&self, tests: &[Named], allowance: &Allowance) -> Exists {
        let passes = |value: &str| self.holds(value) && tests.iter().all(|test| test.passes(value));
        let weight = self.weight() + tests.iter().map(|test| test.clause.weight).sum::<usize>();
        let pays_for = |values: usize| allowance.spend(values.saturating_mul(weight));
        if let Some(few) = self.few() {
            let pass = |few: &[String]| yes_or_no(few.iter().any(|value| passes(value)));
            return if pays_for(few.len()) { pass(&few) } else { Exists::Perhaps };
        }
        if let Self::Address { anywhere } = self {
            return if pays_for(8) { some_address(tests, *anywhere) } else { Exists::Perhaps };
        }
        if let Self::Since(start) = self {
            // Moments and their numbers of seconds are compared by size; nobody compares them as texts.
            // Whatever the kind of the tests, one moment is tried that there is.
            let start = (start.div_euclid(SECOND) + i128::from(start.rem_euclid(SECOND) != 0)).max(0);
            let holds = |value: &str| self.holds(value);
            return measured(tests, pays_for, Some(start.to_string()), holds).unwrap_or(Exists::Perhaps);
        }
        let in_a_network = |it: &Named| it.wanted && matches!(it.clause.test, Test::Networks(_));
        if tests.iter().any(in_a_network) && !self.may_be_addresses() {
            return Exists::No;
        }
        // Where one test names fixed texts only, there is nothing else to try.
        let is_fixed = |it: &&Named| it.wanted && it.texts().is_some_and(Texts::are_single);
        if let Some(fixed) = tests.iter().filter(is_fixed).min_by_key(|it| it.clause.condition.values.len()) {
            // Looking texts up is quick, unless others compare them with patterns.
            let pays = pays_for(fixed.clause.fixed().count());
            return if pays { yes_or_no(fixed.clause.fixed().any(passes)) } else { Exists::Perhaps };
        }
        if self.are_names() {
            // Nothing of the kind that the other tests compare.
            let unreadable = tests.iter().any(|test| test.texts().is_none() && test.wanted);
            return if unreadable { Exists::No } else { self.text(tests, allowance) };
        }
        if let Some(found) = measured(tests, pays_for, None, |_| true) {
            let has_form = matches!(self, Self::Texts { forms, .. } if !forms.is_empty());
            return if has_form { found.min(Exists::Perhaps) } else { found };
        }
        let most =
            if tests.iter().all(|test| test.texts().is_some()) { Exists::Yes } else { Exists::Perhaps };
        self.text(tests, allowance).min(most)
    }

    /// Whether one of the values can be an address, which has a dot or a colon in it.
    fn may_be_addresses(&self) -> bool {
        let Self::Texts { forms, .. } = self else { return true };
        let marks = ["*.*", "*:*"].map(Pattern::new);
        forms.is_empty() || forms.iter().any(|form| marks.iter().any(|mark| mark.overlaps(form)))
    }

    /// Whether some text passes all tests that compare texts.
    fn text(&self, tests: &[Named], allowance: &Allowance) -> Exists {
        let (mut every, mut none) = (Vec::new(), Vec::new());
        let never = if let Self::Texts { never, .. } = self { never.len() } else { 0 };
        let named = tests.iter().filter_map(|test| Some(test.texts()?.len())).sum::<usize>();
        if !allowance.spend(never + named) {
            return Exists::Perhaps;
        }
        if let Self::Texts { forms, never } = self {
            every.extend((!forms.is_empty()).then(|| forms.clone()));
            none.extend(never.patterns());
        }
        for test in tests {
            let patterns = test.texts().map(Texts::patterns);
            match (patterns, test.wanted) {
                (Some(patterns), true) => every.push(patterns),
                (Some(patterns), false) => none.extend(patterns),
                (None, _) => {}
            }
        }
        some_text(&every, &none, allowance)
    }
}

/// The answer where all tests compare numbers, or dates, or flags: the values that they name, the least
/// that there is, and one between and beyond each, are all that make a difference. Nothing where tests
/// differ in kind.
fn measured(
    tests: &[Named],
    pays_for: impl FnOnce(usize) -> bool,
    least: Option<String>,
    holds: impl Fn(&str) -> bool,
) -> Option<Exists> {
    let kind = |test: &Named| measure(test.clause.condition.operator);
    let first = tests.first().map(kind)??;
    if !tests.iter().all(|test| kind(test) == Some(first)) {
        return None;
    }
    let named = tests.iter().flat_map(|test| &test.clause.condition.values).cloned();
    let values: Vec<_> = named.chain(least).collect();
    // Twice as many samples, each to be read.
    if !pays_for(2 * values.len() + 2) {
        return Some(Exists::Perhaps);
    }
    let passes = |value: &String| holds(value) && tests.iter().all(|test| test.passes(value));
    Some(yes_or_no(first.samples(&values).iter().any(passes)))
}

/// Whether some address passes all tests; where callers come from anywhere, whether those that pass are
/// not kept to a few networks.
fn some_address(tests: &[Named], anywhere: bool) -> Exists {
    let (mut left, mut sure) = (Networks::all(), true);
    for test in tests {
        match &test.clause.test {
            Test::Networks(networks) if test.wanted => left = left.and(networks),
            Test::Networks(networks) => left = left.without(networks),
            Test::Texts(written) => match written.networks() {
                Some(networks) if test.wanted => left = left.and(&networks),
                Some(networks) => left = left.without(&networks),
                None => sure = false,
            },
            // No address is a number, a date, a flag or bytes.
            _ if test.wanted => return Exists::No,
            _ => {}
        }
    }
    match yes_or_no(if anywhere { !left.limit() } else { !left.is_empty() }) {
        Exists::Yes if !sure => Exists::Perhaps,
        found => found,
    }
}

fn yes_or_no(found: bool) -> Exists {
    if found { Exists::Yes } else { Exists::No }
}

/// Of nanoseconds.
const SECOND: i128 = 1_000_000_000;

/// Kinds of values that have an order, or are few.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measure {
    Number,
    Date,
    Flag,
    Bytes,
}

fn measure(operator: Operator) -> Option<Measure> {
    use Operator as O;
    Some(match operator {
        O::NumericEquals
        | O::NumericNotEquals
        | O::NumericLessThan
        | O::NumericLessThanEquals
        | O::NumericGreaterThan
        | O::NumericGreaterThanEquals => Measure::Number,
        O::DateEquals
        | O::DateNotEquals
        | O::DateLessThan
        | O::DateLessThanEquals
        | O::DateGreaterThan
        | O::DateGreaterThanEquals => Measure::Date,
        O::Bool => Measure::Flag,
        O::BinaryEquals => Measure::Bytes,
        _ => return None,
    })
}

impl Measure {
    /// The values, and one between and beyond each.
    fn samples(self, values: &[String]) -> Vec<String> {
        let mut found = values.to_vec();
        match self {
            Self::Flag => found.extend(["true".into(), "false".into()]),
            // No bytes that a policy names.
            Self::Bytes => found.push("AAAAAAAA".repeat(values.len() + 1)),
            Self::Number => {
                let mut numbers: Vec<f64> = values.iter().filter_map(|value| value.parse().ok()).collect();
                numbers.sort_by(f64::total_cmp);
                let ends =
                    numbers.first().map(|it| it - 1.0).into_iter().chain(numbers.last().map(|it| it + 1.0));
                let pairs = numbers.iter().zip(numbers.iter().skip(1));
                let between = pairs.map(|(low, high)| f64::midpoint(*low, *high));
                found.extend(ends.chain(between).map(|number| number.to_string()));
                // Beyond any number to which one can still be added.
                found.extend([0, i128::MIN, i128::MAX].map(|number| number.to_string()));
            }
            Self::Date => {
                let seconds = values.iter().filter_map(|value| crate::compare::moment(value));
                let mut seconds: Vec<_> = seconds.map(|it| it / SECOND).collect();
                seconds.sort_unstable();
                let ends =
                    seconds.first().map(|it| it - 1).into_iter().chain(seconds.last().map(|it| it + 1));
                let pairs = seconds.iter().zip(seconds.iter().skip(1));
                let between = pairs.map(|(low, high)| low.midpoint(*high));
                let sampled = ends.chain(between).chain([i64::MIN.into(), i64::MAX.into()]);
                found.extend(sampled.map(|it: i128| it.to_string()));
            }
        }
        found
    }
}
