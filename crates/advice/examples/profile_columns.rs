//! The profiles of labelled columns, for `tests/columns.rs`: reads what `tests/columns/gather.py` wrote.
//!
//!     cargo run -p dartboard-advice --example profile_columns -- FOLDER > crates/advice/tests/columns/profiles.json

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use dartboard_advice::{Profile, Target};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("the folder with columns.csv and values.csv is missing")?;
    let folder = Path::new(&folder);
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in csv::Reader::from_path(folder.join("values.csv"))?.records() {
        let row = row?;
        values.entry(row[0].to_owned()).or_default().push(row[1].to_owned());
    }
    let mut list = vec![];
    for row in csv::Reader::from_path(folder.join("columns.csv"))?.deserialize() {
        let row: BTreeMap<String, String> = row?;
        let cells: Vec<&str> =
            values[&row["id"]].iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
        list.push(json!({
            "package": format!("{} {}", row["package"], row["version"]),
            "data": row["dataset"],
            "column": row["column"],
            "label": row["label"],
            "also": row["also"].split(';').map(str::trim).filter(|also| !also.is_empty()).collect::<Vec<_>>(),
            "profile": profile(&cells),
        }));
    }
    // A column per line.
    let lines: Vec<String> = list.iter().map(ToString::to_string).collect();
    println!("[\n{}\n]", lines.join(",\n"));
    Ok(())
}

fn profile(cells: &[&str]) -> Profile {
    let numbers: Option<Vec<f64>> = cells.iter().map(|cell| cell.parse().ok()).collect();
    if let Some(numbers) = numbers {
        return Profile::of(Target::Numbers(&numbers), None);
    }
    let mut names: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
    names.sort();
    names.dedup();
    let of_row: Vec<u32> =
        cells.iter().map(|cell| names.partition_point(|name| name.as_str() < *cell) as u32).collect();
    let mut profile = Profile::of(Target::Names { of_row: &of_row, names: &names }, None);
    // The names themselves play no part.
    if let Profile::Names { shares, .. } = &mut profile {
        shares.clear();
    }
    profile
}
