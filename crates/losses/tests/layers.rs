//! The layers of the workspace: which crate may depend on which.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Every crate with the workspace crates it may name as a dependency. An arrow may only point up in this list.
const ALLOWED: [(&str, &[&str]); 15] = [
    ("dartboard-numerics", &[]),
    ("dartboard-losses", &["dartboard-numerics"]),
    ("dartboard-arrays", &["dartboard-numerics", "dartboard-losses"]),
    ("dartboard-advice", &["dartboard-numerics", "dartboard-losses"]),
    ("dartboard-figures", &[]),
    ("dartboard-landscapes", &["dartboard-numerics", "dartboard-losses"]),
    ("dartboard-tables", &["dartboard-numerics", "dartboard-losses", "dartboard-advice"]),
    ("dartboard-cluster", &["dartboard-tables"]),
    ("dartboard-reference", &["dartboard-numerics", "dartboard-losses", "dartboard-figures"]),
    ("dartboard-speed", &["dartboard-numerics", "dartboard-losses", "dartboard-arrays"]),
    (
        "dartboard-web",
        &["dartboard-numerics", "dartboard-losses", "dartboard-advice", "dartboard-figures", "dartboard-reference"],
    ),
    (
        "dartboard",
        &[
            "dartboard-numerics",
            "dartboard-losses",
            "dartboard-advice",
            "dartboard-figures",
            "dartboard-landscapes",
            "dartboard-reference",
            "dartboard-tables",
            "dartboard-cluster",
        ],
    ),
    ("dartboard-python-files", &["dartboard"]),
    // The Python package, a workspace of its own.
    (
        "dartboard-python",
        &["dartboard-numerics", "dartboard-losses", "dartboard-arrays", "dartboard-advice", "dartboard-reference"],
    ),
    ("dartboard-bits", &["dartboard-losses", "dartboard-arrays"]),
];

/// The packages of the workspace that this manifest belongs to.
fn packages(manifest: &str) -> Vec<serde_json::Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline", "--manifest-path", manifest])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn workspace_edges() -> BTreeMap<String, Vec<String>> {
    let packages = [packages("Cargo.toml"), packages("crates/python/Cargo.toml")].concat();
    let name = |value: &serde_json::Value| value["name"].as_str().unwrap().to_owned();
    let members: Vec<String> = packages.iter().map(name).collect();
    packages
        .iter()
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap().iter().map(name);
            (name(package), dependencies.filter(|dependency| members.contains(dependency)).collect())
        })
        .collect()
}

/// What breaks the layers, in words.
fn violations(edges: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let mut found = Vec::new();
    for (package, dependencies) in edges {
        match ALLOWED.iter().find(|(known, _)| known == package) {
            None => found.push(format!("{package} has no place in the layers")),
            Some((_, allowed)) => found.extend(
                dependencies
                    .iter()
                    .filter(|dependency| !allowed.contains(&dependency.as_str()))
                    .map(|dependency| format!("{package} must not depend on {dependency}")),
            ),
        }
    }
    found
}

#[test]
fn arrows_point_down_only() {
    let edges = workspace_edges();
    assert_eq!(edges.len(), ALLOWED.len(), "a crate is missing from the list or from the workspace");
    assert_eq!(violations(&edges), Vec::<String>::new());
}

#[test]
fn an_upward_arrow_is_noticed() {
    let edges = BTreeMap::from([("dartboard-losses".to_owned(), vec!["dartboard-tables".to_owned()])]);
    assert_eq!(violations(&edges), ["dartboard-losses must not depend on dartboard-tables"]);
}
