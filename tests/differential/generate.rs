//! Cases: policies and one request, made so that mostly one condition decides.
//!
//! A case lets everything pass but for one statement somewhere, the focus: an `Allow` without which the
//! request is not granted, or a `Deny` that stops it. Around it is noise. What AWS refuses to save, and what
//! its documentation leaves open, is not generated.

pub mod condition;
pub mod keys;
pub mod statement;
pub mod values;
pub mod world;

use serde_json::{Map, Value, json};

use crate::random::Random;
use statement::{Plan, statement};
use world::{Kind, Scene};

/// Where the deciding statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layer {
    Identity,
    Resource,
    Boundary,
    Session,
    ServiceControl,
    ResourceControl,
}

/// The case of this number under this seed, in the JSON that `lambastion simulate` reads.
pub fn case(seed: u64, index: u64) -> Value {
    let random = &mut Random::of(seed, index);
    let scene = &mut Scene::random(random);
    let focus = focus(random, scene);
    // About as many of each: an Allow decides between allowed and implicitly denied, a Deny between allowed
    // and explicitly denied.
    let allow = match focus {
        Layer::ResourceControl => false,
        Layer::Identity | Layer::Resource => random.chance(60),
        _ => random.chance(50),
    };
    let mut build = Build { random, scene, focus, allow };
    let granted_by_resource = build.resource_grants();
    let identity =
        if build.scene.principal.has_identity() { build.identity(granted_by_resource) } else { Vec::new() };
    let resource = build.resource(granted_by_resource);
    let boundaries = build.limit(Layer::Boundary, 20);
    let sessions = match build.scene.principal.kind {
        Kind::Session => build.limit(Layer::Session, 15),
        // Without one, a federated user has nothing.
        Kind::Federated => build.limit(Layer::Session, 90),
        _ => Vec::new(),
    };
    let service_control = build.levels(Layer::ServiceControl, 20);
    let resource_control = build.levels(Layer::ResourceControl, 15);
    json!({
        "principal": scene.principal.name,
        "action": scene.action,
        "resource": scene.resource,
        "resourceAccount": scene.owner,
        "context": scene.context,
        "identityPolicies": identity,
        "sessionPolicies": sessions,
        "resourcePolicy": resource,
        "permissionBoundaries": boundaries,
        "serviceControlPolicies": service_control,
        "resourceControlPolicies": resource_control,
    })
}

fn focus(random: &mut Random, scene: &Scene) -> Layer {
    if !scene.principal.has_identity() {
        return if random.chance(85) { Layer::Resource } else { Layer::ResourceControl };
    }
    match random.below(100) {
        0..40 => Layer::Identity,
        40..68 => Layer::Resource,
        68..76 => Layer::Boundary,
        76..84 if scene.principal.in_a_session() => Layer::Session,
        76..92 => Layer::ServiceControl,
        _ => Layer::ResourceControl,
    }
}

/// A case in the making.
struct Build<'a> {
    random: &'a mut Random,
    scene: &'a mut Scene,
    focus: Layer,
    allow: bool,
}

