//! A-Tree over a workload in neutral form: a_tree FOLDER PARCELS. Events are built within the time that counts: the
//! tree's table of texts is what they are made of.
use a_tree::{ATree, AttributeDefinition};
use peers::{is_number, load, processor_seconds, report, Predicate, Test};
use std::{env, path::PathBuf};

fn expression(rule: &[Predicate]) -> String {
    let list = |values: &[String]| values.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(", ");
    let mut parts = Vec::new();
    for Predicate { field, test } in rule {
        match test {
            Test::In(values) if values.len() == 1 => parts.push(format!("{field} = \"{}\"", values[0])),
            Test::In(values) => parts.push(format!("{field} in [{}]", list(values))),
            Test::NotIn(values) => parts.push(format!("{field} not in [{}]", list(values))),
            Test::Range(from, to) => {
                parts.extend(from.map(|low| format!("{field} >= {low}")));
                parts.extend(to.map(|high| format!("{field} <= {high}")));
            }
        }
    }
    parts.join(" and ")
}

fn main() {
    let folder = PathBuf::from(env::args().nth(1).unwrap());
    let neutral = load(&folder, env::args().nth(2).unwrap().parse().unwrap());
    let start = processor_seconds();
    let define = |field: &String| match is_number(field) {
        true => AttributeDefinition::integer(field),
        false => AttributeDefinition::string(field),
    };
    let definitions: Vec<_> = neutral.fields.iter().map(define).collect();
    let mut tree = ATree::<u64>::new(&definitions).unwrap();
    for (number, rule) in neutral.rules.iter().enumerate() {
        let text = expression(rule);
        tree.insert(&(number as u64), &text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    }
    let build = processor_seconds() - start;
    let mut found = Vec::new();
    let start = processor_seconds();
    for (number, parcel) in neutral.parcels.iter().enumerate() {
        let mut builder = tree.make_event();
        for (field, value) in neutral.fields.iter().zip(parcel) {
            match is_number(field) {
                true => builder.with_integer(field, value.parse().unwrap()).unwrap(),
                false => builder.with_string(field, value).unwrap(),
            }
        }
        let event = builder.build().unwrap();
        found.extend(tree.search(&event).unwrap().matches().iter().map(|rule| (number, **rule)));
    }
    let spent = processor_seconds() - start;
    report("A-Tree 0.6.1", &folder.join("a_tree.csv"), neutral.parcels.len(), build, spent, &found);
}
