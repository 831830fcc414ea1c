//! Is there a request for which all that is demanded comes true?

use super::{Allowance, Demand, Domain, Exists};
use std::cell::RefCell;
use std::collections::HashMap;

/// What is known of the condition keys of all requests in question.
pub(crate) trait Ground {
    /// The values that a key, lower case, can have.
    fn domain(&self, key: &str) -> Domain;

    /// What it costs to tell.
    fn cost(&self, _key: &str) -> usize {
        4
    }
}

/// A choice: one of several ways to have it, each a list of demands.
pub(crate) type Choice<'a> = Vec<Vec<Demand<'a>>>;

/// How many choices are looked at; each lies within the one before. Those left out can only deny.
const DEPTH: usize = 400;

/// Looks for requests; several searches share one allowance, so that no policy takes long.
#[derive(Debug, Default)]
pub(crate) struct Search {
    pub(crate) allowance: Allowance,
    /// What was found for keys that are the same whoever asks, by the demands.
    known: RefCell<HashMap<Vec<(usize, bool)>, Exists>>,
}

/// A key, and what has been demanded of it so far.
struct Asked<'a> {
    key: &'a str,
    domain: Domain,
    demands: Vec<Demand<'a>>,
    /// The answers as the demands came in, the latest last.
    answers: Vec<Exists>,
}

impl Search {
    pub(crate) fn with(allowance: Allowance) -> Self {
        Self { allowance, known: RefCell::default() }
    }

    /// Whether some request has one way of every choice.
    pub(crate) fn exists(&self, ground: &impl Ground, mut choices: Vec<&Choice>) -> Exists {
        // Without a way there is none, whatever is left to try.
        if choices.iter().any(|choice| choice.is_empty()) {
            return Exists::No;
        }
        if !self.allowance.spend(choices.len()) {
            return Exists::Perhaps;
        }
        // Those with the fewest ways first: they leave the least to try.
        choices.sort_by_key(|choice| choice.len());
        let most = if choices.len() > DEPTH { Exists::Perhaps } else { Exists::Yes };
        choices.truncate(DEPTH);
        self.explore(ground, &choices, &mut Vec::new()).min(most)
    }

    fn explore<'a>(
        &self,
        ground: &impl Ground,
        choices: &[&'a Choice<'a>],
        asked: &mut Vec<Asked<'a>>,
    ) -> Exists {
        if self.allowance.is_spent() {
            return Exists::Perhaps;
        }
        let Some((choice, rest)) = choices.split_first() else {
            let answers = asked.iter().filter_map(|it| it.answers.last());
            return answers.copied().min().unwrap_or(Exists::Yes);
        };
        let mut best = Exists::No;
        for way in *choice {
            let mut taken = Vec::new();
            let (mut open, mut most) = (true, Exists::Yes);
            for demand in way {
                if !self.allowance.spend(1 + asked.len() / 4) {
                    most = Exists::Perhaps;
                    break;
                }
                let place = self.demand(ground, *demand, asked);
                taken.push(place);
                open = asked.get(place).and_then(|it| it.answers.last()) != Some(&Exists::No);
                if !open {
                    break;
                }
            }
            if open {
                best = best.max(self.explore(ground, rest, asked).min(most));
            }
            for place in taken {
                if let Some(it) = asked.get_mut(place) {
                    it.demands.pop();
                    it.answers.pop();
                }
            }
            if best == Exists::Yes || best == Exists::Perhaps && self.allowance.is_spent() {
                break;
            }
        }
        best
    }

    /// Adds a demand to its key; gives the key's place.
    fn demand<'a>(&self, ground: &impl Ground, demand: Demand<'a>, asked: &mut Vec<Asked<'a>>) -> usize {
        let key = demand.clause.key.as_str();
        let place = asked.iter().position(|it| it.key == key).unwrap_or(asked.len());
        if place == asked.len() {
            self.allowance.spend(ground.cost(key));
            let domain = ground.domain(key);
            asked.push(Asked { key, domain, demands: Vec::new(), answers: Vec::new() });
        }
        if let Some(it) = asked.get_mut(place) {
            it.demands.push(demand);
            it.answers.push(self.answer(it));
        }
        place
    }

    /// Whether a key can do what is demanded of it.
    fn answer(&self, asked: &Asked) -> Exists {
        let answer = || asked.domain.allows(&asked.demands, &self.allowance);
        if !asked.domain.common {
            return answer();
        }
        let demands = asked.demands.iter().map(|it| (std::ptr::from_ref(it.clause).addr(), it.holds));
        let demands: Vec<_> = demands.collect();
        if let Some(known) = self.known.borrow().get(&demands) {
            return *known;
        }
        let found = answer();
        // What was too much to try once may be found with more to spend.
        if !self.allowance.is_spent() {
            self.known.borrow_mut().insert(demands, found);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;
    use crate::solve::Clause;

    struct Anything;

    impl Ground for Anything {
        fn domain(&self, _: &str) -> Domain {
            Domain::any()
        }
    }

    /// Whether there is a request without a value that it has: there is none.
    fn contradiction(steps: usize) -> Exists {
        let text = r#"{ "Statement": { "Effect": "Allow", "Action": "*", "Condition": {
            "StringEquals": { "a:b": "x" }, "StringNotEquals": { "a:b": "x" } } } }"#;
        let document = Document::parse(text).unwrap();
        let clauses = Clause::all(&document.statements[0].conditions, document.version);
        let choice = vec![clauses.iter().map(|clause| Demand { clause, holds: true }).collect()];
        let search = Search::with(Allowance::of(steps));
        search.exists(&Anything, vec![&choice])
    }

    #[test]
    fn what_was_not_tried_may_be() {
        assert_eq!(contradiction(1_000), Exists::No);
        for steps in 0..12 {
            assert_ne!(contradiction(steps), Exists::Yes, "{steps}");
        }
        for steps in 0..4 {
            assert_eq!(contradiction(steps), Exists::Perhaps, "{steps}");
        }
        let search = Search::with(Allowance::of(0));
        assert_eq!(search.exists(&Anything, vec![&Vec::new()]), Exists::No, "a choice without a way");
    }
}
