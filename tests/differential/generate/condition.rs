//! Conditions: a key, an operator in one of its forms, and values that mean something to the request.

use serde_json::{Map, Value, json};

use crate::forms::{FORMS, OPERATORS, Operator};
use crate::generate::keys::{Key, Type};
use crate::generate::values::{policy_value, recase};
use crate::generate::world::Scene;
use crate::random::Random;

/// Adds one condition to a statement's block, meant to be met or not. The request's context may grow by the
/// key it looks at. Operators come up evenly, so that each of them is seen in each form.
pub fn add(random: &mut Random, scene: &mut Scene, block: &mut Map<String, Value>, met: bool) {
    let (operator, key, values) =
        if random.chance(3) { null(random, scene, met) } else { comparison(random, scene, met) };
    // AWS takes an operator on a key once, in whatever case.
    let once = |(other, keys): (&String, &Value)| {
        let mut keys = keys.as_object().into_iter().flat_map(Map::keys);
        other.eq_ignore_ascii_case(&operator) && keys.any(|other| other.eq_ignore_ascii_case(&key))
    };
    if block.iter().any(once) {
        return;
    }
    let operator = if random.chance(5) { recase(random, &operator) } else { operator };
    let key = if random.chance(10) { recase(random, &key) } else { key };
    let entry = block.entry(operator).or_insert_with(|| json!({}));
    if let Some(entry) = entry.as_object_mut() {
        entry.insert(key, values);
    }
}

fn null(random: &mut Random, scene: &mut Scene, met: bool) -> (String, String, Value) {
    let kinds = [Type::Text, Type::Date, Type::Bool, Type::Arn];
    let many = random.chance(30);
    let key = Key::random(random, &kinds, many);
    if !key.given && random.chance(50) {
        supply(random, scene, &key);
    }
    let absent = scene.value(key.name).is_none() == met;
    let value = match random.below(5) {
        0 => json!(absent),
        1 => json!([absent.to_string()]),
        2 => json!(recase(random, &absent.to_string())),
        _ => json!(absent.to_string()),
    };
    ("Null".to_owned(), key.name.to_owned(), value)
}

fn comparison(random: &mut Random, scene: &mut Scene, met: bool) -> (String, String, Value) {
    let operator = *random.pick(&OPERATORS);
    // The two plain forms and the two set operators are what has to be covered; both at once is a rarity.
    let form = if random.chance(94) { FORMS[random.below(4)] } else { FORMS[4 + random.below(2)] };
    let bare = operator.name.to_ascii_lowercase();
    let negated = bare.contains("not");
    // A key is missing now and then, less often where that would come to the opposite of what is meant.
    let there = if form.met_without_key(negated) == met { 85 } else { 98 };
    let key = key_for(random, scene, &operator, form.over_sets(), there);
    let actual: Vec<String> = match scene.value(key.name) {
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(value)) => vec![value.clone()],
        _ => Vec::new(),
    };
    let mut values = Vec::new();
    // A value for each of the request's easily fits them all.
    let looked_at = if met || random.chance(30) { actual.len() } else { 1 };
    for value in actual.iter().take(looked_at) {
        let matching = if random.chance(96) { met != negated } else { !met };
        values.push(policy_value(random, scene, &bare, value, matching));
    }
    while values.is_empty() || random.chance(10) {
        let like = Key::value(&Key { many: false, ..key }, random);
        values.push(policy_value(random, scene, &bare, like.as_str().unwrap_or_default(), true));
    }
    random.shuffle(&mut values);
    (form.of(operator.name), key.name.to_owned(), scalar_or_list(random, values))
}

/// A key that the operator is for, put into so many of a hundred requests; texts are compared under any key.
fn key_for(
    random: &mut Random,
    scene: &mut Scene,
    operator: &Operator,
    over_sets: bool,
    there: usize,
) -> Key {
    let anything = [Type::Text, Type::Arn, Type::Ip, Type::Bool];
    let own = [operator.kind];
    let kinds: &[Type] = if operator.kind == Type::Text && random.chance(30) { &anything } else { &own };
    let many = if over_sets { random.chance(75) } else { random.chance(3) };
    let key = Key::random(random, kinds, many);
    if !key.given && random.chance(there) {
        supply(random, scene, &key);
    }
    key
}

/// Puts a value under the key unless there is one.
fn supply(random: &mut Random, scene: &mut Scene, key: &Key) {
    if scene.value(key.name).is_none() {
        let mut value = key.value(random);
        // The same value under two keys gives policy variables something to say.
        let others: Vec<&Value> = scene.context.values().filter(|other| other.is_string()).collect();
        if key.kind == Type::Text && !key.many && random.chance(25) && !others.is_empty() {
            value = (*random.pick(&others)).clone();
        }
        let name = if random.chance(10) { recase(random, key.name) } else { key.name.to_owned() };
        scene.context.insert(name, value);
    }
}

/// Policies write one value bare or in a list.
pub fn scalar_or_list(random: &mut Random, mut values: Vec<Value>) -> Value {
    match values.len() {
        1 if random.chance(60) => values.remove(0),
        _ => Value::Array(values),
    }
}
