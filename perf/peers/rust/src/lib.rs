//! A workload in neutral form (bench/workloads/export.h), processor time, and the line of JSON that ../run.py reads.
use serde_json::{json, Value};
use std::{fmt::Write, fs, path::Path};

pub enum Test {
    In(Vec<String>),
    NotIn(Vec<String>),
    Range(Option<i64>, Option<i64>),
}

pub struct Predicate {
    pub field: String,
    pub test: Test,
}

pub struct Neutral {
    pub fields: Vec<String>,
    pub parcels: Vec<Vec<String>>,
    pub rules: Vec<Vec<Predicate>>,
}

pub fn is_number(field: &str) -> bool {
    field.starts_with("number")
}

fn predicate(json: &Value) -> Predicate {
    let texts = |key: &str| -> Option<Vec<String>> {
        let all = json.get(key)?.as_array()?;
        Some(all.iter().map(|text| text.as_str().unwrap().to_string()).collect())
    };
    let limit = |key: &str| json.get(key).map(|value| value.as_i64().unwrap());
    let test = match (texts("in"), texts("not_in")) {
        (Some(values), _) => Test::In(values),
        (_, Some(values)) => Test::NotIn(values),
        _ => Test::Range(limit("from"), limit("to")),
    };
    Predicate { field: json["field"].as_str().unwrap().to_string(), test }
}

/// The first `parcels` parcels and all rules of a folder.
pub fn load(folder: &Path, parcels: usize) -> Neutral {
    let text = fs::read_to_string(folder.join("parcels.csv")).unwrap();
    let split = |line: &str| line.split(',').map(str::to_string).collect::<Vec<_>>();
    let mut lines = text.lines();
    let fields = split(lines.next().unwrap());
    let parcels = lines.take(parcels).map(split).collect();
    let book: Value = serde_json::from_str(&fs::read_to_string(folder.join("rules.json")).unwrap()).unwrap();
    let rules = book["rules"].as_array().unwrap().iter();
    let rules = rules.map(|rule| rule["all"].as_array().unwrap().iter().map(predicate).collect()).collect();
    Neutral { fields, parcels, rules }
}

/// Of the whole process, in seconds.
pub fn processor_seconds() -> f64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut now) };
    now.tv_sec as f64 + now.tv_nsec as f64 * 1e-9
}

/// Writes the matches, pairs of parcel and rule, and prints the line.
pub fn report(peer: &str, path: &Path, parcels: usize, build_s: f64, spent_s: f64, found: &[(usize, u64)]) {
    let mut text = String::new();
    for (parcel, rule) in found {
        writeln!(text, "{parcel},{rule}").unwrap();
    }
    fs::write(path, text).unwrap();
    let ns = spent_s * 1e9 / parcels as f64;
    println!("{}", json!({"peer": peer, "parcels": parcels, "build_s": build_s, "ns": [ns], "matches_file": path}));
}
