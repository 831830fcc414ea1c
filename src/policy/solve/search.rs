//! Is there a request for which all that is demanded comes true?

use super::{Demand, Domain, Exists};
use std::cell::Cell;

/// What is known of the condition keys of all requests in question.
pub(crate) trait Ground {
    /// The values that a key, lower case, can have.
    fn domain(&self, key: &str) -> Domain;
}

/// A choice: one of several ways to have it, each a list of demands.
pub(crate) type Choice<'a> = Vec<Vec<Demand<'a>>>;

/// How many values may be looked for in all before the answer is "perhaps".
const TRIES: u32 = 4_000;

/// How many choices are looked at; each lies within the one before. Those left out can only deny.
const DEPTH: usize = 400;

/// Looks for requests; several searches share one allowance, so that no policy takes long.
#[derive(Debug)]
pub(crate) struct Search {
    left: Cell<u32>,
}

impl Default for Search {
    fn default() -> Self {
        Self { left: Cell::new(TRIES) }
    }
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
    /// Whether some request has one way of every choice.
    pub(crate) fn exists(&self, ground: &impl Ground, choices: &[Choice]) -> Exists {
        // Those with the fewest ways first: they leave the least to try.
        let mut choices: Vec<_> = choices.iter().collect();
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
        let Some((choice, rest)) = choices.split_first() else {
            let answers = asked.iter().filter_map(|it| it.answers.last());
            return answers.copied().min().unwrap_or(Exists::Yes);
        };
        let mut best = Exists::No;
        for way in *choice {
            let mut taken = Vec::new();
            let mut open = true;
            for demand in way {
                let place = self.demand(ground, *demand, asked);
                taken.push(place);
                open = asked.get(place).and_then(|it| it.answers.last()) != Some(&Exists::No);
                if !open {
                    break;
                }
            }
            if open {
                best = best.max(self.explore(ground, rest, asked));
            }
            for place in taken {
                if let Some(it) = asked.get_mut(place) {
                    it.demands.pop();
                    it.answers.pop();
                }
            }
            if best == Exists::Yes || best == Exists::Perhaps && self.left.get() == 0 {
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
            let domain = ground.domain(key);
            asked.push(Asked { key, domain, demands: Vec::new(), answers: Vec::new() });
        }
        if let Some(it) = asked.get_mut(place) {
            it.demands.push(demand);
            let answer = match self.left.get().checked_sub(1) {
                Some(left) => {
                    self.left.set(left);
                    it.domain.allows(&it.demands)
                }
                None => Exists::Perhaps,
            };
            it.answers.push(answer);
        }
        place
    }
}
