//! What one identity may do beyond another, going by their statements.

use super::{Identity, Layer, Ruling};
use crate::pattern::Pattern;
use crate::solve::{Allowance, Clause, Demand, Exists, Ground, Values};
use crate::{Actions, Resources, Statement, Version, variables};

impl<'a> Identity<'a> {
    /// The Allows of this identity by which it may do what the other cannot: all but those that can
    /// never be used, and those of which every action on every resource lies within an Allow of the
    /// other that has no other conditions, past all that limits the other alone.
    ///
    /// Where there are none, the other can do all that this one can. An Allow that is given may still
    /// say in other words what several of the other's say together.
    pub fn beyond<'b>(&'b self, other: &'b Identity<'b>) -> impl Iterator<Item = &'a Statement> {
        let pair = Pair { one: self, other };
        let limits: Vec<_> = other.bounds.iter().filter(|bound| !pair.is_shared(bound)).collect();
        let own: Vec<_> = self.layers().flat_map(|it| &it.denies).collect();
        let denies = other.layers().flat_map(|it| &it.denies);
        let denies: Vec<_> = denies.filter(|deny| !own.iter().any(|it| pair.are_same(it, deny))).collect();
        let allows = self.policies.allows.iter().filter(move |allow| {
            let mut layers = std::iter::once(&other.policies).chain(limits.iter().copied());
            let covered = layers.all(|layer| pair.covers(layer, allow));
            (!covered || denies.iter().any(|deny| overlap(deny, allow))) && !pair.is_never_met(allow)
        });
        allows.map(|allow| allow.statement)
    }
}

/// Two identities, of which one may do more.
#[derive(Clone, Copy)]
struct Pair<'b> {
    one: &'b Identity<'b>,
    other: &'b Identity<'b>,
}

impl Pair<'_> {
    /// Whether the one is bounded by the same as well.
    fn is_shared(self, bound: &Layer) -> bool {
        let same = |own: &Layer| {
            let mut pairs = own.allows.iter().zip(&bound.allows);
            own.allows.len() == bound.allows.len() && pairs.all(|(own, it)| self.are_same(own, it))
        };
        self.one.bounds.iter().any(same)
    }

    /// Whether a layer of the other allows all that the one is allowed there.
    fn covers(self, layer: &Layer, allow: &Ruling) -> bool {
        let usable = layer.allows.iter().filter(|it| self.holds_where(it, allow));
        let usable: Vec<_> = usable.collect();
        if usable.iter().any(|it| self.name_same(it, allow)) {
            return true;
        }
        let actions = match &allow.statement.actions {
            Actions::Only(list) => list.iter().map(|text| Pattern::action(text)).collect(),
            Actions::AllBut(_) => vec![Pattern::action("*")],
        };
        let usable = usable.into_iter().filter(|it| actions.iter().any(|action| it.target.names_all(action)));
        let usable: Vec<_> = usable.collect();
        if usable.is_empty() {
            return actions.is_empty();
        }
        let resources = match &allow.statement.resources {
            Some(Resources::Only(list)) => list.iter().map(|text| widest(text)).collect(),
            Some(Resources::AllBut(_)) | None => vec![Pattern::new("*")],
        };
        let covered: Vec<_> = usable.iter().map(|it| covered(it.statement, &resources)).collect();
        actions.iter().all(|action| {
            let naming = usable.iter().zip(&covered).filter(|(it, _)| it.target.names_all(action));
            let naming: Vec<_> = naming.map(|(_, covered)| covered).collect();
            (0..resources.len()).all(|place| naming.iter().any(|it| it.get(place) == Some(&true)))
        })
    }

    /// Whether the other's conditions hold wherever the one's do.
    fn holds_where(self, ruling: &Ruling, allow: &Ruling) -> bool {
        ruling.clauses.iter().all(|clause| {
            let shared = allow.statement.conditions.contains(clause.condition);
            exists(self.other, clause, false) == Exists::No
                || shared
                    && self.is_same(&clause.key)
                    && self.read_same(ruling, allow, &clause.condition.values)
        })
    }

    /// Whether no request can fulfil the one's conditions.
    fn is_never_met(self, allow: &Ruling) -> bool {
        allow.clauses.iter().any(|clause| exists(self.one, clause, true) == Exists::No)
    }

    /// Whether both say the same, whichever of the two it is about.
    fn are_same(self, one: &Ruling, other: &Ruling) -> bool {
        let keys = || one.clauses.iter().all(|it| self.is_same(&it.key));
        let values = one.statement.conditions.iter().flat_map(|it| &it.values);
        self.name_same(one, other)
            && one.statement.conditions == other.statement.conditions
            && keys()
            && self.read_same(one, other, values)
    }

    /// Whether both name the same actions and resources, in the same words.
    fn name_same(self, one: &Ruling, other: &Ruling) -> bool {
        let texts = match &one.statement.resources {
            Some(Resources::Only(list) | Resources::AllBut(list)) => list.as_slice(),
            None => &[],
        };
        one.statement.actions == other.statement.actions
            && one.statement.resources == other.statement.resources
            && self.read_same(one, other, texts)
    }

    /// Whether the texts, which both have, stand for the same in both: so do policy variables of which
    /// the same is known, in the same version of the language.
    fn read_same<'t>(
        self,
        one: &Ruling,
        other: &Ruling,
        texts: impl IntoIterator<Item = &'t String>,
    ) -> bool {
        let mut variables = texts.into_iter().flat_map(|text| text.split("${").skip(1));
        variables.all(|rest| {
            let key = rest.split(['}', ',']).next().unwrap_or_default().trim().to_ascii_lowercase();
            one.version == other.version && (one.version == Version::V2008 || self.is_same(&key))
        })
    }

    /// Whether the same is known of a key, lower case, for both.
    fn is_same(self, key: &str) -> bool {
        let domain = |it: &Identity| it.session.asking(&[], |_| true, false).domain(key);
        let (one, other) = (domain(self.one), domain(self.other));
        let values = match (&one.values, &other.values) {
            (Values::One(one), Values::One(other)) => one == other,
            (Values::Since(one), Values::Since(other)) => one == other,
            (Values::None, Values::None)
            | (Values::Any, Values::Any)
            | (Values::Address { .. }, Values::Address { .. }) => true,
            _ => false,
        };
        values && (one.missing, one.sure) == (other.missing, other.sure)
    }
}

