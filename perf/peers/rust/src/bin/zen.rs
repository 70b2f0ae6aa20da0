//! GoRules ZEN over a workload in neutral form: zen FOLDER PARCELS. One decision table that collects, a column a field,
//! so that its own index of cells can work; parcels are made its values beforehand.
use peers::{is_number, load, processor_seconds, report, Neutral, Predicate, Test};
use serde_json::{json, Map, Value};
use std::{env, path::PathBuf};
use zen_engine::{model::DecisionContent, DecisionEngine};

fn cell(test: &Test) -> String {
    let list = |values: &[String]| values.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(", ");
    match test {
        Test::In(values) => list(values),
        Test::NotIn(values) => format!("not in [{}]", list(values)),
        Test::Range(Some(low), Some(high)) => format!("[{low}..{high}]"),
        Test::Range(Some(low), None) => format!(">= {low}"),
        Test::Range(None, Some(high)) => format!("<= {high}"),
        Test::Range(None, None) => String::new(),
    }
}

fn row((number, rule): (usize, &Vec<Predicate>)) -> Value {
    let mut row = Map::new();
    row.insert("_id".into(), json!(number.to_string()));
    row.insert("out".into(), json!(number.to_string()));
    for predicate in rule {
        row.insert(predicate.field.clone(), json!(cell(&predicate.test)));
    }
    Value::Object(row)
}

fn decision(neutral: &Neutral) -> Value {
    let inputs: Vec<_> =
        neutral.fields.iter().map(|field| json!({"id": field, "name": field, "field": field})).collect();
    let rules: Vec<_> = neutral.rules.iter().enumerate().map(row).collect();
    json!({
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "content": {}},
            {"id": "table", "name": "table", "type": "decisionTableNode", "content": {
                "hitPolicy": "collect", "inputs": inputs, "rules": rules,
                "outputs": [{"id": "out", "name": "rule", "field": "rule"}]}},
            {"id": "end", "name": "end", "type": "outputNode", "content": {}}],
        "edges": [
            {"id": "1", "sourceId": "in", "targetId": "table"},
            {"id": "2", "sourceId": "table", "targetId": "end"}]
    })
}

fn input(fields: &[String], parcel: &[String]) -> Value {
    let pairs = fields.iter().zip(parcel).map(|(field, value)| {
        let value = if is_number(field) { json!(value.parse::<i64>().unwrap()) } else { json!(value) };
        (field.clone(), value)
    });
    Value::Object(pairs.collect())
}

fn main() {
    let folder = PathBuf::from(env::args().nth(1).unwrap());
    let neutral = load(&folder, env::args().nth(2).unwrap().parse().unwrap());
    let start = processor_seconds();
    let content: DecisionContent = serde_json::from_value(decision(&neutral)).unwrap();
    let mut decision = DecisionEngine::default().create_decision(content.into()).unwrap();
    decision.compile();
    let build = processor_seconds() - start;
    let inputs: Vec<_> = neutral.parcels.iter().map(|parcel| input(&neutral.fields, parcel).into()).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut results = Vec::new();
    let start = processor_seconds();
    for input in inputs {
        results.push(runtime.block_on(decision.evaluate(input)).unwrap().result);
    }
    let spent = processor_seconds() - start;
    let mut found = Vec::new();
    for (number, result) in results.iter().enumerate() {
        let rows = serde_json::to_value(result).unwrap();
        for row in rows.as_array().into_iter().flatten() {
            found.push((number, row["rule"].as_f64().unwrap() as u64));
        }
    }
    report("GoRules ZEN 2.1.6, a table", &folder.join("zen.csv"), results.len(), build, spent, &found);
}