impl Build<'_> {
    /// Whether the resource policy is to grant the request besides, or instead of, identity policies.
    fn resource_grants(&mut self) -> bool {
        if !self.scene.same_account() || self.scene.asks_the_resource() {
            return true;
        }
        match (self.focus, self.allow) {
            (Layer::Identity, true) => false,
            (Layer::Resource, true) => true,
            _ => self.random.chance(25),
        }
    }

    fn plan(layer: Layer, allow: bool, fits: bool) -> Plan {
        Plan { allow, names_principals: layer == Layer::Resource, fits, conditions: None }
    }

    /// The statement that decides.
    fn decisive(&mut self, layer: Layer) -> Value {
        let count = *self.random.pick(&[1, 1, 1, 1, 1, 2, 2, 3]);
        // The denials are the rarer verdicts; both of them come from here.
        let met = self.random.chance(if self.allow { 34 } else { 56 });
        let fits = self.random.chance(95);
        let plan = Plan { conditions: Some((count, met)), ..Self::plan(layer, self.allow, fits) };
        statement(self.random, self.scene, plan)
    }

    /// A statement that lets the request pass, mostly without a condition.
    fn pass(&mut self, layer: Layer) -> Value {
        let conditions = self.random.chance(10).then_some((1, true));
        let plan = Plan { conditions, ..Self::plan(layer, true, true) };
        statement(self.random, self.scene, plan)
    }

    /// Statements that mostly say nothing about the request.
    fn noise(&mut self, layer: Layer, statements: &mut Vec<Value>) {
        while self.random.chance(25) {
            let allow = layer != Layer::ResourceControl && self.random.chance(60);
            let fits = self.random.chance(8);
            let conditions = self.random.chance(40).then(|| (1, self.random.chance(50)));
            let plan = Plan { conditions, ..Self::plan(layer, allow, fits) };
            statements.push(statement(self.random, self.scene, plan));
        }
    }

    /// The statements of a layer: the focus, what else has to pass, and noise.
    fn statements(&mut self, layer: Layer, passes: bool) -> Vec<Value> {
        let mut statements = Vec::new();
        let decides = self.focus == layer;
        if passes && !(decides && self.allow) {
            let pass = if layer == Layer::ResourceControl { full_access() } else { self.pass(layer) };
            statements.push(pass);
        }
        if decides {
            statements.push(self.decisive(layer));
        }
        self.noise(layer, &mut statements);
        self.random.shuffle(&mut statements);
        statements
    }

    fn identity(&mut self, granted_by_resource: bool) -> Vec<Value> {
        let same = self.scene.same_account();
        let passes = !(same && granted_by_resource) || self.random.chance(10);
        let statements = self.statements(Layer::Identity, passes);
        self.documents(statements)
    }

    fn resource(&mut self, grants: bool) -> Value {
        let statements = self.statements(Layer::Resource, grants);
        if statements.is_empty() { Value::Null } else { self.document(statements) }
    }

    /// Policies that limit: there are none unless they decide, or now and then.
    fn limit(&mut self, layer: Layer, percent: usize) -> Vec<Value> {
        let wanted = self.focus == layer || self.random.chance(percent);
        if !wanted || !self.scene.principal.has_identity() {
            return Vec::new();
        }
        let statements = self.statements(layer, true);
        self.documents(statements)
    }

    /// Policies of an organization, level by level: one of them decides.
    fn levels(&mut self, layer: Layer, percent: usize) -> Vec<Value> {
        let applies = layer == Layer::ResourceControl || self.scene.principal.has_identity();
        if !applies || !(self.focus == layer || self.random.chance(percent)) {
            return Vec::new();
        }
        let count = 1 + self.random.below(2);
        let decisive = self.random.below(count);
        let mut levels = Vec::new();
        for level in 0..count {
            let focus = self.focus;
            if focus == layer && level != decisive {
                // Elsewhere than at the deciding level, everything passes.
                self.focus = Layer::Identity;
            }
            let statements = self.statements(layer, true);
            self.focus = focus;
            let mut documents = self.documents(statements);
            if layer == Layer::ResourceControl {
                documents.iter_mut().for_each(for_everybody);
            }
            levels.push(Value::Array(documents));
        }
        levels
    }

    /// The statements, in one or two documents.
    fn documents(&mut self, mut statements: Vec<Value>) -> Vec<Value> {
        let split = usize::from(statements.len() > 1 && self.random.chance(30));
        let rest = statements.split_off(split);
        [statements, rest]
            .into_iter()
            .filter(|some| !some.is_empty())
            .map(|some| self.document(some))
            .collect()
    }

    fn document(&mut self, statements: Vec<Value>) -> Value {
        let mut document = Map::new();
        match self.random.below(20) {
            0 => {}
            1 => drop(document.insert("Version".to_owned(), json!("2008-10-17"))),
            _ => drop(document.insert("Version".to_owned(), json!("2012-10-17"))),
        }
        if self.random.chance(5) {
            document.insert("Id".to_owned(), json!("policy"));
        }
        document.insert("Statement".to_owned(), condition::scalar_or_list(self.random, statements));
        Value::Object(document)
    }
}

/// What `RCPFullAWSAccess` says; AWS takes no other Allow in a resource control policy.
fn full_access() -> Value {
    json!({ "Effect": "Allow", "Action": "*", "Resource": "*" })
}

/// Resource control policies name everybody: AWS takes no other principal there.
fn for_everybody(document: &mut Value) {
    let statements = match document.get_mut("Statement") {
        Some(Value::Array(statements)) => statements.iter_mut().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    for statement in statements.into_iter().filter_map(Value::as_object_mut) {
        statement.insert("Principal".to_owned(), json!("*"));
    }
}