/// Whether some request of the identity fulfils the clause, or fails to.
fn exists(identity: &Identity, clause: &Clause, holds: bool) -> Exists {
    let domain = identity.session.asking(&[], |_| true, false).domain(&clause.key);
    domain.allows(&[Demand { clause, holds }], &Allowance::default())
}

/// Of each pattern of resources, whether the statement is about all of it.
fn covered(statement: &Statement, resources: &[Pattern]) -> Vec<bool> {
    let covers = |resource: &Pattern, listed: &[Pattern]| listed.iter().any(|it| it.covers(resource));
    let spares = |resource: &Pattern, listed: &[Pattern]| !listed.iter().any(|it| it.overlaps(resource));
    match &statement.resources {
        Some(Resources::Only(list)) => {
            // What a policy variable stands for may be nothing.
            let certain = list.iter().filter(|text| !variables::occur_in(text));
            let listed: Vec<_> = certain.map(|text| Pattern::resource(text, true)).collect();
            resources.iter().map(|it| covers(it, &listed)).collect()
        }
        Some(Resources::AllBut(list)) => {
            let listed: Vec<_> = list.iter().map(|text| widest(text)).collect();
            resources.iter().map(|it| spares(it, &listed)).collect()
        }
        None => vec![true; resources.len()],
    }
}

/// All that a resource of a statement may stand for, and more where it has policy variables.
fn widest(text: &str) -> Pattern {
    match text.split_once("${") {
        Some((start, _)) => Pattern::resource(&format!("{start}*"), true),
        None => Pattern::resource(text, true),
    }
}

/// Whether some action on some resource may be among those of both.
fn overlap(deny: &Ruling, allow: &Ruling) -> bool {
    let actions = match &allow.statement.actions {
        Actions::Only(list) => list.iter().any(|text| deny.target.names_some(&Pattern::action(text))),
        Actions::AllBut(_) => true,
    };
    let wanted = match &allow.statement.resources {
        Some(Resources::Only(list)) => list.iter().map(|text| widest(text)).collect(),
        Some(Resources::AllBut(_)) | None => vec![Pattern::new("*")],
    };
    let meets = |list: &[String]| {
        let listed: Vec<_> = list.iter().map(|text| widest(text)).collect();
        wanted.iter().any(|it| listed.iter().any(|listed| listed.overlaps(it)))
    };
    actions && !matches!(&deny.statement.resources, Some(Resources::Only(list)) if !meets(list))
}

#[cfg(test)]
mod tests;
