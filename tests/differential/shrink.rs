//! A case made as small as it can be while something about it stays.

use serde_json::Value;

use crate::walk::{self, LAYERS, Pointer};

/// Takes parts away for as long as what is left still has the property.
pub fn shrink(case: &Value, mut still: impl FnMut(&Value) -> bool) -> Value {
    let mut smallest = case.clone();
    while let Some(smaller) = smaller(&smallest).into_iter().find(&mut still) {
        smallest = smaller;
    }
    smallest
}

/// The case with one part less, in every way there is, the large parts first.
fn smaller(case: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for layer in LAYERS {
        let mut less = case.clone();
        less[layer] = if layer == "resourcePolicy" { Value::Null } else { Value::Array(Vec::new()) };
        if less[layer] != case[layer] {
            all.push(less);
        }
    }
    all.extend(walk::documents(case).iter().filter_map(|at| without(case, at, 1)));
    all.extend(walk::statements(case).iter().filter_map(|at| without(case, at, 2)));
    for condition in walk::conditions(case) {
        all.push(condition.removed(case));
    }
    for key in case["context"].as_object().into_iter().flat_map(|context| context.keys()) {
        let mut less = case.clone();
        if let Some(context) = less["context"].as_object_mut() {
            context.remove(key);
        }
        all.push(less);
    }
    for list in lists(case) {
        let length = case.pointer(&list).and_then(Value::as_array).map_or(0, Vec::len);
        all.extend((0..length).filter_map(|nth| without(case, &format!("{list}/{nth}"), 2)));
    }
    all
}

/// The case without an item of a list, if the list has that many items.
fn without(case: &Value, item: &str, at_least: usize) -> Option<Value> {
    let (list, nth) = item.rsplit_once('/')?;
    let nth: usize = nth.parse().ok()?;
    let mut less = case.clone();
    let items = less.pointer_mut(list)?.as_array_mut()?;
    if items.len() < at_least {
        return None;
    }
    items.remove(nth);
    Some(less)
}

/// The lists inside of statements, and those of the context.
fn lists(case: &Value) -> Vec<Pointer> {
    fn below(value: &Value, at: &str, found: &mut Vec<Pointer>) {
        match value {
            Value::Array(_) => found.push(at.to_owned()),
            Value::Object(members) => {
                for (name, member) in members {
                    below(member, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    for at in walk::statements(case).into_iter().chain(["/context".to_owned()]) {
        if let Some(value) = case.pointer(&at) {
            below(value, &at, &mut found);
        }
    }
    found
}
